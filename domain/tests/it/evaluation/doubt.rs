//! Figures that are possible and deserve a second look.

use maillage_domain::evaluation::{Count, Figures, Group, doubts};

fn slugs(figures: Figures) -> Vec<String> {
    doubts(&figures).iter().map(ToString::to_string).collect()
}

fn means(treated: (u32, f64, f64), control: (u32, f64, f64)) -> Figures {
    let group = |(n, mean, sd)| Group { n, mean, sd };
    Figures::Means {
        treated: group(treated),
        control: group(control),
    }
}

#[test]
fn what_is_doubted() {
    let fine = (30, 10.0, 2.0);
    let cited = |estimate, low, high, level| Figures::Contrast {
        estimate,
        low,
        high,
        level,
    };
    let count = |events, n| Count { events, n };
    let cases: [(Figures, &[&str]); 15] = [
        (means(fine, fine), &[]),
        (means((30, 10.0, 0.0), fine), &["sd_zero"]),
        (
            means((30, 10.0, 21.0), (30, 9.0, 19.0)),
            &["sd_exceeds_mean", "sds_differ"][..1],
        ),
        // A quantity that may be negative has any mean.
        (means((30, -1.0, 21.0), (30, -2.0, 19.0)), &[]),
        (means((30, 10.0, 0.1), (30, 10.0, 2.0)), &["sds_differ"]),
        (means((30, 20.0, 2.0), fine), &["difference_huge"]),
        (means((10, 10.0, 2.0), fine), &["n_small"]),
        (means((11, 10.0, 2.0), fine), &[]),
        (
            Figures::Paired {
                n: 5,
                mean: 1.0,
                sd: 0.0,
            },
            &["sd_zero", "n_small"],
        ),
        (Figures::Proportion(count(0, 20)), &["cell_empty"]),
        (Figures::Proportion(count(20, 20)), &["cell_empty"]),
        (
            Figures::Events {
                treated: count(1, 20),
                control: count(1, 10),
            },
            &["n_small"],
        ),
        // A ratio of 0.5, from 0.25 to 1, typed as it is read.
        (cited(0.5, 0.25, 1.0, 0.95), &["interval_asymmetrical"]),
        (cited(-0.7, -1.4, 0.0, 0.95), &[]),
        (cited(-0.7, -1.4, 0.0, 0.5), &["level_unusual"]),
    ];
    for (figures, expected) in cases {
        assert_eq!(slugs(figures), expected, "{figures:?}");
    }
}
