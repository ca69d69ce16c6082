//! Figures from a table: reduced, told by line and column, and never kept.

use maillage_domain::access::Role;
use reqwest::Method;
use serde_json::json;

use super::Lab;
use crate::support::{Actor, App, Response};

async fn send(actor: &Actor, reduction: &str, table: impl Into<Vec<u8>>) -> Response {
    let actor = actor.with("content-type", "text/csv; charset=utf-8");
    let path = format!("/v1/figures?type={reduction}");
    actor.ask(Method::POST, &path, Some(table.into())).await
}

async fn reader() -> Actor {
    let tenant = App::shared().tenant().await;
    App::shared().member(&tenant, &[Role::Reader]).await
}

#[actix_web::test]
async fn observations_become_the_figures_of_a_result() {
    let lab = Lab::new(App::shared(), "meeting-minutes").await;
    lab.run().await;
    let before: Vec<f64> = (0..12).map(|n| 30.0 + f64::from(n % 3)).collect();
    let rows = before.iter().map(|before| {
        let (before, after) = (before.to_string(), (before - 4.5).to_string());
        let row = format!("Durand;{before};{after}\r\n");
        row.replace('.', ",")
    });
    let table = format!("\u{feff}Nom;Avant;Après\r\n{}", rows.collect::<String>());
    let reduced = send(&lab.lead, "paired", table).await;
    assert_eq!(reduced.etag(), "");
    assert!(!reduced.body.contains("Durand"), "{}", reduced.body);
    let told = reduced.expect(200);
    let figures = json!({ "type": "paired", "n": 12, "mean": -4.5, "sd": 0.0 });
    assert_eq!(told["figures"], figures);
    assert_eq!(told["rows"], 12);
    assert_eq!(told["ignored"], json!(["Nom"]));
    assert_eq!(told["doubts"][0]["code"], "sd_zero");

    // What was reduced is reported as it is.
    let table = "écart\n-4,5\n-1,5\n-2\n-7,25\n-4\n-3\n-3,5\n-5\n-2,5\n-6\n-4\n";
    let told = send(&lab.lead, "paired", table).await.expect(200);
    assert_eq!(told["doubts"], json!([]));
    let mut report = super::paired(0, 0.0, 0.0);
    report["figures"] = told["figures"].clone();
    let first = lab.lead.with("if-none-match", "*");
    let kept = first
        .put(&lab.at("/results/temps"), report)
        .await
        .expect(201);
    assert_eq!(kept["figures"], told["figures"]);
}

#[actix_web::test]
async fn groups_come_one_by_one_or_summarised() {
    let reader = reader().await;
    let one_by_one = "group,value\ntreated,1\ntreated,3\ncontrol,4\ncontrol,8\n";
    let told = send(&reader, "means", one_by_one).await.expect(200);
    assert_eq!(told["figures"]["treated"]["mean"], 2.0);
    assert_eq!(told["figures"]["control"]["n"], 2);
    let summarised = "groupe;effectif;moyenne;écart type\nessai;40;21,5;6,2\ntémoin;38;24;7\n";
    let told = send(&reader, "means", summarised).await.expect(200);
    assert_eq!(
        told["figures"]["treated"],
        json!({ "n": 40, "mean": 21.5, "sd": 6.2 })
    );
    assert_eq!(told["rows"], 2);
    let events = "groupe;évènement\nessai;oui\nessai;non\ntémoin;non\n";
    let told = send(&reader, "events", events).await.expect(200);
    let figures = json!({ "type": "events", "treated": { "events": 1, "n": 2 },
        "control": { "events": 0, "n": 1 } });
    assert_eq!(told["figures"], figures);
    let told = send(&reader, "proportion", "n,events\n120,6\n")
        .await
        .expect(200);
    assert_eq!(
        told["figures"],
        json!({ "type": "proportion", "events": 6, "n": 120 })
    );
}

