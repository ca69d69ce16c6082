//! Each rule by itself, on figures of the handbook where it has some.

use chrono::{DateTime, Utc};
use maillage_domain::evaluation::disclosure::{
    Cell, Contribution, Figure, Known, Open, Parameters, Release, SizeClass, Traits, Withheld,
    batch, dominates, estimable, leave_one_out, may_show, release,
};
use maillage_domain::evaluation::{Evidence, Sharing};
use maillage_domain::identity::BodyType;
use maillage_domain::value::{CollectivityId, ResultId};
use uuid::Uuid;

const RULES: &Parameters = &Parameters::IN_USE;

fn at(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(day * 86_400, 0).expect("a date")
}

/// A contributor like any other, whose name is a number.
fn one(contributor: u128) -> Contribution {
    Contribution {
        contributor: CollectivityId(Uuid::from_u128(contributor)),
        figure: Figure {
            result: ResultId(Uuid::from_u128(contributor)),
            revision: 1,
        },
        sharing: Sharing::AggregateOnly,
        traits: Traits {
            body_type: BodyType::Commune,
            size: SizeClass::of(Some(12_000)),
            evidence: Evidence::Measured,
            vendor_supplied: false,
        },
        estimate: 2.0,
        variance: 0.25,
        people: 12,
    }
}

fn many(count: u128) -> Vec<Contribution> {
    (1..=count).map(one).collect()
}

fn decide(now: &[Contribution], log: &[Release]) -> Result<Release, Withheld> {
    release(Cell::All, at(1), now, log, &Known::default(), RULES)
}

/// Handbook: total 100,000, of which 50,000 and 49,000.
#[test]
fn concentration_follows_the_handbook() {
    let masses = [50_000.0, 600.0, 49_000.0, 400.0];
    assert!(!dominates(&masses, 1, 0.90), "(1, 90) is safe");
    assert!(dominates(&masses, 2, 0.85), "(2, 85) is unsafe");
    assert!(estimable(&masses, 1, 0.10), "p% 10: 1,000 < 5,000");
}

/// Handbook: the tables {50, 54; 128, 140; 39, 49} and {52, 55; 130, 140; 39, 49} differ by
/// {2, 1; 2, 0; 0, 0}.
#[test]
fn tables_that_differ_by_a_few_are_refused() {
    let tables = [
        (50, 52),
        (54, 55),
        (128, 130),
        (140, 140),
        (39, 39),
        (49, 49),
    ];
    for (first, second) in tables {
        let log = [decide(&many(first), &[]).expect("large enough")];
        let again = decide(&many(second), &log);
        let same = again == Err(Withheld::Unchanged);
        assert!(again.is_err(), "{first} and {second}");
        assert_eq!(same, first == second, "{first} and {second}");
    }
}

#[test]
fn five_must_remain_unknown_to_a_contributor() {
    assert_eq!(decide(&many(5), &[]), Err(Withheld::Few));
    assert!(decide(&many(6), &[]).is_ok());
    assert_eq!(decide(&[], &[]), Err(Withheld::Nothing));
}

#[test]
fn a_second_result_makes_no_second_contributor() {
    let mut now = many(5);
    now.push(Contribution {
        figure: one(6).figure,
        ..one(5)
    });
    assert_eq!(decide(&now, &[]), Err(Withheld::Few));
    now.push(one(7));
    assert_eq!(
        decide(&now, &[]),
        Err(Withheld::Few),
        "company are those of one figure"
    );
    now.push(one(8));
    let made = decide(&now, &[]).expect("six others");
    assert_eq!(
        made.members.len(),
        8,
        "all that they contribute is in the pool"
    );
    now.push(one(8));
    assert_eq!(
        decide(&now, &[]),
        Err(Withheld::Impossible),
        "twice the same"
    );
}

#[test]
fn what_is_or_was_shown_hides_nobody() {
    let mut now = many(8);
    now[0].sharing = Sharing::Open;
    now[1].sharing = Sharing::Pseudonymous;
    let made = decide(&now, &[]).expect("six are hidden");
    assert_eq!(made.members.len(), 6, "what is open is not in a release");
    let known = Known::from_iter([(now[2].contributor, now[2].figure)]);
    let again = release(Cell::All, at(1), &now, &[], &known, RULES);
    assert_eq!(again, Err(Withheld::Few));
    let all = now
        .iter()
        .map(|one| (one.contributor, one.figure))
        .collect();
    let again = release(Cell::All, at(1), &now, &[], &all, RULES);
    assert_eq!(again, Err(Withheld::Nothing));
}

#[test]
fn concentration_counts_in_precision_effect_and_people() {
    let largest = |change: fn(&mut Contribution, f64)| {
        let with = |factor| {
            let mut now = many(8);
            change(&mut now[3], factor);
            decide(&now, &[]).err()
        };
        (with(30.0), with(60.0), with(80.0))
    };
    let dominated = Some(Withheld::Dominated);
    let expected = (None, dominated, dominated);
    assert_eq!(largest(|one, factor| one.variance /= factor), expected);
    assert_eq!(largest(|one, factor| one.estimate *= -factor), expected);
    assert_eq!(largest(|one, factor| one.people *= factor as u32), expected);
    let mut now = many(8);
    now[0].people *= 100;
    now[1].people *= 90;
    assert_eq!(decide(&now, &[]), Err(Withheld::Estimable));
}

