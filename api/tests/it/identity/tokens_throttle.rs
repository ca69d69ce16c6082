//! L-24, L-35: guessing passwords: throttled, in parallel too, and told nothing.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use maillage_domain::access::Role;
use maillage_infra::ambient;
use maillage_infra::testing::{Login, PASSWORD, TestDatabase};
use serde_json::json;

use super::tokens_forge::Forge;
use crate::support::{App, QUOTAS, Response};

/// Attempts from an address at an account in a quarter of an hour.
const PER_PAIR: usize = 10;
/// Attempts per address in a quarter of an hour.
const PER_ADDRESS: usize = 300;
/// A quarter of an hour.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// A server of its own: attempts are counted per address, and all tests have the same one.
async fn app() -> App {
    let database = TestDatabase::shared().clone_fresh().await;
    App::listen(database, &QUOTAS)
}

async fn attempt(app: &App, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    let actor = app.anonymous().with("x-request-id", "attempt");
    actor.post("/v1/sessions", body).await
}

async fn someone(app: &App) -> Login {
    let tenant = app.tenant().await;
    app.database
        .member_with_password(&tenant, &[Role::Reader])
        .await
}

fn nobody() -> String {
    format!("personne.{}@commune.example", ambient::id().simple())
}

/// Fails unless the answer says when to come back.
#[track_caller]
fn throttled(answer: &Response) -> i64 {
    assert_eq!(answer.problem(429), "too_many_attempts");
    let seconds = answer.header("retry-after").parse().unwrap();
    assert!((1..=WINDOW.num_seconds()).contains(&seconds), "{seconds}");
    seconds
}

#[actix_web::test]
async fn after_ten_wrong_attempts_an_account_rests() {
    let app = app().await;
    let (login, other) = (someone(&app).await, someone(&app).await);
    let email = login.email.as_str();
    for _ in 0..PER_PAIR {
        let wrong = attempt(&app, email, "mauvais mot de passe").await;
        assert_eq!(wrong.problem(401), "invalid_credentials");
    }
    throttled(&attempt(&app, email, "mauvais mot de passe").await);
    // The right password does not help now: it would tell that it is right.
    throttled(&attempt(&app, email, PASSWORD).await);
    attempt(&app, other.email.as_str(), PASSWORD)
        .await
        .expect(201);

    let rest = throttled(&attempt(&app, email, PASSWORD).await);
    app.clock.advance(TimeDelta::seconds(rest - 120));
    throttled(&attempt(&app, email, PASSWORD).await);
    app.clock.advance(TimeDelta::seconds(121));
    attempt(&app, email, PASSWORD).await.expect(201);
}

#[actix_web::test]
async fn a_stranger_does_not_lock_the_owner_out() {
    let database = TestDatabase::shared().clone_fresh().await;
    let behind_a_proxy = [QUOTAS.as_slice(), &["--proxy-hops", "1"]].concat();
    let app = App::listen(database, &behind_a_proxy);
    let login = someone(&app).await;
    for email in [login.email.to_string(), nobody()] {
        let from = async |address: &str, password: &str| {
            let body = json!({ "email": email, "password": password });
            let actor = app.anonymous().with("x-forwarded-for", address);
            actor.post("/v1/sessions", body).await
        };
        for _ in 0..PER_PAIR {
            from("192.0.2.66", "mauvais mot de passe").await.expect(401);
        }
        throttled(&from("192.0.2.66", PASSWORD).await);
        // Somewhere else it goes on as if nothing had been: an account that is none, too.
        let owner = from("198.51.100.7", PASSWORD).await;
        let known = email == login.email.to_string();
        owner.expect(if known { 201 } else { 401 });
        // Nor does the owner's success forget what the stranger tried.
        throttled(&from("192.0.2.66", PASSWORD).await);
    }
}

#[actix_web::test]
async fn an_unknown_account_rests_like_a_known_one() {
    let app = app().await;
    let email = nobody();
    for _ in 0..PER_PAIR {
        attempt(&app, &email, PASSWORD).await.expect(401);
    }
    throttled(&attempt(&app, &email, PASSWORD).await);
}

#[actix_web::test]
async fn a_success_forgets_the_attempts_before_it() {
    let app = app().await;
    let login = someone(&app).await;
    let email = login.email.as_str();
    for _ in 0..2 {
        for _ in 1..PER_PAIR {
            attempt(&app, email, "mauvais mot de passe")
                .await
                .expect(401);
        }
        attempt(&app, email, PASSWORD).await.expect(201);
    }
}

