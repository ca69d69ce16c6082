//! Whoever reads the document misses nothing: neither a word, nor a parameter, nor an answer.

mod examples;
mod limits;

use std::collections::BTreeSet;

use maillage_api::http::Code;

use crate::contract::{Operation, at, content, document, items, members, nothing, operations};

/// Changes without something to compare: a session knows no revisions.
const UNCONDITIONAL: [&str; 1] = ["log_out"];
/// Changes of state by POST, which name what they were decided on.
const TURNS: [&str; 10] = [
    "/trial/steps",
    "/acceptance",
    "/refusal",
    "/suspension",
    "/withdrawal",
    "/publications",
    "/inclusions",
    "/merges",
    "/draft/imports",
    "/secrets",
];

/// Collects what is wrong with each operation.
#[track_caller]
fn each(check: impl Fn(&Operation, &mut dyn FnMut(&str))) {
    let mut found = Vec::new();
    for operation in operations() {
        let name = operation.name();
        check(&operation, &mut |wrong| {
            found.push(format!("{name}: {wrong}"))
        });
    }
    nothing(&found);
}

#[test]
fn it_is_openapi_3_1() {
    assert_eq!(at("/openapi"), "3.1.0");
    assert_eq!(at("/info/title"), "Maillage");
    assert_eq!(at("/info/license/identifier"), "EUPL-1.2");
    assert_eq!(at("/servers/0/url"), maillage_api::cli::PUBLISHED);
    assert_eq!(at("/components/securitySchemes/bearer/scheme"), "bearer");
}

#[test]
fn every_reference_leads_somewhere() {
    let mut wanted = BTreeSet::new();
    walk(document(), &mut |value| {
        wanted.extend(value["$ref"].as_str().map(str::to_owned));
    });
    assert!(wanted.len() > 50);
    let missing = |reference: &String| {
        document()
            .pointer(reference.trim_start_matches('#'))
            .is_none()
    };
    nothing(&wanted.into_iter().filter(missing).collect::<Vec<_>>());
}

#[test]
fn every_component_is_referred_to() {
    let text = document().to_string();
    let mut unused = Vec::new();
    for section in ["schemas", "responses"] {
        for (name, _) in members(at(&format!("/components/{section}"))) {
            let reference = format!("\"#/components/{section}/{name}\"");
            if !text.contains(&reference) {
                unused.push(reference);
            }
        }
    }
    nothing(&unused);
}

fn walk(value: &serde_json::Value, visit: &mut impl FnMut(&serde_json::Value)) {
    visit(value);
    members(value).for_each(|(_, child)| walk(child, visit));
    items(value).for_each(|child| walk(child, visit));
}

#[test]
fn every_operation_has_an_id_of_its_own() {
    let mut ids = BTreeSet::new();
    each(|operation, wrong| {
        let id = operation.spec["operationId"].as_str().unwrap_or_default();
        if id.is_empty()
            || !id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        {
            wrong("its operationId is not in snake case");
        }
    });
    for operation in operations() {
        assert!(
            ids.insert(operation.spec["operationId"].to_string()),
            "{}",
            operation.name()
        );
    }
}

