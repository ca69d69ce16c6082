//! Experiments of the demo: three protocols, and who replicates them.

use std::collections::BTreeMap;

use maillage_domain::access::{Role, act, authorize};
use maillage_domain::commons::{
    Audience, Begun, Card, Experiment, Level, Population, ProtocolBody,
};
use maillage_domain::value::{ClauseId, Line, Prose, ResourceId};
use serde::Deserialize;

use super::DemoError;
use super::cast::{AGGLOMERATION, CERGY, PONTOISE, Part, Town, VENELLES};
use super::contents::{made_of, member, offer, rewrite, take, write};
use super::documents::{Document, parse};
use super::people::acting;
use super::trials::{Hands, Move, carry_out};
use crate::commons::find_for_update;
use crate::store::{Store, Tx};

/// A protocol, and the trials of it: the first is its author's, the others replicate it.
type Study = (&'static str, &'static [(&'static Town, &'static str)]);

const STUDIES: [Study; 3] = [
    (
        include_str!("../../data/demo/protocols/writing-assistant.json"),
        &[
            (
                AGGLOMERATION,
                include_str!("../../data/demo/trials/agglomeration-letters.json"),
            ),
            (
                CERGY,
                include_str!("../../data/demo/trials/cergy-letters.json"),
            ),
            (
                PONTOISE,
                include_str!("../../data/demo/trials/pontoise-letters.json"),
            ),
            (
                VENELLES,
                include_str!("../../data/demo/trials/venelles-letters.json"),
            ),
            (
                AGGLOMERATION,
                include_str!("../../data/demo/trials/agglomeration-housing.json"),
            ),
        ],
    ),
    (
        include_str!("../../data/demo/protocols/meeting-minutes.json"),
        &[
            (
                CERGY,
                include_str!("../../data/demo/trials/cergy-minutes.json"),
            ),
            (
                PONTOISE,
                include_str!("../../data/demo/trials/pontoise-minutes.json"),
            ),
        ],
    ),
    (
        include_str!("../../data/demo/protocols/canteen-waste.json"),
        &[(
            VENELLES,
            include_str!("../../data/demo/trials/venelles-canteens.json"),
        )],
    ),
];

/// A trial of the demo.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    /// Where it does not say what the protocol says; of one's own protocol, nothing.
    #[serde(default)]
    replica: Replica,
    moves: Vec<Move>,
}

/// What a replication says otherwise, and why where that is a deviation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Replica {
    title: Option<Line<200>>,
    service: Option<String>,
    population: Option<Population>,
    weeks: Option<u32>,
    reasons: BTreeMap<ClauseId, Prose<2000>>,
}

/// Every experiment, as far as its trial has come.
pub(super) async fn experiments(store: &Store) -> Result<(), DemoError> {
    for (protocol, trials) in STUDIES {
        let mut source = None;
        for (town, script) in trials {
            let script: Script = parse(script)?;
            let (lead, director) = (
                Part::Member(town, Role::AiLead),
                Part::Member(town, Role::Director),
            );
            let experiment = acting(store, lead, async |lead| {
                acting(store, director, async |director| {
                    let hands = Hands { lead, director };
                    let experiment = match source {
                        None => original(store, hands, parse(protocol)?).await?,
                        Some(source) => replica(store, hands, source, script.replica).await?,
                    };
                    carry_out(store, hands, experiment, script.moves).await?;
                    Ok(experiment)
                })
                .await
            })
            .await?;
            source.get_or_insert(experiment);
        }
    }
    Ok(())
}

/// A protocol that the whole network may replicate.
async fn original(
    store: &Store,
    hands: Hands<'_>,
    protocol: Document<ProtocolBody>,
) -> Result<ResourceId, DemoError> {
    let id = write::<Experiment>(store, hands.lead, protocol).await?;
    let network = Some((Audience::Network, Level::Reuse));
    offer::<Experiment>(store, hands.director, id, network).await?;
    Ok(id)
}

/// A replication, which the network sees by its results only.
async fn replica(
    store: &Store,
    hands: Hands<'_>,
    source: ResourceId,
    replica: Replica,
) -> Result<ResourceId, DemoError> {
    let step = async |tx: &mut Tx| replicate(tx, source, replica).await;
    let id = store.write(hands.lead, step).await?;
    offer::<Experiment>(store, hands.director, id, None).await?;
    Ok(id)
}

async fn replicate(
    tx: &mut Tx,
    source: ResourceId,
    replica: Replica,
) -> Result<ResourceId, DemoError> {
    if let Some(found) = made_of::<Experiment>(tx, source).await? {
        return Ok(found);
    }
    let Begun { resource, draft } = take::<Experiment>(tx, source).await?;
    let id = resource.id;
    let Some(title) = replica.title else {
        return Ok(id);
    };
    let card = Card {
        title,
        ..resource.card.clone()
    };
    let body = ProtocolBody {
        service: replica.service.unwrap_or(draft.body.service),
        population: replica.population.unwrap_or(draft.body.population),
        weeks: replica.weeks.or(draft.body.weeks),
        ..draft.body
    };
    rewrite(tx, resource, card, body).await?;
    for (part, reason) in replica.reasons {
        let (actor, _) = member(tx)?;
        let bench = find_for_update::<Experiment>(tx, id).await?;
        let permitted = authorize::<act::Write, _>(&actor, bench)?;
        let now = tx.now();
        tx.save(permitted.justify(&part, reason, now)?).await?;
    }
    Ok(id)
}
