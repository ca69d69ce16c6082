//! How the ODT looks: named styles that a reader may change, and the page with its numbers.

use super::{NAMESPACES, page};
use crate::RenderError;
use crate::layout::Layout;
use crate::xml::Xml;

pub(super) const ACCENT: &str = "#1c3f7c";
pub(super) const QUIET: &str = "#566074";
const SERIF: &str = "Liberation Serif";
pub(super) const MONO: &str = "Liberation Mono";

/// A paragraph style: its name, its parent, what it does to paragraphs and to text.
struct Style {
    name: &'static str,
    shown: &'static str,
    parent: &'static str,
    paragraph: &'static [(&'static str, &'static str)],
    text: &'static [(&'static str, &'static str)],
}

const fn style(
    name: &'static str,
    shown: &'static str,
    parent: &'static str,
    paragraph: &'static [(&'static str, &'static str)],
    text: &'static [(&'static str, &'static str)],
) -> Style {
    Style {
        name,
        shown,
        parent,
        paragraph,
        text,
    }
}

pub(super) const BOLD: (&str, &str) = ("fo:font-weight", "bold");

const STYLES: &[Style] = &[
    style(
        "Text_20_body",
        "Text body",
        "Standard",
        &[
            ("fo:margin-bottom", "0.22cm"),
            ("fo:line-height", "120%"),
            ("fo:text-align", "start"),
        ],
        &[],
    ),
    style(
        "List_20_Contents",
        "List Contents",
        "Text_20_body",
        &[("fo:margin-bottom", "0.1cm")],
        &[],
    ),
    style(
        "Heading",
        "Heading",
        "Standard",
        &[
            ("fo:margin-top", "0.6cm"),
            ("fo:margin-bottom", "0.2cm"),
            ("fo:keep-with-next", "always"),
        ],
        &[BOLD, ("fo:color", ACCENT), ("fo:hyphenate", "false")],
    ),
    style(
        "Title",
        "Title",
        "Standard",
        &[("fo:margin-bottom", "1.2cm"), ("fo:line-height", "110%")],
        &[
            BOLD,
            ("fo:font-size", "28pt"),
            ("fo:color", ACCENT),
            ("fo:hyphenate", "false"),
        ],
    ),
    style(
        "Maillage_20_Kind",
        "Maillage Kind",
        "Standard",
        &[("fo:margin-top", "5cm"), ("fo:margin-bottom", "0.3cm")],
        &[
            ("fo:font-size", "13pt"),
            ("fo:color", QUIET),
            ("fo:letter-spacing", "0.08cm"),
            ("fo:text-transform", "uppercase"),
        ],
    ),
    style(
        super::COVER_STYLE,
        "Maillage Cover",
        "Standard",
        &[
            ("fo:margin-left", "4.4cm"),
            ("fo:text-indent", "-4.4cm"),
            ("fo:margin-bottom", "0.15cm"),
            ("fo:hyphenation-ladder-count", "no-limit"),
        ],
        &[("fo:hyphenate", "false")],
    ),
    style(
        "Quotations",
        "Quotations",
        "Text_20_body",
        &[
            ("fo:margin-left", "0.8cm"),
            ("fo:padding-left", "0.3cm"),
            ("fo:border-left", "2pt solid #c9d0dc"),
        ],
        &[("fo:color", QUIET)],
    ),
    style(
        "Preformatted_20_Text",
        "Preformatted Text",
        "Standard",
        &[("fo:background-color", "#f3f5f9")],
        &[
            ("fo:font-family", MONO),
            ("fo:font-size", "9pt"),
            ("fo:hyphenate", "false"),
        ],
    ),
    style(
        "Horizontal_20_Line",
        "Horizontal Line",
        "Standard",
        &[
            ("fo:border-bottom", "0.5pt solid #c9d0dc"),
            ("fo:margin-bottom", "0.4cm"),
        ],
        &[],
    ),
    style(
        "Table_20_Contents",
        "Table Contents",
        "Standard",
        &[],
        &[("fo:font-size", "10pt")],
    ),
    style(
        "Table_20_Heading",
        "Table Heading",
        "Table_20_Contents",
        &[("fo:keep-with-next", "always")],
        &[BOLD, ("fo:color", ACCENT)],
    ),
    style(
        "Footnote",
        "Footnote",
        "Standard",
        &[],
        &[("fo:font-size", "9pt")],
    ),
    style(
        "Footer",
        "Footer",
        "Standard",
        &[],
        &[("fo:font-size", "9pt"), ("fo:color", QUIET)],
    ),
    style(
        "Contents_20_Heading",
        "Contents Heading",
        "Heading",
        &[("fo:break-before", "page")],
        &[("fo:font-size", "17pt")],
    ),
    style(
        "Contents_20_1",
        "Contents 1",
        "Standard",
        &[("fo:margin-top", "0.12cm")],
        &[],
    ),
    style(
        "Contents_20_2",
        "Contents 2",
        "Contents_20_1",
        &[("fo:margin-left", "0.6cm"), ("fo:margin-top", "0.04cm")],
        &[],
    ),
    style(
        "Contents_20_3",
        "Contents 3",
        "Contents_20_2",
        &[("fo:margin-left", "1.2cm")],
        &[],
    ),
];

