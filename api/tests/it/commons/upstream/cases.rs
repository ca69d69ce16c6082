//! How an adaptation stands to its source, and what a merge leaves behind.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use super::{Pair, open, texts};
use crate::support::{Shelf, World};

#[actix_web::test]
async fn what_was_made_from_nothing_has_no_upstream() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(owner, "Titre", "Un.").await;
        let told = owner.get(&shelf.at(&id, "/upstream")).await;
        assert_eq!(
            told.expect(200),
            json!({ "standing": "no_source", "source": null, "taken": null, "newest": null,
                "plan": null })
        );
        let merges = shelf.at(&id, "/upstream/merges");
        let refused = owner.anyway().post(&merges, json!({ "version": 1 })).await;
        assert_eq!(refused.problem(409), "nothing_new");
        let here = owner.get(&shelf.at(&id, "")).await.expect(200);
        let abilities = here["abilities"].as_array().unwrap();
        assert!(!abilities.contains(&json!("merge")), "{abilities:?}");
    }
}

#[actix_web::test]
async fn what_has_everything_has_nothing_to_take_in() {
    for shelf in Shelf::ALL {
        let pair = Pair::new(shelf, &[("a", "Un.")]).await;
        let told = pair.upstream().await;
        assert_eq!(
            (&told["standing"], &told["plan"]),
            (&json!("current"), &json!(null))
        );
        assert_eq!(told["newest"]["version"], 1);
        assert_eq!(told["taken"], told["source"]);
        let before = pair.draft().await;
        let refused = pair.merge(json!({ "version": 1 })).await;
        assert_eq!(refused.problem(409), "nothing_new");
        assert_eq!(pair.draft().await.bytes(), before.bytes());
    }
}

#[actix_web::test]
async fn a_merge_makes_a_draft_and_remembers_how_far_it_follows() {
    for shelf in Shelf::ALL {
        let pair = Pair::new(shelf, &[("a", "Un."), ("b", "Deux.")]).await;
        shelf.publish(pair.commune(), &pair.own).await.expect(201);
        pair.source_says(&[("a", "Un de plus."), ("b", "Deux.")])
            .await;
        let told = pair.upstream().await;
        assert_eq!(told["standing"], "behind");
        assert_eq!(told["newest"]["version"], 2);
        let steps = told["plan"]["steps"].as_array().unwrap();
        let fates: Vec<_> = steps
            .iter()
            .map(|step| (step["clause"].as_str(), step["fate"].as_str().unwrap()))
            .collect();
        assert_eq!(
            fates,
            [
                (None, "unchanged"),
                (Some("a"), "take_theirs"),
                (Some("b"), "unchanged")
            ]
        );

        let begin = pair.commune().with("if-none-match", "*");
        let merges = pair.at("/upstream/merges");
        let merged = begin.post(&merges, json!({ "version": 2 })).await;
        assert_eq!(texts(&merged.expect(201)), ["Un de plus.", "Deux."]);
        assert_eq!(merged.header("location"), pair.at("/draft"));
        assert_eq!(pair.draft().await.bytes().1, merged.etag());
        // Nothing is published by it.
        let own = pair.commune().get(&pair.at("")).await.expect(200);
        assert_eq!(own["latest"]["number"], 1);
        assert_eq!(texts(&own), ["Un.", "Deux."]);

        let told = pair.upstream().await;
        assert_eq!(
            (&told["standing"], &told["plan"]),
            (&json!("current"), &Value::Null)
        );
        let lineage = pair.commune().get(&pair.at("/lineage")).await.expect(200);
        assert_eq!(lineage["source"]["version"], 1);
        assert_eq!(lineage["taken"]["version"], 2);
        assert_eq!(lineage["taken"]["digest"], told["newest"]["digest"]);
        assert_eq!(lineage["taken"], told["taken"]);
    }
}

#[actix_web::test]
async fn a_merge_keeps_what_the_draft_says() {
    for shelf in Shelf::ALL {
        let pair = Pair::new(shelf, &[("a", "Un."), ("b", "Deux.")]).await;
        shelf.publish(pair.commune(), &pair.own).await.expect(201);
        let draft = pair
            .own_says(&[("a", "Un."), ("b", "Chez nous."), ("c", "À nous.")])
            .await;
        pair.source_says(&[("a", "Un de plus."), ("b", "Deux.")])
            .await;
        let merges = pair.at("/upstream/merges");
        let writer = pair.commune().matching(&draft);
        let merged = writer.post(&merges, json!({ "version": 2 })).await;
        let view = merged.expect(200);
        assert_eq!(texts(&view), ["Un de plus.", "Chez nous.", "À nous."]);
        assert_eq!(pair.draft().await.etag(), merged.etag());
        // Whoever goes on from what was there before is told.
        let late = writer.put(&pair.at("/draft"), shelf.body("X")).await;
        assert_eq!(late.problem(412), "stale");
    }
}

