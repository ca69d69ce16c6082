//! The audit chain: as written it verifies; altered at any single place it does not (L5).

use chrono::TimeDelta;
use maillage_domain::access::{Role, Roles, Verb};
use maillage_domain::audit::{Broken, Link, Record};
use maillage_domain::event::Fact;
use maillage_domain::value::{ClientId, Digest, MembershipId, SessionId};
use proptest::prelude::*;

use crate::fixture::{at, group, person, roles, uuid};

/// A record and the digest stored beside it.
type Entry = (Record, Digest);

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        any::<u16>().prop_map(|n| Fact::GroupFormed {
            group: group(n.into())
        }),
        any::<u16>().prop_map(|n| Fact::SessionOpened {
            session: SessionId(uuid(n.into()))
        }),
        (any::<u16>(), roles(), roles()).prop_map(|(n, before, after)| Fact::RolesChanged {
            membership: MembershipId(uuid(n.into())),
            before,
            after,
        }),
        proptest::sample::select(Verb::ALL).prop_map(|verb| Fact::ActionRefused { verb }),
    ]
}

/// Records as a store chains them, one after the other.
fn chain() -> impl Strategy<Value = Vec<Entry>> {
    let content = (
        fact(),
        proptest::option::of(0..5_u64),
        proptest::option::of(5..9_u64),
        0..5_000_000_i64,
    );
    proptest::collection::vec(content, 1..9).prop_map(|contents| {
        let mut entries: Vec<Entry> = Vec::new();
        for (sequence, (fact, actor, client, micros)) in (1..).zip(contents) {
            let record = Record {
                sequence,
                at: at(sequence) + TimeDelta::microseconds(micros),
                actor: actor.map(person),
                client: client.map(|n| ClientId(uuid(n))),
                fact: serde_json::to_value(fact).unwrap(),
                previous: entries.last().map_or(Digest::ZERO, |(_, digest)| *digest),
            };
            let digest = record.digest().unwrap();
            entries.push((record, digest));
        }
        entries
    })
}

/// Where the chain ended when its last record was written, kept apart from it.
fn head(entries: &[Entry]) -> Link {
    entries.last().map_or(Link::START, |(record, digest)| Link {
        sequence: record.sequence,
        digest: *digest,
    })
}

fn walk(entries: &[Entry]) -> Result<Link, Broken> {
    entries
        .iter()
        .try_fold(Link::START, |link, (record, claimed)| {
            link.step(record, *claimed)
        })
}

/// Whether the entries are what was written, down to the last.
fn verifies(entries: &[Entry], head: Link) -> bool {
    walk(entries) == Ok(head)
}

#[derive(Clone, Debug)]
enum Alteration {
    Sequence(i64),
    At(i64),
    Actor,
    Client,
    Fact(Fact),
    Previous,
    Digest,
    Drop,
    Swap(usize),
    Repeat,
    Insert(Fact),
}

fn alteration() -> impl Strategy<Value = Alteration> {
    let nonzero = prop_oneof![-1_000_000..0_i64, 1..1_000_000_i64];
    prop_oneof![
        nonzero.clone().prop_map(Alteration::Sequence),
        nonzero.prop_map(Alteration::At),
        Just(Alteration::Actor),
        Just(Alteration::Client),
        fact().prop_map(Alteration::Fact),
        Just(Alteration::Previous),
        Just(Alteration::Digest),
        Just(Alteration::Drop),
        (0..8_usize).prop_map(Alteration::Swap),
        Just(Alteration::Repeat),
        fact().prop_map(Alteration::Insert),
    ]
}

/// A record that was never written, in form and digest as good as a true one.
fn forged(entries: &[Entry], place: usize, fact: Fact) -> Entry {
    let before = head(&entries[..place]);
    let record = Record {
        sequence: before.sequence + 1,
        at: at(0),
        actor: None,
        client: None,
        fact: serde_json::to_value(fact).unwrap(),
        previous: before.digest,
    };
    let digest = record.digest().unwrap();
    (record, digest)
}

