//! A group itself: formed, described, listed, and hidden from everybody else.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, App, World};

async fn form(actor: &Actor, name: &str) -> String {
    let formed = actor.post("/v1/groups", json!({ "name": name })).await;
    formed.expect(201);
    formed.id()
}

#[actix_web::test]
async fn whoever_forms_a_group_coordinates_it() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let director = app.member(&tenant, &[Role::Director]).await;
    let input =
        json!({ "name": "  Communes et agglomération ", "purpose": "Mutualiser.\nEnsemble." });
    let formed = director.post("/v1/groups", input).await;
    let view = formed.expect(201);
    assert_json_snapshot!(view, { ".id" => "[id]", ".formed_at" => "[at]" });
    let here = format!("/v1/groups/{}", formed.id());
    assert_eq!(formed.header("location"), here);
    let read = director.get(&here).await;
    assert_eq!((read.expect(200), read.etag()), (view, formed.etag()));

    let own = director
        .get(&format!("{here}/participants/{}", tenant.siren))
        .await;
    let own = own.expect(200);
    assert_eq!(
        (&own["role"], &own["state"]),
        (&json!("coordinator"), &json!("active"))
    );
}

#[actix_web::test]
async fn who_speaks_for_a_collectivity_may_form_groups() {
    let app = App::shared();
    let tenant = app.tenant().await;
    for role in Role::ALL {
        let actor = app.member(&tenant, &[*role]).await;
        let formed = actor.post("/v1/groups", json!({ "name": "Groupe" })).await;
        let may = matches!(role, Role::Administrator | Role::Director);
        assert_eq!(
            formed.status.as_u16(),
            if may { 201 } else { 403 },
            "{role}"
        );
    }
    let operator = app
        .operator()
        .await
        .post("/v1/groups", json!({ "name": "Groupe" }))
        .await;
    assert_eq!(operator.problem(403), "forbidden");
}

#[actix_web::test]
async fn a_group_is_described_by_its_coordinators() {
    let world = World::new().await;
    let here = format!("/v1/groups/{}", world.group);
    let coordinator = &world.agglo_director;
    let described = async |patch: Value| {
        let found = coordinator.get(&here).await;
        let view = coordinator
            .matching(&found)
            .patch(&here, patch)
            .await
            .expect(200);
        json!([view["name"], view["purpose"]])
    };
    assert_eq!(
        described(json!({ "purpose": "Partager." })).await,
        json!(["Groupe", "Partager."])
    );
    assert_eq!(
        described(json!({ "name": "Nous" })).await,
        json!(["Nous", "Partager."])
    );
    assert_eq!(
        described(json!({ "purpose": null })).await,
        json!(["Nous", ""])
    );
    assert_eq!(
        world.commune_director.get(&here).await.expect(200)["name"],
        "Nous"
    );

    let before = coordinator.get(&here).await;
    for (patch, status, broken) in [
        (json!({ "name": null }), 400, "/name missing_field"),
        (json!({ "name": " " }), 422, "/name text_empty"),
        (json!({ "name": ["a"] }), 400, "/name invalid_value"),
        (
            json!({ "purpose": "é".repeat(2_001) }),
            422,
            "/purpose text_too_long",
        ),
        (json!({ "founder": "x" }), 400, "/founder unknown_field"),
    ] {
        let refused = coordinator.anyway().patch(&here, patch).await;
        refused.problem(status);
        assert_eq!(refused.broken(), [broken]);
    }
    let silent = coordinator.patch(&here, json!({ "name": "X" })).await;
    assert_eq!(silent.problem(428), "precondition_required");
    let late = coordinator.with("if-match", "\"1-0\"");
    let stale = late.patch(&here, json!({ "name": "X" })).await;
    assert_eq!(stale.problem(412), "stale");
    for (actor, status) in [
        (&world.commune_director, 403),
        (&world.stranger_director, 404),
    ] {
        let refused = actor.anyway().patch(&here, json!({ "name": "X" })).await;
        assert_eq!(refused.status.as_u16(), status);
    }
    assert_eq!(coordinator.get(&here).await.bytes(), before.bytes());
}

#[actix_web::test]
async fn of_two_descriptions_with_the_same_tag_exactly_one_wins() {
    let world = World::new().await;
    let here = format!("/v1/groups/{}", world.group);
    let found = world.agglo_director.get(&here).await;
    let writer = world.agglo_director.matching(&found);
    let describe = |n: usize| {
        let (writer, here) = (&writer, &here);
        async move {
            writer
                .patch(here, json!({ "name": format!("Nom {n}") }))
                .await
        }
    };
    let answers = futures::future::join_all((0..6).map(describe)).await;
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
    let won = answers.iter().find(|it| it.status == 200).unwrap();
    assert_eq!(world.agglo_director.get(&here).await.bytes(), won.bytes());
}

#[actix_web::test]
async fn a_collectivity_lists_its_own_groups_newest_first() {
    let world = World::new().await;
    let director = &world.agglo_director;
    let mut formed = vec![world.group.clone()];
    for n in 0..4 {
        formed.insert(0, form(director, &format!("Groupe {n}")).await);
    }
    let (mut listed, mut next) = (Vec::new(), String::new());
    loop {
        let page = director.get(&format!("/v1/groups?limit=2{next}")).await;
        listed.extend(page.ids());
        match page.json()["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(listed, formed);
    assert_eq!(
        world.commune_director.get("/v1/groups").await.ids(),
        [world.group.as_str()]
    );
    assert_eq!(
        world.stranger_director.get("/v1/groups").await.ids(),
        [""; 0]
    );
}

#[actix_web::test]
async fn a_group_is_hidden_from_everybody_else() {
    let world = World::new().await;
    let nowhere = "01890000-0000-7000-8000-000000000000";
    for rest in [
        "",
        "/participants",
        &format!("/participants/{}", world.agglo.siren),
    ] {
        let hidden = format!("/v1/groups/{}{rest}", world.group);
        let unknown = format!("/v1/groups/{nowhere}{rest}");
        for actor in [world.stranger_director.clone(), world.app.operator().await] {
            let (hidden, unknown) = (actor.get(&hidden).await, actor.get(&unknown).await);
            assert_eq!(hidden.problem(404), "not_found");
            assert_eq!(unknown.problem(404), "not_found");
        }
    }
}