#[actix_web::test]
async fn what_was_settled_once_is_not_asked_again() {
    let pair = Pair::new(Shelf::Charters, &[("a", "Sous 30 jours."), ("b", "Deux.")]).await;
    pair.own_says(&[("a", "Sous 15 jours."), ("b", "Deux.")])
        .await;
    pair.source_says(&[("a", "Sous 60 jours."), ("b", "Deux.")])
        .await;
    assert_eq!(open(&pair.upstream().await), ["a/text"]);
    let input = json!({ "version": 2, "choices": { "a/text": "mine" } });
    pair.merge(input).await.expect(200);
    pair.source_says(&[("a", "Sous 60 jours."), ("b", "Trois.")])
        .await;
    assert_eq!(open(&pair.upstream().await), [""; 0]);
    let merged = pair.merge(json!({ "version": 3 })).await.expect(200);
    assert_eq!(texts(&merged), ["Sous 15 jours.", "Trois."]);
}

#[actix_web::test]
async fn what_was_published_twice_is_merged_at_once() {
    let pair = Pair::new(Shelf::Charters, &[("a", "Un.")]).await;
    pair.source_says(&[("a", "Un."), ("b", "Deux.")]).await;
    let told = pair.upstream().await;
    pair.source_says(&[("a", "Un."), ("b", "Deux."), ("c", "Trois.")])
        .await;
    let before = pair.draft().await;
    for version in [told["newest"]["version"].clone(), json!(1), json!(4)] {
        let late = pair.merge(json!({ "version": version })).await;
        assert_eq!(late.problem(422), "invalid");
        assert_eq!(late.broken(), ["/version version_not_newest"]);
    }
    assert_eq!(pair.draft().await.bytes(), before.bytes());
    let merged = pair.merge(json!({ "version": 3 })).await.expect(200);
    assert_eq!(texts(&merged), ["Un.", "Deux.", "Trois."]);
}

#[actix_web::test]
async fn an_adaptation_that_has_merged_can_be_discarded() {
    for shelf in Shelf::ALL {
        let pair = Pair::new(shelf, &[("a", "Un.")]).await;
        pair.source_says(&[("a", "Deux.")]).await;
        pair.merge(json!({ "version": 2 })).await.expect(200);
        let here = pair.at("");
        pair.commune().anyway().delete(&here).await.expect(204);
        assert_eq!(pair.commune().get(&here).await.problem(404), "not_found");
    }
}

#[actix_web::test]
async fn how_far_it_follows_is_its_owner_s_to_know() {
    for shelf in Shelf::ALL {
        let pair = Pair::new(shelf, &[("a", "Un.")]).await;
        shelf.publish(pair.commune(), &pair.own).await.expect(201);
        pair.source_says(&[("a", "Deux.")]).await;
        let (world, input) = (&pair.world, json!({ "version": 2 }));
        let (upstream, merges) = (pair.at("/upstream"), pair.at("/upstream/merges"));
        let simple = world.app.member(&world.commune, &[Role::Reader]).await;
        assert_eq!(simple.get(&upstream).await.problem(403), "forbidden");
        let refused = simple.anyway().post(&merges, input.clone()).await;
        assert_eq!(refused.problem(403), "forbidden");

        // The owner of the source, who may read the adaptation, and later reuse it.
        let giver = &world.agglo_director;
        assert_eq!(giver.get(&upstream).await.problem(404), "not_found");
        for level in ["read", "reuse"] {
            let grants = pair.commune().get(&pair.at("/shares")).await.ids();
            for grant in grants {
                let grant = pair.at(&format!("/shares/{grant}"));
                pair.commune().anyway().delete(&grant).await.expect(204);
            }
            let back = json!({ "type": "collectivity", "siren": world.agglo.siren.as_str() });
            shelf
                .share(pair.commune(), &pair.own, back, level)
                .await
                .expect(201);
            assert_eq!(giver.get(&upstream).await.problem(403), "forbidden");
            let refused = giver.anyway().post(&merges, input.clone()).await;
            assert_eq!(refused.problem(403), "forbidden");
            let told = giver.get(&pair.at("/lineage")).await.expect(200);
            assert_eq!(
                (&told["source"], &told["taken"]),
                (&json!(null), &json!(null))
            );
            let told = giver.get(&pair.at("")).await;
            assert!(!told.expect(200)["abilities"].to_string().contains("merge"));
            assert!(!told.body.contains("taken"), "{}", told.body);
        }
        let stranger = &world.stranger_director;
        assert_eq!(stranger.get(&upstream).await.problem(404), "not_found");
        let refused = stranger.anyway().post(&merges, input).await;
        assert_eq!(refused.problem(404), "not_found");
    }
}
