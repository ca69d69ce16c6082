//! L-1: a total counts what its list shows to the caller, and nothing else.

use super::ask::Ask;
use super::operations::operations;
use super::recipes;
use super::stage::{Stage, app};
use crate::support::Actor;

/// How many items the pages of a list have together; none where the caller may not ask.
async fn turn_all(ask: &Ask, actor: &Actor) -> Option<usize> {
    let (mut items, mut page) = (0, ask.clone().looking_for("limit", "100"));
    loop {
        let answer = page.by(actor).await;
        if answer.status != 200 {
            return None;
        }
        let answer = answer.json();
        items += answer["items"].as_array().unwrap().len();
        let Some(cursor) = answer["next"].as_str() else {
            return Some(items);
        };
        page = ask.clone().looking_for("limit", "100");
        page = page.looking_for("cursor", cursor);
    }
}

#[actix_web::test]
async fn a_total_is_of_what_the_caller_sees() {
    let app = app().await;
    let (theirs, mine) = (Stage::new(app).await, Stage::new(app).await);
    let mut lists = 0;
    for operation in operations() {
        if operation.public || !operation.takes("query", "cursor") {
            continue;
        }
        lists += 1;
        assert!(operation.takes("header", "Prefer"), "{}", operation.name());
        let recipe = recipes::prepare(&mine, &operation).await;
        let (ask, entitled) = (recipe.ask, mine.entitled(recipe.gate).await);
        recipes::prepare(&theirs, &operation).await;
        let mut allowed = 0;
        for (who, actor) in [
            ("who may", &entitled),
            ("fellow", &mine.fellow.actor),
            ("suspended", &mine.suspended.actor),
            ("newcomer", &mine.newcomer.actor),
            ("stranger", &theirs.owner.actor),
        ] {
            let name = format!("{} by {who}", operation.name());
            let counting = actor.with("prefer", "return=total-count");
            let Some(items) = turn_all(&ask, actor).await else {
                // To whom a list is refused or hidden, its total is too, in the same words.
                let refused = ask.by(&counting).await;
                assert_eq!(refused.body, ask.by(actor).await.body, "{name}");
                continue;
            };
            allowed += 1;
            let first = ask.clone().looking_for("limit", "1").by(&counting).await;
            let page = first.expect(200);
            let told = serde_json::json!({ "count": items, "exact": true });
            assert_eq!(page["total"], told, "{name}");
            assert_eq!(first.header("preference-applied"), "return=total-count");
            // It is of the list, not of what is left of it.
            if let Some(cursor) = page["next"].as_str() {
                let rest = ask.clone().looking_for("cursor", cursor);
                assert_eq!(rest.by(&counting).await.json()["total"], told, "{name}");
            }
            let plain = ask.by(actor).await;
            assert!(plain.json()["total"].is_null(), "{name}");
            assert_eq!(plain.header("preference-applied"), "");
        }
        assert!(allowed > 0, "nobody may ask {}", operation.name());
    }
    assert!(lists >= 12, "{lists}");
}