fn alter(entries: &mut Vec<Entry>, place: usize, alteration: Alteration) {
    let last = entries.len() - 1;
    let (record, digest) = &mut entries[place];
    match alteration {
        Alteration::Sequence(by) => record.sequence += by,
        Alteration::At(micros) => record.at += TimeDelta::microseconds(micros),
        Alteration::Actor => {
            record.actor = match record.actor {
                Some(_) => None,
                None => Some(person(9)),
            }
        }
        Alteration::Client => {
            record.client = match record.client {
                Some(_) => None,
                None => Some(ClientId(uuid(9))),
            }
        }
        Alteration::Fact(fact) => record.fact = serde_json::to_value(fact).unwrap(),
        Alteration::Previous => record.previous = Digest::of_bytes(record.previous.as_bytes()),
        Alteration::Digest => *digest = Digest::of_bytes(digest.as_bytes()),
        Alteration::Drop => drop(entries.remove(place)),
        Alteration::Swap(with) => entries.swap(place, with.min(last)),
        Alteration::Repeat => entries.insert(place, entries[place].clone()),
        Alteration::Insert(fact) => entries.insert(place, forged(entries, place, fact)),
    }
}

proptest! {
    #[test]
    fn a_chain_as_written_verifies(entries in chain()) {
        prop_assert!(verifies(&entries, head(&entries)));
    }

    #[test]
    fn any_single_alteration_shows(
        entries in chain(), place in any::<proptest::sample::Index>(), alteration in alteration(),
    ) {
        let place = place.index(entries.len());
        let mut altered = entries.clone();
        alter(&mut altered, place, alteration.clone());
        prop_assume!(altered != entries);
        prop_assert!(!verifies(&altered, head(&entries)), "{:?} at {}", alteration, place);
    }

    #[test]
    fn an_altered_content_shows_at_its_own_record(
        entries in chain(), place in any::<proptest::sample::Index>(), other in fact(),
    ) {
        let place = place.index(entries.len());
        let mut altered = entries.clone();
        alter(&mut altered, place, Alteration::Fact(other));
        prop_assume!(altered != entries);
        let sequence = entries[place].0.sequence;
        prop_assert_eq!(walk(&altered), Err(Broken { sequence }));
    }

    #[test]
    fn an_alteration_with_its_digest_recomputed_shows_too(
        entries in chain(), place in any::<proptest::sample::Index>(), other in fact(),
    ) {
        let place = place.index(entries.len());
        let mut altered = entries.clone();
        altered[place].0.fact = serde_json::to_value(other).unwrap();
        altered[place].1 = altered[place].0.digest().unwrap();
        prop_assume!(altered != entries);
        prop_assert!(!verifies(&altered, head(&entries)));
    }

    #[test]
    fn a_record_survives_the_microseconds_of_a_store(entries in chain()) {
        for (record, digest) in entries {
            let kept = chrono::DateTime::from_timestamp_micros(record.at.timestamp_micros());
            let read = Record { at: kept.unwrap(), ..record };
            prop_assert_eq!(read.digest().unwrap(), digest);
        }
    }
}

#[test]
fn what_was_cut_at_the_end_is_told_by_the_head_only() {
    let first = forged(&[], 0, Fact::GroupFormed { group: group(1) });
    let second = forged(
        std::slice::from_ref(&first),
        1,
        Fact::GroupFormed { group: group(2) },
    );
    let entries = [first, second];
    assert!(verifies(&entries, head(&entries)));
    assert!(walk(&entries[..1]).is_ok());
    assert!(!verifies(&entries[..1], head(&entries)));
    assert!(!verifies(&[], head(&entries)));
}

#[test]
fn a_chain_begins_with_its_first_record() {
    let entry = forged(&[], 0, Fact::GroupFormed { group: group(1) });
    let elsewhere = Link {
        sequence: 1,
        digest: Digest::ZERO,
    };
    assert_eq!(
        elsewhere.step(&entry.0, entry.1),
        Err(Broken { sequence: 1 })
    );
    let broken = Broken { sequence: 7 };
    assert_eq!(broken.to_string(), "the audit chain is broken at record 7");
}

#[test]
fn the_digest_of_a_record_is_that_of_all_time() {
    // Stored chains depend on it: whoever changes this line breaks them all.
    let record = Record {
        sequence: 1,
        at: at(0) + TimeDelta::microseconds(123_456),
        actor: Some(person(1)),
        client: None,
        fact: serde_json::to_value(Fact::RolesChanged {
            membership: MembershipId(uuid(1)),
            before: Roles::NONE,
            after: Roles::of(&[Role::Dpo]),
        })
        .unwrap(),
        previous: Digest::ZERO,
    };
    assert_eq!(
        record.digest().unwrap().to_string(),
        "beb4240badf294f493a45a33efd400551b2159874ce000210ad26d2e84e6bbc3"
    );
}
