//! Events: what leaves the house of a fact, thin enough to be sent to anybody who is told of it.
//!
//! An event names what happened, whose it was and what it was done to, by id and address. What the
//! thing says is fetched at that address, under the rights of who fetches it. To whom an event goes
//! is said in `reach`.
//!
//! To add an event: a line in `event_types!`, what `reach` says of its fact, and a line of the golden
//! table `domain/tests/it/partners/events/reach.txt`, which the test writes.

mod reach;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::ser::SerializeStruct as _;
use uuid::Uuid;

use crate::access::{Actor, Refusal, Relation, Verb, decide};
use crate::commons::KindName;
use crate::value::{AmendmentId, CollectivityId, EventId, GroupId, ResourceId};
pub use reach::{Circle, Reach, reach};

/// The text names no event, or nothing that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event_type_unknown")]
pub struct UnknownEventType;

macro_rules! event_types {
    ($($(#[doc = $doc:literal])+ $name:ident = $slug:literal),+ $(,)?) => {
        /// What may be told of: the name of a fact, where it leaves the house.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType { $($(#[doc = $doc])+ $name),+ }

        impl EventType {
            /// Every type, in the order of the golden table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable name, which is that of the fact.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// What has happened, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+)),+ }
            }
        }

        impl FromStr for EventType {
            type Err = UnknownEventType;

            fn from_str(text: &str) -> Result<Self, UnknownEventType> {
                match text { $($slug => Ok(Self::$name),)+ _ => Err(UnknownEventType) }
            }
        }
    };
}

event_types! {
    /// A resource was begun, as a draft.
    ResourceCreated = "resource.created",
    /// A resource was begun from a published version of another.
    ResourceAdapted = "resource.adapted",
    /// Title, summary or tags of a resource changed.
    ResourceDescribed = "resource.described",
    /// The draft of a resource was replaced.
    DraftWritten = "resource.draft_written",
    /// What the source has published since was taken into the draft.
    ResourceMerged = "resource.merged",
    /// Clauses of another text were included in the draft.
    ResourceIncluded = "resource.included",
    /// Included clauses took in what their source has published since.
    InclusionsMerged = "resource.inclusions_merged",
    /// A deviation from an imposed clause was justified.
    DeviationJustified = "resource.deviation_justified",
    /// The source may count the deviations of a resource from now on, or no longer.
    DeviationsReported = "resource.deviations_reported",
    /// A resource that was never published was deleted.
    ResourceDiscarded = "resource.discarded",
    /// A version of a resource was published.
    ResourcePublished = "resource.published",
    /// A resource is no longer offered to others.
    ResourceWithdrawn = "resource.withdrawn",
    /// A resource was granted to an audience.
    ResourceShared = "resource.shared",
    /// A grant was taken back.
    ResourceUnshared = "resource.unshared",
    /// A change was proposed to a source.
    AmendmentProposed = "amendment.proposed",
    /// Something was said of an amendment.
    AmendmentCommented = "amendment.commented",
    /// An amendment was taken into the draft of the source.
    AmendmentAccepted = "amendment.accepted",
    /// An amendment was declined.
    AmendmentDeclined = "amendment.declined",
    /// An amendment was taken back.
    AmendmentWithdrawn = "amendment.withdrawn",
    /// A group was formed.
    GroupFormed = "group.formed",
    /// Name or purpose of a group changed.
    GroupDescribed = "group.described",
    /// A use case was added to the catalogue of a group.
    UseCaseAdded = "group.use_case_added",
    /// A collectivity was invited to a group.
    GroupInvited = "group.invited",
    /// A collectivity joined a group.
    GroupJoined = "group.joined",
    /// A collectivity declined to join a group.
    GroupDeclined = "group.declined",
    /// The role of a collectivity in a group changed.
    GroupRoleChanged = "group.role_changed",
    /// A collectivity was suspended from a group.
    GroupSuspended = "group.suspended",
    /// The suspension of a collectivity ended.
    GroupResumed = "group.resumed",
    /// A collectivity left a group; its grants to that group ended with it.
    GroupLeft = "group.left",
    /// A trial took a step.
    TrialStepped = "trial.stepped",
    /// The journal of a trial got an entry.
    TrialNoted = "trial.noted",
    /// The impacts of a trial were written down.
    TrialImpactsWritten = "trial.impacts_written",
    /// A result of a trial was reported.
    ResultRecorded = "result.recorded",
    /// How a result is shared with the network changed.
    ResultShared = "result.shared",
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A resource; one of its versions, where that is what there is to fetch.
    Resource {
        /// Its kind.
        kind: KindName,
        /// Which.
        id: ResourceId,
        /// Which version.
        version: Option<i32>,
    },
    /// An amendment.
    Amendment(AmendmentId),
    /// A group.
    Group(GroupId),
    /// The trial of an experiment.
    Trial(ResourceId),
    /// The results of an experiment.
    Results(ResourceId),
}

impl Subject {
    /// What every subject is called, as the feed writes it.
    pub const KINDS: &'static [&'static str] = &[
        "charter",
        "template",
        "experiment",
        "amendment",
        "group",
        "trial",
        "results",
    ];

    /// What it is called.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Resource { kind, .. } => kind.as_str(),
            Self::Amendment(_) => "amendment",
            Self::Group(_) => "group",
            Self::Trial(_) => "trial",
            Self::Results(_) => "results",
        }
    }

    /// Its id: of a trial and of results, that of the experiment.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Resource { id, .. } | Self::Trial(id) | Self::Results(id) => id.0,
            Self::Amendment(id) => id.0,
            Self::Group(id) => id.0,
        }
    }

    /// The version it names.
    pub const fn version(&self) -> Option<i32> {
        match self {
            Self::Resource { version, .. } => *version,
            _ => None,
        }
    }

    /// The subject of these parts.
    ///
    /// # Errors
    /// When nothing is called `kind`.
    pub fn from_parts(
        kind: &str,
        id: Uuid,
        version: Option<i32>,
    ) -> Result<Self, UnknownEventType> {
        Ok(match kind {
            "amendment" => Self::Amendment(AmendmentId(id)),
            "group" => Self::Group(GroupId(id)),
            "trial" => Self::Trial(ResourceId(id)),
            "results" => Self::Results(ResourceId(id)),
            kind => Self::Resource {
                kind: kind.parse().map_err(|_| UnknownEventType)?,
                id: ResourceId(id),
                version,
            },
        })
    }

    /// Where it is fetched, relative to the address of the API.
    pub fn href(&self) -> String {
        match self {
            Self::Resource { kind, id, version } => {
                let resource = format!("/v1/{}/{id}", kind.plural());
                version.map_or(resource.clone(), |it| format!("{resource}/versions/{it}"))
            }
            Self::Amendment(id) => format!("/v1/amendments/{id}"),
            Self::Group(id) => format!("/v1/groups/{id}"),
            Self::Trial(id) => format!("/v1/experiments/{id}/trial"),
            Self::Results(id) => format!("/v1/experiments/{id}/results"),
        }
    }
}

