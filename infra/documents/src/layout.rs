//! A document as every format lays it out: cover, preamble, clauses, annexes, in French.
//!
//! Texts are parsed here, once. The formats differ in how they write it, not in what they say.

use std::collections::HashSet;

use maillage_domain::commons::deviation::Breach;
use maillage_domain::commons::document::{Cover, Departures, Document, Numbered};
use maillage_domain::commons::{KindName, Lock, written_date};

use crate::model::{Block, Cell, Column, Inline, Table};
use crate::parse;
use crate::typography::{self, NARROW};

/// The heading of what stands before the first clause.
pub const PREAMBLE: &str = "Préambule";
/// The headings of the annexes, in their order.
pub const ANNEXES: [&str; 2] = ["Annexe – Niveaux de reprise", "Annexe – Écarts motivés"];
/// The heading of the table of contents.
pub const CONTENTS: &str = "Sommaire";
/// The levels of headings that the table of contents shows.
pub const CONTENTS_DEPTH: usize = 3;

/// A document, laid out.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub owner: String,
    /// What it is: « Charte ».
    pub kind: &'static str,
    /// The lines of its cover: what, and its value.
    pub cover: Vec<Row>,
    /// Its parts, in reading order.
    pub sections: Vec<Section>,
}

/// A line of the cover.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it tells.
    pub label: &'static str,
    /// It.
    pub value: String,
    /// Whether it is a code rather than words.
    pub code: bool,
}

/// A heading and what stands below it, up to the next heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// What others refer to it by.
    pub anchor: String,
    /// How deep it stands, from 1.
    pub level: usize,
    /// Its number, of a clause: `Article 4`, `4.2`.
    pub number: Option<String>,
    /// Its title.
    pub title: String,
    /// Whether it stands after the last clause.
    pub annex: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// Whether French typography is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spaces {
    /// As they were written.
    Kept,
    /// As French sets them.
    French,
}

impl Section {
    /// Its whole heading: `Article 4 – Usages`.
    pub fn heading(&self) -> String {
        match &self.number {
            Some(number) => format!("{number} – {}", self.title),
            None => self.title.clone(),
        }
    }
}

impl Layout {
    /// Lays a document out.
    pub fn new(document: &Document, spaces: Spaces) -> Self {
        let cover = &document.cover;
        let mut sections = Vec::new();
        let preamble = parse::blocks(&document.preamble);
        if !preamble.is_empty() {
            sections.push(section("preambule", PREAMBLE, preamble, false));
        }
        let clauses = document.flat();
        sections.extend(clauses.iter().map(|clause| Section {
            anchor: anchor(clause.id.as_str()),
            level: clause.number.level(),
            number: Some(clause.number.to_string()),
            title: clause.title.clone(),
            annex: false,
            blocks: parse::blocks(&clause.text),
        }));
        if document.annexes.locks {
            sections.push(locks(&clauses));
        }
        if let Some(departures) = &document.annexes.deviations {
            sections.push(deviations(departures));
        }
        let anchors: HashSet<String> = sections.iter().map(|part| part.anchor.clone()).collect();
        for section in &mut sections {
            section
                .blocks
                .iter_mut()
                .for_each(|block| lead(block, &anchors));
        }
        let mut layout = Self {
            title: cover.title.clone(),
            owner: cover.owner.name.clone(),
            kind: kind(cover.kind),
            cover: rows(cover),
            sections,
        };
        if spaces == Spaces::French {
            layout.set();
        }
        layout
    }

    /// The title as a footer shows it, short enough to leave room for the page number.
    pub fn short_title(&self) -> String {
        const MOST: usize = 60;
        if self.title.chars().count() <= MOST {
            return self.title.clone();
        }
        let cut: String = self.title.chars().take(MOST).collect();
        let whole = cut
            .rsplit_once(' ')
            .map_or(cut.as_str(), |(words, _)| words);
        format!("{whole}…")
    }

    fn set(&mut self) {
        self.title = typography::set_text(&self.title);
        self.owner = typography::set_text(&self.owner);
        for row in &mut self.cover {
            row.value = typography::set_text(&row.value);
        }
        for section in &mut self.sections {
            section.title = typography::set_text(&section.title);
            typography::set(&mut section.blocks);
        }
    }
}

/// What the heading of the clause `id` is referred to by; no other part has one like it.
fn anchor(id: &str) -> String {
    format!("clause-{id}")
}

fn section(anchor: &str, title: &str, blocks: Vec<Block>, annex: bool) -> Section {
    Section {
        anchor: anchor.to_owned(),
        level: 1,
        number: None,
        title: title.to_owned(),
        annex,
        blocks,
    }
}

fn kind(kind: KindName) -> &'static str {
    match kind {
        KindName::Charter => "Charte",
        KindName::Template => "Modèle",
        KindName::Experiment => "Expérimentation",
    }
}

