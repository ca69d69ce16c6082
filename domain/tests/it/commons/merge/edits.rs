//! Generated histories: a body, and what two sides made of it.

use std::collections::HashSet;

use maillage_domain::commons::{Body, CharterBody, Clause, Lock, Variable, VariableType, limits};
use proptest::prelude::*;

/// What someone does to a body. Numbers point at clauses in reading order, modulo their count.
#[derive(Clone, Debug)]
pub enum Edit {
    Retitle(usize, &'static str),
    Rewrite(usize, usize, &'static str),
    Preamble(usize, &'static str),
    Lock(usize, Lock),
    Remove(usize),
    /// Below which clause (none for the top), at which position, as which id.
    Add(Option<usize>, usize, u8),
    Move(usize, Option<usize>, usize),
    Declare(u8, &'static str),
    Forget(usize),
}

const USE: &str = "{{service}}";
const WORDS: [&str; 6] = ["agents", "usagers", "outils", "30", "jours", USE];

fn edit() -> impl Strategy<Value = Edit> {
    let word = || proptest::sample::select(WORDS.as_slice());
    let lock = proptest::sample::select(vec![Lock::Imposed, Lock::Recommended, Lock::Free]);
    let place = || proptest::option::weighted(0.7, any::<usize>());
    prop_oneof![
        1 => (any::<usize>(), word()).prop_map(|(at, word)| Edit::Retitle(at, word)),
        3 => (any::<usize>(), any::<usize>(), word())
            .prop_map(|(at, index, word)| Edit::Rewrite(at, index, word)),
        1 => (any::<usize>(), word()).prop_map(|(index, word)| Edit::Preamble(index, word)),
        1 => (any::<usize>(), lock).prop_map(|(at, lock)| Edit::Lock(at, lock)),
        1 => any::<usize>().prop_map(Edit::Remove),
        2 => (place(), any::<usize>(), any::<u8>())
            .prop_map(|(place, at, id)| Edit::Add(place, at, id % 6)),
        3 => (any::<usize>(), place(), any::<usize>())
            .prop_map(|(at, place, to)| Edit::Move(at, place, to)),
        1 => (any::<u8>(), word()).prop_map(|(name, label)| Edit::Declare(name % 4, label)),
        1 => any::<usize>().prop_map(Edit::Forget),
    ]
}

/// A base, one's own text and the source's: each side some edits away from the base.
pub fn history() -> impl Strategy<Value = [CharterBody; 3]> {
    let side = || proptest::collection::vec(edit(), 0..7);
    (proptest::collection::vec(edit(), 0..25), side(), side()).prop_map(|(first, mine, theirs)| {
        let base = first
            .iter()
            .fold(start(), |body, edit| after(body, edit, "b"));
        // Half of what both sides add, they add under the same id.
        let mine = mine
            .iter()
            .fold(base.clone(), |body, edit| after(body, edit, "m"));
        let theirs = theirs
            .iter()
            .fold(base.clone(), |body, edit| after(body, edit, "t"));
        let sides = [base, mine, theirs];
        for side in &sides {
            assert_eq!(side.violations(), vec![], "{side:?}");
        }
        sides
    })
}

fn start() -> CharterBody {
    let clauses = (0..4).map(|n| clause(&format!("art-{n}"))).collect();
    CharterBody {
        preamble: "La présente charte dit aux agents ce que nous faisons des outils.".to_owned(),
        variables: vec![variable("service", "Service")],
        clauses,
    }
}

fn clause(id: &str) -> Clause {
    Clause {
        id: id.parse().unwrap(),
        title: format!("Titre {id}"),
        text: format!("Au titre de {id}, les agents relisent toujours ce que les outils écrivent."),
        lock: Lock::Recommended,
        clauses: Vec::new(),
    }
}

fn variable(name: &str, label: &str) -> Variable {
    Variable {
        name: name.to_owned(),
        label: label.to_owned(),
        help: String::new(),
        holds: VariableType::Text,
        default: None,
    }
}

/// The body after an edit, or as it was when the edit would break a rule.
fn after(body: CharterBody, edit: &Edit, side: &str) -> CharterBody {
    let mut next = body.clone();
    apply(&mut next, edit, side);
    if is_lawful(&next) { next } else { body }
}

/// Whether a body breaks none of the rules that an edit may break. Reading the Markdown after each
/// of them would take most of the time; `history` has the whole body checked in the end.
fn is_lawful(body: &CharterBody) -> bool {
    fn check<'a>(clauses: &'a [Clause], depth: usize, met: &mut HashSet<&'a str>) -> bool {
        clauses.iter().all(|clause| {
            depth <= limits::DEPTH
                && met.insert(clause.id.as_str())
                && check(&clause.clauses, depth + 1, met)
        })
    }
    fn uses(clauses: &[Clause]) -> bool {
        let below = |clause: &Clause| clause.text.contains(USE) || uses(&clause.clauses);
        clauses.iter().any(below)
    }
    let declares = body.variables.iter().any(|it| it.name == "service");
    !body.clauses.is_empty()
        && check(&body.clauses, 1, &mut HashSet::new())
        && (declares || !(body.preamble.contains(USE) || uses(&body.clauses)))
}

fn apply(body: &mut CharterBody, edit: &Edit, side: &str) {
    let count = ids(&body.clauses).len();
    match edit {
        Edit::Retitle(at, word) => with(&mut body.clauses, at % count, |clause| {
            clause.title = format!("Des {word}");
        }),
        Edit::Rewrite(at, index, word) => with(&mut body.clauses, at % count, |clause| {
            clause.text = rewritten(&clause.text, *index, word);
        }),
        Edit::Preamble(index, word) => body.preamble = rewritten(&body.preamble, *index, word),
        Edit::Lock(at, lock) => with(&mut body.clauses, at % count, |clause| clause.lock = *lock),
        Edit::Remove(at) => {
            take(&mut body.clauses, &mut (at % count));
        }
        Edit::Add(place, at, id) => {
            let side = if id % 2 == 0 { "both" } else { side };
            put(body, *place, *at, clause(&format!("{side}-{id}")));
        }
        Edit::Move(at, place, to) => {
            if let Some(clause) = take(&mut body.clauses, &mut (at % count)) {
                put(body, *place, *to, clause);
            }
        }
        Edit::Declare(name, label) => {
            let name = format!("v{name}");
            body.variables.retain(|variable| variable.name != name);
            body.variables.push(variable(&name, label));
        }
        Edit::Forget(at) => {
            if !body.variables.is_empty() {
                body.variables.remove(at % body.variables.len());
            }
        }
    }
}

fn rewritten(text: &str, index: usize, word: &str) -> String {
    let mut words: Vec<_> = text.split(' ').collect();
    let index = index % words.len();
    words[index] = word;
    words.join(" ")
}

fn put(body: &mut CharterBody, place: Option<usize>, at: usize, clause: Clause) {
    let count = ids(&body.clauses).len();
    match place.filter(|_| count > 0) {
        None => {
            let at = at % (body.clauses.len() + 1);
            body.clauses.insert(at, clause);
        }
        Some(place) => with(&mut body.clauses, place % count, |parent| {
            let at = at % (parent.clauses.len() + 1);
            parent.clauses.insert(at, clause);
        }),
    }
}

/// Does something to the clause at this position in reading order.
fn with(clauses: &mut [Clause], at: usize, edit: impl FnOnce(&mut Clause)) {
    fn find<'a>(clauses: &'a mut [Clause], left: &mut usize) -> Option<&'a mut Clause> {
        for clause in clauses {
            if *left == 0 {
                return Some(clause);
            }
            *left -= 1;
            if let Some(found) = find(&mut clause.clauses, left) {
                return Some(found);
            }
        }
        None
    }
    if let Some(clause) = find(clauses, &mut { at }) {
        edit(clause);
    }
}

/// Takes out the clause at this position, with those below it.
fn take(clauses: &mut Vec<Clause>, left: &mut usize) -> Option<Clause> {
    for index in 0..clauses.len() {
        if *left == 0 {
            return Some(clauses.remove(index));
        }
        *left -= 1;
        if let Some(found) = take(&mut clauses[index].clauses, left) {
            return Some(found);
        }
    }
    None
}

/// The ids of all clauses, in reading order.
pub fn ids(clauses: &[Clause]) -> Vec<String> {
    let below = |clause: &Clause| {
        std::iter::once(clause.id.to_string())
            .chain(ids(&clause.clauses))
            .collect::<Vec<_>>()
    };
    clauses.iter().flat_map(below).collect()
}
