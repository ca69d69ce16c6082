//! Receivers that are slow, broken or gone: they delay nobody, and stop by themselves.

use std::collections::BTreeSet;

use maillage_domain::partners::webhooks::{DisabledReason, Standing};
use maillage_infra::partners::webhooks::endpoint;

use super::receiver::Received;
use super::{Post, Receiver};
use crate::fixture::Town;

async fn standing(post: &Post, town: &Town, id: maillage_domain::value::WebhookId) -> Standing {
    let read = post
        .store
        .read(&town.director, async |db| endpoint(db, town.id(), id).await);
    read.await.unwrap().1.standing
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
