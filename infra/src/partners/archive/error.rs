//! Why an archive was not written, or not taken in. Operators read these, hence in French.

use std::io;

use maillage_domain::partners::archive::{LineFault, ManifestFault};

use super::SealError;
use crate::error::StoreError;

/// Why there is no archive, or nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The database cannot be reached.
    #[error("base de données injoignable : {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    /// Statements failed.
    #[error("base de données : {0}")]
    Store(#[from] StoreError),
    /// The file cannot be written or read, or is no archive.
    #[error("archive : {0}")]
    File(#[from] io::Error),
    /// No collectivity of that SIREN has joined.
    #[error("aucune collectivité de cette instance n'a le SIREN {0}")]
    Unknown(String),
    /// Something has no canonical form, or cannot be signed.
    #[error("l'archive ne peut pas être écrite : {0}")]
    Unwritable(String),
    /// The signature proves nothing.
    #[error("{0} : rien n'a été importé")]
    Seal(#[from] SealError),
    /// The signature is of another file.
    #[error(
        "l'archive n'est pas celle qui a été signée (empreinte SHA-256 différente : elle est \
         tronquée ou modifiée) : rien n'a été importé"
    )]
    Altered,
    /// It is of another collectivity than named.
    #[error(
        "l'archive est celle de la collectivité {found}, et non de {wanted} : rien n'a été importé"
    )]
    Foreign {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// The manifest is none.
    #[error("{0} : rien n'a été importé")]
    Manifest(#[from] ManifestFault),
    /// It does not consist of what an archive consists of.
    #[error("l'archive contient « {found} » là où « {wanted} » est attendu : rien n'a été importé")]
    Layout {
        /// What stands there.
        found: String,
        /// What should.
        wanted: String,
    },
    /// A file in it is not what the manifest says.
    #[error(
        "« {0} » n'a pas la longueur ou l'empreinte que dit manifest.json : rien n'a été importé"
    )]
    Entry(String),
    /// A line is not what it should be.
    #[error("{path}, ligne {line} : {fault} : rien n'a été importé")]
    Line {
        /// Of which file.
        path: String,
        /// Which line, from 1.
        line: u64,
        /// What is wrong.
        fault: LineFault,
    },
    /// A line is longer than any that we write, or the last one has no end.
    #[error("{path}, ligne {line} : ligne trop longue ou sans fin : rien n'a été importé")]
    Length {
        /// Of which file.
        path: String,
        /// Which line, from 1.
        line: u64,
    },
    /// The database does not take lines.
    #[error("{path}, avant la ligne {line} : refusé par la base ({cause}) : rien n'a été importé")]
    Rejected {
        /// Of which file.
        path: String,
        /// After the last of them.
        line: u64,
        /// What the database says.
        cause: StoreError,
    },
    /// The collectivity is here already.
    #[error("la collectivité {0} est déjà dans cette instance : rien n'a été importé")]
    Present(String),
    /// Somebody is here already, as somebody else.
    #[error(
        "{0} a déjà dans cette instance un compte d'un autre identifiant ou d'un autre nom : rien \
         n'a été importé"
    )]
    Person(String),
    /// Somebody works for the collectivity who is not among its people.
    #[error("data/persons.jsonl : {0} y manque : rien n'a été importé")]
    Nobody(String),
    /// What was published is not what its digest says.
    #[error(
        "la version {number} de {resource} n'est pas celle de son empreinte : rien n'a été importé"
    )]
    Version {
        /// Of which resource.
        resource: String,
        /// Which.
        number: i32,
    },
    /// What was taken in would not come out as the same.
    #[error("« {0} » ne ressortirait pas à l'identique de cette instance : rien n'a été importé")]
    Unfaithful(String),
}

impl ArchiveError {
    /// A line that is not what it should be.
    pub(super) fn line(path: &str, line: u64, fault: LineFault) -> Self {
        let path = path.to_owned();
        Self::Line { path, line, fault }
    }
}
