//! One fact of each kind, as the outbox keeps it.

use maillage_domain::event::Fact;
use serde_json::{Value, json};

use crate::fixture::uuid;

/// The name of a fact.
pub fn name(fact: &Fact) -> String {
    let fact = serde_json::to_value(fact).unwrap();
    fact["type"].as_str().unwrap().to_owned()
}

fn fact(name: &str, members: Value) -> Fact {
    let mut fact = members;
    fact["type"] = name.into();
    serde_json::from_value(fact.clone()).unwrap_or_else(|error| panic!("{fact}: {error}"))
}

/// Every fact once, in the order of `Fact`.
pub fn facts() -> Vec<Fact> {
    let (id, at) = (uuid(1), "2026-01-01T00:00:00Z");
    let digest = "0".repeat(64);
    let resource = || json!({"resource": id, "kind": "charter"});
    let with = |mut value: Value, more: Value| {
        let more = more.as_object().unwrap().clone();
        value.as_object_mut().unwrap().extend(more);
        value
    };
    let source = json!({"source": {
        "collectivity": id, "resource": id, "version": 1, "digest": digest}});
    let group = json!({"group": id, "collectivity": uuid(2), "role": "reader", "grants_ended": 1});
    let amendment = json!({"amendment": id, "proposer": id, "comment": id});
    let client = json!({"client": id, "scopes": ["read"], "expires_at": at, "secret": id});
    let session = json!({"session": id});
    let share = json!({"share": id, "audience": {"type": "network"}, "level": "read",
        "expires_at": null});
    let trial = json!({"resource": id, "from": "idea", "to": "qualified", "entry": 1,
        "indicator": "temps", "sharing": "open"});
    let webhook = json!({"webhook": uuid(70)});
    vec![
        fact("operator.appointed", json!({"person": id})),
        fact("directory.extended", json!({"siren": "219500006"})),
        fact(
            "collectivity.registered",
            json!({"collectivity": id, "siren": "219500006"}),
        ),
        fact("collectivity.exported", json!({"archive": digest})),
        fact(
            "collectivity.imported",
            json!({"collectivity": id, "siren": "219500006", "archive": digest}),
        ),
        fact("person.password_set", json!({"person": id})),
        fact(
            "membership.invited",
            json!({"invitation": id, "roles": ["reader"], "expires_at": at}),
        ),
        fact("membership.invitation_revoked", json!({"invitation": id})),
        fact(
            "membership.joined",
            json!({"membership": id, "person": id, "roles": ["reader"]}),
        ),
        fact(
            "membership.roles_changed",
            json!({"membership": id, "before": [], "after": []}),
        ),
        fact("membership.revoked", json!({"membership": id})),
        fact("session.opened", session.clone()),
        fact("session.closed", session.clone()),
        fact("session.reuse_detected", session),
        fact("group.formed", group.clone()),
        fact("group.described", group.clone()),
        fact("group.use_case_added", group.clone()),
        fact("group.invited", group.clone()),
        fact("group.joined", group.clone()),
        fact("group.declined", group.clone()),
        fact("group.role_changed", group.clone()),
        fact("group.suspended", group.clone()),
        fact("group.resumed", group.clone()),
        fact("group.left", group),
        fact("resource.created", resource()),
        fact("resource.described", resource()),
        fact("resource.draft_written", resource()),
        fact("resource.merged", with(resource(), source.clone())),
        fact("resource.included", with(resource(), source.clone())),
        fact(
            "resource.inclusions_merged",
            with(resource(), source.clone()),
        ),
        fact(
            "resource.deviation_justified",
            with(resource(), json!({"clause": "objet"})),
        ),
        fact(
            "resource.deviations_reported",
            with(resource(), json!({"reported": true})),
        ),
        fact("resource.discarded", resource()),
        fact(
            "resource.published",
            with(resource(), json!({"version": 2, "digest": digest})),
        ),
        fact("resource.withdrawn", resource()),
        fact("resource.shared", with(resource(), share.clone())),
        fact("resource.unshared", with(resource(), share)),
        fact("resource.adapted", with(resource(), source.clone())),
        fact(
            "amendment.proposed",
            with(with(resource(), amendment.clone()), source),
        ),
        fact("amendment.commented", amendment.clone()),
        fact("amendment.accepted", with(resource(), amendment.clone())),
        fact("amendment.declined", amendment.clone()),
        fact("amendment.withdrawn", amendment),
        fact("trial.stepped", trial.clone()),
        fact("trial.noted", trial.clone()),
        fact("trial.impacts_written", trial.clone()),
        fact("result.recorded", trial.clone()),
        fact("result.shared", trial),
        fact("figures.released", json!({"question": digest, "cells": 1})),
        fact("inbox.marked", json!({"notice": "x", "read": true})),
        fact("client.registered", client.clone()),
        fact("client.changed", client.clone()),
        fact("client.secret_rotated", client.clone()),
        fact("client.keys_replaced", client.clone()),
        fact("client.token_revoked", client.clone()),
        fact("client.revoked", client),
        fact("webhook.registered", webhook.clone()),
        fact("webhook.changed", webhook.clone()),
        fact(
            "webhook.secret_rotated",
            with(webhook.clone(), json!({"secret": uuid(71)})),
        ),
        fact(
            "webhook.disabled",
            with(webhook.clone(), json!({"reason": "gone"})),
        ),
        fact("webhook.enabled", webhook.clone()),
        fact("webhook.tested", webhook.clone()),
        fact("webhook.replayed", webhook.clone()),
        fact("webhook.removed", webhook),
        fact(
            "job.asked",
            json!({"job": uuid(81), "kind": "import_groups"}),
        ),
        fact(
            "job.ended",
            json!({"job": uuid(81), "kind": "import_groups", "state": "succeeded"}),
        ),
        fact("action.refused", json!({"verb": "read"})),
    ]
}
