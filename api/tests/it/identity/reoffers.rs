//! The operator invites a first administrator again, as long as nobody has joined.

use chrono::TimeDelta;
use futures::future::join_all;
use maillage_infra::testing::{PASSWORD, TestDatabase, faults};
use serde_json::{Value, json};

use crate::support::{Actor, App, QUOTAS, Response};

/// A body that the operator has registered, and that nobody has joined.
struct Town {
    operator: Actor,
    siren: String,
    id: String,
    /// The token of the first offer.
    token: String,
}

impl Town {
    async fn new(app: &App) -> Self {
        let operator = app.operator().await;
        let siren = app.database.siren().to_string();
        let body = json!({ "siren": siren, "name": "Syndicat (essai)", "type": "syndicat" });
        operator.post("/v1/directory", body).await.expect(201);
        let administrator = json!({ "email": address(&siren, "a"), "name": "Administratrice" });
        let input = json!({ "siren": siren, "administrator": administrator });
        let registered = operator.post("/v1/collectivities", input).await;
        Self {
            token: token(&registered.expect(201)["invitation"]),
            id: registered.id(),
            operator,
            siren,
        }
    }

    /// Offers the administration anew to `name`.
    async fn offer(&self, name: &str) -> Response {
        reoffer(&self.operator, &self.siren, &address(&self.siren, name)).await
    }

    /// What was told of it, but for the log-ins.
    async fn told(&self) -> Vec<Value> {
        let id = self.id.parse().unwrap();
        let told = self.operator.app.database.audited(id).await;
        let types = told.iter().map(|fact| fact["type"].clone());
        types.filter(|it| *it != "session.opened").collect()
    }

    /// The offers that stand and the members, as the administrator who logs in sees them.
    async fn seen(&self, app: &App, name: &str) -> (usize, usize) {
        let login = json!({ "email": address(&self.siren, name), "password": PASSWORD });
        let opened = app.anonymous().post("/v1/sessions", login).await;
        let administrator = app.bearing(opened.expect(201)["access_token"].as_str().unwrap());
        let offers = administrator.get("/v1/invitations").await.ids().len();
        (
            offers,
            administrator.get("/v1/memberships").await.ids().len(),
        )
    }
}

fn address(siren: &str, name: &str) -> String {
    format!("{name}@{siren}.example")
}

fn token(offer: &Value) -> String {
    offer["token"].as_str().unwrap().to_owned()
}

async fn reoffer(actor: &Actor, siren: &str, email: &str) -> Response {
    let path = format!("/v1/collectivities/{siren}/invitations");
    let input = json!({ "email": email, "name": "Administratrice" });
    actor.post(&path, input).await
}

async fn accept(app: &App, token: &str) -> Response {
    let input = json!({ "token": token, "password": PASSWORD });
    app.anonymous()
        .post("/v1/invitations/acceptances", input)
        .await
}

async fn is_dead(app: &App, token: &str) {
    let refused = accept(app, token).await;
    assert_eq!(refused.problem(409), "invitation_invalid");
}

/// Ends when so many connections of the server wait for each other.
async fn waiting(app: &App, wanted: i64) {
    let url = app.database.owner_url();
    while faults::activity(&url).await.waiting < wanted {
        tokio::task::yield_now().await;
    }
}

#[actix_web::test]
async fn an_offer_that_lapsed_is_made_again() {
    let app = App::listen(App::shared().database.clone(), &QUOTAS);
    let mut town = Town::new(&app).await;
    app.clock.advance(TimeDelta::days(8));
    is_dead(&app, &town.token).await;
    town.operator = app.operator().await;
    let offered = town.offer("a").await;
    let view = offered.expect(201);
    assert_eq!(view["roles"], json!(["administrator"]));
    assert_eq!(view["email"], address(&town.siren, "a"));
    let directory = format!("/v1/directory/{}", town.siren);
    assert_eq!(offered.header("location"), directory);
    is_dead(&app, &town.token).await;
    let joined = accept(&app, &token(&view)).await.expect(201);
    assert_eq!(joined["collectivity"], town.id.as_str());
    assert_eq!(joined["roles"], json!(["administrator"]));
    assert_eq!(town.seen(&app, "a").await, (0, 1));
    assert_eq!(
        town.told().await,
        [
            "collectivity.registered",
            "membership.invited",
            "membership.joined"
        ]
    );
}

#[actix_web::test]
async fn a_new_offer_takes_the_place_of_one_that_stands() {
    let app = App::shared();
    let town = Town::new(app).await;
    // To the same address, then to another one, then to the first again.
    let mut before = town.token.clone();
    for name in ["a", "b", "a"] {
        let offered = token(&town.offer(name).await.expect(201));
        is_dead(app, &before).await;
        before = offered;
    }
    accept(app, &before).await.expect(201);
    assert_eq!(town.seen(app, "a").await, (0, 1));
}

