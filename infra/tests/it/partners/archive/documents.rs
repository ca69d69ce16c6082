//! What was published stands in an archive as people read it, and nothing else calls itself so.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::refused::{forged, held, refused, untouched};
use super::{empty, id_of, joined, seeded, take_away};
use crate::fixture::connect;

#[tokio::test]
async fn what_was_published_last_is_in_it_as_people_read_it() {
    let there = &seeded().await.copy().await;
    let mut documents = 0;
    for siren in joined(there).await {
        let id = id_of(there, &siren).await;
        let find = format!(
            "select 'documents/' || r.kind || 's/' || r.id || '/v' || r.head_number || '.md', \
                r.title from resources r where r.tenant_id = '{id}' and r.head_number is not null \
                and r.kind in ('charter', 'template') order by 1"
        );
        let rows = connect(&there.owner_url())
            .await
            .query(&find, &[])
            .await
            .unwrap();
        let rows = rows.iter().map(|row| (row.get(0), row.get(1)));
        let published: Vec<(String, String)> = rows.collect();
        let (held, _) = take_away(there, &siren).await;
        let mut zip = ZipArchive::new(Cursor::new(held.bytes)).unwrap();
        let names = zip.file_names().map(|name| name.unwrap().into_owned());
        let found: Vec<String> = names.filter(|it| it.starts_with("documents/")).collect();
        assert!(found.iter().eq(published.iter().map(|(name, _)| name)));
        for (name, title) in published {
            let mut text = String::new();
            zip.by_name(&name)
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            assert!(
                text.starts_with(&title) && text.contains("Article 1"),
                "{text}"
            );
            documents += 1;
        }
    }
    assert!(documents > 3);
}

#[tokio::test]
async fn what_calls_itself_a_document_is_one_and_stands_in_its_place() {
    let (held, here) = (held().await, empty().await);
    let beside = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        let add = |files: &mut Vec<(String, Vec<u8>)>| {
            let end = files.len() - 1;
            let documents = names.into_iter().map(|name| (name, b"x".to_vec()));
            files.splice(end..end, documents);
        };
        forged(&held, add, |_| ())
    };
    let id = "01935a3c-9c00-7de0-8de0-000000000001";
    for name in [
        "documents/../../etc/passwd".to_owned(),
        format!("documents/charters/{id}/v01.md"),
        format!("documents/charters/{id}/v1.exe"),
        format!("documents/charters/{}/v1.md", id.to_uppercase()),
        format!("documents/secrets/{id}/v1.md"),
    ] {
        let said = refused(&here, &beside(&[&name])).await;
        assert!(said.contains(&format!("« {name} »")), "{said}");
    }
    let last = format!("documents/templates/ffffffff-{}", &id[9..]);
    let (one, two) = (format!("{last}/v1.md"), format!("{last}/v2.md"));
    assert!(
        refused(&here, &beside(&[&two, &one]))
            .await
            .contains("attendu")
    );
    // In its place, and in no manifest.
    assert!(
        refused(&here, &beside(&[&one]))
            .await
            .contains("manifest.json")
    );
    untouched(&here).await;
}
