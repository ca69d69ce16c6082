//! L-6: nothing can be written that the document does not declare, and nothing else can be read.

use futures::StreamExt as _;
use maillage_infra::testing::PASSWORD;
use serde_json::{Value, json};

use super::operations::{Operation, operations};
use super::recipes;
use super::schema::{answered, names, objects, undeclared};
use super::stage::{Stage, app};
use crate::support::Response;

/// Columns and members of the domain that no schema names.
const INNER: [&str; 24] = [
    "tenant_id",
    "owner",
    "owner_id",
    "state",
    "head",
    "head_number",
    "revision",
    "id",
    "granted",
    "granted_at",
    "access",
    "abilities",
    "source",
    "source_tenant_id",
    "published_by",
    "updated_at",
    "offered_at",
    "listed_at",
    "founder",
    "operator",
    "password_hash",
    "secret",
    "settled_at",
    "__proto__",
];

/// Texts that name a member whose value must never be told.
const SECRET: [&str; 6] = [
    "password",
    "secret",
    "hash",
    "credential",
    "successor",
    "salt",
];

#[actix_web::test]
async fn a_member_that_is_not_declared_is_refused_where_it_stands() {
    let stage = Stage::new(app().await).await;
    let stage = &stage;
    let bodies = operations()
        .into_iter()
        .filter(|one| one.spec.get("requestBody").is_some() && !one.takes_file());
    let wrong: Vec<Vec<String>> = futures::stream::iter(bodies)
        .map(|operation| async move { smuggle(stage, &operation).await })
        .buffer_unordered(4)
        .collect()
        .await;
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Adds members to every object of the body of an operation; what was not refused as it must be.
async fn smuggle(stage: &Stage, operation: &Operation) -> Vec<String> {
    let recipe = recipes::prepare(stage, operation).await;
    let actor = stage.entitled(recipe.gate).await;
    let body = recipe.ask.body.clone().unwrap();
    let (mut places, mut wrong) = (Vec::new(), Vec::new());
    objects(&body, "", &mut places);
    for place in places {
        // The whole list at the top, where members are mapped to fields; a few further down.
        let all = names();
        let all = all.iter().map(String::as_str).chain(INNER);
        let few = ["tenant_id", "abilities", "revision"].into_iter();
        let names: Vec<&str> = if place.is_empty() {
            all.collect()
        } else {
            few.collect()
        };
        for name in names
            .into_iter()
            .filter(|name| !declares(operation, &place, name))
        {
            let mut ask = recipe.ask.clone();
            let mut body = body.clone();
            body.pointer_mut(&place).unwrap()[name] = json!(1);
            ask.body = Some(body);
            let answer = ask.by(&actor).await;
            let at = format!("{place}/{name}");
            if !refuses(&answer, &at) {
                wrong.push(format!("{} {at}: {answer:?}", operation.name()));
            }
        }
    }
    // The request was lawful but for that, and nothing of it was done so far.
    let done = recipe.ask.by(&actor).await;
    if !done.status.is_success() {
        wrong.push(format!("{}: {done:?}", operation.name()));
    }
    wrong
}

#[actix_web::test]
async fn every_audience_is_read_strictly() {
    let stage = Stage::new(app().await).await;
    let (siren, group) = (stage.host.siren(), stage.circle.as_str());
    let audiences = [
        json!({ "type": "collectivity", "siren": siren }),
        json!({ "type": "group", "id": group }),
        json!({ "type": "collectivity_type", "value": "commune" }),
        json!({ "type": "network" }),
        json!({ "type": "public" }),
    ];
    let others = [
        ("id", json!(group)),
        ("siren", json!(siren)),
        ("value", json!("commune")),
        ("tenant_id", json!(stage.host.tenant.id)),
    ];
    for audience in audiences {
        for (name, value) in others
            .iter()
            .filter(|(name, _)| audience.get(name).is_none())
        {
            let id = stage.private("charters").await.unwrap().id();
            let path = format!("/v1/charters/{id}/shares");
            let mut more = audience.clone();
            more[*name] = value.clone();
            let share = json!({ "audience": more, "level": "read" });
            let refused = stage.champion().post(&path, share).await;
            let at = format!("/audience/{name}");
            assert!(refuses(&refused, &at), "{more}: {refused:?}");
            let share = json!({ "audience": audience, "level": "read" });
            stage.champion().post(&path, share).await.expect(201);
        }
    }
}

/// Whether the document declares the member `name` of the object at `place` in the body.
fn declares(operation: &Operation, place: &str, name: &str) -> bool {
    let content = operation.spec["requestBody"]["content"]
        .as_object()
        .unwrap();
    let schema = &content.values().next().unwrap()["schema"];
    let keys = place.split('/').skip(1).collect::<Vec<_>>();
    let nested = keys.iter().rev().fold(json!({ name: 1 }), |value, key| {
        if key.parse::<usize>().is_ok() {
            json!([value])
        } else {
            json!({ *key: value })
        }
    });
    let mut found = Vec::new();
    undeclared(schema, &nested, "", &mut found);
    found.is_empty()
}

fn refuses(answer: &Response, at: &str) -> bool {
    let body = answer.json();
    let (status, body, at) = match answer.status.as_u16() {
        // Each item is refused by itself.
        207 => {
            let item = body["items"][0].clone();
            let at = at.strip_prefix("/items/0").unwrap_or(at);
            (item["status"].as_u64(), item, at)
        }
        status => (Some(status.into()), body, at),
    };
    let error = &body["errors"][0];
    let said = body["code"] == "invalid_request" && error["code"] == "unknown_field";
    status == Some(400) && said && error["pointer"] == at
}

#[actix_web::test]
async fn nothing_is_answered_that_the_document_does_not_declare() {
    let stage = Stage::new(app().await).await;
    let mut offered = 0;
    for operation in operations() {
        let name = operation.name();
        let recipe = recipes::prepare(&stage, &operation).await;
        let mut actor = stage.entitled(recipe.gate).await;
        if recipe.ends_session {
            actor = stage.newcomer.actor.clone();
        }
        let answer = recipe.ask.by(&actor).await;
        assert!(answer.status.is_success(), "{name}: {answer:?}");
        let status = answer.status.as_str();
        let declared = &operation.spec["responses"][status]["headers"]["ETag"];
        let tagged = !answer.etag().is_empty();
        assert_eq!(declared.is_object(), tagged, "{name}: {answer:?}");
        let told = format!("{:?} {}", answer.headers, answer.body);
        assert!(!told.contains(PASSWORD), "{name} tells the password");
        assert!(!told.contains("$argon2"), "{name} tells the hash");
        // A secret is shown once, by the operation that makes it.
        let makes = [
            "POST /v1/invitations",
            "POST /v1/collectivities",
            "POST /v1/collectivities/{siren}/invitations",
        ];
        let makes = makes.contains(&name.as_str());
        assert_eq!(told.contains("mlg_inv_"), makes, "{name}: {told}");
        let opens = ["POST /v1/sessions", "POST /v1/sessions/refresh"].contains(&name.as_str());
        assert_eq!(told.contains("mlg_rt_"), opens, "{name}: {told}");
        let proves = ["POST /v1/clients", "POST /v1/clients/{id}/secrets"].contains(&name.as_str());
        assert_eq!(told.contains("mlg_cs_"), proves, "{name}: {told}");
        offered += usize::from(makes) + usize::from(opens) + usize::from(proves);
        if answer.header("content-type") != "application/json" {
            continue;
        }
        let schema = answered(&operation, answer.status.as_u16());
        let schema = schema.unwrap_or_else(|| panic!("{name} declares no answer"));
        let mut found = Vec::new();
        undeclared(schema, &answer.json(), "", &mut found);
        assert!(found.is_empty(), "{name} tells {found:?}: {}", answer.body);
    }
    assert_eq!(offered, 7);
}

#[test]
fn no_answer_declares_a_secret() {
    for operation in operations() {
        for (status, response) in operation.spec["responses"].as_object().unwrap() {
            let mut found = Vec::new();
            let content = response["content"].as_object();
            for media in content.into_iter().flat_map(|content| content.values()) {
                told(&media["schema"], 0, &mut found);
            }
            // The secrets of a client are listed by id and date; one is shown once, when it is made, and
            // so is that of an endpoint.
            let shown = [
                "register_client",
                "rotate_client",
                "register_webhook_endpoint",
                "rotate_webhook_secret",
            ];
            let shown = shown.iter().any(|id| operation.spec["operationId"] == *id);
            found.retain(|name| {
                name != "secrets"
                    && !(shown && (name == "client_secret" || name == "signing_secret"))
            });
            found.retain(|name| SECRET.iter().any(|secret| name.contains(secret)));
            assert!(found.is_empty(), "{} {status}: {found:?}", operation.name());
        }
    }
}

/// The names of every member that an answer of this schema may have.
fn told(schema: &Value, depth: usize, found: &mut Vec<String>) {
    let document = super::operations::document();
    let name = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next());
    if let Some(name) = name.filter(|_| depth < 12) {
        let schema = &document["components"]["schemas"][name];
        return told(schema, depth + 1, found);
    }
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        found.push(name.clone());
        told(part, depth + 1, found);
    }
    for choice in ["allOf", "oneOf", "anyOf"] {
        let parts = schema[choice].as_array().into_iter().flatten();
        parts.for_each(|part| told(part, depth + 1, found));
    }
    if schema.get("items").is_some() {
        told(&schema["items"], depth + 1, found);
    }
}
