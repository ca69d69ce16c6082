//! Two schemas of the same thing: what a caller of the old one could not send or read any more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Callers send it: what was accepted stays accepted.
    Request,
    /// Callers read it: what was there stays there.
    Answer,
}

/// Limits that may only rise in a request.
const CEILINGS: [&str; 4] = ["maxLength", "maxItems", "maximum", "maxProperties"];
/// Limits that may only fall in a request.
const FLOORS: [&str; 4] = ["minLength", "minItems", "minimum", "minProperties"];
/// What a text must look like.
const FORMS: [&str; 2] = ["pattern", "format"];

/// A walk along two schemas.
pub struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    side: Side,
    /// The pairs of references that were followed: trees refer to themselves.
    met: BTreeSet<(String, String)>,
    /// What a caller would notice.
    pub found: Vec<String>,
}

/// A schema with its references followed and its parts put together.
#[derive(Default)]
struct Shape<'a> {
    kinds: BTreeSet<&'a str>,
    values: Option<Vec<&'a Value>>,
    members: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    closed: bool,
    items: Option<&'a Value>,
    choices: BTreeMap<String, &'a Value>,
    bounds: BTreeMap<&'a str, &'a Value>,
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn reference(schema: &Value) -> String {
    schema["$ref"].as_str().unwrap_or_default().to_owned()
}

impl<'a> Shape<'a> {
    fn of(document: &'a Value, schema: &'a Value) -> Self {
        let mut shape = Self::default();
        shape.add(document, schema);
        // One of two, where the other is null, is the first or null.
        if shape.choices.remove("null").is_some() {
            if shape.choices.len() == 1
                && let Some((_, only)) = shape.choices.pop_first()
            {
                shape.add(document, only);
            }
            shape.kinds.insert("null");
        }
        shape
    }

    fn add(&mut self, document: &'a Value, schema: &'a Value) {
        let target = schema["$ref"]
            .as_str()
            .and_then(|at| document.pointer(at.trim_start_matches('#')));
        if let Some(target) = target {
            self.add(document, target);
        }
        list(&schema["allOf"]).for_each(|part| self.add(document, part));
        let kinds = list(&schema["type"]).chain(Some(&schema["type"]));
        self.kinds.extend(kinds.filter_map(Value::as_str));
        if let Some(values) = schema["enum"].as_array() {
            self.values = Some(values.iter().collect());
        }
        let members = schema["properties"].as_object().into_iter().flatten();
        self.members
            .extend(members.map(|(name, member)| (name.as_str(), member)));
        self.required
            .extend(list(&schema["required"]).filter_map(Value::as_str));
        self.closed |= schema["additionalProperties"] == false;
        self.items = self.items.or(schema.get("items"));
        for choice in list(&schema["oneOf"]).chain(list(&schema["anyOf"])) {
            self.choices.insert(label(choice), choice);
        }
        for name in CEILINGS.iter().chain(&FLOORS).chain(&FORMS) {
            if let Some(bound) = schema.get(*name) {
                self.bounds.insert(name, bound);
            }
        }
    }
}

/// What tells a choice from the others: its tag, its name, or its type.
fn label(choice: &Value) -> String {
    let tag = &choice["properties"]["type"]["enum"][0];
    let named = [tag, &choice["$ref"], &choice["type"]];
    let named = named.into_iter().find_map(Value::as_str);
    named.map_or_else(|| choice.to_string(), str::to_owned)
}

impl<'a> Comparison<'a> {
    pub fn new(old: &'a Value, new: &'a Value, side: Side) -> Self {
        Self {
            old,
            new,
            side,
            met: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    fn tell(&mut self, place: &str, what: impl std::fmt::Display) {
        self.found.push(format!("{place} {what}"));
    }

    /// Compares what stands at `place` in both documents.
    pub fn compare(&mut self, place: &str, was: &'a Value, is: &'a Value) {
        let names = (reference(was), reference(is));
        if !names.0.is_empty() && !self.met.insert(names) {
            return;
        }
        let (was, is) = (Shape::of(self.old, was), Shape::of(self.new, is));
        self.kinds(place, &was, &is);
        self.members(place, &was, &is);
        match self.side {
            Side::Request => self.asked(place, &was, &is),
            Side::Answer => self.answered(place, &was, &is),
        }
        if let (Some(was), Some(is)) = (was.items, is.items) {
            self.compare(&format!("{place}[]"), was, is);
        }
        for (name, was) in &was.choices {
            match is.choices.get(name) {
                Some(is) => self.compare(&format!("{place}<{name}>"), was, is),
                None => self.tell(place, format_args!("is never {name} any more")),
            }
        }
    }

    /// A request still accepts every type, an answer has no new one.
    fn kinds(&mut self, place: &str, was: &Shape<'a>, is: &Shape<'a>) {
        // An integer is a number.
        let fits = |kinds: &BTreeSet<&str>, kind: &str| {
            kinds.is_empty()
                || kinds.contains(kind)
                || kind == "integer" && kinds.contains("number")
        };
        let (from, to) = match self.side {
            Side::Request => (was, is),
            Side::Answer => (is, was),
        };
        let fitting = from.kinds.iter().all(|kind| fits(&to.kinds, kind));
        if !fitting || from.kinds.is_empty() && !to.kinds.is_empty() && from.choices.is_empty() {
            let (before, now) = (&was.kinds, &is.kinds);
            self.tell(place, format_args!("was {before:?} and is {now:?}"));
        }
    }

    fn members(&mut self, place: &str, was: &Shape<'a>, is: &Shape<'a>) {
        for (name, before) in &was.members {
            let place = format!("{place}.{name}");
            match is.members.get(name) {
                Some(now) => self.compare(&place, before, now),
                None if self.side == Side::Answer || is.closed => self.tell(&place, "is gone"),
                None => {}
            }
        }
    }

    /// What is accepted does not shrink.
    fn asked(&mut self, place: &str, was: &Shape<'a>, is: &Shape<'a>) {
        for name in is.required.difference(&was.required) {
            self.tell(&format!("{place}.{name}"), "is required now");
        }
        if is.closed && !was.closed {
            self.tell(place, "takes no other members any more");
        }
        if let Some(now) = &is.values {
            let gone: Vec<_> = match &was.values {
                Some(before) => before.iter().filter(|value| !now.contains(value)).collect(),
                None => now.iter().collect(),
            };
            if !gone.is_empty() {
                let what = if was.values.is_some() {
                    "does not take"
                } else {
                    "takes only"
                };
                self.tell(place, format_args!("{what} {gone:?}"));
            }
        }
        for (name, now) in &is.bounds {
            let before = was.bounds.get(name);
            if is_narrower(name, before.copied(), now) {
                self.tell(place, format_args!("has a narrower {name}: {now}"));
            }
        }
    }

    /// What is there does not become rarer.
    fn answered(&mut self, place: &str, was: &Shape<'a>, is: &Shape<'a>) {
        for name in was.required.difference(&is.required) {
            if is.members.contains_key(name) {
                self.tell(&format!("{place}.{name}"), "may be absent now");
            }
        }
        for name in FORMS {
            if let Some(before) = was.bounds.get(name)
                && is.bounds.get(name) != Some(before)
            {
                self.tell(place, format_args!("has not the {name} {before} any more"));
            }
        }
    }
}

fn is_narrower(name: &str, before: Option<&Value>, now: &Value) -> bool {
    let Some(before) = before else {
        return true;
    };
    let (was, is) = (before.as_f64(), now.as_f64());
    if CEILINGS.contains(&name) {
        is < was
    } else if FLOORS.contains(&name) {
        is > was
    } else {
        before != now
    }
}
