//! The language of texts for people: French, or English where `Accept-Language` prefers it.

use std::cmp::Reverse;

use actix_web::HttpMessage as _;
use actix_web::http::header::{AcceptLanguage, Header as _, Preference, Quality};

/// A language we write in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The default.
    #[default]
    French,
    /// On demand.
    English,
}

impl Language {
    /// The best language for a request (RFC 9110 §12.5.4).
    pub fn of(request: &actix_web::HttpRequest) -> Self {
        let Ok(accepted) = AcceptLanguage::parse(request) else {
            return Self::French;
        };
        let mut wishes = accepted.0;
        // Among equals the order given counts, which a stable sort keeps.
        wishes.sort_by_key(|wish| Reverse(wish.quality));
        // Quality zero is no wish but a refusal.
        let acceptable = wishes.iter().filter(|wish| wish.quality != Quality::ZERO);
        let known = acceptable
            .map(|wish| &wish.item)
            .find_map(|wish| match wish {
                Preference::Any => Some(Self::French),
                Preference::Specific(tag) => match tag.primary_language() {
                    "fr" => Some(Self::French),
                    "en" => Some(Self::English),
                    _ => None,
                },
            });
        known.unwrap_or_default()
    }

    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

/// The language a request was given, once the edge has decided.
pub fn chosen(request: &actix_web::HttpRequest) -> Language {
    request
        .extensions()
        .get::<Language>()
        .copied()
        .unwrap_or_else(|| Language::of(request))
}
