//! L-5 through side windows: what a role may not read at its address, it does not find in a search.

use maillage_domain::access::{Actor, Member, Relation, Role, Roles, Verb, decide};
use maillage_domain::value::{CollectivityId, PersonId};
use maillage_infra::ambient;
use serde_json::json;

use super::stage::{Stage, app, count};
use crate::support::charter;

/// Whether the policy lets someone with this role read drafts of their own collectivity.
fn reads_drafts(role: Role) -> bool {
    let member = Member {
        person: PersonId(ambient::id()),
        collectivity: CollectivityId(ambient::id()),
        roles: Roles::of(&[role]),
    };
    decide(Verb::ReadDraft, &Actor::Member(member), Relation::Own).is_ok()
}

#[actix_web::test]
async fn only_who_reads_drafts_finds_their_words() {
    let stage = Stage::new(app().await).await;
    let (word, old) = (format!("belette{}", count()), format!("hermine{}", count()));
    // One resource was never published; of the other the newest words are not published yet.
    let created = stage
        .champion()
        .post("/v1/charters", charter("Une", &word))
        .await;
    let never = created.id();
    let created = stage
        .champion()
        .post("/v1/charters", charter("Deux", &old))
        .await;
    let once = created.id();
    stage.publish("charters", &once).await;
    let draft = charter("Deux", &word)["body"].clone();
    let path = format!("/v1/charters/{once}/draft");
    let begin = stage.champion().with("if-none-match", "*");
    begin.put(&path, draft).await.expect(201);

    let mut readers = 0;
    for role in Role::ALL {
        let actor = stage.app.member(&stage.owner.tenant, &[*role]).await;
        let mut found = actor.get(&format!("/v1/search?q={word}")).await.ids();
        found.sort();
        let draft = actor.get(&path).await.status;
        if reads_drafts(*role) {
            let mut both = vec![never.clone(), once.clone()];
            both.sort();
            assert_eq!(found, both, "{role}");
            assert_eq!(draft, 200, "{role}");
            readers += 1;
        } else {
            assert_eq!(found, Vec::<String>::new(), "{role}");
            assert_eq!(draft, 403, "{role}");
        }
        let published = actor.get(&format!("/v1/search?q={old}")).await;
        assert_eq!(published.ids(), vec![once.clone()], "{role}");
    }
    assert!((1..Role::ALL.len()).contains(&readers));
}

#[actix_web::test]
async fn others_find_what_is_published_and_not_what_is_being_written() {
    let stage = Stage::new(app().await).await;
    let (id, _) = stage.published("charters").await.unwrap();
    let word = format!("belette{}", count());
    let path = format!("/v1/charters/{id}/draft");
    let found = stage.champion().get(&path).await;
    let draft = charter("Titre", &word)["body"].clone();
    stage
        .champion()
        .matching(&found)
        .put(&path, draft)
        .await
        .expect(200);
    for party in [&stage.fellow, &stage.newcomer, &stage.host] {
        let hits = party.actor.get(&format!("/v1/search?q={word}")).await;
        assert_eq!(hits.expect(200)["items"], json!([]));
        let hits = party
            .actor
            .get(&format!("/v1/search?q={}", stage.word))
            .await;
        assert_eq!(hits.ids(), vec![id.clone()]);
    }
}
