//! What people call a group of results.

use crate::evaluation::Evidence;
use crate::evaluation::disclosure::{Cell, SizeClass};
use crate::identity::BodyType;

/// The name of a group, in French and in English.
pub const fn name(cell: Cell) -> [&'static str; 2] {
    match cell {
        Cell::All => ["Ensemble", "Together"],
        Cell::BodyType(it) => body_type(it),
        Cell::Size(it) => match it {
            SizeClass::Under3500 => ["Moins de 3\u{202f}500 habitants", "Under 3,500 inhabitants"],
            SizeClass::Under20000 => [
                "De 3\u{202f}500 à 19\u{202f}999 habitants",
                "3,500 to 19,999 inhabitants",
            ],
            SizeClass::Under100000 => [
                "De 20\u{202f}000 à 99\u{202f}999 habitants",
                "20,000 to 99,999 inhabitants",
            ],
            SizeClass::From100000 => [
                "100\u{202f}000 habitants et plus",
                "100,000 inhabitants and more",
            ],
            SizeClass::Unknown => ["Population inconnue", "Population unknown"],
        },
        Cell::Evidence(it) => match it {
            Evidence::Measured => ["Mesurés", "Measured"],
            Evidence::SelfReported => ["Déclarés par les participants", "Self-reported"],
        },
        Cell::VendorSupplied(true) => ["Chiffres du fournisseur", "Supplied by the vendor"],
        Cell::VendorSupplied(false) => {
            ["Chiffres d’une autre origine", "Not supplied by the vendor"]
        }
    }
}

const fn body_type(it: BodyType) -> [&'static str; 2] {
    match it {
        BodyType::Commune => ["Communes", "Communes"],
        BodyType::Cc => ["Communautés de communes", "Communautés de communes"],
        BodyType::Ca => ["Communautés d’agglomération", "Communautés d’agglomération"],
        BodyType::Cu => ["Communautés urbaines", "Communautés urbaines"],
        BodyType::Metropole => ["Métropoles", "Métropoles"],
        BodyType::MetropoleLyon => ["Métropole de Lyon", "Métropole de Lyon"],
        BodyType::Ept => [
            "Établissements publics territoriaux",
            "Établissements publics territoriaux",
        ],
        BodyType::Departement => ["Départements", "Départements"],
        BodyType::Region => ["Régions", "Régions"],
        BodyType::Ctu => [
            "Collectivités territoriales uniques",
            "Single territorial authorities",
        ],
        BodyType::Syndicat => ["Syndicats", "Syndicats"],
        BodyType::Pole => [
            "Pôles métropolitains et PETR",
            "Pôles métropolitains and PETR",
        ],
        BodyType::Ccas => ["CCAS et CIAS", "CCAS and CIAS"],
        BodyType::Sdis => [
            "Services d’incendie et de secours",
            "Fire and rescue services",
        ],
        BodyType::Cdg => ["Centres de gestion", "Centres de gestion"],
        BodyType::Opsn => [
            "Organismes publics de services numériques",
            "Public digital service bodies",
        ],
        BodyType::Other => ["Autres organismes publics", "Other public bodies"],
    }
}
