//! The kinds over HTTP: each has the same addresses, written once in `kind_routes!`.
//!
//! A kind is one file here: its marker type, the name of its tag, and its operation ids. Everything
//! else is shared, so that what holds for charters holds for every kind.

pub mod charters;
pub mod templates;

/// Declares the route shells of a kind: address, tag, answers, one delegating line each.
macro_rules! kind_routes {
    ($kind:ty, $tag:literal, $one:literal, $many:literal) => {
        use actix_web::{HttpRequest, delete, get, patch, post, put};
        use maillage_domain::value::{ClauseId, ResourceId, ShareId};

        use crate::commons::adaptations::{self, AdaptationInput};
        use crate::commons::amendments::{self, AmendmentInput, AmendmentView};
        use crate::commons::bodies::Documented;
        use crate::commons::comparison::{self, ComparisonQuery, ComparisonView};
        use crate::commons::documents::{self, DocumentQuery};
        use crate::commons::deviations::{
            self, DeviationView, DeviationsPatch, DeviationsQuery, DeviationsView, ReasonInput,
            ReceivedView,
        };
        use crate::commons::drafts::{self, DraftView};
        use crate::commons::inclusions::{
            self, InclusionInput, InclusionMergeInput, InclusionsView,
        };
        use crate::commons::imports::{self, Importable};
        use crate::commons::lineage::{self, LineageView};
        use crate::commons::publications::{self, PublicationInput};
        use crate::commons::resources::{self, ResourceQuery};
        use crate::commons::shares::{self, ShareInput, ShareView};
        use crate::commons::upstream::{self, MergeInput, UpstreamView};
        use crate::commons::versions::{self, VersionCardView, VersionView};
        use crate::commons::views::{CardPatch, CardView, ResourceInput, ResourceView};
        use crate::ctx::Ctx;
        use crate::http::file::{FileSchema, MarkdownSchema};
        use crate::http::patch::Patch;
        use crate::http::{Answer, Body, File, Id, Page, PageQuery, Params, params};

        /// What its versions contain.
        type Text = Documented<$kind>;
        /// What a file does not say of one.
        type Unsaid = <$kind as Importable>::Query;

        /// Starts a resource with a first draft, which only your collectivity sees.
        #[utoipa::path(tag = $tag, operation_id = concat!("create_", $one), request_body = ResourceInput<Text>, responses((status = 201, body = ResourceView<Text>)))]
        #[post("")]
        pub async fn create(ctx: Ctx, input: Body<ResourceInput<Text>>) -> Answer {
            resources::create(ctx, input.0).await
        }

        /// Starts a resource from a file: Markdown, ODT or DOCX, at most 10 MiB.
        ///
        /// Each heading becomes a clause; every clause is `recommended`, because no file says more.
        #[utoipa::path(tag = $tag, operation_id = concat!("import_", $one), params(Unsaid), request_body(content((MarkdownSchema = "text/markdown"), (FileSchema = "application/vnd.oasis.opendocument.text"), (FileSchema = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))), responses((status = 201, body = ResourceView<Text>)))]
        #[post("/imports")]
        pub async fn import(ctx: Ctx, query: Params<Unsaid>, file: File) -> Answer {
            imports::create::<$kind>(ctx, query.0, file).await
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

        /// Replaces the draft by what a file says, or begins one.
        ///
        /// A clause whose title stands in the text before keeps its id and its lock.
        /// `If-Match` names the draft to replace; `If-None-Match: *` begins one where there is none.
        #[utoipa::path(tag = $tag, operation_id = concat!("import_", $one, "_draft"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = Option<String>, Header, description = "The ETag of the draft"), ("If-None-Match" = Option<String>, Header, description = "`*` to begin a draft")), request_body(content((MarkdownSchema = "text/markdown"), (FileSchema = "application/vnd.oasis.opendocument.text"), (FileSchema = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))), responses((status = 200, body = DraftView<Text>), (status = 201, body = DraftView<Text>)))]
        #[post("/{id}/draft/imports")]
        pub async fn import_draft(ctx: Ctx, id: Id<ResourceId>, file: File) -> Answer {
            imports::write::<$kind>(ctx, id.0, file).await
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

        /// Gives one version as a document: Markdown, HTML, PDF, ODT or DOCX.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_document"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("number" = i32, Path, minimum = 1, description = "The version", example = 1), DocumentQuery), responses((status = 200, content((MarkdownSchema = "text/markdown"), (String = "text/html"), (FileSchema = "application/pdf"), (FileSchema = "application/vnd.oasis.opendocument.text"), (FileSchema = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))))]
        #[get("/{id}/versions/{number}/document")]
        pub async fn read_document(ctx: Ctx, request: HttpRequest, id: Id<ResourceId>, query: Params<DocumentQuery>) -> Answer {
            documents::read::<$kind>(ctx, id.0, params::path(&request, "number")?, query.0).await
        }

        /// Compares two texts, clause by clause and word by word.
        #[utoipa::path(tag = $tag, operation_id = concat!("compare_", $one, "_texts"), params(("id" = uuid::Uuid, Path, description = "The resource"), ComparisonQuery), responses((status = 200, content((ComparisonView = "application/json"), (String = "text/html")))))]
        #[get("/{id}/comparison")]
        pub async fn compare(ctx: Ctx, id: Id<ResourceId>, query: Params<ComparisonQuery>) -> Answer {
            comparison::read::<$kind>(ctx, id.0, query.0).await
        }

        /// Makes an own draft from a published version.
        #[utoipa::path(tag = $tag, operation_id = concat!("adapt_", $one), params(("id" = uuid::Uuid, Path, description = "The resource")), request_body = AdaptationInput, responses((status = 201, body = ResourceView<Text>)))]
        #[post("/{id}/adaptations")]
        pub async fn adapt(ctx: Ctx, id: Id<ResourceId>, input: Body<AdaptationInput>) -> Answer {
            adaptations::adapt::<$kind>(ctx, id.0, input.0).await
        }

        /// Says what it comes from and what was made from it.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_lineage"), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = LineageView)))]
        #[get("/{id}/lineage")]
        pub async fn read_lineage(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            lineage::read::<$kind>(ctx, id.0).await
        }

        /// Says how an adaptation stands to its source, and what a merge would do.
        #[utoipa::path(tag = $tag, operation_id = concat!("get_", $one, "_upstream"), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = UpstreamView)))]
        #[get("/{id}/upstream")]
        pub async fn read_upstream(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            upstream::read::<$kind>(ctx, id.0).await
        }

        /// Takes the source's newest version into a draft, never into what is published.
        ///
        /// `If-Match` names the draft to merge into; `If-None-Match: *` begins one on top of what is
        /// published. Conflicts that no choice settles are answered with their names.
        #[utoipa::path(tag = $tag, operation_id = concat!("merge_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = Option<String>, Header, description = "The ETag of the draft"), ("If-None-Match" = Option<String>, Header, description = "`*` to begin a draft")), request_body = MergeInput, responses((status = 200, body = DraftView<Text>), (status = 201, body = DraftView<Text>)))]
        #[post("/{id}/upstream/merges")]
        pub async fn merge(ctx: Ctx, id: Id<ResourceId>, input: Body<MergeInput>) -> Answer {
            upstream::merge::<$kind>(ctx, id.0, input.0).await
        }

        /// Lists the clauses that were included from other texts, source by source.
        ///
        /// Those that stand in the draft, or else in the newest version; where a source has published
        /// since, with what a merge would do.
        #[utoipa::path(tag = $tag, operation_id = concat!("list_", $one, "_inclusions"), params(("id" = uuid::Uuid, Path, description = "The resource")), responses((status = 200, body = InclusionsView)))]
        #[get("/{id}/inclusions")]
        pub async fn list_inclusions(ctx: Ctx, id: Id<ResourceId>) -> Answer {
            inclusions::read::<$kind>(ctx, id.0).await
        }

        /// Takes clauses of another text, of any kind, into the draft.
        ///
        /// Each comes with those below it, keeps its id where the draft has none of that name, brings
        /// the variables that it uses likewise, follows its own source from then on, and imposes
        /// nothing. `If-Match` names the draft; `If-None-Match: *` begins one on top of what is
        /// published.
        #[utoipa::path(tag = $tag, operation_id = concat!("include_in_", $one), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = Option<String>, Header, description = "The ETag of the draft"), ("If-None-Match" = Option<String>, Header, description = "`*` to begin a draft")), request_body = InclusionInput, responses((status = 200, body = DraftView<Text>), (status = 201, body = DraftView<Text>)))]
        #[post("/{id}/inclusions")]
        pub async fn include(ctx: Ctx, id: Id<ResourceId>, input: Body<InclusionInput>) -> Answer {
            inclusions::include::<$kind>(ctx, id.0, input.0).await
        }

        /// Takes what a source has published since into the clauses included from it.
        ///
        /// Preconditions, choices and conflicts are those of the merge with the source of the whole.
        #[utoipa::path(tag = $tag, operation_id = concat!("merge_", $one, "_inclusions"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("If-Match" = Option<String>, Header, description = "The ETag of the draft"), ("If-None-Match" = Option<String>, Header, description = "`*` to begin a draft")), request_body = InclusionMergeInput, responses((status = 200, body = DraftView<Text>), (status = 201, body = DraftView<Text>)))]
        #[post("/{id}/inclusions/merges")]
        pub async fn merge_inclusions(ctx: Ctx, id: Id<ResourceId>, input: Body<InclusionMergeInput>) -> Answer {
            inclusions::merge::<$kind>(ctx, id.0, input.0).await
        }

        /// Lists where it departs from what its source imposes, and why.
        ///
        /// Of the draft, or else of the newest version. What tightens is no deviation.
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

        /// Says why it departs from an imposed clause of its source.
        ///
        /// `If-None-Match: *` for the first reason, `If-Match` to replace one. Without a reason for
        /// each deviation nothing is published.
        #[utoipa::path(tag = $tag, operation_id = concat!("justify_", $one, "_deviation"), params(("id" = uuid::Uuid, Path, description = "The resource"), ("clause" = String, Path, description = "The clause", example = "controle-humain"), ("If-Match" = Option<String>, Header, description = "The ETag of the reason"), ("If-None-Match" = Option<String>, Header, description = "`*` for the first reason")), request_body = ReasonInput, responses((status = 200, body = DeviationView), (status = 201, body = DeviationView)))]
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

        /// Lists the amendments to it that you may read, newest first.
        ///
        /// To its owner all of them; to others their own, and those that a group of theirs may follow.
        #[utoipa::path(tag = $tag, operation_id = concat!("list_", $one, "_amendments"), params(("id" = uuid::Uuid, Path, description = "The resource"), PageQuery), responses((status = 200, body = Page<AmendmentView>)))]
        #[get("/{id}/amendments")]
        pub async fn list_amendments(ctx: Ctx, id: Id<ResourceId>, page: Params<PageQuery>) -> Answer {
            amendments::list::<$kind>(ctx, id.0, page.0).await
        }

        /// Proposes to its owner clauses that your adaptation of it practises.
        #[utoipa::path(tag = $tag, operation_id = concat!("amend_", $one), params(("id" = uuid::Uuid, Path, description = "The resource")), request_body = AmendmentInput, responses((status = 201, body = AmendmentView)))]
        #[post("/{id}/amendments")]
        pub async fn amend(ctx: Ctx, id: Id<ResourceId>, input: Body<AmendmentInput>) -> Answer {
            amendments::propose::<$kind>(ctx, id.0, input.0).await
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

        /// Every address of the kind.
        pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
            config
                .service(create)
                .service(import)
                .service(list)
                .service(read)
                .service(describe)
                .service(discard)
                .service(withdraw)
                .service(read_draft)
                .service(write_draft)
                .service(import_draft)
                .service(publish)
                .service(list_versions)
                .service(read_version)
                .service(read_document)
                .service(compare)
                .service(adapt)
                .service(read_lineage)
                .service(read_upstream)
                .service(merge)
                .service(list_inclusions)
                .service(include)
                .service(merge_inclusions)
                .service(list_deviations)
                .service(report_deviations)
                .service(justify_deviation)
                .service(read_received_deviations)
                .service(list_amendments)
                .service(amend)
                .service(list_shares)
                .service(share)
                .service(unshare);
        }
    };
}

use kind_routes;