#[actix_web::test]
async fn whoever_has_joined_invites_by_themselves() {
    let app = App::shared();
    let town = Town::new(app).await;
    let joined = accept(app, &town.token).await.expect(201);
    for name in ["a", "b"] {
        let late = town.offer(name).await;
        assert_eq!(late.problem(409), "collectivity_joined");
    }
    // An offer of the collectivity's own is not touched by the attempt.
    let login = json!({ "email": address(&town.siren, "a"), "password": PASSWORD });
    let opened = app.anonymous().post("/v1/sessions", login).await;
    let opened = opened.expect(201);
    let administrator = app.bearing(opened["access_token"].as_str().unwrap());
    let invitation = json!({ "email": address(&town.siren, "b"), "name": "B",
        "roles": ["administrator"] });
    let own = administrator.post("/v1/invitations", invitation).await;
    let own = token(&own.expect(201));
    let late = town.offer("c").await;
    assert_eq!(late.problem(409), "collectivity_joined");
    accept(app, &own).await.expect(201);

    // Nor does the place become free when the first one goes.
    let membership = format!("/v1/memberships/{}", joined["membership"].as_str().unwrap());
    let revoked = administrator.anyway().delete(&membership).await;
    revoked.expect(204);
    let late = town.offer("a").await;
    assert_eq!(late.problem(409), "collectivity_joined");
    assert!(!town.told().await.contains(&json!("action.refused")));
}

#[actix_web::test]
async fn nobody_is_invited_to_what_has_not_joined() {
    let app = App::shared();
    let operator = app.operator().await.with("x-request-id", "reoffers");
    // Nobody's; in the directory only; malformed in several ways.
    let unknown = app.database.siren();
    let never = reoffer(&operator, unknown.as_str(), "a@b.example").await;
    assert_eq!(never.problem(404), "not_found");
    for siren in ["219501277", "219501278", "123", "%00", "é"] {
        let refused = reoffer(&operator, siren, "a@b.example").await;
        assert_eq!(refused.bytes(), never.bytes(), "{siren}");
    }
}

#[actix_web::test]
async fn of_several_offers_at_once_one_stands() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let town = Town::new(&app).await;
    // Each begins before any other has ended: to the same address, and to others.
    let held = faults::hold(&app.database.owner_url(), "audit_heads").await;
    let offers = join_all(["a", "a", "b", "c"].map(|name| town.offer(name)));
    let release = async {
        waiting(&app, 4).await;
        held.release().await;
    };
    let (offers, ()) = futures::join!(offers, release);
    let tokens: Vec<_> = offers.iter().map(|it| token(&it.expect(201))).collect();
    is_dead(&app, &town.token).await;
    let answers = join_all(tokens.iter().map(|token| accept(&app, token))).await;
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    let invited = town.told().await;
    let invited = invited.iter().filter(|it| **it == "membership.invited");
    assert_eq!(invited.count(), 4);
}

/// Which of both comes first is settled by the offer, which they both lock.
#[actix_web::test]
async fn an_offer_is_accepted_or_replaced() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let url = app.database.owner_url();
    for accepted_first in [true, false] {
        let town = Town::new(&app).await;
        let held = faults::hold(&url, "audit_heads").await;
        let accepting = async {
            waiting(&app, i64::from(!accepted_first)).await;
            accept(&app, &town.token).await
        };
        let offering = async {
            waiting(&app, i64::from(accepted_first)).await;
            town.offer("b").await
        };
        let release = async {
            waiting(&app, 2).await;
            held.release().await;
        };
        let (accepted, offered, ()) = futures::join!(accepting, offering, release);
        if accepted_first {
            accepted.expect(201);
            assert_eq!(offered.problem(409), "collectivity_joined");
            assert_eq!(town.seen(&app, "a").await, (0, 1));
        } else {
            assert_eq!(accepted.problem(409), "invitation_invalid");
            accept(&app, &token(&offered.expect(201))).await.expect(201);
            assert_eq!(town.seen(&app, "b").await, (0, 1));
        }
    }
}

/// In whatever order they come: never both a member and an offer of the operator's.
#[actix_web::test]
async fn a_member_and_an_offer_never_stand_side_by_side() {
    let app = App::shared();
    for _ in 0..6 {
        let town = Town::new(app).await;
        let offers = join_all(["b", "c"].map(|name| town.offer(name)));
        let (accepted, offers) = futures::join!(accept(app, &town.token), offers);
        let offered: Vec<_> = offers.iter().filter(|it| it.status == 201).collect();
        if accepted.status == 201 {
            assert_eq!(offered.len(), 0);
            assert_eq!(town.seen(app, "a").await, (0, 1));
        } else {
            assert_eq!(accepted.problem(409), "invitation_invalid");
            assert_eq!(offered.len(), 2);
        }
    }
}