fn rows(cover: &Cover) -> Vec<Row> {
    let siren = cover.owner.siren.as_str();
    let siren: Vec<&str> = [siren.get(..3), siren.get(3..6), siren.get(6..)]
        .into_iter()
        .flatten()
        .collect();
    let row = |label, value| Row {
        label,
        value,
        code: false,
    };
    let mut rows = vec![
        row("Collectivité", cover.owner.name.clone()),
        row("SIREN", siren.join(&NARROW.to_string())),
        row("Version", cover.version.to_string()),
        row("Publication", written_date(cover.published_on)),
    ];
    if let Some(adoption) = &cover.adoption {
        let on = written_date(adoption.on);
        rows.push(row("Adoption", format!("{} ({on})", adoption.act)));
    }
    rows.push(Row {
        label: "Empreinte SHA-256",
        value: cover.digest.to_string(),
        code: true,
    });
    rows
}

/// Makes a link to a clause lead to its heading; one to nowhere is words alone.
fn lead(block: &mut Block, anchors: &HashSet<String>) {
    match block {
        Block::Paragraph(line) => lead_line(line, anchors),
        Block::List { items, .. } => {
            let blocks = items.iter_mut().flatten();
            blocks.for_each(|block| lead(block, anchors));
        }
        Block::Quote(blocks) => blocks.iter_mut().for_each(|block| lead(block, anchors)),
        Block::Table(table) => {
            let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
            cells.for_each(|cell| lead_line(cell, anchors));
        }
        Block::Code(_) | Block::Rule => {}
    }
}

fn lead_line(line: &mut Vec<Inline>, anchors: &HashSet<String>) {
    for part in std::mem::take(line) {
        match part {
            Inline::Link { to, mut words } => {
                lead_line(&mut words, anchors);
                match to.strip_prefix('#').map(anchor) {
                    None => line.push(Inline::Link { to, words }),
                    Some(target) if anchors.contains(&target) => line.push(Inline::Link {
                        to: format!("#{target}"),
                        words,
                    }),
                    Some(_) => line.extend(words),
                }
            }
            mut part => {
                if let Inline::Strong(line)
                | Inline::Emphasis(line)
                | Inline::Struck(line)
                | Inline::Note(line) = &mut part
                {
                    lead_line(line, anchors);
                }
                line.push(part);
            }
        }
    }
}

fn text(words: &str) -> Cell {
    vec![Inline::Text(words.to_owned())]
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph(text(words))
}

fn table(head: [&str; 3], rows: Vec<[Cell; 3]>) -> Block {
    Block::Table(Table {
        columns: vec![Column::Start; 3],
        head: head.into_iter().map(text).collect(),
        rows: rows.into_iter().map(Vec::from).collect(),
    })
}

fn locks(clauses: &[&Numbered]) -> Section {
    let rows = clauses.iter().map(|clause| {
        let (level, means) = match clause.lock {
            Lock::Imposed => ("imposé", "ne change qu'avec un motif écrit"),
            Lock::Recommended => ("recommandé", "devrait rester tel quel"),
            Lock::Free => ("libre", "chacun le rédige à son gré"),
        };
        let to = format!("#{}", clause.id.as_str());
        let words = text(&format!("{} – {}", clause.number, clause.title));
        let name = vec![Inline::Link { to, words }];
        [name, text(level), text(means)]
    });
    let table = table(
        ["Article", "Niveau", "Pour qui adapte ce texte"],
        rows.collect(),
    );
    section("annexe-niveaux", ANNEXES[0], vec![table], true)
}

fn deviations(departures: &Departures) -> Section {
    let source = match &departures.title {
        Some(title) => format!("« {title} »"),
        None => "un texte qui n'est plus partagé".to_owned(),
    };
    let Departures { owner, version, .. } = departures;
    let adapts = format!("Ce texte adapte {source} ({owner}, version {version})");
    let rows = departures.rows.iter().map(|row| {
        let breaches = row.deviation.breaches.iter().map(|breach| match breach {
            Breach::Removed => "retiré",
            Breach::Rewritten => "récrit",
            Breach::Loosened => "rendu moins strict",
        });
        let breaches: Vec<&str> = breaches.collect();
        let reason = match row.reason.trim() {
            "" => "sans motif écrit",
            reason => reason,
        };
        [
            text(&row.deviation.title),
            text(&breaches.join(", ")),
            text(reason),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let blocks = if rows.is_empty() {
        let faithful = format!("{adapts} sans s'écarter d'aucun article imposé.");
        vec![paragraph(&faithful)]
    } else {
        vec![
            paragraph(&format!(
                "{adapts}. Il s'écarte des articles imposés que voici."
            )),
            table(["Article imposé", "Écart", "Motif"], rows),
        ]
    };
    section("annexe-ecarts", ANNEXES[1], blocks, true)
}
