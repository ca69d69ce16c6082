//! Coordinators: a group is never without one, whoever acts at the same time.

use futures::join;
use serde_json::json;

use super::{participation, rank, standing};
use crate::support::{Actor, Response, World};

/// How often a race is run: each order of the two has a chance.
const ROUNDS: usize = 6;

/// A group with two coordinators.
async fn two() -> World {
    let world = World::new().await;
    let siren = world.commune.siren.as_str();
    rank(&world, &world.agglo_director, siren, "coordinator")
        .await
        .expect(200);
    world
}

/// Who coordinates the group now, as the coordinators themselves see it.
async fn coordinators(world: &World) -> usize {
    let group = format!("/v1/groups/{}", world.group);
    let mut count = 0;
    for actor in [&world.agglo_director, &world.commune_director] {
        let seen = actor.get(&group).await;
        let coordinates = seen.status == 200
            && (&seen.json()["role"], &seen.json()["state"])
                == (&json!("coordinator"), &json!("active"));
        count += usize::from(coordinates);
    }
    count
}

async fn suspend(world: &World, actor: &Actor, siren: &str) -> Response {
    let path = participation(world, siren, "/suspension");
    actor.anyway().post(&path, json!({})).await
}

async fn leave(world: &World, actor: &Actor, siren: &str) -> Response {
    actor
        .anyway()
        .delete(&participation(world, siren, ""))
        .await
}

#[actix_web::test]
async fn the_last_coordinator_hands_over_before_leaving() {
    let world = World::new().await;
    let (host, heir) = (&world.agglo_director, &world.commune_director);
    let (hosts, heirs) = (world.agglo.siren.as_str(), world.commune.siren.as_str());
    assert_eq!(
        leave(&world, host, hosts).await.problem(409),
        "last_coordinator"
    );
    let demoted = rank(&world, host, hosts, "contributor").await;
    assert_eq!(demoted.problem(409), "last_coordinator");
    // To be coordinator already is no change that would leave the group without.
    rank(&world, host, hosts, "coordinator").await.expect(200);
    assert_eq!(suspend(&world, host, hosts).await.problem(403), "forbidden");

    let ranked = rank(&world, host, heirs, "coordinator").await;
    assert_eq!(standing(&ranked), json!(["coordinator", "active"]));
    let left = leave(&world, host, hosts).await;
    assert_eq!(standing(&left), json!(["coordinator", "left"]));
    assert_eq!(
        host.get(&format!("/v1/groups/{}", world.group))
            .await
            .problem(404),
        "not_found"
    );

    // The heir coordinates now, and is the last one.
    let here = format!("/v1/groups/{}", world.group);
    heir.anyway()
        .patch(&here, json!({ "name": "Nous" }))
        .await
        .expect(200);
    assert_eq!(
        leave(&world, heir, heirs).await.problem(409),
        "last_coordinator"
    );
    world
        .agglo_director
        .anyway()
        .patch(&here, json!({ "name": "X" }))
        .await
        .problem(404);
}

#[actix_web::test]
async fn an_invited_or_suspended_coordinator_does_not_count() {
    let world = World::new().await;
    let (host, hosts) = (&world.agglo_director, world.agglo.siren.as_str());
    let participants = format!("/v1/groups/{}/participants", world.group);
    let invitation = json!({ "siren": world.stranger.siren.as_str(), "role": "coordinator" });
    host.post(&participants, invitation).await.expect(201);
    assert_eq!(
        leave(&world, host, hosts).await.problem(409),
        "last_coordinator"
    );

    let siren = world.commune.siren.as_str();
    rank(&world, host, siren, "coordinator").await.expect(200);
    suspend(&world, host, siren).await.expect(200);
    assert_eq!(
        leave(&world, host, hosts).await.problem(409),
        "last_coordinator"
    );
    let resume = participation(&world, siren, "/suspension");
    host.anyway().delete(&resume).await.expect(200);
    leave(&world, host, hosts).await.expect(200);
}

#[actix_web::test]
async fn two_coordinators_who_leave_at_once_do_not_both_leave() {
    for _ in 0..ROUNDS {
        let world = two().await;
        let (a, b) = join!(
            leave(&world, &world.agglo_director, world.agglo.siren.as_str()),
            leave(
                &world,
                &world.commune_director,
                world.commune.siren.as_str()
            )
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{a:?} {b:?}");
        let refused = if a.status == 409 { &a } else { &b };
        assert_eq!(refused.problem(409), "last_coordinator");
        assert_eq!(coordinators(&world).await, 1);
    }
}

#[actix_web::test]
async fn two_coordinators_who_suspend_each_other_do_not_both_succeed() {
    for _ in 0..ROUNDS {
        let world = two().await;
        let (a, b) = join!(
            suspend(&world, &world.agglo_director, world.commune.siren.as_str()),
            suspend(&world, &world.commune_director, world.agglo.siren.as_str())
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        // Whoever is suspended knows of the other's participation no more.
        assert_eq!(statuses, [200, 404], "{a:?} {b:?}");
        assert_eq!(coordinators(&world).await, 1);
    }
}

#[actix_web::test]
async fn leaving_and_suspending_at_once_keep_a_coordinator() {
    for round in 0..ROUNDS {
        let world = two().await;
        let (host, guest) = (&world.agglo_director, &world.commune_director);
        let (hosts, guests) = (world.agglo.siren.as_str(), world.commune.siren.as_str());
        if round % 2 == 0 {
            join!(leave(&world, host, hosts), suspend(&world, host, guests));
        } else {
            join!(
                rank(&world, host, guests, "reader"),
                leave(&world, host, hosts)
            );
        }
        let left = participation(&world, guests, "");
        assert_eq!(
            coordinators(&world).await,
            1,
            "{:?}",
            guest.get(&left).await
        );
    }
}

#[actix_web::test]
async fn two_coordinators_who_demote_each_other_do_not_both_succeed() {
    for _ in 0..ROUNDS {
        let world = two().await;
        let (a, b) = join!(
            rank(
                &world,
                &world.agglo_director,
                &world.commune.siren,
                "reader"
            ),
            rank(
                &world,
                &world.commune_director,
                &world.agglo.siren,
                "reader"
            )
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403], "{a:?} {b:?}");
        assert_eq!(coordinators(&world).await, 1);
    }
}
