//! Notices: what others have done that concerns a collectivity, as its inbox shows it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Permitted, act};
use crate::commons::KindName;
use crate::event::Fact;
use crate::identity::Staff;
use crate::outcome::Outcome;
use crate::value::{AmendmentId, CollectivityId, PersonId, ResourceId, WebhookId};

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// The source of an adaptation, or of included clauses, has published a version that was not
    /// taken in.
    SourcePublished,
    /// An amendment to a resource of the collectivity is open.
    AmendmentProposed,
    /// An amendment of the collectivity was accepted or declined.
    AmendmentSettled,
    /// The other party said something of an amendment.
    AmendmentCommented,
    /// An endpoint of webhooks was disabled because nothing reaches it, or it wants nothing more.
    WebhookDisabled,
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A resource of the collectivity.
    Resource(KindName, ResourceId),
    /// An endpoint of its webhooks.
    Webhook(WebhookId),
}

/// An entry of an inbox. It is derived from what happened, so its id is made of that too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// What has happened.
    pub what: NoticeKind,
    /// What it is about.
    pub about: About,
    /// The title of what was published, or else of that resource; the name of the endpoint.
    pub title: String,
    /// The version that was published.
    pub version: Option<i32>,
    /// The amendment.
    pub amendment: Option<AmendmentId>,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the person who looks has read it.
    pub read: bool,
}

/// An entry that someone has marked as read, or as unread again.
#[derive(Clone, Debug)]
pub struct Marked {
    /// In which collectivity.
    pub collectivity: CollectivityId,
    /// Who.
    pub person: PersonId,
    /// The entry.
    pub notice: Notice,
}

impl Permitted<act::ReadInbox, Staff> {
    /// Marks an entry as read, or as unread again, for the person who looks.
    pub fn mark(self, notice: Notice, read: bool) -> Outcome<Marked> {
        let fact = Fact::NoticeMarked {
            notice: notice.id.clone(),
            read,
        };
        let marked = Marked {
            person: self.actor().person(),
            collectivity: self.subject().collectivity,
            notice: Notice { read, ..notice },
        };
        Outcome::new(marked, fact)
    }
}
