//! Connections to the database: as many as were set, for all workers together.

use maillage_domain::access::Role;
use maillage_infra::testing::{TestDatabase, faults};

use crate::support::{App, QUOTAS};

/// How many connections a server of two workers opens with this setting, when it is asked for more
/// at once. Ends only when at least `wanted` of them are in use.
async fn opened(setting: &str, wanted: i64) -> i64 {
    let database = TestDatabase::shared().clone_fresh().await;
    let url = database.owner_url();
    let flags = [QUOTAS.as_slice(), &["--database-connections", setting]].concat();
    let app = App::listen(database, &flags);
    let reader = app.member(&app.tenant().await, &[Role::Reader]).await;
    // Those of whoever builds what the tests need.
    let others = faults::activity(&url).await.connections;
    // Nobody enters without their session: each request keeps its connection meanwhile.
    let held = faults::hold(&url, "sessions").await;
    let asked = (0..30).map(async |_| reader.get("/v1/charters").await);
    let look = async {
        while faults::activity(&url).await.waiting < wanted {
            tokio::task::yield_now().await;
        }
        held.release().await;
    };
    let (answers, ()) = futures::join!(futures::future::join_all(asked), look);
    for answer in answers {
        answer.expect(200);
    }
    faults::activity(&url).await.connections - others
}

#[actix_web::test]
async fn the_workers_share_what_was_set() {
    // Two each, and those of what runs beside the workers, which may have been there before.
    assert!((4..=8).contains(&opened("8", 4).await));
}

#[actix_web::test]
async fn each_worker_has_one_however_little_was_set() {
    assert!((2..=6).contains(&opened("1", 2).await));
}

#[test]
fn a_server_without_connections_cannot_be_asked_for() {
    use clap::Parser as _;
    #[derive(Debug, clap::Parser)]
    struct Flags {
        #[command(flatten)]
        _settings: maillage_api::settings::Settings,
    }
    for nonsense in ["0", "-1", "many", "70000"] {
        let flags = ["maillage", &format!("--database-connections={nonsense}")];
        let refused = Flags::try_parse_from(flags).unwrap_err().to_string();
        assert!(refused.contains("--database-connections"), "{refused}");
    }
}
