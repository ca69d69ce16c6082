//! Passwords from the owner of the database.

use maillage_domain::access::Role;
use maillage_infra::identity::{Passwords, RecoveryError, account, set_password};
use maillage_infra::store::{Bearer, Store};
use maillage_infra::testing::TestDatabase;

const NEW: &str = "onze-barques-au-ponton-vert";

async fn enters(store: &Store, bearer: &Bearer) -> bool {
    store.read(bearer, async |_| Ok(())).await.is_ok()
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_the_sessions() {
    let db = TestDatabase::shared();
    let store = db.store();
    let tenant = db.tenant().await;
    let login = db.member_with_password(&tenant, &[Role::Reader]).await;
    assert!(enters(&store, &login.bearer).await);
    let (url, passwords) = (db.owner_url(), Passwords::new().unwrap());
    let email = login.email.clone();
    let set = set_password(&url, &email, NEW.to_owned(), &passwords).await;
    assert_eq!(set.unwrap(), login.bearer.person);
    assert!(!enters(&store, &login.bearer).await);
    let kept = store
        .authenticate(async |tx| account(tx, &email).await)
        .await;
    let hash = kept.unwrap().unwrap().password_hash;
    assert!(passwords.verify(NEW.to_owned(), Some(hash)).await.unwrap());
    let told = db.audited(uuid::Uuid::nil()).await;
    let person = serde_json::to_value(login.bearer.person).unwrap();
    let told = told.iter().find(|fact| fact["person"] == person);
    assert_eq!(told.unwrap()["type"], "person.password_set");
}

#[tokio::test]
async fn nobody_and_no_password_get_none() {
    let db = TestDatabase::shared();
    let (url, passwords) = (db.owner_url(), Passwords::new().unwrap());
    let nobody = "nobody@nowhere.example".parse().unwrap();
    let refused = set_password(&url, &nobody, NEW.to_owned(), &passwords).await;
    assert!(matches!(refused, Err(RecoveryError::Nobody(_))));
    let tenant = db.tenant().await;
    let login = db.member_with_password(&tenant, &[Role::Reader]).await;
    let email = login.email.clone();
    let refused = set_password(&url, &email, "azerty".to_owned(), &passwords).await;
    assert!(matches!(refused, Err(RecoveryError::Password(_))));
    assert!(enters(&db.store(), &login.bearer).await);
}
