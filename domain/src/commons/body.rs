//! Bodies: what a version contains, and the checks every submitted body passes.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::commons::deviation::{Deviation, deviations};
use crate::commons::variable::{BUILT_IN, Variable, is_name, unresolved, used_in};
use crate::commons::{Clause, Value, check_links, limits};
use crate::value::{Pointer, Violation, has_control};

/// What a kind's versions contain.
pub trait Body: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send {
    /// Every rule this body breaks; none means it may be kept.
    fn violations(&self) -> Vec<Violation>;

    /// Its texts, in reading order, for searching.
    fn text(&self) -> String;

    /// Whether it is a form: published with variables that whoever uses it gives a value.
    const IS_FORM: bool = true;

    /// The variables that its texts use and that have no value, each once, in reading order.
    fn unresolved(&self) -> Vec<String> {
        Vec::new()
    }

    /// How it departs from what `source` imposes.
    fn deviations_from(&self, _source: &Self) -> Vec<Deviation> {
        Vec::new()
    }
}

/// What a body of clauses consists of.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'a> {
    /// What stands before the first clause.
    pub preamble: &'a str,
    /// The variables the texts may use.
    pub variables: &'a [Variable],
    /// The clauses, in order.
    pub clauses: &'a [Clause],
}

/// A body made of clauses: what can be compared, merged and made into a document.
pub trait Clausal: Body {
    /// Its parts.
    fn outline(&self) -> Outline<'_>;

    /// The same body with other parts.
    #[must_use]
    fn with(&self, preamble: String, variables: Vec<Variable>, clauses: Vec<Clause>) -> Self;

    /// Whether all but the parts is the same.
    fn same_shell(&self, other: &Self) -> bool;
}

/// A charter: a preamble and a tree of clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharterBody {
    /// What stands before the first clause, in Markdown.
    #[serde(default)]
    pub preamble: String,
    /// The variables the texts may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    /// The clauses, in order.
    pub clauses: Vec<Clause>,
}

/// What a template is a template of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateUse {
    /// Data protection impact assessment (AIPD, RGPD art. 35).
    Dpia,
    /// Notice to the public (mention, CRPA R.311-3-1-1).
    PublicNotice,
    /// Clauses for public procurement.
    Procurement,
    /// Deliberation of the assembly.
    Deliberation,
    /// Referral to the comité social territorial.
    CstReferral,
    /// Training plan.
    TrainingPlan,
    /// Something else.
    Other,
}

/// A template: the same tree, for a declared use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateBody {
    /// What it is a template of.
    #[serde(rename = "use")]
    pub purpose: TemplateUse,
    /// What stands before the first clause, in Markdown.
    #[serde(default)]
    pub preamble: String,
    /// The variables the texts may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    /// The clauses, in order.
    pub clauses: Vec<Clause>,
}

impl Body for CharterBody {
    /// It binds people as it stands.
    const IS_FORM: bool = false;

    fn violations(&self) -> Vec<Violation> {
        tree_violations(&self.preamble, &self.variables, &self.clauses)
    }

    fn text(&self) -> String {
        tree_text(&self.preamble, &self.clauses)
    }

    fn unresolved(&self) -> Vec<String> {
        unresolved(self.outline())
    }

    fn deviations_from(&self, source: &Self) -> Vec<Deviation> {
        deviations(source, self)
    }
}

impl Body for TemplateBody {
    fn violations(&self) -> Vec<Violation> {
        tree_violations(&self.preamble, &self.variables, &self.clauses)
    }

    fn text(&self) -> String {
        tree_text(&self.preamble, &self.clauses)
    }

    fn unresolved(&self) -> Vec<String> {
        unresolved(self.outline())
    }

    fn deviations_from(&self, source: &Self) -> Vec<Deviation> {
        deviations(source, self)
    }
}

impl Clausal for CharterBody {
    fn outline(&self) -> Outline<'_> {
        Outline {
            preamble: &self.preamble,
            variables: &self.variables,
            clauses: &self.clauses,
        }
    }

    fn with(&self, preamble: String, variables: Vec<Variable>, clauses: Vec<Clause>) -> Self {
        Self {
            preamble,
            variables,
            clauses,
        }
    }

    fn same_shell(&self, _: &Self) -> bool {
        true
    }
}

impl Clausal for TemplateBody {
    fn outline(&self) -> Outline<'_> {
        Outline {
            preamble: &self.preamble,
            variables: &self.variables,
            clauses: &self.clauses,
        }
    }

    fn with(&self, preamble: String, variables: Vec<Variable>, clauses: Vec<Clause>) -> Self {
        Self {
            purpose: self.purpose,
            preamble,
            variables,
            clauses,
        }
    }

    fn same_shell(&self, other: &Self) -> bool {
        self.purpose == other.purpose
    }
}

