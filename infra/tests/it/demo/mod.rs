//! The demo: seeded once, completed when interrupted, seen by those it is for and by nobody else.

mod contents;
mod experiments;

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Instant;

use maillage_domain::commons::Kind;
use maillage_domain::identity::Session;
use maillage_domain::value::{PersonId, SessionId};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::commons::{Page, Seen, newest};
use maillage_infra::demo::{self, DemoAccount, DemoError, accounts};
use maillage_infra::error::StoreError;
use maillage_infra::identity::{
    Account, OwnMembership, Passwords, account, create_operator, identify, own_memberships,
};
use maillage_infra::partners::find_client;
use maillage_infra::store::{Bearer, Db, Store, Tx};
use maillage_infra::testing::TestDatabase;
use maillage_infra::trail::verify_audit;
use tokio::sync::OnceCell;

const CERGY: &str = "director@cergy.demo.example";
const PONTOISE: &str = "director@pontoise.demo.example";
const VENELLES: &str = "director@venelles.demo.example";

async fn empty() -> TestDatabase {
    TestDatabase::shared().clone_fresh().await
}

/// Seeds, and counts the sentences it said.
async fn seed(db: &TestDatabase) -> (Result<Option<Vec<DemoAccount>>, DemoError>, usize) {
    let passwords = Passwords::new().unwrap();
    let said = AtomicUsize::new(0);
    let progress = |_: &str| {
        said.fetch_add(1, Ordering::Relaxed);
    };
    let seeded = demo::seed(&db.owner_url(), &db.store(), &passwords, &progress).await;
    (seeded, said.load(Ordering::Relaxed))
}

/// A database with the demo in it, for tests that only read.
async fn seeded() -> &'static TestDatabase {
    static SEEDED: OnceCell<TestDatabase> = OnceCell::const_new();
    let make = async || {
        let db = empty().await;
        seed(&db).await.0.unwrap().unwrap();
        db
    };
    SEEDED.get_or_init(make).await
}

/// Counts by name, as the owner of the database sees them.
async fn counts(db: &TestDatabase, sql: &str) -> BTreeMap<String, i64> {
    let url = db.owner_url();
    let connect = tokio_postgres::connect(&url, tokio_postgres::NoTls);
    let (client, connection) = connect.await.unwrap();
    let asked = async {
        let rows = client.query(sql, &[]).await.unwrap();
        drop(client);
        rows
    };
    let (rows, _) = tokio::join!(asked, connection);
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Everything a seeding leaves behind, sessions aside: an interrupted one opens more of them.
async fn census(db: &TestDatabase) -> BTreeMap<String, i64> {
    let sql = "select fact->>'type', count(*) from audit_records \
            where fact->>'type' not like 'session.%' group by 1 \
        union all select 'clients', count(*) from clients \
        union all select 'persons', count(*) from persons \
        union all select 'operators', count(*) from operators \
        union all select 'memberships', count(*) from memberships \
        union all select 'participations', count(*) from participations \
        union all select 'versions', count(*) from versions \
        union all select 'drafts', count(*) from drafts \
        union all select 'shares', count(*) from shares \
        union all select 'trials', count(*) from trials \
        union all select 'trial entries', count(*) from trial_entries \
        union all select 'results', count(*) from results \
        union all select 'reasons', count(*) from deviations \
        union all select 'events', count(*) from outbox \
            where fact->>'type' not like 'session.%'";
    counts(db, sql).await
}

async fn find_account(store: &Store, email: &str) -> (Account, Vec<OwnMembership>) {
    let email = email.parse().unwrap();
    let find = async |tx: &mut Tx| {
        let found = account(tx, &email).await?.ok_or(StoreError::Missing)?;
        let memberships = own_memberships(tx.db(), PersonId(found.person)).await?;
        Ok::<_, StoreError>((found, memberships))
    };
    store.authenticate(find).await.unwrap()
}

async fn log_in(store: &Store, email: &str) -> Bearer {
    let (account, memberships) = find_account(store, email).await;
    let person = PersonId(account.person);
    let collectivity = memberships
        .first()
        .map(|membership| membership.collectivity);
    let session = SessionId(ambient::id());
    let open = async |tx: &mut Tx| {
        identify(tx, person).await?;
        let opened = Session::open(session, person, collectivity, tx.now());
        tx.save(opened).await
    };
    let opened: Result<_, StoreError> = store.authenticate(open).await;
    opened.unwrap();
    Bearer {
        session,
        person,
        collectivity,
    }
}

/// What `me` reads without being refused.
async fn read<T>(
    store: &Store,
    me: &Bearer,
    query: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
) -> T {
    store.read(me, query).await.unwrap().1
}

async fn list<K: Kind>(store: &Store, me: &Bearer) -> Vec<Seen<K>> {
    let page = Page {
        limit: 100,
        ..Page::default()
    };
    read(store, me, async |db| newest::<K>(db, &page).await).await
}

#[tokio::test]
async fn it_is_seeded_once() {
    let db = empty().await;
    let begun = Instant::now();
    let (first, said) = seed(&db).await;
    println!("demo seeded in {:?}", begun.elapsed());
    assert_eq!(first.unwrap(), Some(accounts()));
    assert!(said > 0);

    let all = "select 'audit', count(*) from audit_records \
        union all select 'open', count(*) from sessions where closed_at is null";
    let before = counts(&db, all).await;
    assert_eq!(before["open"], 0);
    let (second, said) = seed(&db).await;
    assert_eq!((second.unwrap(), said), (None, 0));
    assert_eq!(counts(&db, all).await, before);
}

#[tokio::test]
async fn two_seedings_at_once_are_one() {
    let db = empty().await;
    let ((one, _), (other, _)) = tokio::join!(seed(&db), seed(&db));
    let done = [one.unwrap(), other.unwrap()];
    assert_eq!(done.iter().flatten().count(), 1);
    assert_eq!(census(&db).await, census(seeded().await).await);
}

/// Polls `future` at most `polls` times, then drops it where it stands.
async fn cut_short<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn an_interrupted_seeding_is_completed_by_the_next() {
    let db = empty().await;
    let mut interrupted = 0;
    let completed = loop {
        // Each goes somewhat further than the one before, so that all of it is interrupted.
        match cut_short(seed(&db), 7 + 29 * interrupted).await {
            Some((seeded, _)) => break seeded.unwrap(),
            None => interrupted += 1,
        }
    };
    println!("completed after {interrupted} interruptions");
    assert!(interrupted > 20);
    // Nothing, when even the last transaction had been committed before its answer was lost.
    assert!(completed.is_none_or(|list| list == accounts()));
    assert_eq!(census(&db).await, census(seeded().await).await);
}

#[tokio::test]
async fn without_directory_it_says_what_is_missing() {
    let db = empty().await;
    db.as_owner("delete from directory_entries where siren = '211301130'")
        .await;
    let refused = seed(&db).await.0.unwrap_err();
    assert!(matches!(refused, DemoError::Directory("Venelles")));
}

#[tokio::test]
async fn everyone_logs_in_as_what_the_list_says() {
    let (store, passwords) = (seeded().await.store(), Passwords::new().unwrap());
    let all = accounts();
    assert_eq!(all.len(), 1 + 9 + 3 * 3);
    for it in &all {
        let (account, memberships) = find_account(&store, &it.email).await;
        let names: Vec<_> = memberships.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, Vec::from_iter(it.collectivity));
        assert_eq!(account.operator, it.collectivity.is_none());
        for membership in memberships {
            let roles: Vec<_> = membership.roles.iter().collect();
            let mailbox = it.email.split('@').next().unwrap().replace('-', "_");
            assert_eq!(roles, [mailbox.parse().unwrap()]);
        }
        let password = it.password.to_owned();
        let verified = passwords.verify(password, Some(account.password_hash));
        assert!(verified.await.unwrap(), "{}", it.email);
    }
}

