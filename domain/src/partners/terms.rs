//! Terms: what a client is for, how far it goes, and until when.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Scopes, Verb};
use crate::partners::{ClientError, Network};
use crate::value::{GroupId, Line};

/// The longest that a client may live without being looked at again.
pub const MAX_LIFETIME: TimeDelta = TimeDelta::days(366);
/// How many networks a client may name.
pub const MAX_NETWORKS: usize = 50;

/// What a client of a group may do: it reads what is shared with the group.
pub const OF_GROUPS: [Verb; 2] = [Verb::Read, Verb::ReadEvents];

/// Why personal data may be processed (RGPD art. 6 §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the regulation")]
pub enum LegalBasis {
    Consent,
    Contract,
    LegalObligation,
    VitalInterests,
    PublicTask,
    LegitimateInterests,
}

/// What a client is for and how far it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What people call it.
    pub name: Line<200>,
    /// What it is for.
    pub purpose: Line<1000>,
    /// By what right.
    pub legal_basis: LegalBasis,
    /// What it may do, at most.
    pub scopes: Scopes,
    /// Where it may call from; from anywhere if there is none.
    pub networks: Vec<Network>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// Whether it ends with the membership of its creator. If not, it keeps to the roles they had.
    pub ends_with_creator: bool,
}

impl Terms {
    /// Whether they may be so. `known` is the expiry it had, which was checked when it was set.
    pub(super) fn check(
        &self,
        group: Option<GroupId>,
        known: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), ClientError> {
        let fresh = Some(self.expires_at) != known;
        if self.scopes.is_empty() {
            Err(ClientError::NoScope)
        } else if group.is_some() && !self.scopes.iter().all(|verb| OF_GROUPS.contains(&verb)) {
            Err(ClientError::BeyondGroup)
        } else if self.networks.len() > MAX_NETWORKS {
            Err(ClientError::TooManyNetworks)
        } else if fresh && (self.expires_at <= now || self.expires_at > now + MAX_LIFETIME) {
            Err(ClientError::Expiry)
        } else {
            Ok(())
        }
    }
}