#[actix_web::test]
async fn what_is_wrong_is_told_by_line_and_column() {
    let tenant = App::shared().tenant().await;
    let director = App::shared().member(&tenant, &[Role::Director]).await;
    let before = App::shared().database.footprint(tenant.id.0).await;
    let head = "groupe;valeur\nessai;1\nessai;2\ntémoin;3\n";
    let row = |row: &str| format!("{head}{row}\ntémoin;4\n").into_bytes();
    let many = format!("groupe;valeur\n{}", "essai;1\n".repeat(100_001));
    for (table, broken) in [
        (vec![], "/header header_missing"),
        (
            b"essai;1\ntemoin;2\n".to_vec(),
            "/header/group column_missing",
        ),
        (b"groupe;valeur\n".to_vec(), "/rows rows_missing"),
        (
            b"groupe;valeur;Value\n".to_vec(),
            "/header/value column_duplicate",
        ),
        (b"groupe;valeur\nt\xe9moin;1\n".to_vec(), " csv_encoding"),
        (row("essai;\"5"), " csv_quotes"),
        (row("essai;NaN"), "/rows/5/value cell_number"),
        (row("essai;inf"), "/rows/5/value cell_number"),
        (row("essai;1e400"), "/rows/5/value cell_out_of_range"),
        (row("essai;=1+1"), "/rows/5/value cell_number"),
        (row("autre;1"), "/rows/5/group cell_group"),
        (row("essai;"), "/rows/5/value cell_missing"),
        (row("essai,1"), "/rows/5 row_length"),
        (row("essai;\"1\n2\""), "/rows/5/value cell_line_break"),
        (many.into_bytes(), "/rows rows_too_many"),
    ] {
        let refused = send(&director, "means", table).await;
        assert_eq!(refused.problem(422), "invalid", "{broken}");
        assert_eq!(refused.broken()[0], broken);
        let problem = refused.json();
        assert_ne!(
            problem["errors"][0]["detail"], "Valeur refusée.",
            "{broken}"
        );
        let counted = problem.get("total_errors").is_some();
        assert!(!counted, "{problem}");
    }
    let bad = format!("groupe;valeur\n{}", "Durand;Martin\n".repeat(50));
    let refused = send(&director.with("accept-language", "en"), "means", bad).await;
    let problem = refused.expect(422);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 20);
    assert_eq!(problem["total_errors"], 100);
    assert_eq!(
        problem["errors"][0]["detail"],
        "Expected: treated (essai) or control (témoin)."
    );
    assert!(!refused.body.contains("Durand") && !refused.body.contains("Martin"));
    assert_eq!(App::shared().database.footprint(tenant.id.0).await, before);
}

#[actix_web::test]
async fn a_table_has_at_most_4_mib_and_its_type() {
    const MAX: usize = 4 * 1024 * 1024;
    let reader = reader().await;
    let table = "event\n1\n0\n".to_owned();
    // Empty lines fill it up.
    let filled = |length: usize| table.clone() + &"\n".repeat(length - table.len());
    send(&reader, "proportion", filled(MAX)).await.expect(200);
    let refused = send(&reader, "proportion", filled(MAX + 1)).await;
    assert_eq!(refused.problem(413), "payload_too_large");
    for kind in [
        "application/json",
        "text/plain",
        "text/csvx",
        "application/vnd.ms-excel",
    ] {
        let actor = reader.with("content-type", kind);
        let body = Some(table.clone().into_bytes());
        let refused = actor
            .ask(Method::POST, "/v1/figures?type=proportion", body)
            .await;
        assert_eq!(refused.problem(415), "unsupported_file", "{kind}");
    }
    for (query, broken) in [
        ("", "type missing_field"),
        ("?type=contrast", "type invalid_value"),
        ("?type=means&more=1", "more unknown_field"),
    ] {
        let actor = reader.with("content-type", "text/csv");
        let path = format!("/v1/figures{query}");
        let refused = actor
            .ask(Method::POST, &path, Some(table.clone().into_bytes()))
            .await;
        assert_eq!(refused.problem(400), "invalid_request");
        assert_eq!(refused.broken(), [broken]);
    }
}

#[actix_web::test]
async fn a_key_belongs_to_one_table_and_one_type() {
    let reader = reader().await.with("idempotency-key", "tableau");
    let table = "n;events\n5;2\n";
    let first = send(&reader, "proportion", table).await;
    first.expect(200);
    let again = send(&reader, "proportion", table).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    let other = send(&reader, "proportion", "n;events\n5;3\n").await;
    assert_eq!(other.problem(422), "idempotency_key_reused");
    let other = send(&reader, "paired", "n;mean;sd\n5;3;1\n").await;
    assert_eq!(other.problem(422), "idempotency_key_reused");
}
