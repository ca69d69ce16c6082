//! Refresh tokens: rotated once, forgiven when an answer was lost, told apart from theft.

use chrono::TimeDelta;
use maillage_domain::identity::{REFRESH_GRACE, REFRESH_LIFETIME, Redemption, redeem};
use maillage_domain::value::Digest;
use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::identity::{find_refresh, issue};
use maillage_infra::store::{Store, Tx};
use maillage_infra::testing::TestDatabase;

use crate::fixture::ask;

/// Redeems a token as the API does; a successor comes back where there is one.
async fn present(store: &Store, token: Digest) -> Option<(Redemption, Option<Digest>)> {
    let present = async |tx: &mut Tx| {
        let Some(found) = find_refresh(tx, token).await? else {
            return Ok(None);
        };
        let (expiry, spent) = (found.expires_at, found.spent_at);
        let redemption = redeem(expiry, spent, found.successor_waits, tx.now());
        let successor = match redemption {
            Redemption::Rotate | Redemption::Reissue => {
                let secret = issue(tx, found.session.id, Some(token)).await?;
                Some(secret.digest())
            }
            Redemption::Reuse | Redemption::Lapsed => None,
        };
        Ok::<_, StoreError>(Some((redemption, successor)))
    };
    store.authenticate(present).await.unwrap()
}

/// A store with a clock of its own, and the first token of a session.
async fn first() -> (Store, Clock, Digest) {
    let db = TestDatabase::shared();
    let clock = Clock::default();
    let store = Store::new(&db.app_url(), 4, clock.clone()).unwrap();
    let session = db.tenant().await.administrator.session;
    let issue = async |tx: &mut Tx| issue(tx, session, None).await;
    let secret = store.authenticate(issue).await.unwrap();
    (store, clock, secret.digest())
}

#[tokio::test]
async fn a_token_is_good_for_one_successor() {
    let (store, clock, first) = first().await;
    let (redemption, second) = present(&store, first).await.unwrap();
    assert_eq!(redemption, Redemption::Rotate);
    let (redemption, third) = present(&store, second.unwrap()).await.unwrap();
    assert_eq!(redemption, Redemption::Rotate);
    // The successor was used: whoever presents the first now is somebody else.
    assert_eq!(present(&store, first).await.unwrap().0, Redemption::Reuse);
    clock.advance(REFRESH_LIFETIME);
    assert_eq!(
        present(&store, third.unwrap()).await.unwrap().0,
        Redemption::Lapsed
    );
    assert_eq!(present(&store, Digest::ZERO).await, None);
}

#[tokio::test]
async fn a_lost_answer_is_forgiven_for_a_moment() {
    let (store, clock, first) = first().await;
    let lost = present(&store, first).await.unwrap().1.unwrap();
    let (redemption, second) = present(&store, first).await.unwrap();
    assert_eq!(redemption, Redemption::Reissue);
    // Only the newest lives: the lost one was spent with it, and nothing replaced that one. Were it
    // forgiven too, two holders could take turns for as long as they hurry.
    assert_eq!(present(&store, lost).await.unwrap().0, Redemption::Reuse);
    let (redemption, _) = present(&store, second.unwrap()).await.unwrap();
    assert_eq!(redemption, Redemption::Rotate);
    clock.advance(REFRESH_GRACE + TimeDelta::seconds(1));
    assert_eq!(present(&store, lost).await.unwrap().0, Redemption::Reuse);
    assert_eq!(present(&store, first).await.unwrap().0, Redemption::Reuse);
}

#[tokio::test]
async fn of_those_who_present_a_token_at_once_one_rotates_it() {
    let (store, _, first) = first().await;
    let attempts = (0..4).map(|_| present(&store, first));
    let mut told: Vec<_> = futures::future::join_all(attempts)
        .await
        .into_iter()
        .map(|told| told.unwrap().0)
        .collect();
    told.sort_by_key(|it| *it != Redemption::Rotate);
    assert_eq!(told[0], Redemption::Rotate);
    // The others asked again before anybody used what came of it.
    assert_eq!(told[1..], [Redemption::Reissue; 3]);
    let digest = first.to_string();
    let alive = format!(
        "select count(*) from refresh_tokens t join refresh_tokens f using (session_id) \
         where f.digest = '\\x{digest}' and t.spent_at is null"
    );
    assert_eq!(ask::<i64>(&alive).await, 1);
}
