//! What the caller may see of results: their own, and what others show.

use diesel::sql_types::{BigInt, Jsonb, Nullable, Text};
use maillage_domain::commons::{Indicator, IndicatorCode, UseCase};
use maillage_domain::evaluation::{Report, Sharing, TrialResult};

use super::results;
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;

query! {
    /// What other collectivities show.
    Shown {
        use_case: String as Text,
        code: String as Text,
    } -> (Nullable<Text>, Nullable<Text>, Nullable<Text>, Text, Jsonb, Jsonb)
    "select siren, name, type, use_case, indicator, report from shared_results(?, ?)"
}

query! {
    /// How many results of each use case and indicator the caller may see, and how many are theirs.
    Topics {} -> (Text, Text, BigInt, BigInt)
    "select use_case, code, count(*), count(*) filter (where own) from ( \
        select s.use_case, s.code, true as own from results s \
            where s.tenant_id = (select ctx_tenant()) \
        union all select use_case, code, false from shared_results(null, null)) s \
     group by use_case, code order by use_case, code"
}

/// A use case and an indicator of which the caller may see results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What the tool was used for.
    pub use_case: UseCase,
    /// What was measured.
    pub code: IndicatorCode,
    /// How many results.
    pub results: i64,
    /// How many of them are the caller's.
    pub own: i64,
}

/// A result that the caller may see by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkResult {
    /// SIREN and name of whose it is; none where it is shown without a name.
    pub owner: Option<(String, String)>,
    /// The type of that collectivity, where it is named.
    pub body_type: Option<String>,
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

type Row = (
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    serde_json::Value,
    serde_json::Value,
);

fn shown(row: Row) -> Result<NetworkResult, StoreError> {
    let (siren, name, body_type, use_case, indicator, report) = row;
    Ok(NetworkResult {
        owner: siren.zip(name),
        body_type,
        use_case: use_case.parse().map_err(StoreError::corrupt)?,
        indicator: serde_json::from_value(indicator).map_err(StoreError::corrupt)?,
        report: serde_json::from_value(report).map_err(StoreError::corrupt)?,
        own: false,
        sharing: None,
    })
}

fn own(result: TrialResult) -> NetworkResult {
    NetworkResult {
        owner: None,
        body_type: None,
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
    let rows: Vec<(String, String, i64, i64)> = db.rows(Topics {}).await?;
    let topic = |(use_case, code, results, own): (String, String, i64, i64)| {
        Ok(Topic {
            use_case: use_case.parse().map_err(StoreError::corrupt)?,
            code: code.parse().map_err(StoreError::corrupt)?,
            results,
            own,
        })
    };
    rows.into_iter().map(topic).collect()
}

/// The results that the caller may see one by one, of a use case and an indicator: their own first,
/// then what others show.
///
/// # Errors
/// When the database stands in the way.
pub async fn network_results(
    db: Db<'_>,
    asked: (&str, &str),
) -> Result<Vec<NetworkResult>, StoreError> {
    let others = Shown {
        use_case: asked.0.to_owned(),
        code: asked.1.to_owned(),
    };
    let (ours, others) = futures::join!(results::own(db, asked), db.rows::<Row>(others));
    let others = others?.into_iter().map(shown);
    let mut found: Vec<_> = ours?.into_iter().map(own).collect();
    found.extend(others.collect::<Result<Vec<_>, _>>()?);
    Ok(found)
}
