//! A small world: a group of two collectivités, and one outside it.

use maillage_domain::access::Role;
use maillage_infra::testing::Tenant;
use serde_json::json;

use super::{Actor, App, Response, charter};

/// An agglomeration that coordinates a group, a commune in it, and a stranger to it.
pub struct World {
    pub app: App,
    pub agglo: Tenant,
    pub commune: Tenant,
    pub stranger: Tenant,
    /// Directors: they write, publish, share, and speak for their collectivity.
    pub agglo_director: Actor,
    pub commune_director: Actor,
    pub stranger_director: Actor,
    /// The group's id.
    pub group: String,
}

impl World {
    /// Three fresh tenants of the shared application.
    pub async fn new() -> Self {
        Self::of(App::shared()).await
    }

    pub async fn of(app: &App) -> Self {
        let (agglo, commune, stranger) =
            (app.tenant().await, app.tenant().await, app.tenant().await);
        let agglo_director = app.member(&agglo, &[Role::Director]).await;
        let commune_director = app.member(&commune, &[Role::Director]).await;
        let stranger_director = app.member(&stranger, &[Role::Director]).await;
        let formed = agglo_director
            .post("/v1/groups", json!({ "name": "Groupe" }))
            .await;
        formed.expect(201);
        let group = formed.id();
        let world = Self {
            app: app.clone(),
            agglo,
            commune,
            stranger,
            agglo_director,
            commune_director,
            stranger_director,
            group,
        };
        world
            .join(&world.commune, &world.commune_director, "contributor")
            .await;
        world
    }

    /// Lets a collectivity join the group.
    pub async fn join(&self, tenant: &Tenant, director: &Actor, role: &str) {
        let participants = format!("/v1/groups/{}/participants", self.group);
        let invitation = json!({ "siren": tenant.siren.as_str(), "role": role });
        self.agglo_director
            .post(&participants, invitation)
            .await
            .expect(201);
        let own = format!("{participants}/{}", tenant.siren);
        let found = director.get(&own).await;
        found.expect(200);
        director
            .matching(&found)
            .post(&format!("{own}/acceptance"), json!({}))
            .await
            .expect(200);
    }

    /// A charter that `actor` has published; its id.
    pub async fn published(&self, actor: &Actor, title: &str, text: &str) -> String {
        let created = actor.post("/v1/charters", charter(title, text)).await;
        created.expect(201);
        let id = created.id();
        self.publish(actor, &id).await.expect(201);
        id
    }

    /// Publishes the draft of a charter.
    pub async fn publish(&self, actor: &Actor, id: &str) -> Response {
        let draft = actor.get(&format!("/v1/charters/{id}/draft")).await;
        let publications = format!("/v1/charters/{id}/publications");
        actor
            .matching(&draft)
            .post(&publications, json!({ "note": "" }))
            .await
    }

    /// Grants a charter to the group; the answer.
    pub async fn share_with_group(&self, actor: &Actor, id: &str, level: &str) -> Response {
        let audience = json!({ "type": "group", "id": self.group });
        let share = json!({ "audience": audience, "level": level });
        actor
            .post(&format!("/v1/charters/{id}/shares"), share)
            .await
    }
}
