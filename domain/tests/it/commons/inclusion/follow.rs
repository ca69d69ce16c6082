//! Following: each source by itself, whatever the others say.

use maillage_domain::access::{Verb, abilities};
use maillage_domain::commons::merge::{Choice, Choices, Fate, MergeError};
use maillage_domain::commons::{
    Charter, Inclusions, KindName, Published, Slot, Standing, Template, UpstreamError,
};
use maillage_domain::event::Fact;
use serde_json::{Value, json};

use super::{
    HOME, body, charter, clause, home, include, later, merge, newest, published, shape, source,
    template, text,
};
use crate::commons::fixture::resource_id;
use crate::fixture::{at, director};

/// `own a-2(b) c`: `a(b)` from a charter, `c` from a template.
fn included() -> (Inclusions<Charter>, Published<Charter>, Published<Template>) {
    let mut a = clause("a", "Un agent relit tout.");
    a["clauses"] = json!([clause("b", "Deux.")]);
    let one = charter(2, 1, json!([a]));
    let two = template(3, 1, json!([clause("c", "Sous 30 jours.")]));
    let here = home(body(json!([clause("a", "À nous.")])));
    let (first, _) = include(&here, &one, &["a"], &Slot::default()).unwrap();
    let here = later(first, Vec::new());
    let (second, _) = include(&here, &two, &["c"], &Slot::default()).unwrap();
    (later(second, vec![newest(&one), newest(&two)]), one, two)
}

fn standings(here: &Inclusions<Charter>) -> Vec<Standing> {
    here.followed().iter().map(|it| it.standing()).collect()
}

/// The text of the clause at this pointer.
fn says(here: &Inclusions<Charter>, pointer: &str) -> String {
    let body = serde_json::to_value(text(here)).unwrap();
    let text = body.pointer(&format!("/clauses{pointer}/text"));
    text.and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn each_source_is_followed_by_itself() {
    let (mut here, one, two) = included();
    assert_eq!(shape(text(&here)), "a a-2(b) c");
    assert_eq!(standings(&here), [Standing::Current; 2]);
    assert_eq!(abilities(&director(HOME), &here), [Verb::Write]);
    let next = template(
        3,
        2,
        json!([clause("d", "Neuf."), clause("c", "Sous 15 jours.")]),
    );
    here.newest = vec![newest(&one), newest(&next)];
    assert_eq!(standings(&here), [Standing::Current, Standing::Behind]);
    assert_eq!(
        abilities(&director(HOME), &here),
        [Verb::Write, Verb::Merge]
    );
    let followed = here.followed();
    assert!(here.plan(&followed[0], &Choices::new()).is_none());
    let plan = here.plan(&followed[1], &Choices::new()).unwrap();
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|it| (it.clause.clone(), it.fate()))
        .collect();
    assert_eq!(steps, [(Some("c".parse().unwrap()), Fate::TakeTheirs)]);

    let nothing = merge(&here, one.resource.id, 2, &Choices::new());
    assert_eq!(nothing.unwrap_err(), UpstreamError::NothingNew);
    let unknown = merge(&here, resource_id(9), 2, &Choices::new());
    assert_eq!(unknown.unwrap_err(), UpstreamError::NothingNew);
    for version in [1, 3] {
        let late = merge(&here, two.resource.id, version, &Choices::new());
        assert_eq!(late.unwrap_err(), UpstreamError::NotNewest);
    }
    let (merged, fact) = merge(&here, two.resource.id, 2, &Choices::new()).unwrap();
    let expected = Fact::InclusionsMerged {
        resource: resource_id(HOME),
        kind: KindName::Charter,
        source: source(&next),
    };
    assert_eq!(fact, expected);
    let here = later(merged, vec![newest(&one), newest(&next)]);
    // Nothing else has moved, and what nobody chose has not come along.
    assert_eq!(shape(text(&here)), "a a-2(b) c");
    assert_eq!(says(&here, "/2"), "Sous 15 jours.");
    assert_eq!(
        (says(&here, "/0"), says(&here, "/1")),
        ("À nous.".into(), "Un agent relit tout.".into())
    );
    assert_eq!(standings(&here), [Standing::Current; 2]);
    let versions: Vec<_> = here.inclusions.iter().map(|it| it.source.version).collect();
    assert_eq!(versions, [1, 1, 2]);
    assert_eq!(here.inclusions[2].taken_at, at(70));
    let again = merge(&here, two.resource.id, 2, &Choices::new());
    assert_eq!(again.unwrap_err(), UpstreamError::NothingNew);
}

