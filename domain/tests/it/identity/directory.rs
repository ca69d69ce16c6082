//! The directory: codes, types of bodies, and names folded for searching.

use maillage_domain::identity::{BodyType, DirectoryCode, DirectoryCodeError, fold};
use proptest::prelude::*;

use crate::fixture::slugs_agree;

fn parse(text: &str) -> Result<DirectoryCode, DirectoryCodeError> {
    text.parse()
}

#[test]
fn a_siren_is_nine_digits_and_an_insee_code_five_characters() {
    let siren = "214401093".parse().unwrap();
    assert_eq!(parse("214401093"), Ok(DirectoryCode::Siren(siren)));
    for insee in ["44109", "01234", "2A004", "2B033", "97105", "98736"] {
        assert_eq!(parse(insee), Ok(DirectoryCode::Insee(insee.to_owned())));
    }
}

#[test]
fn entries_without_a_siren_have_a_code() {
    for code in [
        "dep-95",
        "dep-2a",
        "dep-976",
        "reg-11",
        "reg-94",
        "reg-975",
        "commune-98411",
    ] {
        assert_eq!(parse(code), Ok(DirectoryCode::Code(code.to_owned())));
    }
}

#[test]
fn anything_else_addresses_nothing() {
    for text in [
        "",
        "214401094",
        "000000000",
        "21440109300015",
        "1234",
        "123456",
        "A2004",
        "20A04",
        "2C004",
        "2a004",
        "95",
        "dep95",
        "dep/95",
        "dep-95\n",
        "dep-é",
        "DEP-95",
        "epci-1",
        "dep-' or 1=1",
        "commune-984111111",
        "../44109",
    ] {
        assert_eq!(parse(text), Err(DirectoryCodeError), "{text:?}");
    }
    assert_eq!(DirectoryCodeError.to_string(), "directory_code_format");
}

#[test]
fn only_corsica_has_a_letter() {
    // Reference of the domain, §5.2: ^(\d{5}|2[AB]\d{3})$.
    for text in ["0A004", "1A004", "3B004", "9A999"] {
        assert_eq!(parse(text), Err(DirectoryCodeError), "{text:?}");
    }
}

#[test]
fn a_prefix_alone_is_no_code() {
    for text in ["dep-", "reg-", "commune-", "dep--", "reg-----------"] {
        assert_eq!(parse(text), Err(DirectoryCodeError), "{text:?}");
    }
}

#[test]
fn every_type_has_one_slug() {
    slugs_agree(BodyType::ALL, |body| body.as_str());
}

#[test]
fn names_fold_to_what_people_type() {
    for (name, folded) in [
        ("Saint-Étienne-du-Bois", "saint etienne du bois"),
        ("saint etienne du bois", "saint etienne du bois"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ‑les‑Roses", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("CŒUR D’ÎLE", "coeur d ile"),
        ("Île-d'Aix", "ile d aix"),
        ("CC des Quatre Rivières", "cc des quatre rivieres"),
        ("  Y  ", "y"),
        ("Saint‐Rémy–lès—Chevreuse", "saint remy les chevreuse"),
        ("Ǽ", "ae"),
        ("", ""),
        (" - ' – ", ""),
        // Composed and decomposed accents are the same letter.
        ("Saint-E\u{301}tienne", "saint etienne"),
        ("Be\u{301}ziers", "beziers"),
        ("Faches\u{a0}Thumesnil", "faches thumesnil"),
        ("3 Frontières (57)", "3 frontieres 57"),
    ] {
        assert_eq!(fold(name), folded, "{name:?}");
    }
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(name in prop_oneof![any::<String>(), "[À-ſ' ’-]{0,30}"]) {
        let once = fold(&name);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn a_folded_name_is_words_of_ascii(name in any::<String>()) {
        let folded = fold(&name);
        let plain = |c: char| c == ' ' || c.is_ascii_lowercase() || c.is_ascii_digit();
        prop_assert!(folded.chars().all(plain));
        prop_assert!(!folded.contains("  "));
        prop_assert_eq!(folded.trim(), &folded);
    }

    #[test]
    fn case_never_counts(name in "[A-Za-zÀ-ÖØ-öø-ÿŒœ' -]{0,30}") {
        prop_assert_eq!(fold(&name.to_lowercase()), fold(&name));
    }

    #[test]
    fn a_code_comes_back_as_written(text in prop_oneof![
        any::<String>(), "[0-9]{9}", "[0-9AB]{5}", "(dep|reg|commune)-[0-9a-z-]{0,9}",
    ]) {
        let kept = match parse(&text) {
            Ok(DirectoryCode::Siren(siren)) => siren.to_string(),
            Ok(DirectoryCode::Insee(code) | DirectoryCode::Code(code)) => code,
            Err(DirectoryCodeError) => text.clone(),
        };
        prop_assert_eq!(kept, text);
    }
}
