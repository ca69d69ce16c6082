//! Many tenants on few connections: requests that fail, panic or are hung up on must leave nothing
//! behind for whoever uses the connection next (leak class L-10).
//!
//! A ledger is kept beside the database: what was acknowledged must be there, what was refused must
//! not, and of what was hung up on either, but whole.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use futures::{FutureExt as _, StreamExt as _};
use maillage_domain::access::act;
use maillage_domain::commons::Charter;
use maillage_domain::identity::Staff;
use maillage_domain::value::{ResourceId, SessionId};
use maillage_infra::ambient::{self, Clock};
use maillage_infra::commons::{Page, newest, resource};
use maillage_infra::error::StoreError;
use maillage_infra::groups::groups;
use maillage_infra::identity::members;
use maillage_infra::store::{Bearer, Db, Store, Tx};
use maillage_infra::testing::TestDatabase;
use maillage_infra::trail::verify_audit;

use crate::fixture::{Failure, Town, allowed, ask, body, card};

/// Polls `work` a few times, then hangs up, as a client does that goes away.
async fn hang_up<T>(polls: usize, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut left) = (pin!(work), polls);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// A town, what it has, and what became of what it wrote.
struct Post {
    town: Town,
    charter: ResourceId,
    acknowledged: RefCell<Vec<ResourceId>>,
    refused: RefCell<Vec<ResourceId>>,
}

struct Storm {
    store: Store,
    posts: Vec<Post>,
}

async fn begin(tx: &mut Tx, id: ResourceId) -> Result<(), Failure> {
    let collectivity = tx.actor()?.collectivity().ok_or("the operator")?;
    let create = allowed::<act::Create, _>(tx, Staff { collectivity })?;
    let begun = create.create::<Charter>(id, card("Orage", &[]), body("Texte."), tx.now())?;
    tx.save(begun).await?;
    Ok(())
}

/// How many charters of `town` the transaction sees, a few at most.
async fn count(db: Db<'_>, town: &Town) -> Result<usize, StoreError> {
    let page = Page {
        owner: Some(town.id()),
        limit: 3,
        ..Page::default()
    };
    newest::<Charter>(db, &page).await.map(|rows| rows.len())
}

impl Storm {
    async fn new(connections: usize) -> Self {
        let url = TestDatabase::shared().app_url();
        let store = Store::new(&url, connections, Clock::default()).unwrap();
        let mut posts = Vec::new();
        for _ in 0..4 {
            let town = Town::new(&store).await;
            posts.push(Post {
                charter: town.begin("Charte", "Texte.").await,
                town,
                acknowledged: RefCell::default(),
                refused: RefCell::default(),
            });
        }
        Self { store, posts }
    }

