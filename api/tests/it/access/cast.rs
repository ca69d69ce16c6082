//! The cast: someone for every kind of caller, in their relation to a stage.

use maillage_domain::access::{Role, Scopes};
use maillage_domain::value::ClientId;
use maillage_infra::testing::Tenant;

use super::gate::{Caller, Gate, Thing};
use super::stage::Stage;
use crate::support::Actor;

/// One actor per caller.
pub struct Cast {
    actors: Vec<(Caller, Actor)>,
}

impl Cast {
    pub async fn of(stage: &Stage) -> Self {
        let outside = stage.app.tenant().await;
        let mut actors = Vec::new();
        for caller in Caller::all() {
            actors.push((caller, play(stage, caller, &outside).await));
        }
        Self { actors }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Caller, &Actor)> {
        self.actors.iter().map(|(caller, actor)| (*caller, actor))
    }
}

async fn play(stage: &Stage, caller: Caller, outside: &Tenant) -> Actor {
    let (app, owner) = (&stage.app, &stage.owner.tenant);
    let director = [Role::Director];
    match caller {
        Caller::Operator => app.operator().await,
        Caller::Colleague(role) => {
            let login = app.database.member_with_password(owner, &[role]).await;
            app.actor(&login.bearer)
        }
        Caller::Client | Caller::NarrowClient => {
            let software = stage.software(caller.scopes(), None).await;
            app.software(&software.bearer)
        }
        Caller::Fellow => app.member(&stage.fellow.tenant, &director).await,
        Caller::Suspended => app.member(&stage.suspended.tenant, &director).await,
        Caller::Outsider => app.member(outside, &director).await,
        Caller::Anonymous => app.anonymous(),
        Caller::Garbage => app.bearing("not.a.token"),
        Caller::Revoked => {
            let bearer = app.database.member(owner, &director).await;
            let membership = stage.membership_of(&bearer).await;
            let path = format!("/v1/memberships/{}", membership.id());
            let revoke = stage.champion().matching(&membership);
            revoke.delete(&path).await.expect(204);
            app.actor(&bearer)
        }
        Caller::LoggedOut => {
            let actor = app.member(owner, &director).await;
            actor.delete("/v1/sessions/current").await.expect(204);
            actor
        }
    }
}

impl Stage {
    /// Someone who may do what this asks for.
    pub async fn entitled(&self, gate: Gate) -> Actor {
        match gate {
            Gate::Open => self.app.anonymous(),
            Gate::Itself => {
                let software = self.software(Scopes::all(), None).await.bearer;
                self.called(software.client).await;
                self.app.software(&software)
            }
            Gate::Right(_, Thing::Platform) => self.operator.clone(),
            Gate::Token(_) | Gate::Session | Gate::Right(..) => self.champion().clone(),
        }
    }

    /// Has software of the owner call, well and badly.
    pub async fn called(&self, client: ClientId) {
        let tenant = self.owner.tenant.id;
        self.app
            .database
            .called(tenant, client, &[200, 422, 422])
            .await;
    }
}
