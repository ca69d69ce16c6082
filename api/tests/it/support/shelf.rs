//! A shelf of the commons: what differs between charters and templates over HTTP.

use serde_json::{Value, json};

use super::{Actor, Response, bodies};

/// The resources of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Charters,
    Templates,
}

impl Shelf {
    /// What holds for one kind holds for all.
    pub const ALL: [Self; 2] = [Self::Charters, Self::Templates];

    /// The kind, as the API writes it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Charters => "charter",
            Self::Templates => "template",
        }
    }

    /// Where the kind lives.
    pub fn path(self) -> &'static str {
        match self {
            Self::Charters => "/v1/charters",
            Self::Templates => "/v1/templates",
        }
    }

    /// An address of one resource: `/draft`, `/versions/1`, or nothing for itself.
    pub fn at(self, id: &str, rest: &str) -> String {
        format!("{}/{id}{rest}", self.path())
    }

    /// What starts a resource of one clause.
    pub fn input(self, title: &str, text: &str) -> Value {
        match self {
            Self::Charters => bodies::charter(title, text),
            Self::Templates => bodies::template(title, text),
        }
    }

    /// A body of one clause.
    pub fn body(self, text: &str) -> Value {
        self.input("", text)["body"].clone()
    }

    /// Starts a draft; its id.
    pub async fn create(self, actor: &Actor, title: &str, text: &str) -> String {
        let created = actor.post(self.path(), self.input(title, text)).await;
        created.expect(201);
        created.id()
    }

    /// Publishes the draft, whatever it says.
    pub async fn publish(self, actor: &Actor, id: &str) -> Response {
        let publications = self.at(id, "/publications");
        actor
            .anyway()
            .post(&publications, json!({ "note": "" }))
            .await
    }

    /// Starts and publishes; the id.
    pub async fn published(self, actor: &Actor, title: &str, text: &str) -> String {
        let id = self.create(actor, title, text).await;
        self.publish(actor, &id).await.expect(201);
        id
    }

    /// Begins a new draft and publishes it.
    pub async fn revised(self, actor: &Actor, id: &str, text: &str) -> Response {
        let begin = actor.with("if-none-match", "*");
        let draft = begin.put(&self.at(id, "/draft"), self.body(text)).await;
        draft.expect(201);
        self.publish(actor, id).await
    }

    /// Grants a resource; the answer.
    pub async fn share(self, actor: &Actor, id: &str, audience: Value, level: &str) -> Response {
        let share = json!({ "audience": audience, "level": level });
        actor.post(&self.at(id, "/shares"), share).await
    }

    /// A source of `owner`, granted to a group, which `adapter` has adapted, rewritten and published;
    /// the ids of both.
    pub async fn practised(self, owner: &Actor, adapter: &Actor, group: &str) -> (String, String) {
        let source = self.published(owner, "Source", "Relire.").await;
        let group = json!({ "type": "group", "id": group });
        self.share(owner, &source, group, "reuse").await.expect(201);
        let adaptations = self.at(&source, "/adaptations");
        let adapted = adapter.post(&adaptations, json!({})).await;
        adapted.expect(201);
        let id = adapted.id();
        let body = self.body("Relire et noter.");
        let written = adapter.anyway().put(&self.at(&id, "/draft"), body).await;
        written.expect(200);
        self.publish(adapter, &id).await.expect(201);
        (source, id)
    }

    /// Proposes to a source its only clause, as `adapter` practises it; the answer.
    pub async fn amend(self, adapter: &Actor, source: &str) -> Response {
        let amendment = json!({ "clauses": ["objet"], "reason": "Six mois d'usage." });
        adapter
            .post(&self.at(source, "/amendments"), amendment)
            .await
    }
}
