//! Nothing is forgotten: every table, and every column of what is taken along.

use std::collections::{BTreeMap, BTreeSet};

use maillage_domain::partners::archive::ENTITIES;
use maillage_infra::partners::archive::{LEFT_BEHIND, left_out};
use maillage_infra::testing::TestDatabase;

use crate::fixture::connect;

async fn tables() -> BTreeMap<String, BTreeSet<String>> {
    let client = connect(&TestDatabase::shared().owner_url()).await;
    let query = "select table_name::text, column_name::text from information_schema.columns \
        where table_schema = 'public' and table_name <> '__diesel_schema_migrations'";
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in client.query(query, &[]).await.unwrap() {
        tables.entry(row.get(0)).or_default().insert(row.get(1));
    }
    tables
}

#[tokio::test]
async fn every_table_is_in_the_archive_or_left_behind_for_a_reason() {
    let kept: BTreeSet<String> = tables().await.into_keys().collect();
    let taken = ENTITIES.iter().map(|entity| entity.name.to_owned());
    let left: Vec<_> = LEFT_BEHIND
        .iter()
        .map(|(table, _)| (*table).to_owned())
        .collect();
    let known: Vec<String> = taken.chain(left).collect();
    let set: BTreeSet<String> = known.iter().cloned().collect();
    assert_eq!(set.len(), known.len(), "both taken and left behind");
    assert_eq!(set, kept);
    assert!(LEFT_BEHIND.iter().all(|(_, reason)| reason.len() > 10));
}

#[tokio::test]
async fn every_column_of_what_is_taken_along_is_in_the_archive() {
    let tables = tables().await;
    for entity in ENTITIES {
        let members = entity.members.iter().map(|member| member.name.to_owned());
        let columns = tables[entity.name].iter();
        let columns = columns
            .filter(|column| !left_out(entity.name, column))
            .cloned();
        let (members, columns): (BTreeSet<_>, BTreeSet<_>) = (members.collect(), columns.collect());
        assert_eq!(members, columns, "{}", entity.name);
    }
}
