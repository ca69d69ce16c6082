//! A ledger: watches what requests leave in audit trails and outboxes.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use crate::support::{App, Response};

/// Operations that change nothing anybody would look up: a refresh token is only replaced, and what
/// figures are made of is not kept. A token of a client is not kept either.
pub const WITHOUT_FACT: [&str; 4] = [
    "refresh",
    "reduce_figures",
    "issue_token",
    "introspect_token",
];

/// Watches the chains of some tenants, and which operations have been tried.
pub struct Ledger {
    pub app: App,
    pub watched: Vec<Uuid>,
    /// The operations tried so far.
    pub tried: BTreeSet<String>,
}

impl Ledger {
    /// What the chains hold; the outboxes hold the very same.
    pub async fn read(&self) -> Vec<Vec<Value>> {
        let told = self.app.database.told(&self.watched).await;
        let audited = told.into_iter().map(|told| {
            assert_eq!(told.posted, told.audited);
            told.audited
        });
        audited.collect()
    }

    /// Does `operation`, which must leave `fact` in the chain of `tenant` and nothing elsewhere.
    pub async fn leaves(
        &mut self,
        operation: &str,
        fact: &str,
        tenant: Uuid,
        request: impl Future<Output = Response>,
    ) -> Response {
        let before = self.read().await;
        let answer = request.await;
        assert!(answer.status.is_success(), "{operation}: {answer:?}");
        let after = self.read().await;
        for ((tenant_id, before), after) in self.watched.iter().zip(&before).zip(&after) {
            let fresh = after.strip_prefix(before.as_slice()).unwrap();
            let types: Vec<_> = fresh
                .iter()
                .map(|it| it["type"].as_str().unwrap())
                .collect();
            let expected: &[&str] = if *tenant_id == tenant { &[fact] } else { &[] };
            assert_eq!(types, expected, "{operation}");
        }
        self.tried.insert(operation.to_owned());
        answer
    }

    /// A tenant that did not exist when the ledger was opened.
    pub async fn begin(&mut self, tenant: Uuid, first: &str) {
        let facts = self.app.database.audited(tenant).await;
        let types: Vec<_> = facts
            .iter()
            .map(|it| it["type"].as_str().unwrap())
            .collect();
        assert_eq!(types, [first]);
        self.watched.push(tenant);
    }
}
