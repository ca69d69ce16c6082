//! Memberships: a collectivity never loses its last administrator, whoever acts at the same time.

use maillage_domain::access::{Role, act};
use maillage_domain::identity::MembershipError;
use maillage_domain::value::{MembershipId, PersonId};
use maillage_infra::error::StoreError;
use maillage_infra::identity::{find_membership, member, members, own_memberships, own_person};
use maillage_infra::store::{Bearer, Db, Store, Tx};
use maillage_infra::testing::TestDatabase;

use crate::fixture::{Failure, allowed};

async fn id_of(store: &Store, bearer: &Bearer, person: PersonId) -> MembershipId {
    let people = store.read(bearer, async |db| members(db, None, 100).await);
    let people = people.await.unwrap().1;
    let found = people.iter().find(|it| it.membership.person == person);
    found.unwrap().membership.id
}

async fn revoke(store: &Store, bearer: &Bearer, id: MembershipId) -> Result<(), Failure> {
    let revoke = async |tx: &mut Tx| {
        let (view, others) = find_membership(tx, id).await?;
        let revoked = allowed::<act::RevokeMembership, _>(tx, view.membership)?.revoke(others)?;
        tx.save(revoked).await?;
        Ok(())
    };
    store.write(bearer, revoke).await
}

#[tokio::test]
async fn two_administrators_who_revoke_each_other_do_not_both_succeed() {
    let db = TestDatabase::shared();
    for _ in 0..5 {
        let (store, tenant) = (db.store(), db.tenant().await);
        let one = tenant.administrator;
        let other = db.member(&tenant, &[Role::Administrator]).await;
        let one_id = id_of(&store, &one, one.person).await;
        let other_id = id_of(&store, &one, other.person).await;
        let (first, second) = tokio::join!(
            revoke(&store, &one, other_id),
            revoke(&store, &other, one_id)
        );
        let (kept, refused) = match (first, second) {
            (Ok(()), Err(error)) => (one, error),
            (Err(error), Ok(())) => (other, error),
            both => panic!("{both:?}"),
        };
        // The slower one learns that it is the last, or that it is no member any more.
        let last = refused.downcast_ref() == Some(&MembershipError::LastAdministrator);
        let gone = matches!(refused.downcast_ref(), Some(StoreError::NotEntered));
        assert!(last || gone, "{refused:?}");
        assert!(store.read(&kept, async |_| Ok(())).await.is_ok());
    }
}

#[tokio::test]
async fn a_member_of_another_collectivity_is_nobody() {
    let db = TestDatabase::shared();
    let store = db.store();
    let (tenant, other) = (db.tenant().await, db.tenant().await);
    let bearer = tenant.administrator;
    let id = id_of(&store, &bearer, bearer.person).await;
    let look = async |db: Db<'_>| {
        let membership = member(db, id).await;
        let person = own_person(db, bearer.person).await;
        Ok((membership.is_ok(), person.is_ok()))
    };
    assert_eq!(store.read(&bearer, look).await.unwrap().1, (true, true));
    assert_eq!(
        store.read(&other.administrator, look).await.unwrap().1,
        (false, false)
    );
    let refused = revoke(&store, &other.administrator, id).await.unwrap_err();
    assert!(matches!(refused.downcast_ref(), Some(StoreError::Missing)));
}

#[tokio::test]
async fn people_see_for_whom_they_work_and_their_colleagues_do_not() {
    let db = TestDatabase::shared();
    let store = db.store();
    let (tenant, other) = (db.tenant().await, db.tenant().await);
    let login = db.member_with_password(&tenant, &[Role::Dpo]).await;
    db.colleague(&other, &login, &[Role::Reader]).await;
    let person = login.bearer.person;
    let works = async |bearer: &Bearer| -> Vec<_> {
        let own = store.read(bearer, async |db| own_memberships(db, person).await);
        own.await
            .unwrap()
            .1
            .iter()
            .map(|it| it.collectivity)
            .collect()
    };
    assert_eq!(works(&login.bearer).await, [tenant.id, other.id]);
    assert_eq!(works(&tenant.administrator).await, [tenant.id]);
    assert_eq!(works(&other.administrator).await, [other.id]);
}
