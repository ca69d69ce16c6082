//! Conflicts and the choices that settle them.

use serde_json::{Value, json};

use super::{Pair, open, texts};
use crate::support::Shelf;

/// A pair whose sides have changed both clauses, and not alike.
async fn torn(shelf: Shelf) -> Pair {
    let pair = Pair::new(shelf, &[("a", "Sous 30 jours."), ("b", "Par écrit.")]).await;
    pair.own_says(&[("a", "Sous 15 jours."), ("b", "Par courriel.")])
        .await;
    pair.source_says(&[("a", "Sous 60 jours."), ("b", "Par lettre.")])
        .await;
    pair
}

#[actix_web::test]
async fn open_conflicts_are_answered_with_a_pointer_each() {
    for shelf in Shelf::ALL {
        let pair = torn(shelf).await;
        let told = pair.upstream().await;
        assert_eq!(
            told["plan"]["conflicts"][0],
            json!({ "at": "a/text", "base": "Sous 30 jours.", "mine": "Sous 15 jours.",
                "theirs": "Sous 60 jours.", "takes_text": true })
        );
        assert_eq!(open(&told), ["a/text", "b/text"]);
        let before = pair.draft().await;
        let refused = pair.merge(json!({ "version": 2 })).await;
        assert_eq!(refused.problem(409), "conflicts_open");
        assert_eq!(
            refused.broken(),
            [
                "/choices/a~1text choice_missing",
                "/choices/b~1text choice_missing"
            ]
        );
        let half = json!({ "version": 2, "choices": { "b/text": "theirs" } });
        let refused = pair.merge(half).await;
        assert_eq!(refused.problem(409), "conflicts_open");
        assert_eq!(refused.broken(), ["/choices/a~1text choice_missing"]);
        assert_eq!(pair.draft().await.bytes(), before.bytes());
        assert_eq!(pair.upstream().await["standing"], "behind");
    }
}

#[actix_web::test]
async fn each_choice_says_what_stands_there() {
    for shelf in Shelf::ALL {
        for (choices, expected) in [
            (
                json!({ "a/text": "theirs", "b/text": "mine" }),
                ["Sous 60 jours.", "Par courriel."],
            ),
            (
                json!({ "a/text": "mine", "b/text": { "text": "Par courriel ou lettre." } }),
                ["Sous 15 jours.", "Par courriel ou lettre."],
            ),
        ] {
            let pair = torn(shelf).await;
            let input = json!({ "version": 2, "choices": choices });
            let merged = pair.merge(input).await.expect(200);
            assert_eq!(texts(&merged), expected);
            assert_eq!(pair.upstream().await["standing"], "current");
        }
    }
}

#[actix_web::test]
async fn a_choice_where_there_is_none_is_refused() {
    let pair = torn(Shelf::Charters).await;
    let before = pair.draft().await;
    for (more, place) in [
        ("a/title", "/choices/a~1title"),
        ("b/lock", "/choices/b~1lock"),
        ("c/text", "/choices/c~1text"),
        ("order", "/choices/order"),
        ("variables/x", "/choices/variables~1x"),
        ("a~b/text", "/choices/a~0b~1text"),
        ("", "/choices/"),
    ] {
        let mut choices = json!({ "a/text": "mine", "b/text": "mine" });
        choices[more] = json!("mine");
        let refused = pair
            .merge(json!({ "version": 2, "choices": choices }))
            .await;
        assert_eq!(refused.problem(422), "invalid");
        assert_eq!(refused.broken(), [format!("{place} choice_unknown")]);
    }
    for choice in [json!("others"), json!({ "texts": "X" }), json!(1)] {
        let input = json!({ "version": 2, "choices": { "a/text": choice } });
        assert_eq!(pair.merge(input).await.problem(400), "invalid_request");
    }
    assert_eq!(pair.draft().await.bytes(), before.bytes());
}

#[actix_web::test]
async fn a_text_is_no_choice_for_what_is_no_text() {
    let pair = Pair::new(Shelf::Charters, &[("a", "Un."), ("b", "Deux.")]).await;
    pair.own_says(&[("b", "Deux, chez nous.")]).await;
    pair.source_says(&[("a", "Un de plus."), ("b", "Deux.")])
        .await;
    assert_eq!(open(&pair.upstream().await), ["a/presence"]);
    let choose = |choice: Value| json!({ "version": 2, "choices": { "a/presence": choice } });
    let refused = pair.merge(choose(json!({ "text": "Rien." }))).await;
    assert_eq!(refused.problem(422), "invalid");
    assert_eq!(refused.broken(), ["/choices/a~1presence choice_unknown"]);
    let merged = pair.merge(choose(json!("theirs"))).await.expect(200);
    assert_eq!(texts(&merged), ["Un de plus.", "Deux, chez nous."]);
}

#[actix_web::test]
async fn a_chosen_text_is_checked_like_any_other() {
    for shelf in Shelf::ALL {
        let pair = torn(shelf).await;
        let before = pair.draft().await;
        for (text, rule) in [
            ("x".repeat(20_001), "text_too_long"),
            ("[ici](javascript:alert(1))".to_owned(), "markdown_link"),
            ("Pour {{inconnue}}.".to_owned(), "variable_undeclared"),
            ("\u{0}".to_owned(), "text_control_character"),
        ] {
            let choices = json!({ "a/text": "mine", "b/text": { "text": text } });
            let refused = pair
                .merge(json!({ "version": 2, "choices": choices }))
                .await;
            assert_eq!(refused.problem(422), "invalid");
            assert_eq!(refused.broken(), [format!("/choices/b~1text/text {rule}")]);
        }
        assert_eq!(pair.draft().await.bytes(), before.bytes());
        assert_eq!(pair.upstream().await["standing"], "behind");
    }
}
