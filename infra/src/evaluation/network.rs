//! What the caller may see of results: their own, and what others show.

use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text};
use maillage_domain::commons::{Indicator, IndicatorCode, UseCase};
use maillage_domain::evaluation::disclosure::Shared;
use maillage_domain::evaluation::{Body, Report, Sharing, TrialResult};

use super::releases::{ReleasedCell, released_cells};
use super::results;
use crate::error::StoreError;
use crate::groups::use_case_name;
use crate::sql::query;
use crate::store::Db;

/// How many results of others are read of a use case and an indicator: the newest.
///
/// With [`OWN_RESULTS`] this bounds what one answer lists and pools.
pub const SHOWN_RESULTS: i64 = 1_000;

/// How many results of one's own are: the newest.
pub const OWN_RESULTS: usize = 100;

query! {
    /// What other collectivities show.
    Shown {
        use_case: String as Text,
        code: String as Text,
        most: i64 as BigInt,
    } -> (
        Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Integer>, Text, Jsonb, Jsonb,
        BigInt,
    )
    "select siren, name, type, population, use_case, indicator, report, shown \
     from shared_results(?, ?, ?)"
}

query! {
    /// Type and population of the caller.
    OwnBody {} -> (Text, Nullable<Integer>)
    "select c.type, e.population from collectivities c \
     left join directory_entries e on e.siren = c.siren where c.id = (select ctx_tenant())"
}

query! {
    /// How many results of each use case and indicator the caller may see, how many are theirs, and
    /// whether pooled figures of hidden ones were released.
    Topics {} -> (Text, Text, BigInt, BigInt, Bool, Nullable<Text>)
    "select use_case, code, count(*) filter (where not released), count(*) filter (where own), \
        bool_or(released), (select max(name) from group_use_cases g where g.code = use_case) from ( \
        select s.use_case, s.code, true as own, false as released from results s \
            where s.tenant_id = (select ctx_tenant()) \
        union all select use_case, code, false, false from shared_results(null, null, null) \
        union all select use_case, code, false, true from released_figures(null, null)) s \
     group by use_case, code order by use_case, code"
}

/// A use case and an indicator of which the caller may see results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What the tool was used for.
    pub use_case: UseCase,
    /// What a group of the caller calls that, if it is one of theirs.
    pub name: Option<String>,
    /// What was measured.
    pub code: IndicatorCode,
    /// How many results.
    pub results: i64,
    /// How many of them are the caller's.
    pub own: i64,
    /// Whether pooled figures of results that are not shown were released.
    pub released: bool,
}

/// A result that the caller may see by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkResult {
    /// SIREN and name of whose it is; none where it is shown without a name.
    pub owner: Option<(String, String)>,
    /// What that collectivity is; none where it is shown without a name, told of one's own.
    pub body: Option<Body>,
    /// What the tool was used for.
    pub use_case: UseCase,
    /// What was measured.
    pub indicator: Indicator,
    /// What is reported.
    pub report: Report,
    /// Whether it is the caller's own.
    pub own: bool,
    /// How its owner shares it; told of one's own only.
    pub sharing: Option<Sharing>,
}

/// What the caller may see of a use case and an indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkResults {
    /// Their own first, then what others show.
    pub results: Vec<NetworkResult>,
    /// Whether there are more, which are older.
    pub cut: bool,
    /// What was released of those that nobody sees.
    pub released: Vec<ReleasedCell>,
    /// What a group of the caller calls the use case, if it is one of theirs.
    pub name: Option<String>,
}

impl NetworkResults {
    /// Whether there is nothing to be seen.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty() && self.released.is_empty()
    }
}

impl NetworkResult {
    /// Whether it says whose it is, to the caller.
    pub fn names_itself(&self) -> bool {
        self.own || self.owner.is_some()
    }

    /// Whether it counts beside the results of others. What is shared for pooling alone counts in
    /// releases, and would count twice here.
    pub fn counts(&self) -> bool {
        self.sharing != Some(Sharing::AggregateOnly)
    }
}

