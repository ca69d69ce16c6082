//! What a page shows: structure, typography, and nothing that runs.

use maillage_documents::{Format, html_fragment, html_of_text, render};
use maillage_domain::commons::document::{Annexes, Document, Numbered};
use maillage_domain::commons::{Values, VariableType};
use serde_json::json;

use crate::support::{charter, cover, demo, of, saying, text};

#[test]
fn a_page_has_one_title_and_headings_that_go_down_one_by_one() {
    let page = text(&demo(), Format::Html);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"));
    assert_eq!(page.matches("<h1").count(), 1);
    let mut level = 1;
    for rest in page.split("<h").skip(1) {
        let Some(next) = rest.chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        assert!(next <= level + 1, "from {level} to {next}: {}", &rest[..60]);
        level = next;
    }
}

#[test]
fn every_entry_of_the_contents_leads_to_its_heading() {
    let document = demo();
    let page = text(&document, Format::Html);
    let (_, contents) = page.split_once("<nav").unwrap();
    let (contents, _) = contents.split_once("</nav>").unwrap();
    let targets: Vec<_> = contents.split("href=\"#").skip(1).collect();
    // The preamble and two annexes beside the clauses.
    let shown = |clause: &&&Numbered| clause.number.level() <= 3;
    let clauses = document.flat();
    assert_eq!(targets.len(), clauses.iter().filter(shown).count() + 3);
    for target in targets {
        let (id, _) = target.split_once('"').unwrap();
        assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
    assert_eq!(
        contents.matches("<ol>").count(),
        contents.matches("</ol>").count()
    );
    assert_eq!(
        contents.matches("<li>").count(),
        contents.matches("</li>").count()
    );
}

#[test]
fn the_cover_tells_whose_which_and_when_in_every_text_format() {
    for format in [Format::Html, Format::Markdown] {
        let page = text(&demo(), format);
        for told in [
            "du Pays des Sources",
            "200\u{202f}054\u{202f}781",
            "23 novembre 2026",
            "2026-114 du conseil communautaire (1er décembre 2026)",
            &cover("").digest.to_string(),
        ] {
            assert!(page.contains(told), "{format}: {told}");
        }
    }
}

#[test]
fn annexes_stand_there_when_asked_for() {
    let page = text(&demo(), Format::Html);
    assert!(page.contains("Annexe – Niveaux de reprise</h2>"));
    assert!(page.contains("<a href=\"#clause-usages-interdits\">4.3 – Usages interdits</a>"));
    assert!(page.contains("récrit, rendu moins strict"));
    assert!(page.contains("la définition est abrégée"));
    assert!(!text(&saying("Rien."), Format::Html).contains("Annexe"));
}

#[test]
fn french_spaces_do_not_break_and_other_signs_stay() {
    let shown = |text: &str| html_of_text(text).trim().to_owned();
    assert_eq!(
        shown("Quoi ? Oui ! « mot » : 5 % ; l'eau, n° 3"),
        "<p>Quoi\u{202f}? Oui\u{202f}! «\u{202f}mot\u{202f}»\u{202f}: 5\u{202f}%\u{202f}; l’eau, n°\u{a0}3</p>"
    );
    assert_eq!(shown("«mot»"), "<p>«\u{202f}mot\u{202f}»</p>");
    assert_eq!(
        shown("« **mot** » : a"),
        "<p>«\u{202f}<strong>mot</strong>\u{202f}»\u{202f}: a</p>"
    );
    assert_eq!(
        shown("12:30 et `a : b`"),
        "<p>12:30 et <code>a : b</code></p>"
    );
}

#[test]
fn every_construct_of_the_dialect_has_its_element() {
    let shown = html_of_text(
        "## Intertitre\n\n*a* **b** ~~c~~ `d` [e](https://exemple.fr)[^1]\\\nf\n\n- un\n  1. deux\n\n\
         3. trois\n\n> dit\n\n```\nx < y\n```\n\n| A | B |\n| --- | ---: |\n| 1 | 2 |\n\n---\n\n[^1]: Note.\n",
    );
    for element in [
        "<p><strong>Intertitre</strong></p>",
        "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>",
        "<a href=\"https://exemple.fr\" rel=\"noopener noreferrer\">e</a><sup>",
        "<br>",
        "<ul>\n<li>un<ol>\n<li>deux</li>",
        "<ol start=\"3\">",
        "<blockquote><p>dit</p>",
        "<pre><code>x &lt; y</code></pre>",
        "<th scope=\"col\">A</th>",
        "<td class=\"end\">2</td>",
        "<hr>",
        "role=\"doc-endnotes\"",
    ] {
        assert!(shown.contains(element), "{element} in {shown}");
    }
}

#[test]
fn raw_html_is_text_and_pictures_are_their_description() {
    let shown = html_of_text(
        "<script>alert(1)</script>\n\n<div onclick=\"x\">\n**a**\n</div>\n\nb <img src=x onerror=alert(1)> \
         ![Carte](https://exemple.fr/carte.png) [c](javascript:alert(1)) <br> d\n",
    );
    assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<div"));
    assert!(
        shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{shown}"
    );
    assert!(shown.contains(
        "<a href=\"https://exemple.fr/carte.png\" rel=\"noopener noreferrer\">Carte</a>"
    ));
    assert!(!shown.contains("href=\"javascript"));
    assert!(shown.contains("<br>"));
}

#[test]
fn a_value_is_text_in_every_text_format() {
    let value = "<b>*gras*</b> `x` [l](https://e.fr) #1";
    let body = charter(json!({
        "variables": [{"name": "x", "label": "X", "default": value}],
        "clauses": [{"id": "a", "title": "A", "text": "{{x}} et `{{x}}`"}],
    }));
    let values = Values::default().with_defaults(&body.variables);
    let document = Document::new(cover("T"), &body, &values, Annexes::default());
    let page = text(&document, Format::Html);
    assert!(
        page.contains("<p>&lt;b&gt;*gras*&lt;/b&gt; `x` [l](https://e.fr) #1 et <code>"),
        "{page}"
    );
    assert_eq!(VariableType::default(), body.variables[0].holds);
}

#[test]
fn a_link_to_a_clause_leads_to_it_or_is_words() {
    let body = charter(json!({"clauses": [
        {"id": "a", "title": "A", "text": "Voir [B](#b) et [rien](#rien)."},
        {"id": "b", "title": "B"},
    ]}));
    let part = html_fragment(&of(&body));
    assert!(
        part.contains("Voir <a href=\"#clause-b\">B</a> et rien."),
        "{part}"
    );
    assert!(!part.contains("<html"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = saying("Un texte : **le même**.");
    for format in Format::ALL {
        assert_eq!(
            render(&document, *format),
            render(&document, *format),
            "{format}"
        );
        assert_eq!(format.as_str().parse(), Ok(*format));
    }
}
