//! The directory in the database: loading it, searching it, extending it.

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Float, Integer, Nullable, Text};
use maillage_domain::identity::{BodyType, DirectoryCode, NewBody, fold};

use crate::error::StoreError;
use crate::schema::directory_entries as table;
use crate::sql::{Wording, query};
use crate::store::{Db, Keep, Tx};

/// A public body as the directory tells of it: a row of the table, and of the shipped file, whose
/// columns stand in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, serde::Serialize, serde::Deserialize)]
pub struct DirectoryEntry {
    /// Its key: the SIREN, else `commune-<insee>`, `dep-<code>`, `reg-<code>`.
    pub code: String,
    /// What it is: the slug of a `BodyType`.
    #[serde(rename = "type")]
    pub body_type: String,
    /// Its official name, which is not unique.
    pub name: String,
    /// Absent for départements, régions and communes outside métropole and DROM.
    pub siren: Option<String>,
    /// Code of the Code officiel géographique; communes only.
    pub insee: Option<String>,
    /// Code of its département; for an EPCI or EPT, where most of its inhabitants live.
    pub department: Option<String>,
    /// Code of its région; for an EPCI or EPT, that of `department`.
    pub region: Option<String>,
    /// SIREN of the EPCI à fiscalité propre of a commune; communes only.
    pub epci: Option<String>,
    /// Inhabitants; 0 is a real value, and figures compare within one type only.
    pub population: Option<i32>,
    /// `metro`, `drom` or `com`.
    pub zone: Option<String>,
}

/// What to look for, and where to go on.
#[derive(Clone, Debug, Default)]
pub struct DirectoryFilter {
    /// Part of a name; accents, case and small mistakes do not matter.
    pub text: Option<String>,
    /// Only this type.
    pub body_type: Option<BodyType>,
    /// Only this département.
    pub department: Option<String>,
    /// How many at most.
    pub limit: i64,
    /// Rank and code of the last entry of the page before.
    pub after: Option<(f32, String)>,
}

/// SQL types of a `DirectoryEntry`.
type EntrySql = (
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Integer>,
    Nullable<Text>,
);

/// A search for names: what fits, how well, and which page of it.
///
/// Exact names come first, then beginnings, then what resembles; among equals the most populous.
macro_rules! ranked_text {
    ($fits:literal) => {
        concat!(
            "select code, type, name, siren, insee, department, region, epci, population, zone, \
                rank from ( \
                select *, (case when folded = q then 3 when starts_with(folded, q) then 2 \
                    else 0 end + word_similarity(q, folded) \
                    + least(coalesce(population, 0), 9999999)::real / 100000000)::real as rank \
                from directory_entries, (select ?::text as q) as asked where ",
            $fits,
            ") as found \
             where (?::text is null or type = ?) and (?::text is null or department = ?) \
                and (?::real is null or (-rank, code) > (-?::real, ?)) \
             order by -rank, code limit ?"
        )
    };
}

/// By trigrams: a letter too many or too few does not matter.
#[derive(Clone, Debug)]
enum Closest {}

impl Wording for Closest {
    const TEXT: &'static str = ranked_text!("?::text <% folded");
}

/// By the beginning, for one or two letters.
#[derive(Clone, Debug)]
enum Beginning {}

impl Wording for Beginning {
    const TEXT: &'static str = ranked_text!("folded like ?::text || '%'");
}

query! {
    /// Entries whose name fits, the best first.
    Ranked<W> {
        text: String as Text,
        fits: String as Text,
        body_type: Option<String> as Nullable<Text>,
        body_type_again: Option<String> as Nullable<Text>,
        department: Option<String> as Nullable<Text>,
        department_again: Option<String> as Nullable<Text>,
        rank: Option<f32> as Nullable<Float>,
        rank_again: f32 as Float,
        code: String as Text,
        limit: i64 as BigInt,
    } -> (EntrySql, Float)
}

query! {
    /// All entries, in the order of their codes.
    All {
        body_type: Option<String> as Nullable<Text>,
        body_type_again: Option<String> as Nullable<Text>,
        department: Option<String> as Nullable<Text>,
        department_again: Option<String> as Nullable<Text>,
        code: String as Text,
        limit: i64 as BigInt,
    } -> (EntrySql, Float)
    "select code, type, name, siren, insee, department, region, epci, population, zone, 0::real \
     from directory_entries where (?::text is null or type = ?) \
        and (?::text is null or department = ?) and code > ? order by code limit ?"
}

query! {
    /// One entry by SIREN, INSEE code or code.
    One { siren: Option<String> as Nullable<Text>, insee: Option<String> as Nullable<Text>,
          code: Option<String> as Nullable<Text> } -> (EntrySql,)
    "select code, type, name, siren, insee, department, region, epci, population, zone \
     from directory_entries where siren = ? or insee = ? or code = ? limit 1"
}

