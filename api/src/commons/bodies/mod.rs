//! Bodies on the wire: the domain types, with the schemas that document them.
//!
//! `Documented` parses and prints exactly as the domain does; the schema types are only read by the
//! contract. A test compares their members with what the domain prints.

mod protocol;

use std::borrow::Cow;
use std::marker::PhantomData;

use maillage_domain::commons::{Charter, Experiment, Kind, Template};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub use protocol::{
    BetterSchema, DesignSchema, MeasureSchema, ProtocolBodySchema, SensitivitySchema,
};

/// A kind that the API shows, with the schema of its bodies.
pub trait Exposed: Kind {
    /// What documents its bodies.
    type Schema: ToSchema + PartialSchema;
}

impl Exposed for Charter {
    type Schema = CharterBodySchema;
}

impl Exposed for Template {
    type Schema = TemplateBodySchema;
}

impl Exposed for Experiment {
    type Schema = ProtocolBodySchema;
}

/// A body of kind `K`.
#[derive(Clone, Debug)]
pub struct Documented<K: Exposed>(pub K::Body, PhantomData<K>);

impl<K: Exposed> Documented<K> {
    /// The body with its documentation.
    pub fn of(body: K::Body) -> Self {
        Self(body, PhantomData)
    }
}

impl<K: Exposed> Serialize for Documented<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, K: Exposed> Deserialize<'de> for Documented<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        K::Body::deserialize(deserializer).map(Self::of)
    }
}

// `PartialSchema` follows from this one, which views that are generic over a body ask for.
impl<K: Exposed> utoipa::__dev::ComposeSchema for Documented<K> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        K::Schema::schema()
    }
}

impl<K: Exposed> ToSchema for Documented<K> {
    fn name() -> Cow<'static, str> {
        K::Schema::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        K::Schema::schemas(schemas);
    }
}

/// How much an adapter may change a clause.
#[derive(ToSchema)]
#[schema(as = Lock, rename_all = "snake_case")]
pub enum LockSchema {
    /// Must stay.
    Imposed,
    /// Should stay.
    Recommended,
    /// Each as they wish.
    Free,
}

/// What a variable holds.
#[derive(ToSchema)]
#[schema(as = VariableType, rename_all = "snake_case")]
pub enum VariableTypeSchema {
    /// A line of text.
    Text,
    /// A number.
    Number,
    /// A calendar date.
    Date,
}

/// A variable that the texts may use as `{{name}}`.
#[derive(ToSchema)]
#[schema(as = Variable, example = json!({"name": "referent_ia", "label": "Référent IA", "help": "Nom du service ou de la fonction.", "type": "text"}))]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::Variable`"
)]
pub struct VariableSchema {
    /// Its name.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,63}$", example = "referent_ia")]
    name: String,
    /// What people call it.
    #[schema(min_length = 1, max_length = 200, example = "Référent IA")]
    label: String,
    /// How to fill it in.
    #[schema(
        required = false,
        max_length = 20000,
        example = "Nom du service ou de la fonction."
    )]
    help: String,
    /// What it holds; text unless said otherwise.
    #[schema(required = false)]
    r#type: VariableTypeSchema,
    /// The value used until another is given.
    #[schema(max_length = 20000, example = "la direction générale")]
    default: Option<String>,
}

/// A clause and the clauses below it: at most 6 levels, 1,000 clauses in all.
#[derive(ToSchema)]
#[schema(as = Clause, no_recursion)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::Clause`"
)]
pub struct ClauseSchema {
    /// Its stable id, unique in the body.
    #[schema(pattern = "^[a-z][a-z0-9-]{0,63}$", example = "controle-humain")]
    id: String,
    /// Its heading.
    #[schema(min_length = 1, max_length = 200, example = "Contrôle humain")]
    title: String,
    /// Its text in Markdown, with `{{variables}}`.
    #[schema(
        required = false,
        max_length = 20000,
        example = "Un agent relit toute production avant usage."
    )]
    text: String,
    /// How much an adapter may change it; recommended unless said otherwise.
    #[schema(required = false)]
    lock: LockSchema,
    /// The clauses below it.
    #[schema(required = false, max_items = 1000, example = json!([]))]
    clauses: Vec<ClauseSchema>,
}

/// A charter.
#[derive(ToSchema)]
#[schema(as = CharterBody)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::CharterBody`"
)]
pub struct CharterBodySchema {
    /// What stands before the first clause, in Markdown.
    #[schema(
        required = false,
        max_length = 20000,
        example = "La collectivité adopte la présente charte."
    )]
    preamble: String,
    /// The variables the texts may use.
    #[schema(required = false, max_items = 100)]
    variables: Vec<VariableSchema>,
    /// The clauses, in order.
    #[schema(min_items = 1, max_items = 1000)]
    clauses: Vec<ClauseSchema>,
}

/// What a template is a template of.
#[derive(ToSchema)]
#[schema(as = TemplateUse, rename_all = "snake_case")]
pub enum TemplateUseSchema {
    /// Data protection impact assessment.
    Dpia,
    /// Notice to the public.
    PublicNotice,
    /// Procurement clauses.
    Procurement,
    /// Deliberation.
    Deliberation,
    /// Referral to the CST.
    CstReferral,
    /// Training plan.
    TrainingPlan,
    /// Something else.
    Other,
}

/// A template.
#[derive(ToSchema)]
#[schema(as = TemplateBody)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::TemplateBody`"
)]
pub struct TemplateBodySchema {
    /// What it is a template of.
    r#use: TemplateUseSchema,
    /// What stands before the first clause, in Markdown.
    #[schema(required = false, max_length = 20000, example = "Modèle à adapter.")]
    preamble: String,
    /// The variables the texts may use.
    #[schema(required = false, max_items = 100)]
    variables: Vec<VariableSchema>,
    /// The clauses, in order.
    #[schema(min_items = 1, max_items = 1000)]
    clauses: Vec<ClauseSchema>,
}
