//! Invitations: single-use, for one address, and no way to take an account over.

use maillage_domain::access::{Role, act};
use maillage_domain::identity::{InvitationError, InvitationSecret, Invitee, Staff};
use maillage_domain::value::{Digest, EmailAddress, InvitationId, MembershipId, PersonId};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::error::{Constraint, StoreError};
use maillage_infra::identity::{
    Acceptor, account, find_invitation, invitation_by_secret, invitations, members,
    person_for_invitation,
};
use maillage_infra::store::{Store, Tx};
use maillage_infra::testing::{Tenant, TestDatabase};

use crate::fixture::{Failure, allowed, ask, cause};

fn email() -> EmailAddress {
    format!("invite-{}@commune.example", ambient::id())
        .parse()
        .unwrap()
}

/// Invites in the name of the administrator; the secret comes back as it is shown, once.
async fn invite(
    store: &Store,
    tenant: &Tenant,
    email: &EmailAddress,
) -> Result<(InvitationId, String), Failure> {
    let secret = Secret::draw(SecretKind::Invitation)?;
    let id = InvitationId(ambient::id());
    let digest = secret.digest();
    let invitee = Invitee {
        email: email.clone(),
        name: "Invitée".to_owned().try_into()?,
        roles: [Role::Reader].into_iter().collect(),
    };
    let invite = async |tx: &mut Tx| {
        let collectivity = tenant.id;
        let invite = allowed::<act::Invite, _>(tx, Staff { collectivity })?;
        let invited = invite.invite(invitee, InvitationSecret { id, digest }, tx.now())?;
        tx.save(invited).await?;
        Ok::<_, Failure>(())
    };
    store.write(&tenant.administrator, invite).await?;
    Ok((id, secret.reveal()))
}

/// Presents a secret, with a password for the account that it may make.
async fn accept(store: &Store, secret: &str, hash: &str) -> Result<PersonId, Failure> {
    let digest = Secret::presented(SecretKind::Invitation, secret).ok_or(StoreError::Missing)?;
    let accept = async |tx: &mut Tx| {
        let invitation = invitation_by_secret(tx, digest).await?;
        let known = account(tx, &invitation.invitee.email).await?;
        let acceptor = match known {
            Some(known) => Acceptor::Known(PersonId(known.person)),
            None => Acceptor::New {
                id: PersonId(ambient::id()),
                password_hash: hash.to_owned(),
            },
        };
        let person = person_for_invitation(tx, &invitation, acceptor).await?;
        let accepted = invitation.accept(person, MembershipId(ambient::id()), tx.now())?;
        tx.save(accepted).await?;
        Ok(person)
    };
    store.authenticate(accept).await
}

async fn people(store: &Store, tenant: &Tenant) -> Vec<PersonId> {
    let people = store.read(&tenant.administrator, async |db| {
        members(db, None, 100).await
    });
    let people = people.await.unwrap().1;
    people.iter().map(|it| it.membership.person).collect()
}

