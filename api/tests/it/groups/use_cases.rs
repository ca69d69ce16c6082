//! Use cases of a group: its coordinators add them, its participants read their names.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, App, World};

async fn name_of(reader: &Actor, code: &str) -> Option<Value> {
    let all = reader.get("/v1/use-cases").await.expect(200);
    let found = all["items"].as_array().unwrap().iter();
    let mut found = found.filter(|it| it["code"] == code);
    found.next().map(|it| it["name"].clone())
}

#[actix_web::test]
async fn a_group_adds_to_the_catalogue_for_itself() {
    let world = World::of(App::shared()).await;
    let path = format!("/v1/groups/{}/use-cases", world.group);
    let (coordinator, fellow) = (&world.agglo_director, &world.commune_director);
    let input = json!({ "slug": "parcours-emploi", "name": "Parcours emploi" });
    let added = coordinator.post(&path, input.clone()).await.expect(201);
    let code = added["code"].as_str().unwrap();
    assert!(
        code.starts_with("x-") && code.ends_with("-parcours-emploi"),
        "{code}"
    );

    // Whoever takes part reads it, in the group and in the catalogue; nobody else does.
    let listed = fellow.get(&path).await.expect(200);
    assert_eq!(listed["items"][0]["code"], code);
    assert_eq!(name_of(fellow, code).await, Some(json!("Parcours emploi")));
    let stranger = world.app.member(&world.stranger, &[Role::Director]).await;
    assert_eq!(stranger.get(&path).await.problem(404), "not_found");
    assert_eq!(name_of(&stranger, code).await, None);

    // It is added once, by who coordinates, under a slug.
    let again = coordinator.post(&path, input.clone()).await;
    assert_eq!(again.problem(409), "use_case_known");
    assert_eq!(fellow.post(&path, input).await.problem(403), "forbidden");
    let bad = json!({ "slug": "Parcours emploi", "name": "x" });
    let refused = coordinator.post(&path, bad).await;
    assert_eq!(refused.problem(422), "invalid");
    assert!(refused.body.contains("use_case_slug_format") && refused.body.contains("/slug"));
}

#[actix_web::test]
async fn a_group_has_a_hundred_use_cases_at_most() {
    let world = World::of(App::shared()).await;
    let path = format!("/v1/groups/{}/use-cases", world.group);
    let coordinator = &world.agglo_director;
    for number in 0..100 {
        let input = json!({ "slug": format!("cas-{number}"), "name": "Cas" });
        coordinator.post(&path, input).await.expect(201);
    }
    let input = json!({ "slug": "cas-100", "name": "Cas" });
    let refused = coordinator.post(&path, input).await;
    assert_eq!(refused.problem(409), "use_cases_too_many");
}
