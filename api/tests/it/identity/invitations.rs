//! Invitations: made once, accepted once, by whoever holds the token.

use chrono::TimeDelta;
use futures::future::join_all;
use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_infra::testing::{PASSWORD, Tenant};
use serde_json::{Value, json};

use crate::support::{Actor, App, Response};

const NEW_PASSWORD: &str = "huit cigognes au clocher de biais";

/// A fresh tenant of `app`, and who administers it.
async fn town(app: &App) -> (Tenant, Actor) {
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator);
    (tenant, administrator)
}

/// An address that nobody else has.
fn email(tenant: &Tenant, name: &str) -> String {
    format!("{name}@{}.example", tenant.siren)
}

async fn invite(actor: &Actor, email: &str, roles: &[&str]) -> Response {
    let input = json!({ "email": email, "name": "Invitée", "roles": roles });
    actor.post("/v1/invitations", input).await
}

/// The token of an invitation that was just made.
fn token(invited: &Response) -> String {
    invited.expect(201)["token"].as_str().unwrap().to_owned()
}

async fn accept(app: &App, token: &str, password: &str) -> Response {
    let input = json!({ "token": token, "password": password });
    app.anonymous()
        .post("/v1/invitations/acceptances", input)
        .await
}

async fn log_in(app: &App, email: &str, password: &str) -> Response {
    let input = json!({ "email": email, "password": password });
    app.anonymous().post("/v1/sessions", input).await
}

#[actix_web::test]
async fn an_invitation_is_made_shown_and_accepted() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let address = email(&tenant, "dpo");
    let invited = invite(
        &administrator,
        &address.to_uppercase(),
        &["dpo", "reader", "dpo"],
    )
    .await;
    let token = token(&invited);
    assert_eq!(invited.json()["email"], address);
    let listed = administrator.get("/v1/invitations").await;
    assert!(
        !listed.body.contains(&token[8..]),
        "the token is shown once"
    );
    assert_json_snapshot!(listed.expect(200), {
        ".items[].id" => "[id]",
        ".items[].email" => "[email]",
        ".items[].offered_at" => "[at]",
        ".items[].expires_at" => "[at]",
    });
    let lifetime =
        |at: &Value| -> chrono::DateTime<chrono::Utc> { at.as_str().unwrap().parse().unwrap() };
    let item = &listed.json()["items"][0];
    assert_eq!(
        lifetime(&item["expires_at"]) - lifetime(&item["offered_at"]),
        TimeDelta::days(7)
    );

    let accepted = accept(app, &token, NEW_PASSWORD).await;
    let view = accepted.expect(201);
    assert_eq!(
        (&view["email"], &view["roles"]),
        (&json!(address), &json!(["dpo", "reader"]))
    );
    assert_eq!(view["collectivity"], tenant.id.to_string());
    assert_eq!(
        accepted.header("location"),
        format!("/v1/memberships/{}", view["membership"].as_str().unwrap())
    );
    administrator
        .get(accepted.header("location"))
        .await
        .expect(200);
    assert_eq!(administrator.get("/v1/invitations").await.ids(), [""; 0]);
    let tokens = log_in(app, &address, NEW_PASSWORD).await.expect(201);
    assert_eq!(tokens["membership"]["roles"], json!(["dpo", "reader"]));
}

#[actix_web::test]
async fn an_address_is_invited_once_at_a_time() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let address = email(&tenant, "a");
    let first = invite(&administrator, &address, &["reader"]).await;
    for again in [address.clone(), address.to_uppercase()] {
        let refused = invite(&administrator, &again, &["director"]).await;
        assert_eq!(refused.problem(409), "already_invited");
    }
    // Another collectivity invites whom it likes.
    let (_, elsewhere) = town(app).await;
    token(&invite(&elsewhere, &address, &["reader"]).await);

    let here = first.header("location").to_owned();
    assert_eq!(
        elsewhere.anyway().delete(&here).await.problem(404),
        "not_found"
    );
    assert_eq!(
        administrator.delete(&here).await.problem(428),
        "precondition_required"
    );
    administrator
        .matching(&first)
        .delete(&here)
        .await
        .expect(204);
    let second = invite(&administrator, &address, &["reader"]).await;
    assert_eq!(
        accept(app, &token(&first), NEW_PASSWORD).await.problem(409),
        "invitation_invalid"
    );
    accept(app, &token(&second), NEW_PASSWORD).await.expect(201);

    // What is settled is not revoked any more.
    for settled in [&here, second.header("location")] {
        let late = administrator.anyway().delete(settled).await;
        assert_eq!(late.problem(409), "invitation_invalid");
    }
}

