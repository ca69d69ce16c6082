//! How to ask the operations of groups.

use maillage_domain::access::Verb;
use serde_json::json;

use super::{Gate, Recipe, Stage, Thing};
use crate::access::ask::Ask;
use crate::access::stage::Party;

pub async fn find(stage: &Stage, pattern: &str, ask: Ask) -> Option<Recipe> {
    match pattern {
        "POST /v1/groups" => {
            let group = json!({ "name": stage.text("Groupe"), "purpose": stage.text("Objet") });
            let ask = ask.saying(group);
            Some(Recipe::right(Verb::FormGroup, Thing::Home, ask))
        }
        "GET /v1/groups" => {
            stage.group_of(&stage.owner).await;
            Some(Recipe::new(Gate::Token(Verb::ReadGroup), ask))
        }
        "GET /v1/groups/suggestions" => Some(Recipe::new(Gate::Token(Verb::ReadGroup), ask)),
        _ if pattern.contains("/v1/groups/{id}") => {
            let (verb, thing, ask) = match pattern.contains("{siren}") {
                true => participation(stage, pattern, ask).await?,
                false => group(stage, pattern, ask).await?,
            };
            Some(Recipe::right(verb, thing, ask))
        }
        _ => None,
    }
}

async fn group(stage: &Stage, pattern: &str, ask: Ask) -> Option<(Verb, Thing, Ask)> {
    let group = stage.led_group().await;
    let ask = ask.at("id", &group);
    let (verb, ask) = match pattern {
        "GET /v1/groups/{id}"
        | "GET /v1/groups/{id}/participants"
        | "GET /v1/groups/{id}/use-cases" => (Verb::ReadGroup, ask),
        "POST /v1/groups/{id}/use-cases" => {
            let slug = format!("essai-{}", maillage_infra::ambient::id().simple());
            let added = json!({ "slug": slug, "name": stage.text("Essai") });
            (Verb::ExtendCatalogue, ask.saying(added))
        }
        "PATCH /v1/groups/{id}" => {
            let path = format!("/v1/groups/{group}");
            let found = stage.champion().get(&path).await;
            let changes = json!({ "purpose": stage.text("Autre objet") });
            (
                Verb::DescribeGroup,
                ask.matching(found.etag()).saying(changes),
            )
        }
        "POST /v1/groups/{id}/participants" => {
            let guest = json!({ "siren": stage.newcomer.siren(), "role": "reader" });
            (Verb::InviteToGroup, ask.saying(guest))
        }
        _ => return None,
    };
    Some((verb, Thing::Group, ask))
}

async fn participation(stage: &Stage, pattern: &str, ask: Ask) -> Option<(Verb, Thing, Ask)> {
    let (method, rest) = pattern.split_once(" /v1/groups/{id}/participants/{siren}")?;
    Some(match (method, rest) {
        ("GET", "") => {
            let ask = at_host(stage, ask).await;
            (Verb::ReadGroup, Thing::Fellows, ask)
        }
        ("PATCH", "") => {
            let ask = at_host(stage, ask)
                .await
                .saying(json!({ "role": "reader" }));
            (Verb::ChangeGroupRole, Thing::Participation, ask)
        }
        ("POST", "/suspension") => {
            let ask = at_host(stage, ask).await;
            (Verb::Suspend, Thing::Participation, ask)
        }
        ("DELETE", "/suspension") => {
            let ask = at_host(stage, ask).await;
            let group = ask.ids["id"].clone();
            let out = stage.turn(&group, &stage.host, stage.champion(), "suspension");
            out.await;
            let ask = at(stage, ask, &group, &stage.host).await;
            (Verb::Resume, Thing::Participation, ask)
        }
        ("POST", "/acceptance") => {
            let ask = at_own(stage, ask).await;
            (Verb::AcceptInvitation, Thing::Invitation, ask)
        }
        ("POST", "/refusal") => {
            let ask = at_own(stage, ask).await;
            (Verb::DeclineInvitation, Thing::Invitation, ask)
        }
        ("DELETE", "") => {
            let ask = at_own(stage, ask).await;
            let group = ask.ids["id"].clone();
            let join = stage.turn(&group, &stage.owner, stage.champion(), "acceptance");
            join.await;
            let ask = at(stage, ask, &group, &stage.owner).await;
            (Verb::Leave, Thing::OwnPart, ask)
        }
        _ => return None,
    })
}

/// At the participation of the host in a group of the owner.
async fn at_host(stage: &Stage, ask: Ask) -> Ask {
    let group = stage.led_group().await;
    at(stage, ask, &group, &stage.host).await
}

/// At the participation of the owner in a group of the host.
async fn at_own(stage: &Stage, ask: Ask) -> Ask {
    let group = stage.hosted_group().await;
    at(stage, ask, &group, &stage.owner).await
}

/// At a participation, as it is now.
async fn at(stage: &Stage, ask: Ask, group: &str, party: &Party) -> Ask {
    let path = format!("/v1/groups/{group}/participants/{}", party.siren());
    let found = stage.champion().get(&path).await;
    found.expect(200);
    ask.at("id", group)
        .at("siren", party.siren())
        .matching(found.etag())
}
