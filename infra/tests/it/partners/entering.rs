//! A client enters as long as everything holds that it rests on, asked anew each time.

use chrono::TimeDelta;
use maillage_domain::access::{Actor, Role, Roles, Scopes, Verb, act};
use maillage_domain::identity::{Membership, Staff};
use maillage_domain::partners::{Client, Terms};
use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::identity::{find_membership, members};
use maillage_infra::partners::{client_to_change, find_client, identify};
use maillage_infra::store::{Bearer, ClientBearer, Store, Tx};
use maillage_infra::testing::{Tenant, TestDatabase, terms};

use crate::fixture::{Failure, allowed, connect};

/// A tenant, the administrator who registers its software, and a store.
struct Stage {
    store: Store,
    tenant: Tenant,
    creator: Bearer,
}

impl Stage {
    async fn new() -> Self {
        let db = TestDatabase::shared();
        let tenant = db.tenant().await;
        let roles = [Role::Administrator, Role::Director];
        Self {
            store: db.store(),
            creator: db.member(&tenant, &roles).await,
            tenant,
        }
    }

    async fn software(&self, terms: Terms) -> ClientBearer {
        let db = TestDatabase::shared();
        db.client(self.tenant.id, &self.creator, terms, None)
            .await
            .bearer
    }

    /// As whom it enters, for reading and for writing alike.
    async fn enters(&self, bearer: &ClientBearer) -> Option<Actor> {
        let read = self.store.read(bearer, async |_| Ok(())).await;
        let write = async |tx: &mut Tx| Ok::<_, StoreError>(tx.actor()?.clone());
        match (read, self.store.write(bearer, write).await) {
            (Ok((actor, ())), Ok(same)) if actor == same => Some(actor),
            (Err(StoreError::NotEntered), Err(StoreError::NotEntered)) => None,
            (read, write) => panic!("{read:?} {write:?}"),
        }
    }

    /// Changes the client in the name of its creator.
    async fn change(
        &self,
        bearer: &ClientBearer,
        work: impl AsyncFnOnce(&mut Tx, Client) -> Result<(), Failure>,
    ) {
        let change = async |tx: &mut Tx| {
            let client = client_to_change(tx, self.tenant.id, bearer.client).await?;
            work(tx, client).await
        };
        self.store.write(&self.creator, change).await.unwrap();
    }

    /// Changes the membership of the creator in the name of another administrator.
    async fn creator(&self, work: impl AsyncFnOnce(&mut Tx, Membership) -> Result<(), Failure>) {
        let change = async |tx: &mut Tx| {
            let all = members(tx.db(), None, 100).await?;
            let mut all = all.into_iter().map(|it| it.membership);
            let own = all.find(|it| it.person == self.creator.person).unwrap();
            let membership = find_membership(tx, own.id).await?.0.membership;
            work(tx, membership).await
        };
        self.store
            .write(&self.tenant.administrator, change)
            .await
            .unwrap();
    }

    async fn revoke_creator(&self) {
        self.creator(async |tx, membership| {
            let permitted = allowed::<act::RevokeMembership, _>(tx, membership)?;
            tx.save(permitted.revoke(1)?).await?;
            Ok(())
        })
        .await;
    }
}

fn scopes(verbs: &[Verb]) -> Scopes {
    Scopes::of(verbs.iter().copied()).unwrap()
}

#[tokio::test]
async fn it_acts_within_its_scopes_and_the_roles_of_its_creator() {
    let stage = Stage::new().await;
    let bearer = stage
        .software(terms(scopes(&[Verb::Read, Verb::Write])))
        .await;
    let Some(Actor::Client(actor)) = stage.enters(&bearer).await else {
        panic!("it does not enter");
    };
    assert_eq!(
        (actor.client, actor.creator),
        (bearer.client, stage.creator.person)
    );
    assert_eq!(
        actor.roles,
        Roles::of(&[Role::Administrator, Role::Director])
    );
    assert_eq!(actor.scopes, bearer.scopes);
    // A token for less is good for less, and one for more for no more.
    for (asked, given) in [
        (scopes(&[Verb::Read]), scopes(&[Verb::Read])),
        (Scopes::all(), bearer.scopes),
        (scopes(&[Verb::Create]), Scopes::NONE),
    ] {
        let token = ClientBearer {
            scopes: asked,
            ..bearer
        };
        let Some(Actor::Client(actor)) = stage.enters(&token).await else {
            panic!("it does not enter");
        };
        assert_eq!(actor.scopes, given);
    }
}

#[tokio::test]
async fn it_enters_its_own_tenant_under_its_own_name_only() {
    let (stage, other) = (Stage::new().await, Stage::new().await);
    let bearer = stage.software(terms(Scopes::all())).await;
    let elsewhere = other.software(terms(Scopes::all())).await;
    for refused in [
        ClientBearer {
            collectivity: other.tenant.id,
            ..bearer
        },
        ClientBearer {
            client: elsewhere.client,
            ..bearer
        },
        ClientBearer {
            client: maillage_domain::value::ClientId(stage.creator.person.0),
            ..bearer
        },
    ] {
        assert_eq!(stage.enters(&refused).await, None, "{refused:?}");
    }
}

