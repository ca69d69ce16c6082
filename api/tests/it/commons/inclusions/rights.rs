//! Who may include what; and a source that goes takes nothing along (L1, L3).

use maillage_domain::access::Role;
use serde_json::{Value, json};

use super::{Desk, expected, standings, texts};
use crate::support::{Actor, Shelf, clause};

fn input(shelf: Shelf, id: &str) -> Value {
    json!({ "source": { "kind": shelf.kind(), "id": id }, "clauses": ["a"] })
}

#[actix_web::test]
async fn what_is_hidden_answers_like_what_does_not_exist() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let owner = &desk.world.agglo_director;
        let path = desk.at("/inclusions");
        let commune = desk.commune().anyway();
        let nowhere = maillage_infra::ambient::id().to_string();
        let unknown = commune.post(&path, input(shelf, &nowhere)).await;
        assert_eq!(unknown.problem(422), "invalid");
        assert_eq!(unknown.broken(), ["/source/id source_unknown"]);
        let private = shelf.published(owner, "Caché", "Secret.").await;
        let written = shelf.create(desk.commune(), "Brouillon", "").await;
        let shared = desk.source(shelf, &[clause("a", "Un.")], "reuse").await;
        let other = match shelf {
            Shelf::Charters => Shelf::Templates,
            Shelf::Templates => Shelf::Charters,
        };
        let mut late = input(shelf, &shared);
        late["source"]["version"] = json!(2);
        let hidden = [
            input(shelf, &private),
            input(shelf, &written),
            input(other, &shared),
            late,
        ];
        let plain = |answer: &crate::support::Response| {
            let mut problem = answer.json();
            problem["instance"] = json!("");
            problem
        };
        let before = desk.draft().await;
        for input in hidden {
            let answer = commune.post(&path, input).await;
            assert_eq!(plain(&answer), plain(&unknown));
        }
        // Nothing is included from there, so nothing is new, whatever stands behind the id.
        for id in [&nowhere, &private, &written, &shared] {
            let merged = desk.merge(id, 1, json!({})).await;
            assert_eq!(merged.problem(409), "nothing_new");
        }
        // What may be read but not reused is known, and refused.
        let read = desk.source(shelf, &[clause("a", "Un.")], "read").await;
        let refused = commune.post(&path, input(shelf, &read)).await;
        assert_eq!(refused.problem(403), "forbidden");
        assert_eq!(desk.draft().await.bytes(), before.bytes());
        assert_eq!(desk.sources().await, [""; 0]);
    }
}

#[actix_web::test]
async fn only_who_writes_here_includes_and_only_the_house_is_told() {
    for shelf in Shelf::ALL {
        let desk = Desk::new(shelf).await;
        let world = &desk.world;
        let from = desk.source(shelf, &[clause("a", "Un.")], "reuse").await;
        desk.include(shelf, &from, &["a"]).await.expect(200);
        shelf.publish(desk.commune(), &desk.own).await.expect(201);
        desk.source_says(shelf, &from, &[clause("a", "Deux.")])
            .await;
        let path = desk.at("/inclusions");
        let merges = desk.at("/inclusions/merges");
        let merge = json!({ "source": from, "version": 2 });
        let asks = async |actor: &Actor, status: u16| {
            let code = if status == 403 {
                "forbidden"
            } else {
                "not_found"
            };
            let begin = actor.with("if-none-match", "*");
            assert_eq!(actor.get(&path).await.problem(status), code);
            let refused = begin.post(&path, input(shelf, &from)).await;
            assert_eq!(refused.problem(status), code);
            let refused = begin.post(&merges, merge.clone()).await;
            assert_eq!(refused.problem(status), code);
        };
        let reader = world.app.member(&world.commune, &[Role::Reader]).await;
        asks(&reader, 403).await;
        asks(&world.agglo_director, 404).await;
        asks(&world.stranger_director, 404).await;
        let auditor = world.app.member(&world.commune, &[Role::Auditor]).await;
        auditor.get(&path).await.expect(200);
        for level in ["read", "reuse"] {
            for grant in desk.commune().get(&desk.at("/shares")).await.ids() {
                let grant = desk.at(&format!("/shares/{grant}"));
                desk.commune().anyway().delete(&grant).await.expect(204);
            }
            let group = json!({ "type": "group", "id": world.group });
            shelf
                .share(desk.commune(), &desk.own, group, level)
                .await
                .expect(201);
            asks(&world.agglo_director, 403).await;
            // Where we found a clause is nobody else's business.
            for rest in ["", "/lineage", "/versions/1"] {
                let told = world.agglo_director.get(&desk.at(rest)).await;
                assert!(!told.body.contains(&from), "{rest}: {}", told.body);
            }
        }
        // Who adapts the whole follows the whole, and none of its sources.
        let made = world
            .agglo_director
            .post(&desk.at("/adaptations"), json!({}))
            .await;
        made.expect(201);
        let theirs = shelf.at(&made.id(), "/inclusions");
        let told = world.agglo_director.get(&theirs).await.expect(200);
        assert_eq!(told, json!({ "sources": [] }));
    }
}

