//! What must hold of the catalogue itself, whatever the tables are (leak classes L-7, L-8, L-14,
//! L-15). Each test asks for offenders and shows them; the exceptions are named, and may only
//! become fewer.

use maillage_infra::testing::TestDatabase;

use crate::fixture::connect;

/// Functions that read more than their caller may: each one more door in the wall, to be avoided.
const DEFINERS: [&str; 12] = [
    "count_adaptations",
    "enter",
    "enter_client",
    "enter_job",
    "enter_platform",
    "enter_webhook",
    "founded",
    "received_deviations",
    "released_figures",
    "search_candidates",
    "shared_results",
    "sweep",
];

/// A session belongs to a person and is found by its id when no tenant is known yet.
const NOT_BY_TENANT: [&str; 1] = ["sessions_pkey"];

/// Our own tables and functions: neither Diesel's, nor those of extensions.
const OURS: &str = "\
    with ours as ( \
        select c.* from pg_class c where c.relnamespace = 'public'::regnamespace \
            and c.relkind in ('r', 'p') and c.relname <> '__diesel_schema_migrations'), \
    tenanted as ( \
        select c.oid, a.attnum from ours c \
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'), \
    functions as ( \
        select p.* from pg_proc p where p.pronamespace = 'public'::regnamespace \
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))";

/// The names that a query about `ours`, `tenanted` or `functions` answers, in order.
async fn found(query: &str) -> Vec<String> {
    let client = connect(&TestDatabase::shared().owner_url()).await;
    let rows = client.query(&format!("{OURS} {query}"), &[]).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    names.sort();
    names
}

async fn none(query: &str) {
    assert_eq!(found(query).await, [""; 0], "{query}");
}

#[tokio::test]
async fn every_table_enables_and_forces_row_level_security() {
    assert!(found("select relname::text from ours").await.len() > 20);
    none("select relname::text from ours where not (relrowsecurity and relforcerowsecurity)").await;
}

#[tokio::test]
async fn every_table_has_a_policy() {
    none(
        "select relname::text from ours c \
         where not exists (select from pg_policy p where p.polrelid = c.oid)",
    )
    .await;
}

#[tokio::test]
async fn the_roles_of_the_server_have_no_privilege_of_their_own() {
    none(
        "select rolname::text from pg_roles where rolname in ('maillage_app', 'maillage_context') \
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication \
            or rolcanlogin <> (rolname = 'maillage_app'))",
    )
    .await;
    none(
        "select r.rolname::text || ' is in ' || g.rolname from pg_auth_members m \
         join pg_roles r on r.oid = m.member join pg_roles g on g.oid = m.roleid \
         where r.rolname like 'maillage\\_%'",
    )
    .await;
    none(
        "select rolname::text from pg_roles where rolname like 'maillage\\_%' \
         and has_schema_privilege(oid, 'public', 'create')",
    )
    .await;
}

#[tokio::test]
async fn the_roles_of_the_server_own_nothing_but_the_listed_functions() {
    let owned = "select coalesce(p.proname, d.classid::regclass || ' ' || d.objid) \
         from pg_shdepend d left join functions p on p.oid = d.objid \
         join pg_database b on b.oid = d.dbid and b.datname = current_database() \
         where d.deptype = 'o' and d.refobjid = ";
    none(&format!("{owned} 'maillage_app'::regrole")).await;
    let owned = found(&format!("{owned} 'maillage_context'::regrole")).await;
    assert_eq!(owned, DEFINERS);
}

#[tokio::test]
async fn what_was_published_or_audited_is_never_changed() {
    none(
        "select relname || ' ' || p from ours, unnest('{update,delete}'::text[]) p \
         where relname in ('versions', 'amendment_comments', 'audit_records', 'outbox', 'events') \
            and (has_table_privilege('maillage_app', ours.oid, p) \
                or has_any_column_privilege('maillage_app', ours.oid, 'update'))",
    )
    .await;
}

#[tokio::test]
async fn nobody_empties_tables_or_reads_them_without_a_grant() {
    none(
        "select relname || ' ' || p from ours, unnest('{truncate,references,trigger}'::text[]) p \
         where has_table_privilege('maillage_app', ours.oid, p)",
    )
    .await;
    none(
        "select relname || ' ' || privilege_type from ours, aclexplode(relacl) \
         where grantee = 0",
    )
    .await;
}

#[tokio::test]
async fn unique_indexes_begin_with_the_tenant() {
    // Uniqueness is checked above the policies: a violation would tell of another tenant's row.
    let offenders = "select i.indexrelid::regclass::text from pg_index i \
         join tenanted t on t.oid = i.indrelid where i.indisunique and i.indkey[0] <> t.attnum";
    assert_eq!(found(offenders).await, NOT_BY_TENANT);
}

#[tokio::test]
async fn foreign_keys_never_cross_tenants() {
    none(
        "select k.conname::text from pg_constraint k \
         join tenanted a on a.oid = k.conrelid join tenanted b on b.oid = k.confrelid \
         where k.contype = 'f' and not exists ( \
            select from unnest(k.conkey, k.confkey) c (mine, theirs) \
            where c.mine = a.attnum and c.theirs = b.attnum)",
    )
    .await;
    // A tenant is pointed at only by what is its own.
    none(
        "select k.conname::text from pg_constraint k left join tenanted t on t.oid = k.conrelid \
         where k.contype = 'f' and k.confrelid = 'collectivities'::regclass \
            and k.conkey is distinct from array[t.attnum]",
    )
    .await;
}

#[tokio::test]
async fn only_the_listed_functions_act_for_somebody_else() {
    let definers = "select proname::text from functions where prosecdef";
    assert_eq!(found(definers).await, DEFINERS);
    none(
        "select proname::text from functions where prosecdef and not \
            coalesce(proconfig @> '{\"search_path=pg_catalog, public, pg_temp\"}', false)",
    )
    .await;
    // Only the server asks them, and nobody by default.
    none(
        "select distinct proname || ' ' || coalesce(grantee::regrole::text, 'public') \
         from functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) \
         where prosecdef and grantee not in ('maillage_app'::regrole, proowner)",
    )
    .await;
}

#[tokio::test]
async fn there_is_no_view() {
    none(
        "select relname::text from pg_class c where relnamespace = 'public'::regnamespace \
         and relkind in ('v', 'm', 'f') \
         and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')",
    )
    .await;
    none("select rulename::text from pg_rules where schemaname = 'public'").await;
}

#[tokio::test]
async fn policies_only_ever_allow() {
    // A restrictive policy would make the mutations of `policies.rs` mean something else.
    none("select polname::text from pg_policy where not polpermissive").await;
}
