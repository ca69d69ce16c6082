//! What only kinds made of clauses have over HTTP: files, documents, comparisons, merges, inclusions
//! and amendments.

/// Declares those route shells, in a module `clausal` beside those that every kind has.
macro_rules! clausal_routes {
    ($kind:ident, $tag:literal, $one:literal) => {
        /// What a text made of clauses has besides.
        pub mod clausal {
            use actix_web::{HttpRequest, get, post};
            use maillage_domain::commons::$kind;
            use maillage_domain::value::ResourceId;

            use crate::commons::amendments::{self, AmendmentInput, AmendmentView};
            use crate::commons::bodies::Documented;
            use crate::commons::comparison::{self, ComparisonQuery, ComparisonView};
            use crate::commons::documents::{self, DocumentQuery};
            use crate::commons::drafts::DraftView;
            use crate::commons::imports::{self, Importable};
            use crate::commons::inclusions::{
                self, InclusionInput, InclusionMergeInput, InclusionsView,
            };
            use crate::commons::upstream::{self, MergeInput, UpstreamView};
            use crate::commons::views::ResourceView;
            use crate::ctx::Ctx;
            use crate::http::file::{FileSchema, MarkdownSchema};
            use crate::http::{Answer, Body, File, Id, Page, PageQuery, Params, params};

            /// What its versions contain.
            type Text = Documented<$kind>;
            /// What a file does not say of one.
            type Unsaid = <$kind as Importable>::Query;

            /// Starts a resource from a file: Markdown, ODT or DOCX, at most 10 MiB.
            ///
            /// Each heading becomes a clause; every clause is `recommended`, because no file says more.
            #[utoipa::path(tag = $tag, operation_id = concat!("import_", $one), params(Unsaid), request_body(content((MarkdownSchema = "text/markdown"), (FileSchema = "application/vnd.oasis.opendocument.text"), (FileSchema = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))), responses((status = 201, body = ResourceView<Text>)))]
            #[post("/imports")]
            pub async fn import(ctx: Ctx, query: Params<Unsaid>, file: File) -> Answer {
                imports::create::<$kind>(ctx, query.0, file).await
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

            /// Every address that only such kinds have.
            pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
                config
                    .service(import)
                    .service(import_draft)
                    .service(read_document)
                    .service(compare)
                    .service(read_upstream)
                    .service(merge)
                    .service(list_inclusions)
                    .service(include)
                    .service(merge_inclusions)
                    .service(list_amendments)
                    .service(amend);
            }
        }
    };
}

pub(super) use clausal_routes;
