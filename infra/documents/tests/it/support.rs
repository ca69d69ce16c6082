//! The documents that the tests make.

use std::io::{Cursor, Write};

use chrono::NaiveDate;
use maillage_documents::{Format, render};
use maillage_domain::commons::deviation::{Breach, Deviation};
use maillage_domain::commons::document::{
    Adoption, Annexes, Cover, Departures, Document, Owner, Reasoned,
};
use maillage_domain::commons::{CharterBody, Clausal, KindName, Values};
use maillage_domain::value::Digest;
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn cover(title: &str) -> Cover {
    Cover {
        title: title.to_owned(),
        owner: Owner {
            name: "Communauté d'agglomération du Pays des Sources".to_owned(),
            siren: "200054781".parse().unwrap(),
        },
        kind: KindName::Charter,
        version: 2,
        digest: Digest::of_bytes(b"version"),
        published_on: day(2026, 11, 23),
        adoption: Some(Adoption {
            on: day(2026, 12, 1),
            act: "délibération n° 2026-114 du conseil communautaire".to_owned(),
        }),
    }
}

/// The charter of the demonstration, filled, with both annexes.
pub fn demo() -> Document {
    let file = include_str!("../../../data/demo/charter.json");
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let body: CharterBody = serde_json::from_value(file["body"].clone()).unwrap();
    let cover = cover(file["title"].as_str().unwrap());
    let owner = &cover.owner;
    let values = Values::built_in(&owner.name, &owner.siren, Some(104_512), cover.published_on)
        .with_defaults(&body.variables);
    let deviation = Deviation {
        clause: "definitions".parse().unwrap(),
        title: "Définitions".to_owned(),
        breaches: vec![Breach::Rewritten, Breach::Loosened],
    };
    let annexes = Annexes {
        locks: true,
        deviations: Some(Departures {
            title: Some("Charte départementale des usages de l'IA".to_owned()),
            owner: "Département de démonstration".to_owned(),
            version: 3,
            rows: vec![Reasoned {
                deviation,
                reason: "La collectivité n'est jamais fournisseur : la définition est abrégée."
                    .to_owned(),
            }],
        }),
    };
    Document::new(cover, &body, &values, annexes)
}

pub fn charter(body: serde_json::Value) -> CharterBody {
    serde_json::from_value(body).unwrap()
}

/// A document of one clause that says `text`.
pub fn saying(text: &str) -> Document {
    let body = charter(json!({"clauses": [{"id": "a", "title": "Objet", "text": text}]}));
    of(&body)
}

/// A document of a body, nothing filled, no annex.
pub fn of(body: &impl Clausal) -> Document {
    Document::new(
        cover("Charte"),
        body,
        &Values::default(),
        Annexes::default(),
    )
}

/// A document in a text format.
pub fn text(document: &Document, format: Format) -> String {
    String::from_utf8(render(document, format).unwrap()).unwrap()
}

/// A package of some files.
pub fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    packed_bytes(&files)
}

/// The same of bytes.
pub fn packed_bytes(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
