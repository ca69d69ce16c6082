//! The main job in one breath: share, adapt, and nobody else sees it.

use serde_json::json;

use crate::support::World;

#[actix_web::test]
async fn a_shared_charter_is_adapted_and_strangers_see_nothing() {
    let world = World::new().await;
    let id = world
        .published(&world.agglo_director, "Charte", "Contrôle humain.")
        .await;
    world
        .share_with_group(&world.agglo_director, &id, "reuse")
        .await
        .expect(201);

    let adaptations = format!("/v1/charters/{id}/adaptations");
    let adapted = world.commune_director.post(&adaptations, json!({})).await;
    assert_eq!(adapted.expect(201)["source"]["resource"], id);

    let hidden = world
        .stranger_director
        .get(&format!("/v1/charters/{id}"))
        .await;
    assert_eq!(hidden.problem(404), "not_found");
    let listed = world
        .stranger_director
        .get("/v1/charters")
        .await
        .expect(200);
    assert_eq!(listed["items"], json!([]));
}
