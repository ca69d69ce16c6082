//! Links: what a browser would follow from a rendered text leads somewhere harmless.

use maillage_domain::commons::{DIALECT, check_links};
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, html};

#[test]
fn harmless_targets_are_accepted() {
    for text in [
        "",
        "Sans lien.",
        "[la loi](https://www.legifrance.gouv.fr/)",
        "[la loi](HTTPS://www.legifrance.gouv.fr/)",
        "[ancien](http://ville.example/a?b=c#d \"Titre\")",
        "[écrire](mailto:dpo@ville.example)",
        "[appeler](tel:+33240419000)",
        "[plus bas](#art-2)",
        "![plan](https://ville.example/plan.png)",
        "<https://ville.example>",
        "[la loi][1]\n\n[1]: https://www.legifrance.gouv.fr/",
        "[1]\n\n[1]: <https://ville.example/>",
        "Note[^1].\n\n[^1]: Ici.",
        "`[x](javascript:x)`",
        "    [x](javascript:x)",
        "\\[x](javascript:x)",
        "javascript:alert(1)",
        // A definition that nothing uses leads nowhere.
        "[x]: javascript:alert(1)",
    ] {
        assert!(check_links(text), "{text:?}");
    }
}

#[test]
fn a_mailbox_between_angle_brackets_is_harmless() {
    assert!(check_links("Écrire à <dpo@ville.example>."));
}

#[test]
fn hostile_schemes_are_refused_in_every_form() {
    for target in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "data:image/png;base64,AA==",
        "vbscript:msgbox(1)",
        "VBScript:x",
        "file:///etc/passwd",
        "blob:https://ville.example/x",
        "ftp://ville.example/",
    ] {
        for text in [
            format!("[x]({target})"),
            format!("[x](<{target}>)"),
            format!("[x]({target} \"titre\")"),
            format!("![x]({target})"),
            format!("<{target}>"),
            format!("[x][y]\n\n[y]: {target}"),
            format!("[y][]\n\n[y]: {target}"),
            format!("[y]\n\n[y]: <{target}>"),
            format!("![x][y]\n\n[y]: {target}"),
            format!("[![x](https://ville.example/i.png)]({target})"),
            format!("[![x]({target})](https://ville.example/)"),
            format!("> - **[x]({target})**"),
            format!("| a |\n|---|\n| [x]({target}) |"),
            format!("Note[^1].\n\n[^1]: [x]({target})"),
            format!("# [x]({target})"),
        ] {
            assert!(!check_links(&text), "{text:?}");
        }
    }
}

#[test]
fn white_space_entities_and_control_characters_hide_no_scheme() {
    for target in [
        "&#106;avascript:x",
        "&#x6A;avascript:x",
        "javascript&colon;x",
        "java&#9;script:x",
        "java&Tab;script:x",
        "java&NewLine;script:x",
        "java&#10;script:x",
        "java&#13;script:x",
        "&#1;javascript:x",
        "\u{a0}javascript:x",
        "\u{feff}javascript:x",
        "\u{200b}javascript:x",
        "java\u{ad}script:x",
        "javascript\\:x",
        "javascript%3Ax",
        "&#32;javascript:x",
    ] {
        for text in [
            format!("[x]({target})"),
            format!("[x](<{target}>)"),
            format!("![x]({target})"),
            format!("[x]\n\n[x]: {target}"),
        ] {
            assert!(!check_links(&text), "{text:?}");
        }
    }
    assert!(!check_links("[x](<\u{1}javascript:x>)"));
    assert!(!check_links("[x](< javascript:x>)"));
    assert!(!check_links("[x](<java\tscript:x>)"));
    assert!(!check_links("[x](<https://ville.example/ javascript:x>)"));
}

#[test]
fn a_relative_link_has_no_base_in_a_shared_text() {
    for target in [
        "",
        "/v1/charters",
        "autre.html",
        "//ville.example",
        "?a=b",
        "../x",
    ] {
        assert!(!check_links(&format!("[x]({target})")), "{target:?}");
        assert!(!check_links(&format!("![x]({target})")), "{target:?}");
    }
}

