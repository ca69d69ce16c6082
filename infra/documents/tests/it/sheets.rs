//! Sheets: the same cells in the three forms, read back by readers of CSV, ZIP and XML, and no
//! formula in any of them.

use std::io::{Cursor, Read as _};

use chrono::{DateTime, Utc};
use maillage_documents::sheets::{Cell, Sheet, SheetFormat};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

const HEADINGS: [&str; 3] = ["Nom", "Nombre", "Date (UTC)"];

/// What a reader found in a cell: the type that the file gives it, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Read {
    Empty,
    Text(String),
    Number(String),
    Moment(String),
}

fn sheet(rows: &[Vec<Cell>]) -> Sheet {
    let mut sheet = Sheet::new("Liste", "fr", &HEADINGS);
    for row in rows {
        sheet.push(row.clone());
    }
    sheet
}

fn part(file: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    let mut part = archive.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).unwrap()?;
    Some(found.value.into_owned())
}

/// The rows of a sheet's XML; `row`, `cell` and `line` are its elements, `typed` reads a cell.
fn rows(
    xml: &str,
    [row, cell, line]: [&str; 3],
    typed: impl Fn(&BytesStart<'_>, &str) -> Read,
) -> Vec<Vec<Read>> {
    let mut reader = Reader::from_str(xml);
    let mut rows = Vec::new();
    let mut open: Option<BytesStart<'static>> = None;
    let (mut text, mut lines) = (String::new(), 0);
    let named = |start: &BytesStart<'_>| start.name().into_inner().to_owned();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if named(&start) == row => rows.push(Vec::new()),
            Event::Empty(start) if named(&start) == cell => {
                rows.last_mut().unwrap().push(Read::Empty);
            }
            Event::Start(start) if named(&start) == cell => {
                (text, lines) = (String::new(), 0);
                open = Some(start.into_owned());
            }
            Event::Start(start) if named(&start) == line => {
                if lines > 0 {
                    text.push('\n');
                }
                lines += 1;
            }
            Event::Empty(start) if named(&start) == "text:s" => text.push(' '),
            Event::Empty(start) if named(&start) == "text:tab" => text.push('\t'),
            Event::Text(said) => text.push_str(&said.xml10_content()),
            Event::GeneralRef(said) => {
                let known = quick_xml::escape::resolve_predefined_entity(&said);
                text.push_str(known.unwrap());
            }
            Event::End(end) if end.name().into_inner() == cell => {
                let read = typed(&open.take().unwrap(), &text);
                rows.last_mut().unwrap().push(read);
            }
            Event::Eof => return rows,
            _ => {}
        }
    }
}

fn ods(file: &[u8]) -> Vec<Vec<Read>> {
    let xml = part(file, "content.xml");
    assert!(!xml.contains("table:formula"));
    let names = ["table:table-row", "table:table-cell", "text:p"];
    rows(&xml, names, |start, text| {
        let value = |name| attribute(start, name).unwrap();
        match value("office:value-type").as_str() {
            "string" => Read::Text(text.to_owned()),
            "float" => Read::Number(value("office:value")),
            "date" => Read::Moment(value("office:date-value").replace('T', " ")),
            other => panic!("{other}"),
        }
    })
}

fn xlsx(file: &[u8]) -> Vec<Vec<Read>> {
    let xml = part(file, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>") && !xml.contains("<f "));
    rows(&xml, ["row", "c", "t"], |start, text| {
        let style = attribute(start, "s");
        match (attribute(start, "t").as_deref(), style.as_deref()) {
            (Some("inlineStr"), _) => Read::Text(text.replace("_x005F_", "_")),
            (None, Some("2")) => {
                let days: f64 = text.parse().unwrap();
                let at = (days - 25_569.0) * 86_400.0;
                let at = DateTime::<Utc>::from_timestamp_millis((at.round() * 1e3) as i64);
                Read::Moment(at.unwrap().format("%Y-%m-%d %H:%M:%S").to_string())
            }
            (None, None) => Read::Number(text.to_owned()),
            other => panic!("{other:?}"),
        }
    })
}

fn csv(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(file);
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        row.iter().map(str::to_owned).collect()
    });
    rows.collect()
}

/// What a CSV holds of what the other forms hold.
fn plain(cell: &Read, said: &str) -> bool {
    match cell {
        Read::Empty => said.is_empty(),
        Read::Text(text) => said == text || said.strip_prefix('\'') == Some(text),
        Read::Number(text) | Read::Moment(text) => said == text,
    }
}

fn moment() -> DateTime<Utc> {
    "2026-03-01T13:37:59.9Z".parse().unwrap()
}

