//! What the people of the demo make: a group, a charter, templates, an adaptation.
//!
//! The AI lead writes, the director publishes and shares: the author is not the approver (L4).

use maillage_domain::access::{Actor, GroupRole, Role, act, authorize};
use maillage_domain::commons::{
    Audience, Begun, Card, Charter, Kind, Level, Published, Resource, Shareable, Template,
};
use maillage_domain::groups::{GroupCharter, ParticipationState};
use maillage_domain::identity::Staff;
use maillage_domain::value::{CollectivityId, GroupId, ResourceId, ShareId};

use super::DemoError;
use super::cast::{AGGLOMERATION, CERGY, PONTOISE, Part, Town};
use super::documents::{self, Document};
use super::people::{acting, tenant};
use crate::ambient::id;
use crate::commons::{Page, find_for_update, newest, version};
use crate::error::StoreError;
use crate::groups::{
    find_group, find_participation, groups, lock_participation, own_participation,
};
use crate::store::{Bearer, Store, Tx};

/// More than any collectivity of the demo has.
const ALL: i64 = 100;

const GROUP: &str = "Communes et agglomération de Cergy-Pontoise (démo)";
const PURPOSE: &str = "Contenu de démonstration, fictif. Groupe qui réunit une agglomération et \
    deux de ses communes pour tenir ensemble la charte des usages de l'IA et ses modèles. Il \
    n'engage aucune des collectivités nommées.";
const NOTE: &str = "Première version. Contenu de démonstration, fictif.";

/// Who acts, for which collectivity.
pub(super) fn member(tx: &Tx) -> Result<(Actor, CollectivityId), StoreError> {
    let actor = tx.actor()?.clone();
    let collectivity = actor.collectivity().ok_or(StoreError::NotEntered)?;
    Ok((actor, collectivity))
}

/// The agglomeration forms the group, Cergy and Pontoise join it as contributors.
pub(super) async fn group(store: &Store) -> Result<GroupId, DemoError> {
    let director = Part::Member(AGGLOMERATION, Role::Director);
    let group = acting(store, director, async |me| {
        let group = store.write(me, async |tx| form(tx).await).await?;
        for town in [CERGY, PONTOISE] {
            let invited = tenant(store, town).await?;
            let step = async |tx: &mut Tx| invite(tx, group, town, invited).await;
            store.write(me, step).await?;
        }
        Ok(group)
    })
    .await?;
    for town in [CERGY, PONTOISE] {
        acting(store, Part::Member(town, Role::Director), async |me| {
            store
                .write(me, async |tx| accept(tx, group, town).await)
                .await
        })
        .await?;
    }
    Ok(group)
}

async fn form(tx: &mut Tx) -> Result<GroupId, DemoError> {
    let (actor, collectivity) = member(tx)?;
    let there = groups(tx.db(), None, ALL).await?;
    if let Some(group) = there.iter().find(|it| it.charter.name.as_str() == GROUP) {
        return Ok(group.id);
    }
    let charter = GroupCharter {
        name: GROUP.to_owned().try_into().map_err(DemoError::content)?,
        purpose: PURPOSE.to_owned().try_into().map_err(DemoError::content)?,
    };
    let permitted = authorize::<act::FormGroup, _>(&actor, Staff { collectivity })?;
    let formed = permitted.form(GroupId(id()), charter, tx.now());
    Ok(tx.save(formed).await?.group.id)
}

async fn invite(
    tx: &mut Tx,
    group: GroupId,
    town: &Town,
    invited: CollectivityId,
) -> Result<(), DemoError> {
    let (actor, _) = member(tx)?;
    match find_participation(tx.db(), group, &town.siren()?).await {
        Ok(_) => return Ok(()),
        Err(StoreError::Missing) => {}
        Err(error) => return Err(error.into()),
    }
    let found = find_group(tx, group).await?;
    let permitted = authorize::<act::InviteToGroup, _>(&actor, found)?;
    let invitation = permitted.invite(invited, GroupRole::Contributor, None, tx.now())?;
    tx.save(invitation).await?;
    Ok(())
}

async fn accept(tx: &mut Tx, group: GroupId, town: &Town) -> Result<(), DemoError> {
    let (actor, _) = member(tx)?;
    let (fellow, _) = lock_participation(tx, group, &town.siren()?).await?;
    if fellow.participation.state == ParticipationState::Invited {
        let permitted = authorize::<act::AcceptInvitation, _>(&actor, fellow.participation)?;
        tx.save(permitted.accept(tx.now())).await?;
    }
    Ok(())
}

/// The agglomeration writes, publishes and shares its charter and its templates.
pub(super) async fn originals(store: &Store, group: GroupId) -> Result<ResourceId, DemoError> {
    let (charter, templates) = (documents::charter()?, documents::templates()?);
    let author = Part::Member(AGGLOMERATION, Role::AiLead);
    let (charter, templates) = acting(store, author, async |me| {
        let charter = write::<Charter>(store, me, charter).await?;
        let mut written = Vec::new();
        for template in templates {
            written.push(write::<Template>(store, me, template).await?);
        }
        Ok((charter, written))
    })
    .await?;
    let director = Part::Member(AGGLOMERATION, Role::Director);
    acting(store, director, async |me| {
        for template in templates {
            offer::<Template>(store, me, template, to_group(group, Level::Reuse)).await?;
        }
        offer::<Charter>(store, me, charter, to_group(group, Level::Reuse)).await
    })
    .await?;
    Ok(charter)
}

