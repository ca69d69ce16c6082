//! A populated database, and who asks it.

use std::time::Instant;

use maillage_domain::commons::Audience;
use maillage_domain::identity::BodyType;
use maillage_domain::value::{CollectivityId, PersonId, ResourceId, SessionId};
use maillage_infra::embedded::Cluster;
use maillage_infra::migrate;
use maillage_infra::store::Bearer;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::Failure;
use crate::flags::Flags;

const BUILD: &str = include_str!("build.sql");
const PUBLIC: &str = include_str!("public.sql");

/// How much there is of everything.
#[derive(Clone, Debug)]
pub struct Sizes {
    pub tenants: u32,
    pub resources: u32,
    groups: u32,
    /// Per mille of the published resources that are granted to groups.
    granted: u32,
    documents: u32,
    /// How many callers take turns, at most.
    callers: i64,
}

/// A database and the people who ask it.
pub struct World {
    pub sizes: Sizes,
    /// Where its owner connects.
    pub owner_url: String,
    /// Where the server connects.
    pub app_url: String,
    pub callers: Vec<Caller>,
}

/// Someone who asks, with what there is for them to ask about.
#[derive(Clone, Debug)]
pub struct Caller {
    pub bearer: Bearer,
    /// A charter of their own collectivity.
    pub own: ResourceId,
    /// A charter of another, seen through a group.
    pub through_group: ResourceId,
}

impl Sizes {
    /// As the flags say: everyone in about 5 groups of about 25.
    pub fn big(flags: &Flags) -> Self {
        Self {
            tenants: flags.tenants,
            resources: flags.resources,
            groups: (flags.tenants / 5).max(5),
            granted: 100,
            documents: flags.documents.min(flags.resources),
            callers: flags.callers,
        }
    }

    /// Four tenants in five groups. Each has as many resources as in the big one, and each group
    /// as many grants: what a caller sees is the same, only the rest of the world is missing.
    pub fn small(flags: &Flags) -> Self {
        let big = Self::big(flags);
        let resources = (big.resources / big.tenants * 4).max(60);
        let groups = 5;
        Self {
            tenants: 4,
            resources,
            groups,
            granted: big.granted * (big.resources / big.groups) / (resources / groups).max(1),
            documents: resources,
            callers: flags.callers,
        }
    }
}

