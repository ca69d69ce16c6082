//! A charter and its life: what a store would keep between two requests.

use chrono::{DateTime, Utc};
use maillage_domain::access::{Actor, act};
use maillage_domain::commons::{
    Audience, Begun, Card, Charter, CharterBody, Draft, Imposed, Kind, KindName, Level, Published,
    Resource, ResourceError, Share, Version, Withdrawn, Workbench,
};
use maillage_domain::identity::Staff;
use maillage_domain::value::{ResourceId, ShareId};
use serde_json::json;

use crate::fixture::{allowed, at, collectivity, director, line, prose, uuid};

pub fn resource_id(n: u64) -> ResourceId {
    ResourceId(uuid(0x4000 + n))
}

/// A charter of one clause that says `text`.
pub fn charter(text: &str) -> CharterBody {
    serde_json::from_value(json!({
        "clauses": [{"id": "art-1", "title": "Finalités", "text": text}],
    }))
    .unwrap()
}

pub fn card(title: &str) -> Card {
    Card {
        title: line(title),
        summary: prose("Ce que nous faisons de l’IA."),
        tags: vec![line("ia"), line("charte")],
    }
}

pub fn workbench<K: Kind>(resource: Resource<K>, body: Option<K::Body>) -> Workbench<K> {
    let draft = body.map(|body| Draft {
        body,
        revision: 1,
        written_at: at(0),
    });
    bench(resource, draft)
}

/// The same with a draft that has a past, and with nothing imposed.
pub fn bench<K: Kind>(resource: Resource<K>, draft: Option<Draft<K::Body>>) -> Workbench<K> {
    Workbench {
        resource,
        draft,
        published: None,
        imposed: Imposed::nothing(),
    }
}

/// A grant of the resource to the whole network.
pub fn grant(resource: &Resource<Charter>) -> Share {
    Share {
        id: ShareId(uuid(0x5000)),
        collectivity: resource.collectivity,
        resource: resource.id,
        kind: KindName::Charter,
        audience: Audience::Network,
        level: Level::Reuse,
        expires_at: None,
        granted_at: at(0),
    }
}

/// A resource through time: the only copies that its transitions leave behind.
#[derive(Clone, Debug)]
pub struct Life {
    pub actor: Actor,
    pub resource: Resource<Charter>,
    pub draft: Option<Draft<CharterBody>>,
    pub versions: Vec<Version<CharterBody>>,
    /// The revision of every draft there ever was.
    pub revisions: Vec<i64>,
    clock: i64,
}

/// A charter that the director of the `n`th collectivity has just begun.
pub fn life(n: u64) -> Life {
    let staff = Staff {
        collectivity: collectivity(n),
    };
    let begun = allowed::<act::Create, _>(&director(n), staff)
        .create(resource_id(n), card("Charte"), charter("Texte."), at(0))
        .unwrap();
    let (Begun { resource, draft }, _) = begun.into_parts();
    Life::of(director(n), resource, draft)
}

impl Life {
    pub fn of(actor: Actor, resource: Resource<Charter>, draft: Draft<CharterBody>) -> Self {
        Self {
            actor,
            resource,
            revisions: vec![draft.revision],
            draft: Some(draft),
            versions: Vec::new(),
            clock: 0,
        }
    }

    fn tick(&mut self) -> DateTime<Utc> {
        self.clock += 1;
        at(self.clock)
    }

    fn workbench(&self) -> Workbench<Charter> {
        bench(self.resource.clone(), self.draft.clone())
    }

    pub fn describe(&mut self, title: &str) -> Result<(), ResourceError> {
        let now = self.tick();
        let described = allowed::<act::Describe, _>(&self.actor, self.resource.clone())
            .describe(card(title), now)?;
        self.resource = described.into_parts().0.0;
        Ok(())
    }

    pub fn write(&mut self, body: CharterBody) -> Result<(), ResourceError> {
        let now = self.tick();
        let written = allowed::<act::Write, _>(&self.actor, self.workbench()).write(body, now)?;
        let (drafted, _) = written.into_parts();
        assert_eq!(drafted.fresh, self.draft.is_none());
        self.revisions.push(drafted.draft.revision);
        self.resource = drafted.resource;
        self.draft = Some(drafted.draft);
        Ok(())
    }

    pub fn publish(&mut self) -> Result<Published<Charter>, ResourceError> {
        let now = self.tick();
        let published = allowed::<act::Publish, _>(&self.actor, self.workbench())
            .publish(prose("Adoptée."), now)?;
        let (published, _) = published.into_parts();
        self.resource = published.resource.clone();
        self.draft = None;
        self.versions.push(published.version.clone());
        Ok(published)
    }

    pub fn withdraw(&mut self) -> Result<(), ResourceError> {
        let now = self.tick();
        let withdrawn =
            allowed::<act::Withdraw, _>(&self.actor, self.resource.clone()).withdraw(now)?;
        let (Withdrawn(resource), _) = withdrawn.into_parts();
        self.resource = resource;
        Ok(())
    }
}
