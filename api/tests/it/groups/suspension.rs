//! Suspension: who is suspended sees nothing of the group from the next request on.

use serde_json::json;

use super::{participation, rank, standing};
use crate::support::{Shelf, World};

#[actix_web::test]
async fn the_suspended_see_nothing_at_once() {
    let world = World::new().await;
    let (host, guest) = (&world.agglo_director, &world.commune_director);
    let siren = world.commune.siren.as_str();
    let (here, suspension) = (
        participation(&world, siren, ""),
        participation(&world, siren, "/suspension"),
    );
    for shelf in Shelf::ALL {
        let group = || json!({ "type": "group", "id": world.group });
        let id = shelf.published(host, "Charte", "Hirondelle.").await;
        shelf.share(host, &id, group(), "reuse").await.expect(201);
        let own = shelf.published(guest, "La mienne", "Moineau.").await;
        let cursor = guest.get(&format!("{}?limit=1", shelf.path())).await.json()["next"].clone();
        let cursor = cursor.as_str().unwrap().to_owned();

        let suspended = host
            .matching(&host.get(&here).await)
            .post(&suspension, json!({}))
            .await;
        assert_eq!(standing(&suspended), json!(["contributor", "suspended"]));
        for rest in [
            "",
            "/versions",
            "/versions/1",
            "/lineage",
            "/draft",
            "/shares",
        ] {
            assert_eq!(
                guest.get(&shelf.at(&id, rest)).await.problem(404),
                "not_found",
                "{rest}"
            );
        }
        let adapted = guest.post(&shelf.at(&id, "/adaptations"), json!({})).await;
        assert_eq!(adapted.problem(404), "not_found");
        assert_eq!(guest.get(shelf.path()).await.ids(), [own.as_str()]);
        let on = format!("{}?limit=1&cursor={cursor}", shelf.path());
        assert_eq!(guest.get(&on).await.ids(), [""; 0]);
        assert_eq!(guest.get("/v1/search?q=hirondelle").await.ids(), [""; 0]);
        let shared = shelf.share(guest, &own, group(), "read").await;
        assert_eq!(shared.broken(), ["/audience audience_unknown"]);

        // They know that they are suspended, and see nobody else of the group.
        let seen = guest
            .get(&format!("/v1/groups/{}", world.group))
            .await
            .expect(200);
        assert_eq!(
            (&seen["state"], &seen["abilities"]),
            (&json!("suspended"), &json!(["read_group"]))
        );
        let participants = format!("/v1/groups/{}/participants", world.group);
        let listed = guest.get(&participants).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let fellow = guest
            .get(&participation(&world, &world.agglo.siren, ""))
            .await;
        assert_eq!(fellow.problem(404), "not_found");

        let resumed = host.anyway().delete(&suspension).await;
        assert_eq!(standing(&resumed), json!(["contributor", "active"]));
        guest.get(&shelf.at(&id, "")).await.expect(200);
        assert_eq!(
            guest.get("/v1/search?q=hirondelle").await.ids(),
            [id.as_str()]
        );
        let withdrawal = shelf.at(&id, "/withdrawal");
        host.anyway().post(&withdrawal, json!({})).await.expect(200);
    }
}

#[actix_web::test]
async fn what_the_suspended_had_shared_stays_theirs_to_take_back() {
    let world = World::new().await;
    let (host, guest) = (&world.agglo_director, &world.commune_director);
    let suspension = participation(&world, &world.commune.siren, "/suspension");
    let group = || json!({ "type": "group", "id": world.group });
    for shelf in Shelf::ALL {
        let id = shelf.published(guest, "La mienne", "Moineau.").await;
        let kept = shelf.published(guest, "L'autre", "Moineau.").await;
        let share = shelf.share(guest, &id, group(), "read").await;
        shelf.share(guest, &kept, group(), "read").await.expect(201);
        host.anyway().post(&suspension, json!({})).await.expect(200);

        // A coordinator keeps others out; what they have given is not the coordinator's to take.
        host.get(&shelf.at(&id, "")).await.expect(200);
        let grant = share.header("location");
        guest.anyway().delete(grant).await.expect(204);
        assert_eq!(host.get(&shelf.at(&id, "")).await.problem(404), "not_found");
        host.get(&shelf.at(&kept, "")).await.expect(200);

        // Leaving takes back the rest, as it does without a suspension.
        let here = participation(&world, &world.commune.siren, "");
        guest.anyway().delete(&here).await.expect(200);
        let hidden = host.get(&shelf.at(&kept, "")).await;
        assert_eq!(hidden.problem(404), "not_found");
        world.join(&world.commune, guest, "contributor").await;
    }
}

#[actix_web::test]
async fn a_suspension_is_made_and_ended_by_a_coordinator_once() {
    let world = World::new().await;
    let (host, guest) = (&world.agglo_director, &world.commune_director);
    let siren = world.commune.siren.as_str();
    let suspension = participation(&world, siren, "/suspension");
    let here = participation(&world, siren, "");
    assert_eq!(
        host.anyway().delete(&suspension).await.problem(409),
        "participation_state"
    );
    assert_eq!(
        host.post(&suspension, json!({})).await.problem(428),
        "precondition_required"
    );
    let stale = host
        .with("if-match", "\"1-0\"")
        .post(&suspension, json!({}))
        .await;
    assert_eq!(stale.problem(412), "stale");
    assert_eq!(
        guest
            .anyway()
            .post(&suspension, json!({}))
            .await
            .problem(403),
        "forbidden"
    );

    host.anyway().post(&suspension, json!({})).await.expect(200);
    assert_eq!(
        host.anyway()
            .post(&suspension, json!({}))
            .await
            .problem(409),
        "participation_state"
    );
    assert_eq!(
        guest.anyway().delete(&suspension).await.problem(403),
        "forbidden"
    );
    assert_eq!(
        rank(&world, host, siren, "reader").await.problem(409),
        "participation_state"
    );
    let acceptance = participation(&world, siren, "/acceptance");
    assert_eq!(
        guest
            .anyway()
            .post(&acceptance, json!({}))
            .await
            .problem(403),
        "forbidden"
    );
    let participants = format!("/v1/groups/{}/participants", world.group);
    let invitation = json!({ "siren": siren, "role": "reader" });
    assert_eq!(
        host.post(&participants, invitation).await.problem(409),
        "already_in_group"
    );

    // The way out stays open.
    let left = guest.anyway().delete(&here).await;
    assert_eq!(standing(&left), json!(["contributor", "left"]));
    assert_eq!(
        host.anyway().delete(&suspension).await.problem(409),
        "participation_state"
    );
}