#[test]
fn cells_are_typed() {
    let row = vec![
        Cell::text("Cergy"),
        Cell::number(-42),
        Cell::moment(moment()),
    ];
    let sheet = sheet(&[row, Vec::new()]);
    let expected = vec![
        Read::Text("Cergy".to_owned()),
        Read::Number("-42".to_owned()),
        Read::Moment("2026-03-01 13:37:59".to_owned()),
    ];
    let empty = vec![Read::Empty, Read::Empty, Read::Empty];
    let file = sheet.render(SheetFormat::Ods, true).unwrap();
    assert_eq!(ods(&file)[1..], [expected.clone(), empty.clone()]);
    let file = sheet.render(SheetFormat::Xlsx, true).unwrap();
    assert_eq!(xlsx(&file)[1..], [expected, empty]);
    let file = sheet.render(SheetFormat::Csv, false).unwrap();
    let text = "Nom;Nombre;Date (UTC)\r\nCergy;-42;2026-03-01 13:37:59\r\n;;\r\n";
    assert_eq!(String::from_utf8(file).unwrap(), text);
}

#[test]
fn a_csv_is_marked_as_utf_8_where_that_is_wished() {
    let sheet = sheet(&[]);
    let marked = sheet.render(SheetFormat::Csv, true).unwrap();
    let bare = sheet.render(SheetFormat::Csv, false).unwrap();
    assert_eq!(marked.strip_prefix("\u{feff}".as_bytes()), Some(&bare[..]));
}

#[test]
fn what_spreadsheets_compute_is_text() {
    for text in [
        "=1+1",
        "+33 1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u{feff}=1",
        "\u{200b}+1",
        "＝1",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"https://example.org\";\"x\")",
    ] {
        let sheet = sheet(&[vec![Cell::text(text)]]);
        let file = sheet.render(SheetFormat::Csv, false).unwrap();
        assert!(csv(&file)[1][0].starts_with('\''), "{text:?}");
    }
    let harmless = sheet(&[vec![Cell::text("a=1"), Cell::text("1-2"), Cell::text("'x")]]);
    let file = harmless.render(SheetFormat::Csv, false).unwrap();
    assert_eq!(csv(&file)[1], ["a=1", "1-2", "'x"]);
}

#[test]
fn what_a_spreadsheet_cannot_hold_is_left_out() {
    let long = "é".repeat(40_000);
    let sheet = sheet(&[vec![
        Cell::text(&long),
        Cell::text("a\0b\u{1b}c\u{fffe}"),
        Cell::text("_x0041_ _xylo_"),
    ]]);
    let file = sheet.render(SheetFormat::Csv, false).unwrap();
    let row = &csv(&file)[1];
    assert_eq!(row[0].chars().count(), 32_767);
    assert_eq!(row[1..], ["abc", "_x0041_ _xylo_"]);
    let file = sheet.render(SheetFormat::Xlsx, false).unwrap();
    let xml = part(&file, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("_x005F_x0041_ _xylo_"));
}

#[test]
fn the_name_of_a_sheet_is_one_that_spreadsheets_take() {
    let sheet = Sheet::new(
        "'[Journal d'audit]: a/b\\c? * et la suite de ce nom",
        "fr",
        &["a"],
    );
    let file = sheet.render(SheetFormat::Xlsx, true).unwrap();
    let xml = part(&file, "xl/workbook.xml");
    assert!(
        xml.contains("name=\"Journal d&apos;audit abc  et la sui\""),
        "{xml}"
    );
}

fn text() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![
        "", "=", "+", "-", "@", "\t", "\r", "\n", " ", "  ", ";", "\"", "'", ",", "\u{feff}", "＝",
        "<f>", "&", "_x0041_", "\0",
    ]);
    (prop::collection::vec(sign, 0..4), ".{0,12}").prop_map(|(signs, rest)| signs.concat() + &rest)
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        6 => text().prop_map(Cell::text),
        1 => any::<i64>().prop_map(Cell::Number),
        1 => (0_i64..4_000_000_000).prop_map(|at| {
            Cell::moment(DateTime::from_timestamp(at, 0).unwrap())
        }),
        1 => Just(Cell::Empty),
    ]
}

proptest! {
    #[test]
    fn the_three_forms_hold_the_same_and_no_formula(
        cells in prop::collection::vec(prop::collection::vec(cell(), 3), 1..5)
    ) {
        let sheet = sheet(&cells);
        let file = |format| sheet.render(format, false).unwrap();
        let (ods, xlsx) = (ods(&file(SheetFormat::Ods)), xlsx(&file(SheetFormat::Xlsx)));
        prop_assert_eq!(&ods, &xlsx);
        let csv = csv(&file(SheetFormat::Csv));
        prop_assert_eq!(csv.len(), ods.len());
        for (row, said) in ods.iter().zip(&csv) {
            prop_assert_eq!(row.len(), said.len());
            for (cell, said) in row.iter().zip(said) {
                prop_assert!(plain(cell, said), "{:?} {:?}", cell, said);
                let computed = said.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
                let number = matches!(cell, Read::Number(_));
                prop_assert!(!computed || number, "{:?}", said);
            }
        }
    }
}
