//! What is not the archive that was signed, bit by bit, is refused and leaves nothing behind.

use std::io::{Cursor, Read as _, Write as _};

use maillage_domain::partners::archive::Manifest;
use maillage_domain::value::Digest;
use maillage_infra::partners::archive::ArchiveError;
use maillage_infra::testing::{TestDatabase, forge};
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Held, empty, id_of, joined, keys, seeded, take_away};
use crate::fixture::connect;

pub(super) async fn held() -> Held {
    let there = seeded().await.copy().await;
    let siren = joined(&there).await.remove(1);
    take_away(&there, &siren).await.0
}

/// The files of an archive.
pub(super) fn files(held: &Held) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(&held.bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        files.push((file.name().unwrap().into_owned(), text));
    }
    files
}

/// The archive as an issuer who is trusted, and lies, could make it: its files altered, its manifest
/// in step with them, its bytes altered, and what comes out signed.
pub(super) fn forged(
    held: &Held,
    alter: impl FnOnce(&mut Vec<(String, Vec<u8>)>),
    spoil: impl FnOnce(&mut Vec<u8>),
) -> Held {
    let mut files = files(held);
    let mut manifest = Manifest::read(&files.last().unwrap().1).unwrap();
    let of = (
        manifest.collectivity.id,
        manifest.collectivity.siren.clone(),
    );
    alter(&mut files);
    for entry in &mut manifest.entries {
        if let Some((_, text)) = files.iter().find(|(name, _)| *name == entry.path) {
            entry.bytes = text.len() as u64;
            entry.sha256 = Digest::of_bytes(text);
            entry.lines = entry
                .lines
                .map(|_| text.iter().filter(|byte| **byte == b'\n').count() as u64);
        }
    }
    if let Some((_, text)) = files.iter_mut().find(|(name, _)| name == "manifest.json")
        && Manifest::read(text).is_ok()
    {
        *text = manifest.text().unwrap();
    }
    let keys = keys();
    let (bytes, signature) = forge(&keys, of, &files, spoil);
    let keys = keys.jwks().to_string();
    let siren = held.siren.clone();
    Held {
        bytes,
        signature,
        keys,
        siren,
    }
}

/// The same, with one file altered.
fn with(held: &Held, name: &str, alter: impl FnOnce(&mut String)) -> Held {
    let change = |files: &mut Vec<(String, Vec<u8>)>| {
        let (_, text) = files.iter_mut().find(|(found, _)| found == name).unwrap();
        let mut altered = String::from_utf8(std::mem::take(text)).unwrap();
        alter(&mut altered);
        *text = altered.into_bytes();
    };
    forged(held, change, |_| ())
}

pub(super) async fn refused(db: &TestDatabase, held: &Held) -> String {
    let refused = held.bring(db).await.unwrap_err();
    let said = refused.to_string();
    assert!(
        said.ends_with("rien n'a été importé") || said.starts_with("archive : "),
        "{said}"
    );
    said
}

pub(super) async fn untouched(db: &TestDatabase) {
    assert_eq!(joined(db).await, [""; 0]);
    let client = connect(&db.owner_url()).await;
    let rows = "select (select count(*) from persons) + (select count(*) from audit_records)";
    assert_eq!(
        client.query_one(rows, &[]).await.unwrap().get::<_, i64>(0),
        0
    );
}

#[tokio::test]
async fn any_altered_byte_and_any_truncation_is_refused() {
    let (held, here) = (held().await, empty().await);
    // Every byte of the directory and of its end, of the first headers, and some hundreds elsewhere.
    let length = held.bytes.len();
    let step = length / 400;
    let places = (0..200)
        .chain((200..length - 3_000).step_by(step))
        .chain(length - 3_000..length);
    for at in places {
        let mut altered = held.clone();
        altered.bytes[at] ^= 1 << (at % 8);
        let refused = altered.bring(&here).await.unwrap_err();
        assert!(matches!(refused, ArchiveError::Altered), "{at}: {refused}");
    }
    for left in [0, 1, 21, 22, length / 2, length - 1] {
        let mut cut = held.clone();
        cut.bytes.truncate(left);
        assert!(matches!(
            cut.bring(&here).await.unwrap_err(),
            ArchiveError::Altered
        ));
    }
    let mut longer = held.clone();
    longer.bytes.push(0);
    assert!(matches!(
        longer.bring(&here).await.unwrap_err(),
        ArchiveError::Altered
    ));
    untouched(&here).await;
}

