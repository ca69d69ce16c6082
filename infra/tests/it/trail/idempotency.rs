//! Idempotency keys: one effect and one answer for whoever repeats themselves (L9), nothing for
//! anybody else.

use chrono::TimeDelta;
use maillage_domain::access::{Role, Verb};
use maillage_domain::value::Digest;
use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::store::{Bearer, Store, Tx};
use maillage_infra::testing::TestDatabase;
use maillage_infra::trail::{Answer, Attempt, Earlier, earlier, remember};
use tokio::sync::oneshot;

use crate::fixture::{ask, connect};

const KEY: &str = "une-clé-que-le-client-a-choisie";
const BODY: &str = r#"{"secret":"mlg_inv_montré-une-fois"}"#;

fn attempt(request: &str) -> Attempt {
    Attempt {
        key: KEY.to_owned(),
        route: "POST /v1/invitations".to_owned(),
        request: Digest::of_bytes(request.as_bytes()),
    }
}

fn answer() -> Answer {
    Answer {
        status: 201,
        headers: vec![("Location".to_owned(), "/v1/invitations/1".to_owned())],
        body: BODY.to_owned(),
    }
}

/// Asks what is known of an attempt, and answers it if nothing is.
async fn run(store: &Store, bearer: &Bearer, attempt: &Attempt) -> Result<Earlier, StoreError> {
    let run = async |tx: &mut Tx| {
        let known = earlier(tx, attempt).await?;
        if known == Earlier::Never {
            remember(tx, attempt, Some(Verb::Invite), &answer()).await?;
        }
        Ok(known)
    };
    store.write(bearer, run).await
}

fn answered() -> Earlier {
    Earlier::Answered(Some(Verb::Invite), answer())
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_another_request_does_not() {
    let db = TestDatabase::shared();
    let (store, bearer) = (db.store(), db.tenant().await.administrator);
    let first = attempt("corps");
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), Earlier::Never);
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), answered());
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), answered());
    let other = attempt("autre corps");
    assert_eq!(
        run(&store, &bearer, &other).await.unwrap(),
        Earlier::OtherRequest
    );
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), answered());
}

#[tokio::test]
async fn a_key_belongs_to_one_caller_one_collectivity_and_one_route() {
    let db = TestDatabase::shared();
    let store = db.store();
    let (tenant, other) = (db.tenant().await, db.tenant().await);
    let login = db.member_with_password(&tenant, &[Role::Reader]).await;
    let elsewhere = db.colleague(&other, &login, &[Role::Reader]).await;
    let operator = db.operator().await.bearer;
    let first = attempt("corps");
    for bearer in [login.bearer, tenant.administrator, elsewhere, operator] {
        assert_eq!(run(&store, &bearer, &first).await.unwrap(), Earlier::Never);
    }
    for bearer in [login.bearer, tenant.administrator, elsewhere, operator] {
        assert_eq!(run(&store, &bearer, &first).await.unwrap(), answered());
    }
    let route = Attempt {
        route: "POST /v1/groups".to_owned(),
        ..first
    };
    assert_eq!(
        run(&store, &login.bearer, &route).await.unwrap(),
        Earlier::Never
    );
}

#[tokio::test]
async fn a_key_that_is_being_worked_on_is_in_flight() {
    let db = TestDatabase::shared();
    let (store, bearer) = (db.store(), db.tenant().await.administrator);
    let first = attempt("corps");
    let ((begun, has_begun), (go_on, may_go_on)) = (oneshot::channel(), oneshot::channel());
    let slow = async {
        let slow = async |tx: &mut Tx| {
            let known = earlier(tx, &first).await?;
            begun.send(()).unwrap();
            may_go_on.await.unwrap();
            remember(tx, &first, Some(Verb::Invite), &answer()).await?;
            Ok::<_, StoreError>(known)
        };
        store.write(&bearer, slow).await.unwrap()
    };
    let meanwhile = async {
        has_begun.await.unwrap();
        let known = run(&store, &bearer, &first).await.unwrap();
        go_on.send(()).unwrap();
        known
    };
    assert_eq!(
        tokio::join!(slow, meanwhile),
        (Earlier::Never, Earlier::InFlight)
    );
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), answered());
}

