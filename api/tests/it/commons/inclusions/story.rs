//! A charter of several origins: a source of the whole and two of single clauses, each by itself.

use serde_json::{Value, json};

use super::{Desk, above, expected, standings, texts};
use crate::support::{Shelf, clause};

#[actix_web::test]
async fn each_source_updates_by_itself() {
    for (shelf, other) in [
        (Shelf::Charters, Shelf::Templates),
        (Shelf::Templates, Shelf::Charters),
    ] {
        let desk = Desk::new(shelf).await;
        let relire = above(
            "objet",
            "Un agent relit.",
            &[clause("noter", "Il le note.")],
        );
        let one = desk
            .source(shelf, &[relire, clause("x", "")], "reuse")
            .await;
        let two = desk
            .source(other, &[clause("delai", "Sous 30 jours.")], "reuse")
            .await;
        let included = desk.include(shelf, &one, &["objet"]).await;
        assert_eq!(included.etag(), desk.draft().await.etag());
        let both = desk.include(other, &two, &["delai"]).await.expect(200);
        let says = [
            ("objet", "À nous."),
            ("objet-2", "Un agent relit."),
            ("noter", "Il le note."),
            ("delai", "Sous 30 jours."),
        ];
        assert_eq!(texts(&both), expected(&says));
        let sources = desk.sources().await;
        assert_eq!(standings(&sources), ["current", "current"]);
        let told = |at: usize| (&sources[at]["resource"], &sources[at]["kind"]);
        assert_eq!(told(0), (&json!(one), &json!(shelf.kind())));
        assert_eq!(told(1), (&json!(two), &json!(other.kind())));
        let clauses = sources[0]["clauses"].as_array().unwrap();
        let pair = |it: &Value| {
            (
                it["clause"].clone(),
                it["of"].clone(),
                it["version"].clone(),
            )
        };
        let pairs: Vec<_> = clauses.iter().map(pair).collect();
        let first = (json!("objet-2"), json!("objet"), json!(1));
        assert_eq!(pairs, [first, (json!("noter"), json!("noter"), json!(1))]);
        assert_eq!(clauses[0]["digest"], sources[0]["newest"]["digest"]);

        // One goes on: the other stays, and what we wrote ourselves does.
        desk.source_says(other, &two, &[clause("delai", "Sous 15 jours.")])
            .await;
        let sources = desk.sources().await;
        assert_eq!(standings(&sources), ["current", "behind"]);
        assert_eq!(sources[0]["plan"], Value::Null);
        let steps = &sources[1]["plan"]["steps"];
        assert_eq!(
            (&steps[0]["clause"], &steps[0]["fate"]),
            (&json!("delai"), &json!("take_theirs"))
        );
        assert_eq!(steps.as_array().unwrap().len(), 1);
        assert_eq!(sources[1]["clauses"][0]["standing"], "behind");
        let refused = desk.merge(&one, 2, json!({})).await;
        assert_eq!(refused.problem(409), "nothing_new");
        let late = desk.merge(&two, 1, json!({})).await;
        assert_eq!(late.broken(), ["/version version_not_newest"]);
        let merged = desk.merge(&two, 2, json!({})).await.expect(200);
        let mut now = says;
        now[3].1 = "Sous 15 jours.";
        assert_eq!(texts(&merged), expected(&now));
        assert_eq!(standings(&desk.sources().await), ["current", "current"]);
        let again = desk.merge(&two, 2, json!({})).await;
        assert_eq!(again.problem(409), "nothing_new");

        // Published, it goes on from there.
        shelf.publish(desk.commune(), &desk.own).await.expect(201);
        let mut next = above("objet", "Un agent relit et signe.", &[]);
        next["title"] = json!("Relecture");
        desk.source_says(shelf, &one, &[next]).await;
        assert_eq!(standings(&desk.sources().await), ["behind", "current"]);
        let begin = desk.commune().with("if-none-match", "*");
        let input = json!({ "source": one, "version": 2 });
        let merged = begin.post(&desk.at("/inclusions/merges"), input).await;
        let says = [
            ("objet", "À nous."),
            ("objet-2", "Un agent relit et signe."),
            ("delai", "Sous 15 jours."),
        ];
        assert_eq!(texts(&merged.expect(201)), expected(&says));
        let own = desk.commune().get(&desk.at("")).await.expect(200);
        assert_eq!(texts(&own), expected(&now), "nothing is published by it");
    }
}