#[test]
fn every_operation_says_what_it_does() {
    let tags: BTreeSet<_> = items(at("/tags"))
        .map(|tag| &tag["name"])
        .map(ToString::to_string)
        .collect();
    each(|operation, wrong| {
        let own: Vec<_> = items(&operation.spec["tags"])
            .map(ToString::to_string)
            .collect();
        if own.len() != 1 || !own.iter().all(|tag| tags.contains(tag)) {
            wrong("not one known tag");
        }
        let summary = operation.spec["summary"].as_str().unwrap_or_default();
        if summary.is_empty() || summary.chars().count() > 80 || !summary.ends_with('.') {
            wrong("the summary is no sentence of at most 80 characters");
        }
    });
    nothing(
        &items(at("/tags"))
            .filter(|tag| tag["description"].is_null())
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_operation_says_who_may_call_it() {
    assert_eq!(at("/security"), &serde_json::json!([{ "bearer": [] }]));
    each(|operation, wrong| {
        let own = &operation.spec["security"];
        if !own.is_null() && !operation.is_public() {
            wrong("its security is neither that of all nor none");
        }
        let has = |status: &str| operation.responses().any(|(it, _)| it == status);
        let warned = has("401") && has("403");
        if !operation.is_public() && !warned {
            wrong("it asks for a token and does not say what happens without");
        }
    });
}

#[test]
fn every_parameter_is_documented() {
    each(|operation, wrong| {
        for parameter in operation.parameters() {
            let name = &parameter["name"];
            if parameter["description"]
                .as_str()
                .unwrap_or_default()
                .is_empty()
            {
                wrong(&format!("{name} is not described"));
            }
            if parameter["schema"].is_null() {
                wrong(&format!("{name} has no schema"));
            }
            if parameter["required"] == true && parameter["example"].is_null() {
                wrong(&format!("{name} has no example"));
            }
        }
        for name in operation
            .path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
        {
            if !operation.takes("path", name) {
                wrong(&format!("{{{name}}} in the path is not documented"));
            }
        }
    });
}

#[test]
fn every_list_has_its_pages() {
    each(|operation, wrong| {
        let limit = operation.takes("query", "limit");
        let cursor = operation.takes("query", "cursor");
        let ok = &operation.spec["responses"]["200"];
        if operation.takes("query", "after") {
            // The feed has no pages to turn, but a place to go on from, now or later.
            return;
        }
        if limit != cursor || cursor == ok["headers"]["Link"].is_null() {
            wrong("limit, cursor and Link belong together");
        }
    });
}

#[test]
fn every_write_can_be_retried_and_loses_no_update() {
    each(|operation, wrong| {
        let conditional = operation.takes("header", "If-Match");
        let id = operation.spec["operationId"].as_str().unwrap_or_default();
        let turn = TURNS.iter().any(|turn| operation.path.ends_with(turn));
        let changes = match operation.method {
            "post" => turn,
            "patch" | "put" | "delete" => !UNCONDITIONAL.contains(&id),
            _ => false,
        };
        if changes != conditional {
            wrong("If-Match is not where it should be");
        }
        let key = operation.takes("header", "Idempotency-Key");
        if key != (operation.method == "post" && !operation.is_public()) {
            wrong("Idempotency-Key is not where it should be");
        }
    });
}

#[test]
fn every_answer_is_described() {
    each(|operation, wrong| {
        for (status, answer) in operation.responses() {
            if answer["description"]
                .as_str()
                .unwrap_or_default()
                .is_empty()
            {
                wrong(&format!("{status} is not described"));
            }
            if status == "201" && answer["headers"]["Location"].is_null() {
                wrong("201 without Location");
            }
        }
        if !operation
            .responses()
            .any(|(status, _)| status.starts_with('2'))
        {
            wrong("it never goes well");
        }
    });
}

#[test]
fn whatever_goes_wrong_is_a_problem() {
    each(|operation, wrong| {
        let failures = operation.responses().filter(|(status, _)| *status >= "400");
        for (status, answer) in failures {
            let kinds = content(answer).map(|kinds| kinds.keys().cloned().collect::<Vec<_>>());
            let media = &answer["content"]["application/problem+json"];
            let schema = &media["schema"]["$ref"];
            if kinds.is_none_or(|kinds| kinds.len() != 1)
                || schema != "#/components/schemas/ProblemView"
            {
                wrong(&format!("{status} is not a problem"));
            }
            for (slug, _) in members(&media["examples"]) {
                let own = at(&format!("/components/examples/{slug}/value/status"));
                if own.as_u64() != status.parse().ok() {
                    wrong(&format!("{slug} does not come with {status}"));
                }
            }
        }
        for status in ["500", "503"] {
            if operation.spec["responses"][status].is_null() {
                wrong(&format!("{status} can happen everywhere"));
            }
        }
    });
}

#[test]
fn every_problem_code_is_answered_by_some_operation() {
    let mut slugs: BTreeSet<_> = Code::ALL
        .iter()
        .map(|code| code.slug().to_owned())
        .collect();
    for operation in operations() {
        for (_, answer) in operation.responses() {
            let media = &answer["content"]["application/problem+json"];
            members(&media["examples"]).for_each(|(slug, _)| {
                slugs.remove(slug);
            });
        }
    }
    // What no operation answers, because it is no operation that was asked for.
    assert_eq!(
        slugs.into_iter().collect::<Vec<_>>(),
        ["method_not_allowed"]
    );
}

#[test]
fn every_schema_is_described() {
    let mut found = Vec::new();
    for (name, schema) in members(at("/components/schemas")) {
        let page = name.ends_with("Page");
        if schema["description"].is_null() {
            found.push(format!("{name} is not described"));
        }
        if name.contains('_') {
            found.push(format!(
                "{name} is no name a generator makes a good name of"
            ));
        }
        walk(schema, &mut |part| {
            for (member, value) in members(&part["properties"]) {
                let tagged = value["enum"].as_array().is_some_and(|all| all.len() == 1);
                let named = !value["$ref"].is_null();
                let either = &value["oneOf"][0]["description"];
                if value["description"].is_null() && either.is_null() && !tagged && !named && !page
                {
                    found.push(format!("{name}.{member} is not described"));
                }
            }
        });
    }
    nothing(&found);
}

#[test]
fn every_list_in_a_request_is_bounded() {
    let mut found = Vec::new();
    for (name, schema) in members(at("/components/schemas")) {
        let asked = ["Input", "Patch", "Body", "Clause"]
            .iter()
            .any(|end| name.ends_with(end));
        walk(schema, &mut |part| {
            if asked && part["type"] == "array" && part["maxItems"].is_null() {
                found.push(format!("{name} has a list without maxItems: {part}"));
            }
        });
    }
    nothing(&found);
}
