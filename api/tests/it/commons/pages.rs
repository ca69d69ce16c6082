//! Pages: every item once, forwards and backwards, whatever audience shows it.

use std::collections::BTreeSet;

use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, App, Response, Shelf, World};

/// The address that a `Link` header gives for `rel` (RFC 8288).
fn link(answer: &Response, rel: &str) -> Option<String> {
    let links = answer.header("link").split(", ");
    links
        .filter_map(|link| link.strip_prefix('<')?.split_once(">; rel="))
        .find(|(_, name)| *name == format!("\"{rel}\""))
        .map(|(address, _)| address.to_owned())
}

/// The address of the page behind `rel`, as the body tells it; the header must say the same.
fn turn(answer: &Response, start: &str, rel: &str) -> Option<String> {
    let body = answer.json();
    let cursor = body[rel]
        .as_str()
        .map(|cursor| format!("{start}&cursor={cursor}"));
    assert_eq!(link(answer, rel), cursor);
    cursor
}

/// All pages from `start`, by following `rel`.
async fn walk(actor: &Actor, start: &str, first: String, rel: &str) -> Vec<Response> {
    let mut pages = Vec::new();
    let mut address = Some(first);
    while let Some(page) = address {
        let answer = actor.get(&page).await;
        answer.expect(200);
        address = turn(&answer, start, rel);
        pages.push(answer);
    }
    pages
}

fn ids(pages: &[Response]) -> Vec<String> {
    pages.iter().flat_map(Response::ids).collect()
}

/// So many resources that each of `audiences` may read: one that was published, and its copies.
async fn shelve(actor: &Actor, count: i32, audiences: &[Value]) -> Vec<String> {
    let shelf = Shelf::Charters;
    let id = shelf.create(actor, "Charte", "Texte.").await;
    if !audiences.is_empty() {
        shelf.publish(actor, &id).await.expect(201);
    }
    for audience in audiences {
        let shared = shelf.share(actor, &id, audience.clone(), "read").await;
        shared.expect(201);
    }
    let original = id.parse().unwrap();
    let copies = actor.app.database.copies(original, count - 1).await;
    let copies = copies.iter().map(ToString::to_string);
    copies.chain([id]).collect()
}

#[actix_web::test]
async fn two_hundred_and_fifty_items_of_mixed_audiences_have_no_gaps_and_no_duplicates() {
    let app = App::listen(
        App::shared().database.clone_fresh().await,
        &["--tenant-quota", "1000000"],
    );
    let world = World::of(&app).await;
    let reader = app.member(&world.commune, &[Role::Reader]).await;
    let group = json!({ "type": "group", "id": world.group });
    let named = json!({ "type": "collectivity", "siren": world.commune.siren.as_str() });
    let communes = json!({ "type": "collectivity_type", "value": "commune" });
    let network = json!({ "type": "network" });
    let agglo = [
        shelve(&world.agglo_director, 40, std::slice::from_ref(&group)).await,
        shelve(&world.agglo_director, 30, &[group, named, network.clone()]).await,
        shelve(&world.agglo_director, 20, &[]).await,
    ];
    let stranger = shelve(&world.stranger_director, 60, &[communes, network]).await;
    let own = shelve(&world.commune_director, 120, &[]).await;
    let mut expected: BTreeSet<_> = [&agglo[0], &agglo[1], &stranger, &own]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    assert_eq!(expected.len(), 250);

    for limit in [7, 50, 100] {
        let start = format!("/v1/charters?limit={limit}");
        let forwards = walk(&reader, &start, start.clone(), "next").await;
        assert_eq!(forwards.len(), 250_usize.div_ceil(limit));
        let listed = ids(&forwards);
        assert_eq!(listed.len(), 250, "duplicates");
        assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), expected);

        let last = forwards.last().unwrap();
        let back = turn(last, &start, "prev").unwrap();
        let mut backwards = walk(&reader, &start, back, "prev").await;
        backwards.reverse();
        let mut again = ids(&backwards);
        again.extend(last.ids());
        assert_eq!(again, listed);
    }

    // What is seen by several audiences counts once.
    let counted = reader.with("prefer", "return=total-count");
    let total = counted.get("/v1/charters?limit=1").await.expect(200)["total"].clone();
    assert_eq!(total, json!({ "count": 250, "exact": true }));

    // A filter cuts the same list.
    let start = format!("/v1/charters?limit=9&owner={}", world.commune.id);
    let pages = walk(&reader, &start, start.clone(), "next").await;
    assert_eq!(
        ids(&pages).into_iter().collect::<BTreeSet<_>>(),
        own.iter().cloned().collect()
    );

    // Whoever turns the page while others publish misses nothing that was there.
    let start = "/v1/charters?limit=100";
    let first = reader.get(start).await;
    shelve(&world.commune_director, 3, &[]).await;
    for id in first.ids() {
        expected.remove(&id);
    }
    let next = turn(&first, start, "next").unwrap();
    let rest = walk(&reader, start, next, "next").await;
    assert_eq!(ids(&rest).into_iter().collect::<BTreeSet<_>>(), expected);
}

