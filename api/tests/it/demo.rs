//! The demo and its published passwords: on one's own machine only.

use std::net::IpAddr;

use maillage_api::cli::demonstrate;
use maillage_infra::demo;
use maillage_infra::testing::TestDatabase;

#[actix_web::test]
async fn who_can_be_reached_has_no_demo() {
    let database = TestDatabase::shared().clone_fresh().await;
    let (owner, store) = (database.owner_url(), database.store());
    let there = async || demo::present(&store).await.unwrap();
    let reachable: [IpAddr; 4] =
        ["0.0.0.0", "::", "192.0.2.7", "2001:db8::7"].map(|address| address.parse().unwrap());
    for address in reachable {
        demonstrate(address, &owner, &store).await.unwrap();
        assert!(!there().await, "{address}");
    }
    demonstrate([127, 0, 0, 1].into(), &owner, &store)
        .await
        .unwrap();
    assert!(there().await);
    // Nor one that it had when nobody else could reach it.
    for address in reachable {
        let refused = demonstrate(address, &owner, &store).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("MAILLAGE_DATA_DIR"), "{refused}");
    }
    demonstrate([127, 0, 0, 1].into(), &owner, &store)
        .await
        .unwrap();
}
