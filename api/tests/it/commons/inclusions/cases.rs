//! What is included, what it is merged with, and what goes without doing harm.

use serde_json::{Value, json};

use super::{Desk, above, expected, standings, texts};
use crate::support::{Shelf, clause};

#[actix_web::test]
async fn clauses_stand_where_they_are_asked_for_with_their_variables() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let owner = &desk.world.agglo_director;
        let from = desk.source(shelf, &[clause("a", "")], "reuse").await;
        let mut says = super::body(shelf, &[clause("a", "{{referent}}"), clause("b", "Deux.")]);
        says["variables"] = json!([{ "name": "referent", "label": "Référent", "default": "DGS" },
            { "name": "autre", "label": "Autre" }]);
        let begin = owner.with("if-none-match", "*");
        begin
            .put(&shelf.at(&from, "/draft"), says)
            .await
            .expect(201);
        shelf.publish(owner, &from).await.expect(201);
        let source = json!({ "kind": shelf.kind(), "id": from });
        let path = desk.at("/inclusions");
        let commune = desk.commune().anyway();
        let input = json!({ "source": source, "clauses": ["a"], "below": "objet" });
        let included = commune.post(&path, input).await.expect(200);
        assert_eq!(included["body"]["clauses"][0]["clauses"][0]["id"], "a");
        let names = included["body"]["variables"].as_array().unwrap();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0]["name"], "referent");
        let input = json!({ "source": source, "clauses": ["b"], "behind": "a" });
        let included = commune.post(&path, input).await.expect(200);
        let told = texts(&included);
        let says = [("objet", "À nous."), ("a", "{{referent}}"), ("b", "Deux.")];
        assert_eq!(told, expected(&says));
        let input = json!({ "source": source, "clauses": ["a", "b"] });
        let again = commune.post(&path, input).await;
        assert_eq!(again.problem(422), "invalid");
        let rules = ["/clauses/0 clause_included", "/clauses/1 clause_included"];
        assert_eq!(again.broken(), rules);
    }
}

#[actix_web::test]
async fn an_older_version_is_behind_at_once() {
    let shelf = Shelf::Charters;
    let desk = Desk::new(shelf).await;
    let from = desk.source(shelf, &[clause("a", "Un.")], "reuse").await;
    desk.source_says(shelf, &from, &[clause("a", "Deux.")])
        .await;
    let source = json!({ "kind": shelf.kind(), "id": from, "version": 1 });
    let input = json!({ "source": source, "clauses": ["a"] });
    let path = desk.at("/inclusions");
    let included = desk.commune().anyway().post(&path, input).await.expect(200);
    assert_eq!(texts(&included)[1].1, "Un.");
    let sources = desk.sources().await;
    assert_eq!(standings(&sources), ["behind"]);
    assert_eq!(sources[0]["newest"]["version"], 2);
    let merged = desk.merge(&from, 2, json!({})).await.expect(200);
    assert_eq!(texts(&merged)[1].1, "Deux.");
}

