//! The policy: one exhaustive match from an action to the roles and relations that allow it.
//!
//! Its golden table is `domain/tests/it/access/matrix.txt`; read that first.

use crate::access::{Actor, GroupRole, Role, Roles, Verb};
use crate::value::CollectivityId;

/// What a subject is to an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Nothing the actor may know of.
    Stranger,
    /// The platform itself.
    Platform,
    /// It belongs to the actor's collectivity.
    Own,
    /// A resource of the actor's collectivity that has a published version.
    OwnPublished,
    /// It was granted for reading.
    SharedToRead,
    /// It was granted for reading and adapting.
    SharedToReuse,
    /// A group the actor's collectivity was invited to.
    Invited,
    /// A group the actor's collectivity takes part in, with this role.
    TakesPart(GroupRole),
    /// A group that suspended the actor's collectivity.
    Suspended,
    /// Someone else's participation in a group the actor's collectivity coordinates.
    Coordinates,
    /// Someone else's participation in a group the actor's collectivity takes part in.
    Fellow,
    /// An amendment proposed to the actor's collectivity.
    ProposedToUs,
    /// An amendment between others, to a resource granted to a group of the actor's collectivity.
    Discussed,
    /// A client that a colleague created: it acts within their roles.
    OfColleague,
}

impl Relation {
    /// Of what only its owner knows: `Own` to them, and to everyone else nothing.
    pub(crate) fn of_owner(owner: CollectivityId, actor: &Actor) -> Self {
        if actor.collectivity() == Some(owner) {
            Self::Own
        } else {
            Self::Stranger
        }
    }
}

/// Why the policy says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not even know: answered like what does not exist.
    #[error("not_found")]
    Hidden,
    /// The actor may know, and may not do it.
    #[error("forbidden")]
    Forbidden,
}

/// Who writes contents.
const WRITERS: Roles = Roles::of(&[Role::Director, Role::AiLead, Role::Dpo, Role::Contributor]);
/// Who binds the collectivity: publishes, withdraws, grants.
const LEADERS: Roles = Roles::of(&[Role::Director, Role::AiLead]);
/// Who speaks for the collectivity towards others.
const ENVOYS: Roles = Roles::of(&[Role::Administrator, Role::Director]);
/// Who keeps the accounts.
const KEEPERS: Roles = Roles::of(&[Role::Administrator]);
/// Who reads what has happened.
const INSPECTORS: Roles = Roles::of(&[Role::Administrator, Role::Auditor]);
/// Who reads what is still being written: all but simple readers.
const INSIDERS: Roles = Roles::of(&[
    Role::Administrator,
    Role::Director,
    Role::AiLead,
    Role::Dpo,
    Role::StaffRepresentative,
    Role::Elected,
    Role::Contributor,
    Role::Auditor,
]);
/// Every role.
const ANYONE: Roles = Roles::of(Role::ALL);

/// Who an action is for.
enum Who {
    Operator,
    Member(Roles),
}

/// What an action takes: a standing, and one of the relations. Which standing may depend on the
/// `relation` at hand.
fn rule(verb: Verb, relation: Relation) -> (Who, &'static [Relation]) {
    use GroupRole::{Contributor, Coordinator, Reader};
    use Relation::{
        Coordinates, Discussed, Invited, OfColleague, Own, OwnPublished, Platform, ProposedToUs,
        SharedToRead, SharedToReuse, Suspended, TakesPart,
    };
    use Who::{Member, Operator};
    const JOINED: &[Relation] = &[
        TakesPart(Coordinator),
        TakesPart(Contributor),
        TakesPart(Reader),
        Suspended,
    ];
    const OURS: &[Relation] = &[Own, OwnPublished];

    match verb {
        Verb::ExtendDirectory | Verb::RegisterCollectivity => (Operator, &[Platform]),

        Verb::ReadMembers => (Member(INSPECTORS), &[Own]),
        Verb::Invite | Verb::RevokeInvitation | Verb::ChangeRoles | Verb::RevokeMembership => {
            (Member(KEEPERS), &[Own])
        }
        Verb::ReadAudit => (Member(INSPECTORS), &[Own]),

        Verb::FormGroup => (Member(ENVOYS), &[Own]),
        Verb::ReadGroup => (
            Member(ANYONE),
            &[
                TakesPart(Coordinator),
                TakesPart(Contributor),
                TakesPart(Reader),
                Invited,
                Suspended,
            ],
        ),
        Verb::DescribeGroup | Verb::InviteToGroup => (Member(ENVOYS), &[TakesPart(Coordinator)]),
        Verb::ExtendCatalogue => (Member(LEADERS), &[TakesPart(Coordinator)]),
        Verb::AcceptInvitation | Verb::DeclineInvitation => (Member(ENVOYS), &[Invited]),
        Verb::ChangeGroupRole => (Member(ENVOYS), &[Coordinates, TakesPart(Coordinator)]),
        Verb::Suspend | Verb::Resume => (Member(ENVOYS), &[Coordinates]),
        Verb::Leave => (Member(ENVOYS), JOINED),

        Verb::Create => (Member(WRITERS), &[Own]),
        Verb::Read => (
            Member(ANYONE),
            &[Own, OwnPublished, SharedToRead, SharedToReuse],
        ),
        Verb::ReadDraft => (Member(INSIDERS), OURS),
        // Title, summary and tags show at once, to all who see what was published.
        Verb::Describe if relation == OwnPublished => (Member(LEADERS), &[OwnPublished]),
        Verb::Describe => (Member(WRITERS), &[Own]),
        Verb::Write | Verb::Merge | Verb::Discard => (Member(WRITERS), OURS),
        Verb::Publish | Verb::Withdraw | Verb::Share | Verb::Unshare => (Member(LEADERS), OURS),
        Verb::ReadShares => (Member(INSIDERS), OURS),
        Verb::Adapt => (Member(WRITERS), &[Own, OwnPublished, SharedToReuse]),

        Verb::Amend => (Member(WRITERS), &[SharedToReuse]),
        Verb::ReadAmendment => (Member(ANYONE), &[Own, ProposedToUs, Discussed]),
        Verb::CommentAmendment => (Member(WRITERS), &[Own, ProposedToUs]),
        Verb::AcceptAmendment | Verb::DeclineAmendment => (Member(LEADERS), &[ProposedToUs]),
        Verb::WithdrawAmendment => (Member(WRITERS), &[Own]),

        Verb::ReadTrial => (Member(ANYONE), &[Own]),
        Verb::ConductTrial => (Member(WRITERS), &[Own]),
        Verb::DecideTrial | Verb::ShareResult => (Member(LEADERS), &[Own]),

        Verb::ReadInsights | Verb::ReadInbox | Verb::ReadEvents => (Member(ANYONE), &[Own]),
        // What a job does takes the right to that; knowing how far it is does not.
        Verb::ReadJobs | Verb::CancelJob => (Member(ANYONE), &[Own]),

        Verb::ReadClients => (Member(INSPECTORS), &[Own, OfColleague]),
        Verb::RegisterClient => (Member(KEEPERS), &[Own]),
        // It acts within the roles of who created it: whoever else could change it, or had a secret
        // of it, would act within them too.
        Verb::ChangeClient | Verb::RotateSecret => (Member(KEEPERS), &[Own]),
        Verb::RevokeClient => (Member(KEEPERS), &[Own, OfColleague]),

        // People are in it, and what only some roles may see.
        Verb::ExportCollectivity => (Member(KEEPERS), &[Own]),

        Verb::ReadWebhooks => (Member(INSPECTORS), &[Own]),
        Verb::RegisterWebhook | Verb::ChangeWebhook => (Member(KEEPERS), &[Own]),
    }
}

