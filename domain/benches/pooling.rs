//! How long it takes to pool a thousand studies: as they come, and as hard as they may be.
//!
//! ```sh
//! cargo bench -p maillage-domain --bench pooling
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use maillage_domain::evaluation::Effect;
use maillage_domain::evaluation::pool::diagnostics::leave_one_out;
use maillage_domain::evaluation::pool::{Estimator, Interval, pool};

const STUDIES: u64 = 1_000;

fn main() {
    println!(
        "{:<58} {:>10} {:>12}",
        "1,000 studies", "pooled", "without each"
    );
    for (name, tau, variances) in [
        ("no heterogeneity", 0.0, [0.01, 1.0]),
        ("some heterogeneity", 0.3, [0.01, 1.0]),
        ("much heterogeneity", 10.0, [0.01, 1.0]),
        ("heterogeneity hardly seen", 0.03, [0.01, 1.0]),
        ("variances from 1e-12 to 1e12", 1.0, [1e-12, 1e12]),
    ] {
        let studies = studies(tau, variances);
        let pooled = median(9, || {
            black_box(pool(&studies, Estimator::Reml, Interval::HartungKnapp)).ok();
        });
        let left_out = median(1, || {
            black_box(leave_one_out(
                &studies,
                Estimator::Reml,
                Interval::HartungKnapp,
            ))
            .ok();
        });
        println!("{name:<58} {pooled:>10.1?} {left_out:>12.1?}");
    }
}

/// The middle of some runs.
fn median(runs: usize, run: impl Fn()) -> Duration {
    let mut runs: Vec<_> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied().unwrap_or_default()
}

/// Effects around zero, their variances evenly spread on the logarithmic scale.
fn studies(tau: f64, [low, high]: [f64; 2]) -> Vec<Effect> {
    let mut numbers = numbers();
    let mut unit = move || numbers.next().unwrap_or_default();
    let mut study = || {
        let variance: f64 = low * (high / low).powf(unit());
        let normal = (0..12).map(|_| unit()).sum::<f64>() - 6.0;
        Effect::new((tau * tau + variance).sqrt() * normal, variance).ok()
    };
    (0..STUDIES).filter_map(|_| study()).collect()
}

/// Numbers between 0 and 1 that are the same in every run.
fn numbers() -> impl Iterator<Item = f64> {
    let next = |state: &u64| {
        let next = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Some(next)
    };
    std::iter::successors(Some(0x9e37_79b9), next)
        .skip(3)
        .map(|state| (state >> 33) as f64 / (1_u64 << 31) as f64)
}