query! {
    /// The whole file in one statement: a column per parameter.
    Load {
        codes: Vec<String> as Array<Text>,
        types: Vec<String> as Array<Text>,
        names: Vec<String> as Array<Text>,
        folded: Vec<String> as Array<Text>,
        sirens: Vec<Option<String>> as Array<Nullable<Text>>,
        insees: Vec<Option<String>> as Array<Nullable<Text>>,
        departments: Vec<Option<String>> as Array<Nullable<Text>>,
        regions: Vec<Option<String>> as Array<Nullable<Text>>,
        epcis: Vec<Option<String>> as Array<Nullable<Text>>,
        populations: Vec<Option<i32>> as Array<Nullable<Integer>>,
        zones: Vec<Option<String>> as Array<Nullable<Text>>,
    } -> (Integer,)
    "insert into directory_entries \
        (code, type, name, folded, siren, insee, department, region, epci, population, zone) \
     select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
     on conflict (code) do update set type = excluded.type, name = excluded.name, \
        folded = excluded.folded, siren = excluded.siren, insee = excluded.insee, \
        department = excluded.department, region = excluded.region, epci = excluded.epci, \
        population = excluded.population, zone = excluded.zone"
}

/// The entries that fit, each with its rank; the best first when there is a text.
///
/// # Errors
/// When the database stands in the way.
pub async fn directory_entries(
    db: Db<'_>,
    filter: &DirectoryFilter,
) -> Result<Vec<(DirectoryEntry, f32)>, StoreError> {
    let asked = filter
        .text
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    match asked.map(fold) {
        Some(text) if text.len() > 2 => ranked::<Closest>(db, filter, text).await,
        Some(text) if !text.is_empty() => ranked::<Beginning>(db, filter, text).await,
        // Signs that no name has: not the same as no text.
        Some(_) => Ok(Vec::new()),
        None => {
            let body_type = filter.body_type.map(|body_type| body_type.to_string());
            let department = filter.department.clone();
            let all = All {
                body_type: body_type.clone(),
                body_type_again: body_type,
                department: department.clone(),
                department_again: department,
                code: filter
                    .after
                    .clone()
                    .map(|(_, code)| code)
                    .unwrap_or_default(),
                limit: filter.limit,
            };
            db.list(all).await
        }
    }
}

async fn ranked<W: Wording>(
    db: Db<'_>,
    filter: &DirectoryFilter,
    text: String,
) -> Result<Vec<(DirectoryEntry, f32)>, StoreError>
where
    Ranked<W>: Send,
{
    let body_type = filter.body_type.map(|body_type| body_type.to_string());
    let department = filter.department.clone();
    let (rank, code) = filter.after.clone().unzip();
    let ranked = Ranked::<W> {
        fits: text.clone(),
        text,
        body_type: body_type.clone(),
        body_type_again: body_type,
        department: department.clone(),
        department_again: department,
        rank,
        rank_again: rank.unwrap_or_default(),
        code: code.unwrap_or_default(),
        limit: filter.limit,
        wording: PhantomData,
    };
    db.list(ranked).await
}

/// The entry that `code` addresses.
///
/// # Errors
/// `Missing` when there is none.
pub async fn directory_entry(
    db: Db<'_>,
    code: DirectoryCode,
) -> Result<DirectoryEntry, StoreError> {
    let one = match code {
        DirectoryCode::Siren(siren) => One {
            siren: Some(siren.to_string()),
            insee: None,
            code: None,
        },
        DirectoryCode::Insee(insee) => One {
            siren: None,
            insee: Some(insee),
            code: None,
        },
        DirectoryCode::Code(code) => One {
            siren: None,
            insee: None,
            code: Some(code),
        },
    };
    let found: Option<(DirectoryEntry,)> = db.row(one).await?;
    found.map(|(entry,)| entry).ok_or(StoreError::Missing)
}

/// Loads the shipped directory, as the owner of the database: what it names replaces what an older
/// file said of it. What it names no more (a commune that merged) stays, because it may have joined.
///
/// # Errors
/// When the database stands in the way.
pub async fn load_directory(db: Db<'_>, rows: Vec<DirectoryEntry>) -> Result<usize, StoreError> {
    let mut load = Load {
        codes: Vec::new(),
        types: Vec::new(),
        names: Vec::new(),
        folded: Vec::new(),
        sirens: Vec::new(),
        insees: Vec::new(),
        departments: Vec::new(),
        regions: Vec::new(),
        epcis: Vec::new(),
        populations: Vec::new(),
        zones: Vec::new(),
    };
    for row in rows {
        load.folded.push(fold(&row.name));
        load.codes.push(row.code);
        load.types.push(row.body_type);
        load.names.push(row.name);
        load.sirens.push(row.siren);
        load.insees.push(row.insee);
        load.departments.push(row.department);
        load.regions.push(row.region);
        load.epcis.push(row.epci);
        load.populations.push(row.population);
        load.zones.push(row.zone);
    }
    db.run(load).await
}

impl Keep for NewBody {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let siren = self.siren.as_str();
        let name = self.name.as_str();
        let insert = diesel::insert_into(table::table).values((
            table::code.eq(siren.to_owned()),
            table::body_type.eq(self.body_type.as_str()),
            table::name.eq(name.to_owned()),
            table::folded.eq(fold(name)),
            table::siren.eq(siren.to_owned()),
        ));
        tx.db().run(insert).await.map(|_| ())
    }
}
