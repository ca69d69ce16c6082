//! Rereading: what a file cannot say of a text is taken from the text that the file replaces.
//!
//! A file has titles and words, no ids, no locks, no labels of variables. Were they made anew each
//! time an office suite has saved a text, an adaptation would part from its source for good.

use std::collections::{HashMap, HashSet};

use crate::commons::{CharterBody, Clausal, Clause, Variable};
use crate::value::ClauseId;

/// `read` in the place of `before`: clauses with the title or the id of one that was there keep its
/// id and its lock, variables their declarations, and what differs by typography alone its letters.
pub fn reread<B: Clausal>(before: &B, read: CharterBody) -> B {
    let was = before.outline();
    let known = Known::of(was.clauses, &read.clauses);
    let mut ids: HashSet<ClauseId> = known.ids(&read.clauses);
    let variables = read.variables.into_iter().map(|read: Variable| {
        let declared = was.variables.iter().find(|it| it.name == read.name);
        declared.cloned().unwrap_or(read)
    });
    before.with(
        kept(was.preamble, read.preamble),
        variables.collect(),
        known.clauses(read.clauses, &mut ids),
    )
}

/// The clauses that were there, as those that are read find them.
struct Known<'a> {
    /// By title, where no other has it, neither there nor in what is read.
    titled: HashMap<String, &'a Clause>,
    by_id: HashMap<&'a ClauseId, &'a Clause>,
}

impl<'a> Known<'a> {
    fn of(before: &'a [Clause], read: &[Clause]) -> Self {
        let (before, read) = (flat(before), flat(read));
        let mut counts: HashMap<String, usize> = HashMap::new();
        for clause in &read {
            *counts.entry(letters(&clause.title)).or_default() += 1;
        }
        let mut titled = HashMap::new();
        for clause in &before {
            let title = letters(&clause.title);
            if counts.get(&title) == Some(&1) && titled.insert(title.clone(), *clause).is_some() {
                // Twice there: which one it is, nobody can tell.
                counts.remove(&title);
            }
        }
        titled.retain(|title, _| counts.contains_key(title));
        let titles: HashSet<&ClauseId> = titled.values().map(|clause| &clause.id).collect();
        let rest = before.iter().filter(|clause| !titles.contains(&clause.id));
        let by_id = rest.map(|clause| (&clause.id, *clause)).collect();
        Self { titled, by_id }
    }

    fn find(&self, read: &Clause) -> Option<&'a Clause> {
        let titled = self.titled.get(&letters(&read.title));
        titled.or_else(|| self.by_id.get(&read.id)).copied()
    }

    /// The ids that clauses of `read` keep.
    fn ids(&self, read: &[Clause]) -> HashSet<ClauseId> {
        let found = flat(read)
            .into_iter()
            .filter_map(|clause| self.find(clause));
        found.map(|clause| clause.id.clone()).collect()
    }

    fn clauses(&self, read: Vec<Clause>, ids: &mut HashSet<ClauseId>) -> Vec<Clause> {
        let clauses = read.into_iter().map(|mut read| {
            let below = std::mem::take(&mut read.clauses);
            let Some(was) = self.find(&read) else {
                return Clause {
                    id: fresh(&read.id, ids),
                    clauses: self.clauses(below, ids),
                    ..read
                };
            };
            Clause {
                id: was.id.clone(),
                title: kept(&was.title, read.title),
                text: kept(&was.text, read.text),
                lock: was.lock,
                clauses: self.clauses(below, ids),
            }
        });
        clauses.collect()
    }
}

fn flat(clauses: &[Clause]) -> Vec<&Clause> {
    fn add<'a>(clauses: &'a [Clause], flat: &mut Vec<&'a Clause>) {
        for clause in clauses {
            flat.push(clause);
            add(&clause.clauses, flat);
        }
    }
    let mut all = Vec::new();
    add(clauses, &mut all);
    all
}

/// `id`, or the next id like it that nothing has.
fn fresh(id: &ClauseId, ids: &mut HashSet<ClauseId>) -> ClauseId {
    let numbered = (2..).map_while(|number| format!("{id}-{number}").parse().ok());
    let mut candidates = std::iter::once(id.clone()).chain(numbered);
    let free = candidates.find(|id| ids.insert(id.clone()));
    // Too long to be numbered: given twice, and refused as such.
    free.unwrap_or_else(|| id.clone())
}

/// What was there, unless what is read says something else.
fn kept(before: &str, read: String) -> String {
    if letters(before) == letters(&read) {
        before.to_owned()
    } else {
        read
    }
}

/// A text without what French typography sets in its place: spaces and apostrophes.
fn letters(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = words.join(" ").replace('’', "'");
    // A space that typography puts within guillemets is no difference.
    words.replace("« ", "«").replace(" »", "»")
}
