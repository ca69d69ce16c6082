//! The chain: complete, in order, paged, and broken by whoever lays hands on it.

use futures::future::join_all;
use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_domain::value::Digest;
use maillage_infra::testing::{Tampering, Tenant};
use serde_json::{Value, json};

use crate::support::{Actor, App, charter};

/// A tenant with a few records, and who may look at them.
async fn told(app: &App) -> (Tenant, Actor) {
    let tenant = app.tenant().await;
    let auditor = app
        .member(&tenant, &[Role::Auditor, Role::Contributor])
        .await;
    for n in 0..4 {
        let input = charter(&format!("Charte {n}"), "Texte.");
        auditor.post("/v1/charters", input).await.expect(201);
    }
    (tenant, auditor)
}

/// Every record, newest first, page by page.
async fn records(auditor: &Actor, limit: u32) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = auditor.get(&format!("/v1/audit?limit={limit}{next}")).await;
        let body = page.expect(200);
        all.extend(body["items"].as_array().unwrap().iter().cloned());
        match body["next"].as_str() {
            Some(cursor) => {
                assert!(page.header("link").contains(cursor));
                next = format!("&cursor={cursor}");
            }
            None => return all,
        }
    }
}

async fn verified(auditor: &Actor) -> Value {
    auditor.get("/v1/audit/verification").await.expect(200)
}

#[actix_web::test]
async fn records_are_listed_newest_first_without_gaps() {
    let (_, auditor) = told(App::shared()).await;
    let all = records(&auditor, 100).await;
    assert_eq!(records(&auditor, 3).await, all);
    assert_eq!(records(&auditor, 1).await, all);
    let sequences: Vec<_> = all
        .iter()
        .map(|it| it["sequence"].as_i64().unwrap())
        .collect();
    let last = sequences[0];
    assert_eq!(sequences, (1..=last).rev().collect::<Vec<_>>());
    assert_json_snapshot!(all[0], {
        ".at" => "[at]",
        ".actor" => "[id]",
        ".fact.resource" => "[id]",
        ".previous" => "[digest]",
        ".digest" => "[digest]",
    });
}

#[actix_web::test]
async fn each_record_carries_the_digest_of_the_one_before() {
    let (_, auditor) = told(App::shared()).await;
    let mut all = records(&auditor, 100).await;
    all.reverse();
    let mut previous = "0".repeat(64);
    for record in &all {
        assert_eq!(record["previous"], previous);
        // As documented: the canonical JSON of the record without its own digest.
        let mut content = record.clone();
        let digest = content.as_object_mut().unwrap().remove("digest").unwrap();
        assert_eq!(Digest::of(&content).unwrap().to_string(), digest);
        digest.as_str().unwrap().clone_into(&mut previous);
    }
    let whole = json!({ "intact": true, "verified": all.len(), "broken_at": null });
    assert_eq!(verified(&auditor).await, whole);
}

#[actix_web::test]
async fn tampering_shows() {
    let app = App::shared();
    for (how, broken_at) in [
        (Tampering::Rewrite(3), 3),
        (Tampering::Reattribute(1), 1),
        (Tampering::Redate(4), 4),
        (Tampering::Redigest(2), 2),
        (Tampering::Shorten(3), 3),
        (Tampering::Remove(1), 2),
        (Tampering::Remove(3), 4),
    ] {
        let (tenant, auditor) = told(app).await;
        let (other, watcher) = told(app).await;
        let before = verified(&watcher).await;
        assert_eq!(verified(&auditor).await["intact"], true);
        app.database.tamper(tenant.id.0, how).await;
        let intact = broken_at - 1 - i64::from(matches!(how, Tampering::Remove(_)));
        let broken = json!({ "intact": false, "verified": intact, "broken_at": broken_at });
        assert_eq!(verified(&auditor).await, broken, "{how:?}");
        records(&auditor, 100).await;
        // What happens later does not heal it, and nobody else is concerned.
        auditor
            .post("/v1/charters", charter("Charte", "Texte."))
            .await
            .expect(201);
        assert_eq!(verified(&auditor).await, broken, "{how:?}");
        assert_eq!(verified(&watcher).await, before, "{}", other.siren);
    }
}

#[actix_web::test]
async fn a_chain_that_was_cut_off_shows_too() {
    let app = App::shared();
    let (tenant, auditor) = told(app).await;
    let last = verified(&auditor).await["verified"].as_i64().unwrap();
    app.database
        .tamper(tenant.id.0, Tampering::Remove(last))
        .await;
    let broken = json!({ "intact": false, "verified": last - 1, "broken_at": last });
    assert_eq!(verified(&auditor).await, broken);
}

#[actix_web::test]
async fn writers_at_once_make_one_chain() {
    let (_, auditor) = told(App::shared()).await;
    let before = verified(&auditor).await["verified"].as_u64().unwrap();
    let write = |n: usize| {
        let auditor = &auditor;
        async move {
            auditor
                .post("/v1/charters", charter(&format!("Charte {n}"), "Texte."))
                .await
        }
    };
    for answer in join_all((0..20).map(write)).await {
        answer.expect(201);
    }
    let whole = json!({ "intact": true, "verified": before + 20, "broken_at": null });
    assert_eq!(verified(&auditor).await, whole);
}

#[actix_web::test]
async fn only_administrators_and_auditors_read_the_trail() {
    let app = App::shared();
    let (tenant, _) = told(app).await;
    for role in Role::ALL {
        let actor = app.member(&tenant, &[*role]).await;
        let may = matches!(role, Role::Administrator | Role::Auditor);
        for path in ["/v1/audit", "/v1/audit/verification"] {
            let asked = actor.get(path).await;
            assert_eq!(
                asked.status.as_u16(),
                if may { 200 } else { 403 },
                "{role} {path}"
            );
        }
    }
    let (_, elsewhere) = told(app).await;
    let first = app
        .actor(&tenant.administrator)
        .get("/v1/audit?limit=1")
        .await
        .expect(200);
    let cursor = first["next"].as_str().unwrap();
    let stolen = elsewhere.get(&format!("/v1/audit?cursor={cursor}")).await;
    assert_eq!(stolen.problem(400), "invalid_cursor");
}