fn tree_text(preamble: &str, clauses: &[Clause]) -> String {
    fn add(clauses: &[Clause], text: &mut String) {
        for clause in clauses {
            text.push_str(&clause.title);
            text.push('\n');
            text.push_str(&clause.text);
            text.push('\n');
            add(&clause.clauses, text);
        }
    }
    let mut text = format!("{preamble}\n");
    add(clauses, &mut text);
    text
}

/// One walk over a body that remembers what it has met.
struct Walk<'a> {
    declared: HashSet<&'a str>,
    ids: HashSet<&'a str>,
    clauses: usize,
    characters: usize,
    found: Vec<Violation>,
}

fn tree_violations(preamble: &str, variables: &[Variable], clauses: &[Clause]) -> Vec<Violation> {
    let mut walk = Walk {
        declared: HashSet::new(),
        ids: HashSet::new(),
        clauses: 0,
        characters: 0,
        found: Vec::new(),
    };
    let root = Pointer::root();
    walk.variables(variables, &root.key("variables"));
    walk.text(preamble, &root.key("preamble"));
    if clauses.is_empty() {
        walk.refuse(root.key("clauses"), "clauses_empty");
    }
    walk.level(clauses, &root.key("clauses"), 1);
    if walk.clauses > limits::CLAUSES {
        walk.refuse(root.key("clauses"), "clauses_too_many");
    }
    if walk.characters > limits::TOTAL {
        walk.refuse(root, "body_too_long");
    }
    walk.found
}

impl<'a> Walk<'a> {
    fn refuse(&mut self, pointer: Pointer, code: &'static str) {
        self.found.push(Violation::at(pointer, code));
    }

    fn variables(&mut self, variables: &'a [Variable], at: &Pointer) {
        if variables.len() > limits::VARIABLES {
            self.refuse(at.clone(), "variables_too_many");
        }
        for (index, variable) in variables.iter().enumerate().take(limits::VARIABLES) {
            let at = at.index(index);
            if !is_name(&variable.name) {
                self.refuse(at.key("name"), "variable_name_format");
            } else if !self.declared.insert(&variable.name) {
                self.refuse(at.key("name"), "variable_duplicate");
            }
            self.title(&variable.label, &at.key("label"));
            self.length(&variable.help, limits::TEXT, &at.key("help"));
            if let Some(default) = &variable.default {
                self.characters += default.chars().count();
                let at = at.key("default");
                if let Err(error) = Value::parse(variable.holds, default) {
                    self.refuse(at, error.code());
                }
            }
        }
    }

    fn level(&mut self, clauses: &'a [Clause], at: &Pointer, depth: usize) {
        if depth > limits::DEPTH && !clauses.is_empty() {
            return self.refuse(at.clone(), "clauses_too_deep");
        }
        for (index, clause) in clauses.iter().enumerate() {
            self.clauses += 1;
            // Those beyond the limit are counted, not looked at.
            if self.clauses > limits::CLAUSES {
                return;
            }
            let at = at.index(index);
            if !self.ids.insert(clause.id.as_str()) {
                self.refuse(at.key("id"), "clause_id_duplicate");
            }
            self.title(&clause.title, &at.key("title"));
            self.text(&clause.text, &at.key("text"));
            self.level(&clause.clauses, &at.key("clauses"), depth + 1);
        }
    }

    fn length(&mut self, text: &str, limit: usize, at: &Pointer) {
        let length = text.chars().count();
        self.characters += length;
        if length > limit {
            self.refuse(at.clone(), "text_too_long");
        }
        if has_control(text) {
            self.refuse(at.clone(), "text_control_character");
        }
    }

    fn title(&mut self, title: &str, at: &Pointer) {
        self.length(title, limits::TITLE, at);
        if title.trim().is_empty() {
            self.refuse(at.clone(), "text_empty");
        } else if title.contains(['\n', '\r']) && !has_control(title) {
            self.refuse(at.clone(), "text_control_character");
        }
    }

    fn text(&mut self, text: &str, at: &Pointer) {
        self.length(text, limits::TEXT, at);
        if text.len() > 4 * limits::TEXT {
            return;
        }
        if !check_links(text) {
            self.refuse(at.clone(), "markdown_link");
        }
        if used_in(text).any(|name| !BUILT_IN.contains(&name) && !self.declared.contains(name)) {
            self.refuse(at.clone(), "variable_undeclared");
        }
    }
}
