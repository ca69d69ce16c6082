//! Whoever reads the feed is told of what they may see at that moment, and of nothing else (L1).

use std::collections::BTreeSet;

use chrono::TimeDelta;
use maillage_domain::access::GroupRole;
use maillage_domain::commons::{Audience, Level, ResourceState};
use maillage_infra::testing::TestDatabase;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::resource;
use crate::fixture::{Town, card};

async fn towns<const N: usize>() -> [Town; N] {
    let store = TestDatabase::shared().store();
    let mut towns = Vec::new();
    for _ in 0..N {
        towns.push(Town::new(&store).await);
    }
    towns.try_into().unwrap_or_else(|_| unreachable!())
}

fn to(town: &Town) -> Audience {
    Audience::Collectivity { id: town.id() }
}

#[tokio::test]
async fn drafts_and_what_is_not_shared_are_their_owners_affair() {
    let [owner, other] = towns().await;
    let charter = owner.begin("Charte", "x").await;
    owner.share(charter, to(&other)).await;
    owner.draft(charter, "y").await;
    owner
        .describe(charter, card("Charte du numérique", &[]))
        .await;
    owner.relayed().await;
    assert_eq!(
        owner.told_of_charter(charter).await,
        [
            "resource.created",
            "resource.shared",
            "resource.draft_written",
            "resource.described"
        ]
    );
    assert!(other.told_of_charter(charter).await.is_empty());
    owner.try_publish(charter).await.unwrap();
    owner.draft(charter, "z").await;
    owner.relayed().await;
    // From now on the grant holds, so that it was made is told too.
    assert_eq!(
        other.told_of_charter(charter).await,
        ["resource.shared", "resource.published"]
    );
}

#[tokio::test]
async fn an_audience_learns_nothing_of_the_others() {
    let [owner, one, two, none] = towns().await;
    let charter = owner.publish("Charte", "x").await;
    owner.relayed().await;
    owner.share(charter, to(&one)).await;
    let share = owner.share(charter, to(&two)).await;
    owner.unshare(charter, share).await;
    owner.relayed().await;
    assert_eq!(one.told_of_charter(charter).await, ["resource.shared"]);
    // The grant is gone with what was told while it stood; that it ended is told.
    assert_eq!(two.told_of_charter(charter).await, ["resource.unshared"]);
    assert!(none.told_of_charter(charter).await.is_empty());
}

#[tokio::test]
async fn a_revoked_grant_cuts_off_what_was_not_read_yet() {
    let [owner, reader] = towns().await;
    let charter = owner.publish("Charte", "x").await;
    owner.relayed().await;
    let share = owner.share(charter, to(&reader)).await;
    owner.republish(charter, "y").await;
    owner.relayed().await;
    let told = reader.told_of_charter(charter).await;
    assert_eq!(told, ["resource.shared", "resource.published"]);
    owner.unshare(charter, share).await;
    // Without waiting for a relay: the policy asks the grants themselves. Another test's relay
    // may have told the end of the grant by now; what was told under it is gone all the same.
    let told = reader.told_of_charter(charter).await;
    assert!(told.iter().all(|verb| *verb == "resource.unshared"));
    owner.republish(charter, "z").await;
    owner.relayed().await;
    assert_eq!(reader.told_of_charter(charter).await, ["resource.unshared"]);
}

#[tokio::test]
async fn an_expired_grant_tells_nothing_any_more() {
    let [owner, reader] = towns().await;
    let charter = owner.publish("Charte", "x").await;
    owner.relayed().await;
    let soon = owner.store.clock().now() + TimeDelta::hours(1);
    let until = Some(soon);
    owner
        .try_share(charter, to(&reader), Level::Read, until)
        .await
        .unwrap();
    owner.republish(charter, "y").await;
    owner.relayed().await;
    assert_eq!(reader.told_of_charter(charter).await.len(), 2);
    let expire = format!(
        "update shares set expires_at = now() where resource_id = '{charter}' \
         and audience is not null"
    );
    TestDatabase::shared().as_owner(&expire).await;
    assert!(reader.told_of_charter(charter).await.is_empty());
    owner.republish(charter, "z").await;
    owner.withdraw(charter).await;
    owner.relayed().await;
    assert!(reader.told_of_charter(charter).await.is_empty());
}

#[tokio::test]
async fn a_withdrawal_is_told_to_those_who_were_there() {
    let [owner, reader, member] = towns().await;
    let group = owner.form("Groupe").await;
    owner.admit(group, &reader, GroupRole::Reader).await;
    let charter = owner.publish("Charte", "x").await;
    owner.share(charter, Audience::Group { id: group }).await;
    owner.share(charter, Audience::Network).await;
    owner.withdraw(charter).await;
    owner.admit(group, &member, GroupRole::Reader).await;
    owner.relayed().await;
    assert_eq!(
        reader.told_of_charter(charter).await,
        ["resource.withdrawn"]
    );
    // Who came to the group later was of the network before.
    assert_eq!(
        member.told_of_charter(charter).await,
        ["resource.withdrawn"]
    );
    let [late] = towns().await;
    owner.admit(group, &late, GroupRole::Reader).await;
    assert!(late.told_of_charter(charter).await.is_empty());
    // A grant that is made afterwards does not tell of what went before it.
    let again = owner.publish("Charte", "x").await;
    owner.withdraw(again).await;
    owner.share(again, to(&late)).await;
    owner.relayed().await;
    assert!(late.told_of_charter(again).await.is_empty());
}

