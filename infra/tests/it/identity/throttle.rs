//! Throttling of log-in: per address, per account and per both, in parallel too.

use chrono::TimeDelta;
use maillage_domain::value::EmailAddress;
use maillage_infra::ambient::{self, Clock};
use maillage_infra::identity::{Throttle, attempt, forget};
use maillage_infra::store::{Store, Tx};
use maillage_infra::testing::TestDatabase;

fn email() -> EmailAddress {
    format!("essai-{}@commune.example", ambient::id())
        .parse()
        .unwrap()
}

fn address() -> String {
    ambient::id().to_string()
}

async fn ask(store: &Store, email: &EmailAddress, address: &str) -> Throttle {
    let ask = async |tx: &mut Tx| attempt(tx, email, address).await;
    store.authenticate(ask).await.unwrap()
}

/// How many of these attempts, made at once, pass.
async fn passing(attempts: impl Iterator<Item = impl Future<Output = Throttle>>) -> usize {
    let told = futures::future::join_all(attempts).await;
    told.iter().filter(|told| **told == Throttle::Pass).count()
}

#[tokio::test]
async fn ten_attempts_from_an_address_at_an_account_pass_even_when_made_at_once() {
    let (store, email, address) = (TestDatabase::shared().store(), email(), address());
    let attempts = (0..30).map(async |_| ask(&store, &email, &address).await);
    assert_eq!(passing(attempts).await, 10);
}

#[tokio::test]
async fn a_stranger_does_not_lock_the_owner_out() {
    let (store, email, stranger) = (TestDatabase::shared().store(), email(), address());
    for _ in 0..50 {
        ask(&store, &email, &stranger).await;
    }
    assert!(matches!(
        ask(&store, &email, &stranger).await,
        Throttle::Wait(_)
    ));
    assert_eq!(ask(&store, &email, &address()).await, Throttle::Pass);
}

#[tokio::test]
async fn a_thousand_attempts_at_an_account_pass_from_wherever_even_when_made_at_once() {
    let (store, email) = (TestDatabase::shared().store(), email());
    // Each address may try: a botnet is no way around.
    let attempts = (0..1_100).map(async |_| ask(&store, &email, &address()).await);
    assert_eq!(passing(attempts).await, 1_000);
    let owner = address();
    assert!(matches!(
        ask(&store, &email, &owner).await,
        Throttle::Wait(_)
    ));
}

#[tokio::test]
async fn what_an_address_is_refused_is_not_counted_for_the_account() {
    let (store, email, stranger) = (TestDatabase::shared().store(), email(), address());
    for _ in 0..300 {
        ask(&store, &email, &stranger).await;
    }
    // Ten are used up, so so many are left.
    let attempts = (0..1_000).map(async |_| ask(&store, &email, &address()).await);
    assert_eq!(passing(attempts).await, 990);
}

#[tokio::test]
async fn an_address_is_held_up_whatever_account_it_tries() {
    let (store, address) = (TestDatabase::shared().store(), address());
    for n in 0..300 {
        assert_eq!(ask(&store, &email(), &address).await, Throttle::Pass, "{n}");
    }
    assert!(matches!(
        ask(&store, &email(), &address).await,
        Throttle::Wait(_)
    ));
}

#[tokio::test]
async fn the_wait_is_as_long_as_told_and_success_ends_it() {
    let clock = Clock::default();
    let store = Store::new(&TestDatabase::shared().app_url(), 1, clock.clone()).unwrap();
    let (email, address) = (email(), address());
    for _ in 0..10 {
        assert_eq!(ask(&store, &email, &address).await, Throttle::Pass);
    }
    let Throttle::Wait(wait) = ask(&store, &email, &address).await else {
        panic!("the eleventh passes");
    };
    assert!(
        wait <= TimeDelta::minutes(15) && wait > TimeDelta::minutes(14),
        "{wait}"
    );
    clock.advance(wait - TimeDelta::seconds(5));
    assert!(matches!(
        ask(&store, &email, &address).await,
        Throttle::Wait(_)
    ));
    clock.advance(TimeDelta::seconds(6));
    assert_eq!(ask(&store, &email, &address).await, Throttle::Pass);

    for _ in 0..10 {
        ask(&store, &email, &address).await;
    }
    assert!(matches!(
        ask(&store, &email, &address).await,
        Throttle::Wait(_)
    ));
    let logged_in = store.authenticate(async |tx: &mut Tx| forget(tx, &email, &address).await);
    logged_in.await.unwrap();
    assert_eq!(ask(&store, &email, &address).await, Throttle::Pass);
}
