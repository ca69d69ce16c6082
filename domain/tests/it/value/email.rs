//! E-mail addresses: one person, one account.

use maillage_domain::value::{EmailAddress, EmailError};
use proptest::prelude::*;

fn parse(text: &str) -> Result<String, EmailError> {
    text.parse::<EmailAddress>().map(String::from)
}

#[test]
fn case_and_surrounding_space_do_not_make_another_person() {
    for text in [
        "Camille.Dupont@Ville.Example",
        "  camille.dupont@ville.example\n",
        "CAMILLE.DUPONT@VILLE.EXAMPLE",
    ] {
        assert_eq!(parse(text).unwrap(), "camille.dupont@ville.example");
    }
}

#[test]
fn the_addresses_of_town_halls_are_accepted() {
    for text in [
        "mairie@saint-denis.fr",
        "dgs+ia@cc-quatre-rivieres.fr",
        "o'brien@departement.example",
        "dpo@sous.domaine.region.example",
        "a@b.fr",
        "prénom@ville.example",
    ] {
        assert_eq!(parse(text).unwrap(), text);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        "   ",
        "camille",
        "camille@",
        "@ville.example",
        "camille@ville",
        "camille@localhost",
        "camille@[127.0.0.1]",
        "camille@ville..example",
        "camille@-ville.example",
        "camille@.example",
        "cam ille@ville.example",
        "camille@ville.example, dgs@ville.example",
        "camille@@ville.example",
        ".camille@ville.example",
        "Camille <camille@ville.example>",
        "<camille@ville.example>",
        "mailto:camille@ville.example",
    ] {
        assert_eq!(parse(text), Err(EmailError), "{text:?}");
    }
    assert_eq!(EmailError.to_string(), "email_format");
}

#[test]
fn no_address_can_add_a_header_to_a_letter() {
    for text in [
        "camille@ville.example\r\nBcc: all@ville.example",
        "\"camille\r\nBcc: all\"@ville.example",
        "camille\n@ville.example",
        "camille\u{0}@ville.example",
        "camille@ville\u{0}.example",
        "camille@ville.example\u{0}",
    ] {
        assert_eq!(parse(text), Err(EmailError), "{text:?}");
    }
}

#[test]
fn the_lengths_of_rfc_5321_hold() {
    let local = |length: usize| format!("{}@ville.example", "a".repeat(length));
    assert!(parse(&local(64)).is_ok());
    assert!(parse(&local(65)).is_err());
    let label = |length: usize| format!("a@{}.example", "b".repeat(length));
    assert!(parse(&label(63)).is_ok());
    assert!(parse(&label(64)).is_err());
    let whole = |length: usize| {
        let labels = format!("{0}.{0}.{1}", "b".repeat(63), "c".repeat(length));
        format!("{}@{labels}.fr", "a".repeat(64))
    };
    let longest = whole(EmailAddress::MAX - 64 - 1 - 128 - 3);
    assert_eq!(longest.len(), EmailAddress::MAX);
    assert!(parse(&longest).is_ok());
    assert!(parse(&whole(longest.len() - 64 - 1 - 128 - 3 + 1)).is_err());
}

#[test]
fn in_json_it_is_checked_text() {
    let email: EmailAddress = serde_json::from_str(r#""DPO@Ville.Example""#).unwrap();
    assert_eq!(
        serde_json::to_string(&email).unwrap(),
        r#""dpo@ville.example""#
    );
    assert!(serde_json::from_str::<EmailAddress>(r#""dpo""#).is_err());
}

/// Something near an address, with letters whose lower case is longer or shared.
const NEARLY: &str = "[ -~à-ÿÀ-ßΑ-Ωİſ]{1,20}@[a-zA-Z0-9-]{1,10}\\.[a-z]{2,5}";

proptest! {
    #[test]
    fn parsing_twice_changes_nothing(text in NEARLY) {
        if let Ok(once) = parse(&text) {
            prop_assert_eq!(parse(&once), Ok(once.clone()));
            prop_assert!(!once.contains(char::is_control));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = parse(&text);
    }
}
