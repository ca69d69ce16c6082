//! The page of an insight, for who reads rather than computes: the plot, its table, and what to
//! know before believing it.

use maillage_documents::forest::{self, Forest};
use maillage_domain::evaluation::pool::{Bounds, Pooled};
use maillage_domain::evaluation::{Answer, Dimension, Measure};
use maud::{Markup, PreEscaped, html};

use super::insights::{influence, releases, subgroups, warnings};
use super::sets::{Grouped, Set};
use crate::http::Language;

/// The headings.
struct Words {
    warnings: &'static str,
    groups: &'static str,
    group: &'static str,
    count: &'static str,
    effect: &'static str,
    few: &'static str,
    left_out: &'static str,
    without: &'static str,
    none: &'static str,
    hangs: &'static str,
    answers: [&'static str; 2],
}

const FRENCH: Words = Words {
    warnings: "À garder à l’esprit",
    groups: "Par groupes",
    group: "Groupe",
    count: "Résultats",
    effect: "Effet [IC 95 %]",
    few: "trop peu pour une moyenne",
    left_out: "Sans l’un des résultats ouverts",
    without: "Résultat retiré",
    none: "Aucun",
    hangs: "La réponse en dépend",
    answers: ["non", "oui"],
};

const ENGLISH: Words = Words {
    warnings: "To keep in mind",
    groups: "By groups",
    group: "Group",
    count: "Results",
    effect: "Effect [95% CI]",
    few: "too few for an average",
    left_out: "Without one of the open results",
    without: "Result left out",
    none: "None",
    hangs: "The answer hangs on it",
    answers: ["no", "yes"],
};

/// How an estimate is written beside a plot.
struct Figures<'a> {
    plot: &'a Forest,
    measure: Measure,
}

impl Figures<'_> {
    fn written(&self, estimate: f64, Bounds { low, high }: Bounds) -> String {
        let [estimate, low, high] = [estimate, low, high].map(|value| self.measure.natural(value));
        forest::effect(self.plot, estimate, low, high)
    }

    fn of(&self, pooled: &Pooled) -> String {
        self.written(pooled.estimate, pooled.confidence)
    }
}

/// What stands on the page of a set.
pub(super) fn content(set: &Set, plot: &Forest, language: Language) -> Markup {
    let words = match language {
        Language::French => &FRENCH,
        Language::English => &ENGLISH,
    };
    let figures = Figures {
        plot,
        measure: set.indicator.measure,
    };
    let (found, grouped) = (set.warnings(), set.grouped());
    html! {
        p { (plot.description) }
        (PreEscaped(forest::svg(plot)))
        (PreEscaped(forest::table(plot)))
        @if let Some(hidden) = set.hidden() { p { (releases::said(hidden, language)) } }
        @if !found.is_empty() {
            h2 { (words.warnings) }
            ul {
                @for warning in found { li { (warnings::detail(warning, language)) } }
            }
        }
        @if !grouped.is_empty() {
            h2 { (words.groups) }
            @for one in &grouped { (groups(one, &figures, words, language)) }
        }
        (left_out(set, &figures, words, language))
    }
}

const fn caption(by: Dimension, language: Language) -> &'static str {
    let [french, english] = match by {
        Dimension::BodyType => ["Type de collectivité", "Type of authority"],
        Dimension::Size => ["Taille de la collectivité", "Size of the authority"],
        Dimension::Evidence => ["Mesurés ou déclarés", "Measured or self-reported"],
        Dimension::Origin => ["Origine des chiffres", "Origin of the figures"],
    };
    match language {
        Language::French => french,
        Language::English => english,
    }
}

fn groups(it: &Grouped, figures: &Figures, words: &Words, language: Language) -> Markup {
    html! {
        h3 { (caption(it.dimension, language)) }
        p { (subgroups::said(it, language)) }
        table {
            caption { (caption(it.dimension, language)) }
            thead { tr {
                @for heading in [words.group, words.count, words.effect] {
                    th scope="col" { (heading) }
                }
            } }
            tbody {
                @for group in &it.groups.groups {
                    tr {
                        th scope="row" { (subgroups::named(group.label, language)) }
                        @match &group.answer {
                            Answer::Table { count } => {
                                td { (count) }
                                td { (words.few) }
                            }
                            Answer::Pooled(pooled) => {
                                td { (pooled.count) }
                                td { (figures.of(pooled)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn left_out(set: &Set, figures: &Figures, words: &Words, language: Language) -> Markup {
    let Some((leaving, open)) = set.leaving() else {
        return html! {};
    };
    html! {
        h2 { (words.left_out) }
        p { (influence::said(set, (&leaving, &open), language)) }
        table {
            caption { (words.left_out) }
            thead { tr {
                @for heading in [words.without, words.effect, words.hangs] {
                    th scope="col" { (heading) }
                }
            } }
            tbody {
                tr {
                    th scope="row" { (words.none) }
                    td { (figures.of(&leaving.base)) }
                    td {}
                }
                @for (one, rest) in open.iter().zip(&leaving.without) {
                    tr {
                        th scope="row" { (influence::whose(&one.get().study.result, language)) }
                        td { (figures.written(rest.left.estimate, rest.left.confidence)) }
                        td { (words.answers[usize::from(rest.hinge)]) }
                    }
                }
            }
        }
    }
}
