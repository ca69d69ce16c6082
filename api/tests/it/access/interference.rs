//! L-17, L-18: what others do in private changes not a byte of any answer to me.
//!
//! A database with two stages is copied twice; in one of the copies the other stage then does
//! everything there is to do. Whatever can be read on mine must read the same in both, page by page,
//! and again once the caches are warm.

use maillage_domain::access::Role;
use maillage_infra::testing::TestDatabase;
use serde_json::json;

use super::ask::{Ask, Masked};
use super::gate::{Gate, Thing};
use super::operations::operations;
use super::recipes;
use super::stage::{Party, Stage};
use crate::support::{Actor, App, QUOTAS, Response};

/// At most so many pages of a list are turned.
const PAGES: usize = 10;

/// The counters of the process are not told to tenants, and both servers run in it.
const OF_THE_PROCESS: &str = "/metrics";

#[actix_web::test]
async fn what_others_do_in_private_changes_no_answer() {
    let before = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let mine = Stage::new(&before).await;
    let theirs = Stage::new(&before).await;
    let shared = share(&theirs, &mine.owner).await;
    let asks = questions(&mine, &theirs.word, &shared).await;
    let readers = readers(&mine).await;

    let (quiet, loud) = twins(&before).await;
    act(&moved(theirs, &loud), &shared).await;
    // What is still on its way to the feed arrives in both.
    for app in [&quiet, &loud] {
        app.database.relay_everything().await;
    }

    let mut compared = 0;
    for round in ["cold", "warm"] {
        for ask in &asks {
            for reader in &readers {
                compared += compare(round, ask, reader, &quiet, &loud).await;
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

/// A resource of theirs that `reader` sees.
async fn share(theirs: &Stage, reader: &Party) -> String {
    let (id, _) = theirs.published("charters").await.unwrap();
    let audience = json!({ "type": "collectivity", "siren": reader.siren() });
    theirs.grant("charters", &id, audience, "reuse").await;
    id
}

/// Everything that can be read, of things on my stage and of what is shared with it.
async fn questions(mine: &Stage, theirs: &str, shared: &str) -> Vec<Ask> {
    let mut asks = Vec::new();
    let reads = operations().into_iter().filter(|one| one.is_read());
    for operation in reads.filter(|one| one.path != OF_THE_PROCESS) {
        let ask = recipes::prepare(mine, &operation).await.ask;
        if operation.takes("query", "cursor") {
            asks.push(ask.clone().looking_for("limit", "4"));
        }
        if operation.kind() == Some("charters") && ask.ids.contains_key("id") {
            asks.push(ask.clone().at("id", shared));
        }
        if operation.takes("query", "q") {
            // A word that stands in their texts too, and one that only stands in theirs.
            for word in ["article", theirs] {
                let mut ask = ask.clone();
                ask.query = format!("?q={word}");
                asks.push(ask);
            }
        }
        asks.push(ask);
    }
    asks
}

async fn readers(mine: &Stage) -> Vec<Actor> {
    let reader = mine.app.member(&mine.owner.tenant, &[Role::Reader]).await;
    vec![
        mine.champion().clone(),
        reader,
        mine.fellow.actor.clone(),
        mine.newcomer.actor.clone(),
    ]
}

/// Two servers like `app`, each over a copy of its database.
async fn twins(app: &App) -> (App, App) {
    let one = app.database.copy().await;
    // When something is sent is the affair of each server; no server is at work in the first copy
    // while the second is made of it.
    one.hold_webhooks().await;
    let other = one.copy().await;
    let listen = |database| App::listen_with(database, &QUOTAS, app.keys.clone());
    (listen(one), listen(other))
}

/// The same actor, who asks another server.
fn at(actor: &Actor, app: &App) -> Actor {
    app.bearing(actor.token.clone().unwrap())
}

/// The same stage in a copy of its database.
fn moved(stage: Stage, app: &App) -> Stage {
    let party = |party: Party| Party {
        actor: at(&party.actor, app),
        ..party
    };
    Stage {
        app: app.clone(),
        owner: party(stage.owner),
        fellow: party(stage.fellow),
        suspended: party(stage.suspended),
        host: party(stage.host),
        newcomer: party(stage.newcomer),
        operator: at(&stage.operator, app),
        shared_agent: stage.shared_agent,
        circle: stage.circle,
        word: stage.word,
    }
}

/// Everything there is to do but what is public: registrations, and the directory.
async fn act(theirs: &Stage, shared: &str) {
    for operation in operations() {
        let recipe = recipes::prepare(theirs, &operation).await;
        if matches!(recipe.gate, Gate::Right(_, Thing::Platform)) || recipe.ends_session {
            continue;
        }
        let done = recipe.ask.by(&theirs.entitled(recipe.gate).await).await;
        assert!(done.status.is_success(), "{}: {done:?}", operation.name());
    }
    // What others see of a resource is not touched by its draft, nor by grants to third parties.
    theirs.redraft("charters", shared).await;
    let host = json!({ "type": "collectivity", "siren": theirs.host.siren() });
    let granted = theirs.grant("charters", shared, host, "read").await;
    let path = format!("/v1/charters/{shared}/shares/{}", granted.id());
    let champion = theirs.champion().anyway();
    champion.delete(&path).await.expect(204);
}

/// Compares the answers of both servers, page by page; how many there were.
async fn compare(round: &str, ask: &Ask, reader: &Actor, quiet: &App, loud: &App) -> usize {
    let (quiet, loud) = (at(reader, quiet), at(reader, loud));
    let mut ask = ask.clone();
    for page in 1..=PAGES {
        let (without, with) = (ask.by(&quiet).await, ask.by(&loud).await);
        let asked = format!("{} {}, page {page}, {round}", ask.method, ask.address());
        assert_eq!(Masked::of(&without), Masked::of(&with), "{asked}");
        assert!(!without.status.is_server_error(), "{asked}: {without:?}");
        let Some(next) = next(&without) else {
            return page;
        };
        let (filters, _) = ask.query.split_once("&cursor=").unwrap_or((&ask.query, ""));
        let filters = filters.to_owned();
        ask.query = filters;
        ask = ask.looking_for("cursor", &next);
    }
    PAGES
}

fn next(page: &Response) -> Option<String> {
    let json = page.header("content-type") == "application/json";
    let paged = json && page.status == 200;
    let body = paged.then(|| page.json())?;
    body["next"].as_str().map(str::to_owned)
}
