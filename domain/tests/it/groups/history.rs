//! Histories: any collectivités, any commands, in any order; a group always has a coordinator.
//!
//! Every command goes through `authorize`. A small model, written apart from the crate, says which
//! ones may succeed.

use std::collections::BTreeMap;

use maillage_domain::access::{GroupRole, Refusal, Relation, Subject, act, authorize};
use maillage_domain::groups::{Group, Participation, ParticipationError, ParticipationState};
use maillage_domain::outcome::Outcome;
use proptest::prelude::*;

use super::group::founded;
use crate::fixture::{at, collectivity, director, group_role};

use ParticipationState::{Active, Declined, Invited, Left, Suspended};

/// The collectivités of a history; the first one forms the group.
const PEOPLE: u64 = 5;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Invite(GroupRole),
    Accept,
    Decline,
    Suspend,
    Resume,
    Leave,
    ChangeRole(GroupRole),
}

/// The first acts upon the second; they may be the same.
type Command = (u64, u64, Deed);

/// Half of the commands are acts upon oneself, for many only make sense so.
fn command() -> impl Strategy<Value = Command> {
    let deed = prop_oneof![
        3 => group_role().prop_map(Deed::Invite),
        3 => Just(Deed::Accept),
        1 => Just(Deed::Decline),
        2 => Just(Deed::Suspend),
        1 => Just(Deed::Resume),
        2 => Just(Deed::Leave),
        3 => group_role().prop_map(Deed::ChangeRole),
    ];
    (0..PEOPLE, 0..PEOPLE, any::<bool>(), deed).prop_map(|(by, whom, alone, deed)| {
        let whom = if alone { by } else { whom };
        (by, whom, deed)
    })
}

#[derive(Debug, PartialEq)]
enum No {
    Refused(Refusal),
    Impossible(ParticipationError),
    /// Nothing to act upon: a store answers as if hidden.
    Missing,
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ParticipationError> for No {
    fn from(error: ParticipationError) -> Self {
        Self::Impossible(error)
    }
}

/// What a store keeps of one group.
#[derive(Clone, Debug)]
struct World {
    group: Group,
    parts: BTreeMap<u64, Participation>,
}

impl World {
    fn new() -> Self {
        let founded = founded();
        Self {
            group: founded.group,
            parts: BTreeMap::from([(0, founded.founder)]),
        }
    }

    fn standing(&self, n: u64) -> Option<(GroupRole, ParticipationState)> {
        self.parts.get(&n).map(|part| (part.role, part.state))
    }

    fn coordinators_besides(&self, n: u64) -> u32 {
        let others = self.parts.iter().filter(|(other, part)| {
            **other != n && (part.role, part.state) == (GroupRole::Coordinator, Active)
        });
        others.count().try_into().unwrap()
    }

    /// The group as the `n`th collectivity sees it.
    fn group_for(&self, n: u64) -> Group {
        Group {
            own: self.standing(n),
            ..self.group.clone()
        }
    }

    /// The participation of `whom` as the `n`th collectivity sees it.
    fn part_for(&self, n: u64, whom: u64) -> Result<Participation, No> {
        let part = self.parts.get(&whom).ok_or(No::Missing)?;
        Ok(Participation {
            viewer: self.standing(n),
            ..part.clone()
        })
    }

    /// Does it as a handler would: find, authorize, change.
    fn perform(&self, (by, whom, deed): Command, now: i64) -> Result<Outcome<Participation>, No> {
        let (actor, now) = (director(by), at(now));
        let others = self.coordinators_besides(whom);
        Ok(match deed {
            Deed::Invite(role) => authorize::<act::InviteToGroup, _>(&actor, self.group_for(by))?
                .invite(collectivity(whom), role, self.parts.get(&whom), now)?,
            Deed::Accept => {
                authorize::<act::AcceptInvitation, _>(&actor, self.part_for(by, whom)?)?.accept(now)
            }
            Deed::Decline => {
                authorize::<act::DeclineInvitation, _>(&actor, self.part_for(by, whom)?)?
                    .decline(now)
            }
            Deed::Suspend => {
                authorize::<act::Suspend, _>(&actor, self.part_for(by, whom)?)?.suspend(now)?
            }
            Deed::Resume => {
                authorize::<act::Resume, _>(&actor, self.part_for(by, whom)?)?.resume(now)?
            }
            Deed::Leave => authorize::<act::Leave, _>(&actor, self.part_for(by, whom)?)?
                .leave(others, 0, now)?,
            Deed::ChangeRole(role) => {
                authorize::<act::ChangeGroupRole, _>(&actor, self.part_for(by, whom)?)?
                    .change_role(role, others)?
            }
        })
    }

