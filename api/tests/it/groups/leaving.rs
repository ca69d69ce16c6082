//! Leaving: whoever goes takes along what they had shared; what others made from it stays.

use maillage_domain::access::Role;
use serde_json::json;

use super::{participation, standing};
use crate::support::{Response, Shelf, World};

#[actix_web::test]
async fn whoever_leaves_takes_along_what_they_had_shared() {
    let world = World::new().await;
    let (host, leaver) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let group = || json!({ "type": "group", "id": world.group });
        let named = json!({ "type": "collectivity", "siren": world.agglo.siren.as_str() });
        let shared = shelf.published(leaver, "Partagée", "Hirondelle.").await;
        shelf
            .share(leaver, &shared, group(), "reuse")
            .await
            .expect(201);
        let both = shelf.published(leaver, "Deux fois", "Martinet.").await;
        shelf
            .share(leaver, &both, group(), "reuse")
            .await
            .expect(201);
        let kept = shelf.share(leaver, &both, named, "read").await;
        let hosts = shelf.published(host, "De l'hôte", "Moineau.").await;
        shelf
            .share(host, &hosts, group(), "reuse")
            .await
            .expect(201);
        let adapted = host
            .post(&shelf.at(&shared, "/adaptations"), json!({}))
            .await
            .id();
        let adopted = leaver
            .post(&shelf.at(&hosts, "/adaptations"), json!({}))
            .await
            .id();

        let here = participation(&world, &world.commune.siren, "");
        let silent = leaver.delete(&here).await;
        assert_eq!(silent.problem(428), "precondition_required");
        let left = leaver
            .matching(&leaver.get(&here).await)
            .delete(&here)
            .await;
        assert_eq!(standing(&left), json!(["contributor", "left"]));

        // Nobody sees through the group any more, in either direction.
        assert_eq!(
            host.get(&shelf.at(&shared, "")).await.problem(404),
            "not_found"
        );
        assert_eq!(
            leaver.get(&shelf.at(&hosts, "")).await.problem(404),
            "not_found"
        );
        assert_eq!(
            leaver.get(&shelf.at(&shared, "/shares")).await.ids(),
            [""; 0]
        );
        assert_eq!(
            host.get("/v1/search?q=hirondelle").await.ids(),
            [adapted.as_str()]
        );
        // A grant by name has nothing to do with the group.
        assert_eq!(
            leaver.get(&shelf.at(&both, "/shares")).await.ids(),
            [kept.id()]
        );
        assert_eq!(
            host.get(&shelf.at(&both, "")).await.expect(200)["access"],
            "read"
        );
        // What was made from it stays, with its lineage.
        let mine = host.get(&shelf.at(&adapted, "")).await.expect(200);
        assert_eq!(mine["source"]["resource"], shared);
        assert_eq!(
            leaver.get(&shelf.at(&adopted, "/draft")).await.expect(200)["body"]["clauses"],
            shelf.body("Moineau.")["clauses"]
        );
        let told = leaver.get(&shelf.at(&shared, "/lineage")).await.expect(200);
        assert_eq!(told["adaptation_count"], 1);

        // Back again: what was taken along has to be shared anew.
        world.join(&world.commune, leaver, "contributor").await;
        assert_eq!(
            host.get(&shelf.at(&shared, "")).await.problem(404),
            "not_found"
        );
        leaver.get(&shelf.at(&hosts, "")).await.expect(200);
        shelf
            .share(leaver, &shared, group(), "read")
            .await
            .expect(201);
        host.get(&shelf.at(&shared, "")).await.expect(200);
        for id in [&adapted, &adopted] {
            let actor = if id == &adapted { host } else { leaver };
            actor.anyway().delete(&shelf.at(id, "")).await.expect(204);
        }
    }
}

#[actix_web::test]
async fn nobody_is_made_to_leave_by_others() {
    let world = World::new().await;
    let here = participation(&world, &world.commune.siren, "");
    let expelled = world.agglo_director.anyway().delete(&here).await;
    assert_eq!(expelled.problem(403), "forbidden");
    let hidden = world.stranger_director.anyway().delete(&here).await;
    assert_eq!(hidden.problem(404), "not_found");
    let invited = participation(&world, &world.stranger.siren, "");
    let participants = format!("/v1/groups/{}/participants", world.group);
    let invitation = json!({ "siren": world.stranger.siren.as_str(), "role": "reader" });
    world
        .agglo_director
        .post(&participants, invitation)
        .await
        .expect(201);
    // Who was only invited declines instead.
    let early = world.stranger_director.anyway().delete(&invited).await;
    assert_eq!(early.problem(403), "forbidden");
}