impl Shared for NetworkResult {
    /// Of a result that is its owner's alone, the manner that shows the least.
    fn sharing(&self) -> Sharing {
        match (self.own, &self.owner) {
            (true, _) => self.sharing.unwrap_or(Sharing::AggregateOnly),
            (false, Some(_)) => Sharing::Open,
            (false, None) => Sharing::Pseudonymous,
        }
    }
}

type Row = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i32>,
    String,
    serde_json::Value,
    serde_json::Value,
    i64,
);

fn body(body_type: &str, population: Option<i32>) -> Result<Body, StoreError> {
    let population = population.map(u32::try_from).transpose();
    Ok(Body {
        body_type: body_type.parse().map_err(StoreError::corrupt)?,
        population: population.map_err(StoreError::corrupt)?,
    })
}

fn shown(row: Row) -> Result<NetworkResult, StoreError> {
    let (siren, name, body_type, population, use_case, indicator, report, _) = row;
    let body = body_type.map(|it| body(&it, population)).transpose()?;
    Ok(NetworkResult {
        owner: siren.zip(name),
        body,
        use_case: use_case.parse().map_err(StoreError::corrupt)?,
        indicator: serde_json::from_value(indicator).map_err(StoreError::corrupt)?,
        report: serde_json::from_value(report).map_err(StoreError::corrupt)?,
        own: false,
        sharing: None,
    })
}

fn own(result: TrialResult, body: Option<Body>) -> NetworkResult {
    NetworkResult {
        owner: None,
        body,
        use_case: result.use_case,
        indicator: result.indicator,
        report: result.report,
        own: true,
        sharing: result.sharing,
    }
}

/// What the caller may see results of, counted in the database.
///
/// # Errors
/// When the database stands in the way.
pub async fn topics(db: Db<'_>) -> Result<Vec<Topic>, StoreError> {
    type Row = (String, String, i64, i64, bool, Option<String>);
    let rows: Vec<Row> = db.rows(Topics {}).await?;
    let topic = |(use_case, code, results, own, released, name): Row| {
        Ok(Topic {
            name,
            use_case: use_case.parse().map_err(StoreError::corrupt)?,
            code: code.parse().map_err(StoreError::corrupt)?,
            results,
            own,
            released,
        })
    };
    rows.into_iter().map(topic).collect()
}

/// What the caller may see of a use case and an indicator: results one by one, their own first, then
/// what others show; and what was released of those that nobody sees. Of each the newest, as many as [`OWN_RESULTS`] and [`SHOWN_RESULTS`].
///
/// # Errors
/// When the database stands in the way.
pub async fn network_results(
    db: Db<'_>,
    asked: (&str, &str),
) -> Result<NetworkResults, StoreError> {
    let others = Shown {
        use_case: asked.0.to_owned(),
        code: asked.1.to_owned(),
        most: SHOWN_RESULTS,
    };
    let (ours, of, others, released, name) = futures::join!(
        results::own(db, asked),
        db.row::<(String, Option<i32>)>(OwnBody {}),
        db.rows::<Row>(others),
        released_cells(db, asked),
        use_case_name(db, asked.0)
    );
    let (mut ours, of, others, released) = (ours?, of?, others?, released?);
    let of = of
        .map(|(body_type, population)| body(&body_type, population))
        .transpose()?;
    let cut = ours.len() > OWN_RESULTS || others.iter().any(|row| row.7 > SHOWN_RESULTS);
    ours.sort_by_key(|result| std::cmp::Reverse(result.recorded_at));
    ours.truncate(OWN_RESULTS);
    let mut results: Vec<_> = ours.into_iter().map(|result| own(result, of)).collect();
    let others = others.into_iter().map(shown);
    results.extend(others.collect::<Result<Vec<_>, _>>()?);
    Ok(NetworkResults {
        results,
        cut,
        released,
        name: name?,
    })
}
