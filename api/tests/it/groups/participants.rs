//! Participations: invited, accepted, declined, invited again; ranked; listed.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use serde_json::json;

use super::{participation, rank, standing};
use crate::support::{Shelf, World};

#[actix_web::test]
async fn a_collectivity_may_decline_and_be_invited_again() {
    let world = World::new().await;
    let (host, guest) = (&world.agglo_director, &world.stranger_director);
    let (group, siren) = (
        format!("/v1/groups/{}", world.group),
        world.stranger.siren.as_str(),
    );
    let participants = format!("{group}/participants");
    let shared = world.published(host, "Charte", "Texte.").await;
    world
        .share_with_group(host, &shared, "reuse")
        .await
        .expect(201);
    let (here, charter) = (
        participation(&world, siren, ""),
        format!("/v1/charters/{shared}"),
    );
    let mut tags = Vec::new();
    for role in ["reader", "contributor"] {
        let invitation = json!({ "siren": siren, "role": role });
        let invited = host.post(&participants, invitation.clone()).await;
        invited.expect(201);
        assert_eq!(invited.header("location"), here);
        let again = host.post(&participants, invitation).await;
        assert_eq!(again.problem(409), "already_in_group");

        // The invited see the offer, and nothing of what the group shares.
        let seen = guest.get(&group).await.expect(200);
        assert_eq!(
            (&seen["state"], &seen["role"]),
            (&json!("invited"), &json!(role))
        );
        assert_eq!(seen["abilities"], json!(["read_group"]));
        assert_eq!(guest.get("/v1/groups").await.ids(), [world.group.as_str()]);
        let listed = guest.get(&participants).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(guest.get(&charter).await.problem(404), "not_found");
        let found = guest.get(&here).await;
        assert_eq!(
            found.json()["abilities"],
            json!(["accept_invitation", "decline_invitation"])
        );
        tags.push(found.etag().to_owned());

        // Nobody else answers for them.
        for answer in ["/acceptance", "/refusal"] {
            let path = participation(&world, siren, answer);
            assert_eq!(
                host.anyway().post(&path, json!({})).await.problem(403),
                "forbidden"
            );
        }
        if role == "reader" {
            let refusal = participation(&world, siren, "/refusal");
            let declined = guest.matching(&found).post(&refusal, json!({})).await;
            assert_eq!(standing(&declined), json!(["reader", "declined"]));
            assert_eq!(guest.get(&group).await.problem(404), "not_found");
            assert_eq!(guest.get("/v1/groups").await.ids(), [""; 0]);
            let late = guest.anyway().post(&refusal, json!({})).await;
            assert_eq!(late.problem(404), "not_found");
        }
    }
    // The tag of the offer that was declined does not accept the other one.
    let acceptance = participation(&world, siren, "/acceptance");
    let stale = guest
        .with("if-match", &tags[0])
        .post(&acceptance, json!({}))
        .await;
    assert_eq!(stale.problem(412), "stale");
    let silent = guest.post(&acceptance, json!({})).await;
    assert_eq!(silent.problem(428), "precondition_required");
    let joined = guest
        .with("if-match", &tags[1])
        .post(&acceptance, json!({}))
        .await;
    assert_eq!(standing(&joined), json!(["contributor", "active"]));
    guest.get(&charter).await.expect(200);
    let twice = guest.anyway().post(&acceptance, json!({})).await;
    assert_eq!(twice.problem(403), "forbidden");
}

#[actix_web::test]
async fn only_coordinators_invite_and_only_who_has_joined() {
    let world = World::new().await;
    let participants = format!("/v1/groups/{}/participants", world.group);
    let invitation = json!({ "siren": world.stranger.siren.as_str(), "role": "reader" });
    let refused = world
        .commune_director
        .post(&participants, invitation.clone())
        .await;
    assert_eq!(refused.problem(403), "forbidden");
    let hidden = world
        .stranger_director
        .post(&participants, invitation)
        .await;
    assert_eq!(hidden.problem(404), "not_found");
    let plain = world.app.member(&world.agglo, &[Role::AiLead]).await;
    for (actor, input, status, broken) in [
        (
            &world.agglo_director,
            json!({ "siren": "130025265", "role": "reader" }),
            422,
            "/siren audience_unknown",
        ),
        (
            &world.agglo_director,
            json!({ "siren": "123", "role": "reader" }),
            422,
            "/siren siren_format",
        ),
        (
            &world.agglo_director,
            json!({ "siren": 219501277, "role": "reader" }),
            400,
            "/siren invalid_value",
        ),
        (
            &world.agglo_director,
            json!({ "siren": "219501277", "role": "chief" }),
            400,
            "/role invalid_value",
        ),
        (
            &world.agglo_director,
            json!({ "siren": "219501277" }),
            400,
            "/role missing_field",
        ),
        (
            &world.agglo_director,
            json!({ "role": "reader", "state": "active", "siren": "219501277" }),
            400,
            "/state unknown_field",
        ),
    ] {
        let refused = actor.post(&participants, input).await;
        refused.problem(status);
        assert_eq!(refused.broken(), [broken]);
    }
    let input = json!({ "siren": world.stranger.siren.as_str(), "role": "reader" });
    assert_eq!(
        plain.post(&participants, input).await.problem(403),
        "forbidden"
    );
    for taken in [&world.agglo, &world.commune] {
        let input = json!({ "siren": taken.siren.as_str(), "role": "reader" });
        let refused = world.agglo_director.post(&participants, input).await;
        assert_eq!(refused.problem(409), "already_in_group");
    }
}

