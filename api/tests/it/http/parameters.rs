//! Query parameters: an unknown wish is a problem, not an ignored one.

use maillage_api::document::document;
use maillage_domain::access::Scopes;
use maillage_infra::testing::terms;
use serde_json::{Value, json};

use crate::support::{Shelf, World, experiment};

/// Every address of the contract that has pages, its templates filled in.
fn lists(
    world: &World,
    [charter, template, experiment, amendment, webhook, client]: [&str; 6],
) -> Vec<String> {
    let document = serde_json::to_value(document("https://maillage.test")).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let has_pages = |operations: &Value| {
        let parameters = operations["get"]["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|it| it["name"] == "cursor"))
    };
    let fill = |path: &str| {
        let id = match path.split('/').nth(2) {
            Some("groups") => &world.group,
            Some("templates") => template,
            Some("experiments") => experiment,
            Some("amendments") => amendment,
            Some("webhook-endpoints") => webhook,
            Some("clients") => client,
            _ => charter,
        };
        let query = if path == "/v1/search" { "?q=a&" } else { "?" };
        format!("{}{query}", path.replace("{id}", id))
    };
    let lists = paths.filter(|(_, operations)| has_pages(operations));
    lists.map(|(path, _)| fill(path)).collect()
}

#[actix_web::test]
async fn every_list_takes_the_same_parameters_and_no_others() {
    let world = World::new().await;
    let director = &world.agglo_director;
    let charter = Shelf::Charters.published(director, "Titre", "Un.").await;
    let template = Shelf::Templates.published(director, "Titre", "Un.").await;
    let administrator = world.app.actor(&world.agglo.administrator);
    let (source, _) = Shelf::Charters
        .practised(&world.commune_director, director, &world.group)
        .await;
    let amended = Shelf::Charters.amend(director, &source).await.expect(201);
    let amendment = amended["id"].as_str().unwrap();
    let protocol = director.post("/v1/experiments", experiment("Essai")).await;
    let endpoint = json!({ "address": "https://receveur.invalid/x", "name": "Receveur" });
    let endpoint = administrator.post("/v1/webhook-endpoints", endpoint).await;
    let endpoint = endpoint.expect(201);
    let webhook = endpoint["endpoint"]["id"].as_str().unwrap();
    let (tenant, creator) = (world.agglo.id, &world.agglo.administrator);
    let terms = terms(Scopes::all());
    let software = world
        .app
        .database
        .client(tenant, creator, terms, None)
        .await;
    let client = software.bearer.client.to_string();
    let software = world.app.software(&software.bearer);
    let lists = lists(
        &world,
        [
            &charter,
            &template,
            &protocol.id(),
            amendment,
            webhook,
            &client,
        ],
    );
    assert!(lists.len() >= 17, "{lists:?}");
    for list in lists {
        let staff = [
            "memberships",
            "invitations",
            "audit",
            "clients",
            "webhook-endpoints",
        ]
        .iter()
        .any(|it| list.contains(it));
        let actor = match staff {
            _ if list.starts_with("/v1/usage") => &software,
            true => &administrator,
            false => director,
        };
        for limit in ["1", "100", "020"] {
            let page = actor.get(&format!("{list}limit={limit}")).await.expect(200);
            assert!(
                page["items"].is_array()
                    && page.get("next").is_some()
                    && page.get("prev").is_some()
            );
        }
        for (query, broken) in [
            ("limit=0", "limit limit_out_of_range"),
            ("limit=101", "limit limit_out_of_range"),
            ("limit=4294967295", "limit limit_out_of_range"),
            ("limit=4294967296", "limit invalid_value"),
            ("limit=-1", "limit invalid_value"),
            ("limit=1.5", "limit invalid_value"),
            ("limit=abc", "limit invalid_value"),
            ("limit=", "limit invalid_value"),
            ("limit=%00", "limit text_control_character"),
            ("limit=%ff", "limit invalid_value"),
            ("limit=1&limit=2", "limit duplicate_field"),
            ("Limit=1", "Limit unknown_field"),
            ("page=2", "page unknown_field"),
            ("sort=-updated_at", "sort unknown_field"),
            ("limit=1&tenant_id=x", "tenant_id unknown_field"),
            ("%00=1", "\u{fffd} unknown_field"),
            ("=", " unknown_field"),
        ] {
            let refused = actor.get(&format!("{list}{query}")).await;
            assert_eq!(refused.problem(400), "invalid_request", "{list}{query}");
            assert_eq!(refused.broken(), [broken], "{list}{query}");
        }
        for cursor in [
            "",
            "x",
            "AAAA",
            "%00",
            "%ff",
            "a%20b",
            &"A".repeat(3_000),
            "eyJmcm9tIjoxfQ",
        ] {
            let refused = actor.get(&format!("{list}cursor={cursor}")).await;
            let code = refused.problem(400);
            let nul = cursor == "%00";
            assert_eq!(
                code,
                if nul {
                    "invalid_request"
                } else {
                    "invalid_cursor"
                },
                "{list}{cursor}"
            );
        }
    }
}

#[actix_web::test]
async fn filters_that_mean_nothing_are_pointed_at() {
    let world = World::new().await;
    for shelf in Shelf::ALL {
        for (query, broken) in [
            ("state=gone", "state invalid_value"),
            ("state=", "state invalid_value"),
            ("owner=219501277", "owner invalid_value"),
            ("owner=", "owner invalid_value"),
            ("updated_since=hier", "updated_since invalid_value"),
            ("updated_since=2026-11-23", "updated_since invalid_value"),
            (
                "updated_since=2026-11-23T09:00:00",
                "updated_since invalid_value",
            ),
            (
                "updated_since=2026-13-45T99:00:00Z",
                "updated_since invalid_value",
            ),
            ("tag=a%00b", "tag text_control_character"),
            ("kind=charter", "kind unknown_field"),
            ("q=charte", "q unknown_field"),
        ] {
            let refused = world
                .agglo_director
                .get(&format!("{}?{query}", shelf.path()))
                .await;
            assert_eq!(refused.problem(400), "invalid_request", "{query}");
            assert_eq!(refused.broken(), [broken], "{query}");
        }
    }
}

#[actix_web::test]
async fn no_moment_and_no_text_is_too_strange_to_ask_for() {
    let world = World::new().await;
    let long = format!("tag={}", "e".repeat(30_000));
    for (query, broken) in [
        ("updated_since=0000-01-01T00:00:00Z", None),
        ("updated_since=1969-12-31T23:59:59Z", None),
        ("updated_since=9999-12-31T23:59:59.999999999Z", None),
        ("updated_since=2016-12-31T23:59:60Z", None),
        ("updated_since=2026-11-23T09:00:00%2B14:00", None),
        ("updated_since=-0001-01-01T00:00:00Z", Some("updated_since")),
        (
            "updated_since=-262143-01-01T00:00:00Z",
            Some("updated_since"),
        ),
        (
            "updated_since=%2B262142-12-31T23:59:59Z",
            Some("updated_since"),
        ),
        ("updated_since=10000-01-01T00:00:00Z", Some("updated_since")),
        (
            "updated_since=0000-01-01T00:00:00%2B14:00",
            Some("updated_since"),
        ),
        ("tag=%FF%FE", None),
        ("tag=%F0%9F%A6%86", None),
        ("tag='%3B--", None),
        ("tag=%25", None),
        ("tag=", Some("tag")),
        ("tag=%1B", Some("tag")),
        (long.as_str(), Some("tag")),
        ("owner=00000000-0000-0000-0000-000000000000", None),
        ("owner=ffffffff-ffff-ffff-ffff-ffffffffffff", None),
    ] {
        let answer = world
            .agglo_director
            .get(&format!("/v1/charters?{query}"))
            .await;
        match broken {
            None => assert_eq!(answer.ids(), [""; 0], "{query}"),
            Some(parameter) => {
                assert_eq!(answer.problem(400), "invalid_request", "{query}");
                assert!(answer.broken()[0].starts_with(parameter), "{answer:?}");
            }
        }
    }
}

#[actix_web::test]
async fn a_parameter_on_what_has_none_is_no_matter() {
    // Only lists and searches have parameters; elsewhere a query string has no meaning to refuse.
    let world = World::new().await;
    let director = &world.agglo_director;
    let id = Shelf::Charters.published(director, "Titre", "Un.").await;
    let plain = director.get(&format!("/v1/charters/{id}")).await;
    let busted = director.get(&format!("/v1/charters/{id}?_=123")).await;
    assert_eq!(busted.bytes(), plain.bytes());
}
