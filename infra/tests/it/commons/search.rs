//! Search: French words in whatever form, within what the caller may see at this moment.

use chrono::TimeDelta;
use maillage_domain::access::Role;
use maillage_domain::commons::{Audience, KindName, Level};
use maillage_infra::commons::{self, MARK_END, MARK_START};
use maillage_infra::testing::TestDatabase;

use crate::fixture::{Town, card};

/// Text with its marks made visible.
fn shown(text: &str) -> String {
    text.replace(MARK_START, "[").replace(MARK_END, "]")
}

#[tokio::test]
async fn french_words_are_found_by_their_stems_with_or_without_accents() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let text = "La délibération encadre les algorithmes de la bibliothèque municipale.";
    let id = town.publish("Charte des médiathèques", text).await;
    let found = async |query: &str| {
        let hits = town.search(query).await;
        hits.iter().any(|hit| hit.id == id)
    };
    for query in [
        "délibérer",
        "DELIBERATIONS",
        "algorithmique",
        "bibliotheques municipaux",
        "mediatheque",
        "\"bibliothèque municipale\"",
        "algorithme -piscine",
        "piscine or algorithme",
    ] {
        assert!(found(query).await, "{query}");
    }
    for query in [
        "piscine",
        "algorithme piscine",
        "algorithme -bibliothèque",
        "\"municipale bibliothèque\"",
        "le la des",
        "",
        "'; drop table resources; --",
        "\"",
        "& | ! ( ) : *",
    ] {
        assert!(!found(query).await, "{query}");
    }
}

#[tokio::test]
async fn plurals_after_a_vowel_are_plurals_too() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let text = "Les élus votent les lois ; nous formons aux emplois de demain.";
    let id = town.publish("Emploi", text).await;
    for query in [
        "élu",
        "elus",
        "loi",
        "lois",
        "emploi",
        "emplois",
        "élus lois",
    ] {
        let hits = town.search(query).await;
        assert_eq!(hits.first().map(|hit| hit.id), Some(id), "{query}");
    }
    assert!(town.search("nou").await.is_empty());
    let [hit] = town.search("élu").await.try_into().unwrap();
    assert!(shown(&hit.extract).contains("Les [élus] votent"));
    let [hit] = town.search("emplois").await.try_into().unwrap();
    assert_eq!(shown(&hit.title), "[Emploi]");
    assert!(shown(&hit.extract).contains("aux [emplois] de"));
}

#[tokio::test]
async fn what_was_found_is_marked_and_nobody_marks_on_purpose() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let text = format!("Avant {MARK_START}le{MARK_END} vote, un débat suit son cours.");
    let id = town.publish(&format!("V{MARK_START}otes"), &text).await;
    let [hit] = town.search("débats").await.try_into().unwrap();
    assert_eq!(hit.title, "Votes");
    let extract = "Article 1\nAvant le vote, un [débat] suit son cours";
    assert_eq!(shown(hit.extract.trim()), extract);
    let [hit] = town.search("vote").await.try_into().unwrap();
    assert_eq!(shown(&hit.title), "[Votes]");
    assert_eq!((hit.kind, hit.owner.id), (KindName::Charter, town.id()));
    town.describe(id, card(&format!("Scrutin{MARK_END}s"), &[]))
        .await;
    let [hit] = town.search("scrutin").await.try_into().unwrap();
    assert_eq!(shown(&hit.title), "[Scrutins]");
}

