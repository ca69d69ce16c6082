//! Facts of groups: each in the chain of who acted.

use serde_json::json;

use super::ledger::Ledger;
use crate::support::World;

/// A group from its beginning to the departure of a participant.
pub async fn groups(ledger: &mut Ledger, world: &World) {
    let (host, guest) = (&world.agglo_director, &world.commune_director);
    let (hosts, guests) = (world.agglo.id.0, world.commune.id.0);
    let formed = host.post("/v1/groups", json!({ "name": "Groupe" }));
    let formed = ledger
        .leaves("form_group", "group.formed", hosts, formed)
        .await;
    let group = format!("/v1/groups/{}", formed.id());
    let participants = format!("{group}/participants");
    let one = format!("{participants}/{}", world.commune.siren);
    let (answer, refusal, suspension) = (
        format!("{one}/acceptance"),
        format!("{one}/refusal"),
        format!("{one}/suspension"),
    );
    let (host, guest) = (host.anyway(), guest.anyway());
    let described = host.patch(&group, json!({ "name": "Nous" }));
    ledger
        .leaves("describe_group", "group.described", hosts, described)
        .await;
    let use_case = json!({ "slug": "essai", "name": "Essai" });
    let use_cases = format!("{group}/use-cases");
    let added = host.post(&use_cases, use_case);
    ledger
        .leaves("add_group_use_case", "group.use_case_added", hosts, added)
        .await;
    let invitation = json!({ "siren": world.commune.siren.as_str(), "role": "reader" });
    let invited = host.post(&participants, invitation.clone());
    ledger
        .leaves("invite_to_group", "group.invited", hosts, invited)
        .await;
    let declined = guest.post(&refusal, json!({}));
    ledger
        .leaves("decline_group", "group.declined", guests, declined)
        .await;
    let again = host.post(&participants, invitation);
    ledger
        .leaves("invite_to_group", "group.invited", hosts, again)
        .await;
    let joined = guest.post(&answer, json!({}));
    ledger
        .leaves("accept_group", "group.joined", guests, joined)
        .await;
    let ranked = host.patch(&one, json!({ "role": "contributor" }));
    ledger
        .leaves("change_group_role", "group.role_changed", hosts, ranked)
        .await;
    let suspended = host.post(&suspension, json!({}));
    ledger
        .leaves("suspend_participant", "group.suspended", hosts, suspended)
        .await;
    let resumed = host.delete(&suspension);
    ledger
        .leaves("resume_participant", "group.resumed", hosts, resumed)
        .await;
    let left = guest.delete(&one);
    ledger
        .leaves("leave_group", "group.left", guests, left)
        .await;
}
