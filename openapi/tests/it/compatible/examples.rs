//! Each kind of difference, and the harmless ones beside it.

use serde_json::{Value, json};

use super::difference::breaking_differences;

fn document() -> Value {
    json!({
        "security": [{ "bearer": [] }],
        "paths": { "/things/{id}": {
            "get": {
                "operationId": "get_thing",
                "security": [],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 100 } }
                ],
                "responses": {
                    "200": {
                        "headers": { "ETag": {} },
                        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } }
                    },
                    "404": { "description": "No." }
                }
            },
            "put": {
                "operationId": "put_thing",
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Input" } } } },
                "responses": { "204": { "description": "Done." } }
            }
        }},
        "components": {
            "examples": { "not_found": {} },
            "schemas": {
                "Thing": {
                    "allOf": [{ "type": "object", "required": ["id"], "properties": {
                        "id": { "type": "string", "format": "uuid" } } }],
                    "type": "object",
                    "required": ["state", "parts"],
                    "properties": {
                        "state": { "type": "string", "enum": ["a", "b"] },
                        "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
                        "latest": { "oneOf": [{ "$ref": "#/components/schemas/Head" }, { "type": "null" }] }
                    }
                },
                "Head": { "type": "object", "required": ["number"], "properties": { "number": { "type": "integer" } } },
                "Input": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {
                        "title": { "type": "string", "maxLength": 200 },
                        "note": { "type": ["string", "null"] },
                        "lock": { "type": "string", "enum": ["free", "imposed"] },
                        "size": { "type": "number" },
                        "to": { "oneOf": [
                            { "type": "object", "properties": { "type": { "enum": ["all"] } } },
                            { "type": "object", "properties": { "type": { "enum": ["one"] } } }
                        ]}
                    }
                }
            }
        }
    })
}

/// What `change` breaks.
fn broken(change: impl Fn(&mut Value)) -> Vec<String> {
    let mut new = document();
    change(&mut new);
    assert_ne!(new, document(), "nothing was changed");
    breaking_differences(&document(), &new)
}

const GET: &str = "/paths/~1things~1{id}/get";
const PUT: &str = "/paths/~1things~1{id}/put";

/// The object at a pointer: a path of the operation, or a schema.
fn at<'a>(document: &'a mut Value, root: &str, rest: &str) -> &'a mut Value {
    let pointer = match root {
        GET | PUT => format!("{root}{rest}"),
        schema => format!("/components/schemas/{schema}{rest}"),
    };
    document.pointer_mut(&pointer).unwrap()
}

/// What setting a value breaks.
fn set(root: &str, place: &str, name: &str, value: &Value) -> Vec<String> {
    broken(|new| at(new, root, place)[name] = value.clone())
}

/// What removing a value breaks.
fn remove(root: &str, place: &str, name: &str) -> Vec<String> {
    broken(|new| {
        at(new, root, place).as_object_mut().unwrap().remove(name);
    })
}

#[track_caller]
fn one(found: &[String], says: &str) {
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(says), "{found:?}");
}

#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_same_document_breaks_nothing() {
    none(&breaking_differences(&document(), &document()));
}

#[test]
fn an_operation_that_is_gone() {
    one(
        &broken(|new| {
            new["paths"]["/things/{id}"]
                .as_object_mut()
                .unwrap()
                .remove("put");
        }),
        "PUT /things/{id} is gone",
    );
    one(&set(PUT, "", "operationId", &json!("other")), "its id was");
}

#[test]
fn a_token_that_was_not_asked_for() {
    one(&remove(GET, "", "security"), "asks for a token");
    none(&set(PUT, "", "security", &json!([])));
}

#[test]
fn a_parameter() {
    one(
        &broken(|new| {
            at(new, GET, "/parameters").as_array_mut().unwrap().pop();
        }),
        "limit is gone",
    );
    one(
        &set(GET, "/parameters/1", "required", &json!(true)),
        "limit is required",
    );
    one(
        &set(GET, "/parameters/1/schema", "maximum", &json!(50)),
        "narrower maximum",
    );
    let add = |required: bool| {
        broken(|new| {
            let more = json!({ "name": "q", "in": "query", "required": required, "schema": {} });
            at(new, GET, "/parameters")
                .as_array_mut()
                .unwrap()
                .push(more);
        })
    };
    one(&add(true), "new and required");
    none(&add(false));
    none(&set(GET, "/parameters/1/schema", "maximum", &json!(200)));
}

