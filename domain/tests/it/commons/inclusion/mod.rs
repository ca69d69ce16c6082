//! Inclusions: clauses of other texts in one's own, each following its own source.

mod cases;
mod follow;
mod laws;

use maillage_domain::access::act;
use maillage_domain::commons::merge::Choices;
use maillage_domain::commons::{
    Begun, Charter, CharterBody, Clausal, Excerpt, Head, Included, Inclusions, Kind, Level, Newest,
    Published, Resource, ResourceError, ResourceState, Slot, Source, Template, TemplateBody,
    UpstreamError, Version, digest,
};
use maillage_domain::event::Fact;
use maillage_domain::identity::Staff;
use maillage_domain::value::ResourceId;
use serde_json::{Value, json};

use super::fixture::{bench, card, life, resource_id, workbench};
use crate::fixture::{allowed, at, collectivity, director, person, prose};

/// The collectivity whose text includes, and the resource.
const HOME: u64 = 1;

fn body(clauses: Value) -> CharterBody {
    serde_json::from_value(json!({ "clauses": clauses })).unwrap()
}

fn clause(id: &str, text: &str) -> Value {
    json!({ "id": id, "title": format!("Titre {id}"), "text": text })
}

/// A text of one's own that includes nothing yet.
fn home(body: CharterBody) -> Inclusions<Charter> {
    Inclusions {
        bench: workbench(life(HOME).resource, Some(body)),
        inclusions: Vec::new(),
        newest: Vec::new(),
    }
}

/// Version `number` of the `n`th collectivity's text, as it is granted for reuse.
fn published<K: Kind>(n: u64, number: i32, body: K::Body) -> Published<K> {
    let staff = Staff {
        collectivity: collectivity(n),
    };
    let created = allowed::<act::Create, _>(&director(n), staff);
    let begun = created.create::<K>(resource_id(n), card("Source"), body.clone(), at(0));
    let (Begun { resource, .. }, _) = begun.unwrap().into_parts();
    let digest = digest::<K>("Source", &body).unwrap();
    let head = Head {
        number,
        digest,
        draft_revision: 1,
        published_at: at(i64::from(number)),
    };
    Published {
        resource: Resource {
            granted: Some(Level::Reuse),
            state: ResourceState::Published,
            head: Some(head),
            ..resource
        },
        version: Version {
            number,
            title: "Source".to_owned(),
            note: prose("Relu."),
            digest,
            body,
            deviations: Vec::new(),
            published_by: person(n),
            published_at: at(i64::from(number)),
        },
    }
}

fn charter(n: u64, number: i32, clauses: Value) -> Published<Charter> {
    published(n, number, body(clauses))
}

fn template(n: u64, number: i32, clauses: Value) -> Published<Template> {
    let body: TemplateBody =
        serde_json::from_value(json!({ "use": "procurement", "clauses": clauses })).unwrap();
    published(n, number, body)
}

fn source<K: Kind>(of: &Published<K>) -> Source {
    Source {
        collectivity: of.resource.collectivity,
        resource: of.resource.id,
        version: of.version.number,
        digest: of.version.digest,
    }
}

/// The newest version of a source, as a store would give it.
fn newest<K: Kind<Body: Clausal>>(of: &Published<K>) -> Newest {
    let outline = of.version.body.outline();
    Newest {
        source: source(of),
        title: of.version.title.clone(),
        note: of.version.note.clone(),
        published_at: of.version.published_at,
        excerpt: Some(Excerpt {
            variables: outline.variables.to_vec(),
            clauses: outline.clauses.to_vec(),
        }),
    }
}

fn include<K: Kind<Body: Clausal>>(
    here: &Inclusions<Charter>,
    from: &Published<K>,
    chosen: &[&str],
    slot: &Slot,
) -> Result<(Included<Charter>, Fact), ResourceError> {
    let chosen: Vec<_> = chosen.iter().map(|id| id.parse().unwrap()).collect();
    let from = allowed::<act::Adapt, _>(&director(HOME), from.clone());
    let permitted = allowed::<act::Write, _>(&director(HOME), here.clone());
    let included = permitted.include(from, &chosen, slot, at(60))?;
    Ok(included.into_parts())
}

fn merge(
    here: &Inclusions<Charter>,
    from: ResourceId,
    version: i32,
    choices: &Choices,
) -> Result<(Included<Charter>, Fact), UpstreamError> {
    let permitted = allowed::<act::Merge, _>(&director(HOME), here.clone());
    let merged = permitted.merge(from, version, choices, at(70))?;
    Ok(merged.into_parts())
}

/// What a store would give afterwards, once the sources say `newest`.
fn later(change: Included<Charter>, newest: Vec<Newest>) -> Inclusions<Charter> {
    Inclusions {
        bench: bench(change.drafted.resource, Some(change.drafted.draft)),
        inclusions: change.inclusions,
        newest,
    }
}

/// The rules that are broken, and where.
fn broken(refused: Result<(Included<Charter>, Fact), ResourceError>) -> Vec<String> {
    let Err(ResourceError::Invalid(found)) = refused else {
        panic!("{refused:?}");
    };
    let told =
        |it: &maillage_domain::value::Violation| format!("{} {}", it.pointer.as_str(), it.code);
    found.iter().map(told).collect()
}

fn text(here: &Inclusions<Charter>) -> &CharterBody {
    here.bench.text().unwrap()
}

/// The tree of a body in one line: `a(b c) d`.
fn shape(body: &CharterBody) -> String {
    fn line(clauses: &[maillage_domain::commons::Clause]) -> String {
        let one = |it: &maillage_domain::commons::Clause| match line(&it.clauses) {
            below if below.is_empty() => it.id.to_string(),
            below => format!("{}({below})", it.id),
        };
        clauses.iter().map(one).collect::<Vec<_>>().join(" ")
    }
    line(&body.clauses)
}
