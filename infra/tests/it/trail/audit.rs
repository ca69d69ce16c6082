//! The audit chain: whole whoever writes at once, and tampering shows (L5, L6).

use maillage_domain::access::Verb;
use maillage_infra::error::StoreError;
use maillage_infra::store::{Bearer, Db, Store, Tx};
use maillage_infra::testing::TestDatabase;
use maillage_infra::trail::{AuditRecord, AuditVerdict, audit_page, refused, verify_audit};

use serde_json::json;

use crate::fixture::{Town, ask};

async fn verify(store: &Store, bearer: &Bearer) -> AuditVerdict {
    let verified = store.read(bearer, async |db| verify_audit(db).await).await;
    verified.unwrap().1
}

fn whole(verified: i64) -> AuditVerdict {
    AuditVerdict {
        verified,
        broken_at: None,
    }
}

/// Everything the chain holds, oldest first.
async fn records(town: &Town) -> Vec<AuditRecord> {
    let all = async |db: Db<'_>| audit_page(db, i64::MAX, 10_000).await;
    let mut records = town.read(all).await.unwrap();
    records.reverse();
    records
}

/// Leaves `count` records in one transaction.
async fn leave(store: &Store, bearer: &Bearer, count: usize) {
    let leave = async |tx: &mut Tx| {
        for _ in 0..count {
            refused(tx, Verb::Publish).await?;
        }
        Ok::<_, StoreError>(())
    };
    store.write(bearer, leave).await.unwrap();
}

#[tokio::test]
async fn many_writers_at_once_make_one_chain_without_gaps() {
    let db = TestDatabase::shared();
    let town = Town::new(&db.store()).await;
    let before = records(&town).await.len();
    let other = db.store();
    let stores = [&town.store, &other];
    let bearers = [&town.director, &town.tenant.administrator];
    let writers = (0..60).map(|n| leave(stores[n % 2], bearers[n / 2 % 2], 1 + n % 3));
    let looks = (0..20).map(|_| verify(&other, &town.director));
    let (_, verdicts) = futures::join!(
        futures::future::join_all(writers),
        futures::future::join_all(looks)
    );
    // Whoever looks meanwhile sees a shorter chain, never a broken one.
    assert!(verdicts.iter().all(|verdict| verdict.broken_at.is_none()));

    let records = records(&town).await;
    let count = before + 120;
    assert_eq!(records.len(), count);
    let sequences = records.iter().map(|it| it.sequence);
    assert!(sequences.eq(1..=i64::try_from(count).unwrap()));
    let chained = records
        .windows(2)
        .all(|pair| pair[1].previous == pair[0].digest);
    assert!(chained);
    assert_eq!(
        verify(&town.store, &town.director).await,
        whole(count as i64)
    );
}

#[tokio::test]
async fn every_record_has_its_event() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    town.publish("Charte", "Texte.").await;
    let unequal = format!(
        "select count(*) from \
            (select at, fact, count(*) n from audit_records where tenant_id = '{0}' group by 1, 2) a \
         full join (select at, fact, count(*) n from outbox where tenant_id = '{0}' group by 1, 2) o \
            on a.at = o.at and a.fact = o.fact and a.n = o.n \
         where a.n is null or o.n is null",
        town.id()
    );
    assert_eq!(ask::<i64>(&unequal).await, 0);
    let kinds: Vec<_> = records(&town)
        .await
        .iter()
        .map(|it| it.fact["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "collectivity.registered",
            "membership.joined",
            "session.opened",
            "membership.invited",
            "membership.joined",
            "session.opened",
            "resource.created",
            "resource.published"
        ]
    );
}

#[tokio::test]
async fn a_long_chain_is_read_in_pages_and_verified_to_its_end() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let before = i64::try_from(records(&town).await.len()).unwrap();
    leave(&town.store, &town.director, 1_200).await;
    assert_eq!(
        verify(&town.store, &town.director).await,
        whole(before + 1_200)
    );
    let page = async |before| {
        let page = async |db: Db<'_>| audit_page(db, before, 3).await;
        let page = town.read(page).await.unwrap();
        page.iter().map(|it| it.sequence).collect::<Vec<_>>()
    };
    let last = before + 1_200;
    assert_eq!(page(i64::MAX).await, [last, last - 1, last - 2]);
    assert_eq!(page(3).await, [2, 1]);
}

