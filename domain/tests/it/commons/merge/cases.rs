//! Particular merges: what people would expect of them.

use maillage_domain::commons::CharterBody;
use maillage_domain::commons::merge::{Choice, Choices, Fate, Merge, MergeError, Sides, merge};
use serde_json::{Value, json};

use super::edits::ids;

fn body(clauses: Value) -> CharterBody {
    serde_json::from_value(json!({
        "variables": [{"name": "service", "label": "Service"}],
        "clauses": clauses,
    }))
    .unwrap()
}

/// A body whose only clause says `text`.
fn says(text: &str) -> CharterBody {
    body(json!([{"id": "a", "title": "A", "text": text}]))
}

/// A body of untitled clauses: `a(b c) d` has `b` and `c` below `a`.
fn tree(outline: &str) -> CharterBody {
    fn level(text: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<Value> {
        let mut clauses: Vec<Value> = Vec::new();
        while let Some(next) = text.next() {
            match next {
                ')' => break,
                '(' => clauses.last_mut().unwrap()["clauses"] = level(text).into(),
                ' ' => {}
                id => clauses.push(json!({"id": id, "title": id.to_uppercase().to_string()})),
            }
        }
        clauses
    }
    body(level(&mut outline.chars().peekable()).into())
}

/// The outline of a body, as `tree` reads it.
fn outline(body: &CharterBody) -> String {
    fn level(clauses: &[maillage_domain::commons::Clause]) -> String {
        let one = |clause: &maillage_domain::commons::Clause| match clause.clauses.as_slice() {
            [] => clause.id.to_string(),
            below => format!("{}({})", clause.id, level(below)),
        };
        clauses.iter().map(one).collect::<Vec<_>>().join(" ")
    }
    level(&body.clauses)
}

fn merged(base: &CharterBody, mine: &CharterBody, theirs: &CharterBody) -> Merge<CharterBody> {
    merge(Sides { base, mine, theirs }, &Choices::new())
}

fn chosen(sides: [&CharterBody; 3], choices: &[(&str, Choice)]) -> Merge<CharterBody> {
    let [base, mine, theirs] = sides;
    let choices = choices
        .iter()
        .map(|(spot, choice)| ((*spot).to_owned(), choice.clone()));
    merge(Sides { base, mine, theirs }, &choices.collect())
}

fn open(merge: &Merge<CharterBody>) -> Vec<String> {
    merge
        .conflicts
        .iter()
        .map(|open| open.spot.to_string())
        .collect()
}

/// The text that two changed texts come to, if they do without a choice.
fn text(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let merged = merged(&says(base), &says(mine), &says(theirs))
        .settled()
        .ok()?;
    Some(merged.clauses[0].text.clone())
}

/// The outline that three outlines come to, if they do without a choice.
fn place(base: &str, mine: &str, theirs: &str) -> Option<String> {
    merged(&tree(base), &tree(mine), &tree(theirs))
        .settled()
        .ok()
        .map(|body| outline(&body))
}

#[test]
fn different_words_of_a_text_merge() {
    assert_eq!(
        text(
            "Les agents relisent ce que l’outil écrit avant tout envoi.",
            "Les agents et les élus relisent ce que l’outil écrit avant tout envoi.",
            "Les agents relisent ce que l’outil écrit, avant tout envoi à un usager.",
        )
        .as_deref(),
        Some("Les agents et les élus relisent ce que l’outil écrit, avant tout envoi à un usager.")
    );
}

#[test]
fn the_same_change_is_made_once() {
    assert_eq!(
        text(
            "un deux trois quatre",
            "un DEUX trois quatre",
            "un DEUX trois quatre cinq"
        )
        .as_deref(),
        Some("un DEUX trois quatre cinq")
    );
}

#[test]
fn neighbouring_words_do_not_make_what_nobody_wrote() {
    assert_eq!(
        text("sous 30 jours.", "sous 15 jours.", "sous 30 semaines."),
        None
    );
    assert_eq!(
        text(
            "sous 30 jours ouvrés au plus",
            "sous 15 jours ouvrés au plus",
            "sous 30 jours ouvrés au moins"
        ),
        Some("sous 15 jours ouvrés au moins".to_owned())
    );
}

#[test]
fn two_insertions_at_one_place_are_a_conflict() {
    assert_eq!(
        text("un deux trois", "un et deux trois", "un ou deux trois"),
        None
    );
}

#[test]
fn what_both_add_stands_in_the_same_order_whoever_asks() {
    assert_eq!(
        place("a b", "a m n b", "a k l b").as_deref(),
        Some("a k l m n b")
    );
    assert_eq!(
        place("a b", "a k l b", "a m n b").as_deref(),
        Some("a k l m n b")
    );
}

#[test]
fn a_move_and_an_addition_merge() {
    assert_eq!(
        place("a b c", "c a b", "a b d c").as_deref(),
        Some("c a b d")
    );
    assert_eq!(
        place("a b c", "a(b) c", "a b c(d)").as_deref(),
        Some("a(b) c(d)")
    );
}

#[test]
fn what_stood_below_a_clause_that_goes_takes_its_place() {
    assert_eq!(
        place("a b(c) d", "a b(c m) d", "a d").as_deref(),
        Some("a m d")
    );
}

#[test]
fn two_orders_are_a_conflict_with_two_answers() {
    let sides = [&tree("a b c"), &tree("c b a"), &tree("b a c")];
    let undecided = chosen(sides, &[]);
    assert_eq!(open(&undecided), ["order"]);
    assert_eq!(undecided.conflicts[0].theirs.as_deref(), Some("b, a, c"));
    assert!(matches!(undecided.settled(), Err(MergeError::Open(open)) if open.len() == 1));
    let theirs = chosen(sides, &[("order", Choice::Theirs)])
        .settled()
        .unwrap();
    assert_eq!(outline(&theirs), "b a c");
}

#[test]
fn two_moves_that_make_a_circle_are_asked_about() {
    let sides = [&tree("a b"), &tree("b(a)"), &tree("a(b)")];
    let undecided = chosen(sides, &[]);
    assert_eq!(open(&undecided), ["b/place", "a/place"]);
    assert_eq!(outline(&undecided.body), "b(a)");
    let both = [("a/place", Choice::Mine), ("b/place", Choice::Theirs)];
    assert_eq!(
        open(&chosen(sides, &both)).len(),
        2,
        "the choices make the same circle"
    );
    let one = [("a/place", Choice::Theirs), ("b/place", Choice::Theirs)];
    assert_eq!(outline(&chosen(sides, &one).settled().unwrap()), "a(b)");
}

#[test]
fn moves_that_nest_too_deep_stay_within_a_body() {
    let merged = place(
        "a(b(c)) d(e(f)) g(h)",
        "a(b(c(d(e(f))))) g(h)",
        "a(b(c)) d(e(f(g(h))))",
    );
    assert_eq!(merged.as_deref(), Some("a(b(c(d(e(f g h)))))"));
}

#[test]
fn a_clause_gone_here_and_rewritten_there_is_a_conflict() {
    let (base, gone) = (tree("a b"), tree("b"));
    let rewritten =
        body(json!([{"id": "a", "title": "A", "text": "Nouveau."}, {"id": "b", "title": "B"}]));
    let sides = [&base, &gone, &rewritten];
    let undecided = chosen(sides, &[]);
    assert_eq!(open(&undecided), ["a/presence"]);
    assert_eq!(undecided.conflicts[0].mine, None);
    assert_eq!(
        undecided.conflicts[0].theirs.as_deref(),
        Some("A\n\nNouveau.")
    );
    let kept = chosen(sides, &[("a/presence", Choice::Theirs)])
        .settled()
        .unwrap();
    assert_eq!(kept, rewritten);
    let gone_for_good = chosen(sides, &[("a/presence", Choice::Mine)])
        .settled()
        .unwrap();
    assert_eq!(gone_for_good, gone);
}

#[test]
fn a_person_may_write_what_both_sides_should_have_said() {
    let sides = [
        &says("sous 30 jours"),
        &says("sous 15 jours"),
        &says("sous 30 semaines"),
    ];
    let text = Choice::Text("sous deux semaines".to_owned());
    let merged = chosen(sides, &[("a/text", text)]).settled().unwrap();
    assert_eq!(merged, says("sous deux semaines"));
}

#[test]
fn a_person_may_refuse_what_only_the_source_changed() {
    let sides = [&says("un"), &says("un"), &says("deux")];
    assert_eq!(
        chosen(sides, &[("a/text", Choice::Mine)])
            .settled()
            .unwrap(),
        says("un")
    );
}

#[test]
fn a_choice_that_fits_nothing_is_refused() {
    let sides = [&says("un"), &says("un"), &says("deux")];
    let text = || Choice::Text("x".to_owned());
    for (spot, choice) in [
        ("b/text", Choice::Mine),
        ("a/title", Choice::Mine),
        ("a/lock", text()),
    ] {
        let refused = chosen(sides, &[(spot, choice)]).settled();
        assert_eq!(refused, Err(MergeError::Unknown(vec![spot.to_owned()])));
    }
}

#[test]
fn a_chosen_text_follows_the_rules_of_bodies() {
    let sides = [&says("un"), &says("deux"), &says("trois")];
    let text = Choice::Text("[clic](javascript:alert)".to_owned());
    let refused = chosen(sides, &[("a/text", text)]).settled();
    assert!(matches!(refused, Err(MergeError::Invalid(found)) if found[0].code == "markdown_link"));
}

#[test]
fn a_variable_stays_as_long_as_a_text_uses_it() {
    let mut forgets = says("sans");
    forgets.variables.clear();
    let merged = merged(&says("sans"), &forgets, &says("avec {{service}}"))
        .settled()
        .unwrap();
    assert_eq!(merged, says("avec {{service}}"));
}

#[test]
fn each_clause_has_its_fate() {
    let clause = |id: &str, text: &str| json!({"id": id, "title": "T", "text": text});
    let base = body(json!([
        clause("a", "un"),
        clause("b", "un"),
        clause("c", "un"),
        clause("d", "un"),
        clause("e", "un")
    ]));
    let mine = body(json!([
        clause("a", "un"),
        clause("b", "mien"),
        clause("c", "un"),
        clause("d", "mien"),
        clause("e", "un")
    ]));
    let theirs = body(json!([
        clause("a", "un"),
        clause("b", "un"),
        clause("c", "leur"),
        clause("d", "leur")
    ]));
    let merged = merged(&base, &mine, &theirs);
    let fates: Vec<_> = merged
        .steps
        .iter()
        .skip(1)
        .map(|step| (step.fate(), step.goes))
        .collect();
    assert_eq!(
        fates,
        [
            (Fate::Unchanged, false),
            (Fate::KeepMine, false),
            (Fate::TakeTheirs, false),
            (Fate::Conflict, false),
            (Fate::TakeTheirs, true),
        ]
    );
    assert_eq!(ids(&merged.body.clauses), ["a", "b", "c", "d"]);
}
