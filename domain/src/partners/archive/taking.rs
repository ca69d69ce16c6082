//! Taking everything away: who may, and what is told of it.

use crate::access::{Permitted, act};
use crate::event::Fact;
use crate::identity::Staff;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, Digest};

/// Everything of a collectivity was written to an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenAway {
    /// Whose it is.
    pub collectivity: CollectivityId,
}

impl Permitted<act::ExportCollectivity, Staff> {
    /// Tells of the archive with this SHA-256.
    pub fn take_away(self, archive: Digest) -> Outcome<TakenAway> {
        let collectivity = self.into_subject().collectivity;
        let fact = Fact::CollectivityExported { archive };
        Outcome::new(TakenAway { collectivity }, fact)
    }
}
