//! Taking clauses over: where they stand, what they are called, what comes along, what is refused.

use maillage_domain::access::{Actor, Refusal, Roles, Verb, abilities, act, authorize};
use maillage_domain::commons::{
    Body, Charter, CharterBody, KindName, Level, Lock, Resource, Slot, limits,
};
use maillage_domain::event::Fact;
use serde_json::json;

use super::{
    HOME, body, broken, charter, clause, home, include, later, newest, published, shape, source,
    template, text,
};
use crate::commons::fixture::resource_id;
use crate::fixture::{allowed, at, director, member};

fn below(id: &str) -> Slot {
    Slot {
        below: Some(id.parse().unwrap()),
        behind: None,
    }
}

fn behind(id: &str) -> Slot {
    Slot {
        below: None,
        behind: Some(id.parse().unwrap()),
    }
}

/// `a(b c) d`.
fn own() -> CharterBody {
    let mut a = clause("a", "Un.");
    a["clauses"] = json!([clause("b", "Deux."), clause("c", "Trois.")]);
    body(json!([a, clause("d", "Quatre.")]))
}

#[test]
fn clauses_come_with_what_stands_below_them_and_with_their_lineage() {
    let mut relire = clause("relire", "Un agent relit.");
    relire["lock"] = json!("imposed");
    relire["clauses"] = json!([clause("noter", "Il le note.")]);
    let from = template(
        2,
        3,
        json!([clause("autre", ""), relire, clause("fin", "Fin.")]),
    );
    let (included, fact) = include(&home(own()), &from, &["fin", "relire"], &below("a")).unwrap();
    let says = &included.drafted.draft.body;
    assert_eq!(shape(says), "a(b c fin relire(noter)) d");
    assert_eq!(says.violations(), []);
    let relire = &says.clauses[0].clauses[3];
    assert_eq!(
        (relire.text.as_str(), relire.lock),
        ("Un agent relit.", Lock::Imposed)
    );
    assert!(!included.drafted.fresh);
    assert_eq!(included.drafted.draft.revision, 2);

    let told: Vec<_> = included
        .inclusions
        .iter()
        .map(|it| it.clause.as_str())
        .collect();
    assert_eq!(told, ["fin", "relire", "noter"]);
    for it in &included.inclusions {
        assert_eq!(
            (it.source, it.kind, it.taken_at),
            (source(&from), KindName::Template, at(60))
        );
        assert_eq!(it.of, it.clause);
    }
    let said = &included.inclusions[1].said;
    assert_eq!(
        (said.text.as_str(), said.lock),
        ("Un agent relit.", Lock::Imposed)
    );
    let expected = Fact::ResourceIncluded {
        resource: resource_id(HOME),
        kind: KindName::Charter,
        source: source(&from),
    };
    assert_eq!(fact, expected);
}

#[test]
fn they_stand_where_they_were_asked_to_stand() {
    let from = charter(2, 1, json!([clause("x", "")]));
    let stands = |slot: &Slot| {
        let included = include(&home(own()), &from, &["x"], slot).unwrap().0;
        shape(&included.drafted.draft.body)
    };
    assert_eq!(stands(&Slot::default()), "a(b c) d x");
    assert_eq!(stands(&behind("a")), "a(b c) x d");
    assert_eq!(stands(&below("a")), "a(b c x) d");
    assert_eq!(stands(&behind("b")), "a(b x c) d");
    assert_eq!(stands(&below("d")), "a(b c) d(x)");
    let both = Slot {
        below: Some("a".parse().unwrap()),
        ..behind("b")
    };
    assert_eq!(stands(&both), "a(b x c) d");
    for (slot, rule) in [
        (below("x"), "/below clause_unknown"),
        (behind("x"), "/behind clause_unknown"),
        (
            Slot {
                below: Some("a".parse().unwrap()),
                ..behind("d")
            },
            "/behind clause_unknown",
        ),
    ] {
        assert_eq!(broken(include(&home(own()), &from, &["x"], &slot)), [rule]);
    }
}

