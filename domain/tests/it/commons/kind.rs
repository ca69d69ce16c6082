//! Kinds: one slug, one plural, one marker type each.

use maillage_domain::commons::{Charter, Experiment, Kind, KindName, Template, digest};
use serde_json::json;

use super::fixture::charter;
use crate::fixture::slugs_agree;

#[test]
fn every_kind_has_one_slug_and_one_plural() {
    slugs_agree(KindName::ALL, |kind| kind.as_str());
    let plurals: Vec<_> = KindName::ALL.iter().map(|kind| kind.plural()).collect();
    assert_eq!(plurals, ["charters", "templates", "experiments"]);
    assert_eq!(
        "charters".parse::<KindName>().unwrap_err().to_string(),
        "kind_unknown"
    );
}

#[test]
fn the_markers_name_their_kind() {
    assert_eq!(Charter::NAME, KindName::Charter);
    assert_eq!(Template::NAME, KindName::Template);
    assert_eq!(Experiment::NAME, KindName::Experiment);
}

#[test]
fn the_same_words_in_two_kinds_have_two_digests() {
    let body = charter("Texte.");
    let mut json = serde_json::to_value(&body).unwrap();
    json["use"] = json!("other");
    let template = serde_json::from_value(json).unwrap();
    assert_ne!(
        digest::<Charter>("Titre", &body).unwrap(),
        digest::<Template>("Titre", &template).unwrap()
    );
}
