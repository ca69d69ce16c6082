//! What software called: written once, read by who may, forgotten in time.

use chrono::TimeDelta;
use maillage_domain::access::{Role, Scopes};
use maillage_domain::value::ClientId;
use maillage_infra::ambient;
use maillage_infra::partners::meter::{
    DAYS_KEPT, MAX_NOTED, Meter, REQUESTS_KEPT, Request, forget_usage, requests_of, usage,
};
use maillage_infra::store::Store;
use maillage_infra::testing::{Software, Tenant, TestDatabase, terms};

/// A request that was answered so.
fn answered(store: &Store, status: i16, problem: Option<&str>) -> Request {
    Request {
        id: ambient::id(),
        at: store.clock().now(),
        request_id: ambient::id().to_string(),
        method: "GET".to_owned(),
        route: "/v1/charters".to_owned(),
        status,
        problem: problem.map(str::to_owned),
        microseconds: 1,
    }
}

async fn software(db: &TestDatabase) -> (Tenant, Software) {
    let tenant = db.tenant().await;
    let creator = db.member(&tenant, &[Role::Administrator]).await;
    let software = db.client(tenant.id, &creator, terms(Scopes::all()), None);
    let software = software.await;
    (tenant, software)
}

/// Calls as status, problem and number.
async fn counted(store: &Store, software: &Software) -> Vec<(i16, String, i64)> {
    let of = software.bearer.client;
    let (_, calls) = store
        .read(&software.bearer, async |db| {
            usage(db, software.bearer.collectivity, Some(of)).await
        })
        .await
        .unwrap();
    let calls = calls.into_iter();
    calls.map(|it| (it.status, it.problem, it.calls)).collect()
}

async fn logged(store: &Store, software: &Software, failed: bool) -> Vec<Request> {
    let of = (software.bearer.collectivity, Some(software.bearer.client));
    let read = store.read(&software.bearer, async |db| {
        requests_of(db, of, failed, None, 100).await
    });
    read.await.unwrap().1
}

#[tokio::test]
async fn what_was_noted_is_written_once_and_added_to_what_was() {
    let db = TestDatabase::shared();
    let (store, (tenant, software)) = (db.store(), software(db).await);
    let (meter, of) = (Meter::default(), (tenant.id, software.bearer.client));
    for _ in 0..2 {
        let good = answered(&store, 200, None);
        let bad = answered(&store, 422, Some("validation_failed"));
        let limited = answered(&store, 429, Some("rate_limited"));
        meter.note(of, good, true);
        meter.note(of, bad, true);
        meter.note(of, limited, false);
        meter.write(&store).await.unwrap();
        meter.write(&store).await.unwrap();
    }
    let counts = [
        (200, "", 2),
        (422, "validation_failed", 2),
        (429, "rate_limited", 2),
    ];
    let counts = counts.map(|(status, slug, calls)| (status, slug.to_owned(), calls));
    assert_eq!(counted(&store, &software).await, counts);
    let all = logged(&store, &software, false).await;
    let statuses: Vec<i16> = all.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [422, 200, 422, 200]);
    let failed = logged(&store, &software, true).await;
    assert_eq!(failed, [all[0].clone(), all[2].clone()]);
}

#[tokio::test]
async fn software_that_nobody_knows_keeps_no_other_from_being_written() {
    let db = TestDatabase::shared();
    let (store, (tenant, software)) = (db.store(), software(db).await);
    let meter = Meter::default();
    let stranger = ClientId(ambient::id());
    meter.note((tenant.id, stranger), answered(&store, 401, None), true);
    let own = (tenant.id, software.bearer.client);
    meter.note(own, answered(&store, 200, None), true);
    meter.write(&store).await.unwrap();
    assert_eq!(logged(&store, &software, false).await.len(), 1);
}

#[tokio::test]
async fn beyond_what_fits_into_memory_is_counted_only() {
    let db = TestDatabase::shared();
    let (store, (tenant, software)) = (db.store(), software(db).await);
    let (meter, of) = (Meter::default(), (tenant.id, software.bearer.client));
    for _ in 0..=MAX_NOTED {
        meter.note(of, answered(&store, 200, None), true);
    }
    meter.write(&store).await.unwrap();
    let calls = i64::try_from(MAX_NOTED).unwrap() + 1;
    assert_eq!(
        counted(&store, &software).await,
        [(200, String::new(), calls)]
    );
    let kept = format!(
        "select count(*) from client_requests where client_id = '{}'",
        software.bearer.client
    );
    let kept: i64 = crate::fixture::ask(&kept).await;
    assert_eq!(kept, calls - 1);
}

#[tokio::test]
async fn what_is_old_is_forgotten() {
    let db = TestDatabase::shared().clone_fresh().await;
    let (tenant, software) = software(&db).await;
    db.called(tenant.id, software.bearer.client, &[200, 500])
        .await;
    let store = db.store();
    let later = async |by: TimeDelta| {
        store.clock().advance(by);
        forget_usage(&store).await.unwrap()
    };
    assert_eq!(later(REQUESTS_KEPT - TimeDelta::minutes(1)).await, 0);
    assert_eq!(later(TimeDelta::minutes(2)).await, 2);
    let now = db.store();
    assert!(logged(&now, &software, false).await.is_empty());
    assert_eq!(counted(&now, &software).await.len(), 2);
    assert_eq!(later(TimeDelta::days(DAYS_KEPT)).await, 2);
    assert!(counted(&now, &software).await.is_empty());
}
