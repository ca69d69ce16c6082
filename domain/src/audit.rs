//! The audit trail: records chained by digest, one chain per collectivity, so that tampering shows.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::value::{ClientId, Digest, PersonId};

/// One record, as it is digested: every field but its own digest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Its place in the chain, from 1 without gaps.
    pub sequence: i64,
    /// When it was written, UTC, to the microsecond.
    pub at: DateTime<Utc>,
    /// Which human acted; nobody where software did.
    pub actor: Option<PersonId>,
    /// Which client acted; none where a human or the product itself did. Left out then, as it was
    /// before there were clients: their digests are for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// What happened: `type` names it, the other members give the details.
    pub fact: serde_json::Value,
    /// The digest of the record before it; `ZERO` for the first.
    pub previous: Digest,
}

/// The chain does not hold at this record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain is broken at record {sequence}")]
pub struct Broken {
    /// The first record that does not follow from the one before it.
    pub sequence: i64,
}

impl Record {
    /// The digest that the next record carries.
    ///
    /// # Errors
    /// When the fact has no JSON form, which no fact of this crate lacks.
    pub fn digest(&self) -> Result<Digest, serde_json::Error> {
        Digest::of(self)
    }
}

/// Where a walk along a chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The sequence of the last record walked; 0 before the first.
    pub sequence: i64,
    /// Its digest; `ZERO` before the first.
    pub digest: Digest,
}

impl Link {
    /// Before the first record.
    pub const START: Self = Self {
        sequence: 0,
        digest: Digest::ZERO,
    };

    /// Steps over `record`, which claims to digest to `claimed`.
    ///
    /// # Errors
    /// When the record is altered, missing, out of order, or does not follow from this link.
    pub fn step(self, record: &Record, claimed: Digest) -> Result<Self, Broken> {
        let broken = Broken {
            sequence: record.sequence,
        };
        let digest = record.digest().map_err(|_| broken)?;
        let follows = record.sequence == self.sequence + 1 && record.previous == self.digest;
        if follows && digest == claimed {
            Ok(Self {
                sequence: record.sequence,
                digest,
            })
        } else {
            Err(broken)
        }
    }
}
