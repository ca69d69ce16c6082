//! Who sees a resource: its owner always, others by grants that hold at this moment.
//!
//! Every way of looking must give the same answer: the list, the resource by its id, its versions
//! and the search. Whoever looks sees all of them or none.

use chrono::TimeDelta;
use maillage_domain::access::GroupRole;
use maillage_domain::commons::{Audience, Charter, Level, ResourceState, Template};
use maillage_domain::identity::BodyType;
use maillage_domain::value::ResourceId;
use maillage_infra::commons::{self, Page};
use maillage_infra::error::StoreError;
use maillage_infra::store::Db;
use maillage_infra::testing::TestDatabase;

use crate::fixture::{Town, cause};

/// A word that only the resources of these tests contain.
const WORD: &str = "visibilité";

/// Whether `town` sees the resource, whichever way it looks.
async fn sees(town: &Town, id: ResourceId) -> bool {
    let all = Page {
        limit: 10_000,
        ..Page::default()
    };
    let listed = town.list(all).await.iter().any(|it| it.id == id);
    let found = match town.find(id).await {
        Ok(_) => true,
        Err(StoreError::Missing) => false,
        Err(error) => panic!("{error}"),
    };
    let version = async |number| {
        let version = town.read(async |db| commons::version::<Charter>(db, id, number).await);
        match version.await {
            Ok(_) => true,
            Err(StoreError::Missing) => false,
            Err(error) => panic!("{error}"),
        }
    };
    let newest = version(None).await;
    let first = version(Some(1)).await;
    let versions = town.read(async |db| commons::versions::<Charter>(db, id, None, 100).await);
    let versions = !versions.await.unwrap().is_empty();
    let searched = town.search(WORD).await.iter().any(|hit| hit.id == id);
    let bench = town.read(async |db| commons::workbench::<Charter>(db, id).await);
    let bench = bench.await.is_ok();
    let ways = [listed, found, newest, first, versions, searched, bench];
    assert!(ways.iter().all(|way| *way == listed), "{ways:?}");
    listed
}

/// An owner, and others who stand in different relations to it.
struct Scene {
    owner: Town,
    fellow: Town,
    suspended: Town,
    invited: Town,
    alike: Town,
    stranger: Town,
    group: Audience,
}

impl Scene {
    async fn new() -> Self {
        let store = TestDatabase::shared().store();
        let town = async |body_type| Town::of(&store, body_type).await;
        let owner = town(BodyType::Opsn).await;
        let fellow = town(BodyType::Cdg).await;
        let suspended = town(BodyType::Sdis).await;
        let invited = town(BodyType::Sdis).await;
        let id = owner.form("Groupe").await;
        owner.admit(id, &fellow, GroupRole::Reader).await;
        owner.admit(id, &suspended, GroupRole::Contributor).await;
        owner.suspend(id, &suspended).await;
        let role = GroupRole::Contributor;
        owner.try_invite(id, &invited, role).await.unwrap();
        Self {
            owner,
            fellow,
            suspended,
            invited,
            alike: town(BodyType::Opsn).await,
            stranger: town(BodyType::Ccas).await,
            group: Audience::Group { id },
        }
    }

    /// Who sees the resource: owner, fellow, suspended, invited, alike, stranger.
    async fn seen_by(&self, id: ResourceId) -> [bool; 6] {
        [
            sees(&self.owner, id).await,
            sees(&self.fellow, id).await,
            sees(&self.suspended, id).await,
            sees(&self.invited, id).await,
            sees(&self.alike, id).await,
            sees(&self.stranger, id).await,
        ]
    }
}

const NOBODY_ELSE: [bool; 6] = [true, false, false, false, false, false];
const EVERYBODY: [bool; 6] = [true; 6];

#[tokio::test]
async fn a_grant_shows_a_resource_to_its_audience_and_to_nobody_else() {
    let scene = Scene::new().await;
    let id = scene.owner.publish("Charte", WORD).await;
    assert_eq!(scene.seen_by(id).await, NOBODY_ELSE);
    let cases = [
        (
            Audience::Collectivity {
                id: scene.stranger.id(),
            },
            [true, false, false, false, false, true],
        ),
        (scene.group, [true, true, false, false, false, false]),
        (
            Audience::CollectivityType {
                value: BodyType::Sdis,
            },
            [true, false, true, true, false, false],
        ),
        (
            Audience::CollectivityType {
                value: BodyType::Opsn,
            },
            [true, false, false, false, true, false],
        ),
        (Audience::Network, EVERYBODY),
        (Audience::Public, EVERYBODY),
    ];
    for (audience, expected) in cases {
        let share = scene.owner.share(id, audience).await;
        assert_eq!(scene.seen_by(id).await, expected, "{audience:?}");
        scene.owner.unshare(id, share).await;
        assert_eq!(scene.seen_by(id).await, NOBODY_ELSE, "{audience:?}");
    }
}

#[tokio::test]
async fn a_grant_takes_effect_when_the_resource_is_published_and_ends_when_it_is_withdrawn() {
    let scene = Scene::new().await;
    let owner = &scene.owner;
    let id = owner.begin("Charte", "Un brouillon.").await;
    owner.share(id, Audience::Network).await;
    assert!(scene.stranger.find(id).await.is_err());

    owner.draft(id, WORD).await;
    owner.try_publish(id).await.unwrap();
    assert_eq!(scene.seen_by(id).await, EVERYBODY);

    owner.withdraw(id).await;
    assert_eq!(scene.seen_by(id).await, NOBODY_ELSE);
    // A grant made meanwhile shows nothing either.
    owner.share(id, scene.group).await;
    assert_eq!(scene.seen_by(id).await, NOBODY_ELSE);

    owner.republish(id, WORD).await;
    assert_eq!(scene.seen_by(id).await, EVERYBODY);
}