#[actix_web::test]
async fn a_page_knows_whether_there_are_others() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let ends = |page: &Response| {
        let body = page.json();
        (body["prev"].is_string(), body["next"].is_string())
    };
    let empty = owner.get("/v1/charters").await;
    assert_eq!(
        empty.expect(200),
        json!({ "items": [], "next": null, "prev": null, "total": null })
    );
    assert_eq!(empty.header("link"), "");

    shelve(owner, 4, &[]).await;
    let exact = owner.get("/v1/charters?limit=4").await;
    assert_eq!(ends(&exact), (false, false));
    let start = "/v1/charters?limit=2";
    let first = owner.get(start).await;
    assert_eq!(ends(&first), (false, true));
    let second = owner.get(&turn(&first, start, "next").unwrap()).await;
    assert_eq!(ends(&second), (true, false));
    let back = owner.get(&turn(&second, start, "prev").unwrap()).await;
    assert_eq!((ends(&back), back.ids()), ((false, true), first.ids()));
}

#[actix_web::test]
async fn a_cursor_serves_one_caller_one_list_and_one_filter() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    shelve(owner, 3, &[]).await;
    Shelf::Templates.create(owner, "Modèle", "Un.").await;
    let page = owner
        .get("/v1/charters?limit=1&state=draft")
        .await
        .expect(200);
    let cursor = page["next"].as_str().unwrap();
    let colleague = world.app.member(&world.agglo, &[Role::Director]).await;
    let mut altered = cursor.to_owned();
    let last = if altered.pop() == Some('A') { 'B' } else { 'A' };
    altered.push(last);
    for (actor, address) in [
        (
            &colleague,
            format!("/v1/charters?state=draft&cursor={cursor}"),
        ),
        (
            &world.commune_director,
            format!("/v1/charters?state=draft&cursor={cursor}"),
        ),
        (owner, format!("/v1/charters?cursor={cursor}")),
        (
            owner,
            format!("/v1/charters?state=published&cursor={cursor}"),
        ),
        (
            owner,
            format!("/v1/charters?state=draft&tag=essai&cursor={cursor}"),
        ),
        (owner, format!("/v1/templates?state=draft&cursor={cursor}")),
        (owner, format!("/v1/groups?cursor={cursor}")),
        (
            owner,
            format!("/v1/charters?state=draft&cursor={}", &cursor[2..]),
        ),
        (owner, format!("/v1/charters?state=draft&cursor={altered}A")),
        (owner, "/v1/charters?cursor=".to_owned()),
        (owner, "/v1/charters?cursor=AAAA".to_owned()),
        (owner, "/v1/charters?cursor=%01%ff%20".to_owned()),
    ] {
        assert_eq!(
            actor.get(&address).await.problem(400),
            "invalid_cursor",
            "{address}"
        );
    }
    // The size of a page may change on the way, and parameters may come in any order.
    let on = format!("/v1/charters?cursor={cursor}&limit=2&state=draft");
    assert_eq!(owner.get(&on).await.ids().len(), 2);
}
