//! `schema.rs` says of the tables what the database says, column by column.
//!
//! It is written by hand, so that it shows what the code names and nothing else; `search_documents`
//! is only ever named in SQL, because Diesel knows no tsvector.

use std::collections::BTreeMap;

use maillage_infra::testing::TestDatabase;

use crate::fixture::connect;

const SCHEMA: &str = include_str!("../../src/schema.rs");

/// A table as both sides describe it: columns with their types, then the primary key.
type Tables = BTreeMap<String, (Vec<String>, String)>;

/// A type of Diesel as PostgreSQL names it.
fn type_name(diesel: &str) -> String {
    if let Some(element) = inside(diesel, "Array") {
        return format!("_{}", type_name(element));
    }
    let name = match diesel {
        "BigInt" => "int8",
        "Bool" => "bool",
        "Binary" => "bytea",
        "Date" => "date",
        "Double" => "float8",
        "Inet" => "inet",
        "Integer" => "int4",
        "Jsonb" => "jsonb",
        "SmallInt" => "int2",
        "Text" => "text",
        "Timestamptz" => "timestamptz",
        "Uuid" => "uuid",
        other => panic!("a type that this test does not know: {other}"),
    };
    name.to_owned()
}

/// What stands between the angle brackets of `name<…>`.
fn inside<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.strip_prefix(name)?
        .strip_prefix('<')?
        .strip_suffix('>')
}

fn column(name: &str, diesel: &str) -> String {
    match inside(diesel, "Nullable") {
        Some(inner) => format!("{name} {} null", type_name(inner)),
        None => format!("{name} {}", type_name(diesel)),
    }
}

fn written() -> Tables {
    let tables = SCHEMA.split("diesel::table! {").skip(1).map(|text| {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let head = lines.next().unwrap();
        let (name, key) = head.trim_end_matches(") {").split_once(" (").unwrap();
        let (mut columns, mut renamed) = (Vec::new(), None);
        for line in lines.take_while(|line| *line != "}") {
            if let Some(name) = line.strip_prefix("#[sql_name = \"") {
                renamed = Some(name.trim_end_matches("\"]"));
                continue;
            }
            let (name, diesel) = line.trim_end_matches(',').split_once(" -> ").unwrap();
            columns.push(column(renamed.take().unwrap_or(name), diesel));
        }
        (name.to_owned(), (columns, key.to_owned()))
    });
    tables.collect()
}

async fn kept() -> Tables {
    let client = connect(&TestDatabase::shared().owner_url()).await;
    let query = "\
        select c.table_name::text, \
            array_agg(column_name || ' ' || udt_name \
                || case is_nullable when 'YES' then ' null' else '' end \
                order by ordinal_position), \
            (select string_agg(attname, ', ' order by n) from pg_index i, \
                unnest(i.indkey) with ordinality k (attnum, n) \
                join pg_attribute a using (attnum) \
                where i.indrelid = c.table_name::regclass and i.indisprimary \
                    and n <= i.indnkeyatts \
                    and a.attrelid = i.indrelid) \
        from information_schema.columns c \
        where table_schema = 'public' \
            and table_name not in ('search_documents', '__diesel_schema_migrations') \
        group by c.table_name";
    let rows = client.query(query, &[]).await.unwrap();
    let table = |row: &tokio_postgres::Row| (row.get(0), (row.get(1), row.get(2)));
    rows.iter().map(table).collect()
}

#[tokio::test]
async fn the_code_and_the_database_agree_on_every_column() {
    let (written, kept) = (written(), kept().await);
    assert!(written.len() >= 20, "only {} tables", written.len());
    for (name, table) in &written {
        assert_eq!(Some(table), kept.get(name), "{name}");
    }
    let names = |tables: &Tables| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&kept));
}