/// A chain of ten records that somebody tampers with, above all policies.
async fn tampered(how: &str) -> AuditVerdict {
    let db = TestDatabase::shared();
    let town = Town::new(&db.store()).await;
    let before = records(&town).await.len();
    leave(&town.store, &town.director, 10 - before).await;
    assert_eq!(verify(&town.store, &town.director).await, whole(10));
    db.as_owner(&how.replace("{tenant}", &town.id().to_string()))
        .await;
    verify(&town.store, &town.director).await
}

#[tokio::test]
async fn an_altered_record_shows() {
    for change in [
        "fact = jsonb_set(fact, '{verb}', '\"read\"')",
        "fact = fact || '{\"more\": 1}'",
        "at = at + interval '1 microsecond'",
        "actor = null",
        "previous = digest",
        "digest = sha256(digest)",
        "digest = ''",
        "digest = digest || digest",
        "previous = substr(previous, 2)",
    ] {
        let record = "where tenant_id = '{tenant}' and sequence = 7";
        let verdict = tampered(&format!("update audit_records set {change} {record}")).await;
        assert_eq!(verdict.broken_at, Some(7), "{change}");
        assert_eq!(verdict.verified, 6, "{change}");
    }
}

#[tokio::test]
async fn what_is_no_digest_is_shown_as_it_stands() {
    let db = TestDatabase::shared();
    let town = Town::new(&db.store()).await;
    let before = records(&town).await;
    let shorten = "update audit_records set digest = substr(digest, 1, 3)";
    db.as_owner(&format!("{shorten} where tenant_id = '{}'", town.id()))
        .await;
    let after = records(&town).await;
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(after) {
        assert_eq!(after.digest, before.digest[..6]);
    }
}

#[tokio::test]
async fn a_record_that_was_taken_out_or_put_elsewhere_shows() {
    let gone = "delete from audit_records where tenant_id = '{tenant}' and sequence = 7";
    assert_eq!(tampered(gone).await.broken_at, Some(8));
    let closed = format!(
        "{gone}; update audit_records set sequence = sequence - 1 \
         where tenant_id = '{{tenant}}' and sequence > 7"
    );
    assert_eq!(tampered(&closed).await.broken_at, Some(7));
    let first = "delete from audit_records where tenant_id = '{tenant}' and sequence = 1";
    assert_eq!(tampered(first).await.broken_at, Some(2));
}

#[tokio::test]
async fn a_cut_tail_shows() {
    let cut = "delete from audit_records where tenant_id = '{tenant}' and sequence > 8";
    assert_eq!(tampered(cut).await.broken_at, Some(9));
    let all = "delete from audit_records where tenant_id = '{tenant}'";
    assert_eq!(tampered(all).await.broken_at, Some(1));
    let head = "; delete from audit_heads where tenant_id = '{tenant}'";
    assert_eq!(tampered(&format!("{cut}{head}")).await.broken_at, Some(9));
}

#[tokio::test]
async fn the_platform_has_a_chain_of_its_own() {
    let db = TestDatabase::shared();
    let operator = db.operator().await.bearer;
    // Whoever runs the platform was appointed by the owner of the database, which is told too.
    let nobody = uuid::Uuid::nil();
    let fact = json!({"type": "operator.appointed", "person": operator.person});
    let [told] = <[_; 1]>::try_from(db.told(&[nobody]).await).unwrap();
    for facts in [told.audited, told.posted] {
        assert_eq!(facts.iter().filter(|it| **it == fact).count(), 1);
    }
    let verdict = verify(&db.store(), &operator).await;
    assert_eq!(verdict.broken_at, None);
    assert!(verdict.verified > 0);
}