#[tokio::test]
async fn the_form_alone_lets_no_altered_byte_of_a_header_pass() {
    let (held, here) = (held().await, empty().await);
    let length = held.bytes.len();
    let directory = u32::from_le_bytes(held.bytes[length - 6..length - 2].try_into().unwrap());
    // Signed by an issuer who is trusted, so that nothing but the form stands in the way.
    for at in (0..60).chain((directory as usize..length).step_by(3)) {
        let altered = forged(&held, |_| (), |bytes| bytes[at] ^= 1 << (at % 8));
        let said = refused(&here, &altered).await;
        assert!(
            said.contains("archive") || said.contains('«'),
            "{at}: {said}"
        );
    }
    untouched(&here).await;
}

#[tokio::test]
async fn a_forged_archive_is_refused_with_what_is_wrong() {
    let (held, here) = (held().await, empty().await);
    let whole = forged(&held, |_| (), |_| ());
    assert_eq!(whole.bytes, held.bytes);

    // What else could stand in a ZIP: other paths, files twice, files too many, files missing.
    let named = |name: &str| forged(&held, |files| files[3].0 = name.to_owned(), |_| ());
    for name in ["../../etc/passwd", "/etc/passwd", "data\\persons.jsonl", ""] {
        assert!(
            refused(&here, &named(name))
                .await
                .contains(&format!("« {name} »")),
            "{name}"
        );
    }
    assert!(
        refused(&here, &named("README.md"))
            .await
            .contains("deux fois")
    );
    let more = forged(
        &held,
        |files| files.insert(9, ("data/virus.exe".to_owned(), vec![0])),
        |_| (),
    );
    assert!(refused(&here, &more).await.contains("data/virus.exe"));
    let fewer = forged(&held, |files| drop(files.remove(7)), |_| ());
    assert!(refused(&here, &fewer).await.contains("attendu"));
    let headless = forged(&held, |files| drop(files.pop()), |_| ());
    assert!(refused(&here, &headless).await.contains("manifest.json"));
    let swapped = forged(&held, |files| files.swap(2, 3), |_| ());
    assert!(refused(&here, &swapped).await.contains("attendu"));

    // What else could stand in a manifest.
    let other = |from: &'static str, to: &'static str| {
        let change = move |files: &mut Vec<(String, Vec<u8>)>| {
            let (_, text) = files.last_mut().unwrap();
            *text = String::from_utf8(text.clone())
                .unwrap()
                .replacen(from, to, 1)
                .into_bytes();
        };
        forged(&held, change, |_| ())
    };
    let newer = other("maillage-archive/1", "maillage-archive/2");
    assert!(refused(&here, &newer).await.contains("maillage-archive/2"));
    assert!(
        refused(&here, &other("{", "{ "))
            .await
            .contains("canonique")
    );

    // What else could stand in a line.
    let line = |from: &'static str, to: &'static str| {
        with(&held, "data/memberships.jsonl", |text| {
            *text = text.replacen(from, to, 1)
        })
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = with(&held, "data/memberships.jsonl", |text| {
        text.insert_str(0, &(deep + "\n"))
    });
    for (forged, what) in [
        (line("\"state\"", "\"stat\""), "state"),
        (line("\"revision\":1", "\"revision\":\"1\""), "revision"),
        (
            line("\"revision\":1", "\"revision\":1,\"revision\":2"),
            "canonique",
        ),
        (line("\"revision\":1", "\"revision\":1.0"), "canonique"),
        (line("{\"id\"", "{\"a\":1,\"id\""), "« a »"),
        (line("active", "president"), "refusé par la base"),
        (line("{", "{{"), "illisible"),
        (line("\n", ""), "memberships.jsonl, ligne 1"),
        (
            with(&held, "data/memberships.jsonl", |text| {
                text.truncate(text.len() - 1)
            }),
            "sans fin",
        ),
        (deep, "trop profond"),
        (
            with(&held, "data/collectivities.jsonl", |text| {
                *text = text.repeat(2)
            }),
            "collectivities",
        ),
        (
            with(&held, "data/collectivities.jsonl", |text| {
                *text = text.replace("\"id\":\"0", "\"id\":\"1")
            }),
            "collectivities",
        ),
        (
            with(&held, "data/persons.jsonl", |text| text.clear()),
            "y manque",
        ),
        (
            with(&held, "data/versions.jsonl", |text| {
                *text = text.replacen("\"title\":\"", "\"title\":\"!", 1)
            }),
            "empreinte",
        ),
        // What the database would write otherwise comes out otherwise.
        (line("+00:00", "+01:00"), "identique"),
    ] {
        let said = refused(&here, &forged).await;
        assert!(said.contains(what), "{what}: {said}");
    }
    untouched(&here).await;
    whole.bring(&here).await.unwrap();
}

#[tokio::test]
async fn a_zip_bomb_is_no_archive() {
    let (held, here) = (held().await, empty().await);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, text) in files(&held) {
        out.start_file(&name, options).unwrap();
        out.write_all(&text).unwrap();
        if name == "data/persons.jsonl" {
            out.write_all(&vec![b' '; 64 * 1024 * 1024]).unwrap();
        }
    }
    let bomb = out.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 * 1024 * 1024);
    let bomb = forged(&held, |_| (), |bytes| *bytes = bomb);
    assert!(refused(&here, &bomb).await.contains("maillage export"));
    untouched(&here).await;
}

