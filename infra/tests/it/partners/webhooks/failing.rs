//! Receivers that are slow, broken or gone: they delay nobody, and stop by themselves.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use maillage_domain::commons::{About, NoticeKind};
use maillage_domain::partners::webhooks::{DisabledReason, FAILING_SPAN, SCHEDULE, Standing};
use maillage_domain::value::WebhookId;
use maillage_infra::commons::inbox;
use maillage_infra::partners::webhooks::endpoint;
use maillage_infra::store::Bearer;

use super::receiver::Received;
use super::{Post, Receiver};
use crate::fixture::Town;

async fn standing(post: &Post, town: &Town, id: WebhookId) -> Standing {
    let read = post
        .store
        .read(&town.director, async |db| endpoint(db, town.id(), id).await);
    read.await.unwrap().1.standing
}

/// Of which endpoints the inbox of somebody says that they were disabled, and what they are called.
async fn told(post: &Post, who: &Bearer) -> Vec<(About, String)> {
    let read = post
        .store
        .read(who, async |db| inbox(db, None, None, 100).await);
    let notices = read.await.unwrap().1.into_iter();
    let disabled = notices.filter(|it| it.what == NoticeKind::WebhookDisabled);
    disabled.map(|it| (it.about, it.title)).collect()
}

/// Delivers until the endpoint is as `enough` says.
async fn delivering(post: &Post, town: &Town, id: WebhookId, enough: fn(Standing) -> bool) {
    let reached = async {
        while !enough(standing(post, town, id).await) {
            tokio::task::yield_now().await;
        }
    };
    post.while_delivering(reached).await;
}

#[tokio::test]
async fn who_runs_what_was_disabled_finds_it_in_the_inbox() {
    let (post, receiver) = (Post::new().await, Receiver::answering(|_| Some(410)).await);
    let (town, other) = (post.town().await, post.town().await);
    let events = ["resource.published"];
    let id = post
        .endpoint(&town, receiver.address.clone(), &events)
        .await;
    let administrator = post.administrator(&town).await;
    let stranger = post.administrator(&other).await;
    town.publish("Charte", "Un texte.").await;
    post.relay().await;
    assert!(told(&post, &administrator).await.is_empty());
    delivering(&post, &town, id, |it| {
        matches!(it, Standing::Disabled { .. })
    })
    .await;
    let notice = (About::Webhook(id), "Receveur".to_owned());
    assert_eq!(told(&post, &administrator).await, [notice]);
    assert!(told(&post, &town.director).await.is_empty());
    assert!(told(&post, &stranger).await.is_empty());
}

#[tokio::test]
async fn nothing_but_failures_for_days_disable_it_and_one_success_does_not() {
    let (mut post, broken) = (Post::new().await, Receiver::answering(|_| Some(500)).await);
    let good = Receiver::new().await;
    let town = post.town().await;
    let events = ["resource.published"];
    let failing = post.endpoint(&town, broken.address.clone(), &events).await;
    post.endpoint(&town, good.address.clone(), &events).await;
    town.publish("Charte", "Un texte.").await;
    post.relay().await;
    let fails = |it| matches!(it, Standing::Active { failing_since } if failing_since.is_some());
    delivering(&post, &town, failing, fails).await;
    // A minute before its time it is tried again, and fails on.
    post.ahead = FAILING_SPAN - TimeDelta::minutes(1);
    let again = broken.received().len();
    post.while_delivering(broken.until(|it| it.len() > again))
        .await;
    assert!(fails(standing(&post, &town, failing).await));
    post.ahead = FAILING_SPAN + SCHEDULE[9];
    delivering(&post, &town, failing, |it| {
        matches!(it, Standing::Disabled { .. })
    })
    .await;
    let Standing::Disabled { reason, .. } = standing(&post, &town, failing).await else {
        panic!("told still");
    };
    assert_eq!(reason, DisabledReason::Failing);
    let administrator = post.administrator(&town).await;
    assert_eq!(told(&post, &administrator).await.len(), 1);
    // A courier that ended in the midst of a turn sends again.
    assert_eq!(distinct(&good.received()), 1);
}

#[tokio::test]
async fn who_answers_that_it_is_gone_is_told_no_more() {
    let (post, receiver) = (Post::new().await, Receiver::answering(|_| Some(410)).await);
    let town = post.town().await;
    let id = post
        .endpoint(&town, receiver.address.clone(), &["resource.published"])
        .await;
    town.publish("Charte", "Un texte.").await;
    post.relay().await;
    let gone = async {
        while !matches!(standing(&post, &town, id).await, Standing::Disabled { .. }) {
            tokio::task::yield_now().await;
        }
    };
    post.while_delivering(gone).await;
    let Standing::Disabled { reason, .. } = standing(&post, &town, id).await else {
        panic!("told still");
    };
    assert_eq!(
        (reason, receiver.received().len()),
        (DisabledReason::Gone, 1)
    );
    let facts = post.database.audited(town.id().0).await;
    let last = facts.last().unwrap().to_string();
    assert!(last.contains("webhook.disabled"), "{last}");
}

/// Twenty receivers never answer and twenty fail; whoever answers is told meanwhile, while not one of
/// the silent ones has been given up.
#[tokio::test]
async fn bad_receivers_delay_nobody() {
    let post = Post::new().await;
    let silent = Receiver::answering(|_| None).await;
    let broken = Receiver::answering(|_| Some(503)).await;
    let good = Receiver::new().await;
    let town = post.town().await;
    for n in 0..20 {
        for bad in [&silent, &broken] {
            let address = format!("{}/{n}", bad.address);
            post.endpoint(&town, address, &["resource.published"]).await;
        }
    }
    post.endpoint(&town, good.address.clone(), &["resource.published"])
        .await;
    for n in 0..10 {
        town.publish(&format!("Charte {n}"), "Un texte.").await;
    }
    post.relay().await;
    post.while_delivering(good.until(|it| distinct(it) == 10))
        .await;
}

fn distinct(received: &[Received]) -> usize {
    let ids: BTreeSet<_> = received.iter().map(Received::id).collect();
    ids.len()
}
