//! L-28: refresh tokens: each is good once, a lost answer is forgiven, a stolen one is found out.

use chrono::TimeDelta;
use maillage_domain::access::Role;
use maillage_domain::identity::{REFRESH_GRACE, REFRESH_LIFETIME};
use maillage_infra::testing::{Login, PASSWORD, Tenant};
use serde_json::{Value, json};

use super::tokens_forge::Forge;
use crate::support::{App, Response};

/// The tokens of a session.
struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    #[track_caller]
    fn of(answer: &Response) -> Self {
        assert!(answer.status.is_success(), "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }

    /// Whether the access token opens something now.
    async fn is_live(&self, app: &App) -> bool {
        let seen = app.bearing(&self.access).get("/v1/me").await;
        seen.status == 200
    }
}

async fn log_in(app: &App, login: &Login) -> Pair {
    let body = json!({ "email": login.email.as_str(), "password": PASSWORD });
    Pair::of(&app.anonymous().post("/v1/sessions", body).await)
}

async fn refresh_with(app: &App, body: Value) -> Response {
    app.anonymous().post("/v1/sessions/refresh", body).await
}

async fn refresh(app: &App, token: &str) -> Response {
    refresh_with(app, json!({ "refresh_token": token })).await
}

#[track_caller]
fn refused(answer: &Response) {
    assert_eq!(answer.problem(401), "invalid_refresh_token");
}

async fn reader(app: &App) -> (Tenant, Login) {
    let tenant = app.tenant().await;
    let login = app.database.member_with_password(&tenant, &[Role::Reader]);
    let login = login.await;
    (tenant, login)
}

#[actix_web::test]
async fn each_token_gives_the_next_pair() {
    let app = &Forge::shared().await.app;
    let (_, login) = reader(app).await;
    let mut pair = log_in(app, &login).await;
    let mut seen = vec![pair.refresh.clone(), pair.access.clone()];
    for _ in 0..3 {
        let next = Pair::of(&refresh(app, &pair.refresh).await);
        assert!(next.is_live(app).await);
        for new in [&next.refresh, &next.access] {
            assert!(!seen.contains(new));
            seen.push(new.clone());
        }
        pair = next;
    }
}

#[actix_web::test]
async fn a_lost_answer_is_forgiven_for_a_moment() {
    let forge = Forge::new().await;
    let app = &forge.app;
    let (_, login) = reader(app).await;
    let first = log_in(app, &login).await;
    Pair::of(&refresh(app, &first.refresh).await);
    app.clock.advance(REFRESH_GRACE / 2);
    let again = Pair::of(&refresh(app, &first.refresh).await);
    let next = Pair::of(&refresh(app, &again.refresh).await);
    assert!(next.is_live(app).await);
    // Its successor was used now, so the answer was not lost: the moment is over, grace or not.
    refused(&refresh(app, &first.refresh).await);
    assert!(!next.is_live(app).await);
}

#[actix_web::test]
async fn a_spent_token_that_comes_back_closes_the_session() {
    let app = &Forge::shared().await.app;
    let (_, login) = reader(app).await;
    let (stolen, other) = (log_in(app, &login).await, log_in(app, &login).await);
    let second = Pair::of(&refresh(app, &stolen.refresh).await);
    let third = Pair::of(&refresh(app, &second.refresh).await);
    refused(&refresh(app, &stolen.refresh).await);
    for pair in [&stolen, &second, &third] {
        assert!(!pair.is_live(app).await);
        refused(&refresh(app, &pair.refresh).await);
    }
    // Another session of the same person is another family.
    assert!(other.is_live(app).await);
    Pair::of(&refresh(app, &other.refresh).await);
}

#[actix_web::test]
async fn after_the_grace_even_an_answer_that_was_lost_is_reuse() {
    let forge = Forge::new().await;
    let app = &forge.app;
    let (_, login) = reader(app).await;
    let first = log_in(app, &login).await;
    let second = Pair::of(&refresh(app, &first.refresh).await);
    app.clock.advance(REFRESH_GRACE + TimeDelta::seconds(1));
    refused(&refresh(app, &first.refresh).await);
    assert!(!second.is_live(app).await);
    refused(&refresh(app, &second.refresh).await);
}

#[actix_web::test]
async fn a_token_that_nobody_uses_lapses_and_one_in_use_does_not() {
    let forge = Forge::new().await;
    let app = &forge.app;
    let (_, login) = reader(app).await;
    let (idle, mut used) = (log_in(app, &login).await, log_in(app, &login).await);
    app.clock.advance(REFRESH_LIFETIME - TimeDelta::minutes(5));
    assert!(!used.is_live(app).await);
    used = Pair::of(&refresh(app, &used.refresh).await);
    assert!(used.is_live(app).await);
    app.clock.advance(TimeDelta::minutes(5));
    refused(&refresh(app, &idle.refresh).await);
    Pair::of(&refresh(app, &used.refresh).await);
}

#[actix_web::test]
async fn no_other_secret_is_a_refresh_token_and_it_is_no_other_secret() {
    let app = &Forge::shared().await.app;
    let (tenant, login) = reader(app).await;
    let pair = log_in(app, &login).await;
    let administrator = app.actor(&tenant.administrator);
    let invitee = json!({ "email": "une.personne@commune.example", "name": "Une personne", "roles": ["reader"] });
    let offer = administrator.post("/v1/invitations", invitee).await;
    let offer = offer.expect(201)["token"].as_str().unwrap().to_owned();
    let session = login.bearer.session.to_string();
    let zeros = format!("mlg_rt_{}", "A".repeat(43));
    let longer = format!("{}A", pair.refresh);
    let other_case = pair.refresh.to_uppercase();
    let bare = pair.refresh.trim_start_matches("mlg_rt_").to_owned();
    let renamed = offer.replace("mlg_inv_", "mlg_rt_");
    let long = format!("mlg_rt_{}", "A".repeat(100_000));
    let wrong = [
        pair.access.as_str(),
        &offer,
        &renamed,
        &session,
        &zeros,
        &longer,
        &other_case,
        &bare,
        &long,
        "",
        "mlg_rt_",
        "null",
        "mlg_rt_' or '1'='1",
    ];
    for token in wrong {
        refused(&refresh(app, token).await);
    }
    app.bearing(&pair.refresh).get("/v1/me").await.expect(401);
    let acceptance = json!({ "token": pair.refresh, "password": PASSWORD });
    let accepted = app
        .anonymous()
        .post("/v1/invitations/acceptances", acceptance)
        .await;
    assert_eq!(accepted.problem(409), "invitation_invalid");
    let renamed = pair.refresh.replace("mlg_rt_", "mlg_inv_");
    let acceptance = json!({ "token": renamed, "password": PASSWORD });
    let accepted = app
        .anonymous()
        .post("/v1/invitations/acceptances", acceptance)
        .await;
    assert_eq!(accepted.problem(409), "invitation_invalid");
    // None of that was held against its owner.
    Pair::of(&refresh(app, &pair.refresh).await);
}

#[actix_web::test]
async fn one_acts_for_another_collectivity_only_where_one_works() {
    let app = &Forge::shared().await.app;
    let (here, login) = reader(app).await;
    let (there, nowhere) = (app.tenant().await, app.tenant().await);
    app.database
        .colleague(&there, &login, &[Role::Director])
        .await;
    let before = log_in(app, &login).await;
    let to = |pair: &Pair, tenant: &Tenant| {
        let token = pair.refresh.clone();
        let body = json!({ "refresh_token": token, "collectivity": tenant.siren.as_str() });
        refresh_with(app, body)
    };
    refused(&to(&before, &nowhere).await);
    let switched = Pair::of(&to(&before, &there).await);
    let me = app
        .bearing(&switched.access)
        .get("/v1/me")
        .await
        .expect(200);
    assert_eq!(me["collectivity"], there.id.to_string());
    assert_eq!(me["roles"], json!(["director"]));
    // The session acts there now: what it had for here opens nothing any more.
    assert!(!before.is_live(app).await);
    let stayed = Pair::of(&refresh(app, &switched.refresh).await);
    let me = app.bearing(&stayed.access).get("/v1/me").await.expect(200);
    assert_eq!(me["collectivity"], there.id.to_string());
    let back = Pair::of(&to(&stayed, &here).await);
    let me = app.bearing(&back.access).get("/v1/me").await.expect(200);
    assert_eq!(me["roles"], json!(["reader"]));
}

#[actix_web::test]
async fn the_operator_stays_the_operator() {
    let app = &Forge::shared().await.app;
    let operator = app.database.operator().await;
    let tenant = app.tenant().await;
    let first = log_in(app, &operator).await;
    let siren = tenant.siren.as_str();
    let body = json!({ "refresh_token": first.refresh, "collectivity": siren });
    refused(&refresh_with(app, body).await);
    let next = Pair::of(&refresh(app, &first.refresh).await);
    let me = app.bearing(&next.access).get("/v1/me").await.expect(200);
    assert_eq!(me["operator"], true);
    // Nor does anybody become one by leaving their collectivity out.
    let (_, login) = reader(app).await;
    let pair = log_in(app, &login).await;
    let body = json!({ "refresh_token": pair.refresh, "collectivity": null });
    let next = Pair::of(&refresh_with(app, body).await);
    let me = app.bearing(&next.access).get("/v1/me").await.expect(200);
    assert_eq!(me["operator"], false);
}

#[actix_web::test]
async fn after_log_out_nothing_of_the_session_works() {
    let app = &Forge::shared().await.app;
    let (_, login) = reader(app).await;
    let (first, other) = (log_in(app, &login).await, log_in(app, &login).await);
    let second = Pair::of(&refresh(app, &first.refresh).await);
    let actor = app.bearing(&second.access);
    actor.delete("/v1/sessions/current").await.expect(204);
    for pair in [&first, &second] {
        assert!(!pair.is_live(app).await);
        refused(&refresh(app, &pair.refresh).await);
        let again = app
            .bearing(&pair.access)
            .delete("/v1/sessions/current")
            .await;
        again.expect(401);
    }
    assert!(other.is_live(app).await);
}

#[actix_web::test]
async fn who_refreshes_in_several_windows_at_once_is_not_logged_out() {
    let app = &Forge::shared().await.app;
    let (_, login) = reader(app).await;
    let first = log_in(app, &login).await;
    let asks = (0..8).map(|_| refresh(app, &first.refresh));
    let answers = futures::future::join_all(asks).await;
    let pairs: Vec<_> = answers.iter().map(Pair::of).collect();
    for pair in &pairs {
        assert!(pair.is_live(app).await);
    }
}

#[actix_web::test]
async fn no_key_brings_tokens_back() {
    let app = &Forge::shared().await.app;
    let (_, login) = reader(app).await;
    let actor = app.anonymous().with("idempotency-key", "une-cle");
    let body = json!({ "email": login.email.as_str(), "password": PASSWORD });
    let one = actor.post("/v1/sessions", body.clone()).await;
    let two = actor.post("/v1/sessions", body).await;
    assert_ne!(Pair::of(&one).refresh, Pair::of(&two).refresh);
    let body = json!({ "refresh_token": Pair::of(&one).refresh });
    let three = actor.post("/v1/sessions/refresh", body.clone()).await;
    let four = actor.post("/v1/sessions/refresh", body).await;
    assert_ne!(Pair::of(&three).refresh, Pair::of(&four).refresh);
}
