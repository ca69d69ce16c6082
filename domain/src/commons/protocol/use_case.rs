//! Use cases: what a tool is used for, from the catalogue or of one's own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::value::GroupId;

/// What a tool is used for: a slug of the catalogue, or `x-` and a name that a network agrees on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UseCase(String);

/// The text names no use case. Displays as a stable slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use_case_unknown")]
pub struct UseCaseError;

/// The catalogue: use cases seen in French collectivités (domain reference §6.3), in its order.
pub const USE_CASES: &[(&str, &str)] = &[
    ("writing-assistant", "Assistant de rédaction"),
    (
        "deliberation-drafting",
        "Aide à la rédaction de délibérations",
    ),
    (
        "meeting-minutes",
        "Comptes rendus de réunions et de conseils",
    ),
    ("office-assistant", "Assistant bureautique"),
    ("voice-switchboard", "Standard vocal"),
    (
        "citizen-chatbot",
        "Agent conversationnel ou moteur de recherche pour les habitants",
    ),
    (
        "mail-sorting",
        "Tri et orientation des courriers et courriels",
    ),
    ("bulky-waste-calls", "Standard vocal pour les encombrants"),
    ("water-leaks", "Détection de fuites d'eau"),
    ("building-energy", "Énergie des bâtiments et des stations"),
    ("road-vision", "Relevé de l'état de la voirie par l'image"),
    ("illegal-dumping", "Repérage de dépôts sauvages"),
    ("canteen-waste", "Prévision des repas et gaspillage"),
    ("flood-forecast", "Prévision des inondations"),
    ("parking-mobility", "Stationnement et mobilité"),
    ("planning-permission", "Aide à l'instruction d'urbanisme"),
    ("heat-islands", "Îlots de chaleur et plantabilité"),
    ("plain-language", "Résumé et traduction en langage clair"),
    ("internal-search", "Recherche documentaire interne"),
    ("social-aid", "Pré-instruction d'aides sociales"),
];

/// Whether a text is a code of one's own: `x-` and at most 62 lower-case letters, digits and hyphens.
pub(super) fn is_own(text: &str) -> bool {
    let name = text.strip_prefix("x-").unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=62).contains(&name.len()) && name.bytes().all(fits)
}

impl UseCase {
    /// The code of a use case that a group calls `slug`: lower-case letters, digits and hyphens, at
    /// most 53.
    ///
    /// # Errors
    /// For anything else.
    pub fn of_group(group: GroupId, slug: &str) -> Result<Self, UseCaseError> {
        // The end of the id is random, its beginning a time.
        let tail = group.0.as_u128() & u128::from(u32::MAX);
        let code = format!("x-{tail:08x}-{slug}");
        if slug.is_empty() || !is_own(&code) {
            return Err(UseCaseError);
        }
        Ok(Self(code))
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people call it, in French; the slug where it is of one's own.
    pub fn name(&self) -> &str {
        let entry = USE_CASES.iter().find(|(slug, _)| *slug == self.0);
        entry.map_or(&self.0, |(_, name)| name)
    }
}

impl FromStr for UseCase {
    type Err = UseCaseError;

    fn from_str(text: &str) -> Result<Self, UseCaseError> {
        let known = USE_CASES.iter().any(|(slug, _)| *slug == text);
        if known || is_own(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UseCaseError)
        }
    }
}

impl TryFrom<String> for UseCase {
    type Error = UseCaseError;

    fn try_from(text: String) -> Result<Self, UseCaseError> {
        text.parse()
    }
}

impl From<UseCase> for String {
    fn from(it: UseCase) -> Self {
        it.0
    }
}

impl fmt::Display for UseCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
