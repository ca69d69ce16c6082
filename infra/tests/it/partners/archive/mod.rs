//! Archives: everything comes out, the same goes in again, and nothing else does.

mod coverage;
mod documents;
mod refused;
mod round;
mod scale;

use std::fs::File;
use std::io::{Cursor, Read as _, Seek as _};

use maillage_domain::commons::document::Document;
use maillage_domain::value::Siren;
use maillage_infra::demo;
use maillage_infra::identity::{Keys, Passwords};
use maillage_infra::partners::archive::{
    ArchiveError, Exported, Imported, export_of_owner, import,
};
use maillage_infra::testing::TestDatabase;
use tokio::sync::OnceCell;

use crate::fixture::connect;

/// An archive as whoever took it away holds it.
#[derive(Clone)]
struct Held {
    bytes: Vec<u8>,
    signature: String,
    keys: String,
    siren: Siren,
}

fn keys() -> Keys {
    Keys::ephemeral("https://maillage.test").unwrap()
}

async fn take_away(db: &TestDatabase, siren: &str) -> (Held, Exported) {
    let (mut file, keys) = (scratch(), keys());
    let siren: Siren = siren.parse().unwrap();
    let kept = file.try_clone().unwrap();
    let exported = export_of_owner(&db.owner_url(), &siren, &keys, &plain, kept)
        .await
        .unwrap();
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    let held = Held {
        bytes,
        signature: exported.signature.clone(),
        keys: keys.jwks().to_string(),
        siren,
    };
    (held, exported)
}

/// A document without any form.
fn plain(document: &Document) -> Result<Vec<u8>, String> {
    let clauses = document.flat().into_iter();
    let clauses = clauses.map(|it| format!("{} {}\n{}\n", it.number, it.title, it.text));
    let text: String = clauses.collect();
    Ok(format!("{}\n{}\n{text}", document.cover.title, document.preamble).into_bytes())
}

/// A file without a name.
fn scratch() -> File {
    let path = std::env::temp_dir().join(maillage_infra::ambient::id().to_string());
    let mut options = File::options();
    let file = options
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    std::fs::remove_file(path).unwrap();
    file
}

impl Held {
    async fn bring(&self, db: &TestDatabase) -> Result<Imported, ArchiveError> {
        let file = Cursor::new(&self.bytes);
        import(
            &db.owner_url(),
            file,
            &self.signature,
            &self.keys,
            Some(&self.siren),
        )
        .await
    }
}

async fn empty() -> TestDatabase {
    TestDatabase::shared().clone_fresh().await
}

/// A database with the demo in it, for tests that only read.
async fn seeded() -> &'static TestDatabase {
    static SEEDED: OnceCell<TestDatabase> = OnceCell::const_new();
    let make = async || {
        let (db, passwords) = (empty().await, Passwords::new().unwrap());
        let seeded = demo::seed(&db.owner_url(), &db.store(), &passwords, &|_| {}).await;
        seeded.unwrap();
        db
    };
    SEEDED.get_or_init(make).await
}

/// The SIRENs of those who have joined.
async fn joined(db: &TestDatabase) -> Vec<String> {
    let client = connect(&db.owner_url()).await;
    let rows = client
        .query("select siren from collectivities order by id", &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The id of a collectivity.
async fn id_of(db: &TestDatabase, siren: &str) -> uuid::Uuid {
    let client = connect(&db.owner_url()).await;
    let query = format!("select id::text from collectivities where siren = '{siren}'");
    let id: String = client.query_one(&query, &[]).await.unwrap().get(0);
    id.parse().unwrap()
}