#[tokio::test]
async fn groups_tell_those_who_take_part_and_who_is_concerned() {
    let [coordinator, fellow, invited, stranger] = towns().await;
    let group = coordinator.form("Groupe").await;
    coordinator.admit(group, &fellow, GroupRole::Reader).await;
    coordinator
        .try_invite(group, &invited, GroupRole::Reader)
        .await
        .unwrap();
    for town in [&coordinator, &fellow] {
        town.relayed().await;
    }
    let all = [
        "group.formed",
        "group.invited",
        "group.joined",
        "group.invited",
    ];
    assert_eq!(coordinator.told_of_group(group).await, all);
    assert_eq!(fellow.told_of_group(group).await, all[1..]);
    assert_eq!(invited.told_of_group(group).await, ["group.invited"]);
    assert!(stranger.told_of_group(group).await.is_empty());
    // Who is suspended is told so, and reads of nothing else until it is resumed.
    coordinator.suspend(group, &fellow).await;
    coordinator.relayed().await;
    assert_eq!(
        fellow.told_of_group(group).await,
        ["group.invited", "group.suspended"]
    );
    coordinator.resume(group, &fellow).await;
    fellow.leave(group).await.unwrap();
    fellow.relayed().await;
    coordinator.relayed().await;
    assert_eq!(fellow.told_of_group(group).await, ["group.left"]);
    assert_eq!(coordinator.told_of_group(group).await.len(), 7);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Publish(usize),
    Share(usize, usize),
    Unshare(usize),
    Withdraw(usize),
    Suspend(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0..2_usize).prop_map(Step::Publish),
        3 => (0..2_usize, 0..4_usize).prop_map(|(charter, audience)| Step::Share(charter, audience)),
        2 => (0..2_usize).prop_map(Step::Unshare),
        1 => (0..2_usize).prop_map(Step::Withdraw),
        1 => any::<bool>().prop_map(Step::Suspend),
    ];
    proptest::collection::vec(step, 4..12)
}

/// Whatever an owner does with two charters, nobody is told of one that they do not see, but that it
/// is gone; and whoever sees one was told of its last publication.
async fn obeys(steps: &[Step]) {
    let [owner, one, two] = towns().await;
    let group = owner.form("Groupe").await;
    owner.admit(group, &two, GroupRole::Reader).await;
    let audiences = [
        to(&one),
        to(&two),
        Audience::Group { id: group },
        Audience::Network,
    ];
    let charters = [
        owner.begin("Charte", "x").await,
        owner.begin("Charte", "x").await,
    ];
    let (mut shares, mut suspended) = ([Vec::new(), Vec::new()], false);
    for (n, step) in steps.iter().enumerate() {
        match *step {
            Step::Publish(it) => {
                owner.draft(charters[it], &n.to_string()).await;
                let _ = owner.try_publish(charters[it]).await;
            }
            Step::Share(it, audience) => {
                let shared = owner
                    .try_share(charters[it], audiences[audience], Level::Read, None)
                    .await;
                shares[it].extend(shared.ok());
            }
            Step::Unshare(it) => {
                if let Some(share) = shares[it].pop() {
                    owner.unshare(charters[it], share).await;
                }
            }
            Step::Withdraw(it) => {
                let state = owner.find(charters[it]).await.unwrap().resource.state;
                if state == ResourceState::Published {
                    owner.withdraw(charters[it]).await;
                }
            }
            Step::Suspend(suspend) => {
                if suspend && !suspended {
                    owner.suspend(group, &two).await;
                } else if suspended && !suspend {
                    owner.resume(group, &two).await;
                }
                suspended = suspend;
            }
        }
        if n % 3 == 0 {
            owner.relayed().await;
        }
    }
    owner.relayed().await;
    for town in [&one, &two] {
        let feed = town.feed(0).await;
        for charter in charters {
            let seen = town.find(charter).await.is_ok();
            let told: BTreeSet<_> = feed
                .iter()
                .filter(|it| resource(it) == Some(charter))
                .map(|it| it.event.what.as_str())
                .collect();
            let gone = ["resource.withdrawn", "resource.unshared"];
            let open: Vec<_> = told.iter().filter(|it| !gone.contains(it)).collect();
            assert!(
                seen || open.is_empty(),
                "told of what is hidden: {told:?} {steps:?}"
            );
            assert!(
                !seen || !open.is_empty(),
                "not told of what is shown: {told:?} {steps:?}"
            );
            assert!(!told.contains("resource.draft_written"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_they_do_not_see() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        obeys(&steps).await;
    }
}