#[tokio::test]
async fn a_foreign_archive_is_refused() {
    let (held, here) = (held().await, empty().await);
    let other = Held {
        keys: keys().jwks().to_string(),
        ..held.clone()
    };
    assert!(refused(&here, &other).await.contains("clé"));
    for nonsense in ["", "{}", "[]", r#"{"keys": 1}"#] {
        let other = Held {
            keys: nonsense.to_owned(),
            ..held.clone()
        };
        assert!(refused(&here, &other).await.contains("JSON Web Key Set"));
    }
    let other = Held {
        siren: "217500016".parse().unwrap(),
        ..held.clone()
    };
    assert!(refused(&here, &other).await.contains("217500016"));
    for signature in ["", "a.b.c", "a"] {
        let other = Held {
            signature: signature.to_owned(),
            ..held.clone()
        };
        assert!(refused(&here, &other).await.contains("signature"));
    }
    // The key is right, the payload another.
    let mut parts: Vec<&str> = held.signature.split('.').collect();
    let mut payload = parts[1].to_owned();
    payload.replace_range(20..21, if &payload[20..21] == "A" { "B" } else { "A" });
    parts[1] = &payload;
    let other = Held {
        signature: parts.join("."),
        ..held.clone()
    };
    assert!(refused(&here, &other).await.contains("valable"));
    untouched(&here).await;
}

#[tokio::test]
async fn what_another_program_wrote_is_refused_even_if_it_is_signed() {
    let (held, here) = (held().await, empty().await);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in files(&held) {
        out.start_file(&name, stored).unwrap();
        out.write_all(&text).unwrap();
    }
    let again = out.finish().unwrap().into_inner();
    let unsigned = Held {
        bytes: again.clone(),
        ..held.clone()
    };
    assert!(matches!(
        unsigned.bring(&here).await.unwrap_err(),
        ArchiveError::Altered
    ));
    let signed = forged(&held, |_| (), |bytes| *bytes = again);
    assert!(refused(&here, &signed).await.contains("maillage export"));
    untouched(&here).await;
}

#[tokio::test]
async fn a_collectivity_that_is_here_is_left_alone() {
    let (held, here) = (held().await, empty().await);
    held.bring(&here).await.unwrap();
    let id = id_of(&here, held.siren.as_str()).await;
    let before = here.footprint(id).await;
    assert!(
        refused(&here, &held)
            .await
            .contains("déjà dans cette instance")
    );
    assert_eq!(here.footprint(id).await, before);
}

#[tokio::test]
async fn somebody_who_is_here_as_somebody_else_is_not_merged() {
    let (held, here) = (held().await, empty().await);
    let text = String::from_utf8_lossy(&held.bytes);
    let start = text.find(r#""email":""#).unwrap() + 9;
    let email = text[start..].split('"').next().unwrap().to_owned();
    here.as_owner(&format!(
        "insert into persons values (gen_random_uuid(), '{email}', 'Homonyme', now())"
    ))
    .await;
    assert!(refused(&here, &held).await.contains(&email));
    assert_eq!(joined(&here).await, [""; 0]);
}
