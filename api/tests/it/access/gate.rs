//! What every caller must be answered: computed from the policy, never written down by hand.

use maillage_domain::access::{
    Actor, GroupRole, Member, Refusal, Relation, Role, Roles, Scopes, ServiceAccount, Verb, decide,
};
use maillage_domain::value::{ClientId, CollectivityId, PersonId};
use maillage_infra::ambient;

/// Who asks. Except for the last three, everybody has a live token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Operator,
    /// Holds one role in the collectivity that owns the thing.
    Colleague(Role),
    /// Software of the owner with every scope, created by someone who holds every role.
    Client,
    /// The same with the scope to read, and no other.
    NarrowClient,
    /// A director whose collectivity takes part in the owner's group.
    Fellow,
    /// A director whose collectivity is suspended from that group.
    Suspended,
    /// A director whose collectivity has nothing to do with it.
    Outsider,
    /// Nobody in particular.
    Anonymous,
    /// Presents a token that is none.
    Garbage,
    /// A director of the owner whose membership was revoked, with a token that has not expired.
    Revoked,
    /// A director of the owner who has logged out, with a token that has not expired.
    LoggedOut,
}

/// What an operation asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing: `security: []`.
    Open,
    /// Any live token; the caller sees what is theirs. Software needs this scope.
    Token(Verb),
    /// The session of a person.
    Session,
    /// Any token of software, which is told of itself.
    Itself,
    /// The right to do this to that.
    Right(Verb, Thing),
}

/// The thing acted upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// The platform.
    Platform,
    /// The caller's own collectivity: everyone has one but the operator.
    Home,
    /// Something that only the owner knows of.
    Private,
    /// A client that somebody of the owner has created, who is none of the callers.
    Software,
    /// A job, of which nobody knows but who asked for it: none of the callers.
    Job,
    /// A resource granted to the group for reading and adapting.
    Reusable,
    /// A resource of others, granted to the owner for reading and adapting.
    Granted,
    /// An amendment of the fellow to a resource of the owner.
    Proposal,
    /// An amendment of the owner to a resource of others.
    OwnProposal,
    /// The group, which the owner coordinates.
    Group,
    /// A list within the group: who is suspended does not see the others.
    Fellows,
    /// The participation of a fellow in the group.
    Participation,
    /// The invitation of the owner to a group of others, where the fellow takes part.
    Invitation,
    /// The participation of the owner in a group of others, where the fellow takes part.
    OwnPart,
}

/// What must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// What the document says of success.
    Success,
    /// A problem with this status.
    Problem(u16),
}

impl Caller {
    /// Every caller, in the order of the matrix.
    pub fn all() -> Vec<Self> {
        use Caller::*;
        let roles = Role::ALL.iter().map(|role| Colleague(*role));
        let others = [
            Client,
            NarrowClient,
            Fellow,
            Suspended,
            Outsider,
            Anonymous,
            Garbage,
            Revoked,
            LoggedOut,
        ];
        std::iter::once(Operator)
            .chain(roles)
            .chain(others)
            .collect()
    }

    /// The heading of their column.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Colleague(role) => role.as_str(),
            Self::Client => "client",
            Self::NarrowClient => "narrow_client",
            Self::Fellow => "fellow",
            Self::Suspended => "suspended",
            Self::Outsider => "outsider",
            Self::Anonymous => "anonymous",
            Self::Garbage => "garbage",
            Self::Revoked => "revoked",
            Self::LoggedOut => "logged_out",
        }
    }

    /// What software was created for; nothing for people.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Client => Scopes::all(),
            Self::NarrowClient => Scopes::of([Verb::Read]).unwrap(),
            _ => Scopes::NONE,
        }
    }

    /// Whom the policy is asked about; nobody without a live token.
    fn actor(self) -> Option<Actor> {
        let person = PersonId(ambient::id());
        let member = |role: Role| {
            Actor::Member(Member {
                person,
                collectivity: CollectivityId(ambient::id()),
                roles: Roles::of(&[role]),
            })
        };
        match self {
            Self::Operator => Some(Actor::Operator { person }),
            Self::Colleague(role) => Some(member(role)),
            Self::Client | Self::NarrowClient => Some(Actor::Client(ServiceAccount {
                group: None,
                client: ClientId(ambient::id()),
                creator: person,
                collectivity: CollectivityId(ambient::id()),
                roles: Roles::of(Role::ALL),
                scopes: self.scopes(),
            })),
            Self::Fellow | Self::Suspended | Self::Outsider => Some(member(Role::Director)),
            Self::Anonymous | Self::Garbage | Self::Revoked | Self::LoggedOut => None,
        }
    }
}