#[tokio::test]
async fn a_draft_is_found_by_its_owner_only() {
    let store = TestDatabase::shared().store();
    let (owner, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = owner
        .begin("Charte", "Une phrase sur les hippocampes.")
        .await;
    owner.share(id, Audience::Network).await;
    let [hit] = owner.search("hippocampe").await.try_into().unwrap();
    assert!(hit.draft);
    assert_eq!(other.search("hippocampe").await, []);
    // Nor by those of its own people who may not read drafts.
    let reader = Town {
        director: TestDatabase::shared()
            .member(&owner.tenant, &[Role::Reader])
            .await,
        ..owner.clone()
    };
    assert_eq!(reader.search("hippocampe").await, []);

    owner.try_publish(id).await.unwrap();
    assert_eq!(other.search("hippocampe").await.len(), 1);
    owner.draft(id, "Une phrase sur les libellules.").await;
    assert_eq!(other.search("libellule").await, []);
    let [hit] = owner.search("libellule").await.try_into().unwrap();
    assert!(hit.draft && hit.id == id);
    // What is published is still found, once.
    let [hit] = owner.search("hippocampe").await.try_into().unwrap();
    assert!(!hit.draft);
    let [hit] = owner.search("phrase sur").await.try_into().unwrap();
    assert!(!hit.draft);

    owner.try_publish(id).await.unwrap();
    assert_eq!(other.search("hippocampe").await, []);
    assert_eq!(other.search("libellule").await.len(), 1);
}

#[tokio::test]
async fn a_new_title_is_found_and_the_old_one_is_not() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let id = town.publish("Salamandre", "Texte.").await;
    town.describe(id, card("Triton", &["amphibien"])).await;
    assert_eq!(town.search("salamandre").await, []);
    assert_eq!(town.search("triton").await.len(), 1);
    assert_eq!(town.search("amphibiens").await.len(), 1);
    // The words of the text were kept.
    assert_eq!(town.search("triton texte").await.len(), 1);
}

#[tokio::test]
async fn pages_of_a_search_have_no_gaps_and_no_duplicates() {
    let store = TestDatabase::shared().store();
    let (owner, reader) = (Town::new(&store).await, Town::new(&store).await);
    let mut expected = Vec::new();
    for times in [1, 1, 1, 2, 2, 3, 4] {
        let id = owner.publish("Charte", &"coquelicot ".repeat(times)).await;
        owner.share(id, Audience::Network).await;
        owner
            .share(id, Audience::Collectivity { id: reader.id() })
            .await;
        expected.push(id);
    }
    expected.sort();
    for size in [1, 2, 10] {
        let mut read = Vec::new();
        loop {
            let after = read.last().map(|hit: &commons::Hit| (hit.rank, hit.id));
            let page = reader
                .read(async |db| commons::search(db, "coquelicots", None, after, size).await)
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            read.extend(page);
        }
        assert!(read.is_sorted_by(|a, b| (a.rank, a.id) > (b.rank, b.id)));
        let mut ids: Vec<_> = read.iter().map(|hit| hit.id).collect();
        ids.sort();
        assert_eq!(ids, expected);
    }
    let templates = async |db: maillage_infra::store::Db<'_>| {
        commons::search(db, "coquelicot", Some(KindName::Template), None, 10).await
    };
    assert_eq!(reader.read(templates).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_no_longer_shared_is_no_longer_found() {
    let store = TestDatabase::shared().store();
    let (owner, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = owner.publish("Charte", "Le mot tournesol.").await;
    let audience = Audience::Collectivity { id: other.id() };
    let share = owner.share(id, audience).await;
    assert_eq!(other.search("tournesol").await.len(), 1);
    owner.unshare(id, share).await;
    assert_eq!(other.search("tournesol").await, []);

    let soon = store.clock().now() + TimeDelta::hours(1);
    let share = owner
        .try_share(id, audience, Level::Read, Some(soon))
        .await
        .unwrap();
    assert_eq!(other.search("tournesol").await.len(), 1);
    let expire = format!("update shares set expires_at = now() where id = '{share}'");
    TestDatabase::shared().as_owner(&expire).await;
    assert_eq!(other.search("tournesol").await, []);

    owner.unshare(id, share).await;
    owner.share(id, audience).await;
    assert_eq!(other.search("tournesol").await.len(), 1);
    owner.withdraw(id).await;
    assert_eq!(other.search("tournesol").await, []);
    assert_eq!(owner.search("tournesol").await.len(), 1);
}
