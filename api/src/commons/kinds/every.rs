//! What every kind has over HTTP: identity, drafts, versions, lineage, deviations, grants.

/// Declares the route shells of a kind: address, tag, answers, one delegating line each.
///
/// What is made from a version may have a name of its own: its address and operation id are given,
/// and the name of a part that a deviation may concern.
macro_rules! kind_routes {
    ($kind:ty, $tag:literal, $one:literal, $many:literal, $bulk:literal, $adapt:literal at $adaptations:literal, $part:literal) => {
        use actix_web::{HttpRequest, delete, get, patch, post, put};
        use maillage_domain::value::{ClauseId, ResourceId, ShareId};

        use crate::commons::adaptations::{self, AdaptationInput};
        use crate::commons::bodies::Documented;
        use crate::commons::bulk::{self, BulkInput, BulkView};
        use crate::commons::deviations::{
            self, DeviationView, DeviationsPatch, DeviationsQuery, DeviationsView, ReasonInput,
            ReceivedView,
        };
        use crate::commons::drafts::{self, DraftView};
        use crate::commons::lineage::{self, LineageView};
        use crate::commons::publications::{self, PublicationInput};
        use crate::commons::resources::{self, ResourceQuery};
        use crate::commons::shares::{self, ShareInput, ShareView};
        use crate::commons::versions::{self, VersionCardView, VersionView};
        use crate::commons::views::{CardPatch, CardView, ResourceInput, ResourceView};
        use crate::ctx::Ctx;
        use crate::http::patch::Patch;
        use crate::http::{Answer, Body, Id, Page, PageQuery, Params, params};

        /// What its versions contain.
        type Text = Documented<$kind>;

        /// Starts a resource with a first draft, which only your collectivity sees.
        #[utoipa::path(tag = $tag, operation_id = concat!("create_", $one), request_body = ResourceInput<Text>, responses((status = 201, body = ResourceView<Text>)))]
        #[post("")]
        pub async fn create(ctx: Ctx, input: Body<ResourceInput<Text>>) -> Answer {
            resources::create(ctx, input.0).await
        }

        /// Starts up to 1,000 resources at once, each made or refused by itself.
        ///
        /// One transaction: an item that breaks a rule is refused alone; if the database fails, nothing
        /// was made. An item may have an idempotency key of its own.
        #[utoipa::path(tag = $tag, operation_id = concat!("create_", $one, "_bulk"), request_body = BulkInput<Text>, responses((status = 207, body = BulkView, description = "What became of each.")))]
        #[post($bulk)]
        pub async fn create_bulk(ctx: Ctx, input: Body<BulkInput<Text>>) -> Answer {
            bulk::create::<$kind>(ctx, input.0).await
        }

        /// Lists what you may see, newest first.
        #[utoipa::path(tag = $tag, operation_id = concat!("list_", $many), params(ResourceQuery), responses((status = 200, body = Page<CardView>)))]
        #[get("")]
        pub async fn list(ctx: Ctx, query: Params<ResourceQuery>) -> Answer {
            resources::list::<$kind>(ctx, query.0).await
        }

        /// Gives one with the text of its newest version.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = ResourceView<Text>)))]
        #[get("/{id}")]
        pub async fn read(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            resources::read::<$kind>(ctx, id.0).await
        }

        /// Changes title, summary and tags; once it was published, by who may publish.
        #[utoipa::path(tag = $tag, operation_id = concat!("describe_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = String, Header, description = "Its ETag")), request_body(content = CardPatch, content_type = "application/merge-patch+json"), responses((status = 200, body = ResourceView<Text>)))]
        #[patch("/{id}")]
        pub async fn describe(ctx: Ctx, id: Id<ResourceId>, changes: Body<Patch>) -> Answer {
            resources::describe::<$kind>(ctx, id.0, changes.0).await
        }

        /// Deletes one that was never published.
        #[utoipa::path(tag = $tag, operation_id = concat!("discard_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = String, Header, description = "Its ETag")), responses((status = 204)))]
        #[delete("/{id}")]
        pub async fn discard(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            resources::discard::<$kind>(ctx, id.0).await
        }

        /// Stops offering it to others; what they made from it stays theirs.
        #[utoipa::path(tag = $tag, operation_id = concat!("withdraw_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = String, Header, description = "Its ETag")), responses((status = 200, body = ResourceView<Text>)))]
        #[post("/{id}/withdrawal")]
        pub async fn withdraw(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            resources::withdraw::<$kind>(ctx, id.0).await
        }

        /// Gives the draft.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_draft"), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = DraftView<Text>)))]
        #[get("/{id}/draft")]
        pub async fn read_draft(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            drafts::read::<$kind>(ctx, id.0).await
        }

        /// Replaces the draft, or begins one.
        ///
        /// `If-Match` names the draft to replace; `If-None-Match: *` begins one where there is none.
        #[utoipa::path(tag = $tag, operation_id = concat!("write_", $one, "_draft"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = Option<String>, Header, description = "The ETag of the draft"), ("If-None-Match" = Option<String>, Header, description = "`*` to begin a draft")), request_body = Text, responses((status = 200, body = DraftView<Text>), (status = 201, body = DraftView<Text>)))]
        #[put("/{id}/draft")]
        pub async fn write_draft(ctx: Ctx, id: Id<ResourceId>, body: Body<Text>) -> Answer {
            drafts::write::<$kind>(ctx, id.0, body.0).await
        }

        /// Publishes the draft as the next version, for ever.
        #[utoipa::path(tag = $tag, operation_id = concat!("publish_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = String, Header, description = "The ETag of the draft")), request_body = PublicationInput, responses((status = 201, body = VersionView<Text>)))]
        #[post("/{id}/publications")]
        pub async fn publish(ctx: Ctx, id: Id<ResourceId>, input: Body<PublicationInput>) -> Answer {
            publications::publish::<$kind>(ctx, id.0, input.0).await
        }

        /// Lists the versions, newest first.
        #[utoipa::path(tag = $tag, operation_id = concat!("list_", $one, "_versions"), params(("id" = uuid::Uuid, Path, description = "The resource"), PageQuery), responses((status = 200, body = Page<VersionCardView>)))]
        #[get("/{id}/versions")]
        pub async fn list_versions(ctx: Ctx, id: Id<ResourceId>, page: Params<PageQuery>) -> Answer {
            versions::list::<$kind>(ctx, id.0, page.0).await
        }

        /// Gives one version.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_version"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("number" = i32, Path, minimum = 1, description = "The version", example = 1)), responses((status = 200, body = VersionView<Text>)))]
        #[get("/{id}/versions/{number}")]
        pub async fn read_version(ctx: Ctx, request: HttpRequest, id: Id<ResourceId>) -> Answer {
            versions::read::<$kind>(ctx, id.0, params::path(&request, "number")?).await
        }

        /// Makes an own draft from a published version.
        #[utoipa::path(tag = $tag, operation_id = $adapt, params(("id" = uuid::Uuid, Path, description = "The resource")), request_body = AdaptationInput, responses((status = 201, body = ResourceView<Text>)))]
        #[post($adaptations)]
        pub async fn adapt(ctx: Ctx, id: Id<ResourceId>, input: Body<AdaptationInput>) -> Answer {
            adaptations::adapt::<$kind>(ctx, id.0, input.0).await
        }

        /// Says what it comes from and what was made from it.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_lineage"), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = LineageView)))]
        #[get("/{id}/lineage")]
        pub async fn read_lineage(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            lineage::read::<$kind>(ctx, id.0).await
        }

        /// Lists where it departs from what its source imposes, and why.
        ///
        /// Of the draft, or else of the newest version. A source imposes clauses that it has locked, a
        /// protocol whatever makes results comparable. What tightens is no deviation.
        #[utoipa::path(tag = $tag, operation_id = concat!("list_", $one, "_deviations"), params(("id" = uuid::Uuid, Path, description = "The resource"), DeviationsQuery), responses((status = 200, body = DeviationsView)))]
        #[get("/{id}/deviations")]
        pub async fn list_deviations(
            ctx: Ctx,
            id: Id<ResourceId>,
            query: Params<DeviationsQuery>,
        ) -> Answer {
            deviations::list::<$kind>(ctx, id.0, query.0).await
        }

        /// Lets the owner of the source count its deviations, or no longer.
        #[utoipa::path(tag = $tag, operation_id = concat!("report_", $one, "_deviations"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = String, Header, description = "Its ETag")), request_body(content = DeviationsPatch, content_type = "application/merge-patch+json"), responses((status = 200, body = DeviationsView)))]
        #[patch("/{id}/deviations")]
        pub async fn report_deviations(ctx: Ctx, id: Id<ResourceId>, changes: Body<Patch>) -> Answer {
            deviations::report::<$kind>(ctx, id.0, changes.0).await
        }

        /// Says why it departs from an imposed clause, or a part of a protocol.
        ///
        /// `If-None-Match: *` for the first reason, `If-Match` to replace one. Without a reason for
        /// each deviation nothing is published.
        #[utoipa::path(tag = $tag, operation_id = concat!("justify_", $one, "_deviation"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("clause" = String, Path, description = "The imposed clause, or the part of a protocol", example = $part), ("If-Match" = Option<String>, Header, description = "The ETag of the reason"), ("If-None-Match" = Option<String>, Header, description = "`*` for the first reason")), request_body = ReasonInput, responses((status = 200, body = DeviationView), (status = 201, body = DeviationView)))]
        #[put("/{id}/deviations/{clause}")]
        pub async fn justify_deviation(
            ctx: Ctx,
            request: HttpRequest,
            id: Id<ResourceId>,
            input: Body<ReasonInput>,
        ) -> Answer {
            let clause: ClauseId = params::path(&request, "clause")?;
            deviations::justify::<$kind>(ctx, id.0, clause, input.0).await
        }

        /// Counts how often its adaptations depart from what it imposes.
        ///
        /// Only those that are published and agreed to be counted; never whose they are, and nothing
        /// while fewer than three collectivities agree.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_received_deviations"), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = ReceivedView)))]
        #[get("/{id}/deviations/received")]
        pub async fn read_received_deviations(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            deviations::received::<$kind>(ctx, id.0).await
        }

        /// Lists the grants, oldest first.
        #[utoipa::path(tag = $tag, operation_id = concat!("list_", $one, "_shares"), params(("id" = uuid::Uuid, Path, description = "The resource"), PageQuery), responses((status = 200, body = Page<ShareView>)))]
        #[get("/{id}/shares")]
        pub async fn list_shares(ctx: Ctx, id: Id<ResourceId>, page: Params<PageQuery>) -> Answer {
            shares::list::<$kind>(ctx, id.0, page.0).await
        }

        /// Grants it to an audience; takes effect at once, or when it is published.
        #[utoipa::path(tag = $tag, operation_id = concat!("share_", $one), params(("id" = uuid::Uuid, Path, description = "The resource")), request_body = ShareInput, responses((status = 201, body = ShareView)))]
        #[post("/{id}/shares")]
        pub async fn share(ctx: Ctx, id: Id<ResourceId>, input: Body<ShareInput>) -> Answer {
            shares::share::<$kind>(ctx, id.0, input.0).await
        }

        /// Takes a grant back; what was adapted under it stays.
        #[utoipa::path(tag = $tag, operation_id = concat!("unshare_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("share" = uuid::Uuid, Path, description = "The grant"), ("If-Match" = String, Header, description = "The ETag of the grant, or `*`", example = "*")), responses((status = 204)))]
        #[delete("/{id}/shares/{share}")]
        pub async fn unshare(ctx: Ctx, request: HttpRequest, id: Id<ResourceId>) -> Answer {
            let grant: ShareId = params::path(&request, "share")?;
            shares::unshare::<$kind>(ctx, id.0, grant).await
        }

        /// Every address that each kind has.
        pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
            config
                .service(create)
                .service(list)
                .service(read)
                .service(describe)
                .service(discard)
                .service(withdraw)
                .service(read_draft)
                .service(write_draft)
                .service(publish)
                .service(list_versions)
                .service(read_version)
                .service(adapt)
                .service(read_lineage)
                .service(list_deviations)
                .service(report_deviations)
                .service(justify_deviation)
                .service(read_received_deviations)
                .service(list_shares)
                .service(share)
                .service(unshare);
        }
    };
}

pub(super) use kind_routes;
