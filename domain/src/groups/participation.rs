//! A collectivity's participation in a group: invited, active, suspended, left, declined.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Actor, GroupRole, Permitted, Relation, Subject, Verb, act};
use crate::event::Fact;
use crate::groups::Group;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, GroupId};

/// Where a participation stands. Only `Active` gives rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticipationState {
    /// Asked to join, has not answered.
    Invited,
    /// Takes part.
    Active,
    /// Kept out by a coordinator, for the time being: it sees nothing of what is shared with the
    /// group and shares nothing more with it. What it had shared before stays shared, because a
    /// grant is the giver's alone to take back: it still can, and leaving takes all of it back.
    Suspended,
    /// Has left; may be invited again.
    Left,
    /// Declined; may be invited again.
    Declined,
}

/// The participation of one collectivity, as another one (or itself) sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    /// In which group.
    pub group: GroupId,
    /// Whose.
    pub collectivity: CollectivityId,
    /// As what.
    pub role: GroupRole,
    /// Where it stands.
    pub state: ParticipationState,
    /// Counts changes, for `If-Match`.
    pub revision: i64,
    /// When it took its present state.
    pub since: DateTime<Utc>,
    /// The participation of the collectivity that looks, if it has one.
    pub viewer: Option<(GroupRole, ParticipationState)>,
}

/// Why a participation cannot change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParticipationError {
    /// The collectivity was invited before, takes part or is suspended.
    #[error("already_in_group")]
    AlreadyThere,
    /// The group would be left without coordinator: hand over first.
    #[error("last_coordinator")]
    LastCoordinator,
    /// Only an active participation can be suspended, only a suspended one resumed.
    #[error("participation_state")]
    WrongState,
}

impl Subject for Participation {
    const VERBS: &'static [Verb] = &[
        Verb::AcceptInvitation,
        Verb::DeclineInvitation,
        Verb::ChangeGroupRole,
        Verb::Suspend,
        Verb::Resume,
        Verb::Leave,
    ];

    fn relation(&self, actor: &Actor) -> Relation {
        use ParticipationState::{Active, Invited, Suspended};
        let own = actor.collectivity() == Some(self.collectivity);
        match (own, self.state, self.viewer) {
            (true, Active, _) => Relation::TakesPart(self.role),
            (true, Invited, _) => Relation::Invited,
            (true, Suspended, _) => Relation::Suspended,
            (false, _, Some((GroupRole::Coordinator, Active))) => Relation::Coordinates,
            // What has ended, or never began, is between that collectivity and the coordinators.
            (false, Invited | Active | Suspended, Some((_, Active))) => Relation::Fellow,
            _ => Relation::Stranger,
        }
    }

    fn leaves_room_for(&self, verb: Verb) -> bool {
        match verb {
            Verb::Suspend => self.state == ParticipationState::Active,
            Verb::Resume => self.state == ParticipationState::Suspended,
            Verb::ChangeGroupRole => {
                matches!(
                    self.state,
                    ParticipationState::Active | ParticipationState::Invited
                )
            }
            _ => true,
        }
    }
}

impl Participation {
    fn turn(self, state: ParticipationState, now: DateTime<Utc>) -> Self {
        Self {
            state,
            revision: self.revision + 1,
            since: now,
            ..self
        }
    }

    /// Refuses what leaves a group without coordinator.
    fn is_not_the_last(&self, other_coordinators: u32) -> Result<(), ParticipationError> {
        let coordinates =
            self.role == GroupRole::Coordinator && self.state == ParticipationState::Active;
        if coordinates && other_coordinators == 0 {
            Err(ParticipationError::LastCoordinator)
        } else {
            Ok(())
        }
    }
}

