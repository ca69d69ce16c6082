//! A stage: a collectivity with things of every kind, and others that stand in every relation to it.
//!
//! Two stages on one database know nothing of each other. Every text that is written on a stage
//! contains its word, so that whatever leaks from it can be recognised.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use maillage_domain::access::{Role, Scopes};
use maillage_domain::partners::{ClientKeys, JobState};
use maillage_domain::value::JobId;
use maillage_infra::store::Bearer;
use maillage_infra::testing::{Login, PASSWORD, Software, Tenant, TestDatabase, terms};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::texts::{adaptations, part};
use crate::support::{Actor, App, QUOTAS, Response};

/// A collectivity, and someone there who holds every role.
pub struct Party {
    pub tenant: Tenant,
    pub actor: Actor,
    pub bearer: Bearer,
}

/// Where one collectivity owns things.
pub struct Stage {
    pub app: App,
    /// Whose things they are.
    pub owner: Party,
    /// Takes part in the owner's group, as a contributor.
    pub fellow: Party,
    /// Is suspended from that group.
    pub suspended: Party,
    /// Forms the groups that the owner is invited to.
    pub host: Party,
    /// Has joined, and takes part in nothing.
    pub newcomer: Party,
    /// Works for the owner and for the fellow, and has a password.
    pub shared_agent: Login,
    pub operator: Actor,
    /// The group to which the owner's resources are granted.
    pub circle: String,
    /// In every text of this stage, and nowhere else.
    pub word: String,
}

/// The application of the tests of access: they log in more often than one address may, and let the
/// directory grow.
pub async fn app() -> &'static App {
    static APP: OnceCell<App> = OnceCell::const_new();
    let listen = async || {
        let database = TestDatabase::shared().clone_fresh().await;
        App::listen(database, &QUOTAS)
    };
    APP.get_or_init(listen).await
}

/// Each call counts one further.
pub fn count() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

impl Party {
    async fn new(app: &App) -> Self {
        let tenant = app.tenant().await;
        // Some of what they do takes their password again.
        let login = app.database.member_with_password(&tenant, Role::ALL).await;
        let (bearer, actor) = (login.bearer, app.actor(&login.bearer));
        Self {
            tenant,
            actor,
            bearer,
        }
    }

    pub fn siren(&self) -> &str {
        self.tenant.siren.as_str()
    }
}

impl Stage {
    pub async fn new(app: &App) -> Self {
        let owner = Party::new(app).await;
        let fellow = Party::new(app).await;
        let agent = app
            .database
            .member_with_password(&owner.tenant, &[Role::Reader]);
        let shared_agent = agent.await;
        let colleague = app
            .database
            .colleague(&fellow.tenant, &shared_agent, &[Role::Reader]);
        colleague.await;
        let mut stage = Self {
            owner,
            fellow,
            suspended: Party::new(app).await,
            host: Party::new(app).await,
            newcomer: Party::new(app).await,
            shared_agent,
            operator: app.operator().await,
            circle: String::new(),
            word: format!("zibeline{}", count()),
            app: app.clone(),
        };
        stage.circle = stage.led_group().await;
        stage
    }

    /// Someone of the owner who holds every role.
    pub fn champion(&self) -> &Actor {
        &self.owner.actor
    }

    /// A text with the word of this stage.
    pub fn text(&self, about: &str) -> String {
        format!("{about} {}", self.word)
    }

    /// A group that `leader` has formed.
    pub async fn group_of(&self, leader: &Party) -> String {
        let group = json!({ "name": self.text("Groupe"), "purpose": self.text("Objet") });
        let formed = leader.actor.post("/v1/groups", group).await;
        formed.expect(201);
        formed.id()
    }

    /// Invites a collectivity to a group.
    pub async fn invite(&self, group: &str, leader: &Party, guest: &Party) {
        let participants = format!("/v1/groups/{group}/participants");
        let invitation = json!({ "siren": guest.siren(), "role": "contributor" });
        let invited = leader.actor.post(&participants, invitation).await;
        invited.expect(201);
    }

    /// Lets `actor` turn the participation of `party`: `acceptance`, `suspension`.
    pub async fn turn(&self, group: &str, party: &Party, actor: &Actor, how: &str) {
        let own = format!("/v1/groups/{group}/participants/{}", party.siren());
        let found = actor.get(&own).await;
        let turn = actor.matching(&found);
        let turned = turn.post(&format!("{own}/{how}"), json!({})).await;
        turned.expect(200);
    }

    /// Invites a collectivity, which accepts.
    pub async fn join(&self, group: &str, leader: &Party, guest: &Party) {
        self.invite(group, leader, guest).await;
        self.turn(group, guest, &guest.actor, "acceptance").await;
    }

