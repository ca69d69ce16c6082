//! A comparison as a page for people: what came is underlined, what went is struck through.
//!
//! Texts are shown as they were written, Markdown signs included: a change to a sign is a change.

use maillage_domain::commons::Lock;
use maillage_domain::commons::compare::{PieceChange, Presence};
use maillage_domain::commons::deviation::Breach;
use maud::{Markup, html};

use super::{ComparedView, ComparisonView, DepartureView, PieceView};
use crate::http::Language;

/// The words of the page.
struct Words {
    lead: fn(&ComparisonView) -> String,
    same: &'static str,
    preamble: &'static str,
    presence: fn(Presence) -> Option<&'static str>,
    moved: &'static str,
    changed: &'static str,
    lock: fn(Lock) -> &'static str,
    departs: fn(&str) -> String,
    breach: fn(Breach) -> &'static str,
    reason: fn(&str) -> String,
    unexplained: &'static str,
}

const FRENCH: Words = Words {
    lead: |it| {
        format!(
            "De {} à {} : clauses changées : {} sur {}.",
            in_french(&it.from),
            in_french(&it.to),
            it.changed,
            it.clauses.len()
        )
    },
    same: "Les deux textes disent la même chose.",
    preamble: "Préambule",
    presence: |presence| match presence {
        Presence::Added => Some("ajoutée"),
        Presence::Removed => Some("retirée"),
        Presence::Kept => None,
    },
    moved: "déplacée",
    changed: "modifiée",
    lock: |lock| match lock {
        Lock::Imposed => "imposée",
        Lock::Recommended => "recommandée",
        Lock::Free => "libre",
    },
    departs: |how| format!("S'écarte d'une clause imposée par la source : {how}."),
    breach: |breach| match breach {
        Breach::Removed => "retirée",
        Breach::Rewritten => "récrite",
        Breach::Loosened => "assouplie",
    },
    reason: |why| format!("Motif : {why}"),
    unexplained: "Sans motif encore.",
};

const ENGLISH: Words = Words {
    lead: |it| {
        format!(
            "From {} to {}: clauses changed: {} out of {}.",
            in_english(&it.from),
            in_english(&it.to),
            it.changed,
            it.clauses.len()
        )
    },
    same: "Both texts say the same.",
    preamble: "Preamble",
    presence: |presence| match presence {
        Presence::Added => Some("added"),
        Presence::Removed => Some("removed"),
        Presence::Kept => None,
    },
    moved: "moved",
    changed: "changed",
    lock: |lock| match lock {
        Lock::Imposed => "imposed",
        Lock::Recommended => "recommended",
        Lock::Free => "free",
    },
    departs: |how| format!("Departs from a clause that the source imposes: {how}."),
    breach: |breach| match breach {
        Breach::Removed => "removed",
        Breach::Rewritten => "rewritten",
        Breach::Loosened => "loosened",
    },
    reason: |why| format!("Reason: {why}"),
    unexplained: "No reason yet.",
};

fn in_french(side: &str) -> String {
    match side {
        "latest" => "la dernière version".to_owned(),
        "draft" => "ce qui est en projet".to_owned(),
        "source" => "ce que dit la source".to_owned(),
        number => format!("la version {number}"),
    }
}

fn in_english(side: &str) -> String {
    match side {
        "latest" => "the newest version".to_owned(),
        "draft" => "the draft".to_owned(),
        "source" => "what the source says".to_owned(),
        number => format!("version {number}"),
    }
}

/// The title of the page.
pub(super) fn title(language: Language) -> &'static str {
    match language {
        Language::French => "Comparaison",
        Language::English => "Comparison",
    }
}

/// The page below its title.
pub(super) fn content(language: Language, view: &ComparisonView) -> Markup {
    let words = match language {
        Language::French => FRENCH,
        Language::English => ENGLISH,
    };
    html! {
        p { ((words.lead)(view)) }
        @if view.changed == 0 && view.preamble.is_none() {
            p { (words.same) }
        }
        @if let Some(preamble) = &view.preamble {
            h2 { (words.preamble) }
            (text(preamble))
        }
        @for it in &view.clauses {
            (clause(&words, it))
        }
    }
}

/// What became of a clause, in a few words.
fn labels(words: &Words, it: &ComparedView) -> Vec<String> {
    let rewritten = it.presence == Presence::Kept && (changes(&it.title) || changes(&it.text));
    let lock = (it.lock_before != it.lock).then(|| {
        format!(
            "{} → {}",
            (words.lock)(it.lock_before),
            (words.lock)(it.lock)
        )
    });
    let said = [
        (words.presence)(it.presence).map(ToOwned::to_owned),
        it.moved.then(|| words.moved.to_owned()),
        rewritten.then(|| words.changed.to_owned()),
        lock,
    ];
    said.into_iter().flatten().collect()
}

fn clause(words: &Words, it: &ComparedView) -> Markup {
    let labels = labels(words, it).join(", ");
    // What did not change is there to find one's way.
    let quiet = labels.is_empty().then_some("quiet");
    let title = html! {
        (pieces(&it.title))
        @if !labels.is_empty() { " " small { "(" (labels) ")" } }
    };
    html! {
        @match it.level {
            1 => h2 class=[quiet] { (title) },
            2 => h3 class=[quiet] { (title) },
            3 => h4 class=[quiet] { (title) },
            4 => h5 class=[quiet] { (title) },
            _ => h6 class=[quiet] { (title) },
        }
        @if !labels.is_empty() { (text(&it.text)) }
        @if let Some(departure) = &it.deviation { (departs(words, departure)) }
    }
}

/// How a clause departs from what the source imposes, and why.
fn departs(words: &Words, it: &DepartureView) -> Markup {
    let how: Vec<_> = it.breaches.iter().map(|it| (words.breach)(*it)).collect();
    html! {
        p.departs {
            ((words.departs)(&how.join(", "))) " "
            @match &it.reason {
                Some(why) => ((words.reason)(why)),
                None => strong { (words.unexplained) },
            }
        }
    }
}

fn text(text: &[PieceView]) -> Markup {
    html! { p.text { (pieces(text)) } }
}

fn pieces(pieces: &[PieceView]) -> Markup {
    html! {
        @for piece in pieces {
            @match piece.change {
                PieceChange::Same => (piece.text),
                PieceChange::Removed => del { (piece.text) },
                PieceChange::Added => ins { (piece.text) },
            }
        }
    }
}

fn changes(pieces: &[PieceView]) -> bool {
    pieces.iter().any(|piece| piece.change != PieceChange::Same)
}
