//! What tests see and do past row-level security: a tenant's rows, its facts, and tampering.
//!
//! Tables are named in this crate only, so the tests of `api` ask here.

use std::collections::BTreeMap;

use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use uuid::Uuid;

use super::people::Tenant;
use super::{TestDatabase, must};
use crate::sql::query;
use crate::store::Db;

/// Every table with a `tenant_id`: number and digest of the rows of one tenant. Without those that
/// the relay writes, whenever its turn comes.
pub type Footprint = BTreeMap<String, (i64, String)>;

/// The facts that one tenant's writes left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// In the audit trail.
    pub audited: Vec<serde_json::Value>,
    /// In the outbox.
    pub posted: Vec<serde_json::Value>,
}

/// How somebody with the database in their hands may alter a chain.
#[derive(Clone, Copy, Debug)]
pub enum Tampering {
    /// Writes another fact into a record.
    Rewrite(i64),
    /// Names another author of a record.
    Reattribute(i64),
    /// Puts a record at another time.
    Redate(i64),
    /// Takes a record out.
    Remove(i64),
    /// Gives a record another digest.
    Redigest(i64),
    /// Cuts the digest of a record short.
    Shorten(i64),
}

/// Kept in the session only. It asks the catalogue, so that no new table is forgotten.
const FOOTPRINT: &str = "
    create function pg_temp.footprint(tenant uuid)
        returns table (name text, rows bigint, digest text) language plpgsql as $$
    declare
        t text;
    begin
        for t in select table_name::text from information_schema.columns
            where table_schema = 'public' and column_name = 'tenant_id'
                and table_name not in ('events', 'outbox_pending')
        loop
            return query execute format(
                'select %L::text, count(*), md5(coalesce(string_agg(x::text, chr(10) '
                || 'order by x::text), '''')) from %I x where x.tenant_id = $1', t, t) using tenant;
        end loop;
    end
    $$";

query! {
    Rows { tenant: Uuid as SqlUuid } -> (Text, BigInt, Text)
    "select name, rows, digest from pg_temp.footprint(?)"
}

/// Looks for a text in every column of every table, read as text or as bytes.
const HOLDS: &str = "
    create function pg_temp.holds(needle text) returns boolean language plpgsql as $$
    declare
        t text;
        held boolean;
        bytes text := encode(convert_to(needle, 'UTF8'), 'hex');
    begin
        for t in select table_name::text from information_schema.tables
            where table_schema = 'public' and table_name <> 'directory_entries'
        loop
            execute format('select exists (select from %I x '
                || 'where strpos(x::text, $1) > 0 or strpos(x::text, $2) > 0)', t)
                into held using needle, bytes;
            if held then
                return true;
            end if;
        end loop;
        return false;
    end
    $$";

query! {
    Held { text: String as Text } -> (Bool,)
    "select pg_temp.holds(?)"
}

query! {
    /// The facts of some tenants: first those of their trails, then those of their outboxes.
    Facts { tenants: Vec<Uuid> as Array<SqlUuid>, tenants_again: Vec<Uuid> as Array<SqlUuid> }
        -> (Bool, SqlUuid, Jsonb)
    "select * from ( \
        (select true as audited, tenant_id, fact from audit_records \
            where tenant_id = any (?) order by sequence) \
        union all \
        (select false, tenant_id, fact from outbox where tenant_id = any (?) order by id)) as told"
}

query! {
    /// Three copies share each moment, so that lists have ties to break.
    Copies { times: i32 as Integer, resource: Uuid as SqlUuid } -> (SqlUuid,)
    "with copies as ( \
        select gen_random_uuid() as id, (n / 3) * interval '1 millisecond' as later, x.* \
        from generate_series(1, ?) n, (select ?::uuid as original) x), \
     resource as ( \
        insert into resources (tenant_id, id, kind, title, summary, tags, state, revision, \
            head_number, head_digest, head_draft_revision, head_published_at, offered_at) \
        select r.tenant_id, c.id, r.kind, r.title, r.summary, r.tags, r.state, r.revision, \
            r.head_number, r.head_digest, r.head_draft_revision, r.head_published_at, \
            r.offered_at + c.later \
        from copies c join resources r on r.id = c.original), \
     copied as ( \
        insert into shares (tenant_id, resource_id, audience_id, id, kind, audience, level, \
            listed_at, expires_at, granted_at) \
        select s.tenant_id, c.id, s.audience_id, gen_random_uuid(), s.kind, s.audience, s.level, \
            s.listed_at + c.later, s.expires_at, s.granted_at \
        from copies c join shares s on s.resource_id = c.original) \
     select id from copies"
}

impl TestDatabase {
    /// Copies a resource with its grants, but not its texts: enough for lists. The new ids.
    pub async fn copies(&self, resource: Uuid, times: i32) -> Vec<Uuid> {
        let conn = self.owner().await;
        let copies = Copies { times, resource };
        let rows: Result<Vec<(Uuid,)>, _> = Db::of_owner(&conn).rows(copies).await;
        must(rows, "copying").into_iter().map(|(id,)| id).collect()
    }

    /// What stands in the tables for `tenant`; the nil UUID is the platform.
    pub async fn footprint(&self, tenant: Uuid) -> Footprint {
        let conn = self.owner().await;
        let db = Db::of_owner(&conn);
        must(db.batch(FOOTPRINT).await, "preparing a footprint");
        let rows: Vec<(String, i64, String)> =
            must(db.rows(Rows { tenant }).await, "taking a footprint");
        let pair = |(name, rows, digest)| (name, (rows, digest));
        rows.into_iter().map(pair).collect()
    }

    /// Whether `text` stands anywhere in the database, in whatever table.
    pub async fn holds(&self, text: &str) -> bool {
        let conn = self.owner().await;
        let db = Db::of_owner(&conn);
        must(db.batch(HOLDS).await, "preparing a search");
        let text = text.to_owned();
        let held: Option<(bool,)> = must(db.row(Held { text }).await, "searching");
        held == Some((true,))
    }

    /// What was told of each of `tenants`, oldest first; the nil UUID is the platform.
    pub async fn told(&self, tenants: &[Uuid]) -> Vec<Told> {
        let conn = self.owner().await;
        let facts = Facts {
            tenants: tenants.to_vec(),
            tenants_again: tenants.to_vec(),
        };
        let rows: Result<Vec<(bool, Uuid, serde_json::Value)>, _> =
            Db::of_owner(&conn).rows(facts).await;
        let rows = must(rows, "reading trails and outboxes");
        let of = |tenant: Uuid, kept: bool| {
            let rows = rows.iter().filter(|row| (row.0, row.1) == (kept, tenant));
            rows.map(|(_, _, fact)| fact.clone()).collect()
        };
        let told = |tenant: &Uuid| Told {
            audited: of(*tenant, true),
            posted: of(*tenant, false),
        };
        tenants.iter().map(told).collect()
    }

    /// The facts in the audit trail of `tenant`, oldest first.
    pub async fn audited(&self, tenant: Uuid) -> Vec<serde_json::Value> {
        let told = self.told(&[tenant]).await.into_iter().next();
        told.map(|told| told.audited).unwrap_or_default()
    }

    /// Alters the audit trail of `tenant`.
    pub async fn tamper(&self, tenant: Uuid, how: Tampering) {
        let (change, sequence) = match how {
            Tampering::Rewrite(sequence) => (r#"set fact = '{"type": "group.formed"}'"#, sequence),
            Tampering::Reattribute(sequence) => ("set actor = gen_random_uuid()", sequence),
            Tampering::Redate(sequence) => ("set at = at - interval '1 microsecond'", sequence),
            Tampering::Redigest(sequence) => ("set digest = sha256(digest)", sequence),
            Tampering::Shorten(sequence) => ("set digest = substr(digest, 2)", sequence),
            Tampering::Remove(sequence) => ("", sequence),
        };
        let change = match how {
            Tampering::Remove(_) => "delete from audit_records".to_owned(),
            _ => format!("update audit_records {change}"),
        };
        let place = format!("where tenant_id = '{tenant}' and sequence = {sequence}");
        self.as_owner(&format!("{change} {place}")).await;
    }

    /// Lets whoever holds a job hold it no longer.
    pub async fn let_leases_lapse(&self) {
        self.as_owner("update jobs set lease_until = now() - interval '1 s'")
            .await;
    }

    /// Lets no courier come near an endpoint of webhooks.
    pub async fn hold_webhooks(&self) {
        self.as_owner("update webhook_endpoints set leased_until = now() + interval '1 year'")
            .await;
    }

    /// Makes every job one to be forgotten.
    pub async fn let_jobs_expire(&self) {
        self.as_owner("update jobs set expires_at = now() - interval '1 s'")
            .await;
    }

    /// Lets the grant `share` have run out a second ago.
    pub async fn let_expire(&self, share: Uuid) {
        let past = "now() - interval '1 second'";
        let expire = format!("update shares set expires_at = {past} where id = '{share}'");
        self.as_owner(&expire).await;
    }

    /// Grants `resource` to so many audiences that nobody is part of.
    pub async fn grant_to_nobody(&self, resource: Uuid, times: u32) {
        let grant = format!(
            "insert into shares (tenant_id, resource_id, audience_id, id, kind, audience, level, \
                granted_at) \
             select s.tenant_id, s.resource_id, gen_random_uuid(), gen_random_uuid(), s.kind, \
                '{{\"type\": \"network\"}}', 0, now() \
             from shares s, generate_series(1, {times}) \
             where s.resource_id = '{resource}' and s.audience is null"
        );
        self.as_owner(&grant).await;
    }

    /// Has the directory know how many live in `tenant`.
    pub async fn populate(&self, tenant: &Tenant, inhabitants: u32) {
        let siren = &tenant.siren;
        let count = format!(
            "update directory_entries set population = {inhabitants} where siren = '{siren}'"
        );
        self.as_owner(&count).await;
    }

    /// Results of these numbers beside the one of `temps` of a use case, each a second newer than the
    /// last, with means from 0 to 6, shared openly.
    pub async fn repeat_result(&self, use_case: &str, numbers: std::ops::RangeInclusive<u32>) {
        let (from, to) = numbers.into_inner();
        let copies = format!(
            "insert into results (tenant_id, resource_id, indicator_id, id, protocol_version, \
                protocol_digest, use_case, code, question, indicator, report, sharing, revision, \
                figures_revision, recorded_by, recorded_at) \
             select tenant_id, resource_id, 'temps-' || n, gen_random_uuid(), protocol_version, \
                protocol_digest, use_case, code, question, indicator, \
                jsonb_set(report, '{{figures,mean}}', to_jsonb(n % 7)), 'open', 1, 1, recorded_by, \
                recorded_at + n * interval '1 second' \
             from results, generate_series({from}, {to}) n \
             where use_case = '{use_case}' and indicator_id = 'temps'"
        );
        self.as_owner(&copies).await;
    }

    async fn owner(&self) -> AsyncPgConnection {
        let conn = AsyncPgConnection::establish(&self.owner_url()).await;
        must(conn, "connecting")
    }

    /// Spoils what was reported, so that no result there is can be read.
    pub async fn spoil_results(&self) {
        self.as_owner("update results set report = '{}'").await;
    }
}