    /// Fellow and suspended, as such, in a group that `leader` has formed.
    async fn peopled_group(&self, leader: &Party) -> String {
        let group = self.group_of(leader).await;
        self.join(&group, leader, &self.fellow).await;
        self.join(&group, leader, &self.suspended).await;
        let out = self.turn(&group, &self.suspended, &leader.actor, "suspension");
        out.await;
        group
    }

    /// A group that the owner coordinates, where the host takes part too.
    pub async fn led_group(&self) -> String {
        let group = self.peopled_group(&self.owner).await;
        self.join(&group, &self.owner, &self.host).await;
        group
    }

    /// A group of the host, to which the owner is invited.
    pub async fn hosted_group(&self) -> String {
        let group = self.peopled_group(&self.host).await;
        self.invite(&group, &self.host, &self.owner).await;
        group
    }

    /// A resource of the owner that was never published, at its address.
    pub async fn private(&self, kind: &str) -> Option<Response> {
        let resource = self.resource(kind)?;
        let created = self.champion().post(&format!("/v1/{kind}"), resource).await;
        created.expect(201);
        Some(created)
    }

    /// Replaces the draft of a resource, or begins one; the answer.
    pub async fn redraft(&self, kind: &str, id: &str) -> Response {
        let path = format!("/v1/{kind}/{id}/draft");
        let found = self.champion().get(&path).await;
        let actor = if found.status == 404 {
            self.champion().with("if-none-match", "*")
        } else {
            self.champion().matching(&found)
        };
        let written = actor.put(&path, self.body(kind).unwrap()).await;
        assert!(written.status.is_success(), "{written:?}");
        written
    }

    /// Publishes the draft of a resource.
    pub async fn publish(&self, kind: &str, id: &str) {
        let draft = self.champion().get(&format!("/v1/{kind}/{id}/draft")).await;
        let note = json!({ "note": self.text("Note") });
        let path = format!("/v1/{kind}/{id}/publications");
        let published = self.champion().matching(&draft).post(&path, note).await;
        published.expect(201);
    }

    /// Grants a resource; the answer.
    pub async fn grant(&self, kind: &str, id: &str, audience: Value, level: &str) -> Response {
        let share = json!({ "audience": audience, "level": level });
        let path = format!("/v1/{kind}/{id}/shares");
        let granted = self.champion().post(&path, share).await;
        granted.expect(201);
        granted
    }

    /// A resource with two versions, a draft on top, and two grants: to the circle for reuse, to
    /// the newcomer for reading. Its id, and that of the first grant.
    pub async fn published(&self, kind: &str) -> Option<(String, String)> {
        let id = self.private(kind).await?.id();
        self.publish(kind, &id).await;
        self.redraft(kind, &id).await;
        self.publish(kind, &id).await;
        self.redraft(kind, &id).await;
        let share = self.grant_to_others(kind, &id).await;
        Some((id, share))
    }

    /// Two grants: to the circle for reuse, to the newcomer for reading. The id of the first.
    async fn grant_to_others(&self, kind: &str, id: &str) -> String {
        let circle = json!({ "type": "group", "id": self.circle });
        let share = self.grant(kind, id, circle, "reuse").await.id();
        let newcomer = json!({ "type": "collectivity", "siren": self.newcomer.siren() });
        self.grant(kind, id, newcomer, "read").await;
        share
    }

    /// A resource with the same grants, made from another one of the owner that has published
    /// since, and with a draft; its id.
    pub async fn behind(&self, kind: &str) -> Option<String> {
        let source = self.private(kind).await?.id();
        self.publish(kind, &source).await;
        let adaptations = format!("/v1/{kind}/{source}/adaptations");
        let made = self.champion().post(&adaptations, json!({})).await;
        made.expect(201);
        let id = made.id();
        let draft = format!("/v1/{kind}/{id}/draft");
        let body = self.champion().get(&draft).await.expect(200)["body"].clone();
        self.publish(kind, &id).await;
        let begin = self.champion().with("if-none-match", "*");
        begin.put(&draft, body).await.expect(201);
        self.grant_to_others(kind, &id).await;
        self.redraft(kind, &source).await;
        self.publish(kind, &source).await;
        Some(id)
    }

    /// A resource with the same grants, whose draft departs from the `part` that its source imposes:
    /// its id, and the reason that was given.
    pub async fn departing(&self, kind: &str) -> Option<(String, Response)> {
        let mut source = self.resource(kind)?;
        if let Some(clause) = source["body"].pointer_mut("/clauses/0") {
            clause["lock"] = json!("imposed");
        }
        let source = self.champion().post(&format!("/v1/{kind}"), source).await;
        source.expect(201);
        self.publish(kind, &source.id()).await;
        let adaptations = adaptations(kind, &source.id());
        let made = self.champion().post(&adaptations, json!({})).await;
        made.expect(201);
        let id = made.id();
        self.publish(kind, &id).await;
        self.redraft(kind, &id).await;
        self.grant_to_others(kind, &id).await;
        let first = self.champion().with("if-none-match", "*");
        let reason = json!({ "reason": self.text("Motif") });
        let path = format!("/v1/{kind}/{id}/deviations/{}", part(kind));
        let given = first.put(&path, reason).await;
        given.expect(201);
        Some((id, given))
    }

