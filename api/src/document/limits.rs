//! Limits: how long a text, how large a number and how many the items of a list may be, where the
//! schema does not say so itself.
//!
//! They follow from the name of a member, which means the same everywhere, and from the limits of
//! the domain. One place instead of an attribute at each of some hundred members: a view that is
//! new is bounded too.

use maillage_documents::limits::FILE;
use maillage_domain::access::{Role, Verb};
use maillage_domain::commons::limits;
use maillage_domain::value::{ClauseId, EmailAddress};
use serde_json::{Map, Value, json};

use crate::http::MAX_NAME;

/// What a text may be made of, and how many characters it has at most.
struct Text(&'static str, usize);

/// One line: no control characters.
const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";
/// What may stand in a header.
const HEADER: &str = r"^[^\x00-\x08\x0a-\x1f\x7f]*$";
/// Several lines: no control characters but tab and line break.
const LINES: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
const SHA256: &str = "^[0-9a-f]{64}$";
/// What only whoever made it can read: cursors and tokens.
const OPAQUE: &str = "^[A-Za-z0-9_.-]+$";

/// Characters of a name of this API.
const WORDS: usize = 64;
/// Characters of a path, an address or a header.
const ADDRESS: usize = MAX_NAME;
/// Items of a list that comes whole. Where there could be more, there are pages.
const LISTED: usize = 10_000;
/// The largest integer that every reader of JSON keeps exactly.
const EXACT: u64 = (1 << 53) - 1;

/// The limits of a text by the name of what holds it; those of Markdown for all others.
fn text(name: &str) -> Text {
    match name {
        "name" | "title" | "label" | "unit" | "use_case_name" | "audience_name" | "supplier"
        | "function" | "hosting" | "service" | "signature" | "collectivity" => {
            Text(LINE, limits::TITLE)
        }
        "tags" | "tag" => Text(LINE, 50),
        "summary" | "purpose" | "reason" | "note" | "caveats" => Text(LINES, 2_000),
        "code" | "kind" | "access" | "standing" | "state" | "status" | "better" | "measure"
        | "abilities" | "use_case" | "indicator" => Text("^[A-Za-z0-9][A-Za-z0-9_.-]*$", WORDS),
        "clause" | "clauses" | "of" | "below" | "behind" | "stop_criterion" => {
            Text("^[a-z][a-z0-9-]*$", ClauseId::MAX)
        }
        "unresolved" => Text("^[a-z][a-z0-9_]*$", 64),
        "digest" | "previous" | "set" => Text(SHA256, 64),
        "siren" | "epci" => Text("^[0-9]{9}$", 9),
        "insee_code" => Text("^[0-9][0-9AB][0-9]{3}$", 5),
        "department" | "region" => Text(LINES, 3),
        "zone" => Text("^[a-z]+$", 5),
        "from" | "to" => Text("^([1-9][0-9]*|latest|draft|source)$", 10),
        "next" | "prev" | "cursor" | "after" | "Last-Event-ID" | "access_token" => {
            Text(OPAQUE, ADDRESS)
        }
        "refresh_token" | "token" => Text(OPAQUE, 127),
        "client_assertion" => Text(OPAQUE, 4_096),
        "scope" => Text("^[a-z_]+( [a-z_]+)*$", 4_096),
        "token_type" => Text("^Bearer$", 6),
        "password" => Text(LINES, 128),
        "ETag" => Text(r#"^"[\x21\x23-\x7e]+"$"#, ADDRESS),
        "If-Match" | "If-None-Match" | "Prefer" => Text(HEADER, ADDRESS),
        "Idempotency-Key" => Text(r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$", 255),
        "instance" | "X-Request-Id" => Text("^[A-Za-z0-9_.-]+$", 64),
        "Idempotent-Replayed" => Text("^true$", 4),
        "RateLimit" => Text(r#"^"[a-z]+";r=[0-9]+;t=[0-9]+$"#, 100),
        "RateLimit-Policy" => Text(r#"^"[a-z]+";q=[0-9]+;w=60$"#, 100),
        "id" | "at" | "aspect" | "propertyNames" | "header" => Text(LINE, 255),
        "type" | "href" | "parameter" | "pointer" | "Location" | "Link" | "Preference-Applied"
        | "WWW-Authenticate" => Text(LINE, ADDRESS),
        "body" | "MarkdownFile" => Text(LINES, FILE),
        _ => Text(LINES, limits::TEXT),
    }
}

/// How many items a list has at most, by the name of what holds it.
fn items(name: &str) -> usize {
    match name {
        "abilities" => Verb::ALL.len(),
        "roles" => Role::ALL.len(),
        "tags" => limits::TAGS,
        "unresolved" => limits::VARIABLES,
        "sources" => limits::INCLUDED,
        "results" => limits::ENTRIES,
        _ => LISTED,
    }
}

/// The characters that a text of this format has at most.
fn formatted(format: &str) -> Option<usize> {
    match format {
        "uuid" => Some(36),
        "date-time" => Some(35),
        "date" => Some(10),
        "email" => Some(EmailAddress::MAX),
        "binary" => Some(FILE),
        _ => None,
    }
}

/// Bounds whatever in `value` has no bounds; `name` is that of the member, parameter or header that
/// holds it.
pub(super) fn bound(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| bound(item, name)),
        Value::Object(members) => bound_object(members, name),
        _ => {}
    }
}

fn bound_object(members: &mut Map<String, Value>, name: &str) {
    if has_type(members, "string") {
        bound_text(members, name);
    }
    if has_type(members, "integer") {
        bound_integer(members, name);
    }
    if has_type(members, "array") {
        members.entry("maxItems").or_insert(json!(items(name)));
    }
    // A parameter gives its schema its name.
    let own = members.get("name").and_then(Value::as_str);
    let name = own.unwrap_or(name).to_owned();
    for (key, child) in members {
        match (key.as_str(), child) {
            ("example" | "examples" | "enum" | "required", _) => {}
            ("properties" | "headers" | "schemas", Value::Object(named)) => {
                for (name, child) in named {
                    bound(child, name);
                }
            }
            ("content", child) => bound(child, "body"),
            ("propertyNames", child) => bound(child, "propertyNames"),
            (_, child) => bound(child, &name),
        }
    }
}

fn bound_text(members: &mut Map<String, Value>, name: &str) {
    if members.contains_key("enum") || members.contains_key("const") {
        return;
    }
    let Text(pattern, longest) = text(name);
    let format = members.get("format").and_then(Value::as_str);
    let longest = format.and_then(formatted).unwrap_or(longest);
    if format.is_none() {
        members.entry("pattern").or_insert(json!(pattern));
    }
    members.entry("maxLength").or_insert(json!(longest));
}

fn bound_integer(members: &mut Map<String, Value>, name: &str) {
    let format = members.entry("format").or_insert(json!("int64"));
    let largest = match format.as_str() {
        Some("int32") => u64::from(i32::MAX.unsigned_abs()),
        _ => EXACT,
    };
    let (least, most) = match name {
        "status" => (400, 599),
        "version" | "number" | "sequence" | "revision" => (1, largest),
        _ => (0, largest),
    };
    members.entry("minimum").or_insert(json!(least));
    members.entry("maximum").or_insert(json!(most));
}

fn has_type(members: &Map<String, Value>, wanted: &str) -> bool {
    match members.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        Some(kind) => kind == wanted,
        None => false,
    }
}
