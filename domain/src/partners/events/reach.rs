//! Reach: who is told of a fact, if anybody is. One exhaustive match.
//!
//! Its golden table is `domain/tests/it/partners/events/reach.txt`; read that first. Being told is
//! not yet being entitled: what an event is about must be visible to its reader when it is read.

use uuid::Uuid;

use super::{EventType, Subject};
use crate::access::Verb;
use crate::commons::KindName;
use crate::event::Fact;
use crate::value::{CollectivityId, ResourceId};

/// Some of those who are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Circle {
    /// The people and clients of the collectivity that acted, who may do that.
    Own(Verb),
    /// Everybody the resource is granted to, while it is offered.
    Readers,
    /// The one audience of a grant, while the grant stands.
    Audience(Uuid),
    /// Everybody the resource was granted to until then.
    FormerReaders,
    /// The one audience of a grant that ended.
    FormerAudience(Uuid),
    /// Everybody who takes part in the group.
    Participants,
    /// Those who coordinate the group.
    Coordinators,
    /// One collectivity that the group concerns.
    Fellow(CollectivityId),
    /// The two sides of an amendment.
    Parties,
}

impl Circle {
    /// The stable name under which events are kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own(_) => "own",
            Self::Readers => "readers",
            Self::Audience(_) => "audience",
            Self::FormerReaders => "former_readers",
            Self::FormerAudience(_) => "former_audience",
            Self::Participants => "participants",
            Self::Coordinators => "coordinators",
            Self::Fellow(_) => "fellow",
            Self::Parties => "parties",
        }
    }

    /// The audience it names, if it names one.
    pub const fn audience(self) -> Option<Uuid> {
        match self {
            Self::Audience(id) | Self::FormerAudience(id) => Some(id),
            Self::Fellow(collectivity) => Some(collectivity.0),
            _ => None,
        }
    }

    /// What one must be allowed to do to be told: to read what it is about.
    pub const fn verb(self) -> Verb {
        match self {
            Self::Own(verb) => verb,
            Self::Readers | Self::Audience(_) | Self::FormerReaders | Self::FormerAudience(_) => {
                Verb::Read
            }
            Self::Participants | Self::Coordinators | Self::Fellow(_) => Verb::ReadGroup,
            Self::Parties => Verb::ReadAmendment,
        }
    }
}

/// What is told of a fact, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// What happened.
    pub what: EventType,
    /// What it was done to.
    pub subject: Subject,
    /// Who is told.
    pub circles: Vec<Circle>,
}

fn resource(kind: KindName, id: ResourceId) -> Subject {
    Subject::Resource {
        kind,
        id,
        version: None,
    }
}

