//! Texts: limits in characters, white space, control characters.

use maillage_domain::value::{Line, Prose, TextError};
use proptest::prelude::*;

fn line(text: &str) -> Result<String, TextError> {
    Line::<5>::try_from(text.to_owned()).map(String::from)
}

fn prose(text: &str) -> Result<String, TextError> {
    Prose::<5>::try_from(text.to_owned()).map(String::from)
}

#[test]
fn limits_count_characters_and_not_bytes() {
    for five in ["abcde", "éééèè", "𝄞𝄞𝄞𝄞𝄞", "👩‍👩‍👧"] {
        assert_eq!(line(five).unwrap(), five);
        assert_eq!(prose(five).unwrap(), five);
        let six = format!("{five}é");
        assert_eq!(line(&six), Err(TextError::TooLong));
        assert_eq!(prose(&six), Err(TextError::TooLong));
    }
}

#[test]
fn a_line_is_trimmed_before_it_is_measured() {
    assert_eq!(line(" \t abcde \n").unwrap(), "abcde");
    assert_eq!(line("\u{a0}\u{2003}abc\u{3000}").unwrap(), "abc");
}

#[test]
fn a_line_is_not_empty() {
    for text in ["", " ", "\t\r\n", "\u{a0}\u{2003}"] {
        assert_eq!(line(text), Err(TextError::Empty), "{text:?}");
    }
}

#[test]
fn a_line_is_one_line() {
    for text in ["a\nb", "a\rb", "a\tb", "a\u{0}", "\u{7f}a", "a\u{85}b"] {
        assert_eq!(line(text), Err(TextError::Control), "{text:?}");
    }
}

#[test]
fn prose_keeps_its_white_space_and_may_be_empty() {
    for text in ["", "  ", "a\nb", "a\r\nb", "\ta"] {
        assert_eq!(prose(text).unwrap(), text);
    }
}

#[test]
fn prose_takes_no_other_control_character() {
    for text in ["\u{0}", "a\u{8}", "\u{1b}[m", "\u{85}", "\u{9f}"] {
        assert_eq!(prose(text), Err(TextError::Control), "{text:?}");
    }
}

#[test]
fn errors_display_as_slugs() {
    assert_eq!(TextError::Empty.to_string(), "text_empty");
    assert_eq!(TextError::TooLong.to_string(), "text_too_long");
    assert_eq!(TextError::Control.to_string(), "text_control_character");
}

#[test]
fn in_json_they_are_checked_text() {
    assert_eq!(
        serde_json::from_str::<Line<5>>(r#"" ab ""#)
            .unwrap()
            .as_str(),
        "ab"
    );
    assert!(serde_json::from_str::<Line<5>>(r#""abcdef""#).is_err());
    assert!(serde_json::from_str::<Prose<5>>(r#""\u0000""#).is_err());
}

proptest! {
    #[test]
    fn what_is_accepted_obeys_the_rule(text in prop_oneof![any::<String>(), "[ \\ta-zé\\n]{0,8}"]) {
        if let Ok(kept) = line(&text) {
            prop_assert_eq!(kept.trim(), &kept);
            prop_assert!((1..=5).contains(&kept.chars().count()));
            prop_assert!(!kept.contains(char::is_control));
            prop_assert_eq!(line(&kept), Ok(kept.clone()));
        }
        if let Ok(kept) = prose(&text) {
            prop_assert!(kept.chars().count() <= 5);
            prop_assert!(!kept.contains('\0'));
            prop_assert_eq!(kept, text);
        }
    }
}