#[actix_web::test]
async fn a_token_works_once() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let invited = invite(&administrator, &email(&tenant, "a"), &["reader"]).await;
    let token = token(&invited);
    let attempts = join_all((0..4).map(|_| accept(app, &token, NEW_PASSWORD))).await;
    let mut statuses: Vec<_> = attempts.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    let refused = attempts.iter().find(|it| it.status == 409).unwrap();
    assert_eq!(refused.problem(409), "invitation_invalid");
    assert_eq!(
        accept(app, &token, NEW_PASSWORD).await.problem(409),
        "invitation_invalid"
    );
    let members = administrator.get("/v1/memberships").await.ids();
    assert_eq!(members.len(), 2);
}

#[actix_web::test]
async fn a_wrong_token_opens_nothing() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let token = token(&invite(&administrator, &email(&tenant, "a"), &["reader"]).await);
    let mut altered = token.clone();
    let last = if altered.pop() == Some('A') { 'B' } else { 'A' };
    altered.push(last);
    let unknown = format!("mlg_inv_{}", "A".repeat(43));
    let refresh = token.replace("mlg_inv_", "mlg_rt_");
    let long = format!("{token}{}", "A".repeat(200));
    for wrong in [
        "",
        "x",
        "mlg_inv_",
        "\u{0}",
        &token[8..],
        &altered,
        &unknown,
        &refresh,
        &long,
    ] {
        let refused = accept(app, wrong, NEW_PASSWORD).await;
        assert_eq!(refused.problem(409), "invitation_invalid", "{wrong}");
    }
    accept(app, &token, NEW_PASSWORD).await.expect(201);
}

#[actix_web::test]
async fn a_weak_password_does_not_use_up_the_invitation() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let address = email(&tenant, "marguerite.dupont");
    let token = token(&invite(&administrator, &address, &["reader"]).await);
    let long = "x".repeat(129);
    for (password, broken) in [
        ("", "/password password_too_short"),
        ("onze lettre", "/password password_too_short"),
        ("éééééééééé", "/password password_too_short"),
        (long.as_str(), "/password password_too_long"),
        ("motdepasse123", "/password password_too_weak"),
        ("aaaaaaaaaaaaaaaaaaaa", "/password password_too_weak"),
        ("marguerite.dupont", "/password password_too_weak"),
    ] {
        let refused = accept(app, &token, password).await;
        assert_eq!(refused.problem(422), "invalid", "{password}");
        assert_eq!(refused.broken(), [broken], "{password}");
        assert!(password.is_empty() || !refused.body.contains(password));
    }
    accept(app, &token, NEW_PASSWORD).await.expect(201);
}

#[actix_web::test]
async fn an_invitation_lapses_after_seven_days() {
    let app = App::listen(App::shared().database.clone(), &[]);
    let (tenant, administrator) = town(&app).await;
    let (a, b) = (email(&tenant, "a"), email(&tenant, "b"));
    let early = token(&invite(&administrator, &a, &["reader"]).await);
    let late = invite(&administrator, &b, &["reader"]).await;
    app.clock
        .advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    accept(&app, &early, NEW_PASSWORD).await.expect(201);
    app.clock.advance(TimeDelta::minutes(2));
    let refused = accept(&app, &token(&late), NEW_PASSWORD).await;
    assert_eq!(refused.problem(409), "invitation_invalid");

    // It makes room for another one, which stands; its own expiry was told when it was made.
    let administrator = app.actor(&tenant.administrator);
    let again = invite(&administrator, &b, &["auditor"]).await;
    again.expect(201);
    assert_eq!(
        invite(&administrator, &b, &["reader"]).await.problem(409),
        "already_invited"
    );
    let listed = administrator.get("/v1/invitations").await;
    assert_eq!(listed.ids(), [again.id()]);
    let old = administrator.anyway().delete(late.header("location")).await;
    assert_eq!(old.problem(409), "invitation_invalid");
    let refused = accept(&app, &token(&late), NEW_PASSWORD).await;
    assert_eq!(refused.problem(409), "invitation_invalid");
    let joined = accept(&app, &token(&again), NEW_PASSWORD).await;
    assert_eq!(joined.expect(201)["roles"], json!(["auditor"]));
    let told = app.database.audited(tenant.id.0).await;
    let lapses = |id: &str| {
        let of = |fact: &&Value| fact["type"] == "membership.invited" && fact["invitation"] == id;
        told.iter().find(of).unwrap()["expires_at"].clone()
    };
    for offer in [&late, &again] {
        assert_eq!(lapses(&offer.id()), offer.json()["expires_at"]);
    }
    let revoked = |fact: &&Value| fact["type"] == "membership.invitation_revoked";
    assert_eq!(told.iter().find(revoked), None);
}