#[test]
fn a_clause_keeps_its_id_where_nothing_else_is_called_so() {
    let mut a = clause("a", "");
    a["clauses"] = json!([clause("a-2", ""), clause("e", "")]);
    let long = "x".repeat(64);
    let mut here = body(json!([clause("a", ""), clause(&long, ""), clause("b", "")]));
    here.clauses.remove(2);
    let mut home = home(here);
    // The source of the whole has a clause that the text does without: it may come back.
    home.bench.imposed.base = Some(body(json!([clause("b", "")])));
    let from = charter(2, 1, json!([a, clause("b", ""), clause(&long, "")]));
    let (included, _) = include(&home, &from, &["a", "b", &long], &Slot::default()).unwrap();
    let cut = format!("{}-2", &long[..62]);
    let expected = format!("a {long} a-3(a-2 e) b-2 {cut}");
    assert_eq!(shape(&included.drafted.draft.body), expected);
    let of = included
        .inclusions
        .iter()
        .map(|it| (it.clause.to_string(), it.of.to_string()));
    let of: Vec<_> = of.filter(|(here, there)| here != there).collect();
    assert_eq!(
        of,
        [("a-3", "a"), ("b-2", "b"), (&cut, &long)].map(|(x, y)| (x.to_owned(), y.to_owned()))
    );
}

#[test]
fn the_variables_they_use_come_along_unless_the_text_has_its_own() {
    let variables = |names: &[&str], label: &str| {
        let one = |name: &&str| json!({ "name": name, "label": label, "default": label });
        json!(names.iter().map(one).collect::<Vec<_>>())
    };
    let mut here = body(json!([clause("a", "{{service}}")]));
    here.variables = serde_json::from_value(variables(&["service"], "Ici")).unwrap();
    let mut x = clause("x", "{{service}}, {{date}}");
    x["clauses"] = json!([clause("y", "{{ referent }}")]);
    let mut there = body(json!([x, clause("z", "{{autre}}")]));
    there.variables =
        serde_json::from_value(variables(&["referent", "service", "autre"], "Là-bas")).unwrap();
    let from = published::<Charter>(2, 1, there);
    let (included, _) = include(&home(here), &from, &["x"], &Slot::default()).unwrap();
    let says = included.drafted.draft.body;
    let declared: Vec<_> = says
        .variables
        .iter()
        .map(|it| (it.name.as_str(), it.label.as_str()))
        .collect();
    assert_eq!(declared, [("service", "Ici"), ("referent", "Là-bas")]);
    assert_eq!(says.violations(), []);
}

#[test]
fn what_is_included_already_is_not_included_again() {
    let mut a = clause("a", "");
    a["clauses"] = json!([clause("b", "")]);
    let from = charter(2, 1, json!([a, clause("c", "")]));
    let here = home(body(json!([clause("z", "")])));
    for (chosen, rules) in [
        (vec![], vec!["/clauses clauses_empty"]),
        (vec!["c", "d"], vec!["/clauses/1 clause_unknown"]),
        (vec!["c", "c"], vec!["/clauses/1 clause_included"]),
        (
            vec!["a", "d", "b"],
            vec!["/clauses/1 clause_unknown", "/clauses/2 clause_included"],
        ),
        (vec!["b", "a"], vec!["/clauses/1 clause_included"]),
    ] {
        assert_eq!(
            broken(include(&here, &from, &chosen, &Slot::default())),
            rules
        );
    }
    let endless = vec!["c"; limits::CLAUSES + 1];
    let refused = include(&here, &from, &endless, &Slot::default());
    assert_eq!(broken(refused), ["/clauses clauses_too_many"]);
    let (included, _) = include(&here, &from, &["b"], &Slot::default()).unwrap();
    let mut here = later(included, vec![newest(&from)]);
    for chosen in ["a", "b"] {
        let again = include(&here, &from, &[chosen], &Slot::default());
        assert_eq!(broken(again), ["/clauses/0 clause_included"]);
    }
    // Another source has a clause of that name, too; and what has left the text may come again.
    let other = charter(3, 1, json!([clause("b", "")]));
    let (both, _) = include(&here, &other, &["b"], &Slot::default()).unwrap();
    assert_eq!(shape(&both.drafted.draft.body), "z b b-2");
    here.bench.draft.as_mut().unwrap().body.clauses.pop();
    assert!(here.followed().is_empty());
    let (again, _) = include(&here, &from, &["a"], &Slot::default()).unwrap();
    assert_eq!(shape(&again.drafted.draft.body), "z a(b)");
    assert_eq!(again.inclusions.len(), 2);
}

