//! Events: their order, and who reads them.

mod order;
mod readers;

use maillage_domain::partners::events::{Subject, Told};
use maillage_domain::value::{GroupId, ResourceId};
use maillage_infra::partners::events::events_after;
use maillage_infra::testing::TestDatabase;
use uuid::Uuid;

use crate::fixture::Town;

impl Town {
    /// Waits until everything this town did has its place in the feed.
    async fn relayed(&self) {
        TestDatabase::shared()
            .relay_all(&self.store, self.id())
            .await;
    }

    /// What the town reads of the feed after a position, in windows of three.
    async fn feed(&self, after: i64) -> Vec<Told> {
        let (mut told, mut after) = (Vec::new(), after);
        loop {
            let more = self.read(async |db| events_after(db, after, 3).await).await;
            let more = more.unwrap();
            let Some(last) = more.last() else {
                return told;
            };
            after = last.position;
            told.extend(more);
        }
    }

    /// What the town is told of one thing: the names of the events.
    async fn told_of(&self, subject: Uuid) -> Vec<&'static str> {
        let told = self.feed(0).await.into_iter();
        let told = told.filter(|it| it.event.subject.id() == subject);
        told.map(|it| it.event.what.as_str()).collect()
    }

    async fn told_of_charter(&self, charter: ResourceId) -> Vec<&'static str> {
        self.told_of(charter.0).await
    }

    async fn told_of_group(&self, group: GroupId) -> Vec<&'static str> {
        self.told_of(group.0).await
    }
}

/// The resource that an event is about.
fn resource(told: &Told) -> Option<ResourceId> {
    match told.event.subject {
        Subject::Resource { id, .. } => Some(id),
        _ => None,
    }
}
