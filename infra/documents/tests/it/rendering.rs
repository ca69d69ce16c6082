//! The rendering has a number: who has a file from before a change must be given the new one.

use maillage_documents::{Format, RENDERING, render};
use maillage_domain::commons::Values;
use maillage_domain::commons::document::{Annexes, Document};
use maillage_domain::value::Digest;
use serde_json::json;

use crate::support::{charter, cover, demo};

/// What the files of `sample` are in this rendering. When they change: raise `RENDERING`, then
/// write the new ones here.
const KNOWN: (u32, [(Format, &str); 5]) = (
    1,
    [
        (
            Format::Markdown,
            "766942edeb8de11790f29991b43ab7d9bc2fa41ec2e1dec0732cd5b8204c19bd",
        ),
        (
            Format::Html,
            "0e21716262a7305c404b06d70016e120d74d127079a17138a1b04a8d3c65ce5b",
        ),
        (
            Format::Pdf,
            "7a1e8052f7afcce2ed652e4e360b98463f8070dfd48bcbd5d49213b98befb178",
        ),
        (
            Format::Odt,
            "821ee25ed6aaa99a1ff2de1bb9273ae0b5f32490464969a8b990a0d5b9d45da4",
        ),
        (
            Format::Docx,
            "c73777b79292815f997b3c68aa38b98214c93cce07cabad41808a74fb3b464ec",
        ),
    ],
);

/// A document with everything that a text may have, and both annexes.
fn sample() -> Document {
    let text = "Un agent relit **tout** : *l'usage*, ~~non~~, `code`, [ici](https://a.example) !\n\n\
        1. un ;\n2. deux\n   - trois[^1].\n\n> « Citation »\n\n\
        | Usage | Règle |\n| --- | --: |\n| Tri | 5 % |\n\n```\nfixe\n```\n\n---\n\n[^1]: Note 😀.\n";
    let below = json!({ "id": "b", "title": "Qui relit ?", "text": text, "lock": "free" });
    let body = charter(json!({
        "preamble": "La collectivité adopte [l'objet](#a).",
        "clauses": [{ "id": "a", "title": "Objet", "lock": "imposed", "clauses": [below] }],
    }));
    let annexes = Annexes {
        locks: true,
        deviations: demo().annexes.deviations,
    };
    Document::new(cover("Charte d'été"), &body, &Values::default(), annexes)
}

#[test]
fn a_change_of_the_files_is_another_rendering() {
    let files = Format::ALL.iter().map(|format| {
        let file = render(&sample(), *format).unwrap();
        (*format, Digest::of_bytes(&file).to_string())
    });
    let files: Vec<_> = files.collect();
    let (rendering, known) = KNOWN;
    let known = known.map(|(format, digest)| (format, digest.to_owned()));
    assert_eq!((RENDERING, files), (rendering, known.to_vec()));
}
