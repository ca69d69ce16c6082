//! Clients as they are kept, and the trail they leave.

use chrono::TimeDelta;
use maillage_domain::access::{Role, Scopes, Verb, act};
use maillage_domain::commons::Charter;
use maillage_domain::identity::Staff;
use maillage_domain::partners::{NewSecret, Proof};
use maillage_domain::value::{Digest, ResourceId, SecretId};
use maillage_infra::ambient;
use maillage_infra::partners::{client, client_to_change, clients, find_client};
use maillage_infra::store::{Bearer, Store, Tx};
use maillage_infra::testing::{Tenant, TestDatabase, terms};
use maillage_infra::trail::{audit_page, verify_audit};

use crate::fixture::{Failure, allowed, ask, body, card};

async fn stage() -> (Store, Tenant, Bearer) {
    let db = TestDatabase::shared();
    let tenant = db.tenant().await;
    let roles = [Role::Administrator, Role::Director];
    let creator = db.member(&tenant, &roles).await;
    (db.store(), tenant, creator)
}

#[tokio::test]
async fn what_is_kept_is_read_and_of_the_secret_only_its_digest() {
    let (store, tenant, creator) = stage().await;
    let db = TestDatabase::shared();
    let made = db
        .client(tenant.id, &creator, terms(Scopes::all()), None)
        .await;
    let id = made.bearer.client;
    let (_, (found, list)) = store
        .read(&creator, async |db| {
            let found = client(db, tenant.id, id).await?;
            Ok((found, clients(db, tenant.id, None, 10).await?))
        })
        .await
        .unwrap();
    assert_eq!(list, std::slice::from_ref(&found));
    let now = store.clock().now();
    assert!(found.stands(now) && found.is_proven_by(Digest::of_bytes(made.secret.as_bytes()), now));
    let digest: Vec<u8> = ask(&format!(
        "select digest from client_secrets where client_id = '{id}'"
    ))
    .await;
    assert_eq!(digest, Digest::of_bytes(made.secret.as_bytes()).as_bytes());
    for table in ["clients", "client_secrets", "audit_records", "outbox"] {
        let find = format!(
            "select exists (select from {table} x where strpos(x::text, '{}') > 0)",
            made.secret
        );
        let written: bool = ask(&find).await;
        assert!(!written, "{table}");
    }
}

#[tokio::test]
async fn rotated_secrets_are_kept_with_their_ends() {
    let (store, tenant, creator) = stage().await;
    let db = TestDatabase::shared();
    let made = db
        .client(tenant.id, &creator, terms(Scopes::all()), None)
        .await;
    let id = made.bearer.client;
    for n in 0..2 {
        let secret = NewSecret {
            id: SecretId(ambient::id()),
            digest: Digest::of_bytes(&[n]),
        };
        let rotate = async |tx: &mut Tx| {
            let client = client_to_change(tx, tenant.id, id).await?;
            let permitted = allowed::<act::RotateSecret, _>(tx, client)?;
            tx.save(permitted.rotate(secret, TimeDelta::hours(1), tx.now())?)
                .await?;
            Ok::<_, Failure>(())
        };
        store.write(&creator, rotate).await.unwrap();
    }
    let find = async |tx: &mut Tx| find_client(tx, id).await;
    let found = store.authenticate(find).await.unwrap().unwrap();
    let now = store.clock().now();
    assert!(found.is_proven_by(Digest::of_bytes(&[1]), now));
    assert!(found.is_proven_by(Digest::of_bytes(&[0]), now));
    assert!(!found.is_proven_by(Digest::of_bytes(made.secret.as_bytes()), now));
    assert!(matches!(found.proof, Proof::Secrets(all) if all.len() == 3));
}

#[tokio::test]
async fn the_trail_names_the_client_and_holds() {
    let (store, tenant, creator) = stage().await;
    let db = TestDatabase::shared();
    let made = db
        .client(
            tenant.id,
            &creator,
            terms(Scopes::of([Verb::Create]).unwrap()),
            None,
        )
        .await;
    let create = async |tx: &mut Tx| {
        let staff = Staff {
            collectivity: tenant.id,
        };
        let permitted = allowed::<act::Create, _>(tx, staff)?;
        let id = ResourceId(ambient::id());
        let begun = permitted.create::<Charter>(id, card("Charte", &[]), body("Un."), tx.now())?;
        tx.save(begun).await?;
        Ok::<_, Failure>(())
    };
    store.write(&made.bearer, create).await.unwrap();
    let (_, (page, verdict)) = store
        .read(&tenant.administrator, async |db| {
            Ok((audit_page(db, i64::MAX, 2).await?, verify_audit(db).await?))
        })
        .await
        .unwrap();
    assert_eq!(verdict.broken_at, None);
    let [last, before] = page.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!((last.actor, last.client), (None, Some(made.bearer.client)));
    assert_eq!(last.fact["type"], "resource.created");
    assert_eq!((before.actor, before.client), (Some(creator.person), None));
    assert_eq!(before.fact["type"], "client.registered");
    let posted: String = ask(&format!(
        "select client::text from outbox where tenant_id = '{}' and fact ->> 'type' = 'resource.created'",
        tenant.id
    ))
    .await;
    assert_eq!(posted, made.bearer.client.to_string());
    // Whoever lays hands on who it was breaks the chain.
    let owner = crate::fixture::connect(&db.owner_url()).await;
    let forge = format!(
        "update audit_records set client = null, actor = '{}' \
         where tenant_id = '{}' and client is not null",
        creator.person, tenant.id
    );
    owner.batch_execute(&forge).await.unwrap();
    let verify = store.read(&tenant.administrator, async |db| verify_audit(db).await);
    assert_eq!(verify.await.unwrap().1.broken_at, Some(last.sequence));
}
