//! `query!`: hand-written SQL that Diesel prepares once and types, unlike `sql_query`.
//!
//! `diesel::sql_query` is prepared and planned at each call, which doubles the database's CPU per
//! read. A query made here is a type of its own, so Diesel keeps its prepared statement. The text
//! has a `?` where each parameter goes, in the order of the fields.

/// Declares a query: its parameters, the columns of its answer, its text.
macro_rules! query {
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
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                const TEXT: &str = $text;
                let mut pieces = TEXT.split('?');
                out.push_sql(pieces.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                    out.push_sql(pieces.next().unwrap_or_default());
                )*
                debug_assert!(pieces.next().is_none(), "more ? than parameters");
                Ok(())
            }
        }
    };
}

pub(crate) use query;
