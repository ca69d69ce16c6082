//! The directory: found by what people write, addressed by the codes they know.

use std::collections::BTreeMap;

use maillage_domain::access::act;
use maillage_domain::identity::{
    BodyType, Collectivity, InvitationSecret, Invitee, NewBody, Platform,
};
use maillage_domain::value::{CollectivityId, Digest, InvitationId, Siren};
use maillage_infra::ambient;
use maillage_infra::error::{Constraint, StoreError};
use maillage_infra::identity::{
    DirectoryEntry, DirectoryFilter, directory_entries, directory_entry, directory_file,
};
use maillage_infra::store::{Bearer, Store, Tx};
use maillage_infra::testing::TestDatabase;

use crate::fixture::{Failure, allowed, cause};

async fn find(store: &Store, filter: &DirectoryFilter) -> Vec<(DirectoryEntry, f32)> {
    let find = store.read_public(async |db| directory_entries(db, filter).await);
    find.await.unwrap()
}

async fn names(text: &str, body_type: Option<BodyType>, department: Option<&str>) -> Vec<String> {
    let filter = DirectoryFilter {
        text: Some(text.to_owned()),
        body_type,
        department: department.map(str::to_owned),
        limit: 5,
        after: None,
    };
    let found = find(&TestDatabase::shared().store(), &filter).await;
    found.into_iter().map(|(entry, _)| entry.name).collect()
}

#[tokio::test]
async fn names_are_found_however_they_are_written() {
    for text in [
        "Saint-Étienne-du-Bois",
        "saint etienne du bois",
        "SAINT ETIENNE DU BOIS",
        "saint etienne du boi",
        "saint etiene du bois",
    ] {
        let found = names(text, None, None).await;
        assert_eq!(found[0], "Saint-Étienne-du-Bois", "{text}");
    }
    let two = names("Saint-Étienne-du-Bois", None, None).await;
    assert_eq!(two[..2], ["Saint-Étienne-du-Bois"; 2]);
    let one = names("saint etienne du bois", None, Some("85")).await;
    assert_eq!(
        one.iter()
            .filter(|name| *name == "Saint-Étienne-du-Bois")
            .count(),
        1
    );
    // Among equals the most populous first.
    assert_eq!(
        names("Saint-Denis", Some(BodyType::Commune), None).await[0],
        "Saint-Denis"
    );
    assert_eq!(
        names("Rhône", Some(BodyType::Departement), None).await[0],
        "Rhône"
    );
}

#[tokio::test]
async fn pages_of_the_directory_have_no_gaps_and_no_duplicates() {
    let store = TestDatabase::shared().store();
    for (text, department) in [(None, Some("90")), (Some("saint martin"), None)] {
        let filter = |limit, after| DirectoryFilter {
            text: text.map(str::to_owned),
            body_type: Some(BodyType::Commune),
            department: department.map(str::to_owned),
            limit,
            after,
        };
        let whole = find(&store, &filter(60, None)).await;
        assert_eq!(whole.len(), 60);
        let mut read: Vec<(DirectoryEntry, f32)> = Vec::new();
        while read.len() < 60 {
            let after = read.last().map(|(entry, rank)| (*rank, entry.code.clone()));
            read.extend(find(&store, &filter(7, after)).await);
        }
        read.truncate(60);
        assert_eq!(read, whole);
    }
}

#[tokio::test]
async fn an_entry_is_addressed_by_siren_insee_or_code() {
    let store = TestDatabase::shared().store();
    let entry = async |code: &str| {
        let code = code.parse().unwrap();
        store
            .read_public(async |db| directory_entry(db, code).await)
            .await
    };
    assert_eq!(entry("217400423").await.unwrap().name, "Bonneville");
    assert_eq!(entry("74042").await.unwrap().name, "Bonneville");
    assert_eq!(entry("dep-01").await.unwrap().name, "Ain");
    assert!(matches!(entry("00000").await, Err(StoreError::Missing)));
    assert!(matches!(entry("dep-00").await, Err(StoreError::Missing)));
}

#[tokio::test]
async fn the_shipped_file_was_loaded_whole() {
    let db = TestDatabase::shared().clone_fresh().await;
    let mut expected = BTreeMap::new();
    for row in directory_file::shipped().unwrap() {
        *expected.entry(row.body_type).or_insert(0_i64) += 1;
    }
    let client = crate::fixture::connect(&db.owner_url()).await;
    let counts = "select type, count(*) from directory_entries group by 1";
    let rows = client.query(counts, &[]).await.unwrap();
    let loaded: BTreeMap<String, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(loaded, expected);
}

async fn extend(store: &Store, bearer: &Bearer, siren: &Siren) -> Result<(), Failure> {
    let body = NewBody {
        siren: siren.clone(),
        name: "Syndicat d’essai".to_owned().try_into()?,
        body_type: BodyType::Syndicat,
    };
    store
        .write(bearer, async |tx: &mut Tx| {
            let extended = allowed::<act::ExtendDirectory, _>(tx, Platform)?.extend(body);
            tx.save(extended).await?;
            Ok(())
        })
        .await
}

async fn register(store: &Store, bearer: &Bearer, siren: &Siren) -> Result<(), Failure> {
    let administrator = Invitee {
        email: "maire@commune.example".parse()?,
        name: "Maire".to_owned().try_into()?,
        roles: [].into_iter().collect(),
    };
    let secret = InvitationSecret {
        id: InvitationId(ambient::id()),
        digest: Digest::of_bytes(siren.as_str().as_bytes()),
    };
    store
        .write(bearer, async |tx: &mut Tx| {
            let collectivity = Collectivity {
                id: CollectivityId(ambient::id()),
                siren: siren.clone(),
                name: "Syndicat d’essai".to_owned(),
                body_type: BodyType::Syndicat,
                joined_at: tx.now(),
            };
            let register = allowed::<act::RegisterCollectivity, _>(tx, Platform)?;
            let registered = register.register(collectivity, administrator, secret, tx.now());
            tx.save(registered).await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_body_is_added_once_and_joins_once() {
    let db = TestDatabase::shared();
    let (store, operator, siren) = (db.store(), db.operator().await.bearer, db.siren());
    extend(&store, &operator, &siren).await.unwrap();
    assert!(matches!(
        cause(extend(&store, &operator, &siren).await),
        StoreError::Conflict(Constraint::DirectoryEntryExists)
    ));
    register(&store, &operator, &siren).await.unwrap();
    assert!(matches!(
        cause(register(&store, &operator, &siren).await),
        StoreError::Conflict(Constraint::CollectivityJoined)
    ));
}
