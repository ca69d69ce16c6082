//! What a new document breaks for callers who were written for the old one.
//!
//! What is said stays true: additions are no difference. Callers are asked to tolerate new members
//! and new values of an enum in answers; everything else that they could rely on is compared.

use serde_json::Value;

use super::schema::{Comparison, Side};

/// Every difference that could break a caller, one sentence each.
pub fn breaking_differences(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, methods) in members(&old["paths"]) {
        for (method, operation) in members(methods) {
            let name = format!("{} {path}", method.to_uppercase());
            match new["paths"][path].get(method) {
                None => found.push(format!("{name} is gone")),
                Some(now) => {
                    let pair = Pair { old, new, name };
                    pair.operation(operation, now, &mut found);
                }
            }
        }
    }
    for (slug, _) in members(&old["components"]["examples"]) {
        if new["components"]["examples"][slug].is_null() {
            found.push(format!("the problem {slug} is gone"));
        }
    }
    found
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What a reference of `document` leads to, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    let target = reference.and_then(|pointer| document.pointer(pointer));
    target.unwrap_or(value)
}

/// Whether an operation asks for a token.
fn asks(document: &Value, operation: &Value) -> bool {
    let own = operation.get("security").unwrap_or(&document["security"]);
    items(own).any(|one| members(one).next().is_some())
}

/// One operation in both documents.
struct Pair<'a> {
    old: &'a Value,
    new: &'a Value,
    name: String,
}

impl<'a> Pair<'a> {
    fn operation(&self, was: &'a Value, is: &'a Value, found: &mut Vec<String>) {
        let mut tell = |what: String| found.push(format!("{}: {what}", self.name));
        if was["operationId"] != is["operationId"] {
            tell(format!("its id was {}", was["operationId"]));
        }
        if !asks(self.old, was) && asks(self.new, is) {
            tell("it asks for a token now".to_owned());
        }
        self.parameters(was, is, &mut tell);
        self.request(&was["requestBody"], &is["requestBody"], &mut tell);
        self.answers(&was["responses"], &is["responses"], &mut tell);
    }

    fn schemas(
        &self,
        side: Side,
        place: &str,
        was: &'a Value,
        is: &'a Value,
        tell: &mut impl FnMut(String),
    ) {
        let mut comparison = Comparison::new(self.old, self.new, side);
        comparison.compare(place, was, is);
        comparison.found.into_iter().for_each(tell);
    }

    fn parameters(&self, was: &'a Value, is: &'a Value, tell: &mut impl FnMut(String)) {
        let find = |all: &'a Value, one: &Value| {
            items(all).find(|it| it["in"] == one["in"] && it["name"] == one["name"])
        };
        for before in items(&was["parameters"]) {
            let name = before["name"].as_str().unwrap_or_default();
            // Unknown parameters are refused, so leaving one out is not harmless either.
            match find(&is["parameters"], before) {
                None => tell(format!("the parameter {name} is gone")),
                Some(now) => {
                    if now["required"] == true && before["required"] != true {
                        tell(format!("the parameter {name} is required now"));
                    }
                    let (before, now) = (&before["schema"], &now["schema"]);
                    self.schemas(Side::Request, name, before, now, tell);
                }
            }
        }
        for now in items(&is["parameters"]) {
            if now["required"] == true && find(&was["parameters"], now).is_none() {
                tell(format!("the parameter {} is new and required", now["name"]));
            }
        }
    }

    fn request(&self, was: &'a Value, is: &'a Value, tell: &mut impl FnMut(String)) {
        if was["required"] != true && is["required"] == true {
            tell("it needs a body now".to_owned());
        }
        for (media, before) in members(&was["content"]) {
            match is["content"].get(media) {
                None => tell(format!("it does not take {media} any more")),
                Some(now) => {
                    let (before, now) = (&before["schema"], &now["schema"]);
                    self.schemas(Side::Request, "request", before, now, tell);
                }
            }
        }
    }

    fn answers(&self, was: &'a Value, is: &'a Value, tell: &mut impl FnMut(String)) {
        let good = members(was).filter(|(status, _)| status.starts_with('2'));
        for (status, before) in good {
            let Some(now) = is.get(status) else {
                tell(format!("it does not answer {status} any more"));
                continue;
            };
            let before = resolved(self.old, before);
            let now = resolved(self.new, now);
            for (header, _) in members(&before["headers"]) {
                if now["headers"][header].is_null() {
                    tell(format!("{status} has no {header} any more"));
                }
            }
            for (media, before) in members(&before["content"]) {
                match now["content"].get(media) {
                    None => tell(format!("{status} is not {media} any more")),
                    Some(now) => {
                        let (before, now) = (&before["schema"], &now["schema"]);
                        self.schemas(Side::Answer, status, before, now, tell);
                    }
                }
            }
        }
    }
}
