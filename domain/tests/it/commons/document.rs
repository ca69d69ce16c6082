//! Documents: numbers, and texts filled.

use chrono::NaiveDate;
use maillage_domain::commons::document::{Annexes, Cover, Document, Owner};
use maillage_domain::commons::{CharterBody, KindName, Values};
use maillage_domain::value::Digest;
use serde_json::json;

#[test]
fn clauses_are_numbered_and_filled_at_every_level() {
    let body: CharterBody = serde_json::from_value(json!({
        "preamble": "Le {{date}}.",
        "clauses": [
            {"id": "a", "title": "A"},
            {"id": "b", "title": "B", "text": "{{collectivity.name}}", "clauses": [
                {"id": "c", "title": "C", "text": "{{date}} {{inconnu}}", "clauses": [
                    {"id": "d", "title": "D"},
                ]},
                {"id": "e", "title": "E"},
            ]},
        ],
    }))
    .unwrap();
    let on = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let siren = "200054781".parse().unwrap();
    let values = Values::built_in("Pays *des* Sources", &siren, None, on);
    let cover = Cover {
        title: "Charte".to_owned(),
        owner: Owner {
            name: "Pays *des* Sources".to_owned(),
            siren,
        },
        kind: KindName::Charter,
        version: 2,
        digest: Digest::ZERO,
        published_on: on,
        adoption: None,
    };
    let document = Document::new(cover, &body, &values, Annexes::default());
    assert_eq!(document.preamble, "Le 23 novembre 2026.");
    let flat = document.flat();
    let numbers: Vec<_> = flat
        .iter()
        .map(|clause| clause.number.to_string())
        .collect();
    assert_eq!(numbers, ["Article 1", "Article 2", "2.1", "2.1.1", "2.2"]);
    let levels: Vec<_> = flat.iter().map(|clause| clause.number.level()).collect();
    assert_eq!(levels, [1, 1, 2, 3, 2]);
    assert_eq!(flat[0].number.figures(), "1");
    assert_eq!(flat[1].text, "Pays \\*des\\* Sources");
    assert_eq!(flat[2].text, "23 novembre 2026 {{inconnu}}");
}
