//! Who presents a verified access token, and how they enter: identity only, rights are read live.

use std::net::IpAddr;

use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use maillage_domain::access::{Actor, Member, Role, Roles, Scopes, ServiceAccount};
use maillage_domain::value::{ClientId, CollectivityId, Digest, GroupId, PersonId, SessionId};
use uuid::Uuid;

use super::Db;
use crate::error::StoreError;
use crate::sql::query;

/// A person with an open session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The session the token belongs to.
    pub session: SessionId,
    /// The person.
    pub person: PersonId,
    /// The tenant; none for the operator.
    pub collectivity: Option<CollectivityId>,
}

/// Software of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientBearer {
    /// Which software.
    pub client: ClientId,
    /// The tenant it acts for.
    pub collectivity: CollectivityId,
    /// What its token is good for, at most.
    pub scopes: Scopes,
    /// The digest of what its token calls itself: it may have been given back.
    pub token: Digest,
    /// Where it calls from, as far as that is known.
    pub address: Option<IpAddr>,
}

/// Who presents a verified access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A person.
    Person(Bearer),
    /// Software of a partner.
    Client(ClientBearer),
}

impl From<&Bearer> for Caller {
    fn from(bearer: &Bearer) -> Self {
        Self::Person(*bearer)
    }
}

impl From<&ClientBearer> for Caller {
    fn from(bearer: &ClientBearer) -> Self {
        Self::Client(*bearer)
    }
}

impl From<&Caller> for Caller {
    fn from(caller: &Caller) -> Self {
        *caller
    }
}

query! {
    /// The context just entered.
    Entered {} -> (Nullable<Text>, Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<Text>)
    "select door, tenant, person, roles from entered()"
}

query! {
    /// The context that a client has just entered.
    EnteredClient {} -> (
        Nullable<Text>, Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<Text>,
        Nullable<SqlUuid>, Nullable<Text>,
    )
    "select e.door, e.tenant, c.client, e.roles, c.creator, c.scopes \
     from entered() e, entered_client() c"
}

type EnteredRow = (Option<String>, Option<Uuid>, Option<Uuid>, Option<String>);
type EnteredClientRow = (
    Option<String>,
    Option<Uuid>,
    Option<Uuid>,
    Option<String>,
    Option<Uuid>,
    Option<String>,
);

impl Caller {
    /// The software, if it is one.
    pub fn client(&self) -> Option<ClientId> {
        match self {
            Self::Client(bearer) => Some(bearer.client),
            Self::Person(_) => None,
        }
    }

    /// The tenant acted for, if any.
    pub fn collectivity(&self) -> Option<CollectivityId> {
        match self {
            Self::Person(it) => it.collectivity,
            Self::Client(it) => Some(it.collectivity),
        }
    }

    /// Whose it is: the id of the person or the client.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Person(it) => it.person.0,
            Self::Client(it) => it.client.0,
        }
    }

    /// The same caller, calling from there.
    #[must_use]
    pub fn calling_from(self, address: Option<IpAddr>) -> Self {
        match self {
            Self::Person(_) => self,
            Self::Client(it) => Self::Client(ClientBearer { address, ..it }),
        }
    }

    /// The statement that enters. Only ids, slugs, hexadecimal digits and an address are written
    /// into it, none of them as somebody sent them.
    pub(super) fn enter(&self) -> String {
        match self {
            Self::Person(Bearer {
                session,
                collectivity: Some(tenant),
                ..
            }) => format!("SELECT enter('{session}', '{tenant}')"),
            Self::Person(Bearer { session, .. }) => format!("SELECT enter_platform('{session}')"),
            Self::Client(it) => {
                let address = it.address.map(|address| address.to_canonical());
                let address = address.map_or("null".to_owned(), |it| format!("'{it}'"));
                format!(
                    "SELECT enter_client('{}', '{}', '\\x{}', '{{{}}}', {address})",
                    it.collectivity,
                    it.client,
                    it.token,
                    it.scopes.slugs().join(",")
                )
            }
        }
    }

    /// Who has entered, asked right behind.
    pub(super) async fn entered(&self, db: Db<'_>) -> Result<Actor, StoreError> {
        match self {
            Self::Person(bearer) => person(bearer.person.0, db.row(Entered {}).await?),
            Self::Client(it) => {
                let named = (it.collectivity, it.client.0);
                client(named, db.row(EnteredClient {}).await?)
            }
        }
    }
}

fn read_roles(roles: &str) -> Result<Roles, StoreError> {
    let roles = roles.split(',').filter(|role| !role.is_empty());
    let roles = roles.map(str::parse::<Role>).collect::<Result<_, _>>();
    roles.map_err(StoreError::corrupt)
}

/// The person of the session, who must be the one the token names too.
pub(super) fn person(bearer: Uuid, entered: Option<EnteredRow>) -> Result<Actor, StoreError> {
    let named = |row: &EnteredRow| row.2 == Some(bearer);
    match entered.filter(named) {
        Some((Some(door), _, Some(person), _)) if door == "operator" => Ok(Actor::Operator {
            person: PersonId(person),
        }),
        Some((Some(door), Some(tenant), Some(person), Some(roles))) if door == "member" => {
            Ok(Actor::Member(Member {
                person: PersonId(person),
                collectivity: CollectivityId(tenant),
                roles: read_roles(&roles)?,
            }))
        }
        _ => Err(StoreError::NotEntered),
    }
}

/// The client that the token names, with what its creator may do now. One that acts for another than its
/// tenant acts as a group.
pub(super) fn client(
    (of, bearer): (CollectivityId, Uuid),
    entered: Option<EnteredClientRow>,
) -> Result<Actor, StoreError> {
    let named = |row: &EnteredClientRow| row.2 == Some(bearer);
    match entered.filter(named) {
        Some((
            Some(door),
            Some(tenant),
            Some(client),
            Some(roles),
            Some(creator),
            Some(scopes),
        )) if door == "client" => {
            let scopes = Scopes::named(scopes.split_terminator(','));
            Ok(Actor::Client(ServiceAccount {
                client: ClientId(client),
                creator: PersonId(creator),
                collectivity: CollectivityId(tenant),
                roles: read_roles(&roles)?,
                scopes: scopes.map_err(StoreError::corrupt)?,
                group: (tenant != of.0).then_some(GroupId(tenant)),
            }))
        }
        _ => Err(StoreError::NotEntered),
    }
}
