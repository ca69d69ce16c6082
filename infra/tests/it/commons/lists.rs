//! Lists: in order, without gaps or duplicates, whatever the number of ways to see a resource.

use chrono::{DateTime, Utc};
use maillage_domain::access::GroupRole;
use maillage_domain::commons::{Audience, Charter, Resource, ResourceState};
use maillage_domain::identity::BodyType;
use maillage_domain::value::ResourceId;
use maillage_infra::commons::Page;
use maillage_infra::testing::TestDatabase;

use crate::fixture::{Town, card};

type Place = (DateTime<Utc>, ResourceId);

fn place(resource: &Resource<Charter>) -> Place {
    (resource.updated_at, resource.id)
}

/// Reads page after page of `size`, from the newest on.
async fn forwards(town: &Town, filter: &Page, size: i64) -> Vec<Place> {
    let mut read = Vec::new();
    loop {
        let page = Page {
            from: read.last().copied(),
            limit: size,
            ..filter.clone()
        };
        let rows = town.list(page).await;
        if rows.is_empty() {
            return read;
        }
        assert!(rows.len() <= usize::try_from(size).unwrap());
        read.extend(rows.iter().map(place));
    }
}

/// Reads page after page from the oldest of `all` back, and returns them in the order of the list.
async fn backwards(town: &Town, filter: &Page, size: i64, all: &[Place]) -> Vec<Place> {
    let mut read = vec![*all.last().unwrap()];
    loop {
        let page = Page {
            from: read.first().copied(),
            backwards: true,
            limit: size,
            ..filter.clone()
        };
        let rows = town.list(page).await;
        if rows.is_empty() {
            return read;
        }
        read.splice(0..0, rows.iter().map(place));
    }
}

/// Publishes fourteen charters of one owner to every mixture of four audiences that reach `reader`,
/// and returns those that it sees.
async fn mixtures(owner: &Town, reader: &Town) -> Vec<ResourceId> {
    let group = owner.form("Groupe").await;
    owner.admit(group, reader, GroupRole::Reader).await;
    let audiences = [
        Audience::Collectivity { id: reader.id() },
        Audience::Group { id: group },
        Audience::CollectivityType {
            value: BodyType::Pole,
        },
        Audience::Network,
    ];
    let mut seen = Vec::new();
    for mixture in 0..14_u32 {
        let id = owner.publish("Charte", "Texte.").await;
        for (bit, audience) in audiences.into_iter().enumerate() {
            if mixture >> bit & 1 == 1 {
                owner.share(id, audience).await;
            }
        }
        if mixture > 0 {
            seen.push(id);
        }
    }
    seen
}

#[tokio::test]
async fn a_resource_seen_through_several_audiences_is_listed_once() {
    let store = TestDatabase::shared().store();
    let owner = Town::new(&store).await;
    let reader = Town::of(&store, BodyType::Pole).await;
    let mut expected = mixtures(&owner, &reader).await;
    // As if published in one transaction: then the id decides.
    let same = format!(
        "update shares set listed_at = '2026-01-01' where tenant_id = '{}' and resource_id <= '{}'",
        owner.id(),
        expected[7]
    );
    TestDatabase::shared().as_owner(&same).await;
    expected.sort();
    let filter = Page {
        owner: Some(owner.id()),
        ..Page::default()
    };
    for size in [1, 3, 5, 100] {
        let read = forwards(&reader, &filter, size).await;
        assert!(read.is_sorted_by(|a, b| a > b), "{size}");
        let mut ids: Vec<_> = read.iter().map(|(_, id)| *id).collect();
        ids.sort();
        assert_eq!(ids, expected, "{size}");
        assert_eq!(backwards(&reader, &filter, size, &read).await, read);
    }
}

#[tokio::test]
async fn an_owner_lists_its_own_once_however_widely_they_are_shared() {
    let store = TestDatabase::shared().store();
    let owner = Town::of(&store, BodyType::Pole).await;
    let group = owner.form("Groupe").await;
    let id = owner.publish("Charte", "Texte.").await;
    owner.share(id, Audience::Group { id: group }).await;
    owner.share(id, Audience::Network).await;
    let value = BodyType::Pole;
    owner.share(id, Audience::CollectivityType { value }).await;
    // The owner's own view moves on with the draft, which the others' do not.
    owner.draft(id, "Brouillon.").await;
    let filter = Page {
        owner: Some(owner.id()),
        ..Page::default()
    };
    for size in [1, 10] {
        let read = forwards(&owner, &filter, size).await;
        assert_eq!(read.len(), 1);
        assert_eq!(backwards(&owner, &filter, size, &read).await, read);
    }
}

#[tokio::test]
async fn what_changes_for_others_moves_up_for_others() {
    let store = TestDatabase::shared().store();
    let (owner, reader) = (Town::new(&store).await, Town::new(&store).await);
    let audience = Audience::Collectivity { id: reader.id() };
    let (first, second) = (
        owner.publish("Première", "Texte.").await,
        owner.publish("Seconde", "Texte.").await,
    );
    for id in [first, second] {
        owner.share(id, audience).await;
    }
    let filter = Page {
        owner: Some(owner.id()),
        ..Page::default()
    };
    let order = async |town: &Town| -> Vec<_> {
        let read = forwards(town, &filter, 10).await;
        read.into_iter().map(|(_, id)| id).collect()
    };
    assert_eq!(order(&reader).await, [second, first]);
    // A draft is a change for its owner only.
    owner.draft(first, "Brouillon.").await;
    assert_eq!(order(&reader).await, [second, first]);
    assert_eq!(order(&owner).await, [first, second]);
    owner.try_publish(first).await.unwrap();
    assert_eq!(order(&reader).await, [first, second]);
    owner.describe(second, card("Nouveau titre", &[])).await;
    assert_eq!(order(&reader).await, [second, first]);
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let store = TestDatabase::shared().store();
    let owner = Town::new(&store).await;
    let tagged = owner
        .begin_with(card("Marquée", &["ia", "école"]), "Texte.")
        .await;
    let published = owner.publish("Publiée", "Texte.").await;
    let withdrawn = owner.publish("Retirée", "Texte.").await;
    owner.withdraw(withdrawn).await;
    let ids = async |page: Page| -> Vec<_> {
        let page = Page {
            owner: Some(owner.id()),
            limit: 10,
            ..page
        };
        owner.list(page).await.iter().map(|it| it.id).collect()
    };
    let state = async |state| {
        let state = Some(state);
        ids(Page {
            state,
            ..Page::default()
        })
        .await
    };
    assert_eq!(state(ResourceState::Draft).await, [tagged]);
    assert_eq!(state(ResourceState::Published).await, [published]);
    assert_eq!(state(ResourceState::Withdrawn).await, [withdrawn]);
    let tag = async |tag: &str| {
        let tag = Some(tag.to_owned());
        ids(Page {
            tag,
            ..Page::default()
        })
        .await
    };
    assert_eq!(tag("école").await, [tagged]);
    assert_eq!(tag("ecole").await, []);
    let updated_since = Some(owner.find(published).await.unwrap().resource.updated_at);
    let since = ids(Page {
        updated_since,
        ..Page::default()
    });
    assert_eq!(since.await, [withdrawn, published]);
    let of_another = Page {
        owner: Some(Town::new(&store).await.id()),
        limit: 10,
        ..Page::default()
    };
    assert!(owner.list(of_another).await.is_empty());
}