#[actix_web::test]
async fn a_role_in_the_group_acts_at_once() {
    let world = World::new().await;
    let (host, guest) = (&world.agglo_director, &world.commune_director);
    let siren = world.commune.siren.as_str();
    let here = participation(&world, siren, "");
    let id = Shelf::Charters.published(guest, "Charte", "Texte.").await;
    let found = host.get(&here).await;
    let ranked = host
        .matching(&found)
        .patch(&here, json!({ "role": "reader" }))
        .await;
    assert_eq!(standing(&ranked), json!(["reader", "active"]));
    assert_ne!(ranked.etag(), found.etag());
    let shared = world.share_with_group(guest, &id, "read").await;
    assert_eq!(shared.broken(), ["/audience group_reader"]);
    rank(&world, host, siren, "contributor").await.expect(200);
    world.share_with_group(guest, &id, "read").await.expect(201);

    for (patch, broken) in [
        (json!({ "role": null }), "/role missing_field"),
        (json!({ "role": "chief" }), "/role invalid_value"),
        (json!({ "state": "suspended" }), "/state unknown_field"),
    ] {
        let refused = host.anyway().patch(&here, patch).await;
        assert_eq!(refused.problem(400), "invalid_request");
        assert_eq!(refused.broken(), [broken]);
    }
    let own = guest
        .anyway()
        .patch(&here, json!({ "role": "coordinator" }))
        .await;
    assert_eq!(own.problem(403), "forbidden");
    let hosts = participation(&world, &world.agglo.siren, "");
    let other = guest
        .anyway()
        .patch(&hosts, json!({ "role": "reader" }))
        .await;
    assert_eq!(other.problem(403), "forbidden");
}

#[actix_web::test]
async fn of_two_ranks_with_the_same_tag_exactly_one_wins() {
    let world = World::new().await;
    let here = participation(&world, &world.commune.siren, "");
    let found = world.agglo_director.get(&here).await;
    let writer = world.agglo_director.matching(&found);
    let rank = |role: &'static str| {
        let (writer, here) = (&writer, &here);
        async move {
            writer
                .patch(here, json!({ "role": role }))
                .await
                .status
                .as_u16()
        }
    };
    let roles = ["reader", "coordinator", "reader", "contributor"];
    let mut statuses = futures::future::join_all(roles.map(rank)).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412]);
}

#[actix_web::test]
async fn participants_are_listed_with_what_the_caller_may_do() {
    let world = World::new().await;
    let participants = format!("/v1/groups/{}/participants", world.group);
    let invitation = json!({ "siren": world.stranger.siren.as_str(), "role": "reader" });
    world
        .agglo_director
        .post(&participants, invitation)
        .await
        .expect(201);
    let seen = world.agglo_director.get(&participants).await.expect(200);
    assert_json_snapshot!(seen, {
        ".items[].group" => "[group]",
        ".items[].collectivity.id" => "[id]",
        ".items[].collectivity.siren" => "[siren]",
        ".items[].collectivity.name" => "[name]",
        ".items[].since" => "[at]",
    });
    // A fellow sees who takes part, with no power over it.
    let fellow = world.commune_director.get(&participants).await.expect(200);
    let abilities: Vec<_> = fellow["items"].as_array().unwrap().iter().collect();
    assert_eq!(abilities.len(), 3);
    assert_eq!(abilities[0]["abilities"], json!([]));
    assert_eq!(abilities[1]["abilities"], json!(["leave"]));

    let first = world
        .agglo_director
        .get(&format!("{participants}?limit=2"))
        .await
        .expect(200);
    let cursor = first["next"].as_str().unwrap();
    let rest = world
        .agglo_director
        .get(&format!("{participants}?limit=2&cursor={cursor}"))
        .await;
    let whole = [
        first["items"].as_array().unwrap().clone(),
        rest.expect(200)["items"].as_array().unwrap().clone(),
    ];
    assert_eq!(json!(whole.concat()), seen["items"]);
    for siren in ["219501277", "123", "219501278", "%00", "é"] {
        let nobody = world
            .agglo_director
            .get(&participation(&world, siren, ""))
            .await;
        assert_eq!(nobody.problem(404), "not_found", "{siren}");
    }
}
