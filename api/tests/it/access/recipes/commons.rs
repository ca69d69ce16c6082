//! How to ask the operations of the commons, the same for every kind.

use maillage_domain::access::Verb;
use serde_json::json;

use super::{Gate, Recipe, Stage, Thing};
use crate::access::ask::Ask;
use crate::access::texts::part;

pub async fn find(stage: &Stage, pattern: &str, kind: Option<&str>, ask: Ask) -> Option<Recipe> {
    if pattern == "GET /v1/search" {
        stage.private("charters").await?;
        stage.private("templates").await?;
        stage.private("experiments").await?;
        let ask = ask.looking_for("q", &stage.word);
        return Some(Recipe::new(Gate::Token(Verb::Read), ask));
    }
    if matches!(pattern, "GET /v1/use-cases" | "GET /v1/indicators") {
        return Some(Recipe::new(Gate::Token(Verb::Read), ask));
    }
    let kind = kind?;
    match pattern {
        "POST /v1/{kind}" => {
            let ask = ask.saying(stage.resource(kind)?);
            Some(Recipe::right(Verb::Create, Thing::Home, ask))
        }
        "POST /v1/{kind}:bulk" => {
            let items = json!({ "items": [{ "resource": stage.resource(kind)? }] });
            Some(Recipe::right(Verb::Create, Thing::Home, ask.saying(items)))
        }
        "POST /v1/{kind}/imports" => {
            let ask = ask.looking_for("title", &stage.word);
            let ask = match kind {
                "templates" => ask.looking_for("use", "other"),
                _ => ask,
            };
            let ask = ask.sending("text/markdown", stage.file());
            Some(Recipe::right(Verb::Create, Thing::Home, ask))
        }
        "GET /v1/{kind}" => {
            stage.private(kind).await?;
            stage.private(kind).await?;
            Some(Recipe::new(Gate::Token(Verb::Read), ask))
        }
        "DELETE /v1/{kind}/{id}" => {
            let created = stage.private(kind).await?;
            let ask = ask.at("id", created.id()).matching(created.etag());
            Some(Recipe::right(Verb::Discard, Thing::Private, ask))
        }
        "GET /v1/{kind}/{id}/upstream" => {
            let ask = ask.at("id", stage.behind(kind).await?);
            Some(Recipe::right(Verb::ReadDraft, Thing::Reusable, ask))
        }
        "POST /v1/{kind}/{id}/upstream/merges" => {
            let id = stage.behind(kind).await?;
            let draft = format!("/v1/{kind}/{id}/draft");
            let draft = stage.champion().get(&draft).await;
            let ask = ask.at("id", id).matching(draft.etag());
            let ask = ask.saying(json!({ "version": 2 }));
            Some(Recipe::right(Verb::Merge, Thing::Reusable, ask))
        }
        "GET /v1/{kind}/{id}/deviations" => {
            let (id, _) = stage.departing(kind).await?;
            let ask = ask.at("id", id);
            Some(Recipe::right(Verb::ReadDraft, Thing::Reusable, ask))
        }
        "PATCH /v1/{kind}/{id}/deviations" => {
            let (id, _) = stage.departing(kind).await?;
            let deviations = format!("/v1/{kind}/{id}/deviations");
            let found = stage.champion().get(&deviations).await;
            let ask = ask.at("id", id).matching(found.etag());
            let ask = ask.saying(json!({ "reported": true }));
            Some(Recipe::right(Verb::Publish, Thing::Reusable, ask))
        }
        "PUT /v1/{kind}/{id}/deviations/{clause}" => {
            let (id, given) = stage.departing(kind).await?;
            let ask = ask.at("id", id).at("clause", part(kind));
            let reason = json!({ "reason": stage.text("Autre motif") });
            let ask = ask.matching(given.etag()).saying(reason);
            Some(Recipe::right(Verb::Write, Thing::Reusable, ask))
        }
        _ => {
            let (verb, ask) = shared(stage, pattern, kind, ask).await?;
            Some(Recipe::right(verb, Thing::Reusable, ask))
        }
    }
}

/// What is asked about a resource that is published and granted.
async fn shared(stage: &Stage, pattern: &str, kind: &str, ask: Ask) -> Option<(Verb, Ask)> {
    let (id, share) = stage.published(kind).await?;
    let ask = ask.at("id", &id);
    let path = format!("/v1/{kind}/{id}");
    let own = stage.champion().get(&path).await;
    let draft = stage.champion().get(&format!("{path}/draft")).await;
    Some(match pattern {
        "GET /v1/{kind}/{id}" => (Verb::Read, ask),
        "GET /v1/{kind}/{id}/versions" => (Verb::Read, ask),
        "GET /v1/{kind}/{id}/versions/{number}" => (Verb::Read, ask.at("number", 1)),
        "GET /v1/{kind}/{id}/lineage" => (Verb::Read, ask),
        "GET /v1/{kind}/{id}/versions/{number}/document" => {
            (Verb::Read, ask.at("number", 1).looking_for("format", "md"))
        }
        "GET /v1/{kind}/{id}/comparison" => {
            let ask = ask.looking_for("from", "1").looking_for("to", "latest");
            (Verb::Read, ask)
        }
        "GET /v1/{kind}/{id}/draft" => (Verb::ReadDraft, ask),
        "GET /v1/{kind}/{id}/deviations/received" => (Verb::ReadDraft, ask),
        "GET /v1/{kind}/{id}/shares" => (Verb::ReadShares, ask),
        "PATCH /v1/{kind}/{id}" => {
            let changes = json!({ "title": stage.text("Autre titre") });
            (Verb::Describe, ask.matching(own.etag()).saying(changes))
        }
        "POST /v1/{kind}/{id}/withdrawal" => (Verb::Withdraw, ask.matching(own.etag())),
        "PUT /v1/{kind}/{id}/draft" => {
            let ask = ask.matching(draft.etag()).saying(stage.body(kind)?);
            (Verb::Write, ask)
        }
        "POST /v1/{kind}/{id}/draft/imports" => {
            let ask = ask
                .matching(draft.etag())
                .sending("text/markdown", stage.file());
            (Verb::Write, ask)
        }
        "POST /v1/{kind}/{id}/publications" => {
            let note = json!({ "note": stage.text("Note") });
            (Verb::Publish, ask.matching(draft.etag()).saying(note))
        }
        "POST /v1/{kind}/{id}/adaptations" | "POST /v1/{kind}/{id}/replications" => {
            (Verb::Adapt, ask.saying(json!({ "version": 1 })))
        }
        "POST /v1/{kind}/{id}/shares" => {
            let audience = json!({ "type": "collectivity", "siren": stage.host.siren() });
            let share = json!({ "audience": audience, "level": "read" });
            (Verb::Share, ask.saying(share))
        }
        "DELETE /v1/{kind}/{id}/shares/{share}" => {
            (Verb::Unshare, ask.at("share", share).matching("*"))
        }
        _ => return None,
    })
}
