//! What the caller sees of a resource.

use chrono::{DateTime, Utc};
use maillage_documents::sheets::Cell;
use maillage_domain::access::Actor;
use maillage_domain::commons::{Head, Kind, Level, Resource, ResourceState, Source};
use maillage_domain::value::{Line, Prose};
use maillage_infra::commons::{Owner, Seen};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ctx::able;
use crate::http::Tag;
use crate::http::sheet::{Column, Said, Tabular, slug};
use crate::identity::values::CollectivityRef;

/// A new resource.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceInput<B> {
    /// Its title.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Charte d'usage de l'IA (démo)")]
    pub title: Line<200>,
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = String, max_length = 2000, example = "Contenu de démonstration, fictif.")]
    pub summary: Prose<2000>,
    /// Words to find it by: at most 20, of at most 50 characters.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["charte", "ia"]))]
    pub tags: Vec<Line<50>>,
    /// The first draft.
    pub body: B,
}

/// What the catalogue shows of a resource.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardInput {
    /// Its title.
    pub title: Line<200>,
    /// What it is about.
    #[serde(default)]
    pub summary: Prose<2000>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<Line<50>>,
}

/// The changes to a card (merge patch).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents the patch")]
pub struct CardPatch {
    /// Its title.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 200,
        example = "Charte d'usage de l'IA (démo)"
    )]
    title: String,
    /// What it is about; null empties it.
    #[schema(max_length = 2000, example = "Contenu de démonstration, fictif.")]
    summary: Option<String>,
    /// Words to find it by; null empties them.
    #[schema(max_items = 20, example = json!(["charte", "ia"]))]
    tags: Option<Vec<String>>,
}

/// Where a resource stands.
#[derive(ToSchema)]
#[schema(as = ResourceState, rename_all = "snake_case")]
pub enum ResourceStateSchema {
    /// Never published.
    Draft,
    /// Published.
    Published,
    /// No longer offered to others.
    Withdrawn,
}

/// The newest version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeadView {
    /// Its number.
    #[schema(example = 1)]
    number: i32,
    /// SHA-256 of its canonical JSON: its ETag.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    digest: String,
    /// When it was published.
    published_at: DateTime<Utc>,
}

impl From<Head> for HeadView {
    fn from(it: Head) -> Self {
        let (number, published_at) = (it.number, it.published_at);
        Self {
            number,
            digest: it.digest.to_string(),
            published_at,
        }
    }
}

/// What something was made from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceView {
    /// Whose it was.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000001")]
    collectivity: String,
    /// Which resource.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000006")]
    resource: String,
    /// Which version.
    #[schema(example = 1)]
    version: i32,
    /// What it said.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    digest: String,
}

impl From<Source> for SourceView {
    fn from(it: Source) -> Self {
        Self {
            collectivity: it.collectivity.to_string(),
            resource: it.resource.to_string(),
            version: it.version,
            digest: it.digest.to_string(),
        }
    }
}

impl From<Owner> for CollectivityRef {
    fn from(it: Owner) -> Self {
        Self {
            id: it.id.to_string(),
            siren: it.siren,
            name: it.name,
        }
    }
}

/// A resource without its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000006")]
    pub id: String,
    /// Its kind.
    #[schema(example = "charter")]
    pub kind: &'static str,
    /// Whose it is.
    pub owner: CollectivityRef,
    /// Its title.
    #[schema(example = "Charte d'usage de l'IA (démo)")]
    pub title: String,
    /// What it is about.
    #[schema(example = "Contenu de démonstration, fictif.")]
    pub summary: String,
    /// Words to find it by.
    #[schema(example = json!(["charte", "ia"]))]
    pub tags: Vec<String>,
    /// Where it stands.
    #[schema(value_type = ResourceStateSchema)]
    pub state: ResourceState,
    /// Its newest version.
    pub latest: Option<HeadView>,
    /// What it was made from; shown to its owner only.
    pub source: Option<SourceView>,
    /// How you see it: `own`, `reuse` or `read`.
    #[schema(example = "own")]
    pub access: &'static str,
    /// When what you see of it last changed.
    pub updated_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["read", "adapt"]))]
    pub abilities: Vec<String>,
}

/// A resource with the text of its newest version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResourceView<B> {
    /// What the catalogue shows.
    #[serde(flatten)]
    pub card: CardView,
    /// The text of its newest version; null until there is one.
    pub body: Option<B>,
}

impl Tabular for CardView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("/title", Said::of("Titre", "Title"), |it| {
            Cell::text(&it.title)
        }),
        Column::new("/summary", Said::of("Résumé", "Summary"), |it| {
            Cell::text(&it.summary)
        }),
        Column::new(
            "/owner/name",
            Said::of("Collectivité", "Collectivity"),
            |it| Cell::text(&it.owner.name),
        ),
        Column::new("/owner/siren", Said::of("SIREN", "SIREN"), |it| {
            Cell::text(&it.owner.siren)
        }),
        Column::new("/state", Said::of("État", "State"), |it| slug(&it.state)),
        Column::new("/latest/number", Said::of("Version", "Version"), |it| {
            Cell::of(it.latest.as_ref(), |head| Cell::number(head.number))
        }),
        Column::new(
            "/latest/published_at",
            Said::of("Publication (UTC)", "Published (UTC)"),
            |it| Cell::of(it.latest.as_ref(), |head| Cell::moment(head.published_at)),
        ),
        Column::new("/tags", Said::of("Étiquettes", "Tags"), |it| {
            Cell::list(&it.tags)
        }),
        Column::new("/access", Said::of("Accès", "Access"), |it| {
            Cell::text(it.access)
        }),
        Column::new(
            "/updated_at",
            Said::of("Modification (UTC)", "Updated (UTC)"),
            |it| Cell::moment(it.updated_at),
        ),
        Column::new(
            "/source/resource",
            Said::of("Adapté de", "Adapted from"),
            |it| Cell::of(it.source.as_ref(), |source| Cell::text(&source.resource)),
        ),
        Column::new("/id", Said::of("Identifiant", "Id"), |it| {
            Cell::text(&it.id)
        }),
    ];
}

impl CardView {
    /// What `actor` sees.
    pub fn of<K: Kind>(actor: &Actor, seen: Seen<K>) -> Self {
        let Seen { resource, owner } = seen;
        let own = resource.granted.is_none();
        Self {
            abilities: able(actor, &resource),
            id: resource.id.to_string(),
            kind: K::NAME.as_str(),
            owner: owner.into(),
            title: resource.card.title.as_str().to_owned(),
            summary: resource.card.summary.as_str().to_owned(),
            tags: resource.card.tags(),
            state: resource.state,
            latest: resource.head.map(HeadView::from),
            // Where others found their text is theirs to tell.
            source: resource.source.filter(|_| own).map(SourceView::from),
            access: match resource.granted {
                None => "own",
                Some(Level::Reuse) => "reuse",
                Some(Level::Read) => "read",
            },
            updated_at: resource.updated_at,
        }
    }
}

/// The validator of a resource: revisions are its owner's business only.
pub fn tag<K>(resource: &Resource<K>) -> Tag {
    match resource.granted {
        None => Tag::Revision(resource.revision),
        Some(_) => Tag::Content,
    }
}
