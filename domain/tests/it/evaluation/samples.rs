//! Effects to test with.

use maillage_domain::evaluation::{Count, Effect, Figures, Measure, effect};

/// The thirteen BCG trials (Colditz et al. 1994): events and no events, vaccinated and not.
pub const BCG: [[u32; 4]; 13] = [
    [4, 119, 11, 128],
    [6, 300, 29, 274],
    [3, 228, 11, 209],
    [62, 13536, 248, 12619],
    [33, 5036, 47, 5761],
    [180, 1361, 372, 1079],
    [8, 2537, 10, 619],
    [505, 87886, 499, 87892],
    [29, 7470, 45, 7232],
    [17, 1699, 65, 1600],
    [186, 50448, 141, 27197],
    [5, 2493, 3, 2338],
    [27, 16886, 29, 17825],
];

/// The figures of one trial.
pub fn events([a, b, c, d]: [u32; 4]) -> Figures {
    Figures::Events {
        treated: Count {
            events: a,
            n: a + b,
        },
        control: Count {
            events: c,
            n: c + d,
        },
    }
}

/// The log risk ratios of the thirteen trials.
pub fn bcg() -> Vec<Effect> {
    let ratio = |cells| effect(&events(cells), Measure::LogRiskRatio).unwrap();
    BCG.map(ratio).to_vec()
}

/// Effects from estimates and variances.
pub fn effects(pairs: &[(f64, f64)]) -> Vec<Effect> {
    let effect = |(y, v): &(f64, f64)| Effect::new(*y, *v).unwrap();
    pairs.iter().map(effect).collect()
}

/// `value` with so many decimals: what a table prints.
pub fn printed(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}
