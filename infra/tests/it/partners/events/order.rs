//! No fact is lost or told twice, in whatever order transactions commit and however many relay.

use std::collections::BTreeSet;

use maillage_domain::access::{Role, Scopes, act};
use maillage_domain::commons::{Audience, Charter};
use maillage_domain::identity::Staff;
use maillage_domain::partners::events::Told;
use maillage_domain::value::ResourceId;
use maillage_infra::ambient;
use maillage_infra::partners::events::{events_after, feed_head, news_after, relay};
use maillage_infra::store::Tx;
use maillage_infra::testing::{TestDatabase, terms};
use tokio::sync::oneshot;

use super::resource;
use crate::fixture::{Failure, Town, allowed, ask, body, card};

/// What `reader` is told from there on of what these did; others tell everybody meanwhile.
async fn told_by(towns: &[&Town], reader: &Town, after: i64) -> Vec<Told> {
    let told = reader.feed(after).await.into_iter();
    let by_them = |it: &Told| towns.iter().any(|by| by.id() == it.event.collectivity);
    told.filter(by_them).collect()
}

fn store() -> maillage_infra::store::Store {
    TestDatabase::shared().store()
}

#[tokio::test]
async fn what_was_begun_first_and_committed_last_is_not_overtaken() {
    let store = store();
    let (slow, quick, reader) = (
        Town::new(&store).await,
        Town::new(&store).await,
        Town::new(&store).await,
    );
    let audience = Audience::Collectivity { id: reader.id() };
    let mut charters = Vec::new();
    for town in [&slow, &quick] {
        let charter = town.publish("Charte", "x").await;
        charters.push(charter);
        town.relayed().await;
    }
    let from = reader.feed(0).await.last().map_or(0, |it| it.position);
    // The slow one has its fact in the outbox, with the lower id, and has not committed.
    let (written, is_written) = oneshot::channel();
    let (go_on, may_go_on) = oneshot::channel::<()>();
    let sharing = async {
        let share = async |tx: &mut Tx| {
            let bench =
                maillage_infra::commons::find_for_update::<Charter>(tx, charters[0]).await?;
            let shareable = maillage_domain::commons::Shareable {
                resource: bench.resource,
                participation: None,
            };
            let share = allowed::<act::Share, _>(tx, shareable)?;
            let id = maillage_domain::value::ShareId(ambient::id());
            let level = maillage_domain::commons::Level::Read;
            tx.save(share.share(id, audience, level, None, tx.now())?)
                .await?;
            written.send(()).unwrap();
            may_go_on.await.unwrap();
            Ok(())
        };
        slow.write(share).await.unwrap();
    };
    let overtaking = async {
        is_written.await.unwrap();
        quick.share(charters[1], audience).await;
        quick.relayed().await;
        let first = told_by(&[&slow, &quick], &reader, from).await;
        assert_eq!(first.len(), 1);
        assert_eq!(resource(&first[0]), Some(charters[1]));
        go_on.send(()).unwrap();
        first[0].clone()
    };
    let ((), first) = tokio::join!(sharing, overtaking);
    slow.relayed().await;
    // Whoever went on reading from there finds the other.
    let second = told_by(&[&slow, &quick], &reader, first.position).await;
    assert_eq!(second.len(), 1);
    assert_eq!(resource(&second[0]), Some(charters[0]));
    assert!(second[0].event.id < first.event.id, "ids are in no order");
}

#[tokio::test]
async fn however_many_relay_each_fact_has_one_position() {
    let store = store();
    let town = Town::new(&store).await;
    let charter = town.begin("Charte", "x").await;
    let writing = async {
        for n in 0..30 {
            town.draft(charter, &n.to_string()).await;
        }
    };
    let relaying = |store: maillage_infra::store::Store| async move {
        for _ in 0..60 {
            relay(&store).await.unwrap();
        }
    };
    let (one, two) = (self::store(), self::store());
    tokio::join!(writing, relaying(one), relaying(two));
    town.relayed().await;
    let told = town.feed(0).await;
    let told: Vec<_> = told
        .iter()
        .filter(|it| resource(it) == Some(charter))
        .collect();
    assert_eq!(told.len(), 31);
    let positions: Vec<_> = told.iter().map(|it| it.position).collect();
    assert!(positions.is_sorted());
    let ids: BTreeSet<_> = told.iter().map(|it| it.event.id).collect();
    assert_eq!(ids.len(), 31);
    // In a tenant, whose writers follow one another, events are in the order of the audit trail.
    let trail: Vec<String> = ask(&format!(
        "select array_agg(fact->>'type' order by sequence) from audit_records \
         where tenant_id = '{}' and fact->>'type' like 'resource.%'",
        town.id()
    ))
    .await;
    let names: Vec<_> = told.iter().map(|it| it.event.what.as_str()).collect();
    assert_eq!(names, trail);
    let shared: i64 = ask(
        "select count(*) from (select position from events group by position \
         having count(distinct id) > 1) x",
    )
    .await;
    assert_eq!(shared, 0);
}

