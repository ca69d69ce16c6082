//! What every test starts from: ids, instants, actors, texts.

use chrono::{DateTime, TimeDelta, Utc};
use maillage_domain::access::{
    Action, Actor, GroupRole, Member, Permitted, Role, Roles, Scopes, ServiceAccount, Subject,
    Verb, authorize,
};
use maillage_domain::groups::ParticipationState;
use maillage_domain::value::{
    ClientId, CollectivityId, EmailAddress, GroupId, Line, PersonId, Prose,
};
use proptest::prelude::*;
use uuid::Uuid;

/// The `n`th id: a UUIDv7 that no clock made.
pub fn uuid(n: u64) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

pub fn collectivity(n: u64) -> CollectivityId {
    CollectivityId(uuid(0x1000 + n))
}

pub fn person(n: u64) -> PersonId {
    PersonId(uuid(0x2000 + n))
}

pub fn group(n: u64) -> GroupId {
    GroupId(uuid(0x3000 + n))
}

/// `seconds` after the instant at which all tests begin.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// Someone who works for the `n`th collectivity with these roles.
pub fn member(n: u64, roles: Roles) -> Actor {
    Actor::Member(Member {
        person: person(n),
        collectivity: collectivity(n),
        roles,
    })
}

/// The director of the `n`th collectivity.
pub fn director(n: u64) -> Actor {
    member(n, Roles::of(&[Role::Director]))
}

/// The administrator of the `n`th collectivity.
pub fn administrator(n: u64) -> Actor {
    member(n, Roles::of(&[Role::Administrator]))
}

pub fn operator() -> Actor {
    Actor::Operator { person: person(99) }
}

/// Software that the `n`th person created, who holds these roles.
pub fn client(n: u64, roles: Roles, scopes: Scopes) -> Actor {
    Actor::Client(ServiceAccount {
        group: None,
        client: ClientId(uuid(0x4000 + n)),
        creator: person(n),
        collectivity: collectivity(n),
        roles,
        scopes,
    })
}

/// Any set of scopes, the empty one too.
pub fn scopes() -> impl Strategy<Value = Scopes> {
    let all: Vec<Verb> = Scopes::all().iter().collect();
    let count = all.len();
    proptest::sample::subsequence(all, 0..=count).prop_map(|verbs| Scopes::of(verbs).unwrap())
}

/// The permission that the test takes for granted.
pub fn allowed<A: Action, T: Subject>(actor: &Actor, subject: T) -> Permitted<A, T> {
    authorize(actor, subject).expect("the policy allows it")
}

pub fn line<const MAX: usize>(text: &str) -> Line<MAX> {
    text.to_owned().try_into().unwrap()
}

pub fn prose<const MAX: usize>(text: &str) -> Prose<MAX> {
    text.to_owned().try_into().unwrap()
}

pub fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

/// Any set of roles, the empty one too.
pub fn roles() -> impl Strategy<Value = Roles> {
    proptest::sample::subsequence(Role::ALL, 0..=Role::ALL.len())
        .prop_map(|roles| Roles::of(&roles))
}

/// Anyone: the operator, or a member or a client of one of three collectivités.
pub fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        1 => Just(operator()),
        5 => (0..3_u64, roles()).prop_map(|(n, roles)| member(n, roles)),
        3 => (0..3_u64, roles(), scopes()).prop_map(|(n, roles, scopes)| client(n, roles, scopes)),
    ]
}

pub fn group_role() -> impl Strategy<Value = GroupRole> {
    proptest::sample::select(GroupRole::ALL)
}

pub fn participation_state() -> impl Strategy<Value = ParticipationState> {
    use ParticipationState::{Active, Declined, Invited, Left, Suspended};
    proptest::sample::select(vec![Invited, Active, Suspended, Left, Declined])
}

/// What the slug type says of itself: serde, `Display` and `FromStr` agree on one slug per value.
pub fn slugs_agree<T>(all: &[T], slug: impl Fn(&T) -> &'static str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + std::fmt::Display,
    T: std::str::FromStr + PartialEq + std::fmt::Debug,
    T::Err: std::fmt::Debug + std::fmt::Display,
{
    for value in all {
        let json = serde_json::to_value(value).unwrap();
        assert_eq!(json, slug(value));
        assert_eq!(value.to_string(), slug(value));
        assert_eq!(&slug(value).parse::<T>().unwrap(), value);
        assert_eq!(&serde_json::from_value::<T>(json).unwrap(), value);
    }
    let slugs: std::collections::BTreeSet<_> = all.iter().map(&slug).collect();
    assert_eq!(slugs.len(), all.len());
    assert!("".parse::<T>().is_err());
}
