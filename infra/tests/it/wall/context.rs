//! The context of a transaction: who gets one, and that nothing is left of it afterwards (leak
//! classes L-3, L-10, L-11).

use maillage_domain::access::{Actor, Role, Roles, act};
use maillage_domain::identity::Session;
use maillage_domain::value::{CollectivityId, SessionId};
use maillage_infra::ambient;
use maillage_infra::commons::Page;
use maillage_infra::error::StoreError;
use maillage_infra::identity::{find_membership, find_session, members};
use maillage_infra::store::{Bearer, Store, Tx};
use maillage_infra::testing::{Tenant, TestDatabase};
use tokio_postgres::Client;

use crate::fixture::{Failure, Town, allowed, connect};

/// The settings that make a context.
const CONTEXT: &str = "\
    select string_agg(coalesce(current_setting('maillage.' || name, true), ''), '') from unnest( \
    '{door,tenant,person,roles,audiences,groups,coordinated}'::text[]) name";

/// How many rows of each table the role that serves sees now, the directory aside.
async fn visible(client: &Client) -> i64 {
    let tables = "select relname::text from pg_class where relnamespace = 'public'::regnamespace \
        and relkind in ('r', 'p') and has_table_privilege(oid, 'select') \
        and relname not in ('directory_entries', '__diesel_schema_migrations')";
    let mut rows = 0;
    for table in client.query(tables, &[]).await.unwrap() {
        let count = format!("select count(*) from {}", table.get::<_, &str>(0));
        rows += client
            .query_one(&count, &[])
            .await
            .unwrap()
            .get::<_, i64>(0);
    }
    rows
}

#[tokio::test]
async fn without_a_context_there_is_nothing_but_the_directory() {
    let db = TestDatabase::shared();
    db.tenant().await;
    let client = connect(&db.app_url()).await;
    assert_eq!(visible(&client).await, 0);
    let directory = "select count(*) > 30000 from directory_entries";
    assert!(
        client
            .query_one(directory, &[])
            .await
            .unwrap()
            .get::<_, bool>(0)
    );
}

#[tokio::test]
async fn nothing_of_a_context_outlives_its_transaction() {
    let db = TestDatabase::shared();
    let tenant = db.tenant().await;
    let client = connect(&db.app_url()).await;
    let session = tenant.administrator.session;
    let enter = format!("begin; select enter('{session}', '{}')", tenant.id);
    for end in ["commit", "rollback", "select 1 / 0"] {
        client.batch_execute(&enter).await.unwrap();
        assert!(visible(&client).await > 0);
        if client.batch_execute(end).await.is_err() {
            client.batch_execute("rollback").await.unwrap();
        }
        let context: String = client.query_one(CONTEXT, &[]).await.unwrap().get(0);
        assert_eq!(context, "", "{end}");
        // The settings read '' from now on, not null: no function may stumble over that.
        assert_eq!(visible(&client).await, 0, "{end}");
    }
}

/// Whether the bearer gets into a transaction, for reading and for writing alike.
async fn enters(store: &Store, bearer: &Bearer) -> bool {
    let read = store.read(bearer, async |_| Ok(())).await;
    let write = store.write(bearer, async |_| Ok::<_, StoreError>(())).await;
    match (read, write) {
        (Ok(_), Ok(())) => true,
        (Err(StoreError::NotEntered), Err(StoreError::NotEntered)) => false,
        (read, write) => panic!("{read:?} {write:?}"),
    }
}

#[tokio::test]
async fn only_an_open_session_enters_and_only_where_it_was_opened() {
    let db = TestDatabase::shared();
    let store = db.store();
    let (tenant, other) = (db.tenant().await, db.tenant().await);
    let login = db.member_with_password(&tenant, &[Role::Reader]).await;
    let bearer = login.bearer;
    let elsewhere = db.colleague(&other, &login, &[Role::Director]).await;
    let operator = db.operator().await.bearer;
    let at = |session: &Bearer, collectivity| Bearer {
        collectivity,
        ..*session
    };
    assert!(enters(&store, &bearer).await);
    assert!(enters(&store, &elsewhere).await);
    assert!(enters(&store, &operator).await);
    let unknown = Bearer {
        session: SessionId(ambient::id()),
        ..bearer
    };
    for refused in [
        // The person works there, but this session was opened for another collectivity.
        at(&bearer, Some(other.id)),
        at(&elsewhere, Some(tenant.id)),
        at(&bearer, Some(CollectivityId(ambient::id()))),
        at(&bearer, None),
        at(&operator, Some(tenant.id)),
        unknown,
        at(&unknown, None),
        // The session is somebody else's.
        Bearer {
            person: elsewhere.person,
            ..tenant.administrator
        },
    ] {
        assert!(!enters(&store, &refused).await, "{refused:?}");
    }
}