/// Who is told of `fact`; nobody where it concerns accounts, secrets or the platform: those stand in
/// the audit trail alone.
#[expect(clippy::too_many_lines, reason = "one line per fact, read as a table")]
pub fn reach(fact: &Fact) -> Option<Reach> {
    use Circle::{
        Audience, Coordinators, Fellow, FormerAudience, FormerReaders, Own, Participants, Parties,
        Readers,
    };
    use EventType as T;

    let (what, subject, circles): (_, _, &[Circle]) = match fact {
        // Accounts, secrets, the platform, what one person has read.
        Fact::OperatorAppointed { .. }
        | Fact::DirectoryExtended { .. }
        | Fact::CollectivityRegistered { .. }
        | Fact::CollectivityExported { .. }
        | Fact::CollectivityImported { .. }
        | Fact::PasswordSet { .. }
        | Fact::Invited { .. }
        | Fact::InvitationRevoked { .. }
        | Fact::MembershipJoined { .. }
        | Fact::RolesChanged { .. }
        | Fact::MembershipRevoked { .. }
        | Fact::SessionOpened { .. }
        | Fact::SessionClosed { .. }
        | Fact::ReuseDetected { .. }
        | Fact::FiguresReleased { .. }
        | Fact::NoticeMarked { .. }
        | Fact::ClientRegistered { .. }
        | Fact::ClientChanged { .. }
        | Fact::SecretRotated { .. }
        | Fact::KeysReplaced { .. }
        | Fact::TokenRevoked { .. }
        | Fact::ClientRevoked { .. }
        | Fact::WebhookRegistered { .. }
        | Fact::WebhookChanged { .. }
        | Fact::WebhookSecretRotated { .. }
        | Fact::WebhookDisabled { .. }
        | Fact::WebhookEnabled { .. }
        | Fact::WebhookTested { .. }
        | Fact::WebhookReplayed { .. }
        | Fact::WebhookRemoved { .. }
        | Fact::JobAsked { .. }
        | Fact::JobEnded { .. }
        | Fact::ActionRefused { .. } => return None,

        // Who writes is nobody's affair but the writers'; a source does not learn who adapted it.
        Fact::ResourceCreated { resource: id, kind } => (
            T::ResourceCreated,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::ResourceAdapted {
            resource: id, kind, ..
        } => (
            T::ResourceAdapted,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::DraftWritten { resource: id, kind } => (
            T::DraftWritten,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::ResourceMerged {
            resource: id, kind, ..
        } => (
            T::ResourceMerged,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::ResourceIncluded {
            resource: id, kind, ..
        } => (
            T::ResourceIncluded,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::InclusionsMerged {
            resource: id, kind, ..
        } => (
            T::InclusionsMerged,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::DeviationJustified {
            resource: id, kind, ..
        } => (
            T::DeviationJustified,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::DeviationsReported {
            resource: id, kind, ..
        } => (
            T::DeviationsReported,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),
        Fact::ResourceDiscarded { resource: id, kind } => (
            T::ResourceDiscarded,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft)],
        ),

        // What others see of a resource. Nobody is told of its drafts: nothing is offered then.
        Fact::ResourceDescribed { resource: id, kind } => (
            T::ResourceDescribed,
            resource(*kind, *id),
            &[Own(Verb::ReadDraft), Readers],
        ),
        Fact::ResourcePublished {
            resource: id,
            kind,
            version,
            ..
        } => {
            let subject = Subject::Resource {
                kind: *kind,
                id: *id,
                version: Some(*version),
            };
            (T::ResourcePublished, subject, &[Own(Verb::Read), Readers])
        }
        Fact::ResourceWithdrawn { resource: id, kind } => (
            T::ResourceWithdrawn,
            resource(*kind, *id),
            &[Own(Verb::Read), FormerReaders],
        ),
        // One audience does not learn of the others.
        Fact::ResourceShared {
            resource: id,
            kind,
            audience,
            ..
        } => (
            T::ResourceShared,
            resource(*kind, *id),
            &[Own(Verb::ReadShares), Audience(audience.id())],
        ),
        Fact::ResourceUnshared {
            resource: id,
            kind,
            audience,
            ..
        } => (
            T::ResourceUnshared,
            resource(*kind, *id),
            &[Own(Verb::ReadShares), FormerAudience(audience.id())],
        ),

        Fact::AmendmentProposed { amendment, .. } => (
            T::AmendmentProposed,
            Subject::Amendment(*amendment),
            &[Parties],
        ),
        Fact::AmendmentCommented { amendment, .. } => (
            T::AmendmentCommented,
            Subject::Amendment(*amendment),
            &[Parties],
        ),
        Fact::AmendmentAccepted { amendment, .. } => (
            T::AmendmentAccepted,
            Subject::Amendment(*amendment),
            &[Parties],
        ),
        Fact::AmendmentDeclined { amendment, .. } => (
            T::AmendmentDeclined,
            Subject::Amendment(*amendment),
            &[Parties],
        ),
        Fact::AmendmentWithdrawn { amendment } => (
            T::AmendmentWithdrawn,
            Subject::Amendment(*amendment),
            &[Parties],
        ),

        Fact::GroupFormed { group } => (
            T::GroupFormed,
            Subject::Group(*group),
            &[Own(Verb::ReadGroup)],
        ),
        Fact::GroupDescribed { group } => {
            (T::GroupDescribed, Subject::Group(*group), &[Participants])
        }
        Fact::UseCaseAdded { group } => (T::UseCaseAdded, Subject::Group(*group), &[Participants]),
        Fact::GroupInvited {
            group,
            collectivity,
            ..
        } => (
            T::GroupInvited,
            Subject::Group(*group),
            &[Participants, Fellow(*collectivity)],
        ),
        Fact::GroupJoined { group, .. } => {
            (T::GroupJoined, Subject::Group(*group), &[Participants])
        }
        // That somebody declined is between them and the coordinators.
        Fact::GroupDeclined { group, .. } => (
            T::GroupDeclined,
            Subject::Group(*group),
            &[Own(Verb::ReadGroup), Coordinators],
        ),
        Fact::GroupRoleChanged {
            group,
            collectivity,
            ..
        } => (
            T::GroupRoleChanged,
            Subject::Group(*group),
            &[Participants, Fellow(*collectivity)],
        ),
        Fact::GroupSuspended {
            group,
            collectivity,
        } => (
            T::GroupSuspended,
            Subject::Group(*group),
            &[Participants, Fellow(*collectivity)],
        ),
        Fact::GroupResumed {
            group,
            collectivity,
        } => (
            T::GroupResumed,
            Subject::Group(*group),
            &[Participants, Fellow(*collectivity)],
        ),
        // Who has left reads of the group no longer, but of its own leaving.
        Fact::GroupLeft { group, .. } => (
            T::GroupLeft,
            Subject::Group(*group),
            &[Own(Verb::ReadGroup), Participants],
        ),

        Fact::TrialStepped { resource, .. } => (
            T::TrialStepped,
            Subject::Trial(*resource),
            &[Own(Verb::ReadTrial)],
        ),
        Fact::TrialNoted { resource, .. } => (
            T::TrialNoted,
            Subject::Trial(*resource),
            &[Own(Verb::ReadTrial)],
        ),
        Fact::TrialImpactsWritten { resource } => (
            T::TrialImpactsWritten,
            Subject::Trial(*resource),
            &[Own(Verb::ReadTrial)],
        ),
        Fact::ResultRecorded { resource, .. } => (
            T::ResultRecorded,
            Subject::Results(*resource),
            &[Own(Verb::ReadTrial)],
        ),
        Fact::ResultShared { resource, .. } => (
            T::ResultShared,
            Subject::Results(*resource),
            &[Own(Verb::ReadTrial)],
        ),
    };
    Some(Reach {
        what,
        subject,
        circles: circles.to_vec(),
    })
}
