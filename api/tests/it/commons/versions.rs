//! Versions: immutable (L2), named by the digest of their canonical JSON.

use insta::assert_json_snapshot;
use maillage_domain::value::Digest;
use serde_json::{Value, json};

use crate::support::{Shelf, World};

/// Canonical JSON (RFC 8785) of a value without numbers, written again here on purpose.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // By UTF-16 code units, not by code points.
            members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            let member = |(name, value): (&String, &Value)| {
                format!("{}:{}", escaped(name), canonical(value))
            };
            let members: Vec<_> = members.into_iter().map(member).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::String(text) => escaped(text),
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".to_owned(),
        Value::Number(number) => panic!("no body holds a number: {number}"),
    }
}

fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// A body with everything a body can have.
fn rich(shelf: Shelf) -> Value {
    let mut body = shelf.body("Voir {{referent_ia}} \"ici\" \\ là\t\r\n— é 𝄞 \u{2028} </script>");
    body["preamble"] = json!("Préambule : {{collectivity.name}}, {{date}}.");
    body["variables"] = json!([
        { "name": "referent_ia", "label": "Référent", "type": "text", "default": "la DGS" },
        { "name": "echeance", "label": "Échéance", "help": "Une date.", "type": "date" },
    ]);
    let deeper = json!({ "id": "c", "title": "C", "text": "[lien](https://exemple.fr/?a=b)" });
    body["clauses"][0]["lock"] = json!("imposed");
    body["clauses"][0]["clauses"] = json!([{ "id": "b", "title": "B", "clauses": [deeper] }]);
    body
}

#[actix_web::test]
async fn the_digest_is_that_of_kind_title_and_body() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let mut input = shelf.input("Charte « IA » 2026", "");
        input["body"] = rich(shelf);
        let id = owner.post(shelf.path(), input).await.id();
        let published = shelf.publish(owner, &id).await;
        let version = published.expect(201);
        let content =
            json!({ "kind": shelf.kind(), "title": version["title"], "body": version["body"] });
        let digest = Digest::of_bytes(canonical(&content).as_bytes()).to_string();
        assert_eq!(version["digest"], digest);
        assert_eq!(published.etag(), format!("\"{digest}\""));
        let card = owner.get(&shelf.at(&id, "")).await.expect(200);
        assert_eq!(card["latest"]["digest"], digest);
        let listed = owner.get(&shelf.at(&id, "/versions")).await.expect(200);
        assert_eq!(listed["items"][0]["digest"], digest);
    }
}

/// The digest of a body is the same on every machine and in every release: this one was computed
/// with Python's `hashlib` and `json.dumps(…, sort_keys=True, separators=(",", ":"))`.
#[actix_web::test]
async fn a_digest_is_for_ever() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Charte", "Contrôle humain.").await;
    let version = owner.get(&shelf.at(&id, "/versions/1")).await;
    assert_json_snapshot!(version.expect(200), { ".published_at" => "[at]" });
}

#[actix_web::test]
async fn a_version_keeps_its_bytes_whatever_happens_to_its_resource() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let id = shelf.create(owner, "Titre", "").await;
        owner
            .anyway()
            .put(&shelf.at(&id, "/draft"), rich(shelf))
            .await
            .expect(200);
        shelf.publish(owner, &id).await.expect(201);
        let group = json!({ "type": "group", "id": world.group });
        shelf.share(owner, &id, group, "read").await.expect(201);
        let first = shelf.at(&id, "/versions/1");
        let version = owner.get(&first).await;
        version.expect(200);

        let patch = json!({ "title": "Autre", "summary": "Autre.", "tags": ["autre"] });
        owner
            .anyway()
            .patch(&shelf.at(&id, ""), patch)
            .await
            .expect(200);
        shelf.revised(owner, &id, "Deux.").await.expect(201);
        for actor in [owner, reader] {
            let again = actor.get(&first).await;
            assert_eq!(again.bytes(), version.bytes());
        }
        let withdrawal = shelf.at(&id, "/withdrawal");
        owner
            .anyway()
            .post(&withdrawal, json!({}))
            .await
            .expect(200);
        let again = owner.get(&first).await;
        assert_eq!(again.bytes(), version.bytes());
        assert_eq!(reader.get(&first).await.problem(404), "not_found");
    }
}

#[actix_web::test]
async fn a_known_version_is_not_sent_again() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Un.").await;
    let first = shelf.at(&id, "/versions/1");
    let digest = owner.get(&first).await.etag().to_owned();
    for known in [
        digest.clone(),
        format!("W/{digest}"),
        format!("\"other\", {digest}"),
        "*".to_owned(),
    ] {
        let answer = owner.with("if-none-match", &known).get(&first).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (304, ""),
            "{known}"
        );
        assert_eq!(answer.etag(), digest);
    }
    let other = owner.with("if-none-match", "\"other\"").get(&first).await;
    other.expect(200);
}

#[actix_web::test]
async fn a_version_that_was_never_published_is_not_found() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Templates;
    let id = shelf.published(owner, "Titre", "Un.").await;
    for number in [
        "0",
        "-1",
        "2",
        "99999999999999999999",
        "1.0",
        "un",
        "%2531",
        "1%00",
    ] {
        let asked = owner
            .get(&shelf.at(&id, &format!("/versions/{number}")))
            .await;
        assert_eq!(asked.problem(404), "not_found", "{number}");
    }
}