#[actix_web::test]
async fn accepting_an_invitation_is_no_way_around() {
    let app = app().await;
    let login = someone(&app).await;
    let (email, tenant) = (login.email.as_str(), app.tenant().await);
    let administrator = app.actor(&tenant.administrator);
    let invited = async |email: &str| {
        let input = json!({ "email": email, "name": "Nom", "roles": ["reader"] });
        let offer = administrator.post("/v1/invitations", input).await;
        offer.expect(201)["token"].as_str().unwrap().to_owned()
    };
    let accept = async |token: &str, password: &str| {
        let input = json!({ "token": token, "password": password });
        let anyone = app.anonymous();
        anyone.post("/v1/invitations/acceptances", input).await
    };
    let token = invited(email).await;
    for _ in 0..PER_PAIR {
        let wrong = accept(&token, "mauvais mot de passe").await;
        assert_eq!(wrong.broken(), ["/password password_of_account"]);
    }
    throttled(&accept(&token, PASSWORD).await);
    // It is one count: whoever guesses here cannot go on there.
    throttled(&attempt(&app, email, PASSWORD).await);
    // An address without an account has no password to guess.
    let newcomer = invited(&nobody()).await;
    for _ in 0..=PER_PAIR {
        accept(&newcomer, "court").await.expect(422);
    }
    accept(&newcomer, "sept mésanges sur un toit bleu")
        .await
        .expect(201);
    app.clock.advance(WINDOW + TimeDelta::seconds(1));
    accept(&token, PASSWORD).await.expect(201);
}

#[actix_web::test]
async fn fifty_guesses_at_once_are_ten_guesses() {
    let app = app().await;
    let (login, other) = (someone(&app).await, someone(&app).await);
    let email = login.email.as_str();
    // However it is written: the spelling of an address makes no other account.
    let spellings = [
        email.to_owned(),
        email.to_uppercase(),
        format!("  {email} "),
    ];
    let guesses = (0..50).map(|guess| {
        let email = spellings[guess % spellings.len()].clone();
        let (app, password) = (app.clone(), format!("essai numéro {guess}"));
        async move { attempt(&app, &email, &password).await }
    });
    let meanwhile = attempt(&app, other.email.as_str(), PASSWORD);
    let (answers, meanwhile) = futures::join!(futures::future::join_all(guesses), meanwhile);
    let evaluated = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(evaluated, PER_PAIR);
    for answer in answers.iter().filter(|answer| answer.status != 401) {
        throttled(answer);
    }
    meanwhile.expect(201);
    throttled(&attempt(&app, email, PASSWORD).await);
}

#[actix_web::test]
async fn an_address_that_tries_many_accounts_rests_too() {
    let app = app().await;
    let login = someone(&app).await;
    // Attempts at an account that rests are counted, and cost no hash.
    let resting = nobody();
    for _ in 0..PER_ADDRESS {
        attempt(&app, &resting, "x").await;
    }
    throttled(&attempt(&app, login.email.as_str(), PASSWORD).await);
    // Nobody gets around it by naming another address.
    let body = json!({ "email": login.email.as_str(), "password": PASSWORD });
    for name in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "cf-connecting-ip",
    ] {
        let spoofed = app.anonymous().with(name, "192.0.2.1");
        throttled(&spoofed.post("/v1/sessions", body.clone()).await);
    }
    app.clock.advance(WINDOW + TimeDelta::seconds(1));
    attempt(&app, login.email.as_str(), PASSWORD)
        .await
        .expect(201);
}

/// Everything of an answer but what differs from moment to moment.
fn told(answer: &Response) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .filter(|(name, _)| name != "date" && name != "ratelimit")
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.body.clone())
}

#[actix_web::test]
async fn a_refusal_does_not_tell_whether_there_is_an_account() {
    let app = &Forge::shared().await.app;
    let login = someone(app).await;
    let email = login.email.as_str();
    let wrong = attempt(app, email, "mauvais mot de passe").await;
    assert_eq!(wrong.problem(401), "invalid_credentials");
    let unknown = attempt(app, &nobody(), "mauvais mot de passe").await;
    assert_eq!(told(&unknown), told(&wrong));
    // Nor does the right password where one does not work.
    let other = app.tenant().await;
    let siren = other.siren.as_str();
    let body = json!({ "email": email, "password": PASSWORD, "collectivity": siren });
    let actor = app.anonymous().with("x-request-id", "attempt");
    let elsewhere = actor.post("/v1/sessions", body).await;
    assert_eq!(told(&elsewhere), told(&wrong));
    // A password that nobody can have is not evaluated differently.
    for password in ["", "x", &"x".repeat(129), &"é".repeat(5_000)] {
        let odd = attempt(app, &nobody(), password).await;
        assert_eq!(told(&odd), told(&attempt(app, email, password).await));
    }
}

#[actix_web::test]
async fn a_refusal_takes_as_long_with_an_account_as_without() {
    let app = app().await;
    let mut known = Vec::new();
    for _ in 0..4 {
        known.push(someone(&app).await.email.to_string());
    }
    let time = async |email: &str| {
        let start = Instant::now();
        attempt(&app, email, "mauvais mot de passe")
            .await
            .expect(401);
        start.elapsed()
    };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    // In turns, so that whatever else the machine does slows both alike.
    for round in 0..36 {
        with.push(time(&known[round % known.len()]).await);
        without.push(time(&nobody()).await);
    }
    let (with, without) = (median(with), median(without));
    let ratio = with.as_secs_f64() / without.as_secs_f64();
    assert!((0.5..=2.0).contains(&ratio), "{with:?} and {without:?}");
    // Both have hashed: a refusal without would take a fraction of that.
    assert!(with > Duration::from_millis(5), "{with:?}");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
