//! Answers: tables and pools, whole and by group.

use maillage_domain::evaluation::{Answer, Effect, answer, subgroups};

use super::samples::{bcg, effects, printed};

/// Each effect with the letter of its group.
fn grouped(letters: &str, effects: &[Effect]) -> Vec<(char, Effect)> {
    letters.chars().zip(effects.iter().copied()).collect()
}

#[test]
fn fewer_than_three_are_a_table() {
    let given = effects(&[(0.1, 1.0), (0.2, 1.0), (0.4, 1.0)]);
    for count in 0..3 {
        assert_eq!(answer(&given[..count]), Ok(Answer::Table { count }));
    }
    assert!(matches!(answer(&given), Ok(Answer::Pooled(pooled)) if pooled.count == 3));
}

/// The BCG trials by how patients were allocated (random, alternate, systematic): each group by
/// REML, then compared; the same in metafor.
#[test]
fn subgroups_of_the_golden_dataset() {
    let found = subgroups(&grouped("rrrraarrrssss", &bcg())).unwrap();
    let labels: Vec<_> = found.groups.iter().map(|group| group.label).collect();
    assert_eq!(labels, ['a', 'r', 's']);
    assert_eq!(found.groups[0].answer, Answer::Table { count: 2 });
    let estimates: Vec<_> = found
        .groups
        .iter()
        .filter_map(|group| match &group.answer {
            Answer::Pooled(pooled) => Some(printed(pooled.estimate, 4)),
            Answer::Table { .. } => None,
        })
        .collect();
    assert_eq!(estimates, ["-0.9710", "-0.4242"]);
    let between = found.between.unwrap();
    assert_eq!(between.df, 1);
    assert_eq!(printed(between.q, 4), "1.4542");
    assert_eq!(printed(between.p, 4), "0.2279");
}

#[test]
fn groups_that_differ_and_groups_that_do_not() {
    let low = [(0.1, 0.01), (0.2, 0.01), (0.15, 0.01)];
    let high = low.map(|(y, v)| (y + 2.0, v));
    let together = |pairs: [[(f64, f64); 3]; 2]| effects(&pairs.concat());
    let test = |pairs| {
        let groups = subgroups(&grouped("aaabbb", &together(pairs))).unwrap();
        groups.between.unwrap().p
    };
    assert!(test([low, high]) < 1e-6);
    assert!(test([low, low]) > 0.99);
}

/// One group alone, or groups too small to be pooled, are not tested.
#[test]
fn nothing_to_compare() {
    let given = effects(&[(0.1, 1.0), (0.2, 1.0), (0.4, 1.0), (0.3, 1.0), (0.5, 1.0)]);
    for letters in ["aaaaa", "aaabb", "abcde"] {
        let found = subgroups(&grouped(letters, &given)).unwrap();
        assert_eq!(found.between, None, "{letters}");
    }
    assert!(subgroups::<char>(&[]).unwrap().groups.is_empty());
}
