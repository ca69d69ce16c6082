//! The court: hears what each side says of a thing, and keeps the record.

use std::collections::{BTreeSet, HashMap};

use super::conflict::{Aspect, Choice, Choices, Conflict, Origin, Spot, Step};
use super::side::Three;
use crate::commons::{Clause, order, words};
use crate::value::ClauseId;

/// Decides what both sides' changes come to, with the choices of a person.
pub(super) struct Court<'c> {
    choices: &'c Choices,
    heard: BTreeSet<String>,
    open: Vec<Conflict>,
    changes: HashMap<Option<ClauseId>, Vec<(Aspect, Origin)>>,
}

/// What one thing says on each side; the base may not have it.
pub(super) type Said<T> = Three<T, Option<T>>;

impl<'c> Court<'c> {
    pub(super) fn new(choices: &'c Choices) -> Self {
        Self {
            choices,
            heard: BTreeSet::new(),
            open: Vec::new(),
            changes: HashMap::new(),
        }
    }

    /// What is open, and which choices fitted nothing that had changed.
    pub(super) fn close(self) -> (Vec<Conflict>, Vec<String>) {
        let unknown = self
            .choices
            .keys()
            .filter(|spot| !self.heard.contains(*spot));
        (self.open, unknown.cloned().collect())
    }

    /// The step of a clause, or of the body.
    pub(super) fn step(&mut self, clause: Option<&ClauseId>, title: &str) -> Step {
        let clause = clause.cloned();
        Step {
            changes: self.changes.remove(&clause).unwrap_or_default(),
            clause,
            title: title.to_owned(),
            goes: false,
        }
    }

    /// Keeps in mind who changed what.
    pub(super) fn note(&mut self, spot: Spot, origin: Origin) {
        let changes = self.changes.entry(spot.clause).or_default();
        changes.retain(|(aspect, _)| *aspect != spot.aspect);
        changes.push((spot.aspect, origin));
    }

    /// A conflict that nobody has settled.
    pub(super) fn leave_open(&mut self, spot: Spot, shown: Said<Option<String>>) {
        self.note(spot.clone(), Origin::Open);
        self.open.push(Conflict {
            spot,
            base: shown.base.flatten(),
            mine: shown.mine,
            theirs: shown.theirs,
        });
    }

