//! What is sent and signed.

use maillage_domain::partners::webhooks::{Message, TEST_EVENT};
use maillage_domain::value::{EventId, WebhookId};
use serde_json::{Value, json};

use crate::fixture::{at, collectivity, uuid};

#[test]
fn what_is_signed_is_id_moment_and_body() {
    let message = Message::of(
        EventId(uuid(1)),
        "resource.published",
        at(0),
        &json!({ "a": 1 }),
    );
    let expected = format!("{}.1614265330.{}", uuid(1), message.body);
    assert_eq!(message.signed_content(1_614_265_330), expected);
    let body: Value = serde_json::from_str(&message.body).unwrap();
    let timestamp = at(0).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    let told = json!({ "type": "resource.published", "timestamp": timestamp, "data": { "a": 1 } });
    assert_eq!(body, told);
}

#[test]
fn a_test_names_the_endpoint_and_nothing_else() {
    let message = Message::test(EventId(uuid(1)), collectivity(0), WebhookId(uuid(2)), at(0));
    let body: Value = serde_json::from_str(&message.body).unwrap();
    assert_eq!(body["type"], TEST_EVENT);
    assert_eq!(body["data"]["subject"]["id"], json!(uuid(2)));
    assert_eq!(body["data"]["id"], json!(message.id));
}
