//! One cluster from its creation to its second stop, on the PostgreSQL of this machine.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use super::{Cluster, Durability, EmbeddedError};

/// A directory that goes with the test, even when it fails.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn ask(url: &str, question: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let asked = async {
        let row = client.query_one(question, &[]).await;
        drop(client);
        row
    };
    let (row, _) = tokio::join!(asked, connection);
    row?.try_get(0)
}

#[test]
fn a_cluster_lives_stops_and_lives_again() -> Result<(), Box<dyn Error>> {
    let scratch = Scratch(PathBuf::from(format!(
        "/tmp/maillage-test-{}",
        std::process::id()
    )));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let cluster = Cluster::start(&scratch.0, Durability::Disposable, &|_| ())?;
    let url = cluster.url(Cluster::OWNER, "postgres");
    let lower = runtime.block_on(ask(&url, "select lower('ÉTÉ')"))?;
    assert_eq!(lower, "été");

    let second = Cluster::start(&scratch.0, Durability::Disposable, &|_| ());
    assert!(matches!(second, Err(EmbeddedError::InUse { .. })));

    cluster.stop()?;
    assert!(runtime.block_on(ask(&url, "select 'up'")).is_err());

    let again = Cluster::start(&scratch.0, Durability::Disposable, &|_| ())?;
    let fsync = runtime.block_on(ask(&again.url(Cluster::OWNER, "postgres"), "show fsync"))?;
    assert_eq!(fsync, "off");
    Ok(())
}
