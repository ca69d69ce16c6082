//! The events in AsyncAPI 3.0: made from the table of types that the feed itself goes by.

use maillage_domain::partners::events::{EventType, Subject};
use serde_json::{Map, Value, json};

/// What can be said of an event without seeing it.
fn message(what: EventType) -> Value {
    let text = what.meaning().trim();
    json!({
        "name": what.as_str(),
        "title": what.as_str(),
        "summary": text,
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/Field" },
        "payload": {
            "allOf": [
                { "$ref": "#/components/schemas/Event" },
                { "type": "object", "properties": { "type": { "const": what.as_str() } } },
            ],
        },
        "examples": [{ "name": "one", "summary": text, "payload": example(what) }],
    })
}

/// An event of the type, as it is sent.
fn example(what: EventType) -> Value {
    let (kind, address) = match what.as_str().split_once('.').map(|(kind, _)| kind) {
        Some("amendment") => ("amendment", "amendments/{id}"),
        Some("group") => ("group", "groups/{id}"),
        Some("trial") => ("trial", "experiments/{id}/trial"),
        Some("result") => ("results", "experiments/{id}/results"),
        _ => ("charter", "charters/{id}"),
    };
    let id = "019acb5e-0000-7000-8000-000000000008";
    json!({
        "id": "019acb5e-0000-7000-8000-00000000000e",
        "type": what.as_str(),
        "occurred_at": "2026-01-01T00:00:00Z",
        "collectivity": "019acb5e-0000-7000-8000-000000000001",
        "subject": {
            "type": kind,
            "id": id,
            "href": format!("/v1/{}", address.replace("{id}", id)),
        },
    })
}

fn schemas() -> Value {
    let id = |text: &str| json!({ "type": "string", "format": "uuid", "description": text });
    let types: Vec<_> = EventType::ALL.iter().map(|what| what.as_str()).collect();
    json!({
        "Event": {
            "type": "object",
            "description": "Something that has happened. What it was done to is fetched, under your \
                own rights. Types and members are added in time: leave aside what you do not know.",
            "required": ["id", "type", "occurred_at", "collectivity", "subject"],
            "properties": {
                "id": id("The same each time you are told of it."),
                "type": { "type": "string", "examples": types, "description": "What happened." },
                "occurred_at": { "type": "string", "format": "date-time", "description": "When." },
                "collectivity": id("Which collectivity did it."),
                "subject": { "$ref": "#/components/schemas/Subject" },
            },
        },
        "Subject": {
            "type": "object",
            "description": "What it was done to.",
            "required": ["type", "id", "href"],
            "properties": {
                "type": { "type": "string", "enum": Subject::KINDS, "description": "What it is." },
                "id": id("Its id; of a trial and of results, that of the experiment."),
                "href": { "type": "string", "format": "uri-reference",
                    "description": "Where to fetch it: it may be gone, or hidden from you by now." },
            },
        },
        "Field": {
            "type": "object",
            "description": "The fields of the event stream beside its data.",
            "properties": {
                "id": { "type": "string", "description": "The cursor behind it: `Last-Event-ID`, or `after` of the feed." },
                "event": { "type": "string", "description": "The type again." },
            },
        },
    })
}

/// The document, complete.
pub fn document(public_url: &str) -> Value {
    let (scheme, host) = public_url
        .split_once("://")
        .unwrap_or(("https", public_url));
    let named = |what: &EventType| (what.as_str().to_owned(), *what);
    let messages: Map<_, _> = EventType::ALL
        .iter()
        .map(named)
        .map(|(name, what)| (name, message(what)))
        .collect();
    let refer = |at: &str| -> Map<String, Value> {
        let refer = |name: &String| (name.clone(), json!({ "$ref": format!("#/{at}/{name}") }));
        messages.keys().map(refer).collect()
    };
    let in_channel: Vec<Value> = refer("channels/events/messages")
        .into_iter()
        .map(|(_, it)| it)
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "id": "urn:maillage:events",
        "defaultContentType": "application/json",
        "info": {
            "title": "Maillage: events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What happens, told to whom it concerns, at least once and in order. An \
                event says what happened and where to fetch what it was done to, never what that says.",
            "license": { "name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12" },
            "contact": { "name": "Maillage", "url": format!("{public_url}/docs/") },
            "tags": [{ "name": "events", "description": "The change feed." }],
        },
        "servers": {
            "api": { "host": host, "protocol": scheme, "description": "The API.",
                "security": [{ "$ref": "#/components/securitySchemes/bearer" }] },
        },
        "channels": {
            "events": {
                "address": "/v1/events/stream",
                "title": "The change feed, as it happens",
                "description": "Server-sent events; `GET /v1/events` gives the same by pages.",
                "servers": [{ "$ref": "#/servers/api" }],
                "messages": refer("components/messages"),
            },
        },
        "operations": {
            "tell": {
                "action": "send",
                "title": "Tell what happens",
                "summary": "Maillage tells what happens to whom it concerns.",
                "channel": { "$ref": "#/channels/events" },
                "messages": in_channel,
            },
        },
        "components": {
            "messages": messages,
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "An access token, as for the API." },
            },
        },
    })
}

/// The document as it is committed: pretty JSON with a final line break.
pub fn text(public_url: &str) -> String {
    let mut text = serde_json::to_string_pretty(&document(public_url)).unwrap_or_default();
    text.push('\n');
    text
}
