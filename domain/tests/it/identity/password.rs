//! Passwords: length in characters, and strength that knows the person.

use maillage_domain::identity::{MAX_PASSWORD, MIN_PASSWORD, Password, PasswordError};
use proptest::prelude::*;

use crate::fixture::email;

fn choose(text: &str) -> Result<Password, PasswordError> {
    let email = email("camille.dupont@ville-exemple.example");
    Password::choose(text.to_owned(), &email, "Camille Lefèvre-Dupont")
}

/// A strong text of `length` characters.
fn strong(length: usize) -> String {
    "vK9#tQ2m!xR7zéW4@".chars().cycle().take(length).collect()
}

#[test]
fn length_is_counted_in_characters() {
    assert_eq!((MIN_PASSWORD, MAX_PASSWORD), (12, 128));
    assert_eq!(choose(&strong(11)).unwrap_err(), PasswordError::TooShort);
    assert!(choose(&strong(12)).is_ok());
    assert!(choose(&strong(128)).is_ok());
    assert_eq!(choose(&strong(129)).unwrap_err(), PasswordError::TooLong);
    // Twenty-two bytes, eleven characters.
    assert_eq!(choose("éàùçôîêëïüœ").unwrap_err(), PasswordError::TooShort);
}

#[test]
fn a_sentence_needs_no_strange_characters() {
    for text in [
        "le tilleul boit à la fontaine",
        "quatre girafes signent un parapheur",
        "vK9#tQ2m!xR7",
    ] {
        assert_eq!(choose(text).unwrap().expose(), text);
    }
}

/// Those of the texts that are not refused as too weak, which should be none.
fn passing<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let weak = |text: &&str| choose(text).err() == Some(PasswordError::TooWeak);
    texts.iter().copied().filter(|text| !weak(text)).collect()
}

#[test]
fn what_is_common_or_monotonous_is_refused() {
    let texts = [
        "password1234",
        "Password1234!",
        "azertyuiop12",
        "qwertyuiop123",
        "123456789012",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "            ",
        "abcdefghijkl",
    ];
    assert!(passing(&texts).is_empty(), "{:?}", passing(&texts));
}

#[test]
fn what_the_person_or_the_platform_is_called_is_refused() {
    let texts = [
        "Camille.Dupont@ville-exemple.example",
        "camilledupont",
        "camille.dupont",
        "camille.dupont1",
        "Camille Lefèvre-Dupont",
        "dupontdupont",
        "maillagemaillage",
        "maillage2026",
        "MAILLAGE1234",
        "ville-exemple",
    ];
    assert!(passing(&texts).is_empty(), "{:?}", passing(&texts));
}

#[test]
fn it_never_shows() {
    let password = choose("le tilleul boit à la fontaine").unwrap();
    let shown = format!("{password:?} {:#?}", Some(&password));
    assert!(!shown.contains("tilleul"));
}

#[test]
fn errors_display_as_slugs() {
    for (error, slug) in [
        (PasswordError::TooShort, "password_too_short"),
        (PasswordError::TooLong, "password_too_long"),
        (PasswordError::TooWeak, "password_too_weak"),
    ] {
        assert_eq!(error.to_string(), slug);
    }
}

proptest! {
    #[test]
    fn no_short_or_long_text_passes(short in "\\PC{0,11}", long in "\\PC{129,140}") {
        prop_assert_eq!(choose(&short).unwrap_err(), PasswordError::TooShort);
        prop_assert_eq!(choose(&long).unwrap_err(), PasswordError::TooLong);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_accepted_is_kept_as_typed(text in "\\PC{12,40}") {
        if let Ok(password) = choose(&text) {
            prop_assert_eq!(password.expose(), text);
        }
    }
}
