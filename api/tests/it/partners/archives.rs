//! `maillage export` and `maillage import`, as an operator runs them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use maillage_domain::access::Role;
use maillage_infra::ambient;
use maillage_infra::testing::{PASSWORD, TestDatabase};
use serde_json::json;

use super::jobs::ended;
use crate::support::{Actor, App, charter};

/// A folder of its own with a signing key in it.
fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("maillage-archives-{}", ambient::id()));
    fs::create_dir(&folder).unwrap();
    folder
}

/// Runs the program as the owner of `db`, with this on its standard input.
fn run(db: &TestDatabase, folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_maillage"))
        .current_dir(folder)
        .env("MAILLAGE_OWNER_DATABASE_URL", db.owner_url())
        .env("MAILLAGE_SIGNING_KEY_FILE", folder.join("key.pem"))
        .env("MAILLAGE_PUBLIC_URL", "https://maillage.test")
        .env_remove("DATABASE_URL")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    let (out, err) = (output.stdout.as_slice(), output.stderr.as_slice());
    String::from_utf8_lossy(&[out, err].concat()).into_owned()
}

#[actix_web::test]
async fn a_collectivity_moves_by_the_command_line_and_its_people_log_in_again() {
    let app = App::shared();
    let there = &app.database;
    let tenant = there.tenant().await;
    let login = there.member_with_password(&tenant, &[Role::Reader]).await;
    let folder = folder();
    let keys = maillage_infra::identity::Keys::load(
        &folder.join("key.pem"),
        true,
        "https://maillage.test",
    )
    .unwrap();
    fs::write(folder.join("jwks.json"), keys.jwks().to_string()).unwrap();

    let siren = tenant.siren.as_str();
    let export = ["export", siren, "--to", "archive.zip"];
    let exported = run(there, &folder, &export, "");
    assert!(exported.status.success(), "{}", said(&exported));
    assert!(said(&exported).contains("SHA-256"));
    // What is there is never written over.
    let again = run(there, &folder, &export, "");
    assert!(!again.status.success());

    let here = there.clone_fresh().await;
    let import = ["import", "archive.zip", "--issuer-keys", "jwks.json"];
    let named = [import.as_slice(), &["--siren", "217500016"]].concat();
    let refused = run(&here, &folder, &named, "");
    assert!(!refused.status.success() && said(&refused).contains("217500016"));
    let imported = run(&here, &folder, &import, "");
    assert!(imported.status.success(), "{}", said(&imported));
    assert!(said(&imported).contains(login.email.as_str()));
    let twice = run(&here, &folder, &import, "");
    assert!(
        !twice.status.success() && said(&twice).contains("déjà"),
        "{}",
        said(&twice)
    );

    // Before anybody logs in, which is told in the trail.
    let back = run(&here, &folder, &["export", siren, "--to", "again.zip"], "");
    assert!(back.status.success(), "{}", said(&back));
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    assert!(bytes("archive.zip") == bytes("again.zip"));

    let elsewhere = App::listen(here.clone(), &[]);
    let log_in = async |password: &str| {
        let input = serde_json::json!({ "email": login.email, "password": password });
        elsewhere
            .anonymous()
            .post("/v1/sessions", input)
            .await
            .status
    };
    assert_eq!(log_in("onze-barques-au-ponton-vert").await, 401);
    let password = ["admin", "password", login.email.as_str()];
    let set = run(&here, &folder, &password, "onze-barques-au-ponton-vert\n");
    assert!(set.status.success(), "{}", said(&set));
    assert_eq!(log_in("onze-barques-au-ponton-vert").await, 201);

    let unknown = run(
        &here,
        &folder,
        &["export", "217500016", "--to", "no.zip"],
        "",
    );
    assert!(!unknown.status.success() && said(&unknown).contains("217500016"));
    assert!(!folder.join("no.zip").exists() && !folder.join("no.zip.jws").exists());
    fs::remove_dir_all(folder).unwrap();
}

async fn download(actor: &Actor, path: &str) -> Vec<u8> {
    let url = actor.app.url(path);
    let token = actor.token.as_deref().unwrap();
    let asked = reqwest::Client::new().get(url).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    answer.bytes().await.unwrap().to_vec()
}

#[actix_web::test]
async fn an_administrator_takes_everything_away_and_brings_it_to_another_instance() {
    // Alone in its database: servers of other tests have other keys, and would sign the archive.
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &[]);
    let tenant = app.database.tenant().await;
    let keeper = [Role::Administrator, Role::Director];
    let login = app.database.member_with_password(&tenant, &keeper).await;
    let keeper = app.actor(&login.bearer);
    let charter = charter("Charte", "Relire avant d'envoyer.");
    let made = keeper.post("/v1/charters", charter).await;
    let charter = format!("/v1/charters/{}", made.id());
    let publish = format!("{charter}/publications");
    let note = json!({ "note": "Adoptée." });
    keeper.anyway().post(&publish, note).await.expect(201);

    let wrong = json!({ "password": "un-autre-mot-de-passe" });
    let refused = keeper.post("/v1/collectivity-exports", wrong).await;
    assert_eq!(refused.broken(), ["/password password_wrong"]);
    let password = json!({ "password": PASSWORD });
    let asked = keeper
        .post("/v1/collectivity-exports", password.clone())
        .await;
    let job = ended(&keeper, &asked).await;
    assert_eq!(job["state"], "succeeded", "{job}");
    assert_eq!(job["done"], job["archive"]["lines"]);
    let file = download(&keeper, job["result"].as_str().unwrap()).await;
    assert_eq!(job["archive"]["bytes"], file.len());
    // Nothing in it is compressed: the text that people read stands in it as it is.
    let document = format!("{charter}/versions/1/document?format=md");
    let document = keeper.get(&document).await.body;
    assert!(document.contains("Relire avant d"));
    assert!(String::from_utf8_lossy(&file).contains(&document));

    let folder = folder();
    fs::write(folder.join("archive.zip"), &file).unwrap();
    let signature = job["archive"]["signature"].as_str().unwrap();
    fs::write(folder.join("archive.zip.jws"), signature).unwrap();
    fs::write(folder.join("jwks.json"), app.keys.jwks().to_string()).unwrap();
    let here = app.database.clone_fresh().await;
    let import = ["import", "archive.zip", "--issuer-keys", "jwks.json"];
    let imported = run(&here, &folder, &import, "");
    assert!(imported.status.success(), "{}", said(&imported));
    maillage_infra::identity::Keys::load(&folder.join("key.pem"), true, "https://maillage.test")
        .unwrap();
    let siren = tenant.siren.as_str();
    let back = run(&here, &folder, &["export", siren, "--to", "again.zip"], "");
    assert!(back.status.success(), "{}", said(&back));
    assert!(file == fs::read(folder.join("again.zip")).unwrap());
    fs::remove_dir_all(folder).unwrap();

    // The trail says that it was taken away, and by whom.
    let told = app.database.audited(tenant.id.0).await;
    let taken = told
        .iter()
        .filter(|it| it["type"] == "collectivity.exported");
    let taken: Vec<_> = taken.map(|it| &it["archive"]).collect();
    assert_eq!(taken, [&job["archive"]["sha256"]]);
    let verdict = keeper.get("/v1/audit/verification").await.expect(200);
    assert_eq!(verdict["intact"], true, "{verdict}");

    // Whoever lost the right to it meanwhile gets nothing of it.
    let other = app.member(&tenant, &[Role::Reader]).await;
    other
        .get(job["result"].as_str().unwrap())
        .await
        .problem(404);
}
