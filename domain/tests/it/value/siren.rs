//! SIREN: format, checksum, and the texts that look like one.

use maillage_domain::value::{Siren, SirenError};
use proptest::prelude::*;

/// Nantes, Nantes Métropole, Lyon, Saint-Denis, La Poste (reference of the domain, §5.2).
const SOUND: [&str; 5] = [
    "214401093",
    "244400404",
    "200046977",
    "929939411",
    "356000000",
];

fn parse(text: &str) -> Result<Siren, SirenError> {
    text.parse()
}

#[test]
fn real_numbers_are_accepted_as_written() {
    for text in SOUND {
        assert_eq!(parse(text).unwrap().as_str(), text);
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn a_wrong_check_digit_is_refused() {
    assert_eq!(parse("214401094"), Err(SirenError::Checksum));
}

#[test]
fn nine_zeros_pass_luhn_and_identify_nobody() {
    assert_eq!(parse("000000000"), Err(SirenError::Checksum));
}

#[test]
fn only_nine_ascii_digits_are_a_siren() {
    for text in [
        "",
        "21440109",
        "2144010933",
        " 214401093",
        "214401093\n",
        "214 401 093",
        "+21440109",
        "21440109a",
        "２１４４０１０９３",
        "٢١٤٤٠١٠٩٣",
        // A SIRET is not a SIREN.
        "21440109300015",
    ] {
        assert_eq!(parse(text), Err(SirenError::Format), "{text:?}");
    }
}

#[test]
fn errors_display_as_slugs() {
    assert_eq!(SirenError::Format.to_string(), "siren_format");
    assert_eq!(SirenError::Checksum.to_string(), "siren_checksum");
}

#[test]
fn in_json_it_is_text_and_never_a_number() {
    let siren = parse("214401093").unwrap();
    assert_eq!(serde_json::to_string(&siren).unwrap(), r#""214401093""#);
    assert_eq!(
        serde_json::from_str::<Siren>(r#""214401093""#).unwrap(),
        siren
    );
    assert!(serde_json::from_str::<Siren>("214401093").is_err());
    assert!(serde_json::from_str::<Siren>(r#""214401094""#).is_err());
}

/// Nine digits that pass Luhn, computed the other way round: by table, from the left.
fn digits() -> impl Strategy<Value = [u8; 9]> {
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    any::<[u8; 8]>()
        .prop_map(|bytes| bytes.map(|byte| byte % 10))
        .prop_filter("identifies nobody", |digits| digits != &[0; 8])
        .prop_map(|eight| {
            let sum: u32 = eight
                .iter()
                .enumerate()
                .map(|(index, digit)| match index % 2 {
                    0 => u32::from(*digit),
                    _ => u32::from(DOUBLED[usize::from(*digit)]),
                })
                .sum();
            let mut nine = [0; 9];
            nine[..8].copy_from_slice(&eight);
            nine[8] = ((10 - sum % 10) % 10) as u8;
            nine
        })
}

fn text(digits: [u8; 9]) -> String {
    digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

proptest! {
    #[test]
    fn eight_digits_have_exactly_one_check_digit(digits in digits()) {
        let accepted = (0..10)
            .filter(|last| {
                let mut digits = digits;
                digits[8] = *last;
                parse(&text(digits)).is_ok()
            })
            .collect::<Vec<_>>();
        prop_assert_eq!(accepted, vec![digits[8]]);
    }

    #[test]
    fn changing_any_one_digit_breaks_it(digits in digits(), place in 0..9_usize, by in 1..10_u8) {
        let mut altered = digits;
        altered[place] = (altered[place] + by) % 10;
        prop_assert_eq!(parse(&text(altered)), Err(SirenError::Checksum));
    }

    #[test]
    fn swapping_two_neighbours_breaks_it_but_for_0_and_9(digits in digits(), place in 0..8_usize) {
        let (left, right) = (digits[place], digits[place + 1]);
        // Luhn is known not to see 09 for 90.
        prop_assume!(left != right && (left.min(right), left.max(right)) != (0, 9));
        let mut altered = digits;
        altered.swap(place, place + 1);
        prop_assert_eq!(parse(&text(altered)), Err(SirenError::Checksum));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = parse(&text);
    }
}
