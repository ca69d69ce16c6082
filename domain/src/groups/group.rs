//! A group: a name, a purpose, and the participations that make it.

use chrono::{DateTime, Utc};

use crate::access::{Actor, GroupRole, Permitted, Relation, Subject, Verb, act};
use crate::event::Fact;
use crate::groups::{Participation, ParticipationState};
use crate::identity::Staff;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, GroupId, Line, Prose};

/// What a group says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCharter {
    /// Its name.
    pub name: Line<200>,
    /// What it is for.
    pub purpose: Prose<2000>,
}

/// A group, as one of its collectivités sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The collectivity that formed it.
    pub founder: CollectivityId,
    /// Name and purpose.
    pub charter: GroupCharter,
    /// Counts changes, for `If-Match`.
    pub revision: i64,
    /// When it was formed.
    pub formed_at: DateTime<Utc>,
    /// The participation of the collectivity that looks, if it has one.
    pub own: Option<(GroupRole, ParticipationState)>,
}

/// A new group with its founder's participation.
#[derive(Clone, Debug)]
pub struct Founded {
    /// The group.
    pub group: Group,
    /// The founder takes part as coordinator.
    pub founder: Participation,
}

impl Subject for Group {
    const VERBS: &'static [Verb] = &[
        Verb::ReadGroup,
        Verb::DescribeGroup,
        Verb::ExtendCatalogue,
        Verb::InviteToGroup,
    ];

    fn relation(&self, _: &Actor) -> Relation {
        match self.own {
            Some((role, ParticipationState::Active)) => Relation::TakesPart(role),
            Some((_, ParticipationState::Invited)) => Relation::Invited,
            Some((_, ParticipationState::Suspended)) => Relation::Suspended,
            Some((_, ParticipationState::Left | ParticipationState::Declined)) | None => {
                Relation::Stranger
            }
        }
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

impl Permitted<act::FormGroup, Staff> {
    /// Forms a group, which the collectivity coordinates at first.
    pub fn form(self, id: GroupId, charter: GroupCharter, now: DateTime<Utc>) -> Outcome<Founded> {
        let founder = self.subject().collectivity;
        let own = Some((GroupRole::Coordinator, ParticipationState::Active));
        let group = Group {
            id,
            founder,
            charter,
            revision: 1,
            formed_at: now,
            own,
        };
        let founder = Participation {
            group: id,
            collectivity: founder,
            role: GroupRole::Coordinator,
            state: ParticipationState::Active,
            revision: 1,
            since: now,
            viewer: group.own,
        };
        Outcome::new(Founded { group, founder }, Fact::GroupFormed { group: id })
    }
}

impl Permitted<act::DescribeGroup, Group> {
    /// Restates name and purpose.
    pub fn describe(self, charter: GroupCharter) -> Outcome<Group> {
        let group = self.into_subject();
        let fact = Fact::GroupDescribed { group: group.id };
        Outcome::new(
            Group {
                charter,
                revision: group.revision + 1,
                ..group
            },
            fact,
        )
    }
}
