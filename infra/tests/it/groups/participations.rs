//! Participations: who sees whom, and of those who act at once one succeeds.

use maillage_domain::access::GroupRole;
use maillage_domain::groups::{ParticipationError, ParticipationState};
use maillage_domain::identity::BodyType;
use maillage_domain::value::{CollectivityId, GroupId};
use maillage_infra::groups::{Fellow, groups, participants, suggestions};
use maillage_infra::store::Db;
use maillage_infra::testing::TestDatabase;

use crate::fixture::Town;

async fn fellows(town: &Town, group: GroupId) -> Vec<Fellow> {
    let all = async |db: Db<'_>| participants(db, group, None, 100).await;
    town.read(all).await.unwrap()
}

/// Whom the town sees in the group, in the order of their ids.
async fn seen(town: &Town, group: GroupId) -> Vec<CollectivityId> {
    let fellows = fellows(town, group).await;
    fellows
        .iter()
        .map(|it| it.participation.collectivity)
        .collect()
}

#[tokio::test]
async fn only_who_takes_part_sees_the_others() {
    let store = TestDatabase::shared().store();
    let town = async || Town::new(&store).await;
    let (founder, member, invited) = (town().await, town().await, town().await);
    let (suspended, stranger) = (town().await, town().await);
    let group = founder.form("Groupe").await;
    founder.admit(group, &member, GroupRole::Reader).await;
    founder.admit(group, &suspended, GroupRole::Reader).await;
    founder.suspend(group, &suspended).await;
    founder
        .try_invite(group, &invited, GroupRole::Reader)
        .await
        .unwrap();

    let mut all = [founder.id(), member.id(), invited.id(), suspended.id()];
    all.sort();
    assert_eq!(seen(&founder, group).await, all);
    assert_eq!(seen(&member, group).await, all);
    assert_eq!(seen(&invited, group).await, [invited.id()]);
    assert_eq!(seen(&suspended, group).await, [suspended.id()]);
    assert_eq!(seen(&stranger, group).await, []);

    let state = async |town: &Town| town.group(group).await.map(|it| it.own.unwrap());
    use ParticipationState::{Active, Invited, Suspended};
    assert_eq!(
        state(&founder).await,
        Some((GroupRole::Coordinator, Active))
    );
    assert_eq!(state(&member).await, Some((GroupRole::Reader, Active)));
    assert_eq!(state(&invited).await, Some((GroupRole::Reader, Invited)));
    assert_eq!(
        state(&suspended).await,
        Some((GroupRole::Reader, Suspended))
    );
    assert_eq!(state(&stranger).await, None);

    // Who has left is told of by nobody, and may come back.
    member.leave(group).await.unwrap();
    assert_eq!(state(&member).await, None);
    assert!(!seen(&founder, group).await.contains(&member.id()));
    founder.admit(group, &member, GroupRole::Contributor).await;
    assert_eq!(state(&member).await, Some((GroupRole::Contributor, Active)));
    let again = fellows(&founder, group).await;
    let revision = again
        .iter()
        .find(|it| it.participation.collectivity == member.id());
    assert_eq!(revision.unwrap().participation.revision, 5);
}

#[tokio::test]
async fn of_two_coordinators_who_leave_at_once_one_stays() {
    let store = TestDatabase::shared().store();
    for _ in 0..5 {
        let (one, other) = (Town::new(&store).await, Town::new(&store).await);
        let group = one.form("Groupe").await;
        one.admit(group, &other, GroupRole::Coordinator).await;
        let (first, second) = tokio::join!(one.leave(group), other.leave(group));
        let refused = match (first, second) {
            (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
            both => panic!("{both:?}"),
        };
        let error = refused.downcast::<ParticipationError>().unwrap();
        assert_eq!(*error, ParticipationError::LastCoordinator);
    }
}

#[tokio::test]
async fn of_two_coordinators_who_invite_the_same_town_one_does() {
    let store = TestDatabase::shared().store();
    let town = async || Town::new(&store).await;
    let (one, other, invited) = (town().await, town().await, town().await);
    let group = one.form("Groupe").await;
    one.admit(group, &other, GroupRole::Coordinator).await;
    let role = GroupRole::Reader;
    let (first, second) = tokio::join!(
        one.try_invite(group, &invited, role),
        other.try_invite(group, &invited, role)
    );
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    invited.accept(group).await;
}

#[tokio::test]
async fn groups_and_participants_come_in_pages() {
    let store = TestDatabase::shared().store();
    let founder = Town::new(&store).await;
    let mut formed = Vec::new();
    for n in 0..5 {
        formed.push(founder.form(&format!("Groupe {n}")).await);
    }
    formed.reverse();
    let mut read: Vec<GroupId> = Vec::new();
    loop {
        let before = read.last().copied();
        let page = founder.read(async |db| groups(db, before, 2).await);
        let page = page.await.unwrap();
        if page.is_empty() {
            break;
        }
        read.extend(page.iter().map(|group| group.id));
    }
    assert_eq!(read, formed);

    for _ in 0..4 {
        let town = Town::new(&store).await;
        founder
            .try_invite(read[0], &town, GroupRole::Reader)
            .await
            .unwrap();
    }
    let mut paged: Vec<CollectivityId> = Vec::new();
    loop {
        let after = paged.last().copied();
        let page = founder.read(async |db| participants(db, read[0], after, 2).await);
        let page = page.await.unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page.iter().map(|it| it.participation.collectivity));
    }
    assert_eq!(paged, seen(&founder, read[0]).await);
    assert_eq!(paged.len(), 5);
}

#[tokio::test]
async fn neighbours_of_an_epci_are_suggested() {
    let db = TestDatabase::shared();
    let store = db.store();
    // CC Faucigny - Glières and two of its seven communes.
    let join = async |siren: &str, body_type| {
        let tenant = db.tenant_of(siren.parse().unwrap(), body_type).await;
        let director = tenant.administrator;
        let store = store.clone();
        Town {
            store,
            tenant,
            director,
        }
    };
    let bonneville = join("217400423", BodyType::Commune).await;
    let marignier = join("217401645", BodyType::Commune).await;
    let suggested = async |town: &Town| {
        let [one] = town.read(suggestions).await.unwrap().try_into().unwrap();
        assert_eq!(
            (one.epci.as_str(), one.name.as_str()),
            ("200000172", "CC Faucigny - Glières")
        );
        let joined: Vec<_> = one.joined.iter().map(|(_, _, id)| *id).collect();
        (joined, one.not_joined)
    };
    // The EPCI is no commune of itself.
    assert_eq!(suggested(&bonneville).await, (vec![marignier.id()], 5));
    let epci = join("200000172", BodyType::Cc).await;
    assert_eq!(
        suggested(&bonneville).await,
        (vec![epci.id(), marignier.id()], 5)
    );
    assert_eq!(
        suggested(&epci).await,
        (vec![bonneville.id(), marignier.id()], 5)
    );
    // A body that the directory knows of no EPCI for.
    let alone = Town::new(&store).await;
    assert!(alone.read(suggestions).await.unwrap().is_empty());
}
