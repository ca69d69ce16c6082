//! Generated bodies: trees that break no rule, and what must hold of all of them.

use maillage_domain::commons::{
    Body, Charter, CharterBody, Clause, Lock, Variable, VariableType, digest,
};
use maillage_domain::value::Digest;
use proptest::prelude::*;

/// A Markdown text that breaks no rule where `service` is declared.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[A-Za-zà-ÿ0-9 ,;:!?'’.𝄞-]{0,30}",
        Just("{{collectivity.name}}".to_owned()),
        Just("{{ date }}".to_owned()),
        Just("{{service}}".to_owned()),
        Just("[la loi](https://www.legifrance.gouv.fr/)".to_owned()),
        Just("![plan](https://ville.example/plan.png)".to_owned()),
        Just("<https://ville.example>".to_owned()),
        Just("[plus bas](#art-2)".to_owned()),
        Just("[écrire](mailto:dpo@ville.example)".to_owned()),
        Just("\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n".to_owned()),
        Just("\n- un\n\t- deux\r\n".to_owned()),
        Just("**gras** ~~barré~~ note[^1]\n\n[^1]: ici.\n\n".to_owned()),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.join(" "))
}

fn title() -> impl Strategy<Value = String> {
    "[A-ZÉ][\\PC]{0,40}"
}

fn clause() -> impl Strategy<Value = Clause> {
    let lock = proptest::sample::select(vec![Lock::Imposed, Lock::Recommended, Lock::Free]);
    let alone = (title(), text(), lock)
        .prop_map(|(title, text, lock)| Clause {
            id: "later".parse().unwrap(),
            title,
            text,
            lock,
            clauses: Vec::new(),
        })
        .boxed();
    alone.clone().prop_recursive(5, 24, 4, move |below| {
        (alone.clone(), proptest::collection::vec(below, 0..4))
            .prop_map(|(clause, clauses)| Clause { clauses, ..clause })
    })
}

/// Gives every clause its own id, in reading order.
fn number(clauses: &mut [Clause], next: &mut usize) {
    for clause in clauses {
        clause.id = format!("c-{next}").parse().unwrap();
        *next += 1;
        number(&mut clause.clauses, next);
    }
}

fn variables() -> impl Strategy<Value = Vec<Variable>> {
    let others = proptest::collection::btree_set("[a-r][a-z0-9_]{0,20}", 0..4);
    let default = prop_oneof![
        title().prop_map(|written| (VariableType::Text, written)),
        "-?[0-9]{1,9}([.,][0-9]{1,4})?".prop_map(|written| (VariableType::Number, written)),
        "20[0-9]{2}-0[1-9]-[012][1-8]".prop_map(|written| (VariableType::Date, written)),
        "[ ]{0,2}".prop_map(|blank| (VariableType::Date, blank)),
    ];
    (others, default, title(), any::<bool>()).prop_map(
        |(others, (holds, default), label, given)| {
            std::iter::once("service".to_owned())
                .chain(others)
                .map(|name| Variable {
                    name,
                    label: label.clone(),
                    help: String::new(),
                    holds,
                    default: given.then(|| default.clone()),
                })
                .collect()
        },
    )
}

/// A charter that breaks no rule.
fn body() -> impl Strategy<Value = CharterBody> {
    let clauses = proptest::collection::vec(clause(), 1..4);
    (text(), variables(), clauses).prop_map(|(preamble, variables, mut clauses)| {
        number(&mut clauses, &mut 0);
        CharterBody {
            preamble,
            variables,
            clauses,
        }
    })
}

fn digest_of(title: &str, body: &CharterBody) -> Digest {
    digest::<Charter>(title, body).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_sound_tree_has_no_violation(body in body()) {
        prop_assert_eq!(body.violations(), vec![]);
    }

    #[test]
    fn a_body_survives_json_and_so_does_its_digest(body in body(), title in title()) {
        let written = serde_json::to_string(&body).unwrap();
        let read: CharterBody = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&read, &body);
        prop_assert_eq!(digest_of(&title, &read), digest_of(&title, &body));
        // A store may give the members back in another order, as `jsonb` does.
        let sorted = serde_json_canonicalizer::to_string(&body).unwrap();
        let read: CharterBody = serde_json::from_str(&sorted).unwrap();
        prop_assert_eq!(digest_of(&title, &read), digest_of(&title, &body));
    }

    #[test]
    fn digests_differ_exactly_when_contents_do(
        one in body(), other in body(), titles in ("[AB]", "[AB]"),
    ) {
        let (a, b) = titles;
        let same = (&a, &one) == (&b, &other);
        prop_assert_eq!(digest_of(&a, &one) == digest_of(&b, &other), same);
    }

    #[test]
    fn every_change_of_one_clause_changes_the_digest(body in body(), change in 0..5_u8) {
        let mut changed = body.clone();
        let clause = &mut changed.clauses[0];
        match change {
            0 => clause.title.push('.'),
            1 => clause.text.push(' '),
            2 => clause.id = "other".parse().unwrap(),
            3 => clause.lock = match clause.lock {
                Lock::Free => Lock::Imposed,
                _ => Lock::Free,
            },
            _ => changed.preamble.push('.'),
        }
        prop_assert_ne!(digest_of("Charte", &changed), digest_of("Charte", &body));
    }

    #[test]
    fn every_text_of_the_tree_is_found_in_reading_order(body in body()) {
        fn texts<'a>(clauses: &'a [Clause], found: &mut Vec<&'a str>) {
            for clause in clauses {
                found.extend([clause.title.as_str(), clause.text.as_str()]);
                texts(&clause.clauses, found);
            }
        }
        let mut found = vec![body.preamble.as_str()];
        texts(&body.clauses, &mut found);
        let text = body.text();
        let mut rest = text.as_str();
        for wanted in found {
            let place = rest.find(wanted);
            prop_assert!(place.is_some(), "{:?} is missing or out of order", wanted);
            rest = &rest[place.unwrap() + wanted.len()..];
        }
    }
}
