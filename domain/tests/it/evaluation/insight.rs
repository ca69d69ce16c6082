//! What stands around a pooled answer: groups, open results without one of them, warnings.

use maillage_domain::evaluation::disclosure::{Cell, Open, Shared, SizeClass};
use maillage_domain::evaluation::sentence::{cell, groups, left_out};
use maillage_domain::evaluation::{
    Body, Dimension, Effect, Evidence, LEFT_OUT_MOST, Leaving, Measure, Origin, Sharing, Warning,
    leaving, subgroups, warnings,
};
use maillage_domain::identity::BodyType;

use super::samples::{bcg, effects};

/// Both sentences about groups of effects, spaces made plain.
fn compared(dimension: Dimension, given: &[(Cell, Effect)], aside: usize) -> [String; 2] {
    let groups = subgroups(given).unwrap();
    let it = groups::Comparison {
        dimension,
        groups: &groups,
        aside,
    };
    [groups::french(&it), groups::english(&it)].map(|text| text.replace('\u{202f}', "_"))
}

fn labelled(of: Cell, pairs: &[(f64, f64)]) -> Vec<(Cell, Effect)> {
    let effects = effects(pairs).into_iter();
    effects.map(|effect| (of, effect)).collect()
}

#[test]
fn groups_that_differ_say_no_cause() {
    let mut given = labelled(
        Cell::Evidence(Evidence::Measured),
        &[(1.0, 0.1), (1.2, 0.1), (0.9, 0.1)],
    );
    given.extend(labelled(
        Cell::Evidence(Evidence::SelfReported),
        &[(4.0, 0.1), (4.3, 0.1), (3.9, 0.1)],
    ));
    let [french, english] = compared(Dimension::Evidence, &given, 0);
    assert_eq!(
        french,
        "Selon que les résultats sont mesurés ou déclarés, les groupes diffèrent plus que le hasard \
         ne l’explique d’ordinaire (Q = 138, 1 ddl, p < 0,001). Cela n’en dit pas la cause, et sur \
         plusieurs comparaisons l’une peut sembler différer par hasard."
    );
    assert_eq!(
        english,
        "By whether results are measured or self-reported, the groups differ by more than chance \
         usually explains (Q = 138, 1 df, p < 0.001). This does not say why, and of several \
         comparisons one may seem to differ by chance."
    );
}

#[test]
fn groups_that_agree_prove_nothing() {
    let commune = Cell::BodyType(BodyType::Commune);
    let mut given = labelled(commune, &[(1.0, 0.1), (1.2, 0.1), (0.9, 0.1)]);
    let ca = Cell::BodyType(BodyType::Ca);
    given.extend(labelled(ca, &[(1.1, 0.1), (1.4, 0.1), (0.9, 0.1)]));
    given.extend(labelled(
        Cell::BodyType(BodyType::Departement),
        &[(8.0, 0.1)],
    ));
    let [french, english] = compared(Dimension::BodyType, &given, 2);
    assert_eq!(
        french,
        "Par type de collectivité, on ne décèle pas entre les groupes de différence au-delà du \
         hasard (Q = 0,15, 1 ddl, p = 0,70), ce qui ne prouve pas qu’il n’y en ait pas. Les groupes \
         de moins de trois résultats ne sont pas comparés. 2 résultats sans nom n’y figurent pas."
    );
    assert_eq!(
        english,
        "By type of authority, no difference between the groups is detected beyond chance \
         (Q = 0.15, 1 df, p = 0.70), which does not prove that there is none. Groups of fewer than \
         three results are not compared. 2 results without a name are not among them."
    );
    let [french, english] = compared(Dimension::Size, &given[5..], 1);
    assert_eq!(
        french,
        "Par taille de collectivité, il n’y a pas deux groupes d’au moins trois résultats_: rien ne \
         dit s’ils diffèrent. Un résultat sans nom n’y figure pas."
    );
    assert!(english.ends_with("they differ. One result without a name is not among them."));
}

#[test]
fn a_result_without_a_name_tells_neither_type_nor_size() {
    let cell =
        |dimension: Dimension, body| dimension.cell(body, Evidence::SelfReported, Origin::Vendor);
    let shown = Dimension::ALL.map(|dimension| cell(dimension, None));
    assert_eq!(
        shown,
        [
            None,
            None,
            Some(Cell::Evidence(Evidence::SelfReported)),
            Some(Cell::VendorSupplied(true))
        ]
    );
    let body = Some(Body {
        body_type: BodyType::Region,
        population: Some(3_500),
    });
    assert_eq!(
        cell(Dimension::BodyType, body),
        Some(Cell::BodyType(BodyType::Region))
    );
    assert_eq!(
        cell(Dimension::Size, body),
        Some(Cell::Size(SizeClass::Under20000))
    );
}

#[test]
fn each_type_has_a_name_of_its_own() {
    let names = BodyType::ALL
        .iter()
        .map(|it| cell::name(Cell::BodyType(*it)));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), BodyType::ALL.len());
}

#[derive(Clone, Copy)]
struct Result(Sharing, Effect);

impl Shared for Result {
    fn sharing(&self) -> Sharing {
        self.0
    }
}

fn open(effects: &[Effect]) -> Vec<Open<Result>> {
    Open::only(effects.iter().map(|effect| Result(Sharing::Open, *effect)))
}

fn left(effects: &[Effect], measure: Measure) -> Option<Leaving> {
    leaving(&open(effects), measure, |it| it.1)
}

fn hinging(given: &[Effect], measure: Measure, unit: &str) -> [String; 2] {
    let leaving = left(given, measure).unwrap();
    let names: Vec<_> = (1..=given.len()).map(|n| format!("Ville {n}")).collect();
    let it = left_out::Hinging {
        names: &names,
        unit,
        measure,
        leaving: &leaving,
    };
    [left_out::french(&it), left_out::english(&it)].map(|text| text.replace('\u{202f}', "_"))
}

