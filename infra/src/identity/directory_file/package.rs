//! Reads the npm package `@etalab/decoupage-administratif` into directory rows.
//!
//! Only `maillage directory refresh` comes here. We refuse a package that
//! contradicts itself rather than guess: a wrong directory enrols wrong tenants.

use super::DirectoryFileError::{self, File, Incoherent, Json};
use crate::identity::DirectoryEntry;
use serde::{Deserialize, de::DeserializeOwned};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Every current entry of the package, sorted by code.
pub(super) fn rows(data: &Path) -> Result<Vec<DirectoryEntry>, DirectoryFileError> {
    let mut communes: Vec<Commune> = read(&data.join("communes.json"))?;
    communes.retain(|c| c.r#type == "commune-actuelle");
    let epcis: Vec<Group> = read(&data.join("epci.json"))?;
    let epts: Vec<Group> = read(&data.join("ept.json"))?;
    let departments: Vec<Area> = read(&data.join("departements.json"))?;
    let regions: Vec<Area> = read(&data.join("regions.json"))?;

    let mut epci_of = BTreeMap::new();
    for epci in &epcis {
        for member in &epci.membres {
            if epci_of.insert(&member.code, &epci.code).is_some() {
                return Err(Incoherent(member.code.clone(), "is in two EPCI"));
            }
        }
    }
    let by_insee = communes.iter().map(|c| (&c.code, c)).collect();
    let mut rows = Vec::new();
    for c in &communes {
        let key = || format!("commune-{}", c.code);
        rows.push(DirectoryEntry {
            code: c.siren.clone().unwrap_or_else(key),
            body_type: "commune".to_owned(),
            name: c.nom.clone(),
            siren: c.siren.clone(),
            insee: Some(c.code.clone()),
            department: Some(c.departement.clone()),
            region: Some(c.region.clone()),
            epci: epci_of.get(&c.code).copied().cloned(),
            population: c.population,
            zone: Some(c.zone.clone()),
        });
    }
    for group in epcis.iter().chain(&epts) {
        rows.push(group_row(group, &by_insee)?);
    }
    for d in &departments {
        let inside = communes.iter().filter(|c| c.departement == d.code);
        rows.push(area_row("dep", "departement", d, inside)?);
    }
    for r in &regions {
        let inside = communes.iter().filter(|c| c.region == r.code);
        rows.push(area_row("reg", "region", r, inside)?);
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let mut seen = BTreeSet::new();
    match rows.iter().find(|row| !seen.insert(&row.code)) {
        Some(twin) => Err(Incoherent(twin.code.clone(), "is there twice")),
        None => Ok(rows),
    }
}

fn group_row(
    group: &Group,
    by_insee: &BTreeMap<&String, &Commune>,
) -> Result<DirectoryEntry, DirectoryFileError> {
    let kind = match group.r#type.as_str() {
        "CC" => "cc",
        "CA" => "ca",
        "CU" => "cu",
        "METRO" => "metropole",
        "MET69" => "metropole_lyon",
        "EPT" => "ept",
        _ => return Err(Incoherent(group.code.clone(), "has an unknown type")),
    };
    let mut departments = BTreeMap::new();
    for member in &group.membres {
        let Some(commune) = by_insee.get(&member.code) else {
            return Err(Incoherent(member.code.clone(), "is no commune"));
        };
        let entry = departments.entry(&commune.departement);
        entry.or_insert((0_i64, commune)).0 += i64::from(member.population_municipale);
    }
    // On equal figures the lower code wins, whatever the order of the members.
    let most = departments
        .iter()
        .max_by_key(|(code, (people, _))| (*people, Reverse(*code)));
    let Some((_, (_, within))) = most else {
        return Err(Incoherent(group.code.clone(), "has no member"));
    };
    Ok(DirectoryEntry {
        code: group.code.clone(),
        body_type: kind.to_owned(),
        name: group.nom.clone(),
        siren: Some(group.code.clone()),
        department: Some(within.departement.clone()),
        region: Some(within.region.clone()),
        population: Some(group.population_municipale),
        zone: Some(within.zone.clone()),
        ..DirectoryEntry::default()
    })
}

fn area_row<'a>(
    prefix: &str,
    kind: &str,
    area: &Area,
    mut communes: impl Iterator<Item = &'a Commune>,
) -> Result<DirectoryEntry, DirectoryFileError> {
    // A sum with an unknown term is unknown, not smaller.
    let people = communes.try_fold(0_i64, |sum, c| Some(sum + i64::from(c.population?)));
    let population = people.map(i32::try_from).transpose();
    Ok(DirectoryEntry {
        code: format!("{prefix}-{}", area.code.to_ascii_lowercase()),
        body_type: kind.to_owned(),
        name: area.nom.clone(),
        department: area.region.as_ref().map(|_| area.code.clone()),
        region: area.region.clone().or_else(|| Some(area.code.clone())),
        population: population.map_err(|_| Incoherent(area.code.clone(), "overflows"))?,
        zone: Some(area.zone.clone()),
        ..DirectoryEntry::default()
    })
}