    /// A resource of the host, granted to the owner for reuse and to the newcomer for reading.
    pub async fn granted(&self, kind: &str) -> Option<String> {
        let host = self.host.actor.anyway();
        let path = format!("/v1/{kind}");
        let id = host.post(&path, self.resource(kind)?).await.id();
        let publications = format!("{path}/{id}/publications");
        host.post(&publications, json!({})).await.expect(201);
        for (party, level) in [(&self.owner, "reuse"), (&self.newcomer, "read")] {
            let audience = json!({ "type": "collectivity", "siren": party.siren() });
            let share = json!({ "audience": audience, "level": level });
            let shared = host.post(&format!("{path}/{id}/shares"), share).await;
            shared.expect(201);
        }
        Some(id)
    }

    /// Lets a collectivity adapt a resource, and publish a text of its own for it.
    pub async fn practise(&self, kind: &str, party: &Party, source: &str) {
        let actor = party.actor.anyway();
        let adaptations = format!("/v1/{kind}/{source}/adaptations");
        let id = actor.post(&adaptations, json!({})).await.id();
        let path = format!("/v1/{kind}/{id}");
        let body = self.body(kind).unwrap();
        actor.put(&format!("{path}/draft"), body).await.expect(200);
        let publications = format!("{path}/publications");
        actor.post(&publications, json!({})).await.expect(201);
    }

    /// Lets a collectivity propose to a source what it practises; the answer.
    pub async fn propose(&self, kind: &str, party: &Party, source: &str) -> Response {
        self.practise(kind, party, source).await;
        let amendments = format!("/v1/{kind}/{source}/amendments");
        let made = party.actor.post(&amendments, self.amendment()).await;
        made.expect(201);
        made
    }

    /// Lets a collectivity say something of an amendment.
    pub async fn comment(&self, party: &Party, amendment: &str) {
        let comments = format!("/v1/amendments/{amendment}/comments");
        let text = json!({ "text": self.text("Avis") });
        party.actor.post(&comments, text).await.expect(201);
    }

    /// The membership of a person of the owner, at its address.
    pub async fn membership_of(&self, bearer: &Bearer) -> Response {
        let listed = self.champion().get("/v1/memberships?limit=100").await;
        let listed = listed.expect(200);
        let mut items = listed["items"].as_array().unwrap().iter();
        let person = bearer.person.to_string();
        let found = items
            .find(|item| item["person"] == person.as_str())
            .unwrap();
        let path = format!("/v1/memberships/{}", found["id"].as_str().unwrap());
        self.champion().get(&path).await
    }

    /// A client of the owner with these scopes, created by who holds every role there.
    pub async fn software(&self, scopes: Scopes, keys: Option<ClientKeys>) -> Software {
        let (tenant, creator) = (self.owner.tenant.id, &self.owner.bearer);
        let database = &self.app.database;
        database.client(tenant, creator, terms(scopes), keys).await
    }

    /// A job of the owner that stands as `state` says.
    pub async fn job(&self, state: JobState) -> JobId {
        let (tenant, asker) = (self.owner.tenant.id, &self.owner.bearer);
        self.app.database.job(tenant, asker, state).await
    }

    /// A client as it is asked for.
    pub fn client(&self) -> Value {
        let expiry = self.app.clock.now() + TimeDelta::days(30);
        json!({
            "name": self.text("Logiciel"), "purpose": self.text("But"),
            "legal_basis": "public_task", "scopes": ["read"], "expires_at": expiry,
            "password": PASSWORD,
        })
    }

    /// An invitation that the owner has just made.
    pub async fn invitation(&self) -> Response {
        let made = self
            .champion()
            .post("/v1/invitations", self.invitee())
            .await;
        made.expect(201);
        made
    }

    /// Someone new to invite.
    pub fn invitee(&self) -> Value {
        let email = format!("{}.{}@commune.example", self.word, count());
        json!({ "email": email, "name": self.text("Invitée"), "roles": ["reader"] })
    }

    /// A public body that the directory has just learned of.
    pub async fn directory_entry(&self) -> String {
        let body = self.new_body();
        self.operator
            .post("/v1/directory", body.clone())
            .await
            .expect(201);
        body["siren"].as_str().unwrap().to_owned()
    }

    /// A public body that the directory does not know.
    pub fn new_body(&self) -> Value {
        let siren = self.app.database.siren();
        json!({ "siren": siren.as_str(), "name": "Organisme d'essai", "type": "syndicat" })
    }
}
