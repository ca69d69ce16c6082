//! What arrives, at whom, and what does not any more.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maillage_domain::commons::Audience;
use maillage_infra::partners::webhooks::{DeliveryState, attempts, deliveries, endpoint};

use super::{Post, Receiver};

#[tokio::test]
async fn an_event_arrives_thin_and_signed() {
    let (post, receiver) = (Post::new().await, Receiver::new().await);
    let town = post.town().await;
    let address = format!("{}/crochet?ville=a", receiver.address);
    let id = post.endpoint(&town, address, &["resource.published"]).await;
    let charter = town.publish("Charte", "Un texte.").await;
    post.relay().await;
    let received = post
        .while_delivering(receiver.until(|it| !it.is_empty()))
        .await;
    let [message] = &*received else {
        panic!("{} messages", received.len());
    };
    assert_eq!(
        (message.path.as_str(), message.kind().as_str()),
        ("/crochet?ville=a", "resource.published")
    );
    let body: serde_json::Value = serde_json::from_str(&message.body).unwrap();
    assert_eq!(body["data"]["id"], message.id());
    assert_eq!(
        body["data"]["subject"]["href"],
        format!("/v1/charters/{charter}/versions/1")
    );
    assert!(!message.body.contains("Un texte") && !message.body.contains("\"Charte"));
    // Verified as a receiver would, with the public key that is shown.
    let found = post
        .store
        .read(&town.director, async |db| endpoint(db, town.id(), id).await);
    let (_, found) = found.await.unwrap();
    let content = format!(
        "{}.{}.{}",
        message.id(),
        message.headers["webhook-timestamp"],
        message.body
    );
    let header = &message.headers["webhook-signature"];
    let v1a = header
        .split(' ')
        .find_map(|it| it.strip_prefix("v1a,"))
        .unwrap();
    let key = aws_lc_rs::signature::UnparsedPublicKey::new(
        &aws_lc_rs::signature::ED25519,
        found.signers[0].public,
    );
    key.verify(content.as_bytes(), &STANDARD.decode(v1a).unwrap())
        .unwrap();
}

#[tokio::test]
async fn others_are_told_while_they_may_see_it_and_not_a_moment_longer() {
    let (post, receiver) = (Post::new().await, Receiver::new().await);
    let (giver, friend, stranger) = (post.town().await, post.town().await, post.town().await);
    let events = ["resource.*"];
    post.endpoint(&friend, format!("{}/friend", receiver.address), &events)
        .await;
    post.endpoint(&stranger, format!("{}/stranger", receiver.address), &events)
        .await;
    let shown = post.endpoint(
        &giver,
        format!("{}/giver", receiver.address),
        &["resource.shared"],
    );
    shown.await;
    let charter = giver.publish("Charte", "Un texte.").await;
    let hers = giver.publish("Autre", "Un autre.").await;
    let audience = |town: &crate::fixture::Town| Audience::Collectivity { id: town.id() };
    let share = giver.share(charter, audience(&friend)).await;
    giver.share(hers, audience(&friend)).await;
    post.relay().await;
    // Taken from the feed while it was shared, due while it is not any more.
    let courier = post.courier(super::PACE);
    courier.wake(0).await.unwrap();
    giver.unshare(charter, share).await;
    let done = |it: &super::receiver::Kept| {
        let at = |path| it.iter().filter(|it| it.path == path).count();
        at("/giver") == 2 && at("/friend") >= 1
    };
    let received = post.while_delivering(receiver.until(done)).await;
    assert!(received.iter().all(|it| it.path != "/stranger"));
    for message in received.iter().filter(|it| it.path == "/friend") {
        assert!(message.body.contains(&hers.to_string()));
        assert!(!message.body.contains(&charter.to_string()));
    }
}

/// What waits for another attempt is asked for again: it may not be theirs to know any more.
#[tokio::test]
async fn a_delivery_that_waits_ends_unsent_with_the_right_to_it() {
    let post = Post::new().await;
    let receiver = Receiver::answering(|_| Some(500)).await;
    let (giver, friend) = (post.town().await, post.town().await);
    let id = post
        .endpoint(&friend, receiver.address.clone(), &["resource.shared"])
        .await;
    let charter = giver.publish("Charte", "Un texte.").await;
    let share = giver
        .share(charter, Audience::Collectivity { id: friend.id() })
        .await;
    post.relay().await;
    let log = async || {
        let read = post.store.read(&friend.director, async |db| {
            deliveries(db, friend.id(), id, None, 10).await
        });
        read.await.unwrap().1
    };
    let tried = async {
        while log().await.first().is_none_or(|it| it.attempts == 0) {
            tokio::task::yield_now().await;
        }
    };
    post.while_delivering(tried).await;
    giver.unshare(charter, share).await;
    // The next attempt is due at once, and somebody looks at it.
    let due = "update webhook_deliveries set due_at = now(); \
        update webhook_endpoints set due_at = now(), leased_until = null";
    post.database.as_owner(due).await;
    let ended = async {
        while log().await[0].state == DeliveryState::Pending {
            tokio::task::yield_now().await;
        }
    };
    post.while_delivering(ended).await;
    let log = log().await;
    assert_eq!(log.len(), 1);
    assert_eq!(
        (log[0].state, log[0].attempts),
        (DeliveryState::Withheld, 1)
    );
    let tried = post.store.read(&friend.director, async |db| {
        attempts(db, friend.id(), log[0].id).await
    });
    let (_, tried) = tried.await.unwrap();
    assert_eq!((tried.len(), tried[0].status), (1, Some(500)));
    assert_eq!(receiver.received().len(), 1);
}
