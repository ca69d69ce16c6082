//! L-1, L-2: what belongs to another collectivity is answered byte for byte like what does not exist.
//!
//! Two stages on one database. Every operation is asked by the one with ids of the other in each
//! place, and in each combination of places; no word of the other's ever comes back.

use std::time::Instant;

use futures::StreamExt as _;
use maillage_infra::ambient;

use super::ask::{Ask, Masked};
use super::gate::{Gate, Thing};
use super::operations::{Operation, operations};
use super::recipes;
use super::stage::{Stage, app};
use crate::support::{Actor, Response};

/// Whose things are asked for, and who asks.
struct Stages {
    theirs: Stage,
    mine: Stage,
    /// Everyone who asks, each with every right they can have; the operator last.
    callers: Vec<Actor>,
}

impl Stages {
    async fn new() -> Self {
        let app = app().await;
        let (theirs, mine) = (Stage::new(app).await, Stage::new(app).await);
        let callers = vec![
            mine.champion().clone(),
            mine.fellow.actor.clone(),
            mine.suspended.actor.clone(),
            mine.operator.clone(),
        ];
        Self {
            theirs,
            mine,
            callers,
        }
    }

    /// Fails if an answer says anything of theirs.
    fn sift(&self, asked: &str, answer: &Response) {
        let said = format!("{:?} {}", answer.headers, answer.body);
        let word = &self.theirs.word;
        assert!(
            !said.contains(word.as_str()),
            "{asked} tells {word}: {said}"
        );
        for party in [&self.theirs.owner, &self.theirs.host] {
            for secret in [&party.tenant.id.to_string(), party.siren()] {
                assert!(!said.contains(secret), "{asked} tells {secret}: {said}");
            }
        }
    }

    /// The answer to `mine`, with ids of theirs and with random ones instead.
    async fn compare(&self, name: &str, mine: &Ask, theirs: &Ask, callers: &[Actor]) {
        for places in combinations(&mine.names()) {
            let foreign = mine.with_ids_of(theirs, &places);
            let random = mine.with_random_ids(&self.mine.app, &places);
            for caller in callers {
                let (foreign, random) = (foreign.by(caller).await, random.by(caller).await);
                let asked = format!("{name} with their {places:?}");
                assert_eq!(Masked::of(&foreign), Masked::of(&random), "{asked}");
                assert!(foreign.status.is_client_error(), "{asked}: {foreign:?}");
                self.sift(&asked, &foreign);
            }
        }
    }
}

/// Every choice of at least one of these.
fn combinations(names: &[&'static str]) -> Vec<Vec<&'static str>> {
    let all = (1..1 << names.len()).map(|choice: usize| {
        let chosen = names.iter().enumerate();
        let chosen = chosen.filter(|(place, _)| choice >> place & 1 == 1);
        chosen.map(|(_, name)| *name).collect()
    });
    all.collect()
}

#[actix_web::test]
async fn a_foreign_id_in_an_address_is_answered_like_a_random_one() {
    let stages = Stages::new().await;
    let stages = &stages;
    let closed = operations().into_iter().filter(|one| !one.public);
    let probed: Vec<bool> = futures::stream::iter(closed)
        .map(|operation| async move { probe(stages, &operation).await })
        .buffer_unordered(4)
        .collect()
        .await;
    assert!(probed.iter().filter(|probed| **probed).count() > 30);
}

fn is_platform(gate: Gate) -> bool {
    matches!(gate, Gate::Right(_, Thing::Platform))
}

async fn probe(stages: &Stages, operation: &Operation) -> bool {
    if operation.parameters("path").count() == 0 {
        return false;
    }
    let name = operation.name();
    let recipe = recipes::prepare(&stages.mine, operation).await;
    let (mine, gate) = (recipe.ask, recipe.gate);
    let theirs = recipes::prepare(&stages.theirs, operation).await.ask;
    // What the platform does for a collectivity, it does for any: its operator is no stranger.
    let callers = stages.callers.split_last().unwrap();
    let callers = if is_platform(gate) {
        callers.1
    } else {
        &stages.callers
    };
    stages.compare(&name, &mine, &theirs, callers).await;
    // It would have been answered, had it been the caller's own: now, and for its owner.
    for (ask, stage) in [(mine, &stages.mine), (theirs, &stages.theirs)] {
        let own = ask.by(&stage.entitled(gate).await).await;
        assert!(own.status.is_success(), "{name}: {own:?}");
    }
    true
}

#[actix_web::test]
async fn nothing_that_can_be_read_says_a_word_of_others() {
    let stages = Stages::new().await;
    for operation in operations().iter().filter(|one| !one.public) {
        // Their side does everything there is to do, before mine reads.
        let recipe = recipes::prepare(&stages.theirs, operation).await;
        if !recipe.ends_session {
            let actor = stages.theirs.entitled(recipe.gate).await;
            let done = recipe.ask.by(&actor).await;
            assert!(done.status.is_success(), "{}: {done:?}", operation.name());
        }
    }
    for operation in operations().iter().filter(|one| one.is_read()) {
        let mut ask = recipes::prepare(&stages.mine, operation).await.ask;
        if operation.takes("query", "q") {
            ask.query = format!("?q={}", stages.theirs.word);
        }
        let anonymous = stages.mine.app.anonymous();
        for caller in stages.callers.iter().chain([&anonymous]) {
            let answer = ask.by(caller).await;
            stages.sift(&operation.name(), &answer);
        }
    }
}

/// L-25. In turns, so that whatever else the machine does slows both alike.
#[actix_web::test]
async fn a_foreign_id_takes_as_long_as_a_random_one() {
    let app = app().await;
    let (theirs, mine) = (Stage::new(app).await, Stage::new(app).await);
    let (foreign, _) = theirs.published("charters").await.unwrap();
    let time = async |id: &str| {
        let start = Instant::now();
        let path = format!("/v1/charters/{id}");
        mine.champion().get(&path).await.expect(404);
        start.elapsed().as_secs_f64()
    };
    let (mut hidden, mut absent) = (Vec::new(), Vec::new());
    for _ in 0..60 {
        hidden.push(time(&foreign).await);
        absent.push(time(&ambient::id().to_string()).await);
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let ratio = median(hidden) / median(absent);
    assert!((0.5..=2.0).contains(&ratio), "{ratio}");
}
