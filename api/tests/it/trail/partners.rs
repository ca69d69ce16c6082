//! The facts of clients: registered, changed, given secrets, stopped, and tokens they give back.

use chrono::TimeDelta;
use maillage_domain::access::{Role, Scopes};
use maillage_infra::testing::{PASSWORD, Tenant, terms};
use reqwest::Method;
use serde_json::json;

use super::ledger::Ledger;
use crate::support::{Actor, Partner, Response, Shelf, charter, experiment};

pub async fn partners(ledger: &mut Ledger, tenant: &Tenant) {
    let (app, id) = (ledger.app.clone(), tenant.id.0);
    let roles = [Role::Administrator, Role::Director];
    let login = app.database.member_with_password(tenant, &roles).await;
    let creator = app.actor(&login.bearer);
    let expiry = app.clock.now() + TimeDelta::days(1);
    let input = json!({
        "name": "Logiciel", "purpose": "But", "legal_basis": "public_task", "scopes": ["read"],
        "expires_at": expiry, "password": PASSWORD,
    });
    let registered = creator.post("/v1/clients", input);
    let registered = ledger
        .leaves("register_client", "client.registered", id, registered)
        .await;
    let path = registered.header("location").to_owned();
    let changes = json!({ "name": "Autre nom" });
    let anyway = creator.anyway();
    let changed = anyway.patch(&path, changes);
    ledger
        .leaves("change_client", "client.changed", id, changed)
        .await;
    let secrets = format!("{path}/secrets");
    let rotated = anyway.post(&secrets, json!({ "password": PASSWORD }));
    ledger
        .leaves("rotate_client", "client.secret_rotated", id, rotated)
        .await;
    let revoked = anyway.delete(&path);
    ledger
        .leaves("revoke_client", "client.revoked", id, revoked)
        .await;

    webhooks(ledger, &creator, id).await;

    let mut partner = Partner::new(&app);
    let (terms, keys) = (terms(Scopes::all()), Some(partner.keys()));
    let software = app.database.client(tenant.id, &login.bearer, terms, keys);
    partner.bearer = software.await.bearer;
    // Nothing is kept of a token that is issued or looked at.
    let before = ledger.read().await;
    let form = format!("grant_type=client_credentials&{}", partner.proof());
    let issued = app.anonymous().submit("/oauth/token", &form).await;
    let token = issued.expect(200)["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let form = format!("token={token}&{}", partner.proof());
    let looked = app.anonymous().submit("/oauth/introspect", &form).await;
    assert_eq!(looked.expect(200)["active"], true);
    assert_eq!(ledger.read().await, before);
    for operation in ["issue_token", "introspect_token"] {
        ledger.tried.insert(operation.to_owned());
    }

    let form = format!("token={token}&{}", partner.proof());
    let nobody = app.anonymous();
    let given_back = nobody.submit("/oauth/revoke", &form);
    ledger
        .leaves("revoke_token", "client.token_revoked", id, given_back)
        .await;
}

/// The facts of endpoints, in the order of a life.
async fn webhooks(ledger: &mut Ledger, creator: &Actor, id: uuid::Uuid) {
    let input = json!({ "address": "https://receveur.invalid/x", "name": "Receveur" });
    let registered = creator.post("/v1/webhook-endpoints", input);
    let registered = ledger
        .leaves(
            "register_webhook_endpoint",
            "webhook.registered",
            id,
            registered,
        )
        .await;
    let path = registered.header("location").to_owned();
    let (tests, replays) = (format!("{path}/tests"), format!("{path}/replays"));
    let since = ledger.app.clock.now();
    let tested = creator.post(&tests, json!({}));
    ledger
        .leaves("test_webhook_endpoint", "webhook.tested", id, tested)
        .await;
    let replayed = creator.post(&replays, json!({ "since": since }));
    ledger
        .leaves(
            "replay_webhook_deliveries",
            "webhook.replayed",
            id,
            replayed,
        )
        .await;
    let anyway = creator.anyway();
    let secrets = format!("{path}/secrets");
    let rotated = anyway.post(&secrets, json!({}));
    ledger
        .leaves(
            "rotate_webhook_secret",
            "webhook.secret_rotated",
            id,
            rotated,
        )
        .await;
    for (change, fact) in [
        (json!({ "name": "Autre" }), "webhook.changed"),
        (json!({ "enabled": false }), "webhook.disabled"),
        (json!({ "enabled": true }), "webhook.enabled"),
    ] {
        let changed = anyway.patch(&path, change);
        ledger
            .leaves("change_webhook_endpoint", fact, id, changed)
            .await;
    }
    let removed = anyway.delete(&path);
    ledger
        .leaves("remove_webhook_endpoint", "webhook.removed", id, removed)
        .await;
}

/// The facts of jobs: asked for, and stopped. What they do tells of itself when it is done.
pub async fn jobs(ledger: &mut Ledger, tenant: &Tenant) {
    let (app, id) = (ledger.app.clone(), tenant.id.0);
    let asker = app.member(tenant, Role::ALL).await;
    let asker = asker.with("content-type", "text/csv");
    let bulk = [
        ("charter", charter("Charte", "Texte.")),
        ("template", Shelf::Templates.input("Modèle", "Texte.")),
        ("experiment", experiment("Essai")),
    ];
    let writer = app.member(tenant, Role::ALL).await;
    for (kind, resource) in bulk {
        let items = json!({ "items": [{ "resource": resource }] });
        let path = format!("/v1/{kind}s:bulk");
        let made = writer.post(&path, items);
        let operation = format!("create_{kind}_bulk");
        ledger
            .leaves(&operation, "resource.created", id, made)
            .await;
    }
    let files = [
        (
            "import_resources",
            "/v1/resource-imports?kind=charter",
            "title,text\nx,y\n",
        ),
        (
            "import_people",
            "/v1/invitation-imports",
            "email,name,roles\nx,y,z\n",
        ),
        (
            "import_groups",
            "/v1/group-imports?dry_run=true",
            "name\nx\n",
        ),
    ];
    for (operation, path, file) in files {
        let asked = asker.ask(Method::POST, path, Some(file.into())).await;
        begins_and_ends(ledger, &asker, operation, &asked).await;
    }
    let login = app
        .database
        .member_with_password(tenant, &[Role::Administrator]);
    let keeper = app.actor(&login.await.bearer);
    let password = json!({ "password": PASSWORD });
    let asked = keeper.post("/v1/collectivity-exports", password).await;
    begins_and_ends(ledger, &keeper, "export_collectivity", &asked).await;
    ledger.tried.insert("cancel_job".to_owned());
}

/// Both are told of a job, which is stopped as soon as it was asked for.
async fn begins_and_ends(ledger: &mut Ledger, asker: &Actor, operation: &str, asked: &Response) {
    let id = asked.expect(202)["id"].clone();
    let told = |facts: &[serde_json::Value], what: &str| {
        let told = facts
            .iter()
            .filter(|it| it["type"] == what && it["job"] == id);
        told.count()
    };
    let facts = ledger.read().await.concat();
    assert_eq!(told(&facts, "job.asked"), 1, "{operation}");
    ledger.tried.insert(operation.to_owned());
    let path = format!("{}/cancellation", asked.header("location"));
    let stopped = asker.ask(Method::POST, &path, None).await;
    // A worker may have been faster: then the end is told all the same.
    assert!([200, 409].contains(&stopped.status.as_u16()), "{stopped:?}");
    let facts = ledger.read().await.concat();
    assert_eq!(told(&facts, "job.ended"), 1, "{operation}");
}
