//! The schemas of the contract and the types of the domain say the same of bodies.

use std::collections::BTreeSet;

use maillage_api::document::document;
use maillage_domain::commons::{
    CharterBody, Lock, ProtocolBody, TemplateBody, TemplateUse, VariableType,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::experiment;

/// A schema of the contract by its name.
fn schema(name: &str) -> Value {
    let document = serde_json::to_value(document("https://maillage.test")).unwrap();
    document["components"]["schemas"][name].clone()
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    all.map(str::to_owned).collect()
}

fn properties(name: &str) -> BTreeSet<String> {
    let schema = schema(name);
    let properties = schema["properties"].as_object();
    names(
        properties
            .unwrap_or_else(|| panic!("{name}: {schema}"))
            .keys()
            .map(String::as_str),
    )
}

fn required(name: &str) -> BTreeSet<String> {
    let schema = schema(name);
    names(
        schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str),
    )
}

/// The values of an enumeration: serde lists them when it meets another one.
fn values<T: DeserializeOwned>() -> BTreeSet<String> {
    let Err(error) = serde_json::from_value::<T>(json!("?")) else {
        panic!("? is a value");
    };
    let message = error.to_string();
    names(message.split('`').skip(3).step_by(2))
}

/// A body with every member that a body can have.
fn full() -> Value {
    let variable = json!({ "name": "nom", "label": "Nom", "help": "Aide.", "type": "date",
        "default": "2026-01-01" });
    let inner = json!({ "id": "b", "title": "B" });
    let clause = json!({ "id": "a", "title": "A", "text": "{{nom}}", "lock": "free",
        "clauses": [inner] });
    json!({ "preamble": "Avant.", "variables": [variable], "clauses": [clause] })
}

/// What the domain prints of a full body.
fn printed<T: Serialize + DeserializeOwned>(body: Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(body).unwrap()).unwrap()
}

/// Members of `part` without which the domain does not parse `whole`.
fn needed<T: DeserializeOwned>(whole: &Value, part: &str) -> BTreeSet<String> {
    let members = whole.pointer(part).unwrap().as_object().unwrap().keys();
    let is_needed = |member: &&String| {
        let mut whole = whole.clone();
        let part = whole.pointer_mut(part).unwrap().as_object_mut().unwrap();
        part.remove(member.as_str());
        serde_json::from_value::<T>(whole).is_err()
    };
    members.filter(is_needed).cloned().collect()
}

/// Compares the schemas of a body and of its parts, by their places in it.
fn compare<T: Serialize + DeserializeOwned>(parts: &[(&str, &str)], body: Value) {
    let body = printed::<T>(body);
    for &(name, part) in parts {
        let members = body.pointer(part).unwrap().as_object().unwrap();
        assert_eq!(
            properties(name),
            names(members.keys().map(String::as_str)),
            "{name}"
        );
        assert_eq!(required(name), needed::<T>(&body, part), "{name}");
    }
}

#[test]
fn bodies_have_the_members_that_the_domain_prints() {
    let clausal = |name| {
        [
            (name, ""),
            ("Clause", "/clauses/0"),
            ("Variable", "/variables/0"),
        ]
    };
    compare::<CharterBody>(&clausal("CharterBody"), full());
    let mut template = full();
    template["use"] = json!("dpia");
    compare::<TemplateBody>(&clausal("TemplateBody"), template);
    let protocol = [
        ("ProtocolBody", ""),
        ("Population", "/population"),
        ("Indicator", "/indicators/0"),
        ("Tool", "/tool"),
        ("DataUsed", "/data"),
        ("Overseer", "/oversight/0"),
        ("StopCriterion", "/stop_criteria/0"),
        ("Cost", "/cost"),
    ];
    compare::<ProtocolBody>(&protocol, experiment("")["body"].clone());
}

