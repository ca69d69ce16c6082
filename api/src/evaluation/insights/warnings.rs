//! What to keep in mind before believing what results show together.

use maillage_domain::evaluation::Warning;
use serde::Serialize;
use utoipa::ToSchema;

use crate::evaluation::sets::Set;
use crate::http::Language;

/// Why an answer is to be believed less.
#[derive(ToSchema)]
#[schema(as = Warning, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents `Warning`")]
pub enum WarningSchema {
    /// Fewer than five results.
    FewResults,
    /// None was measured.
    AllSelfReported,
    /// Some figures come from the vendor of the tool.
    VendorSupplied,
    /// Less precise results differ from more precise ones.
    SmallStudies,
    /// There are more results, which are older.
    ResultsCut,
}

/// A reason to believe an answer less.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningView {
    /// Its stable name.
    #[schema(value_type = WarningSchema)]
    code: Warning,
    /// In words.
    #[schema(
        example = "Moins de cinq résultats : on sait très mal combien ils diffèrent, et un de plus peut changer la réponse."
    )]
    detail: &'static str,
}

impl WarningView {
    pub(super) fn all(set: &Set, language: Language) -> Vec<Self> {
        let view = |warning: Warning| Self {
            code: warning,
            detail: detail(warning, language),
        };
        set.warnings().into_iter().map(view).collect()
    }
}

/// A warning in words.
pub(in crate::evaluation) const fn detail(it: Warning, language: Language) -> &'static str {
    let [french, english] = match it {
        Warning::FewResults => [
            "Moins de cinq résultats : on sait très mal combien ils diffèrent, et un de plus peut changer la réponse.",
            "Fewer than five results: how much they differ is hardly known, and one more may change the answer.",
        ],
        Warning::AllSelfReported => [
            "Tous les résultats sont déclarés par les participants ; aucun n’est mesuré.",
            "All results are self-reported by those who took part; none was measured.",
        ],
        Warning::VendorSupplied => [
            "Certains chiffres viennent du fournisseur de l’outil, qui y a intérêt.",
            "Some figures come from the vendor of the tool, who has an interest in them.",
        ],
        Warning::SmallStudies => [
            "Les résultats les moins précis diffèrent des plus précis (test d’Egger, p < 0,10). Des petits essais décevants sont peut-être restés inconnus ; ce test ne le prouve pas, et il y a d’autres raisons possibles.",
            "The less precise results differ from the more precise ones (Egger's test, p < 0.10). Small trials that disappointed may have stayed unknown; this test does not prove it, and there may be other reasons.",
        ],
        Warning::ResultsCut => [
            "Il y a plus de résultats que la plateforme n’en lit ensemble : seuls les plus récents sont ici (1 000 des autres collectivités, 100 de la vôtre).",
            "There are more results than the platform reads together: only the newest are here (1,000 of other authorities, 100 of yours).",
        ],
    };
    match language {
        Language::French => french,
        Language::English => english,
    }
}