#[actix_web::test]
async fn the_source_of_the_whole_leaves_included_clauses_alone() {
    for shelf in Shelf::ALL {
        let mut desk = Desk::new(shelf).await;
        let whole = desk
            .source(shelf, &[clause("a", "Un."), clause("b", "Deux.")], "reuse")
            .await;
        let adaptations = shelf.at(&whole, "/adaptations");
        let made = desk.commune().post(&adaptations, json!({})).await;
        made.expect(201);
        desk.own = made.id();
        let clauses = [clause("a", "D'ailleurs."), clause("c", "Trois.")];
        let from = desk.source(shelf, &clauses, "reuse").await;
        desk.include(shelf, &from, &["a", "c"]).await.expect(200);
        // The source changes, removes and adds; even a clause of the same name as ours.
        let next = [
            clause("a", "Un de plus."),
            clause("c", "Cent."),
            clause("d", "Quatre."),
        ];
        desk.source_says(shelf, &whole, &next).await;
        let upstream = desk.commune().get(&desk.at("/upstream")).await.expect(200);
        let open = upstream["plan"]["conflicts"].as_array().unwrap();
        let open: Vec<_> = open.iter().map(|it| it["at"].as_str().unwrap()).collect();
        assert_eq!(open, ["c/text"]);
        let merges = desk.at("/upstream/merges");
        let input = json!({ "version": 2, "choices": { "c/text": "mine" } });
        let merged = desk
            .commune()
            .anyway()
            .post(&merges, input)
            .await
            .expect(200);
        let mut told = texts(&merged);
        told.sort();
        let says = [
            ("a", "Un de plus."),
            ("a-2", "D'ailleurs."),
            ("c", "Trois."),
            ("d", "Quatre."),
        ];
        assert_eq!(told, expected(&says));
        let sources = desk.sources().await;
        assert_eq!(standings(&sources), ["current"]);
        assert_eq!(sources[0]["clauses"].as_array().unwrap().len(), 2);
        // Nor does an included clause that was imposed there need a reason here.
        let deviations = desk
            .commune()
            .get(&desk.at("/deviations"))
            .await
            .expect(200);
        assert_eq!(deviations["deviations"], json!([]));
    }
}

#[actix_web::test]
async fn who_included_is_told_what_the_source_publishes() {
    let desk = Desk::new(Shelf::Charters).await;
    let shelf = Shelf::Templates;
    let clauses = |text: &str| [clause("a", text), clause("b", text)];
    let one = desk.source(shelf, &clauses("Un."), "reuse").await;
    desk.include(shelf, &one, &["a", "b"]).await.expect(200);
    let inbox = async || {
        let listed = desk.commune().get("/v1/inbox").await.expect(200);
        listed["items"].as_array().unwrap().clone()
    };
    assert_eq!(inbox().await, [""; 0]);
    desk.source_says(shelf, &one, &clauses("Deux.")).await;
    let told = inbox().await;
    assert_eq!(told.len(), 1, "one entry, however many clauses: {told:?}");
    assert_eq!(told[0]["what"], "source_published");
    assert_eq!(
        (&told[0]["resource"], &told[0]["version"]),
        (&json!(desk.own), &json!(2))
    );
    assert_eq!(
        (&told[0]["kind"], &told[0]["title"]),
        (&json!("charter"), &json!("Source"))
    );
    let path = format!("/v1/inbox/{}", told[0]["id"].as_str().unwrap());
    let mark = json!({ "read": true });
    desk.commune()
        .anyway()
        .put(&path, mark.clone())
        .await
        .expect(200);
    for other in [&desk.world.agglo_director, &desk.world.stranger_director] {
        assert_eq!(other.get("/v1/inbox").await.expect(200)["items"], json!([]));
        let hidden = other.anyway().put(&path, mark.clone()).await;
        assert_eq!(hidden.problem(404), "not_found");
    }
    // What has left the text concerns nobody; what was taken in is told no more.
    let before = desk.draft().await.expect(200)["body"]["clauses"].clone();
    desk.write(&[clause("objet", "À nous.")]).await;
    assert_eq!(inbox().await, [""; 0]);
    assert_eq!(desk.sources().await, [""; 0]);
    desk.write(before.as_array().unwrap()).await;
    assert_eq!(inbox().await.len(), 1);
    desk.merge(&one, 2, json!({})).await.expect(200);
    assert_eq!(inbox().await, [""; 0]);
    desk.source_says(shelf, &one, &clauses("Trois.")).await;
    desk.shelf
        .publish(desk.commune(), &desk.own)
        .await
        .expect(201);
    assert_eq!(inbox().await.len(), 1, "of what is published too");
    let withdrawal = shelf.at(&one, "/withdrawal");
    desk.world
        .agglo_director
        .anyway()
        .post(&withdrawal, json!({}))
        .await
        .expect(200);
    assert_eq!(inbox().await, [""; 0]);
}
