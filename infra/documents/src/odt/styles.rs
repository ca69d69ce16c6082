//! How the ODT looks: named styles that a reader may change, and the page with its numbers.

use super::NAMESPACES;
use crate::RenderError;
use crate::layout::Layout;
use crate::xml::Xml;

const ACCENT: &str = "#1c3f7c";
const QUIET: &str = "#566074";
const SERIF: &str = "Liberation Serif";
const MONO: &str = "Liberation Mono";

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

const BOLD: (&str, &str) = ("fo:font-weight", "bold");

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
    pages(&mut xml, layout);
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

fn paragraph_style(
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

fn text_style(xml: &mut Xml, names: &[(&str, &str)], text: &[(&str, &str)]) {
    let mut attributes = names.to_vec();
    attributes.push(("style:family", "text"));
    xml.open("style:style", &attributes);
    xml.empty("style:text-properties", text);
    xml.close();
}

fn pages(xml: &mut Xml, layout: &Layout) {
    xml.open("office:automatic-styles", &[]);
    let tab = [
        ("style:name", "P_footer"),
        ("style:parent-style-name", "Footer"),
    ];
    let mut attributes = tab.to_vec();
    attributes.push(("style:family", "paragraph"));
    xml.open("style:style", &attributes);
    xml.open("style:paragraph-properties", &[]);
    xml.open("style:tab-stops", &[]);
    xml.empty(
        "style:tab-stop",
        &[("style:position", "16cm"), ("style:type", "right")],
    );
    xml.close();
    xml.close();
    xml.close();
    xml.open("style:page-layout", &[("style:name", "Page")]);
    xml.empty(
        "style:page-layout-properties",
        &[
            ("fo:page-width", "21cm"),
            ("fo:page-height", "29.7cm"),
            ("fo:margin-top", "2.5cm"),
            ("fo:margin-bottom", "2cm"),
            ("fo:margin-left", "2.5cm"),
            ("fo:margin-right", "2.5cm"),
        ],
    );
    xml.open("style:footer-style", &[]);
    xml.empty(
        "style:header-footer-properties",
        &[("fo:margin-top", "0.6cm"), ("fo:min-height", "0.6cm")],
    );
    xml.close();
    xml.close();
    xml.close();
    xml.open("office:master-styles", &[]);
    // The cover has no footer.
    xml.empty(
        "style:master-page",
        &[
            ("style:name", "Cover"),
            ("style:page-layout-name", "Page"),
            ("style:next-style-name", "Standard"),
        ],
    );
    xml.open(
        "style:master-page",
        &[
            ("style:name", "Standard"),
            ("style:page-layout-name", "Page"),
        ],
    );
    xml.open("style:footer", &[]);
    xml.open("text:p", &[("text:style-name", "P_footer")]);
    xml.text(&layout.short_title());
    xml.empty("text:tab", &[]);
    xml.text("page ");
    xml.element("text:page-number", &[("text:select-page", "current")], "1");
    xml.text(" sur ");
    xml.element("text:page-count", &[], "1");
    xml.close();
}

/// The styles that only the content names.
pub(super) fn automatic(xml: &mut Xml) {
    xml.open("office:automatic-styles", &[]);
    let text: [(&str, &[(&str, &str)]); 6] = [
        ("T_strong", &[BOLD]),
        ("T_emphasis", &[("fo:font-style", "italic")]),
        (
            "T_struck",
            &[
                ("style:text-line-through-style", "solid"),
                ("style:text-line-through-type", "single"),
            ],
        ),
        ("T_label", &[("fo:color", QUIET)]),
        ("T_plain", &[]),
        (
            "T_digest",
            &[("fo:font-family", MONO), ("fo:font-size", "8pt")],
        ),
    ];
    for (name, properties) in text {
        text_style(xml, &[("style:name", name)], properties);
    }
    let aligned = [("P_center", "center"), ("P_end", "end")];
    for (name, align) in aligned {
        let names = [
            ("style:name", name),
            ("style:parent-style-name", "Table_20_Contents"),
        ];
        paragraph_style(xml, &names, &[("fo:text-align", align)], &[]);
    }
    let names = [
        ("style:name", "P_new_page"),
        ("style:parent-style-name", "Heading_20_1"),
    ];
    paragraph_style(xml, &names, &[("fo:break-before", "page")], &[]);
    let names = [
        ("style:name", "P_cover"),
        ("style:parent-style-name", "Maillage_20_Kind"),
        ("style:master-page-name", "Cover"),
    ];
    paragraph_style(xml, &names, &[], &[]);
    xml.empty(
        "style:style",
        &[("style:name", "S_contents"), ("style:family", "section")],
    );
    list_style(xml, "L_points", false);
    list_style(xml, "L_numbers", true);
    table_styles(xml);
    xml.close();
}

fn list_style(xml: &mut Xml, name: &str, numbers: bool) {
    xml.open("text:list-style", &[("style:name", name)]);
    for level in 1..=10_u8 {
        let number = level.to_string();
        if numbers {
            xml.open(
                "text:list-level-style-number",
                &[
                    ("text:level", &number),
                    ("style:num-format", "1"),
                    ("style:num-suffix", "."),
                ],
            );
        } else {
            let sign = if level % 2 == 1 { "•" } else { "–" };
            xml.open(
                "text:list-level-style-bullet",
                &[("text:level", &number), ("text:bullet-char", sign)],
            );
        }
        let indent = format!("{}cm", 0.7 * f32::from(level));
        xml.open(
            "style:list-level-properties",
            &[("text:list-level-position-and-space-mode", "label-alignment")],
        );
        xml.empty(
            "style:list-level-label-alignment",
            &[
                ("text:label-followed-by", "listtab"),
                ("fo:text-indent", "-0.6cm"),
                ("fo:margin-left", &indent),
            ],
        );
        xml.close();
        xml.close();
    }
    xml.close();
}

fn table_styles(xml: &mut Xml) {
    xml.open(
        "style:style",
        &[("style:name", "Ta"), ("style:family", "table")],
    );
    xml.empty(
        "style:table-properties",
        &[("style:width", "16cm"), ("table:align", "margins")],
    );
    xml.close();
    let cells = [
        ("C_head", "1.5pt solid #1c3f7c"),
        ("C_cell", "0.5pt solid #c9d0dc"),
    ];
    for (name, border) in cells {
        xml.open(
            "style:style",
            &[("style:name", name), ("style:family", "table-cell")],
        );
        xml.empty(
            "style:table-cell-properties",
            &[("fo:padding", "0.12cm"), ("fo:border-bottom", border)],
        );
        xml.close();
    }
}