#[test]
fn a_field_of_a_request() {
    let new_field = |required: bool| {
        broken(|new| {
            at(new, "Input", "/properties")["more"] = json!({ "type": "string" });
            if required {
                at(new, "Input", "/required")
                    .as_array_mut()
                    .unwrap()
                    .push(json!("more"));
            }
        })
    };
    one(&new_field(true), "request.more is required now");
    none(&new_field(false));
    one(
        &set("Input", "", "required", &json!(["title", "lock"])),
        "request.lock is required now",
    );
    none(&set("Input", "", "required", &json!([])));
    // A request that is open ignores what it does not know, one that is closed refuses it.
    none(&remove("Input", "/properties", "note"));
    one(
        &set("Input", "", "additionalProperties", &json!(false)),
        "no other members",
    );
    let closed = broken(|new| {
        at(new, "Input", "")["additionalProperties"] = json!(false);
        at(new, "Input", "/properties")
            .as_object_mut()
            .unwrap()
            .remove("note");
    });
    assert!(
        closed.iter().any(|it| it.contains("request.note is gone")),
        "{closed:?}"
    );
}

#[test]
fn a_narrower_request() {
    one(
        &set("Input", "/properties/lock", "enum", &json!(["free"])),
        "does not take",
    );
    none(&set(
        "Input",
        "/properties/lock",
        "enum",
        &json!(["free", "imposed", "x"]),
    ));
    one(
        &set("Input", "/properties/title", "enum", &json!(["T"])),
        "takes only",
    );
    one(
        &set("Input", "/properties/title", "maxLength", &json!(100)),
        "narrower maxLength",
    );
    one(
        &set("Input", "/properties/title", "minLength", &json!(1)),
        "narrower minLength",
    );
    one(
        &set("Input", "/properties/title", "pattern", &json!("^a")),
        "narrower pattern",
    );
    none(&remove("Input", "/properties/title", "maxLength"));
    one(
        &set("Input", "/properties/note", "type", &json!("string")),
        "request.note was",
    );
    one(
        &set("Input", "/properties/size", "type", &json!("integer")),
        "request.size was",
    );
    one(
        &broken(|new| {
            at(new, "Input", "/properties/to/oneOf")
                .as_array_mut()
                .unwrap()
                .pop();
        }),
        "never one",
    );
}

#[test]
fn a_body() {
    one(
        &set(PUT, "/requestBody", "required", &json!(true)),
        "needs a body",
    );
    one(
        &set(PUT, "/requestBody", "content", &json!({ "text/plain": {} })),
        "does not take application/json",
    );
    one(
        &set(
            GET,
            "/responses/200",
            "content",
            &json!({ "text/plain": {} }),
        ),
        "is not application/json",
    );
}

#[test]
fn an_answer() {
    one(&remove(PUT, "/responses", "204"), "does not answer 204");
    none(&remove(GET, "/responses", "404"));
    one(&remove(GET, "/responses/200/headers", "ETag"), "no ETag");
    one(
        &remove("Thing", "/properties", "state"),
        "200.state is gone",
    );
    one(
        &set("Thing", "", "required", &json!(["parts"])),
        "200.state may be absent",
    );
    one(
        &set(
            "Thing",
            "/properties/state",
            "type",
            &json!(["string", "null"]),
        ),
        "200.state was",
    );
    one(
        &set("Thing", "/properties/parts", "type", &json!("object")),
        "200.parts was",
    );
    let other = set(
        "Thing",
        "/properties",
        "latest",
        &json!({ "type": "string" }),
    );
    assert!(other[0].contains("200.latest was"), "{other:?}");
    one(
        &set("Thing", "/allOf/0/properties/id", "format", &json!("uri")),
        "format",
    );
    one(
        &set("Head", "/properties/number", "type", &json!("string")),
        "200.latest.number was",
    );
}

#[test]
fn more_in_an_answer_breaks_nothing() {
    none(&set(
        "Thing",
        "/properties",
        "more",
        &json!({ "type": "string" }),
    ));
    none(&set(
        "Thing",
        "/properties/state",
        "enum",
        &json!(["a", "b", "c"]),
    ));
    none(&set(
        "Thing",
        "",
        "required",
        &json!(["state", "parts", "latest"]),
    ));
    none(&set(GET, "/responses", "409", &json!({})));
    // What could be null and never is any more surprises nobody.
    none(&set(
        "Thing",
        "/properties",
        "latest",
        &json!({ "$ref": "#/components/schemas/Head" }),
    ));
}

#[test]
fn a_problem_that_is_gone() {
    one(
        &broken(|new| new["components"]["examples"] = json!({ "other": {} })),
        "not_found is gone",
    );
}

#[test]
fn the_committed_document_compares_with_itself() {
    let committed = crate::contract::document();
    none(&breaking_differences(committed, committed));
}
