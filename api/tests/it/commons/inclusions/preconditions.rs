//! Including says which draft it has read, happens once, and of two at once one wins (L9, L10).

use futures::future::join_all;
use serde_json::{Value, json};

use super::{Desk, texts};
use crate::support::{Actor, Shelf, clause};

/// What includes `a` of a source, and what takes in its second version.
async fn requests(desk: &Desk, shelf: Shelf) -> [(String, Value); 2] {
    let from = desk.source(shelf, &[clause("a", "Un.")], "reuse").await;
    let source = json!({ "kind": shelf.kind(), "id": from, "version": 1 });
    desk.source_says(shelf, &from, &[clause("a", "Deux.")])
        .await;
    let include = json!({ "source": source, "clauses": ["a"] });
    let merge = json!({ "source": from, "version": 2 });
    [
        (desk.at("/inclusions"), include),
        (desk.at("/inclusions/merges"), merge),
    ]
}

#[actix_web::test]
async fn each_names_the_draft_that_it_has_read() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let requests = requests(&desk, shelf).await;
        let commune = desk.commune();
        for (path, input) in &requests {
            let (read, own) = (desk.draft().await, commune.get(&desk.at("")).await);
            let body = read.expect(200)["body"].clone();
            let again = commune.anyway().put(&desk.at("/draft"), body).await;
            again.expect(200);
            let silent = commune.post(path, input.clone()).await;
            assert_eq!(silent.problem(428), "precondition_required");
            let late = [
                commune.matching(&read),
                commune.matching(&own),
                commune.with("if-none-match", "*"),
            ];
            for actor in late {
                let late = actor.post(path, input.clone()).await;
                assert_eq!(late.problem(412), "stale");
            }
            assert_eq!(desk.draft().await.bytes(), again.bytes());
            let done = commune.matching(&again).post(path, input.clone()).await;
            done.expect(200);
            assert_eq!(desk.draft().await.etag(), done.etag());
        }
        // Without a draft, one begins.
        shelf.publish(commune, &desk.own).await.expect(201);
        let other = desk.source(shelf, &[clause("b", "Trois.")], "reuse").await;
        let source = json!({ "kind": shelf.kind(), "id": other });
        let input = json!({ "source": source, "clauses": ["b"] });
        let (path, _) = &requests[0];
        let late = commune.anyway().post(path, input.clone()).await;
        assert_eq!(late.problem(412), "stale");
        let begin = commune.with("if-none-match", "*");
        let begun = begin.post(path, input).await;
        assert_eq!(texts(&begun.expect(201)).len(), 3);
        assert_eq!(begun.header("location"), desk.at("/draft"));
    }
}

#[actix_web::test]
async fn a_retry_includes_once() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        for (path, input) in requests(&desk, shelf).await {
            let draft = desk.draft().await;
            let actor = desk.commune().matching(&draft);
            let actor = actor.with("idempotency-key", format!("cle-{}", input["version"]));
            let done = actor.post(&path, input.clone()).await;
            done.expect(200);
            let after = desk
                .world
                .app
                .database
                .footprint(desk.world.commune.id.0)
                .await;
            let again = actor.post(&path, input.clone()).await;
            assert_eq!(again.header("idempotent-replayed"), "true");
            assert_eq!(again.bytes(), done.bytes());
            let now = desk
                .world
                .app
                .database
                .footprint(desk.world.commune.id.0)
                .await;
            assert_eq!(now, after);
        }
    }
}

/// Asks so many times at once; the statuses, in order.
async fn race(actor: &Actor, path: &str, input: &Value) -> Vec<u16> {
    let requests = (0..5).map(|_| actor.post(path, input.clone()));
    let answers = join_all(requests).await;
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

#[actix_web::test]
async fn of_several_at_once_exactly_one_wins() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        for (path, input) in requests(&desk, shelf).await {
            let actor = desk.commune().matching(&desk.draft().await);
            assert_eq!(race(&actor, &path, &input).await, [200, 412, 412, 412, 412]);
        }
        // Who does not care what stands there learns that it has happened.
        let [(path, input), (merges, merge)] = requests(&desk, shelf).await;
        let actor = desk.commune().anyway();
        assert_eq!(race(&actor, &path, &input).await, [200, 422, 422, 422, 422]);
        assert_eq!(
            race(&actor, &merges, &merge).await,
            [200, 409, 409, 409, 409]
        );
        assert_eq!(texts(&desk.draft().await.json()).len(), 3);
    }
}
