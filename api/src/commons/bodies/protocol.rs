//! Protocols on the wire: the schemas that document `maillage_domain::commons::ProtocolBody`.

use utoipa::ToSchema;

/// How the effect is to be seen.
#[derive(ToSchema)]
#[schema(as = Design, rename_all = "snake_case")]
pub enum DesignSchema {
    /// The same people or files, with and without.
    Paired,
    /// The same service, before and after.
    BeforeAfter,
    /// Two groups at the same time.
    ParallelGroups,
}

/// Whose data the tool is given.
#[derive(ToSchema)]
#[schema(as = Sensitivity, rename_all = "snake_case")]
pub enum SensitivitySchema {
    /// Of nobody.
    None,
    /// Personal data (RGPD art. 4).
    Personal,
    /// Special categories of personal data (RGPD art. 9) or of offences (art. 10).
    Special,
}

/// Which way is better.
#[derive(ToSchema)]
#[schema(as = Better, rename_all = "snake_case")]
pub enum BetterSchema {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// The nearer to zero the better.
    Zero,
    /// Neither is.
    Neither,
}

/// What an effect is expressed as.
#[derive(ToSchema)]
#[schema(as = Measure, rename_all = "snake_case")]
pub enum MeasureSchema {
    /// Difference of means, in the unit of the indicator.
    MeanDifference,
    /// Logarithm of the ratio of two means of positive quantities.
    RatioOfMeans,
    /// Hedges' g, in standard deviations.
    StandardizedMeanDifference,
    /// Logarithm of the ratio of two risks.
    LogRiskRatio,
    /// Logarithm of the ratio of two odds.
    LogOddsRatio,
    /// Difference of two risks.
    RiskDifference,
    /// Log odds of one proportion.
    LogitProportion,
}

/// On whom or on what.
#[derive(ToSchema)]
#[schema(as = Population)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::Population`"
)]
pub struct PopulationSchema {
    /// Who or what takes part.
    #[schema(
        required = false,
        max_length = 5000,
        example = "Les comptes rendus du conseil et des commissions."
    )]
    description: String,
    /// How many are planned, in all groups together.
    #[schema(example = 40)]
    planned: Option<u32>,
}

/// What is measured.
#[derive(ToSchema)]
#[schema(as = Indicator)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::Indicator`"
)]
pub struct IndicatorSchema {
    /// Its stable id, unique among the indicators of the protocol.
    #[schema(pattern = "^[a-z][a-z0-9-]{0,49}$", example = "temps")]
    id: String,
    /// A code of `GET /v1/indicators`, or `x-` and a name that a network agrees on.
    #[schema(pattern = "^[a-z][a-z0-9_-]{2,63}$", example = "time_saved")]
    code: String,
    /// What people call it.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Temps gagné par compte rendu"
    )]
    name: String,
    /// In which unit.
    #[schema(required = false, max_length = 200, example = "min")]
    unit: String,
    /// Which way is better.
    better: BetterSchema,
    /// How an effect on it is expressed: a measure that fits the code.
    measure: MeasureSchema,
    /// How it is measured: by whom, on what, when.
    #[schema(
        required = false,
        max_length = 5000,
        example = "Minutes passées à rédiger et à relire, notées par l'agent le jour même."
    )]
    definition: String,
    /// Whether the experiment is judged by it, as decided before it begins.
    #[schema(required = false, example = true)]
    primary: bool,
}

/// What is tried out.
#[derive(ToSchema)]
#[schema(as = Tool)]
#[expect(dead_code, reason = "only documents `maillage_domain::commons::Tool`")]
pub struct ToolSchema {
    /// Its name and version.
    #[schema(required = false, max_length = 200, example = "Scribe 3")]
    name: String,
    /// Who supplies it.
    #[schema(
        required = false,
        max_length = 200,
        example = "Société Exemple (fictive)"
    )]
    supplier: String,
}

/// The data the tool is given.
#[derive(ToSchema)]
#[schema(as = DataUsed)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::DataUsed`"
)]
pub struct DataUsedSchema {
    /// Their categories.
    #[schema(required = false, max_items = 30, example = json!(["Voix des participants", "Noms et fonctions"]))]
    categories: Vec<String>,
    /// Whose they are; nobody's unless said otherwise.
    #[schema(required = false, example = "personal")]
    sensitivity: SensitivitySchema,
    /// Where they are processed.
    #[schema(
        required = false,
        max_length = 200,
        example = "Serveurs du syndicat informatique, en France"
    )]
    hosting: String,
}