    /// What a person has chosen here, if it can be chosen here.
    fn choice(&mut self, spot: &Spot) -> Option<&'c Choice> {
        let name = spot.to_string();
        let choice = self.choices.get(&name)?;
        if matches!(choice, Choice::Text(_)) && !spot.takes_text() {
            return None;
        }
        self.heard.insert(name);
        Some(choice)
    }

    /// Who changed it; nobody, or both differently, are no origin.
    fn verdict<T: PartialEq>(said: &Said<T>) -> Result<Option<Origin>, Clash> {
        let (mine, theirs) = (Some(&said.mine), Some(&said.theirs));
        let base = said.base.as_ref();
        if mine == theirs {
            // What both have added is told once, as a presence.
            Ok((base.is_some() && base != mine).then_some(Origin::Both))
        } else if base == mine {
            Ok(Some(Origin::Theirs))
        } else if base == theirs {
            Ok(Some(Origin::Mine))
        } else {
            Err(Clash)
        }
    }

    /// Something whole: a lock, a place, a variable.
    pub(super) fn value<T: PartialEq + Clone>(
        &mut self,
        spot: Spot,
        said: Said<T>,
        show: impl Fn(&T) -> String,
    ) -> T {
        let verdict = Self::verdict(&said);
        if verdict == Ok(None) {
            return said.mine;
        }
        match (self.choice(&spot), verdict) {
            (Some(Choice::Theirs), _) => {
                self.note(spot, Origin::Chosen);
                said.theirs
            }
            (Some(_), _) => {
                self.note(spot, Origin::Chosen);
                said.mine
            }
            (None, Ok(origin)) => {
                if let Some(origin) = origin {
                    self.note(spot, origin);
                }
                match origin {
                    Some(Origin::Theirs) => said.theirs,
                    _ => said.mine,
                }
            }
            (None, Err(Clash)) => {
                let shown = Three {
                    base: said.base.as_ref().map(|base| Some(show(base))),
                    mine: Some(show(&said.mine)),
                    theirs: Some(show(&said.theirs)),
                };
                self.leave_open(spot, shown);
                said.mine
            }
        }
    }

    /// A title: whole, or written anew.
    pub(super) fn line(&mut self, spot: Spot, said: Said<&str>) -> String {
        if Self::verdict(&said) != Ok(None)
            && let Some(Choice::Text(text)) = self.choice(&spot)
        {
            self.note(spot, Origin::Chosen);
            return text.clone();
        }
        self.value(spot, said, |text| (*text).to_owned()).to_owned()
    }

    /// A text: word by word where both have changed it.
    pub(super) fn text(&mut self, spot: Spot, said: Said<&str>) -> String {
        if Self::verdict(&said) == Err(Clash)
            && self.choice(&spot).is_none()
            && let Some(base) = said.base
            && let Some(text) = words::merge(base, said.mine, said.theirs)
        {
            self.note(spot, Origin::Words);
            return text;
        }
        self.line(spot, said)
    }

    /// Whether a clause that not both sides have stays, and as whose.
    pub(super) fn presence(
        &mut self,
        id: &ClauseId,
        base: Option<&Clause>,
        mine: Option<&Clause>,
        theirs: Option<&Clause>,
    ) -> Option<Clause> {
        let spot = Spot::of(id, Aspect::Presence);
        let Some(base) = base else {
            self.note(
                spot,
                if mine.is_some() {
                    Origin::Mine
                } else {
                    Origin::Theirs
                },
            );
            return mine.or(theirs).map(bare);
        };
        let Some(left) = mine.or(theirs) else {
            self.note(spot, Origin::Both);
            return None;
        };
        let stays = match self.choice(&spot) {
            Some(choice) => {
                self.note(spot, Origin::Chosen);
                (*choice == Choice::Mine) == mine.is_some()
            }
            // Gone from one side, rewritten on the other.
            None if !says_the_same(left, base) => {
                let shown = |clause: &Clause| format!("{}\n\n{}", clause.title, clause.text);
                let said = Three {
                    base: Some(Some(shown(base))),
                    mine: mine.map(shown),
                    theirs: theirs.map(shown),
                };
                self.leave_open(spot, said);
                mine.is_some()
            }
            None => {
                self.note(
                    spot,
                    if mine.is_some() {
                        Origin::Theirs
                    } else {
                        Origin::Mine
                    },
                );
                false
            }
        };
        stays.then(|| bare(left))
    }

    /// Whether it is open which clauses stay, and where.
    pub(super) fn places_open(&self) -> bool {
        let moves = |aspect: &Aspect| matches!(aspect, Aspect::Presence | Aspect::Place);
        self.open.iter().any(|open| moves(&open.spot.aspect))
    }

    /// The order of siblings. It is asked about once it is settled which siblings there are.
    pub(super) fn order<'a>(
        &mut self,
        spot: Spot,
        lists: &Three<Vec<&'a ClauseId>>,
    ) -> Vec<&'a ClauseId> {
        let Three { base, mine, theirs } = lists;
        let merged = order::merge(base, mine, theirs);
        if let Ok((list, None)) = merged {
            return list;
        }
        match (self.choice(&spot), merged) {
            (Some(choice), _) => {
                self.note(spot, Origin::Chosen);
                if *choice == Choice::Theirs {
                    order::follow(theirs, mine)
                } else {
                    order::follow(mine, theirs)
                }
            }
            (None, Ok((list, origin))) => {
                if let Some(origin) = origin {
                    self.note(spot, origin);
                }
                list
            }
            // Which siblings there are depends on what is open: first things first.
            (None, Err(order::Clash)) if self.places_open() => order::follow(mine, theirs),
            (None, Err(order::Clash)) => {
                let shown = lists.map(|list| {
                    let ids: Vec<_> = list.iter().map(|id| id.as_str()).collect();
                    ids.join(", ")
                });
                let shown = Three {
                    base: Some(Some(shown.base)),
                    mine: Some(shown.mine),
                    theirs: Some(shown.theirs),
                };
                self.leave_open(spot, shown);
                order::follow(mine, theirs)
            }
        }
    }
}

/// Both sides changed the same thing, and not alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clash;

/// Whether two clauses say the same, wherever they stand.
fn says_the_same(one: &Clause, other: &Clause) -> bool {
    (&one.title, &one.text, one.lock) == (&other.title, &other.text, other.lock)
}

/// A clause without those below it.
fn bare(clause: &Clause) -> Clause {
    Clause {
        id: clause.id.clone(),
        title: clause.title.clone(),
        text: clause.text.clone(),
        lock: clause.lock,
        clauses: Vec::new(),
    }
}
