//! What is acknowledged has happened: a change of one row that changes none is refused.
//!
//! Each change below was lawful, and is saved where it finds its row no more: in the name of
//! another collectivity, whose policies hide it, or after somebody else was faster.

use maillage_domain::access::{GroupRole, Role, act};
use maillage_domain::commons::{Audience, Charter, Unshared};
use maillage_domain::outcome::Outcome;
use maillage_infra::commons::{find_for_update, find_share};
use maillage_infra::error::{Constraint, StoreError};
use maillage_infra::groups::{find_group, lock_participation};
use maillage_infra::identity::{find_membership, find_session, members};
use maillage_infra::store::Tx;
use maillage_infra::testing::TestDatabase;
use maillage_infra::trail::audit_page;

use crate::fixture::{Failure, Town, allowed, card, cause};

/// How many records the trail of the town has.
async fn told(town: &Town) -> usize {
    let all = town.read(async |db| audit_page(db, i64::MAX, 1_000).await);
    all.await.unwrap().len()
}

/// Saves `$outcome` in the name of `$town`, which finds nothing to change.
macro_rules! finds_nothing {
    ($town:expr, $outcome:expr) => {{
        let before = told($town).await;
        let outcome = $outcome;
        let save = async |tx: &mut Tx| Ok(tx.save(outcome).await.map(drop)?);
        let refused = cause($town.write(save).await);
        let conflict = matches!(refused, StoreError::Conflict(Constraint::Concurrent));
        assert!(conflict, "{refused:?}");
        assert_eq!(told($town).await, before);
    }};
}

async fn towns() -> (Town, Town) {
    let store = TestDatabase::shared().store();
    (Town::new(&store).await, Town::new(&store).await)
}

#[tokio::test]
async fn of_people() {
    let (town, other) = towns().await;
    let administrator = town.tenant.administrator;
    let revoked: Result<_, Failure> = town
        .store
        .write(&administrator, async |tx: &mut Tx| {
            let members = members(tx.db(), None, 10).await?;
            let director = members
                .iter()
                .find(|it| it.membership.person == town.director.person);
            let id = director.ok_or(StoreError::Missing)?.membership.id;
            let (found, others) = find_membership(tx, id).await?;
            Ok(allowed::<act::RevokeMembership, _>(tx, found.membership)?.revoke(others)?)
        })
        .await;
    finds_nothing!(&other, revoked.unwrap());

    let session = town.director.session;
    let closed = town.write(async |tx| Ok(find_session(tx, session).await?.close(tx.now())));
    let closed = closed.await.unwrap();
    // In the name of its own tenant, as sessions are, but by somebody else.
    let colleague = TestDatabase::shared()
        .member(&town.tenant, &[Role::Reader])
        .await;
    let save = async |tx: &mut Tx| Ok::<_, StoreError>(tx.save(closed).await.map(drop)?);
    let refused = town.store.write(&colleague, save).await;
    assert!(matches!(
        refused,
        Err(StoreError::Conflict(Constraint::Concurrent))
    ));
}

#[tokio::test]
async fn of_groups() {
    let (town, other) = towns().await;
    let group = town.form("Groupe").await;
    town.admit(group, &other, GroupRole::Reader).await;
    let described = town.write(async |tx| {
        let found = find_group(tx, group).await?;
        let same = found.charter.clone();
        Ok(allowed::<act::DescribeGroup, _>(tx, found)?.describe(same))
    });
    finds_nothing!(&other, described.await.unwrap());
    let suspended = town.write(async |tx| {
        let (fellow, _) = lock_participation(tx, group, &other.tenant.siren).await?;
        let suspend = allowed::<act::Suspend, _>(tx, fellow.participation)?;
        Ok(suspend.suspend(tx.now())?)
    });
    let stranger = towns().await.0;
    finds_nothing!(&stranger, suspended.await.unwrap());
}

#[tokio::test]
async fn of_resources() {
    let (town, other) = towns().await;
    let id = town.publish("Charte", "Texte.").await;
    town.share(id, Audience::Network).await;
    let described = town.write(async |tx| {
        let resource = find_for_update::<Charter>(tx, id).await?.resource;
        let describe = allowed::<act::Describe, _>(tx, resource)?;
        Ok(describe.describe(card("Autre titre", &[]), tx.now())?)
    });
    finds_nothing!(&other, described.await.unwrap());
    let withdrawn = town.write(async |tx| {
        let resource = find_for_update::<Charter>(tx, id).await?.resource;
        Ok(allowed::<act::Withdraw, _>(tx, resource)?.withdraw(tx.now())?)
    });
    finds_nothing!(&other, withdrawn.await.unwrap());

    let draft = town.begin("Brouillon", "Texte.").await;
    let discard = async || {
        let discarded = town.write(async |tx| {
            let resource = find_for_update::<Charter>(tx, draft).await?.resource;
            Ok(allowed::<act::Discard, _>(tx, resource)?.discard()?)
        });
        discarded.await.unwrap()
    };
    let (first, second) = (discard().await, discard().await);
    finds_nothing!(&other, discard().await);
    town.write(async |tx| Ok(tx.save(first).await.map(drop)?))
        .await
        .unwrap();
    finds_nothing!(&town, second);
}

#[tokio::test]
async fn of_grants() {
    let (town, other) = towns().await;
    let id = town.publish("Charte", "Texte.").await;
    let share = town.share(id, Audience::Network).await;
    let unshare = async || -> Outcome<Unshared> {
        let unshared = town.write(async |tx| {
            let found = find_share(tx, town.id(), id, share).await?;
            Ok(allowed::<act::Unshare, _>(tx, found)?.unshare())
        });
        unshared.await.unwrap()
    };
    let (early, late) = (unshare().await, unshare().await);
    finds_nothing!(&other, unshare().await);
    town.write(async |tx| Ok(tx.save(early).await.map(drop)?))
        .await
        .unwrap();
    // The audience has another grant now, which was not the one to be taken back.
    town.share(id, Audience::Network).await;
    finds_nothing!(&town, late);
    other.find(id).await.unwrap();
}
