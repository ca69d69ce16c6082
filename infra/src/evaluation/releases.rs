//! Releases: pooled figures of hidden results, made in batches by the platform itself.
//!
//! Of each question one batch a calendar month (UTC), by whichever server process comes first. What is
//! decided, and why, is the domain's (`disclosure`); here it is fetched behind the door of disclosure
//! and kept. A question is locked while a batch of it is made and while one of its results is shared,
//! so that neither overlooks the other.

use chrono::{DateTime, Datelike as _, NaiveTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Binary, Double, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::commons::Indicator;
use maillage_domain::evaluation::disclosure::{
    Batch, Cell, Contribution, Figure, History, Known, Parameters, Question, Release,
    ReleasedFigures, Traits, release_all,
};
use maillage_domain::evaluation::{Report, Sharing, TrialResult, comparison_key};
use maillage_domain::value::{CollectivityId, ResultId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::{release_batches, releases};
use crate::sql::query;
use crate::store::{Db, Keep, Store, Tx};

query! {
    /// Every release of a question, oldest first; none where a given contributor is in none of them.
    Log { question: Vec<u8> as Binary, contributor: Option<Uuid> as Nullable<SqlUuid> } -> (
        Jsonb, Timestamptz, Double, Double, BigInt, BigInt, Jsonb,
    )
    "with asked (question, contributor) as (values (?, ?)) \
     select r.cell, r.at, r.estimate, r.standard_error, r.contributors, r.people, r.members \
     from asked a join releases r on r.question = a.question \
     where a.contributor is null or exists (select from releases x where x.question = a.question \
        and x.members @> jsonb_build_array(jsonb_build_object('contributor', a.contributor))) \
     order by r.at, r.cell"
}

query! {
    /// Every figure of a question that was ever shown by itself.
    Shown { question: Vec<u8> as Binary } -> (SqlUuid, SqlUuid, BigInt)
    "select tenant_id, result_id, revision from shown_figures where question = ?"
}

query! {
    /// A question that has hidden results, after `after`, and no batch since a moment.
    Due { after: Vec<u8> as Binary, since: DateTime<Utc> as Timestamptz } -> (Binary,)
    "select r.question from results r where r.sharing = 'aggregate_only' and r.question > ? \
        and not exists (select from release_batches b where b.question = r.question and b.at >= ?) \
     order by r.question limit 1"
}

query! {
    /// Whether a batch of a question was made since a moment.
    Made { question: Vec<u8> as Binary, since: DateTime<Utc> as Timestamptz } -> (Timestamptz,)
    "select at from release_batches where question = ? and at >= ?"
}

query! {
    /// What is contributed to a question for pooling alone, with what is publicly known of whom.
    Contributed { question: Vec<u8> as Binary } -> (
        SqlUuid, SqlUuid, BigInt, Text, Jsonb, Jsonb, Text, Nullable<Integer>,
    )
    "select r.tenant_id, r.id, r.figures_revision, r.use_case, r.indicator, r.report, c.type, \
        d.population \
     from results r join collectivities c on c.id = r.tenant_id \
        left join directory_entries d on d.siren = c.siren \
     where r.question = ? and r.sharing = 'aggregate_only'"
}

query! {
    /// The newest release of each cell, of one use case and indicator.
    Newest { use_case: String as Text, code: String as Text } -> (
        Text, Jsonb, Jsonb, Timestamptz, Double, Double, BigInt, BigInt,
    )
    "select use_case, indicator, cell, at, estimate, standard_error, contributors, people \
     from released_figures(?, ?)"
}

/// Pooled figures that every member may see.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleasedCell {
    /// Of which results.
    pub question: Question,
    /// Which of them.
    pub cell: Cell,
    /// When they were pooled.
    pub at: DateTime<Utc>,
    /// What they say.
    pub figures: ReleasedFigures,
}

fn number(count: i64) -> Result<usize, StoreError> {
    usize::try_from(count).map_err(StoreError::corrupt)
}

fn figures(
    estimate: f64,
    standard_error: f64,
    contributors: i64,
    people: i64,
) -> Result<ReleasedFigures, StoreError> {
    Ok(ReleasedFigures {
        estimate,
        standard_error,
        contributors: number(contributors)?,
        people: u64::try_from(people).map_err(StoreError::corrupt)?,
    })
}

/// What was released and shown of a question; nothing where a given contributor has no part in it.
async fn past(
    db: Db<'_>,
    question: &[u8],
    contributor: Option<CollectivityId>,
) -> Result<History, StoreError> {
    type Row = (
        serde_json::Value,
        DateTime<Utc>,
        f64,
        f64,
        i64,
        i64,
        serde_json::Value,
    );
    let log = Log {
        question: question.to_vec(),
        contributor: contributor.map(|it| it.0),
    };
    let rows: Vec<Row> = db.rows(log).await?;
    if rows.is_empty() && contributor.is_some() {
        return Ok(History::default());
    }
    let release = |(cell, at, estimate, error, contributors, people, members): Row| {
        Ok(Release {
            cell: serde_json::from_value(cell).map_err(StoreError::corrupt)?,
            at,
            figures: figures(estimate, error, contributors, people)?,
            members: serde_json::from_value(members).map_err(StoreError::corrupt)?,
        })
    };
    let shown = Shown {
        question: question.to_vec(),
    };
    let shown: Vec<(Uuid, Uuid, i64)> = db.rows(shown).await?;
    let known = shown.into_iter().map(|(owner, result, revision)| {
        let result = ResultId(result);
        (CollectivityId(owner), Figure { result, revision })
    });
    Ok(History {
        log: rows
            .into_iter()
            .map(release)
            .collect::<Result<_, StoreError>>()?,
        known: known.collect::<Known>(),
    })
}

/// The history that sharing a result is weighed against: none unless it is to be shown and was not.
/// Until COMMIT no batch of its question is made then, and none of its results is shown by others.
///
/// # Errors
/// When the database stands in the way.
pub async fn history(
    tx: &Tx,
    result: &TrialResult,
    sharing: Option<Sharing>,
) -> Result<History, StoreError> {
    if result.is_shown() || !sharing.is_some_and(Sharing::shows) {
        return Ok(History::default());
    }
    let question = comparison_key(&result.use_case, &result.indicator);
    let question = question.as_bytes().to_vec();
    tx.weigh(async |db| {
        db.alone(releasing(&question)).await?;
        past(db, &question, Some(result.collectivity)).await
    })
    .await
}

/// What is contributed to a question now; without the question itself when nothing is.
async fn contributed(
    db: Db<'_>,
    question: &[u8],
) -> Result<(Option<Question>, Vec<Contribution>), StoreError> {
    type Row = (
        Uuid,
        Uuid,
        i64,
        String,
        serde_json::Value,
        serde_json::Value,
        String,
        Option<i32>,
    );
    let asked = Contributed {
        question: question.to_vec(),
    };
    let rows: Vec<Row> = db.rows(asked).await?;
    let (mut subject, mut found) = (None, Vec::new());
    for (owner, result, revision, use_case, indicator, report, body_type, population) in rows {
        let indicator: Indicator =
            serde_json::from_value(indicator).map_err(StoreError::corrupt)?;
        let report: Report = serde_json::from_value(report).map_err(StoreError::corrupt)?;
        let body_type = body_type.parse().map_err(StoreError::corrupt)?;
        let population = population.and_then(|it| u32::try_from(it).ok());
        let figure = Figure {
            result: ResultId(result),
            revision,
        };
        let traits = Traits::of(&report, body_type, population);
        let measure = indicator.measure;
        let owner = CollectivityId(owner);
        found.extend(Contribution::hidden(
            owner, figure, &report, measure, traits,
        ));
        if subject.is_none() {
            let use_case = use_case.parse().map_err(StoreError::corrupt)?;
            let indicator = indicator.unnamed();
            subject = Some(Question {
                use_case,
                indicator,
            });
        }
    }
    Ok((subject, found))
}

/// The first moment of the calendar month.
fn month(now: DateTime<Utc>) -> DateTime<Utc> {
    let first = now.date_naive().with_day(1).unwrap_or(now.date_naive());
    first.and_time(NaiveTime::MIN).and_utc()
}

/// What is done one after the other: decisions about one question.
fn releasing(question: &[u8]) -> String {
    format!("releasing {question:02x?}")
}

/// Makes the batch of one question, unless somebody else has made it this month.
async fn make_batch(store: &Store, question: &[u8]) -> Result<usize, StoreError> {
    store
        .disclose(async |tx| {
            let made = Made {
                question: question.to_vec(),
                since: month(tx.now()),
            };
            tx.db().alone(releasing(question)).await?;
            let made: Option<(DateTime<Utc>,)> = tx.db().row(made).await?;
            let (subject, now) = contributed(tx.db(), question).await?;
            let Some(subject) = subject.filter(|_| made.is_none()) else {
                return Ok(0);
            };
            if subject.key().as_bytes() != question {
                return Err(StoreError::corrupt("results that answer another question"));
            }
            let history = past(tx.db(), question, None).await?;
            let (at, parameters) = (tx.now(), &Parameters::IN_USE);
            let batch = tx
                .save(release_all(subject, at, &now, &history, parameters))
                .await?;
            let (released, withheld) = (batch.releases.len(), batch.withheld.len());
            tracing::info!(released, withheld, "made a batch of pooled figures");
            Ok(released)
        })
        .await
}

/// Makes every batch that is due, each in a transaction of its own; returns how many cells were
/// released. A question that fails keeps no other waiting.
///
/// # Errors
/// When the database stands in the way; what could be made is made.
pub async fn make_batches(store: &Store) -> Result<usize, StoreError> {
    let since = month(store.clock().now());
    let (mut released, mut after, mut failure) = (0, Vec::new(), None);
    loop {
        let due = Due { after, since };
        let due: Option<(Vec<u8>,)> = store.disclose(async |tx| tx.db().row(due).await).await?;
        let Some((question,)) = due else {
            return failure.map_or(Ok(released), Err);
        };
        match make_batch(store, &question).await {
            Ok(cells) => released += cells,
            Err(error) => failure = Some(error),
        }
        after = question;
    }
}

/// The pooled figures of hidden results that every member may see, of a use case and an indicator.
///
/// # Errors
/// When the database stands in the way.
pub(super) async fn released_cells(
    db: Db<'_>,
    asked: (&str, &str),
) -> Result<Vec<ReleasedCell>, StoreError> {
    type Row = (
        String,
        serde_json::Value,
        serde_json::Value,
        DateTime<Utc>,
        f64,
        f64,
        i64,
        i64,
    );
    let newest = Newest {
        use_case: asked.0.to_owned(),
        code: asked.1.to_owned(),
    };
    let rows: Vec<Row> = db.rows(newest).await?;
    let cell = |(use_case, indicator, cell, at, estimate, error, contributors, people): Row| {
        Ok(ReleasedCell {
            question: Question {
                use_case: use_case.parse().map_err(StoreError::corrupt)?,
                indicator: serde_json::from_value(indicator).map_err(StoreError::corrupt)?,
            },
            cell: serde_json::from_value(cell).map_err(StoreError::corrupt)?,
            at,
            figures: figures(estimate, error, contributors, people)?,
        })
    };
    rows.into_iter().map(cell).collect()
}

impl Keep for Batch {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let question = self.question.key().as_bytes().to_vec();
        let made = (
            release_batches::question.eq(question.clone()),
            release_batches::at.eq(self.at),
        );
        let insert = diesel::insert_into(release_batches::table).values(made);
        tx.db().run_one(insert).await?;
        let indicator =
            serde_json::to_value(&self.question.indicator).map_err(StoreError::corrupt)?;
        for it in &self.releases {
            let count = i64::try_from(it.figures.contributors).map_err(StoreError::corrupt)?;
            let people = i64::try_from(it.figures.people).map_err(StoreError::corrupt)?;
            let row = (
                releases::question.eq(question.clone()),
                releases::at.eq(it.at),
                releases::cell.eq(serde_json::to_value(it.cell).map_err(StoreError::corrupt)?),
                releases::use_case.eq(self.question.use_case.as_str().to_owned()),
                releases::code.eq(self.question.indicator.code.as_str().to_owned()),
                releases::indicator.eq(indicator.clone()),
                releases::estimate.eq(it.figures.estimate),
                releases::standard_error.eq(it.figures.standard_error),
                releases::contributors.eq(count),
                releases::people.eq(people),
                releases::members
                    .eq(serde_json::to_value(&it.members).map_err(StoreError::corrupt)?),
            );
            let insert = diesel::insert_into(releases::table).values(row);
            tx.db().run_one(insert).await?;
        }
        Ok(())
    }
}
