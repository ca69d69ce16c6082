//! The inbox: what others have done, told to whom it concerns and to nobody else.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, Shelf, World};

/// What stands in the inbox, newest first.
async fn inbox(actor: &Actor, query: &str) -> Vec<Value> {
    let listed = actor.get(&format!("/v1/inbox{query}")).await;
    listed.expect(200)["items"].as_array().unwrap().clone()
}

fn what(entries: &[Value]) -> Vec<&str> {
    let what = entries.iter().map(|it| it["what"].as_str().unwrap());
    what.collect()
}

async fn mark(actor: &Actor, entry: &Value, read: bool) -> Value {
    let path = format!("/v1/inbox/{}", entry["id"].as_str().unwrap());
    let marked = actor.anyway().put(&path, json!({ "read": read })).await;
    marked.expect(200)
}

#[actix_web::test]
async fn each_party_is_told_what_the_other_has_done() {
    let world = World::new().await;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let stranger = &world.stranger_director;
    for shelf in Shelf::ALL {
        let world = World::new().await;
        let (owner, adapter) = (&world.agglo_director, &world.commune_director);
        let (source, adapted) = shelf.practised(owner, adapter, &world.group).await;
        let made = shelf.amend(adapter, &source).await;
        let told = inbox(owner, "").await;
        assert_eq!(what(&told), ["amendment_proposed"]);
        assert_eq!(told[0]["amendment"], made.id());
        assert_eq!(told[0]["resource"], source.as_str());
        assert_eq!(told[0]["kind"], shelf.kind());
        assert_eq!(inbox(adapter, "").await, [""; 0]);

        let comments = format!("/v1/amendments/{}/comments", made.id());
        let text = json!({ "text": "Qui note ?" });
        owner.post(&comments, text).await.expect(201);
        let refusal = format!("/v1/amendments/{}/refusal", made.id());
        let reason = json!({ "reason": "Non." });
        owner.anyway().post(&refusal, reason).await.expect(200);
        assert_eq!(inbox(owner, "").await, [""; 0]);
        shelf
            .revised(owner, &source, "Relire toujours.")
            .await
            .expect(201);
        let told = inbox(adapter, "").await;
        let expected = [
            "source_published",
            "amendment_settled",
            "amendment_commented",
        ];
        assert_eq!(what(&told), expected);
        assert!(told.iter().all(|it| it["resource"] == adapted.as_str()));
        assert_eq!(told[0]["version"], 2);

        // Page by page it is the same; what was taken in is told no more.
        let mut paged = Vec::new();
        let mut path = "/v1/inbox?limit=1".to_owned();
        loop {
            let page = adapter.get(&path).await.expect(200);
            paged.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else {
                break;
            };
            path = format!("/v1/inbox?limit=1&cursor={next}");
        }
        assert_eq!(paged, told);
        let begin = adapter.with("if-none-match", "*");
        let merges = shelf.at(&adapted, "/upstream/merges");
        let choices = json!({ "version": 2, "choices": { "objet/text": "mine" } });
        begin.post(&merges, choices).await.expect(201);
        assert_eq!(what(&inbox(adapter, "").await), expected[1..]);
    }
    for actor in [owner, adapter, stranger] {
        assert_eq!(inbox(actor, "").await, [""; 0]);
    }
}

#[actix_web::test]
async fn a_source_that_is_hidden_tells_nothing_more() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let (source, _) = shelf.practised(owner, adapter, &world.group).await;
    shelf.revised(owner, &source, "Encore.").await.expect(201);
    let told = inbox(adapter, "").await;
    assert_eq!(what(&told), ["source_published"]);
    let withdrawal = shelf.at(&source, "/withdrawal");
    owner
        .anyway()
        .post(&withdrawal, json!({}))
        .await
        .expect(200);
    assert_eq!(inbox(adapter, "").await, [""; 0]);
    let path = format!("/v1/inbox/{}", told[0]["id"].as_str().unwrap());
    let gone = adapter.anyway().put(&path, json!({ "read": true })).await;
    assert_eq!(gone.problem(404), "not_found");
}

#[actix_web::test]
async fn what_was_read_is_each_persons_own() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let (source, _) = shelf.practised(owner, adapter, &world.group).await;
    shelf.revised(owner, &source, "Encore.").await.expect(201);
    let entry = inbox(adapter, "?unread=true").await.remove(0);
    assert_eq!(mark(adapter, &entry, true).await["read"], true);
    assert_eq!(mark(adapter, &entry, true).await["read"], true);
    assert_eq!(inbox(adapter, "?unread=true").await, [""; 0]);
    assert_eq!(inbox(adapter, "?unread=false").await.len(), 1);
    assert_eq!(inbox(adapter, "").await[0]["read"], true);
    // A colleague who only reads has not read it yet.
    let reader = world.app.member(&world.commune, &[Role::Reader]).await;
    assert_eq!(inbox(&reader, "?unread=true").await.len(), 1);
    mark(&reader, &entry, true).await;
    assert_eq!(mark(adapter, &entry, false).await["read"], false);
    assert_eq!(inbox(adapter, "?unread=true").await.len(), 1);
    assert_eq!(inbox(&reader, "?unread=true").await, [""; 0]);
    // Nobody marks what stands in another's inbox.
    let path = format!("/v1/inbox/{}", entry["id"].as_str().unwrap());
    for actor in [owner, &world.stranger_director] {
        let hidden = actor.anyway().put(&path, json!({ "read": true })).await;
        assert_eq!(hidden.problem(404), "not_found");
    }
    // A newer version is another entry.
    shelf
        .revised(owner, &source, "Et encore.")
        .await
        .expect(201);
    let newer = inbox(adapter, "").await;
    assert_eq!(newer.len(), 1);
    assert_ne!(newer[0]["id"], entry["id"]);
    assert_eq!(newer[0]["read"], false);
}
