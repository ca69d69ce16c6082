//! Jobs and imports over HTTP: lines become what they ask for, once, and the report says so.

use maillage_domain::access::{Role, Scopes, Verb};
use reqwest::Method;
use serde_json::{Value, json};

use super::Home;
use crate::support::{Actor, Response, charter};

async fn send(actor: &Actor, path: &str, kind: &'static str, file: &str) -> Response {
    let actor = actor.with("content-type", kind);
    actor.ask(Method::POST, path, Some(file.into())).await
}

/// Waits until a job has ended, by following it.
/// A job once it has ended.
pub async fn ended(actor: &Actor, asked: &Response) -> Value {
    let path = asked.header("location").to_owned();
    loop {
        let events = actor.get(&format!("{path}/events")).await;
        assert_eq!(events.status, 200);
        let job = actor.get(&path).await.expect(200);
        if !job["ended_at"].is_null() {
            return job;
        }
    }
}

async fn report(actor: &Actor, job: &Value) -> Vec<Value> {
    let result = actor.get(job["result"].as_str().unwrap()).await;
    assert_eq!(result.status, 200, "{}", result.body);
    let lines = result.body.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const CSV: &str = "text/csv";
const JSONL: &str = "application/x-ndjson";

const CHARTERS: &str = "\u{feff}title;summary;tags;text\n\
    Charte A;Essai.;ia|essai;\"# Objet\n\nCe texte vaut pour tous.\"\n\
    =cmd();;;\"# Objet\n\nx\"\n\
    Charte B;;;sans titre de clause\n\
    ;;;\"# Objet\n\nx\"\n\
    Charte C;;;\"# Objet\n\n- une liste\"\n";

#[actix_web::test]
async fn charters_of_a_table_are_made_line_by_line() {
    let home = Home::new().await;
    let asked = send(
        &home.creator,
        "/v1/resource-imports?kind=charter",
        CSV,
        CHARTERS,
    )
    .await;
    let seen = asked.expect(202);
    assert_eq!(
        (&seen["kind"], &seen["total"]),
        (&json!("import_resources"), &json!(5))
    );
    let job = ended(&home.creator, &asked).await;
    assert_eq!(job["state"], "succeeded");
    assert_eq!(
        job["report"],
        json!({ "accepted": 2, "refused": 3, "dry_run": false })
    );
    let lines = report(&home.creator, &job).await;
    let told: Vec<_> = lines
        .iter()
        .map(|it| (it["line"].as_u64().unwrap(), it["status"].as_str().unwrap()))
        .collect();
    let statuses: Vec<_> = told.iter().map(|(_, status)| *status).collect();
    assert_eq!(
        statuses,
        ["created", "refused", "refused", "refused", "created"]
    );
    assert_eq!(told[0].0, 2);
    let formula = json!([{ "column": "title", "code": "cell_formula" }]);
    assert_eq!(lines[1]["errors"], formula);
    assert_eq!(lines[2]["errors"][0]["column"], "text");
    assert_eq!(lines[3]["errors"][0]["column"], "title");
    let made = format!("/v1/charters/{}", lines[0]["id"].as_str().unwrap());
    let made = home.creator.get(&made).await.expect(200);
    assert_eq!(
        (&made["title"], &made["tags"]),
        (&json!("Charte A"), &json!(["ia", "essai"]))
    );
}

#[actix_web::test]
async fn a_dry_run_says_the_same_and_keeps_nothing() {
    let home = Home::new().await;
    let path = "/v1/resource-imports?kind=charter&dry_run=true";
    let asked = send(&home.creator, path, CSV, CHARTERS).await;
    let job = ended(&home.creator, &asked).await;
    assert_eq!(
        job["report"],
        json!({ "accepted": 2, "refused": 3, "dry_run": true })
    );
    let lines = report(&home.creator, &job).await;
    assert_eq!(lines[0], json!({ "line": 2, "status": "valid" }));
    let list = home.creator.get("/v1/charters").await.expect(200);
    assert_eq!(list["items"], json!([]));
}

#[actix_web::test]
async fn json_lines_say_what_a_post_takes_and_deep_ones_are_refused() {
    let home = Home::new().await;
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let file = format!(
        "{}\nno json\n{deep}\n{}\n",
        json!({ "name": "Un" }),
        json!({ "name": "Deux", "x": 1 })
    );
    let asked = send(&home.creator, "/v1/group-imports", JSONL, &file).await;
    let job = ended(&home.creator, &asked).await;
    let lines = report(&home.creator, &job).await;
    let codes: Vec<_> = lines.iter().map(|it| it["code"].as_str()).collect();
    let (json, field) = (Some("invalid_json"), Some("invalid_request"));
    assert_eq!(codes, [None, json, lines[2]["code"].as_str(), field]);
    assert_eq!(lines[2]["status"], "refused");
    assert_eq!(
        lines[3]["errors"],
        json!([{ "pointer": "/x", "code": "unknown_field" }])
    );
    let groups = home.creator.get("/v1/groups").await.expect(200);
    assert_eq!(groups["items"].as_array().unwrap().len(), 1);

    let charter = charter("Charte", "Texte.").to_string();
    let asked = send(
        &home.creator,
        "/v1/resource-imports?kind=charter",
        JSONL,
        &charter,
    )
    .await;
    assert_eq!(ended(&home.creator, &asked).await["report"]["accepted"], 1);
}

#[actix_web::test]
async fn tokens_of_invitations_are_for_who_has_the_key() {
    let home = Home::new().await;
    let name = home.tenant.id.to_string();
    let file = format!(
        "email,name,roles\na@{name}.example,A,reader|dpo\nb@{name}.example,B,chef\na@{name}.example,A,reader\n"
    );
    let asked = send(&home.creator, "/v1/invitation-imports", CSV, &file).await;
    let key = asked.expect(202)["result_key"].as_str().unwrap().to_owned();
    let job = ended(&home.creator, &asked).await;
    let lines = report(&home.creator, &job).await;
    let statuses: Vec<_> = lines
        .iter()
        .map(|it| it["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["created", "refused", "refused"]);
    assert_eq!(lines[2]["code"], "already_invited");
    assert_eq!(lines[1]["errors"][0]["column"], "roles");
    assert!(lines[0]["token"].is_null());
    assert!(home.app.database.told(&[home.tenant.id.0]).await.len() == 1);

    let keyed = home.creator.with("result-key", &key);
    let token = report(&keyed, &job).await[0]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let input = json!({ "token": token, "password": "sept mésanges sur un toit bleu" });
    let nobody = home.app.anonymous();
    let accepted = nobody.post("/v1/invitations/acceptances", input).await;
    assert_eq!(accepted.expect(201)["roles"], json!(["dpo", "reader"]));

    let wrong = format!("mlg_rk_{}", "x".repeat(43));
    let wrong = home.creator.with("result-key", &wrong);
    let refused = wrong.get(job["result"].as_str().unwrap()).await;
    assert_eq!(refused.problem(400), "invalid_request");
    assert_eq!(refused.json()["errors"][0]["code"], "result_key_wrong");
}

#[actix_web::test]
async fn a_table_with_another_heading_is_refused_at_once() {
    let home = Home::new().await;
    for (file, rule) in [
        ("name\n", "lines_empty"),
        ("purpose\nx\n", "column_missing"),
        ("name,other\nx,y\n", "column_unknown"),
        ("name,name\nx,y\n", "column_duplicate"),
    ] {
        let refused = send(&home.creator, "/v1/group-imports", CSV, file).await;
        assert_eq!(refused.problem(422), "invalid");
        assert_eq!(refused.json()["errors"][0]["code"], rule);
    }
    let many = format!("name\n{}", "x\n".repeat(10_001));
    let refused = send(&home.creator, "/v1/group-imports", CSV, &many).await;
    assert_eq!(refused.json()["errors"][0]["code"], "lines_too_many");
    let refused = send(&home.creator, "/v1/group-imports", "text/plain", "x").await;
    assert_eq!(refused.problem(415), "unsupported_file");
    let path = "/v1/resource-imports?kind=experiment";
    assert_eq!(
        send(&home.creator, path, CSV, CHARTERS).await.problem(415),
        "unsupported_file"
    );
}

#[actix_web::test]
async fn nobody_imports_what_they_could_not_do_by_hand() {
    let home = Home::new().await;
    let reader = home.app.member(&home.tenant, &[Role::Reader]).await;
    let software = home.software(Scopes::all()).await;
    let software = home.app.software(&software.bearer);
    let (people, groups) = ("/v1/invitation-imports", "/v1/group-imports");
    for path in [people, groups, "/v1/resource-imports?kind=charter"] {
        assert_eq!(
            send(&reader, path, CSV, "x\n").await.problem(403),
            "forbidden"
        );
    }
    for path in [people, groups] {
        assert_eq!(
            send(&software, path, CSV, "x\n").await.problem(403),
            "forbidden"
        );
    }
    let line = charter("Charte", "Texte.").to_string();
    let path = "/v1/resource-imports?kind=charter";
    let asked = send(&software, path, JSONL, &line).await;
    assert_eq!(ended(&software, &asked).await["report"]["accepted"], 1);
    let location = asked.header("location");
    assert_eq!(home.creator.get(location).await.problem(404), "not_found");

    let narrow = home.software(Scopes::of([Verb::ReadJobs]).unwrap()).await;
    let narrow = home.app.software(&narrow.bearer);
    assert_eq!(
        send(&narrow, path, JSONL, &line).await.problem(403),
        "forbidden"
    );
    assert_eq!(narrow.get(location).await.problem(404), "not_found");
}

#[actix_web::test]
async fn what_has_ended_is_not_stopped_and_others_know_nothing_of_it() {
    let home = Home::new().await;
    let asked = send(&home.creator, "/v1/group-imports", CSV, "name\nUn\n").await;
    let path = asked.header("location").to_owned();
    let colleague = home.app.member(&home.tenant, Role::ALL).await;
    let random = "/v1/jobs/01900000-0000-7000-8000-000000000000";
    for stranger in [&colleague, &Home::new().await.creator] {
        for more in ["", "/events", "/result"] {
            let one = stranger.get(&format!("{path}{more}")).await;
            let other = stranger.get(&format!("{random}{more}")).await;
            assert_eq!(one.problem(404), "not_found");
            assert_eq!(one.json()["detail"], other.json()["detail"]);
        }
        let cancel = format!("{path}/cancellation");
        assert_eq!(
            stranger.post(&cancel, json!(null)).await.problem(404),
            "not_found"
        );
        let list = stranger.get("/v1/jobs").await.expect(200);
        assert_eq!(list["items"], json!([]));
    }
    ended(&home.creator, &asked).await;
    let cancel = format!("{path}/cancellation");
    assert_eq!(
        home.creator.post(&cancel, json!(null)).await.problem(409),
        "job_ended"
    );
    let list = home.creator.get("/v1/jobs").await;
    assert_eq!(list.ids().len(), 1);
}

#[actix_web::test]
async fn whoever_follows_is_told_once_of_each_step() {
    let home = Home::new().await;
    let asked = send(&home.creator, "/v1/group-imports", CSV, "name\nUn\n").await;
    let job = ended(&home.creator, &asked).await;
    let path = format!("{}/events", asked.header("location"));
    let events = home.creator.get(&path).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    let id = events
        .body
        .lines()
        .next()
        .unwrap()
        .strip_prefix("id: ")
        .unwrap();
    assert_eq!(events.body.matches("event: job").count(), 1);
    let data = events
        .body
        .lines()
        .find_map(|line| line.strip_prefix("data: "));
    let told: Value = serde_json::from_str(data.unwrap()).unwrap();
    assert_eq!(told, job);
    let again = home.creator.with("last-event-id", id).get(&path).await;
    assert_eq!(again.body, "");
}
