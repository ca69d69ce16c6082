//! The audit trail of the caller's collectivity, and whether its chain holds.

use actix_web::get;
use chrono::{DateTime, Utc};
use maillage_documents::sheets::Cell;
use maillage_domain::access::act;
use maillage_infra::trail::{self as store, AuditRecord};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ctx::Ctx;
use crate::http::page::Start;
use crate::http::sheet::{Column, Said, Tabular};
use crate::http::{Answer, ListQuery, Page, Params, Tag};

/// Something that has happened: what it names besides its type depends on the type.
#[derive(ToSchema)]
#[schema(as = Fact, example = json!({"type": "group.formed", "group": "019acb5e-0000-7000-8000-000000000005"}))]
#[expect(dead_code, reason = "only documents `maillage_domain::event::Fact`")]
pub struct FactSchema {
    /// Its name.
    r#type: String,
}

/// One record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditRecordView {
    /// Its place in the chain, from 1 without gaps.
    #[schema(example = 42)]
    sequence: i64,
    /// When it was written.
    at: DateTime<Utc>,
    /// Which person acted; null where software did.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000004")]
    actor: Option<String>,
    /// Which client acted; absent where a person or Maillage itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Uuid, example = "019acb5e-0000-7000-8000-00000000000c")]
    client: Option<String>,
    /// What happened.
    #[schema(value_type = FactSchema)]
    fact: serde_json::Value,
    /// SHA-256 of the record before it.
    #[schema(example = "0000000000000000000000000000000000000000000000000000000000000000")]
    previous: String,
    /// SHA-256 of the canonical JSON of this record without this member.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    digest: String,
}

/// What the list is called.
const AUDIT: Said = Said::of("Journal d'audit", "Audit trail");

impl Tabular for AuditRecordView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("/sequence", Said::of("Rang", "Sequence"), |it| {
            Cell::number(it.sequence)
        }),
        Column::new("/at", Said::of("Date (UTC)", "Date (UTC)"), |it| {
            Cell::moment(it.at)
        }),
        Column::new("/fact/type", Said::of("Évènement", "Event"), |it| {
            let kind = it.fact.get("type").and_then(serde_json::Value::as_str);
            Cell::of(kind, Cell::text)
        }),
        Column::new("/actor", Said::of("Personne", "Person"), |it| {
            Cell::of(it.actor.as_deref(), Cell::text)
        }),
        Column::new("/client", Said::of("Client", "Client"), |it| {
            Cell::of(it.client.as_deref(), Cell::text)
        }),
        Column::new("/fact", Said::of("Détail (JSON)", "Detail (JSON)"), |it| {
            Cell::text(it.fact.to_string())
        }),
        Column::new(
            "/previous",
            Said::of("Empreinte précédente", "Previous digest"),
            |it| Cell::text(&it.previous),
        ),
        Column::new("/digest", Said::of("Empreinte", "Digest"), |it| {
            Cell::text(&it.digest)
        }),
    ];
}

impl From<AuditRecord> for AuditRecordView {
    fn from(it: AuditRecord) -> Self {
        Self {
            sequence: it.sequence,
            at: it.at,
            actor: it.actor.map(|person| person.to_string()),
            client: it.client.map(|client| client.to_string()),
            fact: it.fact,
            previous: it.previous,
            digest: it.digest,
        }
    }
}

/// What a walk along the whole chain found.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationView {
    /// Whether every record follows from the one before it, up to the last.
    #[schema(example = true)]
    intact: bool,
    /// How many records hold, from the first.
    #[schema(example = 42)]
    verified: i64,
    /// The first record that does not.
    #[schema(example = json!(null))]
    broken_at: Option<i64>,
}

/// Lists what happened in your collectivity, newest first.
#[utoipa::path(tag = "Audit", params(ListQuery), responses((status = 200, body = Page<AuditRecordView>)))]
#[get("/v1/audit")]
pub async fn list_audit(ctx: Ctx, page: Params<ListQuery>) -> Answer {
    let (limit, cursors) = (ctx.span(&page.0)?, ctx.cursors());
    let start: Option<Start<i64>> = cursors.open(page.0.cursor.as_deref())?;
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::audit_page(db, page.from.unwrap_or(i64::MAX), page.most).await
        })
        .await?;
    ctx.authorize_staff::<act::ReadAudit>(&actor)?;
    let rows = cursors.forward(rows, limit, |it| it.sequence, |it| it)?;
    ctx.tabled(rows, &page.0, AUDIT, AuditRecordView::from)
        .await
}

/// Walks the whole chain and says whether it holds.
#[utoipa::path(tag = "Audit", responses((status = 200, body = VerificationView)))]
#[get("/v1/audit/verification")]
pub async fn verify_audit(ctx: Ctx) -> Answer {
    // Asked before the walk: it reads the whole chain, which is not for everyone to set off.
    let (actor, ()) = ctx.read(async |_| Ok(())).await?;
    ctx.authorize_staff::<act::ReadAudit>(&actor)?;
    let (_, verdict) = ctx.read(async |db| store::verify_audit(db).await).await?;
    let view = VerificationView {
        intact: verdict.broken_at.is_none(),
        verified: verdict.verified,
        broken_at: verdict.broken_at,
    };
    ctx.show(&view, Tag::Content)
}