#[test]
fn enumerations_have_the_values_that_the_domain_knows() {
    use maillage_domain::access::{GroupRole, Role};
    use maillage_domain::commons::{Better, Design, Level, ResourceState, Sensitivity};
    use maillage_domain::evaluation::Measure;
    use maillage_domain::groups::ParticipationState;
    use maillage_domain::identity::BodyType;

    for (name, known) in [
        ("Lock", values::<Lock>()),
        ("TemplateUse", values::<TemplateUse>()),
        ("VariableType", values::<VariableType>()),
        ("Role", values::<Role>()),
        ("GroupRole", values::<GroupRole>()),
        ("BodyType", values::<BodyType>()),
        ("ParticipationState", values::<ParticipationState>()),
        ("ResourceState", values::<ResourceState>()),
        ("Level", values::<Level>()),
        ("Design", values::<Design>()),
        ("Sensitivity", values::<Sensitivity>()),
        ("Better", values::<Better>()),
        ("Measure", values::<Measure>()),
    ] {
        let schema = schema(name);
        let told = schema["enum"].as_array().into_iter().flatten();
        assert_eq!(names(told.filter_map(Value::as_str)), known, "{name}");
    }
}

#[test]
fn limits_are_those_of_the_domain() {
    use maillage_domain::commons::limits;

    let at = |name: &str, pointer: &str| schema(name).pointer(pointer).cloned();
    let clauses = Some(json!(limits::CLAUSES));
    let text = Some(json!(limits::TEXT));
    for body in ["CharterBody", "TemplateBody"] {
        assert_eq!(at(body, "/properties/clauses/maxItems"), clauses);
        assert_eq!(at(body, "/properties/clauses/minItems"), Some(json!(1)));
        assert_eq!(
            at(body, "/properties/variables/maxItems"),
            Some(json!(limits::VARIABLES))
        );
        assert_eq!(at(body, "/properties/preamble/maxLength"), text);
    }
    assert_eq!(
        at("Clause", "/properties/title/maxLength"),
        Some(json!(limits::TITLE))
    );
    assert_eq!(at("Clause", "/properties/text/maxLength"), text);
    assert_eq!(
        at("Variable", "/properties/label/maxLength"),
        Some(json!(limits::TITLE))
    );
}

#[test]
fn limits_of_protocols_are_those_of_the_domain() {
    use maillage_domain::commons::limits;

    let at = |name: &str, pointer: &str| schema(name).pointer(pointer).cloned();
    for (name, member) in [
        ("ProtocolBody", "tasks"),
        ("ProtocolBody", "indicators"),
        ("ProtocolBody", "safeguards"),
        ("ProtocolBody", "oversight"),
        ("ProtocolBody", "stop_criteria"),
        ("DataUsed", "categories"),
    ] {
        let most = at(name, &format!("/properties/{member}/maxItems"));
        assert_eq!(most, Some(json!(limits::ENTRIES)), "{member}");
    }
    let paragraphs = [
        ("ProtocolBody", "hypothesis"),
        ("ProtocolBody", "baseline"),
        ("ProtocolBody", "energy"),
        ("Population", "description"),
        ("Indicator", "definition"),
        ("Overseer", "duty"),
    ];
    let lines = [
        ("ProtocolBody", "service"),
        ("Indicator", "name"),
        ("Indicator", "unit"),
        ("Tool", "name"),
        ("Tool", "supplier"),
        ("DataUsed", "hosting"),
        ("Overseer", "function"),
        ("StopCriterion", "text"),
    ];
    let paragraphs = paragraphs.map(|it| (it, limits::PARAGRAPH));
    let lines = lines.map(|it| (it, limits::TITLE));
    for ((name, member), most) in paragraphs.into_iter().chain(lines) {
        let told = at(name, &format!("/properties/{member}/maxLength"));
        assert_eq!(told, Some(json!(most)), "{name}.{member}");
    }
    let id = at("Indicator", "/properties/id/pattern");
    let most = limits::INDICATOR_ID - 1;
    assert_eq!(id, Some(json!(format!("^[a-z][a-z0-9-]{{0,{most}}}$"))));
}
