//! Comparing: nothing is said that neither body says, and nothing is left out.

use maillage_domain::commons::compare::{Compared, Piece, PieceChange, Presence, compare, differs};
use maillage_domain::commons::{CharterBody, Lock};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::merge::edits::{history, ids};

fn body(clauses: Value) -> CharterBody {
    serde_json::from_value(json!({"clauses": clauses})).unwrap()
}

fn says(text: &str) -> CharterBody {
    body(json!([{"id": "a", "title": "A", "text": text}]))
}

/// The pieces as `[-gone-]` and `{+come+}`.
fn marked(pieces: &[Piece]) -> String {
    let one = |piece: &Piece| match piece.change {
        PieceChange::Same => piece.text.clone(),
        PieceChange::Removed => format!("[-{}-]", piece.text),
        PieceChange::Added => format!("{{+{}+}}", piece.text),
    };
    pieces.iter().map(one).collect()
}

fn text(from: &str, to: &str) -> String {
    marked(&compare(&says(from), &says(to)).clauses[0].text)
}

#[test]
fn words_that_changed_are_marked() {
    assert_eq!(
        text(
            "Les agents relisent tout.",
            "Les agents et les élus relisent tout."
        ),
        "Les agents {+et les élus +}relisent tout."
    );
}

#[test]
fn neighbouring_changes_read_as_one() {
    assert_eq!(
        text("sous un deux.", "sous trois quatre."),
        "sous [-un deux-]{+trois quatre+}."
    );
}

#[test]
fn each_clause_says_what_became_of_it() {
    let from = body(json!([
        {"id": "a", "title": "A"}, {"id": "b", "title": "B"}, {"id": "c", "title": "C"},
        {"id": "d", "title": "D", "lock": "imposed"},
    ]));
    let to = body(json!([
        {"id": "c", "title": "C"},
        {"id": "a", "title": "A bis", "clauses": [{"id": "d", "title": "D", "lock": "free"}]},
        {"id": "e", "title": "E"},
    ]));
    let told: Vec<_> = compare(&from, &to)
        .clauses
        .iter()
        .map(|c| {
            (
                c.clause.to_string(),
                c.level,
                c.presence,
                c.moved,
                marked(&c.title),
                c.lock,
            )
        })
        .collect();
    let (kept, recommended) = (Presence::Kept, (Lock::Recommended, Lock::Recommended));
    assert_eq!(
        told,
        [
            ("c".to_owned(), 1, kept, true, "C".to_owned(), recommended),
            (
                "a".to_owned(),
                1,
                kept,
                false,
                "A{+ bis+}".to_owned(),
                recommended
            ),
            (
                "b".to_owned(),
                1,
                Presence::Removed,
                false,
                "[-B-]".to_owned(),
                recommended
            ),
            (
                "d".to_owned(),
                2,
                kept,
                true,
                "D".to_owned(),
                (Lock::Imposed, Lock::Free)
            ),
            (
                "e".to_owned(),
                1,
                Presence::Added,
                false,
                "{+E+}".to_owned(),
                recommended
            ),
        ]
    );
}

/// One side of pieces: what stands in the older or in the newer text.
fn side(pieces: &[Piece], other: PieceChange) -> String {
    let kept = pieces.iter().filter(|piece| piece.change != other);
    kept.map(|piece| piece.text.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_body_does_not_differ_from_itself([body, ..] in history()) {
        let same = compare(&body, &body);
        prop_assert_eq!(same.preamble, None);
        prop_assert!(!same.clauses.iter().any(Compared::changed));
        prop_assert_eq!(same.clauses.len(), ids(&body.clauses).len());
    }

    #[test]
    fn both_bodies_can_be_read_from_their_comparison([_, from, to] in history()) {
        let compared = compare(&from, &to);
        let (old, new) = (texts(&from), texts(&to));
        prop_assert_eq!(compared.preamble.is_some(), from.preamble != to.preamble);
        let told = |presence: Presence| {
            compared.clauses.iter().filter(move |clause| clause.presence != presence)
        };
        let before: std::collections::BTreeMap<_, _> = told(Presence::Added)
            .map(|c| (c.clause.to_string(), (side(&c.title, PieceChange::Added), side(&c.text, PieceChange::Added))))
            .collect();
        let now: std::collections::BTreeMap<_, _> = told(Presence::Removed)
            .map(|c| (c.clause.to_string(), (side(&c.title, PieceChange::Removed), side(&c.text, PieceChange::Removed))))
            .collect();
        prop_assert_eq!(&before, &old);
        prop_assert_eq!(&now, &new);
        for clause in &compared.clauses {
            let id = clause.clause.to_string();
            prop_assert_eq!(differs(&clause.text), old.get(&id).map_or("", |c| &c.1) != new.get(&id).map_or("", |c| &c.1));
        }
    }
}

/// Titles and texts by id.
fn texts(body: &CharterBody) -> std::collections::BTreeMap<String, (String, String)> {
    fn add(
        clauses: &[maillage_domain::commons::Clause],
        found: &mut std::collections::BTreeMap<String, (String, String)>,
    ) {
        for clause in clauses {
            found.insert(
                clause.id.to_string(),
                (clause.title.clone(), clause.text.clone()),
            );
            add(&clause.clauses, found);
        }
    }
    let mut found = std::collections::BTreeMap::new();
    add(&body.clauses, &mut found);
    found
}