#[test]
fn white_space_before_a_scheme_makes_a_relative_link() {
    // A renderer does not trim: it writes `href="%20https://…"`.
    for space in [" ", "\t", "\u{a0}", "&#32;"] {
        let text = format!("[x](<{space}https://ville.example>)");
        assert_eq!(
            targets(&text).iter().find_map(|target| scheme_of(target)),
            None
        );
        assert!(!check_links(&text), "{text:?}");
    }
}

#[test]
fn a_variable_is_no_target() {
    assert!(!check_links("[x]({{service}})"));
    assert!(!check_links("[x]({{service}}:alert)"));
}

/// The targets that a browser finds in the rendered text, once it has cleaned them up (WHATWG URL).
fn targets(text: &str) -> Vec<String> {
    // Raw HTML is for the sanitiser of the HTTP layer.
    let events = Parser::new_ext(text, DIALECT)
        .filter(|event| !matches!(event, Event::Html(_) | Event::InlineHtml(_)));
    let mut page = String::new();
    html::push_html(&mut page, events);
    let attributes = ["href=\"", "src=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1));
    attributes
        .filter_map(|rest| rest.split_once('"'))
        .map(|(target, _)| {
            target
                .replace("&amp;", "&")
                .trim_start_matches(|c| c <= ' ')
                .replace(['\t', '\n', '\r'], "")
                .to_lowercase()
        })
        .collect()
}

/// The scheme of a cleaned target; none where it is relative.
fn scheme_of(target: &str) -> Option<&str> {
    let (scheme, _) = target.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

/// Something like a hostile target, with what people put in to hide it.
fn disguised() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        "[jJ][aA]va[sS]cript",
        "[dD]at[aA]",
        "vbscript",
        "https",
        "mailto",
        ""
    ];
    let junk = proptest::sample::select(vec![
        "",
        "",
        "",
        " ",
        "\t",
        "\n",
        "\u{1}",
        "\u{0}",
        "\u{a0}",
        "\u{200b}",
        "\\",
        "%09",
        "&#9;",
        "&Tab;",
        "&NewLine;",
        "&#x20;",
        "&#0;",
        "/",
        "#",
        "<",
        ">",
        "(",
        "\"",
    ]);
    let colon = proptest::sample::select(vec![":", ":", "&colon;", "&#58;", "\\:", "://", "%3A"]);
    (
        junk.clone(),
        scheme,
        0..12_usize,
        junk.clone(),
        colon,
        junk,
        "[a-z(){}]{0,4}",
    )
        .prop_map(|(before, scheme, place, inside, colon, after, rest)| {
            let place = place.min(scheme.len());
            let (left, right) = scheme.split_at(place);
            format!("{before}{left}{inside}{right}{colon}{after}{rest}")
        })
}

fn hostile_text() -> impl Strategy<Value = String> {
    let form = proptest::sample::select(vec![
        "[x](@)",
        "[x](<@>)",
        "[x]( @ 't')",
        "![x](@)",
        "<@>",
        "[x][y]\n\n[y]: @",
        "[y]\n\n[y]: <@>",
        "[x](\n@\n)",
        "> [x](@)",
        "\\[x](@)",
        "`[x](@)`",
        "[^1]: [x](@)\n\nn[^1]",
        "@",
        "**[x**](@)",
    ]);
    proptest::collection::vec((form, disguised()), 1..4).prop_map(|parts| {
        let parts = parts.iter().map(|(form, target)| form.replace('@', target));
        parts.collect::<Vec<_>>().join("\n\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_accepted_text_holds_no_hostile_target(text in hostile_text()) {
        if check_links(&text) {
            for target in targets(&text) {
                let scheme = scheme_of(&target).unwrap_or("https");
                let harmless = ["https", "http", "mailto", "tel"].contains(&scheme);
                prop_assert!(harmless, "{:?} in {:?}", target, text);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = check_links(&text);
    }
}