#[tokio::test]
async fn a_grant_ends_at_its_expiry_without_any_job() {
    let scene = Scene::new().await;
    let owner = &scene.owner;
    let id = owner.publish("Charte", WORD).await;
    let soon = owner.store.clock().now() + TimeDelta::hours(1);
    let share = owner.try_share(id, Audience::Network, Level::Reuse, Some(soon));
    let share = share.await.unwrap();
    assert_eq!(scene.seen_by(id).await, EVERYBODY);

    let expire = format!("update shares set expires_at = now() where id = '{share}'");
    TestDatabase::shared().as_owner(&expire).await;
    assert_eq!(scene.seen_by(id).await, NOBODY_ELSE);
    // Publishing again does not bring it back.
    owner.republish(id, &format!("{WORD}, suite.")).await;
    assert_eq!(scene.seen_by(id).await, NOBODY_ELSE);
}

#[tokio::test]
async fn a_group_shows_its_resources_to_whom_takes_part_now() {
    let scene = Scene::new().await;
    let (owner, fellow) = (&scene.owner, &scene.fellow);
    let Audience::Group { id: group } = scene.group else {
        panic!("a group");
    };
    let id = owner.publish("Charte", WORD).await;
    owner.share(id, scene.group).await;
    assert!(sees(fellow, id).await);

    owner.suspend(group, fellow).await;
    assert!(!sees(fellow, id).await);
    owner.resume(group, fellow).await;
    assert!(sees(fellow, id).await);
    fellow.leave(group).await.unwrap();
    assert!(!sees(fellow, id).await);

    assert!(!sees(&scene.invited, id).await);
    scene.invited.accept(group).await;
    assert!(sees(&scene.invited, id).await);
}

#[tokio::test]
async fn whoever_leaves_a_group_takes_along_what_they_shared_with_it() {
    let scene = Scene::new().await;
    let Audience::Group { id: group } = scene.group else {
        panic!("a group");
    };
    let member = &scene.invited;
    member.accept(group).await;
    let kept = member.publish("Gardée", WORD).await;
    member.share(kept, scene.group).await;
    member
        .share(
            kept,
            Audience::Collectivity {
                id: scene.alike.id(),
            },
        )
        .await;
    assert!(sees(&scene.fellow, kept).await);
    let adapted = scene.owner.adapt(kept).await;

    member.leave(group).await.unwrap();
    assert!(!sees(&scene.fellow, kept).await);
    assert!(sees(&scene.alike, kept).await);
    assert!(scene.owner.find(adapted).await.is_ok());
}

#[tokio::test]
async fn of_several_grants_the_widest_counts_and_the_owner_remains_the_owner() {
    let store = TestDatabase::shared().store();
    let (owner, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = owner.publish("Charte", WORD).await;
    let read = owner.try_share(id, Audience::Public, Level::Read, None);
    read.await.unwrap();
    let granted = async |town: &Town| town.find(id).await.unwrap().resource.granted;
    assert_eq!(granted(&other).await, Some(Level::Read));

    let reuse = owner.share(id, Audience::Network).await;
    assert_eq!(granted(&other).await, Some(Level::Reuse));
    owner.unshare(id, reuse).await;
    assert_eq!(granted(&other).await, Some(Level::Read));
    assert_eq!(granted(&owner).await, None);
}

#[tokio::test]
async fn a_draft_is_seen_by_its_owner_only_even_where_the_resource_is_shared() {
    let store = TestDatabase::shared().store();
    let (owner, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = owner.publish("Charte", WORD).await;
    owner.share(id, Audience::Network).await;
    owner.draft(id, "Secret.").await;
    let bench = async |town: &Town| {
        let bench = town.read(async |db| commons::workbench::<Charter>(db, id).await);
        bench.await.unwrap()
    };
    assert!(bench(&owner).await.draft.is_some());
    let seen = bench(&other).await;
    assert_eq!(seen.draft, None);
    assert_eq!(seen.resource.state, ResourceState::Published);
}

#[tokio::test]
async fn a_charter_is_no_template_and_another_town_has_nothing_to_lock_or_share() {
    let store = TestDatabase::shared().store();
    let (owner, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = owner.publish("Charte", WORD).await;
    let share = owner.share(id, Audience::Network).await;
    let template = owner.read(async |db| commons::resource::<Template>(db, id).await);
    assert!(matches!(template.await, Err(StoreError::Missing)));

    let found = other.write(async |tx| {
        let found = commons::find_share(tx, owner.id(), id, share).await?;
        Ok(found)
    });
    assert!(matches!(cause(found.await), StoreError::Missing));
    let third = Town::new(&store).await;
    let audience = Audience::Collectivity { id: third.id() };
    owner.share(id, audience).await;
    let shares = async |db: Db<'_>| commons::shares(db, owner.id(), id, None, 100).await;
    assert_eq!(owner.read(shares).await.unwrap().len(), 2);
    // Of the grants to others it learns nothing.
    let seen = other.read(shares).await.unwrap();
    assert_eq!(
        seen.iter().map(|it| it.share.id).collect::<Vec<_>>(),
        [share]
    );
}