#[test]
fn the_whole_obeys_the_rules_of_a_body() {
    let deep = (0..5).fold(clause("n", ""), |below, n| {
        let mut above = clause(&format!("n{n}"), "");
        above["clauses"] = json!([below]);
        above
    });
    let from = charter(2, 1, json!([deep]));
    let refused = include(&home(own()), &from, &["n4"], &below("a"));
    assert_eq!(broken(refused), ["/clauses clauses_too_deep"]);
    let (included, _) = include(&home(own()), &from, &["n3"], &below("a")).unwrap();
    assert_eq!(included.drafted.draft.body.violations(), []);

    let many = (0..limits::CLAUSES - 3).map(|n| clause(&format!("n{n}"), ""));
    let many: Vec<_> = many.collect();
    let ids: Vec<_> = (0..limits::CLAUSES - 3).map(|n| format!("n{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let from = charter(2, 1, json!(many));
    let refused = include(&home(own()), &from, &ids, &Slot::default());
    assert_eq!(broken(refused), ["/clauses clauses_too_many"]);
    let (included, _) = include(&home(own()), &from, &ids[1..], &Slot::default()).unwrap();
    assert_eq!(included.inclusions.len(), limits::CLAUSES - 4);
}

#[test]
fn a_text_includes_from_so_many_sources_and_never_from_itself() {
    let mut here = home(own());
    let last = u64::try_from(limits::INCLUDED).unwrap() + 1;
    for n in 2..=last {
        let from = charter(n, 1, json!([clause("x", ""), clause("y", "")]));
        let (included, _) = include(&here, &from, &["x"], &Slot::default()).unwrap();
        here = later(included, Vec::new());
    }
    let from = charter(last + 1, 1, json!([clause("x", "")]));
    let refused = include(&here, &from, &["x"], &Slot::default());
    assert_eq!(broken(refused), ["/source/id sources_too_many"]);
    let known = charter(last, 1, json!([clause("x", ""), clause("y", "")]));
    include(&here, &known, &["y"], &Slot::default()).unwrap();
    // One that has left the text makes room, and is forgotten.
    here.bench.draft.as_mut().unwrap().body.clauses.pop();
    let (included, _) = include(&here, &from, &["x"], &Slot::default()).unwrap();
    assert_eq!(included.inclusions.len(), limits::INCLUDED);

    let mut itself = charter(HOME, 1, json!([clause("x", "")]));
    itself.resource.granted = None;
    let refused = include(&here, &itself, &["x"], &Slot::default());
    assert_eq!(broken(refused), ["/source/id source_is_itself"]);
}

#[test]
fn without_a_draft_one_begins_with_what_is_published() {
    let mut here = home(own());
    let draft = here.bench.draft.take().unwrap();
    here.bench.published = Some(draft.body);
    let from = charter(2, 1, json!([clause("x", "")]));
    let (included, _) = include(&here, &from, &["x"], &Slot::default()).unwrap();
    assert!(included.drafted.fresh);
    assert_eq!(shape(&included.drafted.draft.body), "a(b c) d x");
    let here = later(included, Vec::new());
    assert_eq!(shape(text(&here)), "a(b c) d x");
}

#[test]
fn it_takes_the_right_to_write_here_and_the_right_to_adapt_there() {
    let here = home(own());
    let refused = |actor: &Actor| authorize::<act::Write, _>(actor, here.clone()).unwrap_err();
    assert_eq!(refused(&member(HOME, Roles::NONE)), Refusal::Forbidden);
    assert_eq!(refused(&director(2)), Refusal::Hidden);
    let mut from = charter(2, 1, json!([clause("x", "")]));
    for (granted, refusal) in [
        (Some(Level::Read), Refusal::Forbidden),
        (None, Refusal::Hidden),
    ] {
        from.resource = Resource {
            granted,
            ..from.resource
        };
        let refused = authorize::<act::Adapt, _>(&director(HOME), from.clone());
        assert_eq!(refused.unwrap_err(), refusal);
    }
    assert_eq!(abilities(&director(HOME), &here), [Verb::Write]);
}

#[test]
fn what_was_included_imposes_nothing() {
    let mut x = clause("x", "Toujours.");
    x["lock"] = json!("imposed");
    let from = charter(2, 1, json!([x]));
    let (included, _) = include(&home(own()), &from, &["x"], &Slot::default()).unwrap();
    let mut here = later(included, Vec::new());
    let draft = here.bench.draft.as_mut().unwrap();
    let x = draft.body.clauses.last_mut().unwrap();
    (x.text, x.lock) = ("Parfois.".to_owned(), Lock::Free);
    assert_eq!(here.bench.deviations(), []);
    let permitted = allowed::<act::Publish, _>(&director(HOME), here.bench);
    let published = permitted
        .publish(crate::fixture::prose(""), at(80))
        .unwrap();
    assert_eq!(published.into_parts().0.version.deviations, []);
}
