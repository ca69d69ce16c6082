//! What the policies let through, and the proof that each of them is needed (leak class L-9).
//!
//! The probe tries every statement the server's role may run, from every context, and tells what
//! came of it. `wall.txt` is what it told when somebody last read it. Each policy is then dropped,
//! weakened and widened in turn: had the probe nothing else to tell, that policy would be untested,
//! or there for nothing.
//!
//! When policies or tables change, this test fails, prints the new table and writes it beside the
//! old one. Read the difference, then rename `wall.txt.new` to `wall.txt`.

use maillage_infra::testing::TestDatabase;
use tokio_postgres::{Client, Error};

use crate::fixture::connect;

const GOLDEN: &str = include_str!("wall.txt");
const FRESH: &str = "tests/it/wall/wall.txt.new";

const HEADER: &str = "\
What the database lets through
==============================

Each block is a table, as the role of the server meets it. A line is a context: who the transaction
says it acts for. Rows are named by whose they are, with how many of them: a, b, c and d are tenants,
f is the operator, p the platform itself. See `fixture.sql` for what each of them has.

  sees      rows that SELECT returns
  adds      whose rows INSERT may add
  changes   rows that UPDATE changes when nothing limits it
  gives     rows that UPDATE makes somebody else's when nothing limits it
  deletes   rows that DELETE removes when nothing limits it

  ·         none
  –         the role has no right to that at all
  refused   an error, because a new row would break a policy
  key, (a)  allowed by the policies, stopped by a key
";

/// A database with content in every table, and the probe.
async fn probed() -> Client {
    let db = TestDatabase::shared().clone_fresh().await;
    let client = connect(&db.owner_url()).await;
    let sql = format!(
        "create schema probe; {} {}",
        include_str!("fixture.sql"),
        include_str!("probe.sql")
    );
    client.batch_execute(&sql).await.unwrap();
    client
}

async fn text(client: &Client, query: &str) -> Result<String, Error> {
    Ok(client.query_one(query, &[]).await?.get(0))
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Every table of the product.
async fn tables(client: &Client) -> Vec<String> {
    let query = "select relname::text from pg_class where relkind in ('r', 'p') \
        and relnamespace = 'public'::regnamespace and relname <> '__diesel_schema_migrations' \
        order by oid";
    names(client, query).await
}

/// What the probe tells of a table; of the functions, where no table is named.
async fn block(client: &Client, table: &str) -> Result<String, Error> {
    match table {
        "" => text(client, "select probe.report_functions()").await,
        table => text(client, &format!("select probe.report('{table}')")).await,
    }
}

/// Opens a transaction in which foreign keys do not interfere: they are no wall.
async fn begin(client: &Client) {
    let begin = "begin; set local session_replication_role = replica";
    client.batch_execute(begin).await.unwrap();
}

async fn roll_back(client: &Client) {
    client.batch_execute("rollback").await.unwrap();
}

/// What the probe tells of every table, and of the functions last.
async fn blocks(client: &Client) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    for table in tables(client).await.into_iter().chain([String::new()]) {
        let told = block(client, &table).await.unwrap();
        blocks.push((table, told));
    }
    blocks
}

/// Whether the probe notices `mutation`. Looks at the table itself first: it nearly always does.
async fn notices(
    client: &Client,
    healthy: &[(String, String)],
    table: &str,
    mutation: &str,
) -> bool {
    begin(client).await;
    client.batch_execute(mutation).await.unwrap();
    let (mut first, rest): (Vec<_>, Vec<_>) = healthy.iter().partition(|(name, _)| name == table);
    first.extend(rest.into_iter().rev());
    let mut noticed = false;
    for (name, told) in first {
        // An error is not what it told before either.
        noticed = block(client, name).await.ok().as_ref() != Some(told);
        if noticed {
            break;
        }
    }
    roll_back(client).await;
    noticed
}

/// Drops, weakens and widens a policy, in every way that its command and roles leave open.
///
/// What an update may give away is no question where no grant lets it touch whose the row is.
async fn mutations(client: &Client) -> Vec<(String, String)> {
    let query = "\
        select tablename::text, mutation from pg_policies p, \
            lateral (select quote_ident(policyname) || ' on ' || quote_ident(tablename) it, \
                coalesce(with_check, qual) checked, \
                exists (select from probe.tables t where t.name = tablename \
                    and has_column_privilege('maillage_app', t.name, t.belonging, 'update')) gives \
                ) x, \
            lateral (values \
                (format('drop policy %s', it)), \
                (case when cmd in ('SELECT', 'DELETE') and qual <> 'true' \
                    then format('alter policy %s using (true)', it) end), \
                (case when cmd in ('ALL', 'UPDATE') and qual <> 'true' then format( \
                    'alter policy %s using (true) with check (%s)', it, checked) end), \
                (case when (cmd in ('ALL', 'INSERT') or cmd = 'UPDATE' and gives) \
                    and checked <> 'true' \
                    then format('alter policy %s with check (true)', it) end), \
                (case when roles <> '{public}' then format('alter policy %s to public', it) end) \
            ) m (mutation) \
        where schemaname = 'public' and mutation is not null order by tablename, policyname";
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn the_wall_stands_as_written_and_every_policy_holds_a_part_of_it() {
    let client = probed().await;
    begin(&client).await;
    let healthy = blocks(&client).await;
    roll_back(&client).await;
    let told: String = healthy.iter().map(|(_, told)| told.as_str()).collect();
    let told = format!("{HEADER}{told}");
    if told != GOLDEN {
        std::fs::write(FRESH, &told).unwrap();
        panic!("the database and wall.txt differ; see {FRESH}:\n{told}");
    }

    let mut mutations = mutations(&client).await;
    for table in tables(&client).await {
        let disable = format!("alter table {table} disable row level security");
        mutations.push((table, disable));
    }
    assert!(mutations.len() > 100, "only {} mutations", mutations.len());
    let mut unnoticed = Vec::new();
    for (table, mutation) in mutations {
        if !notices(&client, &healthy, &table, &mutation).await {
            unnoticed.push(mutation);
        }
    }
    assert!(
        unnoticed.is_empty(),
        "nobody notices:\n{}",
        unnoticed.join("\n")
    );
}

#[tokio::test]
async fn every_table_has_content_of_several_tenants() {
    let client = probed().await;
    for table in tables(&client).await {
        let query = format!("select owner from probe.tables where name = '{table}'");
        let owner = text(&client, &query).await.unwrap();
        let query = format!("select count(distinct {owner})::text from {table}");
        let owners: i32 = text(&client, &query).await.unwrap().parse().unwrap();
        // Operators belong to no tenant.
        assert!(owners > 1 || table == "operators", "{table}");
    }
}