/// A connection of the owner's, for as long as the runtime lives.
pub async fn connect(url: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

impl World {
    /// Builds the database `name`, unless an earlier run has.
    pub async fn ready(
        cluster: &Cluster,
        name: &'static str,
        sizes: Sizes,
    ) -> Result<Self, Failure> {
        let maintenance = connect(&cluster.url(Cluster::OWNER, "postgres")).await?;
        let owner = cluster.url(Cluster::OWNER, name);
        // Built under another name: what stands under this one is whole.
        let built = format!(
            "{name}_{}_{}_{}",
            sizes.tenants, sizes.resources, sizes.documents
        );
        let exists = "select from pg_database where datname = $1";
        if maintenance.query_opt(exists, &[&built]).await?.is_none() {
            println!(
                "\nBuilding {built}: {} tenants, {} resources, {} groups.",
                sizes.tenants, sizes.resources, sizes.groups
            );
            let start = format!("drop database if exists {name}; create database {name}");
            for statement in start.split(';') {
                maintenance.batch_execute(statement).await?;
            }
            migrate::migrate(&owner).await?;
            migrate::load_shipped_directory(&owner, false).await?;
            let begun = Instant::now();
            run(&connect(&owner).await?, BUILD, &sizes, 0).await?;
            println!("  {:>7.1?}  in all", begun.elapsed());
            let rename = format!("alter database {name} rename to {built}");
            // The builders' connections have been closed; the server may not have noticed yet.
            let mut tries = 0;
            while let Err(error) = maintenance.batch_execute(&rename).await {
                tries += 1;
                if tries == 50 {
                    return Err(error.into());
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
        let owner_url = cluster.url(Cluster::OWNER, &built);
        let client = connect(&owner_url).await?;
        survey(&client).await?;
        let callers = callers(&client, sizes.callers).await?;
        Ok(Self {
            sizes,
            owner_url,
            app_url: cluster.url("maillage_app", &built),
            callers,
        })
    }

    /// Grants so many per mille of what is published to everyone, and reads it all into memory.
    pub async fn publish(&self, public: u32) -> Result<(), Failure> {
        let client = connect(&self.owner_url).await?;
        run(&client, PUBLIC, &self.sizes, public).await?;
        warm(&client).await
    }
}

/// Runs the steps of a file, and says how long each took.
async fn run(client: &Client, steps: &str, sizes: &Sizes, public: u32) -> Result<(), Failure> {
    let type_audience = |&value: &BodyType| {
        let audience = Audience::CollectivityType { value };
        format!("\"{value}\": \"{}\"", audience.id())
    };
    let types: Vec<String> = BodyType::ALL.iter().map(type_audience).collect();
    let every = (sizes.resources / sizes.documents).max(1);
    for step in steps.split("-- step: ").skip(1) {
        let (title, sql) = step.split_once('\n').unwrap_or((step, ""));
        let sql = sql
            .replace(":types", &format!("{{{}}}", types.join(", ")))
            .replace(":network", &Audience::Network.id().to_string())
            .replace(":everyone", &Audience::Public.id().to_string())
            .replace(":tenants", &sizes.tenants.to_string())
            .replace(":resources", &sizes.resources.to_string())
            .replace(":groups", &sizes.groups.to_string())
            .replace(":granted", &sizes.granted.to_string())
            .replace(":every", &every.to_string())
            .replace(":public", &public.to_string());
        let started = Instant::now();
        client.batch_execute(&sql).await?;
        println!("  {:>7.1?}  {title}", started.elapsed());
    }
    Ok(())
}

/// Says how much there is.
async fn survey(client: &Client) -> Result<(), Failure> {
    let count = async |table: &str| -> Result<i64, Failure> {
        let sql = format!("select count(*) from {table}");
        Ok(client.query_one(&sql, &[]).await?.get(0))
    };
    for table in [
        "collectivities",
        "sessions",
        "participations",
        "resources",
        "versions",
        "shares",
        "events",
        "search_documents",
    ] {
        println!("  {:>9} {table}", count(table).await?);
    }
    let size = "select pg_size_pretty(pg_database_size(current_database()))";
    let size: String = client.query_one(size, &[]).await?.get(0);
    println!("  {size:>9} on disk");
    Ok(())
}

/// Reads everything into memory: a benchmark of the disk would be another one.
async fn warm(client: &Client) -> Result<(), Failure> {
    let warm = "create extension if not exists pg_prewarm; \
        select pg_prewarm(oid) from pg_class \
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')";
    if client.batch_execute(warm).await.is_err() {
        println!("  (no pg_prewarm here: the first calls warm up alone)");
    }
    Ok(())
}

/// People with a session, a charter of their own and one that they see through a group.
async fn callers(client: &Client, most: i64) -> Result<Vec<Caller>, Failure> {
    let sql = "
        select s.id::text, s.person_id::text, s.tenant_id::text, own.resource_id::text,
            other.resource_id::text
        from sessions s, lateral (
            select resource_id from shares where tenant_id = s.tenant_id and level = 2
                and kind = 'charter' order by md5(resource_id::text) limit 1) own, lateral (
            select x.resource_id from participations p join shares x on x.audience_id = p.group_id
            where p.tenant_id = s.tenant_id and p.state = 'active' and x.kind = 'charter'
                and x.listed_at is not null and x.tenant_id <> s.tenant_id
            order by md5(x.resource_id::text) limit 1) other
        where s.closed_at is null order by md5(s.id::text) limit $1";
    let rows = client.query(sql, &[&most]).await?;
    let caller = |row: &tokio_postgres::Row| -> Result<Caller, Failure> {
        let id = |column: usize| -> Result<Uuid, Failure> {
            Ok(row.try_get::<_, &str>(column)?.parse()?)
        };
        Ok(Caller {
            bearer: Bearer {
                session: SessionId(id(0)?),
                person: PersonId(id(1)?),
                collectivity: Some(CollectivityId(id(2)?)),
            },
            own: ResourceId(id(3)?),
            through_group: ResourceId(id(4)?),
        })
    };
    rows.iter().map(caller).collect()
}