#[tokio::test]
async fn software_proves_itself_with_what_is_printed() {
    let store = seeded().await.store();
    let printed = demo::software().unwrap();
    let find = async |tx: &mut Tx| find_client(tx, printed.id).await;
    let kept = store.authenticate(find).await.unwrap().unwrap();
    let digest = Secret::presented(SecretKind::Client, &printed.secret).unwrap();
    let now = store.clock().now();
    assert!(kept.stands(now) && kept.is_proven_by(digest, now));
    assert_eq!(kept.terms.scopes.to_string(), printed.scopes);
}

#[tokio::test]
async fn an_operator_is_appointed_once_and_gets_the_new_password() {
    let db = empty().await;
    let email = "exploitant@maillage.example".parse().unwrap();
    let (url, name) = (db.owner_url(), "Exploitant".to_owned().try_into().unwrap());
    let first = create_operator(&url, &email, &name, "old").await.unwrap();
    let second = create_operator(&url, &email, &name, "new").await.unwrap();
    assert_eq!(first, second);
    let (account, memberships) = find_account(&db.store(), email.as_str()).await;
    assert_eq!(account.person, first.0);
    assert!(account.operator && memberships.is_empty());
    assert_eq!(account.password_hash, "new");
}

#[tokio::test]
async fn the_trail_holds_and_no_author_published_their_own_text() {
    let db = seeded().await;
    let store = db.store();
    let me = log_in(&store, "auditor@cergy.demo.example").await;
    let verdict = read(&store, &me, async |db| verify_audit(db).await).await;
    assert!(verdict.verified > 30);
    assert_eq!(verdict.broken_at, None);

    let pairs = "select case when a.actor = p.actor then 'same' else 'other' end, count(*) \
        from audit_records a join audit_records p on p.fact->>'resource' = a.fact->>'resource' \
        where a.fact->>'type' in ('resource.created', 'resource.adapted') \
            and p.fact->>'type' = 'resource.published' group by 1";
    let expected = BTreeMap::from([("other".to_owned(), 8 + 8)]);
    assert_eq!(counts(db, pairs).await, expected);
}
