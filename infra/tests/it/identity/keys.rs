//! Signing keys: one follows another, and no token or cursor is lost on the way.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use maillage_domain::value::{PersonId, SessionId};
use maillage_infra::ambient;
use maillage_infra::identity::{Keys, KeysError};
use maillage_infra::store::{Bearer, Caller};

const ISSUER: &str = "https://maillage.test";

/// A folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("maillage-keys-{}", ambient::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// The text of a new key.
    fn key(&self) -> String {
        let file = self.0.join(ambient::id().to_string());
        Keys::load(&file, true, ISSUER).unwrap();
        std::fs::read_to_string(file).unwrap()
    }

    /// The keys of a file with these texts.
    fn load(&self, texts: &[&str]) -> Result<Keys, KeysError> {
        let file = self.0.join("signing.pem");
        std::fs::write(&file, texts.concat()).unwrap();
        Keys::load(&file, false, ISSUER)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn sign(keys: &Keys) -> (Caller, String) {
    let bearer = Bearer {
        session: SessionId(ambient::id()),
        person: PersonId(ambient::id()),
        collectivity: None,
    };
    let token = keys.sign(&bearer, now()).unwrap();
    (Caller::Person(bearer), token)
}

fn names(keys: &Keys) -> Vec<String> {
    let set = keys.jwks();
    let keys = set["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_key_follows_another() {
    let folder = Folder::new();
    let (old, new) = (folder.key(), folder.key());
    let before = folder.load(&[&old]).unwrap();
    let announced = folder.load(&[&old, &new]).unwrap();
    let swapped = folder.load(&[&new, "\n\n", &old]).unwrap();
    let after = folder.load(&[&new]).unwrap();

    let (caller, token) = sign(&announced);
    for keys in [&before, &announced, &swapped] {
        assert_eq!(keys.verify(&token, now()), Some(caller));
    }
    assert_eq!(after.verify(&token, now()), None);

    // A server that was not told to swap yet takes the tokens of one that was.
    let (caller, token) = sign(&swapped);
    for keys in [&announced, &swapped, &after] {
        assert_eq!(keys.verify(&token, now()), Some(caller));
    }
    assert_eq!(before.verify(&token, now()), None);

    let tag = before.cursor_tag("someone", b"here");
    assert!(swapped.is_cursor_tag(&tag, "someone", b"here"));
    assert!(!swapped.is_cursor_tag(&tag, "someone else", b"here"));
    assert!(!after.is_cursor_tag(&tag, "someone", b"here"));

    let [ours, theirs] = [names(&before).remove(0), names(&after).remove(0)];
    assert_eq!(names(&announced), [ours.clone(), theirs.clone()]);
    assert_eq!(names(&swapped), [theirs, ours]);
}

#[test]
fn a_file_holds_one_to_three_different_keys() {
    let folder = Folder::new();
    let keys: Vec<_> = std::iter::repeat_with(|| folder.key()).take(4).collect();
    let [a, b, c, d] = [&keys[0], &keys[1], &keys[2], &keys[3]].map(String::as_str);
    assert!(folder.load(&[a, b, c]).is_ok());
    for texts in [
        &[] as &[&str],
        &["\n"],
        &[a, a],
        &[a, b, c, d],
        &[a, "rien"],
        &["rien", a],
        &[&a[..60]],
    ] {
        let refused = folder.load(texts).err();
        assert!(matches!(refused, Some(KeysError::Format(_))), "{texts:?}");
    }
}
