//! The page of the ODT with its numbers, and the styles that only its content names.

use super::styles::{BOLD, MONO, QUIET, paragraph_style, text_style};
use crate::layout::Layout;
use crate::xml::Xml;

/// The page, and the footer that every page but the cover has.
pub(super) fn pages(xml: &mut Xml, layout: &Layout) {
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