/// Four that agree, and one that hides it.
const ONE_APART: [(f64, f64); 5] = [(4.0, 0.2), (4.2, 0.2), (3.9, 0.2), (4.1, 0.2), (-6.0, 0.2)];

#[test]
fn a_result_the_answer_hangs_on_is_named() {
    let [french, english] = hinging(&effects(&ONE_APART), Measure::MeanDifference, "min");
    assert_eq!(
        french,
        "Les 5 résultats ouverts, mis en commun sans les autres, donnent une estimation de 2,0_min. \
         La réponse tient au résultat suivant_: Ville 5. Sans lui, l’estimation est de 4,0_min \
         (intervalle de confiance à 95_%_: de 3,8 à 4,3)_; l’absence d’effet sort de l’intervalle."
    );
    assert_eq!(
        english,
        "The 5 open results, pooled without the others, give an estimate of 2.0 min. The answer \
         hangs on this result: Ville 5. Without it, the estimate is 4.0 min (95% confidence \
         interval: 3.8 to 4.3); no effect leaves the interval."
    );
}

#[test]
fn where_it_hangs_on_none_that_is_said() {
    let [french, english] = hinging(&bcg(), Measure::LogRiskRatio, "");
    assert_eq!(
        french,
        "Les 13 résultats ouverts, mis en commun sans les autres, donnent une estimation de 0,49. \
         Sans l’un d’eux, quel qu’il soit, elle se déplace d’au plus une erreur type, et l’absence \
         d’effet n’entre ni ne sort de l’intervalle_: la réponse ne tient à aucun seul."
    );
    assert!(english.ends_with("the answer hangs on none alone."));
}

/// A log odds of zero is one half, which is no absence of effect.
#[test]
fn nothing_decides_over_a_proportion() {
    let given = effects(&ONE_APART);
    let decides = |measure| {
        let leaving = left(&given, measure).unwrap();
        leaving.without.iter().any(|one| one.decisive)
    };
    assert!(decides(Measure::LogOddsRatio));
    assert!(!decides(Measure::LogitProportion));
}

#[test]
fn only_open_results_are_left_out_and_pooled_by_themselves() {
    let hidden = effects(&[(90.0, 0.1), (80.0, 0.1)]);
    let mut all: Vec<_> = effects(&ONE_APART)
        .into_iter()
        .map(|effect| Result(Sharing::Open, effect))
        .collect();
    all.insert(2, Result(Sharing::Pseudonymous, hidden[0]));
    all.push(Result(Sharing::AggregateOnly, hidden[1]));
    let some = leaving(&Open::only(all), Measure::MeanDifference, |it| it.1).unwrap();
    let alone = left(&effects(&ONE_APART), Measure::MeanDifference).unwrap();
    assert_eq!(some, alone);
    assert_eq!((alone.base.count, alone.without.len()), (5, 5));
    // Three remain of four; two of three would be no pool.
    assert!(left(&effects(&ONE_APART[..4]), Measure::MeanDifference).is_some());
    assert!(left(&effects(&ONE_APART[..3]), Measure::MeanDifference).is_none());
}

/// Equal effects have no Hartung–Knapp interval; they are pooled as everywhere.
#[test]
fn a_remainder_of_equal_effects_is_pooled() {
    let given = effects(&[(5.0, 0.1), (5.0, 0.1), (5.0, 0.1), (9.0, 0.1)]);
    let leaving = left(&given, Measure::MeanDifference).unwrap();
    assert!((leaving.without[3].left.estimate - 5.0).abs() < 1e-9);
}

#[test]
fn beyond_the_bound_nothing_is_left_out() {
    let many = |count: usize| effects(&vec![(1.0, 0.1); count]);
    assert!(left(&many(LEFT_OUT_MOST), Measure::MeanDifference).is_some());
    assert!(left(&many(LEFT_OUT_MOST + 1), Measure::MeanDifference).is_none());
}

#[test]
fn warnings_follow_from_the_results() {
    let of = |count: usize, evidence, origin| {
        let effect = effects(&[(1.0, 0.1)])[0];
        vec![(evidence, origin, effect); count]
    };
    assert_eq!(warnings(&[], &[], false), [Warning::FewResults]);
    let measured = of(5, Evidence::Measured, Origin::Staff);
    assert_eq!(warnings(&measured, &[], false), []);
    assert_eq!(
        warnings(&measured[1..], &[], true),
        [Warning::FewResults, Warning::ResultsCut]
    );
    let mut mixed = of(5, Evidence::SelfReported, Origin::Study);
    assert_eq!(warnings(&mixed, &[], false), [Warning::AllSelfReported]);
    mixed.extend(of(1, Evidence::Measured, Origin::Vendor));
    assert_eq!(warnings(&mixed, &[], false), [Warning::VendorSupplied]);
    // The wider, the larger.
    let wide = (1..=10).map(|n| (f64::from(n) + 0.1 * f64::from(n % 3), f64::from(n * n)));
    let slope = effects(&wide.collect::<Vec<_>>());
    let slope: Vec<_> = slope
        .into_iter()
        .map(|effect| (Evidence::Measured, Origin::Staff, effect))
        .collect();
    // Of what was released only its cells tell how it was come by.
    assert_eq!(warnings(&mixed[..1], &[Cell::All], false), []);
    assert_eq!(
        warnings(&[], &[Cell::All, Cell::VendorSupplied(true)], false),
        [Warning::VendorSupplied]
    );
    assert_eq!(warnings(&slope, &[], false), [Warning::SmallStudies]);
    assert_eq!(warnings(&slope[1..], &[], false), []);
}
