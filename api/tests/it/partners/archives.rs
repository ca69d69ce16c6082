//! `maillage export` and `maillage import`, as an operator runs them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use maillage_domain::access::Role;
use maillage_infra::ambient;
use maillage_infra::testing::TestDatabase;

use crate::support::App;

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
