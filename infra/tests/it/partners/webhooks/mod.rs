//! Webhooks: signatures, deliveries, receivers that are slow, bad or gone, and what is not sent.

mod delivering;
mod failing;
mod killed;
mod receiver;
mod signatures;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::future::{Either, select};
use maillage_domain::access::{Role, act};
use maillage_domain::identity::Staff;
use maillage_domain::partners::webhooks::{EndpointRegistered, EndpointTerms, EventFilter};
use maillage_domain::value::WebhookId;
use maillage_infra::ambient;
use maillage_infra::identity::Keys;
use maillage_infra::outbound::{Egress, Rules};
use maillage_infra::partners::events::relay;
use maillage_infra::partners::webhooks::{Courier, Pace};
use maillage_infra::store::{Bearer, Store, Tx};
use maillage_infra::testing::TestDatabase;

use self::receiver::Receiver;
use crate::fixture::{Failure, Town, allowed};
use crate::outbound::hostile::Told;

/// A database whose towns nobody else delivers to, and what it takes to deliver.
pub struct Post {
    pub database: TestDatabase,
    pub store: Store,
    pub keys: Keys,
    /// How far the clock of couriers is ahead.
    pub ahead: TimeDelta,
}

impl Post {
    pub async fn new() -> Self {
        let database = TestDatabase::shared().clone_fresh().await;
        let store = database.store();
        let keys = Keys::ephemeral("https://maillage.test").unwrap();
        Self {
            database,
            store,
            keys,
            ahead: TimeDelta::zero(),
        }
    }

    pub async fn town(&self) -> Town {
        let tenant = self.database.tenant().await;
        let director = self.database.member(&tenant, &[Role::Director]).await;
        Town {
            store: self.store.clone(),
            tenant,
            director,
        }
    }

    pub async fn administrator(&self, town: &Town) -> Bearer {
        let roles = [Role::Administrator];
        self.database.member(&town.tenant, &roles).await
    }

    /// A new endpoint of `town`, told of `events`.
    pub async fn endpoint(&self, town: &Town, address: String, events: &[&str]) -> WebhookId {
        let (id, administrator) = (WebhookId(ambient::id()), self.administrator(town).await);
        let events = events
            .iter()
            .map(|it| EventFilter::try_from((*it).to_owned()));
        let terms = EndpointTerms {
            address: address.try_into().unwrap(),
            name: "Receveur".to_owned().try_into().unwrap(),
            events: events.collect::<Result<_, _>>().unwrap(),
        };
        let (_, signer) = self.keys.webhook_seal().draw(id).unwrap();
        let register = async |tx: &mut Tx| {
            let collectivity = town.id();
            let staff = allowed::<act::RegisterWebhook, _>(tx, Staff { collectivity })?;
            let outcome = staff.register_webhook(0, id, terms, signer, tx.now())?;
            Ok::<EndpointRegistered, Failure>(tx.save(outcome).await?)
        };
        self.store.write(&administrator, register).await.unwrap();
        id
    }

    pub fn courier(&self, pace: Pace) -> Courier {
        let egress = Egress::with(Rules {
            networks: vec!["127.0.0.0/8".parse().unwrap()],
            ports: Vec::new(),
            names: Arc::new(Told(Vec::new())),
            patience: Duration::from_secs(2),
        });
        let store = self.database.store();
        store.clock().advance(self.ahead);
        Courier::new(store, egress.unwrap(), self.keys.webhook_seal(), pace)
    }

    /// Everything that happened gets its place in the feed.
    pub async fn relay(&self) {
        while relay(&self.store).await.unwrap().more {}
    }

    /// Does `work` while a courier delivers.
    pub async fn while_delivering<T>(&self, work: impl Future<Output = T>) -> T {
        let courier = self.courier(PACE);
        let run = std::pin::pin!(courier.run());
        match select(std::pin::pin!(work), run).await {
            Either::Left((done, _)) => done,
            Either::Right(_) => unreachable!("a courier never ends by itself"),
        }
    }
}

pub const PACE: Pace = Pace {
    lease: Duration::from_secs(5),
    tick: Duration::from_millis(20),
    ..Pace::SERVING
};
