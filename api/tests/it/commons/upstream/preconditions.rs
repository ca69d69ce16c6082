//! A merge says which draft it has read, and of two at once one wins (L10).

use futures::future::join_all;
use serde_json::json;

use super::{Pair, texts};
use crate::support::{Actor, Response, Shelf};

/// Asks for the same merge so many times at once; the answers, those that went well first.
async fn race(pair: &Pair, actor: &Actor, times: usize) -> Vec<Response> {
    let merges = pair.at("/upstream/merges");
    let input = json!({ "version": 2 });
    let requests = (0..times).map(|_| actor.post(&merges, input.clone()));
    let mut answers = join_all(requests).await;
    answers.sort_by_key(|answer| answer.status.as_u16());
    answers
}

/// A pair whose source has published since; with a draft or without.
async fn behind(shelf: Shelf, drafted: bool) -> Pair {
    let pair = Pair::new(shelf, &[("a", "Un.")]).await;
    if !drafted {
        shelf.publish(pair.commune(), &pair.own).await.expect(201);
    }
    pair.source_says(&[("a", "Un."), ("b", "Deux.")]).await;
    pair
}

#[actix_web::test]
async fn a_merge_names_the_draft_that_it_has_read() {
    for shelf in Shelf::ALL {
        let pair = behind(shelf, true).await;
        let (merges, input) = (pair.at("/upstream/merges"), json!({ "version": 2 }));
        let read = pair.draft().await;
        pair.own_says(&[("a", "Un."), ("c", "Trois.")]).await;
        let before = pair.draft().await;
        let commune = pair.commune();
        let silent = commune.post(&merges, input.clone()).await;
        assert_eq!(silent.problem(428), "precondition_required");
        assert_eq!(silent.broken(), ["If-Match missing_field"]);
        for actor in [commune.matching(&read), commune.with("if-none-match", "*")] {
            let late = actor.post(&merges, input.clone()).await;
            assert_eq!(late.problem(412), "stale");
        }
        assert_eq!(pair.draft().await.bytes(), before.bytes());
        let merged = commune.matching(&before).post(&merges, input).await;
        assert_eq!(texts(&merged.expect(200)), ["Un.", "Deux.", "Trois."]);
    }
}

#[actix_web::test]
async fn a_merge_without_a_draft_says_that_it_expects_none() {
    for shelf in Shelf::ALL {
        let pair = behind(shelf, false).await;
        let (merges, input) = (pair.at("/upstream/merges"), json!({ "version": 2 }));
        let commune = pair.commune();
        let silent = commune.post(&merges, input.clone()).await;
        assert_eq!(silent.problem(428), "precondition_required");
        let own = commune.get(&pair.at("")).await;
        for actor in [commune.anyway(), commune.matching(&own)] {
            let late = actor.post(&merges, input.clone()).await;
            assert_eq!(late.problem(412), "stale");
        }
        assert_eq!(pair.draft().await.problem(404), "draft_missing");
        let begin = commune.with("if-none-match", "*");
        begin.post(&merges, input).await.expect(201);
    }
}

#[actix_web::test]
async fn of_merges_at_once_exactly_one_wins() {
    for (shelf, times) in [(Shelf::Charters, 2), (Shelf::Templates, 6)] {
        for drafted in [true, false] {
            let pair = behind(shelf, drafted).await;
            let actor = if drafted {
                pair.commune().matching(&pair.draft().await)
            } else {
                pair.commune().with("if-none-match", "*")
            };
            let answers = race(&pair, &actor, times).await;
            assert!(answers[0].status.is_success(), "{answers:?}");
            for late in &answers[1..] {
                assert_eq!(late.problem(412), "stale");
            }
            assert_eq!(pair.draft().await.etag(), answers[0].etag());
        }
        // Whoever does not care what stands there learns that it was taken in already.
        let pair = behind(shelf, true).await;
        let answers = race(&pair, &pair.commune().anyway(), times).await;
        answers[0].expect(200);
        for late in &answers[1..] {
            assert_eq!(late.problem(409), "nothing_new");
        }
    }
}