/// Cergy adapts the charter, publishes what comes out and lets the group read it.
pub(super) async fn adaptation(
    store: &Store,
    group: GroupId,
    charter: ResourceId,
) -> Result<(), DemoError> {
    let author = Part::Member(CERGY, Role::AiLead);
    let adapted = acting(store, author, async |me| {
        store.write(me, async |tx| adapt(tx, charter).await).await
    })
    .await?;
    acting(store, Part::Member(CERGY, Role::Director), async |me| {
        offer::<Charter>(store, me, adapted, to_group(group, Level::Read)).await
    })
    .await
}

/// A resource of one's own that is there already.
async fn own<K: Kind>(
    tx: &Tx,
    owner: CollectivityId,
    is_it: impl Fn(&Resource<K>) -> bool,
) -> Result<Option<ResourceId>, StoreError> {
    let page = Page {
        owner: Some(owner),
        limit: ALL,
        ..Page::default()
    };
    let there = newest::<K>(tx.db(), &page).await?;
    let found = there.into_iter().find(|seen| is_it(&seen.resource));
    Ok(found.map(|seen| seen.resource.id))
}

/// Starts a resource with its first draft, unless it is there.
pub(super) async fn write<K: Kind>(
    store: &Store,
    author: &Bearer,
    document: Document<K::Body>,
) -> Result<ResourceId, DemoError> {
    let step = async |tx: &mut Tx| -> Result<ResourceId, DemoError> {
        let ((actor, collectivity), card) = (member(tx)?, document.card());
        let is_it = |it: &Resource<K>| it.card.title == card.title;
        if let Some(found) = own(tx, collectivity, is_it).await? {
            return Ok(found);
        }
        let permitted = authorize::<act::Create, _>(&actor, Staff { collectivity })?;
        let (new, now) = (ResourceId(id()), tx.now());
        let created = permitted.create::<K>(new, card, document.body, now)?;
        Ok(tx.save(created).await?.resource.id)
    };
    store.write(author, step).await
}

/// A grant to the group.
fn to_group(id: GroupId, level: Level) -> Option<(Audience, Level)> {
    Some((Audience::Group { id }, level))
}

/// Publishes the draft and grants the resource if it is to be, unless it was published before.
pub(super) async fn offer<K: Kind>(
    store: &Store,
    director: &Bearer,
    id: ResourceId,
    to: Option<(Audience, Level)>,
) -> Result<(), DemoError> {
    let step = async |tx: &mut Tx| publish::<K>(tx, id, to).await;
    store.write(director, step).await
}

async fn publish<K: Kind>(
    tx: &mut Tx,
    resource: ResourceId,
    to: Option<(Audience, Level)>,
) -> Result<(), DemoError> {
    let ((actor, _), now) = (member(tx)?, tx.now());
    let bench = find_for_update::<K>(tx, resource).await?;
    if bench.resource.head.is_some() {
        return Ok(());
    }
    let note = NOTE.to_owned().try_into().map_err(DemoError::content)?;
    let published = authorize::<act::Publish, _>(&actor, bench)?.publish(note, now)?;
    let resource = tx.save(published).await?.resource;
    let Some((audience, level)) = to else {
        return Ok(());
    };
    let participation = match audience {
        Audience::Group { id } => own_participation(tx.db(), id).await?,
        _ => None,
    };
    let shareable = Shareable {
        resource,
        participation,
    };
    let permitted = authorize::<act::Share, _>(&actor, shareable)?;
    tx.save(permitted.share(ShareId(id()), audience, level, None, now)?)
        .await?;
    Ok(())
}

/// What was made of `source` already.
pub(super) async fn made_of<K: Kind>(
    tx: &Tx,
    source: ResourceId,
) -> Result<Option<ResourceId>, DemoError> {
    let (_, collectivity) = member(tx)?;
    let is_it = |it: &Resource<K>| it.source.is_some_and(|made| made.resource == source);
    Ok(own(tx, collectivity, is_it).await?)
}

/// Makes a resource of one's own from the newest version of `source`.
pub(super) async fn take<K: Kind>(tx: &mut Tx, source: ResourceId) -> Result<Begun<K>, DemoError> {
    let (actor, _) = member(tx)?;
    let (seen, version) = version::<K>(tx.db(), source, None).await?;
    let published = Published {
        resource: seen.resource,
        version,
    };
    let permitted = authorize::<act::Adapt, _>(&actor, published)?;
    let adapted = permitted.adapt(ResourceId(id()), tx.now())?;
    Ok(tx.save(adapted).await?.0)
}

/// Renames a resource of one's own and rewrites its draft.
pub(super) async fn rewrite<K: Kind>(
    tx: &mut Tx,
    resource: Resource<K>,
    card: Card,
    body: K::Body,
) -> Result<(), DemoError> {
    let ((actor, _), now) = (member(tx)?, tx.now());
    let permitted = authorize::<act::Describe, _>(&actor, resource)?;
    let resource = tx.save(permitted.describe(card, now)?).await?.0;
    let bench = find_for_update::<K>(tx, resource.id).await?;
    let permitted = authorize::<act::Write, _>(&actor, bench)?;
    tx.save(permitted.write(body, now)?).await?;
    Ok(())
}

/// Makes a charter of one's own from `source`, renames and rewrites it, unless it is there.
async fn adapt(tx: &mut Tx, source: ResourceId) -> Result<ResourceId, DemoError> {
    if let Some(found) = made_of::<Charter>(tx, source).await? {
        return Ok(found);
    }
    let adaptation = documents::adaptation()?;
    let Begun { resource, draft } = take::<Charter>(tx, source).await?;
    let card = Card {
        title: adaptation.title.clone(),
        summary: adaptation.summary.clone(),
        ..resource.card.clone()
    };
    let (id, body) = (resource.id, adaptation.apply(draft.body)?);
    rewrite(tx, resource, card, body).await?;
    Ok(id)
}