#[tokio::test]
async fn an_invitation_makes_one_member_however_often_it_is_presented() {
    let db = TestDatabase::shared();
    let (store, tenant) = (db.store(), db.tenant().await);
    let (_, secret) = invite(&store, &tenant, &email()).await.unwrap();
    let attempts = (0..4).map(|_| accept(&store, &secret, "hash"));
    let results = futures::future::join_all(attempts).await;
    let (accepted, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [person] = <[_; 1]>::try_from(accepted).unwrap();
    assert!(people(&store, &tenant).await.contains(&person.unwrap()));
    assert_eq!(people(&store, &tenant).await.len(), 2);
    for error in refused {
        let error = error.unwrap_err().downcast::<InvitationError>().unwrap();
        assert_eq!(*error, InvitationError::Invalid);
    }
}

#[tokio::test]
async fn an_account_that_exists_keeps_its_password() {
    let db = TestDatabase::shared();
    let store = db.store();
    let (first, second) = (db.tenant().await, db.tenant().await);
    let address = email();
    let (_, secret) = invite(&store, &first, &address).await.unwrap();
    let person = accept(&store, &secret, "mine").await.unwrap();
    let (_, secret) = invite(&store, &second, &address).await.unwrap();
    assert_eq!(accept(&store, &secret, "another's").await.unwrap(), person);

    let find = store.authenticate(async |tx: &mut Tx| account(tx, &address).await);
    let found = find.await.unwrap().unwrap();
    assert_eq!(
        (found.person, found.password_hash.as_str()),
        (person.0, "mine")
    );
    for tenant in [first, second] {
        assert!(people(&store, &tenant).await.contains(&person));
    }
}

#[tokio::test]
async fn nobody_joins_under_an_account_of_another_address() {
    let db = TestDatabase::shared();
    let (store, tenant) = (db.store(), db.tenant().await);
    let (_, secret) = invite(&store, &tenant, &email()).await.unwrap();
    let digest = Secret::presented(SecretKind::Invitation, &secret).unwrap();
    let accept = async |tx: &mut Tx| {
        let invitation = invitation_by_secret(tx, digest).await?;
        let another = Acceptor::Known(tenant.administrator.person);
        person_for_invitation(tx, &invitation, another).await
    };
    let refused = store.authenticate(accept).await;
    assert!(matches!(refused, Err(StoreError::Missing)));
}

#[tokio::test]
async fn one_offer_stands_per_address_and_nobody_is_a_member_twice() {
    let db = TestDatabase::shared();
    let (store, tenant) = (db.store(), db.tenant().await);
    let address = email();
    let (_, first) = invite(&store, &tenant, &address).await.unwrap();
    let again = invite(&store, &tenant, &address).await;
    assert!(matches!(
        again.unwrap_err().downcast_ref::<StoreError>(),
        Some(StoreError::Conflict(Constraint::AlreadyInvited))
    ));
    accept(&store, &first, "hash").await.unwrap();
    // The first is settled, so another may be made; it makes no second membership.
    let (_, second) = invite(&store, &tenant, &address).await.unwrap();
    assert!(matches!(
        cause(accept(&store, &second, "hash").await),
        StoreError::Conflict(Constraint::AlreadyMember)
    ));
}

#[tokio::test]
async fn a_revoked_or_unknown_secret_opens_nothing() {
    let db = TestDatabase::shared();
    let (store, tenant, other) = (db.store(), db.tenant().await, db.tenant().await);
    let (id, secret) = invite(&store, &tenant, &email()).await.unwrap();
    let open = async |tenant: &Tenant| {
        let open =
            async |db: maillage_infra::store::Db<'_>| invitations(db, tenant.id, None, 10).await;
        store
            .read(&tenant.administrator, open)
            .await
            .unwrap()
            .1
            .len()
    };
    assert_eq!((open(&tenant).await, open(&other).await), (1, 0));
    let foreign = store.write(&other.administrator, async |tx| {
        find_invitation(tx, tenant.id, id).await
    });
    assert!(matches!(foreign.await, Err(StoreError::Missing)));

    let revoke = async |tx: &mut Tx| {
        let invitation = find_invitation(tx, tenant.id, id).await?;
        let now = tx.now();
        let revoked = allowed::<act::RevokeInvitation, _>(tx, invitation)?.revoke(now)?;
        tx.save(revoked).await?;
        Ok::<_, Failure>(())
    };
    store.write(&tenant.administrator, revoke).await.unwrap();
    assert_eq!(open(&tenant).await, 0);
    let refused = accept(&store, &secret, "hash").await.unwrap_err();
    assert!(refused.downcast::<InvitationError>().is_ok());
    let unknown = Secret::draw(SecretKind::Invitation).unwrap().reveal();
    for wrong in [unknown.as_str(), "mlg_inv_", "mlg_rt_x", ""] {
        assert!(matches!(
            cause(accept(&store, wrong, "hash").await),
            StoreError::Missing
        ));
    }
}

#[tokio::test]
async fn the_secret_itself_is_kept_nowhere() {
    let db = TestDatabase::shared();
    let (store, tenant) = (db.store(), db.tenant().await);
    let (id, secret) = invite(&store, &tenant, &email()).await.unwrap();
    let kept = format!("select secret from invitations where id = '{id}'");
    let digest = Digest::of_bytes(secret.as_bytes());
    assert_eq!(ask::<Vec<u8>>(&kept).await, digest.as_bytes());
}