const HEADINGS: [&str; 6] = ["17pt", "14pt", "12.5pt", "11.5pt", "11pt", "11pt"];

/// The part with the named styles and the pages.
pub(super) fn part(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("office:document-styles", NAMESPACES);
    xml.open("office:styles", &[]);
    named(&mut xml);
    xml.close();
    page::pages(&mut xml, layout);
    xml.finish()
}

fn named(xml: &mut Xml) {
    xml.open("style:default-style", &[("style:family", "paragraph")]);
    xml.empty(
        "style:paragraph-properties",
        &[("style:tab-stop-distance", "1.25cm")],
    );
    xml.empty(
        "style:text-properties",
        &[
            ("fo:font-family", SERIF),
            ("fo:font-size", "11pt"),
            ("fo:language", "fr"),
            ("fo:country", "FR"),
            ("fo:hyphenate", "true"),
        ],
    );
    xml.close();
    paragraph_style(xml, &[("style:name", "Standard")], &[], &[]);
    for style in STYLES {
        let names = [
            ("style:name", style.name),
            ("style:display-name", style.shown),
            ("style:parent-style-name", style.parent),
        ];
        // Its tabulator lines the cover's values up.
        let tab = (style.name == super::COVER_STYLE).then_some("4.4cm");
        paragraph_style_with_tab(xml, &names, style.paragraph, style.text, tab);
    }
    for (index, size) in HEADINGS.iter().enumerate() {
        let level = (index + 1).to_string();
        let (name, shown) = (format!("Heading_20_{level}"), format!("Heading {level}"));
        let names = [
            ("style:name", name.as_str()),
            ("style:display-name", shown.as_str()),
            ("style:parent-style-name", "Heading"),
            ("style:next-style-name", "Text_20_body"),
            ("style:default-outline-level", level.as_str()),
        ];
        paragraph_style(xml, &names, &[], &[("fo:font-size", size)]);
    }
    text_style(
        xml,
        &[
            ("style:name", "Source_20_Text"),
            ("style:display-name", "Source Text"),
        ],
        &[("fo:font-family", MONO), ("fo:font-size", "90%")],
    );
}

/// Writes a paragraph style.
pub(super) fn paragraph_style(
    xml: &mut Xml,
    names: &[(&str, &str)],
    paragraph: &[(&str, &str)],
    text: &[(&str, &str)],
) {
    paragraph_style_with_tab(xml, names, paragraph, text, None);
}

fn paragraph_style_with_tab(
    xml: &mut Xml,
    names: &[(&str, &str)],
    paragraph: &[(&str, &str)],
    text: &[(&str, &str)],
    tab: Option<&str>,
) {
    let mut attributes = names.to_vec();
    attributes.push(("style:family", "paragraph"));
    xml.open("style:style", &attributes);
    xml.open("style:paragraph-properties", paragraph);
    if let Some(position) = tab {
        xml.open("style:tab-stops", &[]);
        xml.empty("style:tab-stop", &[("style:position", position)]);
        xml.close();
    }
    xml.close();
    if !text.is_empty() {
        xml.empty("style:text-properties", text);
    }
    xml.close();
}

/// Writes a style of words.
pub(super) fn text_style(xml: &mut Xml, names: &[(&str, &str)], text: &[(&str, &str)]) {
    let mut attributes = names.to_vec();
    attributes.push(("style:family", "text"));
    xml.open("style:style", &attributes);
    xml.empty("style:text-properties", text);
    xml.close();
}
