//! Events: who is told of which fact, and what it says.

mod samples;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maillage_domain::access::{Role, Roles, Scopes, Verb};
use maillage_domain::event::Fact;
use maillage_domain::partners::events::{Circle, Event, EventType, Reach, Subject, Told, reach};
use maillage_domain::value::EventId;

use crate::fixture::{at, client, collectivity, member, operator, uuid};

const GOLDEN: &str = include_str!("reach.txt");
const FRESH: &str = "tests/it/partners/events/reach.txt.new";

const HEADER: &str = "\
Who is told of what
===================

A line is a fact; what follows is who is told that it happened, by the feed and by webhooks. They are
told its name, when, whose doing it was, and where to fetch what it was done to; never what it says.
A dash is told to nobody: it stands in the audit trail alone.

  own (…)          the collectivity that acted; a person or client that may do what is in parentheses
  readers          everybody the resource is granted to, while it is offered to them
  audience         the one audience of that grant, while it stands and the resource is offered
  former readers   everybody the resource was granted to until then
  former audience  the one audience of a grant that ended, if the resource was offered to it
  participants     every collectivity that takes part in the group
  coordinators     those that coordinate the group
  fellow           the collectivity that is named
  parties          the two sides of the amendment

All but own must see what it was done to at the moment they read of it, but for what ended: of that
the former readers are told, who saw it until then.
";

fn words(circle: Circle) -> String {
    match circle {
        Circle::Own(verb) => format!(
            "own ({})",
            serde_json::to_value(verb).unwrap().as_str().unwrap()
        ),
        other => other.as_str().replace('_', " "),
    }
}

fn table() -> String {
    let mut table = HEADER.to_owned();
    for fact in samples::facts() {
        let name = samples::name(&fact);
        let told = reach(&fact).map_or_else(
            || "–".to_owned(),
            |it| {
                let circles: Vec<_> = it.circles.iter().copied().map(words).collect();
                format!("{:<12}{}", it.subject.kind(), circles.join(", "))
            },
        );
        write!(table, "\n{name:<30}{told}").unwrap();
    }
    table.push('\n');
    table
}

#[test]
fn facts_reach_whom_the_golden_table_names() {
    let expected = table();
    if expected != GOLDEN {
        std::fs::write(FRESH, &expected).unwrap();
        panic!("reach and reach.txt differ; see {FRESH}:\n{expected}");
    }
}

#[test]
fn the_table_leaves_out_no_fact() {
    let source = include_str!("../../../../src/event.rs");
    let named: BTreeSet<_> = source
        .split("rename = \"")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0.to_owned())
        .collect();
    let sampled: BTreeSet<_> = samples::facts().iter().map(samples::name).collect();
    assert_eq!(sampled, named);
}

#[test]
fn an_event_has_the_name_of_its_fact_and_every_name_is_some_facts() {
    let told: Vec<(Fact, Reach)> = samples::facts()
        .into_iter()
        .filter_map(|fact| reach(&fact).map(|it| (fact, it)))
        .collect();
    for (fact, it) in &told {
        assert_eq!(it.what.as_str(), samples::name(fact));
        assert!(!it.circles.is_empty());
    }
    let told: BTreeSet<_> = told.iter().map(|(_, it)| it.what).collect();
    assert!(told.iter().eq(EventType::ALL));
    for what in EventType::ALL {
        assert_eq!(what.as_str().parse(), Ok(*what));
        assert!(what.meaning().trim().ends_with('.'));
    }
    assert!("session.opened".parse::<EventType>().is_err());
}

#[test]
fn subjects_are_kept_in_parts_and_lead_somewhere() {
    let kinds: BTreeSet<_> = Subject::KINDS.iter().copied().collect();
    for fact in samples::facts() {
        let Some(Reach { subject, .. }) = reach(&fact) else {
            continue;
        };
        let (kind, id, version) = (subject.kind(), subject.id(), subject.version());
        assert_eq!(Subject::from_parts(kind, id, version), Ok(subject));
        assert!(kinds.contains(kind));
        assert!(subject.href().contains(&id.to_string()));
    }
    assert!(Subject::from_parts("session", uuid(1), None).is_err());
}

#[test]
fn an_event_says_where_to_fetch_and_nothing_of_what_is_there() {
    let it = told(EventType::ResourcePublished, Circle::Readers);
    assert_eq!(
        serde_json::to_value(it.event).unwrap(),
        serde_json::json!({
            "id": uuid(1),
            "type": "resource.published",
            "occurred_at": at(0),
            "collectivity": collectivity(1),
            "subject": {
                "type": "charter",
                "id": uuid(2),
                "href": format!("/v1/charters/{}", uuid(2)),
            },
        })
    );
}

fn told(what: EventType, circle: Circle) -> Told {
    let event = Event {
        id: EventId(uuid(1)),
        what,
        occurred_at: at(0),
        collectivity: collectivity(1),
        subject: Subject::from_parts("charter", uuid(2), None).unwrap(),
    };
    Told {
        position: 1,
        event,
        verbs: vec![circle.verb()],
    }
}

#[test]
fn who_may_not_read_a_draft_is_not_told_of_it() {
    let draft = told(EventType::DraftWritten, Circle::Own(Verb::ReadDraft));
    assert!(draft.is_for(&member(1, Roles::of(&[Role::Contributor]))));
    assert!(!draft.is_for(&member(1, Roles::of(&[Role::Reader]))));
    assert!(!draft.is_for(&operator()));
    // Of what was published, simple readers are.
    let published = told(EventType::ResourcePublished, Circle::Own(Verb::Read));
    assert!(published.is_for(&member(1, Roles::of(&[Role::Reader]))));
    assert!(!published.is_for(&operator()));
}

#[test]
fn software_is_told_of_what_its_scopes_and_its_creator_may_read() {
    let writer = Roles::of(&[Role::Contributor]);
    let reading = Scopes::of([Verb::Read]).unwrap();
    let published = told(EventType::ResourcePublished, Circle::Readers);
    let amended = told(EventType::AmendmentProposed, Circle::Parties);
    assert!(published.is_for(&client(1, writer, reading)));
    assert!(!amended.is_for(&client(1, writer, reading)));
    assert!(amended.is_for(&client(1, writer, Scopes::all())));
    assert!(!published.is_for(&client(1, writer, Scopes::NONE)));
    assert!(!published.is_for(&client(1, Roles::NONE, Scopes::all())));
}

#[test]
fn several_ways_to_be_told_are_one_too_many_and_no_less() {
    let mut shared = told(EventType::ResourceShared, Circle::Own(Verb::ReadShares));
    let reader = member(1, Roles::of(&[Role::Reader]));
    assert!(!shared.is_for(&reader));
    shared.verbs.push(Verb::Read);
    assert!(shared.is_for(&reader));
}
