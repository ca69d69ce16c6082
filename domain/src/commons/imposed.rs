//! What a source imposes on an adaptation, and the reasons its maker gave for departing from it.
//!
//! Nothing is published that departs from an imposed clause without a reason: the workbench carries
//! what is imposed, so that no publication can do without asking.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Permitted, act};
use crate::commons::deviation::Deviation;
use crate::commons::resource::lawful;
use crate::commons::{Body, Kind, Resource, ResourceError, Workbench};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{ClauseId, PersonId, Pointer, Prose, Violation};

/// Why an imposed clause is departed from, in the words of who adapts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The words, not blank.
    pub text: Prose<2000>,
    /// Counts writes, for `If-Match`.
    pub revision: i64,
    /// Who wrote it last.
    pub written_by: PersonId,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// A deviation with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Justified {
    /// What departs from what.
    pub deviation: Deviation,
    /// Why.
    pub reason: Reason,
}

/// What the source imposes, and why one departs from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imposed<B> {
    /// What the source said in the version that was taken in last; none where there is no source.
    pub base: Option<B>,
    /// The reasons, also those for clauses that deviate no more.
    pub reasons: BTreeMap<ClauseId, Reason>,
}

/// A deviation that has just been given a reason.
#[derive(Clone, Debug)]
pub struct Justification<K> {
    /// What deviates.
    pub resource: Resource<K>,
    /// From which clause, and why.
    pub justified: Justified,
}

/// Whether the source learns of the deviations, in numbers.
#[derive(Clone, Debug)]
pub struct Reporting<K>(pub Resource<K>);

impl<B> Imposed<B> {
    /// What is made from nothing has nothing imposed on it.
    pub const fn nothing() -> Self {
        Self {
            base: None,
            reasons: BTreeMap::new(),
        }
    }
}

impl<B: Body> Imposed<B> {
    /// How `text` departs from it, with the reasons there are.
    pub fn deviations(&self, text: &B) -> Vec<(Deviation, Option<Reason>)> {
        let base = self.base.as_ref();
        let found = base.map_or_else(Vec::new, |base| text.deviations_from(base));
        let explain = |deviation: Deviation| {
            let reason = self.reasons.get(&deviation.clause).cloned();
            (deviation, reason)
        };
        found.into_iter().map(explain).collect()
    }

    /// The same, where every deviation has its reason.
    ///
    /// # Errors
    /// `Unjustified` with the clauses that have none.
    pub fn justified(&self, text: &B) -> Result<Vec<Justified>, ResourceError> {
        let (mut justified, mut open) = (Vec::new(), Vec::new());
        for (deviation, reason) in self.deviations(text) {
            match reason {
                Some(reason) => justified.push(Justified { deviation, reason }),
                None => open.push(deviation.clause),
            }
        }
        if open.is_empty() {
            Ok(justified)
        } else {
            Err(ResourceError::Unjustified(open))
        }
    }
}

impl<K: Kind> Workbench<K> {
    /// How the text departs from what is imposed on it: the draft, or else the newest version.
    pub fn deviations(&self) -> Vec<(Deviation, Option<Reason>)> {
        self.text()
            .map_or_else(Vec::new, |text| self.imposed.deviations(text))
    }
}

impl<K: Kind> Permitted<act::Write, Workbench<K>> {
    /// Says why the text departs from an imposed clause.
    ///
    /// # Errors
    /// `NoDeviation` when it does not; `Invalid` without a word.
    pub fn justify(
        self,
        clause: &ClauseId,
        text: Prose<2000>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Justification<K>>, ResourceError> {
        let written_by = self.actor().person();
        let bench = self.into_subject();
        let found = bench.deviations();
        let found = found.into_iter().find(|(it, _)| it.clause == *clause);
        let (deviation, before) = found.ok_or(ResourceError::NoDeviation)?;
        let blank = text.as_str().trim().is_empty();
        let blank = blank.then(|| Violation::at(Pointer::root().key("reason"), "text_empty"));
        lawful(blank.into_iter().collect())?;
        let reason = Reason {
            text,
            revision: before.map_or(0, |before| before.revision) + 1,
            written_by,
            written_at: now,
        };
        let fact = Fact::DeviationJustified {
            resource: bench.resource.id,
            kind: K::NAME,
            clause: clause.clone(),
        };
        let justification = Justification {
            resource: bench.resource,
            justified: Justified { deviation, reason },
        };
        Ok(Outcome::new(justification, fact))
    }
}

impl<K: Kind> Permitted<act::Publish, Resource<K>> {
    /// Lets the source count the deviations of what is published, or no longer.
    ///
    /// Nobody else sees a change: it moves nothing in a list.
    pub fn report_deviations(self, reported: bool) -> Outcome<Reporting<K>> {
        let resource = self.into_subject();
        let resource = Resource {
            revision: resource.revision + 1,
            reports_deviations: reported,
            ..resource
        };
        let fact = Fact::DeviationsReported {
            resource: resource.id,
            kind: K::NAME,
            reported,
        };
        Outcome::new(Reporting(resource), fact)
    }
}