/// How a source goes from sight.
#[derive(Clone, Copy, Debug)]
enum Way {
    Withdrawn,
    Unshared,
    Expired,
    Demoted,
}

impl Way {
    async fn take(self, desk: &Desk, shelf: Shelf, id: &str) {
        let owner = desk.world.agglo_director.anyway();
        let grant = owner.get(&shelf.at(id, "/shares")).await.ids().remove(0);
        let path = shelf.at(id, &format!("/shares/{grant}"));
        match self {
            Self::Withdrawn => {
                let withdrawal = shelf.at(id, "/withdrawal");
                owner.post(&withdrawal, json!({})).await.expect(200);
            }
            Self::Unshared => {
                owner.delete(&path).await.expect(204);
            }
            Self::Expired => {
                desk.world
                    .app
                    .database
                    .let_expire(grant.parse().unwrap())
                    .await;
            }
            Self::Demoted => {
                owner.delete(&path).await.expect(204);
                let group = json!({ "type": "group", "id": desk.world.group });
                shelf.share(&owner, id, group, "read").await.expect(201);
            }
        }
    }
}

#[actix_web::test]
async fn a_source_that_goes_breaks_nothing() {
    let ways = [Way::Withdrawn, Way::Unshared, Way::Expired, Way::Demoted];
    for (way, shelf) in ways
        .into_iter()
        .flat_map(|way| Shelf::ALL.map(|it| (way, it)))
    {
        let desk = Desk::new(shelf).await;
        let from = desk.source(shelf, &[clause("a", "Un.")], "reuse").await;
        let stays = desk.source(shelf, &[clause("b", "Deux.")], "reuse").await;
        desk.include(shelf, &from, &["a"]).await.expect(200);
        desk.include(shelf, &stays, &["b"]).await.expect(200);
        let before = desk.sources().await;
        desk.source_says(shelf, &from, &[clause("a", "Des secrets.")])
            .await;
        desk.source_says(shelf, &stays, &[clause("b", "Trois.")])
            .await;
        assert_eq!(standings(&desk.sources().await), ["behind", "behind"]);
        way.take(&desk, shelf, &from).await;

        let listed = desk.commune().get(&desk.at("/inclusions")).await;
        assert!(!listed.body.contains("secrets"), "{way:?}: {}", listed.body);
        let sources = listed.expect(200)["sources"].as_array().unwrap().clone();
        assert_eq!(standings(&sources), ["hidden", "behind"], "{way:?}");
        assert_eq!(
            (&sources[0]["newest"], &sources[0]["plan"]),
            (&Value::Null, &Value::Null)
        );
        let clause = |sources: &[Value]| {
            let mut clause = sources[0]["clauses"][0].clone();
            clause["standing"] = json!("");
            clause
        };
        assert_eq!(clause(&sources), clause(&before), "the lineage stays");
        for version in [1, 2, 3] {
            let refused = desk.merge(&from, version, json!({})).await;
            assert_eq!(refused.problem(409), "nothing_new", "{way:?}");
        }
        let merged = desk.merge(&stays, 2, json!({})).await.expect(200);
        let says = [("objet", "À nous."), ("a", "Un."), ("b", "Trois.")];
        assert_eq!(texts(&merged), expected(&says));
        shelf.publish(desk.commune(), &desk.own).await.expect(201);
        let own = desk.commune().get(&desk.at("")).await.expect(200);
        assert_eq!(texts(&own), expected(&says));
    }
}
