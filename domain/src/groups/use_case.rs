//! Use cases that a group adds to the catalogue for those who take part in it.

use chrono::{DateTime, Utc};

use crate::access::{Permitted, act};
use crate::commons::UseCase;
use crate::event::Fact;
use crate::groups::Group;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, GroupId, Line, Pointer, Violation};

/// A use case of a group.
///
/// Its code holds a part of the group's id: groups that know nothing of each other never mean different
/// things by one code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupUseCase {
    /// Whose it is.
    pub group: GroupId,
    /// Its code.
    pub code: UseCase,
    /// What people call it, in French.
    pub name: Line<200>,
    /// The collectivity that added it.
    pub added_by: CollectivityId,
    /// When.
    pub added_at: DateTime<Utc>,
}

/// Why a use case is not added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The group has it already.
    #[error("use_case_known")]
    Known,
    /// The group has as many as it may.
    #[error("use_cases_too_many")]
    TooMany,
    /// What it is to be called by is no slug.
    #[error("invalid")]
    Invalid(Violation),
}

impl GroupUseCase {
    /// How many a group may have.
    pub const MOST: usize = 100;
}

impl Permitted<act::ExtendCatalogue, Group> {
    /// Adds a use case, for good, to those that the group has.
    ///
    /// # Errors
    /// See `CatalogueError`.
    pub fn add_use_case(
        self,
        slug: &str,
        name: Line<200>,
        known: &[GroupUseCase],
        now: DateTime<Utc>,
    ) -> Result<Outcome<GroupUseCase>, CatalogueError> {
        let adder = self.actor().collectivity();
        let group = self.into_subject();
        let code = UseCase::of_group(group.id, slug).map_err(|_| {
            let violation = Violation::at(Pointer::root().key("slug"), "use_case_slug_format");
            CatalogueError::Invalid(violation)
        })?;
        if known.iter().any(|it| it.code == code) {
            return Err(CatalogueError::Known);
        }
        if known.len() >= GroupUseCase::MOST {
            return Err(CatalogueError::TooMany);
        }
        let fact = Fact::UseCaseAdded { group: group.id };
        let added = GroupUseCase {
            group: group.id,
            code,
            name,
            // Only members take part in groups; the founder stands for nobody else.
            added_by: adder.unwrap_or(group.founder),
            added_at: now,
        };
        Ok(Outcome::new(added, fact))
    }
}