/// Who watches over the tool, and can stop it.
#[derive(ToSchema)]
#[schema(as = Overseer)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::Overseer`"
)]
pub struct OverseerSchema {
    /// Their function.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Responsable du secrétariat général"
    )]
    function: String,
    /// What they look at, and what they may do.
    #[schema(
        required = false,
        max_length = 5000,
        example = "Relit chaque compte rendu avant son envoi et peut suspendre l'essai."
    )]
    duty: String,
}

/// When the trial is to be stopped.
#[derive(ToSchema)]
#[schema(as = StopCriterion)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::StopCriterion`"
)]
pub struct StopCriterionSchema {
    /// Its stable id, unique among them.
    #[schema(pattern = "^[a-z][a-z0-9-]{0,63}$", example = "propos-inventes")]
    id: String,
    /// What would be seen.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Plus de deux comptes rendus contiennent des propos qui n'ont pas été tenus."
    )]
    text: String,
}

/// What it is planned to cost.
#[derive(ToSchema)]
#[schema(as = Cost)]
#[expect(dead_code, reason = "only documents `maillage_domain::commons::Cost`")]
pub struct CostSchema {
    /// Money, in euros with taxes.
    #[schema(example = 3600)]
    euros: Option<u32>,
    /// Work, in hours.
    #[schema(example = 60)]
    hours: Option<u32>,
}

/// A protocol: what will be tried, on whom, and how it will be judged.
#[derive(ToSchema)]
#[schema(as = ProtocolBody)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::commons::ProtocolBody`"
)]
pub struct ProtocolBodySchema {
    /// What the tool is used for: a code of `GET /v1/use-cases`, or `x-` and a name that a network
    /// agrees on.
    #[schema(pattern = "^[a-z][a-z0-9-]{2,63}$", example = "meeting-minutes")]
    use_case: String,
    /// The service that tries it.
    #[schema(required = false, max_length = 200, example = "Secrétariat général")]
    service: String,
    /// The tasks concerned.
    #[schema(required = false, max_items = 30, example = json!(["Rédiger le compte rendu d'une commission"]))]
    tasks: Vec<String>,
    /// What is expected.
    #[schema(
        required = false,
        max_length = 5000,
        example = "La rédaction assistée fait gagner une demi-heure par compte rendu, sans plus d'erreurs."
    )]
    hypothesis: String,
    /// How the effect is to be seen.
    design: DesignSchema,
    /// On whom.
    #[schema(required = false)]
    population: PopulationSchema,
    /// What is measured, in order.
    #[schema(required = false, max_items = 30)]
    indicators: Vec<IndicatorSchema>,
    /// How things stand before, and how that is known.
    #[schema(
        required = false,
        max_length = 5000,
        example = "Vingt comptes rendus chronométrés avant l'essai : 95 minutes en moyenne."
    )]
    baseline: String,
    /// How long, in weeks.
    #[schema(minimum = 1, example = 12)]
    weeks: Option<u32>,
    /// What is tried out.
    #[schema(required = false)]
    tool: ToolSchema,
    /// The data it is given.
    #[schema(required = false)]
    data: DataUsedSchema,
    /// What protects people meanwhile.
    #[schema(required = false, max_items = 30, example = json!(["Chaque participant est prévenu de l'enregistrement."]))]
    safeguards: Vec<String>,
    /// Who watches over it.
    #[schema(required = false, max_items = 30)]
    oversight: Vec<OverseerSchema>,
    /// When it is to be stopped.
    #[schema(required = false, max_items = 30)]
    stop_criteria: Vec<StopCriterionSchema>,
    /// What it is planned to cost.
    #[schema(required = false)]
    cost: CostSchema,
    /// What is known of the energy it takes.
    #[schema(
        required = false,
        max_length = 5000,
        example = "Le fournisseur annonce 3 Wh par heure d'enregistrement ; non vérifié."
    )]
    energy: String,
}