    /// The model: where `whom` stands after a command that may succeed.
    fn foretold(&self, (by, whom, deed): Command) -> Option<(GroupRole, ParticipationState)> {
        let coordinates = self.standing(by) == Some((GroupRole::Coordinator, Active));
        let alone = by == whom;
        let keeps_one = self.coordinators_besides(whom) > 0;
        match (deed, self.standing(whom)) {
            (Deed::Invite(role), None | Some((_, Left | Declined))) if coordinates => {
                Some((role, Invited))
            }
            (Deed::Accept, Some((role, Invited))) if alone => Some((role, Active)),
            (Deed::Decline, Some((role, Invited))) if alone => Some((role, Declined)),
            (Deed::Suspend, Some((role, Active))) if coordinates && !alone => {
                Some((role, Suspended))
            }
            (Deed::Resume, Some((role, Suspended))) if coordinates && !alone => {
                Some((role, Active))
            }
            (Deed::Leave, Some((GroupRole::Coordinator, Active))) if alone && keeps_one => {
                Some((GroupRole::Coordinator, Left))
            }
            (Deed::Leave, Some((role, state))) if alone => {
                let bound = (role, state) == (GroupRole::Coordinator, Active);
                (!bound && matches!(state, Active | Suspended)).then_some((role, Left))
            }
            (Deed::ChangeRole(to), Some((role, state @ (Active | Invited)))) if coordinates => {
                let steps_down = (role, state) == (GroupRole::Coordinator, Active)
                    && to != GroupRole::Coordinator;
                (!steps_down || keeps_one).then_some((to, state))
            }
            _ => None,
        }
    }

    /// What holds of a group at every moment.
    fn sound(&self) -> Result<(), TestCaseError> {
        prop_assert!(self.coordinators_besides(PEOPLE) > 0, "nobody coordinates");
        for n in 0..PEOPLE {
            let takes_part = matches!(
                self.group_for(n).relation(&director(n)),
                Relation::TakesPart(_)
            );
            let active = matches!(self.standing(n), Some((_, Active)));
            prop_assert_eq!(takes_part, active, "{} is {:?}", n, self.standing(n));
            if let Ok(own) = self.part_for(n, n) {
                let takes_part = matches!(own.relation(&director(n)), Relation::TakesPart(_));
                prop_assert_eq!(takes_part, active);
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_happens(commands in proptest::collection::vec(command(), 1..80)) {
        let mut world = World::new();
        for (now, command) in (1..).zip(commands) {
            let (by, whom, _) = command;
            let foretold = world.foretold(command);
            let before = world.parts.get(&whom).map_or(0, |part| part.revision);
            match world.perform(command, now) {
                Ok(outcome) => {
                    let (part, _) = outcome.into_parts();
                    prop_assert_eq!(Some((part.role, part.state)), foretold, "{:?}", command);
                    prop_assert_eq!(part.collectivity, collectivity(whom));
                    prop_assert_eq!(part.group, world.group.id);
                    prop_assert!(part.revision > before, "{:?}", command);
                    world.parts.insert(whom, part);
                }
                Err(no) => {
                    prop_assert_eq!(foretold, None, "{:?} was {:?}", command, no);
                    // Who does not take part learns nothing of the others.
                    let outside = !matches!(world.standing(by), Some((_, Active)));
                    if by != whom && outside && no != No::Missing {
                        let known = matches!(command.2, Deed::Invite(_))
                            && matches!(world.standing(by), Some((_, Invited | Suspended)));
                        let refusal = if known { Refusal::Forbidden } else { Refusal::Hidden };
                        prop_assert_eq!(no, No::Refused(refusal), "{:?}", command);
                    }
                }
            }
            world.sound()?;
        }
    }
}

#[test]
fn a_coordinator_hands_over_and_leaves() {
    let mut world = World::new();
    let mut now = 0;
    let mut does = |command: Command| {
        now += 1;
        let (part, _) = world.perform(command, now)?.into_parts();
        world.parts.insert(command.1, part);
        Ok::<_, No>(())
    };
    let last = Err(No::Impossible(ParticipationError::LastCoordinator));
    assert_eq!(does((0, 1, Deed::Invite(GroupRole::Contributor))), Ok(()));
    assert_eq!(
        does((0, 1, Deed::ChangeRole(GroupRole::Coordinator))),
        Ok(())
    );
    // Who was only invited does not coordinate yet.
    assert_eq!(does((0, 0, Deed::Leave)), last);
    assert_eq!(does((1, 1, Deed::Accept)), Ok(()));
    assert_eq!(does((0, 0, Deed::Leave)), Ok(()));
    let last = Err(No::Impossible(ParticipationError::LastCoordinator));
    assert_eq!(does((1, 1, Deed::Leave)), last);
    let hidden = Err(No::Refused(Refusal::Hidden));
    assert_eq!(does((0, 1, Deed::Suspend)), hidden);
    assert_eq!(does((1, 0, Deed::Invite(GroupRole::Reader))), Ok(()));
}
