//! Data sets that are the same in every run.

use maillage_domain::evaluation::{Count, Effect, Figures, Group};

/// Numbers from a fixed seed.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64 (Steele, Lea & Flood 2014), as a number between 0 and 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number from `low` to `high`.
    pub fn whole(&mut self, low: u32, high: u32) -> u32 {
        low + (self.unit() * f64::from(high - low + 1)) as u32
    }

    /// A number between the two, evenly on the logarithmic scale.
    pub fn log(&mut self, low: f64, high: f64) -> f64 {
        (low.ln() + self.unit() * (high.ln() - low.ln())).exp()
    }

    /// About normal: the sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// Sets of two to forty effects and some larger ones, from no heterogeneity to very much.
pub fn sets() -> Vec<Vec<Effect>> {
    let mut numbers = Numbers::new(20_261_123);
    let sizes = (0..200).map(|set| 2 + set % 39).chain([100, 250]);
    sizes
        .map(|k| {
            let tau = match numbers.whole(0, 3) {
                0 => 0.0,
                _ => numbers.log(0.01, 3.0),
            };
            let [narrow, wide] = [numbers.log(1e-3, 0.1), numbers.log(0.1, 5.0)];
            let mean = 4.0 * numbers.unit() - 2.0;
            let mut effect = || {
                let variance = numbers.log(narrow, wide);
                let spread = (tau * tau + variance).sqrt();
                Effect::new(mean + spread * numbers.normal(), variance).unwrap()
            };
            (0..k).map(|_| effect()).collect()
        })
        .collect()
}

/// Figures of every shape that metafor knows, zero cells among them.
pub fn figures() -> Vec<Figures> {
    let mut numbers = Numbers::new(4);
    let mut figures = Vec::new();
    for _ in 0..100 {
        let mut group = || Group {
            n: numbers.whole(2, 300),
            mean: numbers.log(0.1, 1_000.0),
            sd: numbers.log(0.1, 100.0),
        };
        figures.push(Figures::Means {
            treated: group(),
            control: group(),
        });
        let mut count = || {
            let n = numbers.whole(1, 200);
            let events = match numbers.whole(0, 5) {
                0 => 0,
                1 => n,
                _ => numbers.whole(0, n),
            };
            Count { events, n }
        };
        figures.push(Figures::Events {
            treated: count(),
            control: count(),
        });
        figures.push(Figures::Proportion(count()));
    }
    figures
}