#[actix_web::test]
async fn whoever_has_left_may_be_invited_again_but_not_come_back_alone() {
    let world = World::new().await;
    let leaver = &world.commune_director;
    let siren = world.commune.siren.as_str();
    let here = participation(&world, siren, "");
    let before = leaver.get(&here).await;
    leaver.matching(&before).delete(&here).await.expect(200);
    for rest in ["/acceptance", "/refusal"] {
        let back = leaver
            .anyway()
            .post(&participation(&world, siren, rest), json!({}))
            .await;
        assert_eq!(back.problem(404), "not_found");
    }
    assert_eq!(
        leaver.anyway().delete(&here).await.problem(404),
        "not_found"
    );
    let seen = world.agglo_director.get(&here).await;
    assert_eq!(standing(&seen), json!(["contributor", "left"]));
    let listed = world
        .agglo_director
        .get(&format!("/v1/groups/{}/participants", world.group))
        .await;
    assert_eq!(listed.expect(200)["items"].as_array().unwrap().len(), 1);
    world.join(&world.commune, leaver, "reader").await;
    assert_eq!(
        standing(&leaver.get(&here).await),
        json!(["reader", "active"])
    );
}

#[actix_web::test]
async fn the_trail_says_how_many_grants_ended() {
    let world = World::new().await;
    let leaver = &world.commune_director;
    let group = || json!({ "type": "group", "id": world.group });
    let mut shares = Vec::new();
    for title in ["Une", "Deux", "Trois"] {
        let id = Shelf::Charters.published(leaver, title, "Texte.").await;
        let share = Shelf::Charters.share(leaver, &id, group(), "read").await;
        shares.push(share.id());
    }
    // One had ended before, and said so when it was made; a grant to others has no part in it.
    let lapsed = shares[0].parse().unwrap();
    world.app.database.let_expire(lapsed).await;
    let id = Shelf::Charters.published(leaver, "Quatre", "Texte.").await;
    let named = json!({ "type": "collectivity", "siren": world.agglo.siren.as_str() });
    let by_name = Shelf::Charters.share(leaver, &id, named, "read").await;
    by_name.expect(201);
    let here = participation(&world, &world.commune.siren, "");
    leaver.anyway().delete(&here).await.expect(200);
    let told = world.app.database.audited(world.commune.id.0).await;
    let left = json!({
        "type": "group.left",
        "group": world.group,
        "collectivity": world.commune.id,
        "grants_ended": 2,
    });
    assert_eq!(told.last(), Some(&left));
}

#[actix_web::test]
async fn what_has_ended_is_between_the_collectivity_and_the_coordinators() {
    let world = World::new().await;
    let host = &world.agglo_director;
    let fellow = world.app.tenant().await;
    let fellows = world.app.member(&fellow, &[Role::Director]).await;
    world.join(&fellow, &fellows, "contributor").await;
    let participants = format!("/v1/groups/{}/participants", world.group);
    let invitation = json!({ "siren": world.stranger.siren.as_str(), "role": "reader" });
    host.post(&participants, invitation).await.expect(201);
    let declined = participation(&world, &world.stranger.siren, "");
    let left = participation(&world, &world.commune.siren, "");
    // While they last, who takes part knows of them.
    for here in [&left, &declined] {
        fellows.get(here).await.expect(200);
    }
    let refusal = participation(&world, &world.stranger.siren, "/refusal");
    let invited = world.stranger_director.anyway();
    invited.post(&refusal, json!({})).await.expect(200);
    let leaver = world.commune_director.anyway();
    leaver.delete(&left).await.expect(200);

    let nobody = world.app.tenant().await;
    let random = fellows.get(&participation(&world, &nobody.siren, "")).await;
    let masked = |answer: &Response| {
        let mut body = answer.json();
        body["instance"] = json!(null);
        (answer.status, body)
    };
    for (here, state) in [(&left, "left"), (&declined, "declined")] {
        assert_eq!(masked(&fellows.get(here).await), masked(&random));
        let suspension = format!("{here}/suspension");
        let deed = fellows.anyway().post(&suspension, json!({})).await;
        assert_eq!(deed.problem(404), "not_found");
        assert_eq!(host.get(here).await.expect(200)["state"], state);
    }
    for actor in [host, &fellows] {
        let listed = actor.get(&participants).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    }
    // Invited again, they are there again.
    world
        .join(&world.stranger, &world.stranger_director, "reader")
        .await;
    fellows.get(&declined).await.expect(200);
}