#[actix_web::test]
async fn conflicts_are_named_and_chosen() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let clauses = [clause("a", "Sous 30 jours."), clause("b", "Deux.")];
        let from = desk.source(shelf, &clauses, "reuse").await;
        desk.include(shelf, &from, &["a", "b"]).await.expect(200);
        let own = [clause("objet", "À nous."), clause("b", "Chez nous.")];
        let ours = above("a", "Sous 15 jours.", &own[1..]);
        desk.write(&[own[0].clone(), ours]).await;
        desk.source_says(shelf, &from, &[clause("a", "Sous 60 jours.")])
            .await;
        let sources = desk.sources().await;
        let open = sources[0]["plan"]["conflicts"].as_array().unwrap();
        let open: Vec<_> = open.iter().map(|it| it["at"].as_str().unwrap()).collect();
        assert_eq!(open, ["a/text", "b/presence"]);
        let before = desk.draft().await;
        let refused = desk.merge(&from, 2, json!({ "a/text": "theirs" })).await;
        assert_eq!(refused.problem(409), "conflicts_open");
        assert_eq!(refused.broken(), ["/choices/b~1presence choice_missing"]);
        let refused = desk.merge(&from, 2, json!({ "objet/text": "mine" })).await;
        assert_eq!(refused.broken(), ["/choices/objet~1text choice_unknown"]);
        let far = json!({ "a/text": { "text": "{{x}}" }, "b/presence": "mine" });
        let refused = desk.merge(&from, 2, far).await;
        assert_eq!(
            refused.broken(),
            ["/choices/a~1text/text variable_undeclared"]
        );
        assert_eq!(desk.draft().await.bytes(), before.bytes());
        let choices = json!({ "a/text": "theirs", "b/presence": "mine" });
        let merged = desk.merge(&from, 2, choices).await.expect(200);
        let says = [
            ("objet", "À nous."),
            ("a", "Sous 60 jours."),
            ("b", "Chez nous."),
        ];
        assert_eq!(texts(&merged), expected(&says));
        // The source has let go of one: it is ours now.
        let sources = desk.sources().await;
        assert_eq!(sources[0]["clauses"].as_array().unwrap().len(), 1);
    }
}

#[actix_web::test]
async fn a_clause_that_is_gone_says_nothing_and_does_no_harm() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let clauses = [clause("a", "Un."), clause("b", "Deux.")];
        let from = desk.source(shelf, &clauses, "reuse").await;
        desk.include(shelf, &from, &["a", "b"]).await.expect(200);
        desk.write(&[clause("objet", "À nous."), clause("b", "Deux.")])
            .await;
        desk.source_says(shelf, &from, &[clause("a", "Cent."), clause("b", "Mille.")])
            .await;
        let sources = desk.sources().await;
        assert_eq!(sources[0]["clauses"].as_array().unwrap().len(), 1);
        let merged = desk.merge(&from, 2, json!({})).await.expect(200);
        let says = [("objet", "À nous."), ("b", "Mille.")];
        assert_eq!(texts(&merged), expected(&says));
        // It may be included anew, and the whole may be thrown away.
        let anew = desk.include(shelf, &from, &["a"]).await.expect(200);
        assert_eq!(texts(&anew)[2], ("a".to_owned(), "Cent.".to_owned()));
        desk.commune()
            .anyway()
            .delete(&desk.at(""))
            .await
            .expect(204);
    }
}

#[actix_web::test]
async fn one_s_own_texts_may_be_included_too() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let other = shelf
            .published(desk.commune(), "Autre", "Déjà écrit.")
            .await;
        let included = desk.include(shelf, &other, &["objet"]).await.expect(200);
        assert_eq!(texts(&included)[1].0, "objet-2");
        assert_eq!(standings(&desk.sources().await), ["current"]);
        shelf
            .revised(desk.commune(), &other, "Récrit.")
            .await
            .expect(201);
        let merged = desk.merge(&other, 2, json!({})).await.expect(200);
        assert_eq!(texts(&merged)[1].1, "Récrit.");
    }
}

#[actix_web::test]
async fn twenty_sources_are_listed_and_one_more_is_refused() {
    let shelf = Shelf::Charters;
    let desk = Desk::new(shelf).await;
    for n in 0..20 {
        let from = desk
            .source(shelf, &[clause("a", &format!("{n}"))], "reuse")
            .await;
        desk.include(shelf, &from, &["a"]).await.expect(200);
    }
    let from = desk.source(shelf, &[clause("a", "")], "reuse").await;
    let refused = desk.include(shelf, &from, &["a"]).await;
    assert_eq!(refused.broken(), ["/source/id sources_too_many"]);
    let sources = desk.sources().await;
    assert_eq!(standings(&sources), ["current"; 20]);
    let clause = |it: &Value| it["clauses"][0]["clause"].as_str().unwrap().to_owned();
    assert_eq!(clause(&sources[0]), "a");
    assert_eq!(clause(&sources[19]), "a-20");
}