#[test]
fn figures_that_are_no_numbers_are_refused() {
    let wrong: [fn(&mut Contribution); 5] = [
        |one| one.estimate = f64::NAN,
        |one| one.variance = 0.0,
        |one| one.variance = -1.0,
        |one| one.variance = f64::INFINITY,
        |one| one.variance = f64::MIN_POSITIVE / 4.0,
    ];
    for change in wrong {
        let mut now = many(9);
        change(&mut now[4]);
        assert_eq!(decide(&now, &[]), Err(Withheld::Impossible));
    }
}

#[test]
fn one_who_joins_leaves_or_corrects_holds_a_cell() {
    let log = [decide(&many(12), &[]).expect("first")];
    assert_eq!(
        decide(&many(12), &log),
        Err(Withheld::Unchanged),
        "a new date would tell it from a cell that is withheld"
    );
    assert_eq!(decide(&many(13), &log), Err(Withheld::Few), "joins");
    assert_eq!(decide(&many(11), &log), Err(Withheld::Few), "leaves");
    let mut corrected = many(12);
    corrected[7].figure.revision = 2;
    assert_eq!(decide(&corrected, &log), Err(Withheld::Few), "corrects");
    assert!(decide(&many(18), &log).is_ok(), "six join");
    assert!(decide(&many(6), &log).is_ok(), "six leave");
    let all = |one: Contribution| Contribution {
        figure: Figure {
            revision: 2,
            ..one.figure
        },
        ..one
    };
    let corrected: Vec<_> = many(12).into_iter().map(all).collect();
    assert_eq!(
        decide(&corrected, &log),
        Err(Withheld::Few),
        "perhaps slightly"
    );
}

#[test]
fn a_batch_looks_at_the_cells_before() {
    // Twelve communes and one département: whoever knows all and the communes knows the latter.
    let mut now = many(13);
    now[12].traits.body_type = BodyType::Departement;
    let decisions = batch(at(1), &now, &[], &Known::default(), RULES);
    let made: Vec<Cell> = decisions
        .iter()
        .filter(|(_, made)| made.is_ok())
        .map(|d| d.0)
        .collect();
    let size = Cell::Size(SizeClass::Under20000);
    let everybody = [
        Cell::All,
        size,
        Cell::Evidence(Evidence::Measured),
        Cell::VendorSupplied(false),
    ];
    assert_eq!(made, everybody);
    assert_eq!(decisions.len(), 6);
}

#[test]
fn a_withheld_cell_shows_its_last_release() {
    let now = many(14);
    assert_eq!(Release::latest(Cell::All, &[]), None);
    let first = decide(&now, &[]).expect("large enough");
    let other = release(
        Cell::VendorSupplied(false),
        at(2),
        &now,
        &[],
        &Known::default(),
        RULES,
    );
    let log = [first.clone(), other.expect("the same")];
    let latest = Release::latest(Cell::All, &log).expect("was released");
    assert_eq!(latest, (at(1), first.figures));
    let shown = serde_json::to_string(&latest).expect("json");
    assert_eq!(
        shown,
        r#"["1970-01-02T00:00:00Z",{"estimate":2.0,"standard_error":0.13,"contributors":10,"people":165}]"#
    );
}

#[test]
fn a_result_is_not_shown_while_others_hide_behind_it() {
    let now = many(7);
    let log = [decide(&now, &[]).expect("large enough")];
    let mut known = Known::default();
    let show = |place: usize, known: &Known| {
        may_show(
            now[place].contributor,
            now[place].figure,
            &log,
            known,
            RULES,
        )
    };
    assert!(show(0, &known).is_ok(), "six stay");
    known.add(now[0].contributor, now[0].figure);
    assert_eq!(show(1, &known), Err(Withheld::Few));
    let stranger = one(40);
    assert!(may_show(stranger.contributor, stranger.figure, &log, &known, RULES).is_ok());
}

#[test]
fn leaving_one_out_takes_open_results_only() {
    let mut now = many(5);
    now[1].sharing = Sharing::Open;
    now[2].sharing = Sharing::Pseudonymous;
    now[4].sharing = Sharing::Open;
    let open = Open::only(now);
    let names = |rest: &[&Contribution]| rest.iter().map(|one| one.contributor).collect::<Vec<_>>();
    assert_eq!(
        leave_one_out(&open, names),
        [vec![one(5).contributor], vec![one(2).contributor]]
    );
    assert_eq!(open[0].get().contributor, one(2).contributor);
}

#[test]
fn thresholds_are_not_printed() {
    let printed = format!("{RULES:?}");
    assert!(
        printed.contains("minimum: 5") && !printed.contains("0.85") && !printed.contains("0.1")
    );
    assert_eq!((RULES.minimum(), RULES.colluders()), (5, 1));
}