#[test]
fn what_both_have_changed_is_named_and_chosen() {
    let (mut here, one, two) = included();
    let draft = here.bench.draft.as_mut().unwrap();
    draft.body.clauses[2].text = "Sous 60 jours.".to_owned();
    let next = template(3, 2, json!([clause("c", "Sous 15 jours.")]));
    here.newest = vec![newest(&one), newest(&next)];
    let id = two.resource.id;
    let refused = merge(&here, id, 2, &Choices::new()).unwrap_err();
    let UpstreamError::Merge(MergeError::Open(open)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(open[0].spot.to_string(), "c/text");
    let choose = |spot: &str, choice| Choices::from([(spot.to_owned(), choice)]);
    for spot in ["a/text", "b/text", "order", "preamble", "variables/x"] {
        let refused = merge(&here, id, 2, &choose(spot, Choice::Mine)).unwrap_err();
        let unknown = MergeError::Unknown(vec![spot.to_owned()]);
        assert_eq!(refused, UpstreamError::Merge(unknown));
    }
    let long = choose("c/text", Choice::Text("x".repeat(20_001)));
    let refused = merge(&here, id, 2, &long).unwrap_err();
    let UpstreamError::Merge(MergeError::Invalid(found)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(found[0].pointer.as_str(), "/choices/c~1text/text");
    let mine = merge(&here, id, 2, &choose("c/text", Choice::Mine))
        .unwrap()
        .0;
    let mine = later(mine, vec![newest(&one), newest(&next)]);
    assert_eq!(says(&mine, "/2"), "Sous 60 jours.");
    // It is not asked again.
    let third = template(
        3,
        3,
        json!([{ "id": "c", "title": "Délai", "text": "Sous 15 jours." }]),
    );
    let mine = Inclusions {
        newest: vec![newest(&third)],
        ..mine
    };
    let merged = later(merge(&mine, id, 3, &Choices::new()).unwrap().0, Vec::new());
    assert_eq!(says(&merged, "/2"), "Sous 60 jours.");
    assert_eq!(text(&merged).clauses[2].title, "Délai");
}

#[test]
fn a_clause_that_its_source_has_removed_goes_unless_it_was_rewritten() {
    let (mut here, one, _) = included();
    let mut a = clause("a", "Un agent relit tout, et le note.");
    a["title"] = json!("Titre a");
    let next = charter(2, 2, json!([clause("b", "Deux.")]));
    here.newest = vec![newest(&next)];
    let followed = here.followed();
    let plan = here.plan(&followed[0], &Choices::new()).unwrap();
    let goes: Vec<_> = plan.steps.iter().filter(|it| it.goes).collect();
    assert_eq!(goes.len(), 1);
    assert_eq!(goes[0].clause, Some("a-2".parse().unwrap()));
    let merged = merge(&here, one.resource.id, 2, &Choices::new()).unwrap().0;
    let merged = later(merged, vec![newest(&next)]);
    // What stood below it stands where it stood.
    assert_eq!(shape(text(&merged)), "a b c");
    assert_eq!(merged.inclusions.len(), 2);

    here.bench.draft.as_mut().unwrap().body.clauses[1].text = "Nous relisons.".to_owned();
    let refused = merge(&here, one.resource.id, 2, &Choices::new()).unwrap_err();
    let UpstreamError::Merge(MergeError::Open(open)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(open[0].spot.to_string(), "a-2/presence");
    let mine = Choices::from([("a-2/presence".to_owned(), Choice::Mine)]);
    let kept = merge(&here, one.resource.id, 2, &mine).unwrap().0;
    let kept = later(kept, vec![newest(&next)]);
    assert_eq!(shape(text(&kept)), "a a-2(b) c");
    // From now on it is one's own: it follows nothing.
    let told: Vec<_> = kept
        .inclusions
        .iter()
        .map(|it| it.clause.as_str())
        .collect();
    assert_eq!(told, ["b", "c"]);
}

#[test]
fn a_source_that_is_hidden_or_whose_clauses_are_gone_says_nothing() {
    let (mut here, one, _) = included();
    here.newest.remove(0);
    assert_eq!(standings(&here), [Standing::Hidden, Standing::Current]);
    let refused = merge(&here, one.resource.id, 1, &Choices::new());
    assert_eq!(refused.unwrap_err(), UpstreamError::NothingNew);

    let next = charter(2, 2, json!([clause("a", "Autre.")]));
    here.newest = vec![newest(&next)];
    here.bench.draft.as_mut().unwrap().body.clauses.remove(1);
    assert_eq!(here.followed().len(), 1);
    let refused = merge(&here, one.resource.id, 2, &Choices::new());
    assert_eq!(refused.unwrap_err(), UpstreamError::NothingNew);
}

#[test]
fn clauses_of_one_source_may_have_come_at_different_times() {
    let (mut here, _, _) = included();
    let next = charter(
        2,
        2,
        json!([clause("a", "Un agent relit tout."), clause("e", "Neuf.")]),
    );
    here.newest = vec![newest(&next)];
    let (more, _) = include(&here, &next, &["e"], &Slot::default()).unwrap();
    let here = later(more, vec![newest(&next)]);
    let followed = here.followed();
    let standing = |it| followed[0].standing_of(it);
    let told: Vec<_> = followed[0].clauses.iter().map(|it| standing(it)).collect();
    assert_eq!(
        told,
        [Standing::Behind, Standing::Behind, Standing::Current]
    );
    let merged = merge(&here, next.resource.id, 2, &Choices::new())
        .unwrap()
        .0;
    let merged = later(merged, vec![newest(&next)]);
    // `b` stands below `a` no more: the source has removed it.
    assert_eq!(shape(text(&merged)), "a a-2 c e");
}

#[test]
fn variables_that_newer_words_use_come_along() {
    let (mut here, one, _) = included();
    let mut there = body(json!([
        clause("a", "Le service {{service}} relit."),
        clause("b", "Deux.")
    ]));
    there.variables =
        serde_json::from_value(json!([{ "name": "service", "label": "Service" }])).unwrap();
    let next = published::<Charter>(2, 2, there);
    here.newest = vec![newest(&next)];
    let merged = merge(&here, one.resource.id, 2, &Choices::new()).unwrap().0;
    let names: Vec<_> = merged
        .drafted
        .draft
        .body
        .variables
        .iter()
        .map(|it| it.name.clone())
        .collect();
    assert_eq!(names, ["service"]);
    let mine = Choices::from([("a-2/text".to_owned(), Choice::Mine)]);
    let kept = merge(&here, one.resource.id, 2, &mine).unwrap().0;
    assert_eq!(kept.drafted.draft.body.variables, []);
}