#[derive(Deserialize)]
struct Commune {
    code: String,
    nom: String,
    r#type: String,
    siren: Option<String>,
    departement: String,
    region: String,
    population: Option<i32>,
    zone: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    code: String,
    nom: String,
    r#type: String,
    population_municipale: i32,
    membres: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    code: String,
    population_municipale: i32,
}

#[derive(Deserialize)]
struct Area {
    code: String,
    nom: String,
    region: Option<String>,
    zone: String,
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, DirectoryFileError> {
    let text = std::fs::read(path).map_err(|e| File(path.into(), e))?;
    serde_json::from_slice(&text).map_err(|e| Json(path.into(), e))
}

#[cfg(test)]
mod tests {
    use super::super::refresh;
    use super::*;
    use std::{fs, process};

    const COMMUNES: &str = r#"[
        {"code": "2A001", "nom": "A, \"a\"", "type": "commune-actuelle", "siren": "2",
         "departement": "2A", "region": "94", "zone": "metro", "population": 3},
        {"code": "2B001", "nom": "B", "type": "commune-actuelle", "siren": "1",
         "departement": "2B", "region": "94", "zone": "metro", "population": 0},
        {"code": "2B001", "nom": "Ancienne", "type": "commune-deleguee",
         "departement": "2B", "region": "94", "zone": "metro"},
        {"code": "98411", "nom": "C", "type": "commune-actuelle",
         "departement": "984", "region": "984", "zone": "com"}]"#;
    const DEPARTMENTS: &str = r#"[{"code": "2A", "nom": "D", "region": "94", "zone": "metro"},
        {"code": "984", "nom": "T", "region": "984", "zone": "com"}]"#;
    const REGIONS: &str = r#"[{"code": "94", "nom": "R", "zone": "metro"}]"#;

    fn group(kind: &str, code: &str, members: &[&str]) -> String {
        let member = |code| serde_json::json!({"code": code, "populationMunicipale": 5});
        let members: Vec<_> = members.iter().map(member).collect();
        serde_json::json!([{"code": code, "nom": "G", "type": kind, "membres": members,
            "populationMunicipale": 9}])
        .to_string()
    }

    /// The CSV made from a package with these intercommunalities.
    fn refreshed(test: &str, epci: &str, ept: &str) -> Result<String, DirectoryFileError> {
        let package = std::env::temp_dir().join(format!("directory-{test}-{}", process::id()));
        let data = package.join("data");
        fs::create_dir_all(&data)?;
        fs::write(data.join("communes.json"), COMMUNES)?;
        fs::write(data.join("epci.json"), epci)?;
        fs::write(data.join("ept.json"), ept)?;
        fs::write(data.join("departements.json"), DEPARTMENTS)?;
        fs::write(data.join("regions.json"), REGIONS)?;
        let output = package.join("out");
        let bytes = refresh(&package, &output).map(|_| fs::read(&output));
        fs::remove_dir_all(&package)?;
        let csv = zstd::decode_all(bytes??.as_slice())?;
        Ok(String::from_utf8_lossy(&csv).into_owned())
    }

    #[test]
    fn a_small_package_gives_this_file() -> Result<(), DirectoryFileError> {
        let epci = group("CC", "8", &["2B001", "2A001"]);
        let text = refreshed("whole", &epci, &group("EPT", "9", &["2B001"]))?;
        let expected = "\
code,type,name,siren,insee,department,region,epci,population,zone
1,commune,B,1,2B001,2B,94,8,0,metro
2,commune,\"A, \"\"a\"\"\",2,2A001,2A,94,8,3,metro
8,cc,G,8,,2A,94,,9,metro
9,ept,G,9,,2B,94,,9,metro
commune-98411,commune,C,,98411,984,984,,,com
dep-2a,departement,D,,,2A,94,,3,metro
dep-984,departement,T,,,984,984,,,com
reg-94,region,R,,,,94,,3,metro
";
        assert_eq!(text, expected);
        Ok(())
    }

    #[test]
    fn an_incoherent_package_is_refused() {
        for (kind, code, members, reason) in [
            ("XX", "8", &[][..], "8 has an unknown type"),
            ("CC", "8", &[][..], "8 has no member"),
            ("CC", "8", &["99999"][..], "99999 is no commune"),
            ("CC", "8", &["2A001", "2A001"][..], "2A001 is in two EPCI"),
            ("CC", "1", &["2A001"][..], "1 is there twice"),
        ] {
            let refused = refreshed(reason, &group(kind, code, members), "[]").err();
            assert_eq!(refused.map(|e| e.to_string()).as_deref(), Some(reason));
        }
    }
}