/// What `thing` is to `caller`.
fn relation(thing: Thing, caller: Caller) -> Relation {
    use Caller::{Client, Colleague, Fellow, NarrowClient, Suspended};
    let within = match thing {
        Thing::Platform => return Relation::Platform,
        Thing::Home => return Relation::Own,
        Thing::Private => (Relation::Own, None, None),
        Thing::Software => (Relation::OfColleague, None, None),
        Thing::Job => return Relation::Stranger,
        Thing::Reusable => (Relation::OwnPublished, Some(Relation::SharedToReuse), None),
        Thing::Granted => (Relation::SharedToReuse, None, None),
        Thing::Proposal => (Relation::ProposedToUs, Some(Relation::Own), None),
        Thing::OwnProposal => (Relation::Own, None, None),
        Thing::Group => (
            Relation::TakesPart(GroupRole::Coordinator),
            Some(Relation::TakesPart(GroupRole::Contributor)),
            Some(Relation::Suspended),
        ),
        Thing::Fellows => (
            Relation::TakesPart(GroupRole::Coordinator),
            Some(Relation::TakesPart(GroupRole::Contributor)),
            None,
        ),
        Thing::Participation => (Relation::Coordinates, Some(Relation::Fellow), None),
        Thing::Invitation => (Relation::Invited, Some(Relation::Fellow), None),
        Thing::OwnPart => (
            Relation::TakesPart(GroupRole::Contributor),
            Some(Relation::Fellow),
            None,
        ),
    };
    match (caller, within) {
        (Colleague(_) | Client | NarrowClient, (own, _, _)) => own,
        (Fellow, (_, Some(fellow), _)) => fellow,
        (Suspended, (_, _, Some(suspended))) => suspended,
        _ => Relation::Stranger,
    }
}

/// Whether the database itself hides from software what this is done to.
fn is_about_people(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::ReadMembers
            | Verb::RevokeInvitation
            | Verb::ChangeRoles
            | Verb::RevokeMembership
            | Verb::ReadClients
            | Verb::ReadWebhooks
            | Verb::ChangeWebhook
            | Verb::ChangeClient
            | Verb::RotateSecret
            | Verb::RevokeClient
    )
}

impl Gate {
    /// What `caller` must be answered.
    pub fn expects(self, caller: Caller) -> Expected {
        let Some(actor) = caller.actor() else {
            return match self {
                Self::Open => Expected::Success,
                _ => Expected::Problem(401),
            };
        };
        let (verb, thing) = match self {
            Self::Open => return Expected::Success,
            Self::Token(verb) if actor.client().is_none() || caller.scopes().holds(verb) => {
                return Expected::Success;
            }
            Self::Session if actor.client().is_none() => return Expected::Success,
            Self::Itself if actor.client().is_some() => return Expected::Success,
            Self::Token(_) | Self::Session | Self::Itself => return Expected::Problem(403),
            Self::Right(verb, thing) => (verb, thing),
        };
        let relation = match actor.client() {
            Some(_) if is_about_people(verb) && thing != Thing::Home => Relation::Stranger,
            _ => relation(thing, caller),
        };
        match decide(verb, &actor, relation) {
            Ok(()) => Expected::Success,
            Err(Refusal::Hidden) => Expected::Problem(404),
            Err(Refusal::Forbidden) => Expected::Problem(403),
        }
    }

    /// How the matrix writes it.
    pub fn words(self) -> String {
        let Self::Right(verb, thing) = self else {
            return match self {
                Self::Open => "open to all".to_owned(),
                Self::Session => "any session".to_owned(),
                Self::Itself => "any software".to_owned(),
                _ => "any live token".to_owned(),
            };
        };
        let verb = serde_json::to_value(verb).unwrap();
        let thing = match thing {
            Thing::Platform => "the platform",
            Thing::Home => "own collectivity",
            Thing::Private => "not shared",
            Thing::Software => "a client",
            Thing::Job => "a job",
            Thing::Reusable => "shared to reuse",
            Thing::Granted => "granted to reuse",
            Thing::Proposal => "an amendment",
            Thing::OwnProposal => "own amendment",
            Thing::Group => "a group",
            Thing::Fellows => "within a group",
            Thing::Participation => "a participation",
            Thing::Invitation => "an invitation",
            Thing::OwnPart => "own participation",
        };
        format!("{} · {thing}", verb.as_str().unwrap())
    }
}
