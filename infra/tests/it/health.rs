//! Readiness, and what the server refuses to start with.

use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::migrate::{self, MigrateError};
use maillage_infra::store::Store;
use maillage_infra::testing::TestDatabase;

#[tokio::test]
async fn a_migrated_database_is_ready_and_one_that_lacks_a_migration_is_not() {
    let db = TestDatabase::shared().clone_fresh().await;
    assert!(db.store().is_ready().await.unwrap());
    let last = "delete from __diesel_schema_migrations \
        where version = (select max(version) from __diesel_schema_migrations)";
    db.as_owner(last).await;
    assert!(!db.store().is_ready().await.unwrap());
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_unavailable() {
    let nowhere = "postgres://maillage_app@%2Fnonexistent/maillage";
    let store = Store::new(nowhere, 1, Clock::default()).unwrap();
    assert!(matches!(
        store.is_ready().await,
        Err(StoreError::Unavailable)
    ));
}

#[tokio::test]
async fn a_role_above_the_policies_is_refused() {
    let db = TestDatabase::shared();
    migrate::check(&db.app_url()).await.unwrap();
    let owner = migrate::check(&db.owner_url()).await;
    assert!(matches!(owner, Err(MigrateError::Privileged(_))));
}

#[tokio::test]
async fn a_database_without_its_policies_is_refused() {
    let db = TestDatabase::shared().clone_fresh().await;
    db.as_owner("alter table drafts no force row level security")
        .await;
    let unforced = migrate::check(&db.app_url()).await;
    assert!(matches!(unforced, Err(MigrateError::Failed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_again_changes_nothing() {
    let db = TestDatabase::shared().clone_fresh().await;
    db.tenant().await;
    migrate::migrate(&db.owner_url()).await.unwrap();
    let loaded = migrate::load_shipped_directory(&db.owner_url(), false).await;
    assert_eq!(loaded.unwrap(), 0);
    assert!(db.store().is_ready().await.unwrap());
}