#[tokio::test]
async fn an_effect_that_was_not_kept_leaves_no_answer() {
    let db = TestDatabase::shared();
    let (store, bearer) = (db.store(), db.tenant().await.administrator);
    let first = attempt("corps");
    let failing = store.write(&bearer, async |tx| {
        earlier(tx, &first).await?;
        remember(tx, &first, None, &answer()).await?;
        Err::<(), _>(StoreError::Missing)
    });
    failing.await.unwrap_err();
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), Earlier::Never);
}

#[tokio::test]
async fn what_is_kept_tells_neither_the_key_nor_the_answer() {
    let db = TestDatabase::shared();
    let store = db.store();
    let tenant = db.tenant().await;
    let second = db.member(&tenant, &[Role::Reader]).await;
    for bearer in [tenant.administrator, second] {
        run(&store, &bearer, &attempt("corps")).await.unwrap();
    }
    let client = connect(&db.owner_url()).await;
    let rows = format!(
        "select key, request, answer, k::text from idempotency_keys k where tenant_id = '{}'",
        tenant.id
    );
    let rows = client.query(&rows, &[]).await.unwrap();
    let bytes = |row: &tokio_postgres::Row, column: usize| -> Vec<u8> { row.get(column) };
    for row in &rows {
        for needle in [KEY, BODY, "mlg_inv", "Location", "invitations/1"] {
            for bytes in [bytes(row, 0), bytes(row, 1), bytes(row, 2)] {
                let found = bytes
                    .windows(needle.len())
                    .any(|at| at == needle.as_bytes());
                assert!(!found, "{needle}");
            }
            assert!(!row.get::<_, String>(3).contains(needle), "{needle}");
        }
    }
    let [one, other] = [bytes(&rows[0], 2), bytes(&rows[1], 2)];
    // The same key, the same answer: still nothing in common.
    assert_ne!(one[..12], other[..12]);
    assert_ne!(one[12..], other[12..]);
}

#[tokio::test]
async fn a_key_may_be_used_again_after_a_day() {
    let db = TestDatabase::shared();
    let clock = Clock::default();
    let store = Store::new(&db.app_url(), 1, clock.clone()).unwrap();
    let bearer = db.tenant().await.administrator;
    let first = attempt("corps");
    run(&store, &bearer, &first).await.unwrap();
    clock.advance(TimeDelta::hours(23));
    assert_eq!(run(&store, &bearer, &first).await.unwrap(), answered());
    clock.advance(TimeDelta::hours(2));
    let other = attempt("autre corps");
    assert_eq!(run(&store, &bearer, &other).await.unwrap(), Earlier::Never);
    assert_eq!(run(&store, &bearer, &other).await.unwrap(), answered());
    assert_eq!(
        run(&store, &bearer, &first).await.unwrap(),
        Earlier::OtherRequest
    );
}

#[tokio::test]
async fn sweeping_forgets_what_has_served_its_time_and_nothing_else() {
    let db = TestDatabase::shared();
    let (store, tenant) = (db.store(), db.tenant().await);
    let (old, new) = (
        tenant.administrator,
        db.member(&tenant, &[Role::Reader]).await,
    );
    for bearer in [old, new] {
        run(&store, &bearer, &attempt("corps")).await.unwrap();
    }
    db.as_owner(&format!(
        "update idempotency_keys set created_at = now() - interval '25 hours' \
         where caller = '{}'",
        old.person
    ))
    .await;
    assert!(store.sweep().await.unwrap() > 0);
    let left = format!(
        "select string_agg(caller::text, '') from idempotency_keys where tenant_id = '{}'",
        tenant.id
    );
    assert_eq!(ask::<String>(&left).await, new.person.to_string());
}
