//! Comparisons: two texts of a resource, clause by clause and word by word.

mod page;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use maillage_domain::access::act;
use maillage_domain::commons::compare::{
    Compared, Comparison, Piece, PieceChange, Presence, compare,
};
use maillage_domain::commons::{Clausal, Lock};
use maillage_domain::value::{ClauseId, ResourceId};
use maillage_infra::commons::{self as store, Which};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::{Exposed, LockSchema};
use super::deviations::DepartureView;
use super::views::tag;
use crate::ctx::Ctx;
use crate::http::language::chosen;
use crate::http::{Answer, Code, Problem};
use crate::pages;

/// Which texts to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ComparisonQuery {
    /// The older text: the number of a version, `latest`, `draft`, or `source` for what the source
    /// said when it was taken in last. The last two are for the owner.
    #[param(value_type = String, pattern = "^([1-9][0-9]*|latest|draft|source)$", example = "1")]
    from: Side,
    /// The newer text, named likewise.
    #[param(value_type = String, pattern = "^([1-9][0-9]*|latest|draft|source)$", example = "latest")]
    to: Side,
    /// `json`, or `html` for a page that people read.
    #[serde(default)]
    #[param(inline, value_type = Option<FormatSchema>, example = "json")]
    format: Format,
}

/// What a comparison is given as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For programs.
    #[default]
    Json,
    /// For people.
    Html,
}

/// What a comparison is given as.
#[derive(ToSchema)]
#[schema(as = ComparisonFormat, rename_all = "snake_case")]
pub enum FormatSchema {
    /// For programs.
    Json,
    /// For people.
    Html,
}

/// One of the texts of a resource, as a query names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side(Which);

impl FromStr for Side {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        Ok(Self(match text {
            "latest" => Which::Latest,
            "draft" => Which::Draft,
            "source" => Which::Source,
            number => match number.parse() {
                Ok(number) if number > 0 => Which::Version(number),
                _ => return Err("text_unknown"),
            },
        }))
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Which::Version(number) => number.fmt(f),
            Which::Latest => f.write_str("latest"),
            Which::Draft => f.write_str("draft"),
            Which::Source => f.write_str("source"),
        }
    }
}

/// What changed from one text to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonView {
    /// The older text.
    #[schema(example = "1")]
    pub(super) from: String,
    /// The newer text.
    #[schema(example = "latest")]
    pub(super) to: String,
    /// How many clauses changed in any way.
    #[schema(example = 2)]
    pub(super) changed: usize,
    /// How the preamble changed; null when it did not.
    pub(super) preamble: Option<Vec<PieceView>>,
    /// Every clause of both, in the order of the newer text; what went stands where it stood.
    pub(super) clauses: Vec<ComparedView>,
}

/// A clause in two texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedView {
    /// Its id.
    #[schema(example = "controle-humain")]
    pub(super) clause: String,
    /// How far below the top it stands; 1 is the top.
    #[schema(example = 1)]
    pub(super) level: usize,
    /// Whether it came, went or stayed.
    #[schema(value_type = PresenceSchema)]
    pub(super) presence: Presence,
    /// Whether it stands elsewhere, among its siblings or below another clause.
    #[schema(example = false)]
    pub(super) moved: bool,
    /// Its lock in the older text.
    #[schema(value_type = LockSchema)]
    pub(super) lock_before: Lock,
    /// Its lock in the newer text.
    #[schema(value_type = LockSchema)]
    pub(super) lock: Lock,
    /// How it departs from what the source imposes; null where it does not, or where `from` is not
    /// `source`.
    pub(super) deviation: Option<DepartureView>,
    /// Its title, with its changes.
    pub(super) title: Vec<PieceView>,
    /// Its text, with its changes.
    pub(super) text: Vec<PieceView>,
}

/// Some words, and in which of the texts they stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct PieceView {
    /// Where they stand.
    #[schema(value_type = PieceChangeSchema)]
    pub(super) change: PieceChange,
    /// The words.
    #[schema(example = "sous 30 jours")]
    pub(super) text: String,
}

/// Whether a clause came, went or stayed.
#[derive(ToSchema)]
#[schema(as = Presence, rename_all = "snake_case")]
pub enum PresenceSchema {
    /// Only the newer text has it.
    Added,
    /// Only the older text has it.
    Removed,
    /// Both have it.
    Kept,
}

/// In which of two texts words stand.
#[derive(ToSchema)]
#[schema(as = PieceChange, rename_all = "snake_case")]
pub enum PieceChangeSchema {
    /// In both.
    Same,
    /// In the older only.
    Removed,
    /// In the newer only.
    Added,
}

fn pieces(pieces: Vec<Piece>) -> Vec<PieceView> {
    let view = |Piece { change, text }| PieceView { change, text };
    pieces.into_iter().map(view).collect()
}

impl ComparisonView {
    fn of(
        query: &ComparisonQuery,
        comparison: Comparison,
        mut deviations: HashMap<ClauseId, DepartureView>,
    ) -> Self {
        let changed = comparison.clauses.iter().filter(|it| it.changed()).count();
        let view = |it: Compared| ComparedView {
            deviation: deviations.remove(&it.clause),
            clause: it.clause.to_string(),
            level: it.level,
            presence: it.presence,
            moved: it.moved,
            lock_before: it.lock.0,
            lock: it.lock.1,
            title: pieces(it.title),
            text: pieces(it.text),
        };
        Self {
            from: query.from.to_string(),
            to: query.to.to_string(),
            changed,
            preamble: comparison.preamble.map(pieces),
            clauses: comparison.clauses.into_iter().map(view).collect(),
        }
    }
}

/// Compares two texts of a resource of kind `K`.
pub(super) async fn read<K>(ctx: Ctx, id: ResourceId, query: ComparisonQuery) -> Answer
where
    K: Exposed<Body: Clausal + 'static>,
{
    let (one, other) = (query.from.0, query.to.0);
    let (actor, ((seen, from, to), bench)) = ctx
        .read(async |db| {
            let texts = store::texts::<K>(db, id, one, other);
            let bench = async {
                match one {
                    Which::Source => store::workbench::<K>(db, id).await.map(Some),
                    _ => Ok(None),
                }
            };
            let (texts, bench) = futures::join!(texts, bench);
            Ok((texts?, bench?))
        })
        .await?;
    let inside = [one, other]
        .iter()
        .any(|which| matches!(which, Which::Draft | Which::Source));
    let resource = if inside {
        let permitted = ctx.authorize::<act::ReadDraft, _>(&actor, seen.resource)?;
        permitted.into_subject()
    } else {
        ctx.authorize::<act::Read, _>(&actor, seen.resource)?
            .into_subject()
    };
    let missing = |which| match which {
        Which::Draft => Problem::from(Code::DraftMissing),
        _ => Problem::from(Code::NotFound),
    };
    let from = from.ok_or_else(|| missing(one))?;
    let to = to.ok_or_else(|| missing(other))?;
    let found = bench.map_or_else(Vec::new, |bench| bench.imposed.deviations(&to));
    // Two texts as long as may be, and all different, take a third of a second.
    let work = move || compare(&from, &to);
    let comparison = ctx.state().documents.take(work).await?;
    let deviations = found
        .into_iter()
        .map(|it| (it.0.clause.clone(), DepartureView::of(it)))
        .collect();
    let view = ComparisonView::of(&query, comparison, deviations);
    if query.format == Format::Html {
        let language = chosen(ctx.request());
        let content = page::content(language, &view);
        return Ok(pages::page(language, page::title(language), &content));
    }
    ctx.show(&view, tag(&resource))
}
