//! XLSX out (ISO/IEC 29500, transitional): typed cells, texts in place, headings that stay.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Cell, Sheet, SheetFormat};
use crate::RenderError;
use crate::xml::{Xml, pack};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The styles of cells, by their place in `styles.xml`.
const HEADING: &str = "1";
const MOMENT: &str = "2";

/// The table as an XLSX file.
///
/// # Errors
/// `Write`, which only a lack of memory explains.
pub(super) fn file(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let files = vec![
        ("[Content_Types].xml", types()?),
        (
            "_rels/.rels",
            relations(&[("rId1", "officeDocument", "xl/workbook.xml")])?,
        ),
        ("xl/workbook.xml", workbook(sheet)?),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "styles", "styles.xml"),
            ])?,
        ),
        ("xl/styles.xml", styles()?),
        ("xl/worksheets/sheet1.xml", worksheet(sheet)?),
    ];
    pack(files, false)
}

fn types() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    let space = "http://schemas.openxmlformats.org/package/2006/content-types";
    xml.open("Types", &[("xmlns", space)]);
    let relations = "application/vnd.openxmlformats-package.relationships+xml";
    let defaults = [("rels", relations), ("xml", "application/xml")];
    for (extension, kind) in defaults {
        let attributes = [("Extension", extension), ("ContentType", kind)];
        xml.empty("Default", &attributes);
    }
    let essence = SheetFormat::Xlsx.essence();
    let base = essence.strip_suffix(".sheet").unwrap_or(essence);
    let parts = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        ("/xl/worksheets/sheet1.xml", "worksheet"),
    ];
    for (part, kind) in parts {
        let kind = format!("{base}.{kind}+xml");
        xml.empty("Override", &[("PartName", part), ("ContentType", &kind)]);
    }
    xml.finish()
}

fn relations(all: &[(&str, &str, &str)]) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("Relationships", &[("xmlns", RELATIONS)]);
    for (id, kind, target) in all {
        let kind = format!("{OFFICE}/{kind}");
        let attributes = [("Id", *id), ("Type", &kind), ("Target", *target)];
        xml.empty("Relationship", &attributes);
    }
    xml.finish()
}

fn workbook(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("workbook", &[("xmlns", MAIN), ("xmlns:r", OFFICE)]);
    xml.open("sheets", &[]);
    let attributes = [
        ("name", sheet.name.as_str()),
        ("sheetId", "1"),
        ("r:id", "rId1"),
    ];
    xml.empty("sheet", &attributes);
    xml.finish()
}

/// Three styles of cells: plain, heading, moment.
fn styles() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("styleSheet", &[("xmlns", MAIN)]);
    xml.open("numFmts", &[("count", "1")]);
    let seconds = [
        ("numFmtId", "164"),
        ("formatCode", "yyyy\\-mm\\-dd\\ hh:mm:ss"),
    ];
    xml.empty("numFmt", &seconds);
    xml.close();
    xml.open("fonts", &[("count", "2")]);
    for bold in [false, true] {
        xml.open("font", &[]);
        if bold {
            xml.empty("b", &[]);
        }
        xml.empty("sz", &[("val", "11")]);
        xml.empty("name", &[("val", "Calibri")]);
        xml.close();
    }
    xml.close();
    xml.open("fills", &[("count", "2")]);
    for pattern in ["none", "gray125"] {
        xml.open("fill", &[]);
        xml.empty("patternFill", &[("patternType", pattern)]);
        xml.close();
    }
    xml.close();
    xml.open("borders", &[("count", "1")]);
    xml.open("border", &[]);
    for side in ["left", "right", "top", "bottom", "diagonal"] {
        xml.empty(side, &[]);
    }
    xml.close();
    xml.close();
    xml.open("cellStyleXfs", &[("count", "1")]);
    xml.empty("xf", &format("0", "0"));
    xml.close();
    xml.open("cellXfs", &[("count", "3")]);
    for (number, font, apply) in [
        ("0", "0", None),
        ("0", "1", Some("applyFont")),
        ("164", "0", Some("applyNumberFormat")),
    ] {
        let mut attributes = format(number, font).to_vec();
        attributes.push(("xfId", "0"));
        attributes.extend(apply.map(|apply| (apply, "1")));
        xml.empty("xf", &attributes);
    }
    xml.close();
    xml.open("cellStyles", &[("count", "1")]);
    xml.empty(
        "cellStyle",
        &[("name", "Normal"), ("xfId", "0"), ("builtinId", "0")],
    );
    xml.finish()
}

fn format<'a>(number: &'a str, font: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("numFmtId", number),
        ("fontId", font),
        ("fillId", "0"),
        ("borderId", "0"),
    ]
}

fn worksheet(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("worksheet", &[("xmlns", MAIN)]);
    xml.open("sheetViews", &[]);
    xml.open("sheetView", &[("workbookViewId", "0")]);
    let pane = [
        ("ySplit", "1"),
        ("topLeftCell", "A2"),
        ("activePane", "bottomLeft"),
        ("state", "frozen"),
    ];
    xml.empty("pane", &pane);
    xml.close();
    xml.close();
    xml.open("cols", &[]);
    let last = sheet.headings.len().to_string();
    let columns = [
        ("min", "1"),
        ("max", &last),
        ("width", "24"),
        ("customWidth", "1"),
    ];
    xml.empty("col", &columns);
    xml.close();
    xml.open("sheetData", &[]);
    xml.open("row", &[]);
    for heading in sheet.headings() {
        words(&mut xml, Some(HEADING), heading);
    }
    xml.close();
    for row in sheet.rows() {
        xml.open("row", &[]);
        for cell in row {
            self::cell(&mut xml, cell);
        }
        xml.close();
    }
    xml.finish()
}

fn cell(xml: &mut Xml, cell: &Cell) {
    match cell {
        Cell::Empty => xml.empty("c", &[]),
        Cell::Text(text) => words(xml, None, text.as_str()),
        Cell::Number(number) => {
            xml.open("c", &[]);
            xml.element("v", &[], &number.to_string());
            xml.close();
        }
        Cell::Moment(at) => {
            xml.open("c", &[("s", MOMENT)]);
            xml.element("v", &[], &serial(*at));
            xml.close();
        }
    }
}

/// A cell with words: typed and in place, so that no reader looks for a formula in them.
fn words(xml: &mut Xml, style: Option<&str>, text: &str) {
    let mut attributes = vec![("t", "inlineStr")];
    attributes.extend(style.map(|style| ("s", style)));
    xml.open("c", &attributes);
    xml.open("is", &[]);
    xml.element("t", &[("xml:space", "preserve")], &literal(text));
    xml.close();
    xml.close();
}

/// The text with what reads as an escaped sign (`_x0041_`) escaped itself.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.as_bytes().get(2..7);
        let escaped = code.is_some_and(|code| {
            code.ends_with(b"_") && code.iter().take(4).all(u8::is_ascii_hexdigit)
        });
        out.push_str(if escaped { "_x005F_" } else { "_" });
        rest = from.strip_prefix('_').unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Days since the end of 1899, as spreadsheets count them, with the day's seconds behind the point.
fn serial(at: DateTime<Utc>) -> String {
    const DAY: i64 = 86_400;
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    let seconds = (at.naive_utc() - start.and_time(chrono::NaiveTime::MIN)).num_seconds();
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // Nine digits tell seconds apart; the last is rounded.
    let part = (rest * 1_000_000_000 + DAY / 2) / DAY;
    format!("{days}.{part:09}")
}
