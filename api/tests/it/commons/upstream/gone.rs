//! A source that goes takes nothing along, and gives nothing more (L3).

use serde_json::{Value, json};

use super::{Pair, texts};
use crate::support::Shelf;

/// How a source goes from the sight of who adapted it.
#[derive(Clone, Copy, Debug)]
enum Way {
    Withdrawn,
    Unshared,
    OnlyToRead,
    Expired,
    OwnerLeft,
    AdapterSuspended,
}

impl Way {
    const ALL: [Self; 6] = [
        Self::Withdrawn,
        Self::Unshared,
        Self::OnlyToRead,
        Self::Expired,
        Self::OwnerLeft,
        Self::AdapterSuspended,
    ];

    async fn take(self, pair: &Pair) {
        let (world, shelf) = (&pair.world, pair.shelf);
        let owner = world.agglo_director.anyway();
        let grants = owner.get(&shelf.at(&pair.source, "/shares")).await.ids();
        let participants = format!("/v1/groups/{}/participants", world.group);
        match self {
            Self::Withdrawn => {
                let withdrawal = shelf.at(&pair.source, "/withdrawal");
                owner.post(&withdrawal, json!({})).await.expect(200);
            }
            Self::Unshared => {
                let grant = shelf.at(&pair.source, &format!("/shares/{}", grants[0]));
                owner.delete(&grant).await.expect(204);
            }
            Self::OnlyToRead => {
                let grant = shelf.at(&pair.source, &format!("/shares/{}", grants[0]));
                owner.delete(&grant).await.expect(204);
                let group = json!({ "type": "group", "id": world.group });
                let again = shelf.share(&owner, &pair.source, group, "read").await;
                again.expect(201);
            }
            Self::Expired => {
                let grant = grants[0].parse().unwrap();
                world.app.database.let_expire(grant).await;
            }
            Self::OwnerLeft => {
                let own = |siren| format!("{participants}/{siren}");
                let heir = own(&world.commune.siren);
                let role = json!({ "role": "coordinator" });
                owner.patch(&heir, role).await.expect(200);
                owner.delete(&own(&world.agglo.siren)).await.expect(200);
            }
            Self::AdapterSuspended => {
                let suspension = format!("{participants}/{}/suspension", world.commune.siren);
                owner.post(&suspension, json!({})).await.expect(200);
            }
        }
    }
}

#[actix_web::test]
async fn what_was_made_stays_and_takes_nothing_in_any_more() {
    for (way, shelf) in Way::ALL
        .into_iter()
        .flat_map(|way| Shelf::ALL.map(|shelf| (way, shelf)))
    {
        let pair = Pair::new(shelf, &[("a", "Un.")]).await;
        let made = pair.upstream().await;
        pair.source_says(&[("a", "Deux secrets.")]).await;
        assert_eq!(pair.upstream().await["standing"], "behind", "{way:?}");
        way.take(&pair).await;

        let gone = pair.commune().get(&pair.at("/upstream")).await;
        let told = gone.expect(200);
        assert_eq!(told["standing"], "hidden", "{way:?}");
        assert_eq!(
            (&told["newest"], &told["plan"]),
            (&Value::Null, &Value::Null)
        );
        assert!(!gone.body.contains("secrets"), "{way:?}: {}", gone.body);
        assert_eq!(
            (&told["source"], &told["taken"]),
            (&made["source"], &made["taken"])
        );
        for version in [1, 2, 3] {
            let refused = pair.merge(json!({ "version": version })).await;
            assert_eq!(refused.problem(409), "nothing_new", "{way:?}");
        }
        // It is read, written and published as before.
        let draft = pair.draft().await.expect(200);
        assert_eq!(texts(&draft), ["Un."]);
        pair.own_says(&[("a", "Un, chez nous.")]).await;
        shelf.publish(pair.commune(), &pair.own).await.expect(201);
        let own = pair.commune().get(&pair.at("")).await.expect(200);
        assert_eq!(texts(&own), ["Un, chez nous."]);
    }
}

#[actix_web::test]
async fn what_is_offered_again_is_taken_in_again() {
    let pair = Pair::new(Shelf::Charters, &[("a", "Un.")]).await;
    Way::Withdrawn.take(&pair).await;
    assert_eq!(pair.upstream().await["standing"], "hidden");
    pair.source_says(&[("a", "Deux.")]).await;
    assert_eq!(pair.upstream().await["standing"], "behind");
    let merged = pair.merge(json!({ "version": 2 })).await.expect(200);
    assert_eq!(texts(&merged), ["Deux."]);
}

#[actix_web::test]
async fn who_goes_after_the_plan_was_read_gives_nothing() {
    let pair = Pair::new(Shelf::Charters, &[("a", "Un.")]).await;
    pair.source_says(&[("a", "Deux.")]).await;
    let plan = pair.upstream().await;
    let before = pair.draft().await;
    Way::Unshared.take(&pair).await;
    let late = pair
        .merge(json!({ "version": plan["newest"]["version"] }))
        .await;
    assert_eq!(late.problem(409), "nothing_new");
    assert_eq!(pair.draft().await.bytes(), before.bytes());
}