#[tokio::test]
async fn a_session_that_was_closed_or_moved_enters_no_more() {
    let db = TestDatabase::shared();
    let store = db.store();
    let (tenant, other) = (db.tenant().await, db.tenant().await);
    let login = db.member_with_password(&tenant, &[Role::Reader]).await;
    db.colleague(&other, &login, &[Role::Director]).await;
    let bearer = login.bearer;
    let switch = async |tx: &mut Tx| {
        let session = find_session(tx, bearer.session).await?;
        let now = tx.now();
        tx.save(session.switch(other.id, now)).await
    };
    store
        .authenticate(switch)
        .await
        .map(|_: Session| ())
        .unwrap();
    let moved = Bearer {
        collectivity: Some(other.id),
        ..bearer
    };
    assert!(!enters(&store, &bearer).await);
    assert!(enters(&store, &moved).await);

    let close = async |tx: &mut Tx| {
        let session = find_session(tx, bearer.session).await?;
        let now = tx.now();
        tx.save(session.close(now)).await
    };
    store
        .write(&moved, close)
        .await
        .map(|_: Session| ())
        .unwrap();
    assert!(!enters(&store, &moved).await);
}

/// Changes the membership of `person` in the name of the administrator.
async fn change(
    store: &Store,
    tenant: &Tenant,
    bearer: &Bearer,
    roles: Option<&[Role]>,
) -> Result<(), Failure> {
    let administrator = &tenant.administrator;
    let people = store.read(administrator, async |db| members(db, None, 100).await);
    let people = people.await?.1;
    let them = people
        .iter()
        .find(|it| it.membership.person == bearer.person);
    let id = them.ok_or("no such member")?.membership.id;
    let change = async |tx: &mut Tx| {
        let (view, others) = find_membership(tx, id).await?;
        let changed = match roles {
            Some(roles) => allowed::<act::ChangeRoles, _>(tx, view.membership)?
                .change_roles(roles.iter().copied().collect(), others)?,
            None => allowed::<act::RevokeMembership, _>(tx, view.membership)?.revoke(others)?,
        };
        tx.save(changed).await?;
        Ok(())
    };
    store.write(administrator, change).await
}

#[tokio::test]
async fn changed_roles_and_revoked_memberships_count_from_the_next_transaction_on() {
    let db = TestDatabase::shared();
    let store = db.store();
    let tenant = db.tenant().await;
    let bearer = db.member(&tenant, &[Role::Reader]).await;
    let roles = async || {
        let read = store.read(&bearer, async |_| Ok(())).await;
        read.map(|(actor, ())| actor.roles())
    };
    assert_eq!(roles().await.unwrap(), Roles::of(&[Role::Reader]));
    let wanted = [Role::Dpo, Role::Auditor];
    change(&store, &tenant, &bearer, Some(&wanted))
        .await
        .unwrap();
    assert_eq!(roles().await.unwrap(), Roles::of(&wanted));
    change(&store, &tenant, &bearer, None).await.unwrap();
    assert!(matches!(roles().await, Err(StoreError::NotEntered)));
    assert!(!enters(&store, &bearer).await);
}

#[tokio::test]
async fn the_operator_sees_no_content() {
    let db = TestDatabase::shared();
    let store = db.store();
    let town = Town::new(&store).await;
    let id = town.publish("Charte", "Texte.").await;
    town.share(id, maillage_domain::commons::Audience::Network)
        .await;
    let operator = db.operator().await.bearer;
    let all = Page {
        limit: 100,
        ..Page::default()
    };
    let read = store.read(&operator, async |db| {
        use maillage_domain::commons::Charter;
        let listed = maillage_infra::commons::newest::<Charter>(db, &all).await?;
        let found = maillage_infra::commons::resource::<Charter>(db, id).await;
        let people = members(db, None, 100).await?;
        Ok((listed.len(), found.is_ok(), people.len()))
    });
    let (actor, seen) = read.await.unwrap();
    assert!(matches!(actor, Actor::Operator { .. }));
    assert_eq!(seen, (0, false, 0));
}
