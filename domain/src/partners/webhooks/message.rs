//! Messages: what is sent, and what of it is signed.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::value::{CollectivityId, EventId, WebhookId};

/// What a receiver is sent to try whether it hears us.
pub const TEST_EVENT: &str = "webhook.test";

/// What is sent to one endpoint. Its id and its body stay the same over all attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `webhook-id`.
    pub id: EventId,
    /// What happened.
    pub event: String,
    /// The body, byte for byte.
    pub body: String,
}

impl Message {
    /// A thin event: what has to be known of it is fetched under the receiver's rights.
    pub fn of(id: EventId, event: &str, occurred_at: DateTime<Utc>, data: &Value) -> Self {
        let body = json!({ "type": event, "timestamp": occurred_at, "data": data });
        Self {
            id,
            event: event.to_owned(),
            body: body.to_string(),
        }
    }

    /// A message that says nothing but that it was sent.
    pub fn test(
        id: EventId,
        collectivity: CollectivityId,
        endpoint: WebhookId,
        now: DateTime<Utc>,
    ) -> Self {
        let data = json!({
            "id": id,
            "collectivity": collectivity,
            "subject": {
                "kind": "webhook_endpoint",
                "id": endpoint,
                "href": format!("/v1/webhook-endpoints/{endpoint}"),
            },
        });
        Self::of(id, TEST_EVENT, now, &data)
    }

    /// What is signed: id, moment of the attempt in seconds, body.
    pub fn signed_content(&self, timestamp: i64) -> String {
        format!("{}.{timestamp}.{}", self.id, self.body)
    }
}
