//! How to ask the operations of amendments and of the inbox.

use maillage_domain::access::Verb;
use serde_json::json;

use super::{Recipe, Stage, Thing};
use crate::access::ask::Ask;

pub async fn find(stage: &Stage, pattern: &str, kind: Option<&str>, ask: Ask) -> Option<Recipe> {
    match (pattern, kind) {
        ("GET /v1/{kind}/{id}/amendments", Some(kind)) => {
            let (id, _) = stage.published(kind).await?;
            stage.propose(kind, &stage.fellow, &id).await;
            stage.propose(kind, &stage.fellow, &id).await;
            let ask = ask.at("id", id);
            Some(Recipe::right(Verb::Read, Thing::Reusable, ask))
        }
        ("POST /v1/{kind}/{id}/amendments", Some(kind)) => {
            let id = stage.granted(kind).await?;
            stage.practise(kind, &stage.owner, &id).await;
            let ask = ask.at("id", id).saying(stage.amendment());
            Some(Recipe::right(Verb::Amend, Thing::Granted, ask))
        }
        ("GET /v1/inbox", _) => {
            notice(stage).await?;
            notice(stage).await?;
            Some(Recipe::right(Verb::ReadInbox, Thing::Home, ask))
        }
        ("PUT /v1/inbox/{id}", _) => {
            let id = format!("amendment_proposed.{}", notice(stage).await?);
            let ask = ask
                .at("id", id)
                .matching("*")
                .saying(json!({ "read": true }));
            Some(Recipe::right(Verb::ReadInbox, Thing::Private, ask))
        }
        ("POST /v1/amendments/{id}/withdrawal", _) => {
            let id = stage.granted("charters").await?;
            let made = stage.propose("charters", &stage.owner, &id).await;
            let ask = ask.at("id", made.id()).matching(made.etag());
            Some(Recipe::right(
                Verb::WithdrawAmendment,
                Thing::OwnProposal,
                ask,
            ))
        }
        ("GET /v1/amendments/{id}/plan", _) => {
            let id = notice(stage).await?;
            let ask = ask.at("id", id);
            Some(Recipe::right(Verb::ReadDraft, Thing::Private, ask))
        }
        (_, None) if pattern.contains("/v1/amendments/{id}") => {
            let (verb, ask) = proposed(stage, pattern, ask).await?;
            Some(Recipe::right(verb, Thing::Proposal, ask))
        }
        _ => None,
    }
}

/// What is asked about an amendment of the fellow.
async fn proposed(stage: &Stage, pattern: &str, ask: Ask) -> Option<(Verb, Ask)> {
    let (id, _) = stage.published("charters").await?;
    let made = stage.propose("charters", &stage.fellow, &id).await;
    let ask = ask.at("id", made.id());
    let turn = ask.clone().matching(made.etag());
    let reason = stage.text("Motif");
    Some(match pattern {
        "GET /v1/amendments/{id}" => (Verb::ReadAmendment, ask),
        "GET /v1/amendments/{id}/comments" => {
            stage.comment(&stage.fellow, &made.id()).await;
            stage.comment(&stage.owner, &made.id()).await;
            (Verb::ReadAmendment, ask)
        }
        "POST /v1/amendments/{id}/comments" => {
            let ask = ask.saying(json!({ "text": stage.text("Avis") }));
            (Verb::CommentAmendment, ask)
        }
        "POST /v1/amendments/{id}/acceptance" => {
            let acceptance = json!({ "choices": { "objet/text": "theirs" }, "reason": reason });
            (Verb::AcceptAmendment, turn.saying(acceptance))
        }
        "POST /v1/amendments/{id}/refusal" => (
            Verb::DeclineAmendment,
            turn.saying(json!({ "reason": reason })),
        ),
        _ => return None,
    })
}

/// An amendment that the owner has an entry of.
async fn notice(stage: &Stage) -> Option<String> {
    let (id, _) = stage.published("charters").await?;
    Some(stage.propose("charters", &stage.fellow, &id).await.id())
}
