//! The directory: the national list of public bodies, public and read-only but for the operator.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::{Permitted, act};
use crate::event::Fact;
use crate::identity::Platform;
use crate::outcome::Outcome;
use crate::value::{Line, Siren};

macro_rules! body_types {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal),+ $(,)?) => {
        /// The type of a public body.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum BodyType { $($(#[$doc])* $variant),+ }

        impl BodyType {
            /// Every type.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable slug, as the API, the database and the directory file write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }
        }

        impl FromStr for BodyType {
            type Err = UnknownBodyType;

            fn from_str(text: &str) -> Result<Self, UnknownBodyType> {
                match text { $($slug => Ok(Self::$variant),)+ _ => Err(UnknownBodyType) }
            }
        }
    };
}

body_types! {
    /// Commune.
    Commune = "commune",
    /// Communauté de communes.
    Cc = "cc",
    /// Communauté d'agglomération.
    Ca = "ca",
    /// Communauté urbaine.
    Cu = "cu",
    /// Métropole.
    Metropole = "metropole",
    /// Métropole de Lyon, legally a collectivité and not an EPCI.
    MetropoleLyon = "metropole_lyon",
    /// Établissement public territorial of the Grand Paris.
    Ept = "ept",
    /// Département.
    Departement = "departement",
    /// Région.
    Region = "region",
    /// Collectivité territoriale unique (Corse, Martinique, Guyane).
    Ctu = "ctu",
    /// Syndicat of communes or syndicat mixte.
    Syndicat = "syndicat",
    /// Pôle métropolitain or PETR.
    Pole = "pole",
    /// Centre communal or intercommunal d'action sociale.
    Ccas = "ccas",
    /// Service départemental d'incendie et de secours.
    Sdis = "sdis",
    /// Centre de gestion de la fonction publique territoriale.
    Cdg = "cdg",
    /// Organisme public de services numériques.
    Opsn = "opsn",
    /// Another public body.
    Other = "other",
}

/// The text names no type of public body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("body_type_unknown")]
pub struct UnknownBodyType;

impl fmt::Display for BodyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a directory entry is addressed: its SIREN, else its INSEE code, `dep-95` or `reg-11`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryCode {
    /// A body that has a SIREN.
    Siren(Siren),
    /// A commune by its INSEE code (COG), five characters.
    Insee(String),
    /// An entry without SIREN, by the code the directory gives it.
    Code(String),
}

/// The text addresses nothing a directory could hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("directory_code_format")]
pub struct DirectoryCodeError;

impl FromStr for DirectoryCode {
    type Err = DirectoryCodeError;

    fn from_str(text: &str) -> Result<Self, DirectoryCodeError> {
        let insee = |text: &str| {
            let mut bytes = text.bytes().enumerate();
            text.len() == 5
                && bytes.all(|(index, byte)| {
                    byte.is_ascii_digit()
                        || (index == 1 && text.starts_with('2') && matches!(byte, b'A' | b'B'))
                })
        };
        if let Ok(siren) = text.parse() {
            Ok(Self::Siren(siren))
        } else if insee(text) {
            Ok(Self::Insee(text.to_owned()))
        } else if ["dep-", "reg-", "commune-"]
            .iter()
            .filter_map(|prefix| text.strip_prefix(prefix))
            .any(|code| !code.is_empty() && !code.contains('-'))
            && text.len() <= 16
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            Ok(Self::Code(text.to_owned()))
        } else {
            Err(DirectoryCodeError)
        }
    }
}

/// Folds a name for searching: ASCII, lower case, one space between words.
///
/// "Saint-Étienne-du-Bois" and "saint etienne du bois" fold to the same text.
pub fn fold(name: &str) -> String {
    let ascii = deunicode::deunicode(name).to_lowercase();
    let words = ascii
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A public body the shipped directory does not hold (syndicat, département, CCAS…).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBody {
    /// Its SIREN.
    pub siren: Siren,
    /// Its official name.
    pub name: Line<200>,
    /// What it is.
    #[serde(rename = "type")]
    pub body_type: BodyType,
}

impl Permitted<act::ExtendDirectory, Platform> {
    /// Adds a public body to the directory.
    pub fn extend(self, body: NewBody) -> Outcome<NewBody> {
        let fact = Fact::DirectoryExtended {
            siren: body.siren.clone(),
        };
        Outcome::new(body, fact)
    }
}
