//! The national directory as one compressed CSV file inside the binary.
//!
//! We ship a file rather than call a public API: an instance must start with no
//! network. The columns, their source and its traps are in `infra/data/README.md`.
//!
//! For a new vintage: unpack the package, run `maillage directory refresh`, then
//! bring the tests below, `package.rs` and that README in line with what changed.

use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::identity::DirectoryEntry;

mod package;

const SHIPPED: &[u8] = include_bytes!("../../data/directory.csv.zst");
const LEVEL: i32 = 19;

/// What a refresh wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefreshReport {
    /// Number of rows by type.
    pub counts: BTreeMap<String, usize>,
}

/// Why the directory could not be read or rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryFileError {
    /// A file cannot be read or written.
    #[error("{0}")]
    File(PathBuf, #[source] io::Error),
    /// A file of the package is not the JSON we know.
    #[error("{0}")]
    Json(PathBuf, #[source] serde_json::Error),
    /// The CSV cannot be written, or what is shipped cannot be read.
    #[error("directory CSV")]
    Csv(#[from] csv::Error),
    /// The compressor failed.
    #[error("directory compression")]
    Zstd(#[from] io::Error),
    /// The package contradicts itself, or says what it never said: code, reason.
    #[error("{0} {1}")]
    Incoherent(String, &'static str),
}

/// The directory shipped in this binary, sorted by code.
pub fn shipped() -> Result<Vec<DirectoryEntry>, DirectoryFileError> {
    let mut csv = csv::Reader::from_reader(zstd::Decoder::new(SHIPPED)?);
    Ok(csv.deserialize().collect::<Result<_, _>>()?)
}

/// Rebuilds the file from an unpacked `@etalab/decoupage-administratif`.
///
/// The same package and the same libzstd give the same bytes.
pub fn refresh(package: &Path, output: &Path) -> Result<RefreshReport, DirectoryFileError> {
    let rows = package::rows(&package.join("data"))?;
    let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.write_all(&to_csv(&rows)?)?;
    let file = encoder.finish()?;
    std::fs::write(output, file).map_err(|e| DirectoryFileError::File(output.into(), e))?;
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.body_type).or_default() += 1;
    }
    Ok(RefreshReport { counts })
}

fn to_csv(rows: &[DirectoryEntry]) -> Result<Vec<u8>, DirectoryFileError> {
    let mut text = Vec::new();
    let mut csv = csv::Writer::from_writer(&mut text);
    rows.iter().try_for_each(|row| csv.serialize(row))?;
    csv.flush()?;
    drop(csv);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    type Tested = Result<(), DirectoryFileError>;

    fn luhn(siren: &str) -> bool {
        let digits = siren.bytes().rev().map(|b| u32::from(b.wrapping_sub(b'0')));
        let doubled = digits.zip([1, 2].into_iter().cycle()).map(|(d, by)| d * by);
        let sum: u32 = doubled.map(|d| d / 10 + d % 10).sum();
        siren.len() == 9
            && siren.bytes().all(|b| b.is_ascii_digit())
            && sum > 0
            && sum.is_multiple_of(10)
    }

    #[test]
    fn counts_are_those_of_the_source() -> Tested {
        let mut counts = BTreeMap::<String, usize>::new();
        for row in shipped()? {
            *counts.entry(row.body_type).or_default() += 1;
        }
        let counts: Vec<_> = counts.iter().map(|(k, n)| format!("{k} {n}")).collect();
        let expected = "ca 230, cc 989, commune 34969, cu 14, departement 109, ept 11, \
                        metropole 21, metropole_lyon 1, region 26";
        assert_eq!(counts.join(", "), expected);
        Ok(())
    }

    #[test]
    fn communes_are_whole() -> Tested {
        let mut communes = shipped()?;
        communes.retain(|row| row.body_type == "commune");
        assert_eq!(
            communes.iter().filter(|c| c.siren.is_some()).count(),
            34_875
        );
        let people = communes.iter().filter_map(|c| c.population);
        assert_eq!(people.map(i64::from).sum::<i64>(), 68_952_941);
        assert_eq!(
            communes.iter().filter(|c| c.population == Some(0)).count(),
            6
        );
        assert_eq!(
            communes.iter().filter(|c| c.population.is_none()).count(),
            6
        );
        let at_sea = |c: &&DirectoryEntry| c.epci.is_none() && c.zone.as_deref() != Some("com");
        let islands: BTreeSet<_> = communes
            .iter()
            .filter(at_sea)
            .filter_map(|c| c.insee.as_deref())
            .collect();
        assert_eq!(
            islands,
            BTreeSet::from(["22016", "29083", "29155", "85113"])
        );
        Ok(())
    }

    #[test]
    fn keys_and_references_hold() -> Tested {
        let rows = shipped()?;
        assert!(
            rows.is_sorted_by(|a, b| a.code < b.code),
            "sorted, hence unique"
        );
        let sirens: Vec<_> = rows.iter().filter_map(|r| r.siren.as_deref()).collect();
        let unique: BTreeSet<_> = sirens.iter().collect();
        assert_eq!((sirens.len(), unique.len()), (36_141, 36_141));
        assert_eq!(sirens.iter().find(|siren| !luhn(siren)), None);
        let codes: BTreeSet<_> = rows.iter().map(|r| r.code.as_str()).collect();
        for row in &rows {
            let department = row
                .department
                .as_ref()
                .map(|d| format!("dep-{}", d.to_lowercase()));
            let region = row.region.as_ref().map(|r| format!("reg-{r}"));
            for known in [&row.siren, &row.epci, &department, &region]
                .into_iter()
                .flatten()
            {
                assert!(codes.contains(known.as_str()), "{known} of {row:?}");
            }
            assert!(row.region.is_some(), "{row:?}");
            assert!(
                matches!(row.zone.as_deref(), Some("metro" | "drom" | "com")),
                "{row:?}"
            );
        }
        Ok(())
    }

    #[test]
    fn golden_rows() -> Tested {
        let text = String::from_utf8(to_csv(&shipped()?)?).map_err(io::Error::other)?;
        let lines: BTreeSet<_> = text.lines().collect();
        for line in [
            "249500109,ca,CA de Cergy-Pontoise,249500109,,95,11,,217763,metro",
            "219501277,commune,Cergy,219501277,95127,95,11,249500109,70906,metro",
            "219505005,commune,Pontoise,219505005,95500,95,11,249500109,31970,metro",
            "211301130,commune,Venelles,211301130,13113,13,93,200054807,8418,metro",
            "929939411,commune,Saint-Denis,929939411,93066,93,11,200054781,149077,metro",
            "200057867,ept,Plaine Commune,200057867,,93,11,,453671,metro",
            "commune-97501,commune,Miquelon-Langlade,,97501,975,975,,596,com",
            "dep-2a,departement,Corse-du-Sud,,,2A,94,,168306,metro",
            "reg-94,region,Corse,,,,94,,355486,metro",
        ] {
            assert!(lines.contains(line), "{line}");
        }
        Ok(())
    }

    #[test]
    fn the_file_is_what_this_code_writes() -> Tested {
        assert_eq!(zstd::decode_all(SHIPPED)?, to_csv(&shipped()?)?);
        Ok(())
    }
}