#[tokio::test]
async fn a_fact_that_only_a_newer_program_knows_waits_for_it() {
    let store = store();
    let (town, db) = (Town::new(&store).await, TestDatabase::shared());
    let id = ambient::id();
    let charter = town.begin("Charte", "x").await;
    let unknown = format!(
        "insert into outbox (tenant_id, id, at, fact) values ('{0}', '{id}', now(), \
            '{{\"type\": \"resource.sung\"}}'); \
         insert into outbox_pending values ('{0}', '{id}')",
        town.id()
    );
    db.as_owner(&unknown).await;
    let told = async || town.told_of_charter(charter).await;
    while told().await.is_empty() {
        relay(&store).await.unwrap();
    }
    let waits = format!("select exists (select from outbox_pending where id = '{id}')");
    assert!(ask::<bool>(&waits).await);
    db.as_owner(&format!("delete from outbox_pending where id = '{id}'"))
        .await;
}

/// Whether a town is among those who have news.
fn names(news: &maillage_infra::partners::events::News, town: &Town) -> bool {
    let mut audiences = news.audiences.iter();
    audiences.any(|(audience, _)| *audience == town.id().0)
}

#[tokio::test]
async fn who_has_news_is_told_and_where_to_begin() {
    let store = store();
    let (town, other) = (Town::new(&store).await, Town::new(&store).await);
    town.relayed().await;
    other.relayed().await;
    let head = town.read(async |db| feed_head(db).await).await.unwrap();
    let charter = town.publish("Charte", "x").await;
    town.share(charter, Audience::Collectivity { id: other.id() })
        .await;
    town.relayed().await;
    let news = news_after(&store, head).await.unwrap();
    assert!(names(&news, &town));
    assert!(names(&news, &other));
    assert!(news.head > head);
    let now = town.read(async |db| feed_head(db).await).await.unwrap();
    assert!(head < now && now <= news.head);
    // Whoever begins at the head reads only what happens from then on.
    assert!(told_by(&[&town], &town, now).await.is_empty());
    // What nobody is told of wakes its own tenant: it may be a revocation.
    let db = TestDatabase::shared();
    db.member(&town.tenant, &[Role::Reader]).await;
    town.relayed().await;
    let news = news_after(&store, now).await.unwrap();
    assert!(names(&news, &town));
    assert!(told_by(&[&town], &town, now).await.is_empty());
}

#[tokio::test]
async fn software_is_not_told_of_what_it_did_itself() {
    let store = store();
    let (town, db) = (Town::new(&store).await, TestDatabase::shared());
    let creator = db
        .member(&town.tenant, &[Role::Administrator, Role::Director])
        .await;
    let one = db
        .client(town.id(), &creator, terms(Scopes::all()), None)
        .await;
    let two = db
        .client(town.id(), &creator, terms(Scopes::all()), None)
        .await;
    // From here on: what others tell the whole network would fill the page otherwise.
    let head = async |db: maillage_infra::store::Db<'_>| feed_head(db).await;
    let (_, head) = store.read(&two.bearer, head).await.unwrap();
    let id = ResourceId(ambient::id());
    let begin = async |tx: &mut Tx| {
        let collectivity = town.id();
        let create = allowed::<act::Create, _>(tx, Staff { collectivity })?;
        let begun = create.create::<Charter>(id, card("Charte", &[]), body("x"), tx.now())?;
        Ok::<_, Failure>(tx.save(begun).await?)
    };
    store.write(&one.bearer, begin).await.unwrap();
    town.relayed().await;
    assert_eq!(town.told_of_charter(id).await, ["resource.created"]);
    for (client, told) in [(one, 0), (two, 1)] {
        let events = async |db: maillage_infra::store::Db<'_>| events_after(db, head, 100).await;
        let (_, events) = store.read(&client.bearer, events).await.unwrap();
        let events = events.iter().filter(|it| resource(it) == Some(id));
        assert_eq!(events.count(), told);
    }
}
