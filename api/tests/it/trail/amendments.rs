//! Facts of amendments and of the inbox: each in the chain of who acts.

use serde_json::json;

use super::ledger::Ledger;
use crate::support::{Shelf, World};

/// Every change that amendments of one kind go through.
pub async fn amendments(ledger: &mut Ledger, world: &World, shelf: Shelf) {
    let (owner, adapter) = (
        world.agglo_director.anyway(),
        world.commune_director.anyway(),
    );
    let (owns, adapts) = (world.agglo.id.0, world.commune.id.0);
    let (source, _) = shelf.practised(&owner, &adapter, &world.group).await;
    let amend = format!("amend_{}", shelf.kind());
    let ends = [
        ("withdraw", "amendment.withdrawn", "withdrawal", adapts),
        ("decline", "amendment.declined", "refusal", owns),
        ("accept", "amendment.accepted", "acceptance", owns),
    ];
    for (verb, fact, turn, chain) in ends {
        let made = shelf.amend(&adapter, &source);
        let made = ledger
            .leaves(&amend, "amendment.proposed", adapts, made)
            .await;
        let at = |rest: &str| format!("/v1/amendments/{}/{rest}", made.id());
        let (comments, turn) = (at("comments"), at(turn));
        let entry = format!("/v1/inbox/amendment_proposed.{}", made.id());
        let read = owner.put(&entry, json!({ "read": true }));
        ledger
            .leaves("mark_notice", "inbox.marked", owns, read)
            .await;
        let said = owner.post(&comments, json!({ "text": "Merci." }));
        ledger
            .leaves("comment_amendment", "amendment.commented", owns, said)
            .await;
        let actor = if chain == owns { &owner } else { &adapter };
        let reason = match verb {
            "withdraw" => json!({}),
            _ => json!({ "reason": "Lu." }),
        };
        let settled = actor.post(&turn, reason);
        ledger
            .leaves(&format!("{verb}_amendment"), fact, chain, settled)
            .await;
    }
}