#[actix_web::test]
async fn an_account_is_joined_only_with_its_own_password() {
    let app = App::shared();
    let (tenant, _) = town(app).await;
    let (_, elsewhere) = town(app).await;
    let login = app
        .database
        .member_with_password(&tenant, &[Role::Reader])
        .await;
    let address = login.email.as_str();
    // Who invites receives the token, and may have named anyone: the token alone enlists nobody.
    let offered = token(&invite(&elsewhere, address, &["director"]).await);
    let refused = accept(app, &offered, NEW_PASSWORD).await;
    assert_eq!(refused.problem(422), "invalid");
    let error = &refused.json()["errors"][0];
    assert_eq!(error["pointer"], "/password");
    assert_eq!(error["code"], "password_of_account");
    assert_eq!(
        log_in(app, address, NEW_PASSWORD).await.problem(401),
        "invalid_credentials"
    );
    accept(app, &offered, PASSWORD).await.expect(201);
    log_in(app, address, PASSWORD).await.expect(201);

    // Who works here already cannot join twice; the offer stays open.
    let twice = token(&invite(&elsewhere, address, &["reader"]).await);
    assert_eq!(
        accept(app, &twice, PASSWORD).await.problem(409),
        "already_member"
    );
    assert_eq!(elsewhere.get("/v1/invitations").await.ids().len(), 1);
}

#[actix_web::test]
async fn only_administrators_invite_and_only_insiders_see_who_was_invited() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let offered = invite(&administrator, &email(&tenant, "a"), &["reader"]).await;
    for role in Role::ALL {
        let actor = app.member(&tenant, &[*role]).await;
        let invited = invite(&actor, &email(&tenant, role.as_str()), &["reader"]).await;
        let listed = actor.get("/v1/invitations").await;
        let revoked = actor
            .with("if-match", "\"9\"")
            .delete(offered.header("location"))
            .await;
        let (may_invite, may_list) = match role {
            Role::Administrator => (true, true),
            Role::Auditor => (false, true),
            _ => (false, false),
        };
        assert_eq!(
            invited.status.as_u16(),
            if may_invite { 201 } else { 403 },
            "{role}"
        );
        assert_eq!(
            listed.status.as_u16(),
            if may_list { 200 } else { 403 },
            "{role}"
        );
        assert_eq!(
            revoked.status.as_u16(),
            if may_invite { 412 } else { 403 },
            "{role}"
        );
    }
}

#[actix_web::test]
async fn offers_are_listed_newest_first() {
    let app = App::shared();
    let (tenant, administrator) = town(app).await;
    let mut made = Vec::new();
    for n in 0..5 {
        let offered = invite(
            &administrator,
            &email(&tenant, &format!("a{n}")),
            &["reader"],
        )
        .await;
        made.insert(0, offered.id());
    }
    let first = administrator.get("/v1/invitations?limit=3").await;
    let cursor = first.json()["next"].as_str().unwrap().to_owned();
    let rest = administrator
        .get(&format!("/v1/invitations?limit=3&cursor={cursor}"))
        .await;
    assert_eq!([first.ids(), rest.ids()].concat(), made);
    assert_eq!(rest.json()["next"], Value::Null);
}
