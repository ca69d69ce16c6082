//! The people of the demo join: the operator registers, administrators invite, everybody accepts.

use maillage_domain::access::{Role, act, authorize};
use maillage_domain::identity::{
    Collectivity, DirectoryCode, Invitation, InvitationSecret, Platform, Session, Staff,
};
use maillage_domain::value::{CollectivityId, InvitationId, MembershipId, PersonId, SessionId};

use super::DemoError;
use super::cast::{LAST, OPERATOR, Part, TOWNS, Town};
use crate::ambient::{Secret, SecretKind, id};
use crate::error::StoreError;
use crate::identity::{
    Acceptor, account, collectivity_by_siren, directory_entry, find_invitation, find_session,
    has_others, identify, invitations, members, person_for_invitation,
};
use crate::store::{Bearer, Store, Tx};

/// More than any collectivity of the demo has.
const ALL: i64 = 100;

/// Whether a seeding came to its end.
pub(super) async fn complete(store: &Store) -> Result<bool, DemoError> {
    let (town, role) = LAST;
    let email = Part::Member(town, role).email()?;
    let found = store.authenticate(async |tx| account(tx, &email).await);
    Ok(found.await?.is_some())
}

/// Whether real collectivités have joined: among them nobody may log in with a published password.
pub(super) async fn inhabited(store: &Store) -> Result<bool, DemoError> {
    let towns: Vec<_> = TOWNS
        .iter()
        .map(|town| town.siren())
        .collect::<Result<_, _>>()?;
    Ok(store
        .authenticate(async |tx: &mut Tx| has_others(tx.db(), &towns).await)
        .await?)
}

/// The tenant that `town` has become.
pub(super) async fn tenant(store: &Store, town: &Town) -> Result<CollectivityId, DemoError> {
    let siren = town.siren()?;
    let find = async |tx: &mut Tx| collectivity_by_siren(tx.db(), &siren).await;
    let found = store.authenticate(find).await?;
    Ok(found.ok_or(StoreError::Missing)?.id)
}

/// Whether the operator of the demo was appointed.
pub(super) async fn operated(store: &Store) -> Result<bool, DemoError> {
    let email = OPERATOR.email()?;
    let find = async |tx: &mut Tx| account(tx, &email).await;
    let found: Result<_, StoreError> = store.authenticate(find).await;
    Ok(found?.is_some_and(|account| account.operator))
}

/// Does `work` under a session of `part`, which is closed whatever comes of it.
pub(super) async fn acting<T>(
    store: &Store,
    part: Part,
    work: impl AsyncFnOnce(&Bearer) -> Result<T, DemoError>,
) -> Result<T, DemoError> {
    let email = part.email()?;
    let collectivity = match part {
        Part::Operator => None,
        Part::Member(town, _) => Some(tenant(store, town).await?),
    };
    let open = async |tx: &mut Tx| -> Result<Bearer, StoreError> {
        let account = account(tx, &email).await?.ok_or(StoreError::Missing)?;
        let person = PersonId(account.person);
        identify(tx, person).await?;
        let opened = Session::open(SessionId(id()), person, collectivity, tx.now());
        let session = tx.save(opened).await?.0.id;
        Ok(Bearer {
            session,
            person,
            collectivity,
        })
    };
    let bearer = store.authenticate(open).await?;
    let done = work(&bearer).await;
    let close = async |tx: &mut Tx| -> Result<(), StoreError> {
        let session = find_session(tx, bearer.session).await?;
        let closed = session.close(tx.now());
        tx.save(closed).await.map(|_| ())
    };
    let closed = store.write(&bearer, close).await;
    let value = done?;
    closed?;
    Ok(value)
}

fn secret() -> Result<InvitationSecret, StoreError> {
    // Accepted by its id: nobody needs to see it.
    let digest = Secret::draw(SecretKind::Invitation)?.digest();
    let id = InvitationId(id());
    Ok(InvitationSecret { id, digest })
}

/// The operator makes the four bodies tenants.
pub(super) async fn register(store: &Store) -> Result<(), DemoError> {
    acting(store, OPERATOR, async |operator| {
        for town in TOWNS {
            let step = async |tx: &mut Tx| register_one(tx, town).await;
            store.write(operator, step).await?;
        }
        Ok(())
    })
    .await
}

