//! The texts of the demo, compiled in from `infra/data/demo`.

use maillage_domain::commons::{Card, CharterBody, Clause, TemplateBody};
use maillage_domain::value::{ClauseId, Line, Prose};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::DemoError;

const CHARTER: &str = include_str!("../../data/demo/charter.json");
const ADAPTATION: &str = include_str!("../../data/demo/adaptation.json");
const TEMPLATES: [&str; 6] = [
    include_str!("../../data/demo/templates/dpia.json"),
    include_str!("../../data/demo/templates/public-notice.json"),
    include_str!("../../data/demo/templates/procurement.json"),
    include_str!("../../data/demo/templates/deliberation.json"),
    include_str!("../../data/demo/templates/cst-referral.json"),
    include_str!("../../data/demo/templates/training-plan.json"),
];

/// A resource to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document<B> {
    title: Line<200>,
    summary: Prose<2000>,
    tags: Vec<Line<50>>,
    /// What it says.
    pub(super) body: B,
}

/// What a commune makes of the charter: another card, clauses changed, clauses added.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adaptation {
    /// The title of what comes out.
    pub(super) title: Line<200>,
    /// Its summary.
    pub(super) summary: Prose<2000>,
    changes: Vec<Change>,
    added: Vec<Addition>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    id: ClauseId,
    title: Option<String>,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    /// Its elder sibling.
    after: ClauseId,
    clause: Clause,
}

/// Reads a text of the demo.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, DemoError> {
    serde_json::from_str(text).map_err(DemoError::content)
}

/// The charter of the agglomeration.
pub(super) fn charter() -> Result<Document<CharterBody>, DemoError> {
    parse(CHARTER)
}

/// What Cergy makes of it.
pub(super) fn adaptation() -> Result<Adaptation, DemoError> {
    parse(ADAPTATION)
}

/// The templates of the agglomeration.
pub(super) fn templates() -> Result<Vec<Document<TemplateBody>>, DemoError> {
    TEMPLATES.into_iter().map(parse).collect()
}

impl<B> Document<B> {
    /// The card of the catalogue.
    pub(super) fn card(&self) -> Card {
        Card {
            title: self.title.clone(),
            summary: self.summary.clone(),
            tags: self.tags.clone(),
        }
    }
}

impl Adaptation {
    /// The body with all changes made.
    pub(super) fn apply(&self, mut body: CharterBody) -> Result<CharterBody, DemoError> {
        for change in &self.changes {
            let clause = find(&mut body.clauses, &change.id)
                .ok_or_else(|| DemoError::content(format_args!("no clause {}", change.id)))?;
            clause.title = change.title.clone().unwrap_or_else(|| clause.title.clone());
            clause.text = change.text.clone().unwrap_or_else(|| clause.text.clone());
        }
        for Addition { after, clause } in &self.added {
            if !insert_after(&mut body.clauses, after, clause) {
                return Err(DemoError::content(format_args!("no clause {after}")));
            }
        }
        Ok(body)
    }
}

/// The clause of that id, at whatever depth.
fn find<'a>(clauses: &'a mut [Clause], id: &ClauseId) -> Option<&'a mut Clause> {
    clauses.iter_mut().find_map(|clause| {
        if clause.id == *id {
            Some(clause)
        } else {
            find(&mut clause.clauses, id)
        }
    })
}

/// Puts `new` behind the clause of that id, on its level; false when there is none.
fn insert_after(clauses: &mut Vec<Clause>, after: &ClauseId, new: &Clause) -> bool {
    if let Some(at) = clauses.iter().position(|clause| clause.id == *after) {
        clauses.insert(at + 1, new.clone());
        return true;
    }
    clauses
        .iter_mut()
        .any(|clause| insert_after(&mut clause.clauses, after, new))
}