/// Whether `verb`, done to what stands in `relation` to the actor, is for named humans alone: it
/// binds the collectivity, speaks to others in its name, or is about people and their accounts.
///
/// Without a relation: whether it is so in all of them.
pub fn is_for_people(verb: Verb, relation: Option<Relation>) -> bool {
    match verb {
        // Accounts, and what people did with them.
        Verb::ExtendDirectory
        | Verb::RegisterCollectivity
        | Verb::ReadMembers
        | Verb::Invite
        | Verb::RevokeInvitation
        | Verb::ChangeRoles
        | Verb::RevokeMembership
        | Verb::ReadAudit
        | Verb::ReadInbox
        | Verb::ReadClients
        | Verb::RegisterClient
        | Verb::ChangeClient
        | Verb::RotateSecret
        | Verb::RevokeClient
        | Verb::ReadWebhooks
        | Verb::RegisterWebhook
        | Verb::ChangeWebhook
        | Verb::ExportCollectivity => true,
        // What is said to others in the name of the collectivity.
        Verb::FormGroup
        | Verb::DescribeGroup
        | Verb::ExtendCatalogue
        | Verb::InviteToGroup
        | Verb::AcceptInvitation
        | Verb::DeclineInvitation
        | Verb::ChangeGroupRole
        | Verb::Suspend
        | Verb::Resume
        | Verb::Leave
        | Verb::Amend
        | Verb::CommentAmendment
        | Verb::WithdrawAmendment => true,
        // Decisions.
        Verb::Publish
        | Verb::Withdraw
        | Verb::Share
        | Verb::Unshare
        | Verb::AcceptAmendment
        | Verb::DeclineAmendment
        | Verb::DecideTrial
        | Verb::ShareResult => true,
        // What was published shows its new title to others at once.
        Verb::Describe => relation == Some(Relation::OwnPublished),
        Verb::ReadGroup
        | Verb::Create
        | Verb::Read
        | Verb::ReadDraft
        | Verb::Write
        | Verb::Merge
        | Verb::Discard
        | Verb::ReadShares
        | Verb::Adapt
        | Verb::ReadAmendment
        | Verb::ReadTrial
        | Verb::ConductTrial
        | Verb::ReadInsights
        | Verb::ReadEvents
        | Verb::ReadJobs
        | Verb::CancelJob => false,
    }
}

/// The roles of which one is enough to do `verb` to what stands in `relation`; none if it is not for
/// members.
pub fn roles_for(verb: Verb, relation: Relation) -> Roles {
    match rule(verb, relation) {
        (Who::Member(roles), relations) if relations.contains(&relation) => roles,
        _ => Roles::of(&[]),
    }
}

/// Decides whether `actor` may do `verb` to something that stands in `relation` to them.
///
/// # Errors
/// `Hidden` for strangers, `Forbidden` for everyone else the rule does not name.
pub fn decide(verb: Verb, actor: &Actor, relation: Relation) -> Result<(), Refusal> {
    if relation == Relation::Stranger {
        return Err(Refusal::Hidden);
    }
    let (who, relations) = rule(verb, relation);
    let standing = match (who, actor) {
        (Who::Operator, Actor::Operator { .. }) => true,
        (Who::Member(roles), Actor::Member(member)) => member.roles.meets(roles),
        // Three walls: what it was made for, what its creator may do, what no software does.
        (Who::Member(roles), Actor::Client(it)) => {
            it.scopes.holds(verb) && it.roles.meets(roles) && !is_for_people(verb, Some(relation))
        }
        (Who::Operator, Actor::Member(_) | Actor::Client(_))
        | (Who::Member(_), Actor::Operator { .. }) => false,
    };
    if standing && relations.contains(&relation) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}