async fn register_one(tx: &mut Tx, town: &'static Town) -> Result<(), DemoError> {
    let siren = town.siren()?;
    if collectivity_by_siren(tx.db(), &siren).await?.is_some() {
        return Ok(());
    }
    let entry = directory_entry(tx.db(), DirectoryCode::Siren(siren.clone())).await;
    let entry = entry.map_err(|error| match error {
        StoreError::Missing => DemoError::Directory(town.name),
        error => error.into(),
    })?;
    let (actor, now) = (tx.actor()?.clone(), tx.now());
    let collectivity = Collectivity {
        id: CollectivityId(id()),
        siren,
        name: entry.name,
        body_type: entry.body_type.parse().map_err(DemoError::content)?,
        joined_at: now,
    };
    let administrator = Part::Member(town, Role::Administrator).invitee()?;
    let permitted = authorize::<act::RegisterCollectivity, _>(&actor, Platform)?;
    let registered = permitted.register(collectivity, administrator, secret()?, now);
    tx.save(registered).await?;
    Ok(())
}

/// Everybody joins but the last.
pub(super) async fn join(store: &Store, hash: &str) -> Result<(), DemoError> {
    for town in TOWNS {
        // The administrator, whom the operator has invited.
        accept(store, town, hash).await?;
        invite(store, town, town.staff).await?;
        accept(store, town, hash).await?;
    }
    Ok(())
}

/// The last one joins.
pub(super) async fn join_last(store: &Store, hash: &str) -> Result<(), DemoError> {
    let (town, role) = LAST;
    invite(store, town, &[role]).await?;
    accept(store, town, hash).await
}

/// The administrator of `town` invites whoever is neither there nor invited.
async fn invite(store: &Store, town: &'static Town, roles: &[Role]) -> Result<(), DemoError> {
    let administrator = Part::Member(town, Role::Administrator);
    acting(store, administrator, async |me| {
        let step = async |tx: &mut Tx| invite_missing(tx, town, roles).await;
        store.write(me, step).await
    })
    .await
}

async fn invite_missing(tx: &mut Tx, town: &'static Town, roles: &[Role]) -> Result<(), DemoError> {
    let (actor, now) = (tx.actor()?.clone(), tx.now());
    let collectivity = actor.collectivity().ok_or(StoreError::NotEntered)?;
    let there = members(tx.db(), None, ALL).await?;
    let invited = invitations(tx.db(), collectivity, None, ALL).await?;
    for role in roles {
        let invitee = Part::Member(town, *role).invitee()?;
        let email = &invitee.email;
        if there.iter().any(|member| member.email == email.as_str())
            || invited.iter().any(|offer| offer.invitee.email == *email)
        {
            continue;
        }
        let permitted = authorize::<act::Invite, _>(&actor, Staff { collectivity })?;
        tx.save(permitted.invite(invitee, secret()?, now)?).await?;
    }
    Ok(())
}

/// Everybody whom `town` has invited accepts.
async fn accept(store: &Store, town: &Town, hash: &str) -> Result<(), DemoError> {
    let tenant = tenant(store, town).await?;
    let pending = async |tx: &mut Tx| invitations(tx.db(), tenant, None, ALL).await;
    let pending: Vec<Invitation> = store.authenticate(pending).await?;
    for Invitation { id: offer, .. } in pending {
        let step = async |tx: &mut Tx| -> Result<(), DemoError> {
            let invitation = find_invitation(tx, tenant, offer).await?;
            let known = account(tx, &invitation.invitee.email).await?;
            let acceptor = match known {
                Some(known) => Acceptor::Known(PersonId(known.person)),
                None => Acceptor::New {
                    id: PersonId(id()),
                    password_hash: hash.to_owned(),
                },
            };
            let person = person_for_invitation(tx, &invitation, acceptor).await?;
            let accepted = invitation.accept(person, MembershipId(id()), tx.now())?;
            tx.save(accepted).await?;
            Ok(())
        };
        store.authenticate(step).await?;
    }
    Ok(())
}