    /// The `n`th request; `n` decides on everything.
    async fn request(&self, n: usize) {
        let post = &self.posts[n % 4];
        let next = &self.posts[(n + 1) % 4];
        let (me, polls) = (&post.town.director, n / 52 % 9);
        let id = ResourceId(ambient::id());
        match n / 4 % 13 {
            0 => {
                let both = async |db: Db<'_>| {
                    Ok((count(db, &post.town).await?, count(db, &next.town).await?))
                };
                let (mine, theirs) = self.store.read(me, both).await.unwrap().1;
                assert!(mine > 0 && theirs == 0, "{mine} {theirs}");
            }
            1 => {
                let mine = async |db: Db<'_>| resource::<Charter>(db, post.charter).await;
                let seen = self.store.read(me, mine).await.unwrap().1.0;
                assert_eq!(seen.owner.id, post.town.id());
            }
            2 => {
                let theirs = async |db: Db<'_>| resource::<Charter>(db, next.charter).await;
                let missing = self.store.read(me, theirs).await;
                assert!(matches!(missing, Err(StoreError::Missing)));
            }
            3 | 4 => {
                let read = self.store.read(me, async |db| count(db, &next.town).await);
                let seen = hang_up(polls, read).await;
                assert!(seen.is_none_or(|seen| seen.unwrap().1 == 0));
            }
            5 => {
                let closed = Bearer {
                    session: SessionId(ambient::id()),
                    ..*me
                };
                let read = self
                    .store
                    .read(&closed, async |db| count(db, &post.town).await);
                assert!(matches!(read.await, Err(StoreError::NotEntered)));
            }
            6 => {
                let nobody = async |db: Db<'_>| {
                    let people = members(db, None, 10).await?;
                    let groups = groups(db, None, 10).await?;
                    Ok(people.len() + groups.len() + count(db, &post.town).await?)
                };
                assert_eq!(self.store.read_public(nobody).await.unwrap(), 0);
            }
            7 => {
                let nobody = async |tx: &mut Tx| count(tx.db(), &post.town).await;
                assert_eq!(self.store.authenticate(nobody).await.unwrap(), 0);
            }
            8 => {
                let write = self.store.write(me, async |tx| begin(tx, id).await);
                write.await.unwrap();
                post.acknowledged.borrow_mut().push(id);
            }
            9 => {
                let write = self.store.write(me, async |tx| begin(tx, id).await);
                if let Some(written) = hang_up(n / 52 % 40, write).await {
                    written.unwrap();
                    post.acknowledged.borrow_mut().push(id);
                }
            }
            10 => {
                let write = self.store.write(me, async |tx| {
                    begin(tx, id).await?;
                    Err::<(), Failure>("changed my mind".into())
                });
                write.await.unwrap_err();
                post.refused.borrow_mut().push(id);
            }
            11 => {
                // A key is broken, and whoever wrote does not look at the error.
                let write = self.store.write(me, async |tx| {
                    begin(tx, id).await?;
                    let _ = begin(tx, id).await;
                    Ok::<_, Failure>(())
                });
                write.await.unwrap_err();
                post.refused.borrow_mut().push(id);
            }
            _ => {
                let write = self.store.write(me, async |tx| {
                    begin(tx, id).await?;
                    std::panic::resume_unwind(Box::new("a bug"));
                    #[expect(unreachable_code, reason = "it says what the block would return")]
                    Ok::<_, Failure>(())
                });
                assert!(AssertUnwindSafe(write).catch_unwind().await.is_err());
                post.refused.borrow_mut().push(id);
            }
        }
    }

    /// Compares the database with the ledger.
    async fn settle(&self) {
        for post in &self.posts {
            let town = &post.town;
            for id in post.acknowledged.take() {
                assert!(town.find(id).await.is_ok(), "{id} is lost");
            }
            for id in post.refused.take() {
                assert!(town.find(id).await.is_err(), "{id} was kept");
            }
            let verdict = town.read(async |db| verify_audit(db).await).await.unwrap();
            assert_eq!(verdict.broken_at, None);
            let whole = format!(
                "select (select count(*) from resources where tenant_id = '{0}') \
                    = (select count(*) from drafts where tenant_id = '{0}') \
                 and (select count(*) from resources where tenant_id = '{0}') \
                    = (select count(*) from outbox where tenant_id = '{0}' \
                        and fact->>'type' = 'resource.created')",
                town.id()
            );
            assert!(ask::<bool>(&whole).await, "half a write was kept");
        }
    }

    async fn rage(connections: usize, requests: usize) {
        let storm = Self::new(connections).await;
        let requests = futures::stream::iter(0..requests).map(|n| storm.request(n));
        requests.buffer_unordered(12).for_each(async |()| ()).await;
        storm.settle().await;
    }
}

#[tokio::test]
async fn on_one_connection_nobody_gets_what_another_left() {
    Storm::rage(1, 2_600).await;
}

#[tokio::test]
async fn on_four_connections_nobody_gets_what_another_left() {
    Storm::rage(4, 2_600).await;
}