#[tokio::test]
async fn narrowed_or_stopped_it_is_so_at_once() {
    let stage = Stage::new().await;
    let bearer = stage.software(terms(Scopes::all())).await;
    stage
        .change(&bearer, async |tx, client| {
            let narrow = Terms {
                scopes: scopes(&[Verb::Read]),
                ..client.terms.clone()
            };
            let permitted = allowed::<act::ChangeClient, _>(tx, client)?;
            tx.save(permitted.change(narrow, tx.now())?).await?;
            Ok(())
        })
        .await;
    let Some(Actor::Client(actor)) = stage.enters(&bearer).await else {
        panic!("it does not enter");
    };
    assert_eq!(actor.scopes, scopes(&[Verb::Read]));
    stage
        .change(&bearer, async |tx, client| {
            let permitted = allowed::<act::RevokeClient, _>(tx, client)?;
            tx.save(permitted.revoke(tx.now())?).await?;
            Ok(())
        })
        .await;
    assert_eq!(stage.enters(&bearer).await, None);
}

#[tokio::test]
async fn it_ends_by_itself() {
    let stage = Stage::new().await;
    let bearer = stage.software(terms(Scopes::all())).await;
    let owner = connect(&TestDatabase::shared().owner_url()).await;
    let end = format!(
        "update clients set expires_at = now() - interval '1 second' where id = '{}'",
        bearer.client
    );
    owner.batch_execute(&end).await.unwrap();
    assert_eq!(stage.enters(&bearer).await, None);
}

#[tokio::test]
async fn what_its_creator_loses_it_loses_too() {
    let stage = Stage::new().await;
    let bearer = stage.software(terms(Scopes::all())).await;
    let outlives = Terms {
        ends_with_creator: false,
        ..terms(Scopes::all())
    };
    let outlives = stage.software(outlives).await;
    let reader = Roles::of(&[Role::Reader]);
    stage
        .creator(async |tx, membership| {
            let permitted = allowed::<act::ChangeRoles, _>(tx, membership)?;
            tx.save(permitted.change_roles(reader, 1)?).await?;
            Ok(())
        })
        .await;
    assert_eq!(stage.enters(&bearer).await.unwrap().roles(), reader);
    stage.revoke_creator().await;
    assert_eq!(stage.enters(&bearer).await, None);
    // It keeps to the roles they had last, not to those it began with.
    assert_eq!(stage.enters(&outlives).await.unwrap().roles(), reader);
}

#[tokio::test]
async fn it_calls_from_where_it_may() {
    let stage = Stage::new().await;
    let networks = vec![
        "192.0.2.0/24".parse().unwrap(),
        "2001:db8::/32".parse().unwrap(),
    ];
    let bearer = stage
        .software(Terms {
            networks,
            ..terms(Scopes::all())
        })
        .await;
    for (address, enters) in [
        (Some("192.0.2.200"), true),
        (Some("::ffff:192.0.2.1"), true),
        (Some("2001:db8::7"), true),
        (Some("192.0.3.1"), false),
        (Some("2001:db9::7"), false),
        (Some("::1"), false),
        (None, false),
    ] {
        let address = address.map(|text| text.parse().unwrap());
        let from = ClientBearer { address, ..bearer };
        assert_eq!(stage.enters(&from).await.is_some(), enters, "{address:?}");
    }
}

#[tokio::test]
async fn a_token_that_was_given_back_enters_no_more() {
    let stage = Stage::new().await;
    let bearer = stage.software(terms(Scopes::all())).await;
    let until = Clock::default().now() + TimeDelta::minutes(5);
    let give_back = async || {
        let spend = async |tx: &mut Tx| {
            let client = find_client(tx, bearer.client).await?.unwrap();
            identify(tx, &client);
            tx.save(client.give_back(bearer.token, until))
                .await
                .map(drop)
        };
        stage.store.authenticate(spend).await
    };
    give_back().await.unwrap();
    assert_eq!(stage.enters(&bearer).await, None);
    let again = give_back().await;
    assert!(matches!(
        again,
        Err(StoreError::Conflict(
            maillage_infra::error::Constraint::TokenSpent
        ))
    ));
    // Another token of the same client is as good as ever.
    let other = ClientBearer {
        token: maillage_domain::value::Digest::of_bytes(b"other"),
        ..bearer
    };
    assert!(stage.enters(&other).await.is_some());
}

#[tokio::test]
async fn a_client_registers_no_client() {
    let stage = Stage::new().await;
    let bearer = stage.software(terms(Scopes::all())).await;
    let staff = Staff {
        collectivity: stage.tenant.id,
    };
    let register = async |tx: &mut Tx| {
        allowed::<act::RegisterClient, _>(tx, staff)?;
        Ok::<_, Failure>(())
    };
    assert!(stage.store.write(&bearer, register).await.is_err());
}