impl Permitted<act::InviteToGroup, Group> {
    /// Asks `collectivity` to join; `before` is its participation so far, if any.
    ///
    /// # Errors
    /// `AlreadyThere` unless it never took part, has left or has declined.
    pub fn invite(
        self,
        collectivity: CollectivityId,
        role: GroupRole,
        before: Option<&Participation>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Participation>, ParticipationError> {
        use ParticipationState::{Declined, Left};
        let revision = match before {
            Some(before) if !matches!(before.state, Left | Declined) => {
                return Err(ParticipationError::AlreadyThere);
            }
            Some(before) => before.revision + 1,
            None => 1,
        };
        let group = self.subject();
        let fact = Fact::GroupInvited {
            group: group.id,
            collectivity,
            role,
        };
        let participation = Participation {
            group: group.id,
            collectivity,
            role,
            state: ParticipationState::Invited,
            revision,
            since: now,
            viewer: group.own,
        };
        Ok(Outcome::new(participation, fact))
    }
}

impl Permitted<act::AcceptInvitation, Participation> {
    /// Joins.
    pub fn accept(self, now: DateTime<Utc>) -> Outcome<Participation> {
        let it = self.into_subject();
        let fact = Fact::GroupJoined {
            group: it.group,
            collectivity: it.collectivity,
        };
        Outcome::new(it.turn(ParticipationState::Active, now), fact)
    }
}

impl Permitted<act::DeclineInvitation, Participation> {
    /// Declines.
    pub fn decline(self, now: DateTime<Utc>) -> Outcome<Participation> {
        let it = self.into_subject();
        let fact = Fact::GroupDeclined {
            group: it.group,
            collectivity: it.collectivity,
        };
        Outcome::new(it.turn(ParticipationState::Declined, now), fact)
    }
}

impl Permitted<act::Leave, Participation> {
    /// Leaves, and what the collectivity had shared with the group ends with it.
    ///
    /// `other_coordinators` counts the active ones besides this participation, `grants` the
    /// collectivity's own grants to the group that hold.
    ///
    /// # Errors
    /// `LastCoordinator` when nobody else coordinates: hand over first.
    pub fn leave(
        self,
        other_coordinators: u32,
        grants: u32,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Participation>, ParticipationError> {
        let it = self.into_subject();
        it.is_not_the_last(other_coordinators)?;
        let fact = Fact::GroupLeft {
            group: it.group,
            collectivity: it.collectivity,
            grants_ended: grants,
        };
        Ok(Outcome::new(it.turn(ParticipationState::Left, now), fact))
    }
}

impl Permitted<act::Suspend, Participation> {
    /// Keeps the collectivity out until resumed.
    ///
    /// # Errors
    /// `WrongState` unless it takes part.
    pub fn suspend(self, now: DateTime<Utc>) -> Result<Outcome<Participation>, ParticipationError> {
        let it = self.into_subject();
        if it.state != ParticipationState::Active {
            return Err(ParticipationError::WrongState);
        }
        let fact = Fact::GroupSuspended {
            group: it.group,
            collectivity: it.collectivity,
        };
        Ok(Outcome::new(
            it.turn(ParticipationState::Suspended, now),
            fact,
        ))
    }
}

impl Permitted<act::Resume, Participation> {
    /// Ends the suspension.
    ///
    /// # Errors
    /// `WrongState` unless it is suspended.
    pub fn resume(self, now: DateTime<Utc>) -> Result<Outcome<Participation>, ParticipationError> {
        let it = self.into_subject();
        if it.state != ParticipationState::Suspended {
            return Err(ParticipationError::WrongState);
        }
        let fact = Fact::GroupResumed {
            group: it.group,
            collectivity: it.collectivity,
        };
        Ok(Outcome::new(it.turn(ParticipationState::Active, now), fact))
    }
}

impl Permitted<act::ChangeGroupRole, Participation> {
    /// Gives another role; handing over is giving `Coordinator` away, then leaving.
    ///
    /// # Errors
    /// `LastCoordinator` when nobody would coordinate, `WrongState` when it does not take part.
    pub fn change_role(
        self,
        role: GroupRole,
        other_coordinators: u32,
    ) -> Result<Outcome<Participation>, ParticipationError> {
        let it = self.into_subject();
        if !matches!(
            it.state,
            ParticipationState::Active | ParticipationState::Invited
        ) {
            return Err(ParticipationError::WrongState);
        }
        if role != GroupRole::Coordinator {
            it.is_not_the_last(other_coordinators)?;
        }
        let fact = Fact::GroupRoleChanged {
            group: it.group,
            collectivity: it.collectivity,
            role,
        };
        Ok(Outcome::new(
            Participation {
                role,
                revision: it.revision + 1,
                ..it
            },
            fact,
        ))
    }
}
