//! An attacker's test of law L8: random histories, everything the releases say as equations, and
//! what follows from them for every hidden figure.
//!
//! The attacker (`attacker.rs`) knows nothing of groups, minima or thresholds. It holds the exact
//! sums, solves for the tightest interval by linear programming (`linear.rs`), and looks for
//! coalitions that solve for somebody exactly. `history.rs` plays what members may do, with a
//! defence of which one part at a time is taken away: each time the attack must succeed, so that
//! no rule is decoration.

#![expect(
    clippy::disallowed_methods,
    reason = "the attack shows what each parameter is for"
)]

mod attacker;
mod history;
mod linear;
mod random;

use maillage_domain::evaluation::disclosure::{Concentration, Parameters};

use attacker::{Attacker, Found};
use history::{Defence, play};

const IN_USE: Concentration = Concentration {
    dominance: 0.85,
    p: 0.10,
};

/// Histories against the rules as they are.
const HISTORIES: u64 = 3_000;
/// Histories within which a weakened defence must fall.
const ENOUGH: u64 = 3_000;

#[test]
fn no_hidden_figure_is_ever_determined() {
    let (mut releases, mut again, mut tested) = (0, 0, 0);
    for seed in 0..HISTORIES {
        let history = play(seed, &Defence::default());
        let attacker = Attacker::of(&history);
        assert_eq!(attacker.attack(), None, "seed {seed}");
        // The attack takes a short cut where a twin makes the answer plain. Not here, now and then.
        for width in attacker
            .sample(seed)
            .into_iter()
            .take((seed % 3 / 2) as usize)
        {
            assert!(width >= 0.10 - 1e-9, "seed {seed}: {width}");
            tested += 1;
        }
        releases += history.rows.len();
        again += history.compared();
    }
    // Withholding everything would be safe, and useless.
    assert!(releases > HISTORIES as usize, "{releases} releases");
    assert!(again > 300, "{again} releases of a cell that had changed");
    assert!(tested > 300, "{tested} intervals");
}

/// The attack succeeds against this defence, and in the expected way.
fn falls(defence: &Defence, expected: impl Fn(&Found) -> bool) {
    let by = (0..ENOUGH).find_map(|seed| {
        let history = play(seed, defence);
        Attacker::of(&history).attack().filter(&expected)
    });
    assert!(by.is_some(), "never falls: {defence:?}");
}

#[test]
fn without_the_minimum_a_coalition_solves_for_somebody() {
    let parameters = Parameters::for_attack(1, 1, IN_USE);
    let defence = Defence {
        parameters,
        ..Defence::default()
    };
    falls(&defence, |found| matches!(found, Found::Exactly { .. }));
}

#[test]
fn without_taking_away_their_own_figures_a_contributor_estimates_another() {
    let parameters = Parameters::for_attack(5, 0, IN_USE);
    let defence = Defence {
        parameters,
        ..Defence::default()
    };
    falls(&defence, |found| matches!(found, Found::ByInsider { .. }));
}

#[test]
fn without_dominance_an_outsider_estimates_the_largest() {
    let open = Concentration {
        dominance: 1.0,
        ..IN_USE
    };
    let defence = Defence {
        parameters: Parameters::for_attack(5, 1, open),
        ..Defence::default()
    };
    falls(&defence, |found| matches!(found, Found::ByOutsider { .. }));
}

#[test]
fn without_p_percent_a_contributor_estimates_another() {
    let open = Concentration { p: 0.0, ..IN_USE };
    let defence = Defence {
        parameters: Parameters::for_attack(5, 1, open),
        ..Defence::default()
    };
    falls(&defence, |found| matches!(found, Found::ByInsider { .. }));
}

#[test]
fn without_earlier_releases_of_the_cell_time_gives_a_figure_away() {
    let defence = Defence {
        same_cell: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn without_the_other_cells_an_overlap_gives_a_figure_away() {
    let defence = Defence {
        other_cells: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn comparing_in_pairs_only_a_complement_gives_a_figure_away() {
    let defence = Defence {
        jointly: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn counting_what_was_open_as_hidden_gives_a_figure_away() {
    let defence = Defence {
        known: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn blind_to_changes_a_large_one_gives_a_figure_away() {
    let defence = Defence {
        changes: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn taking_a_contributor_for_several_slight_changes_give_a_figure_away() {
    let defence = Defence {
        contributors: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn showing_without_asking_uncovers_who_stays_behind() {
    let defence = Defence {
        showing: false,
        ..Defence::default()
    };
    falls(&defence, |_| true);
}

#[test]
fn concentration_in_any_mass_gives_a_figure_away() {
    for blind in 0..3 {
        let defence = Defence {
            blind: Some(blind),
            ..Defence::default()
        };
        falls(&defence, |found| match found {
            Found::ByOutsider { mass, .. } | Found::ByInsider { mass, .. } => *mass == blind,
            Found::Exactly { .. } => false,
        });
    }
}