/// A fact as it is told to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id, the same for everybody and for every attempt.
    pub id: EventId,
    /// What happened.
    pub what: EventType,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Who did it.
    pub collectivity: CollectivityId,
    /// What it was done to.
    pub subject: Subject,
}

/// What is sent: by the feed, by streams and by webhooks alike.
impl Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Thing {
            r#type: &'static str,
            id: Uuid,
            href: String,
        }
        let mut event = serializer.serialize_struct("Event", 5)?;
        event.serialize_field("id", &self.id)?;
        event.serialize_field("type", &self.what)?;
        event.serialize_field("occurred_at", &self.occurred_at)?;
        event.serialize_field("collectivity", &self.collectivity)?;
        let thing = Thing {
            r#type: self.subject.kind(),
            id: self.subject.id(),
            href: self.subject.href(),
        };
        event.serialize_field("subject", &thing)?;
        event.end()
    }
}

/// An event at its place in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its place: greater than that of everything that could be read before it.
    pub position: i64,
    /// What is told.
    pub event: Event,
    /// Reading its subject takes one of these.
    pub verbs: Vec<Verb>,
}

impl Told {
    /// Whether it may be told to `actor`: who may not read the subject is not told of it either.
    pub fn is_for(&self, actor: &Actor) -> bool {
        // Whose it is was asked when it was found; here roles and scopes are.
        const RELATIONS: [Relation; 4] = [
            Relation::Own,
            Relation::SharedToRead,
            Relation::Invited,
            Relation::ProposedToUs,
        ];
        let may = |verb| {
            let mut relations = RELATIONS.iter();
            relations.any(|relation| decide(verb, actor, *relation) != Err(Refusal::Forbidden))
        };
        self.verbs.iter().copied().any(may)
    }
}
