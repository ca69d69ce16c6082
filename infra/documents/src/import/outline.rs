//! From headings to clauses: the tree, the ids, the variables.

use std::collections::{HashMap, HashSet};

use deunicode::deunicode;
use maillage_domain::commons::{BUILT_IN, limits as body_limits};
use maillage_domain::commons::{Body, CharterBody, Clause, Lock, Variable, VariableType};
use maillage_domain::value::ClauseId;

use super::{ImportError, Imported, numbers};
use crate::layout::{ANNEXES, PREAMBLE};
use crate::model::{Block, Inline, plain};
use crate::{escape, markdown};

/// What was read of a file.
#[derive(Debug, Default)]
pub struct Read {
    /// The title it gives itself.
    pub title: Option<String>,
    /// Its headings and blocks, in order.
    pub found: Vec<Found>,
}

/// A heading or a block of a file.
#[derive(Debug)]
pub enum Found {
    /// A heading and how deep it says it stands, from 1.
    Heading(usize, Vec<Inline>),
    /// Anything else.
    Block(Block),
}

impl Found {
    /// As a block: a heading where none can be is a strong line.
    pub fn into_block(self) -> Block {
        match self {
            Self::Block(block) => block,
            Self::Heading(_, line) => Block::Paragraph(vec![Inline::Strong(line)]),
        }
    }
}

/// A clause being gathered.
struct Gathered {
    level: usize,
    title: String,
    blocks: Vec<Block>,
    below: Vec<Gathered>,
}

/// Makes a body of what was read.
pub fn build(read: Read) -> Result<Imported, ImportError> {
    let Read { title, mut found } = read;
    let title = title.or_else(|| lone_title(&mut found));
    let title = title
        .map(|title| one_line(&title))
        .filter(|title| !title.is_empty());
    let mut preamble = Vec::new();
    let mut top: Vec<Gathered> = Vec::new();
    let mut open: Vec<Gathered> = Vec::new();
    let mut in_preamble = true;
    let mut in_annex = false;
    let mut first = true;
    for part in found {
        let (level, line) = match part {
            Found::Heading(level, line) => (level, line),
            // Annexes of ours are tables of what the clauses are: made anew, like the cover.
            Found::Block(_) if in_annex => continue,
            Found::Block(block) => {
                let blocks = open.last_mut().map(|clause| &mut clause.blocks);
                blocks.unwrap_or(&mut preamble).push(block);
                continue;
            }
        };
        let words = one_line(&plain(&line));
        if words.is_empty() {
            continue;
        }
        in_annex = level == 1 && ANNEXES.contains(&words.as_str());
        if in_annex {
            continue;
        }
        if std::mem::take(&mut first) && in_preamble && is_preamble(&words) {
            continue;
        }
        in_preamble = false;
        while open.last().is_some_and(|above| above.level >= level) {
            close(&mut open, &mut top);
        }
        if open.len() >= body_limits::DEPTH {
            // Deeper than clauses go: a strong line of the clause it stands in.
            let strong = Block::Paragraph(vec![Inline::Strong(line)]);
            if let Some(clause) = open.last_mut() {
                clause.blocks.push(strong);
            }
            continue;
        }
        open.push(Gathered {
            level,
            title: words,
            blocks: Vec::new(),
            below: Vec::new(),
        });
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    if top.is_empty() {
        return Err(ImportError::NoHeadings);
    }
    let mut ids = Ids::default();
    let clauses = clauses(top, &mut Vec::new(), &mut ids);
    let preamble = markdown::blocks(&preamble).trim_end().to_owned();
    let variables = variables(&preamble, &clauses);
    let body = CharterBody {
        preamble,
        variables,
        clauses,
    };
    let violations = body.violations();
    if violations.is_empty() {
        Ok(Imported { title, body })
    } else {
        Err(ImportError::Body(violations))
    }
}

fn close(open: &mut Vec<Gathered>, top: &mut Vec<Gathered>) {
    if let Some(clause) = open.pop() {
        let siblings = open.last_mut().map(|above| &mut above.below);
        siblings.unwrap_or(top).push(clause);
    }
}

/// The first heading, when it alone stands above all others: what the file calls itself.
fn lone_title(found: &mut Vec<Found>) -> Option<String> {
    let levels = found.iter().filter_map(|part| match part {
        Found::Heading(level, _) => Some(*level),
        Found::Block(_) => None,
    });
    let levels: Vec<usize> = levels.collect();
    let (first, others) = levels.split_first()?;
    if others.is_empty() || others.iter().any(|level| level <= first) {
        return None;
    }
    let at = found
        .iter()
        .position(|part| matches!(part, Found::Heading(..)))?;
    match found.remove(at) {
        Found::Heading(_, line) => Some(plain(&line)),
        Found::Block(_) => None,
    }
}

fn is_preamble(words: &str) -> bool {
    deunicode(words).to_lowercase() == deunicode(PREAMBLE).to_lowercase()
}

fn one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = clean.split([' ']).filter(|word| !word.is_empty()).collect();
    words.join(" ").trim().to_owned()
}

fn clauses(gathered: Vec<Gathered>, path: &mut Vec<usize>, ids: &mut Ids) -> Vec<Clause> {
    let mut clauses = Vec::with_capacity(gathered.len());
    for (index, part) in gathered.into_iter().enumerate() {
        path.push(index + 1);
        let title = numbers::without(&part.title, path).to_owned();
        if let Some(id) = ids.make(&title) {
            clauses.push(Clause {
                id,
                text: markdown::blocks(&part.blocks).trim_end().to_owned(),
                title,
                lock: Lock::default(),
                clauses: self::clauses(part.below, path, ids),
            });
        }
        path.pop();
    }
    clauses
}

/// The ids given so far, and the number that the next id like it tries first: counting from two
/// each time would take a thousand equal titles a million looks.
#[derive(Default)]
struct Ids {
    given: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Ids {
    /// An id made from a title, unlike all before.
    fn make(&mut self, title: &str) -> Option<ClauseId> {
        const MOST: usize = 56;
        let mut slug = String::new();
        for c in deunicode(title).to_lowercase().chars() {
            if slug.len() >= MOST {
                break;
            }
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        let slug = match slug.chars().next() {
            Some(first) if first.is_ascii_lowercase() => slug.to_owned(),
            Some(_) => format!("c-{slug}"),
            None => "clause".to_owned(),
        };
        let mut id = slug.clone();
        let number = self.next.entry(slug.clone()).or_insert(2);
        while !self.given.insert(id.clone()) {
            id = format!("{slug}-{number}");
            *number += 1;
        }
        id.parse().ok()
    }
}

/// The variables that the texts name and the platform does not resolve, as they are met.
fn variables(preamble: &str, clauses: &[Clause]) -> Vec<Variable> {
    fn look(text: &str, names: &mut Vec<String>) {
        for name in escape::variables(text) {
            // One too many is enough for the body to be refused.
            if names.len() > body_limits::VARIABLES {
                return;
            }
            let known = BUILT_IN.contains(&name) || names.iter().any(|met| met == name);
            if !known && escape::is_name(name) {
                names.push(name.to_owned());
            }
        }
    }
    fn walk(clauses: &[Clause], names: &mut Vec<String>) {
        for clause in clauses {
            look(&clause.text, names);
            walk(&clause.clauses, names);
        }
    }
    let mut names = Vec::new();
    look(preamble, &mut names);
    walk(clauses, &mut names);
    let declared = names.into_iter().map(|name| Variable {
        label: name.clone(),
        name,
        help: String::new(),
        holds: VariableType::default(),
        default: None,
    });
    declared.collect()
}
