//! `query!`: hand-written SQL that Diesel prepares once and types, unlike `sql_query`.
//!
//! `diesel::sql_query` is prepared and planned at each call, which doubles the database's CPU per
//! read. A query made here is a type of its own, so Diesel keeps its prepared statement. The text
//! has a `?` where each parameter goes, in the order of the fields.

/// One of several texts of a query whose parameters and columns are the same.
pub(crate) trait Wording: 'static {
    /// The text.
    const TEXT: &'static str;
}

/// A statement whose text is made while the program runs: for archives, whose tables are a list.
#[expect(
    clippy::disallowed_methods,
    reason = "asked once an archive, with a text of its own: there is nothing to keep prepared"
)]
pub(crate) fn made(text: impl Into<String>) -> diesel::query_builder::SqlQuery {
    diesel::sql_query(text)
}

/// Declares a query: its parameters, the columns of its answer, its text.
///
/// `Name<W> { … } -> (…)` without a text declares one for every `W: Wording`.
macro_rules! query {
    (
        $(#[$doc:meta])*
        $name:ident<$wording:ident> { $($field:ident: $rust:ty as $sql:ty),* $(,)? }
            -> ($($column:ty),* $(,)?)
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name<$wording> {
            $(pub(crate) $field: $rust,)*
            pub(crate) wording: std::marker::PhantomData<$wording>,
        }

        impl<$wording: $crate::sql::Wording> diesel::query_builder::QueryId for $name<$wording> {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl<$wording> diesel::query_builder::Query for $name<$wording> {
            type SqlType = ($($column,)*);
        }

        impl<$wording: $crate::sql::Wording> diesel::query_builder::QueryFragment<diesel::pg::Pg>
            for $name<$wording>
        {
            fn walk_ast<'b>(
                &'b self,
                out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                $crate::sql::walk!(self, out, $wording::TEXT, $($field as $sql),*)
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident { $($field:ident: $rust:ty as $sql:ty),* $(,)? } -> ($($column:ty),* $(,)?)
        $text:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name { $(pub(crate) $field: $rust),* }

        impl diesel::query_builder::QueryId for $name {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::Query for $name {
            type SqlType = ($($column,)*);
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name {
            fn walk_ast<'b>(
                &'b self,
                out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                $crate::sql::walk!(self, out, $text, $($field as $sql),*)
            }
        }
    };
}

/// Writes the text of a query, with a bind parameter for each `?`.
macro_rules! walk {
    ($query:expr, $out:ident, $text:expr, $($field:ident as $sql:ty),*) => {{
        let mut out = $out;
        let mut pieces = str::split($text, '?');
        out.push_sql(pieces.next().unwrap_or_default());
        $(
            out.push_bind_param::<$sql, _>(&$query.$field)?;
            out.push_sql(pieces.next().unwrap_or_default());
        )*
        debug_assert!(pieces.next().is_none(), "more ? than parameters");
        Ok(())
    }};
}

pub(crate) use query;
pub(crate) use walk;
