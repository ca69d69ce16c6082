//! The linear algebra of the attack: how far an unknown can move without any sum changing.

const TINY: f64 = 1e-9;

/// An unknown: the equations (bits) it stands in, how far it may be from the truth either way, and
/// whether it is part of what is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown {
    pub(super) within: u64,
    pub(super) room: f64,
    pub(super) asked: bool,
}

/// The largest total move of what is asked for: `max Σ_asked d` such that `M d = 0, |d| ≤ room`.
///
/// As the box is symmetric about the truth, the attacker's tightest interval is the truth plus and
/// minus this. By duality it is what the best combination of all equations tells.
pub(super) fn half_width(unknowns: &[Unknown], equations: usize) -> f64 {
    let (reduced, pivots) = reduce(unknowns, equations);
    let free: Vec<usize> = (0..unknowns.len())
        .filter(|c| !pivots.contains(c))
        .collect();
    // Every unknown as a combination of the free ones.
    let combination: Vec<Vec<f64>> = (0..unknowns.len())
        .map(|c| match pivots.iter().position(|pivot| *pivot == c) {
            Some(row) => free.iter().map(|f| -reduced[row][*f]).collect(),
            None => free.iter().map(|f| f64::from(u8::from(*f == c))).collect(),
        })
        .collect();
    let asked = |k: usize| -> f64 {
        let asked = unknowns.iter().zip(&combination).filter(|(u, _)| u.asked);
        asked.map(|(_, combined)| combined[k]).sum()
    };
    let objective: Vec<f64> = (0..free.len()).map(asked).collect();
    maximum(&objective, &combination, unknowns)
}

/// Gauss and Jordan, with the columns of the pivots.
fn reduce(unknowns: &[Unknown], equations: usize) -> (Vec<Vec<f64>>, Vec<usize>) {
    let bit = |row: usize, u: &Unknown| f64::from(u8::from(u.within >> row & 1 == 1));
    let mut matrix: Vec<Vec<f64>> = (0..equations)
        .map(|row| unknowns.iter().map(|u| bit(row, u)).collect())
        .collect();
    let mut pivots = Vec::new();
    for column in 0..unknowns.len() {
        let done = pivots.len();
        let Some(best) = (done..equations).max_by(|a, b| {
            matrix[*a][column]
                .abs()
                .total_cmp(&matrix[*b][column].abs())
        }) else {
            break;
        };
        if matrix[best][column].abs() < TINY {
            continue;
        }
        matrix.swap(done, best);
        let lead = matrix[done][column];
        matrix[done].iter_mut().for_each(|entry| *entry /= lead);
        let pivot = matrix[done].clone();
        for (_, row) in matrix.iter_mut().enumerate().filter(|(i, _)| *i != done) {
            eliminate(row, &pivot, column);
        }
        pivots.push(column);
    }
    (matrix, pivots)
}

fn eliminate(row: &mut [f64], pivot: &[f64], column: usize) {
    let factor = row[column];
    if factor != 0.0 {
        for (entry, lead) in row.iter_mut().zip(pivot) {
            *entry -= factor * lead;
        }
    }
}

/// Simplex by Bland's rule, from the truth, which is feasible: `z = z⁺ − z⁻`, one row for each
/// bound of each unknown.
fn maximum(objective: &[f64], combination: &[Vec<f64>], unknowns: &[Unknown]) -> f64 {
    let (free, bounds) = (objective.len(), 2 * unknowns.len());
    let width = 2 * free + bounds + 1;
    let mut table: Vec<Vec<f64>> = Vec::with_capacity(bounds + 1);
    for (combined, unknown) in combination.iter().zip(unknowns) {
        for sign in [1.0, -1.0] {
            let mut row = vec![0.0; width];
            for (k, entry) in combined.iter().enumerate() {
                row[2 * k] = sign * entry;
                row[2 * k + 1] = -sign * entry;
            }
            row[2 * free + table.len()] = 1.0;
            row[width - 1] = unknown.room;
            table.push(row);
        }
    }
    let mut costs = vec![0.0; width];
    for (k, entry) in objective.iter().enumerate() {
        costs[2 * k] = -entry;
        costs[2 * k + 1] = *entry;
    }
    let mut basis: Vec<usize> = (2 * free..2 * free + bounds).collect();
    while let Some(entering) = (0..width - 1).find(|c| costs[*c] < -TINY) {
        let ratio = |row: usize| table[row][width - 1] / table[row][entering];
        let leaving = (0..bounds)
            .filter(|row| table[*row][entering] > TINY)
            .min_by(|a, b| {
                let order = ratio(*a).total_cmp(&ratio(*b));
                order.then(basis[*a].cmp(&basis[*b]))
            });
        let leaving = leaving.expect("every unknown is bounded");
        let lead = table[leaving][entering];
        table[leaving].iter_mut().for_each(|entry| *entry /= lead);
        let pivot = table[leaving].clone();
        for (_, row) in table.iter_mut().enumerate().filter(|(i, _)| *i != leaving) {
            eliminate(row, &pivot, entering);
        }
        eliminate(&mut costs, &pivot, entering);
        basis[leaving] = entering;
    }
    costs[width - 1]
}

#[test]
fn the_interval_is_the_tightest_there_is() {
    let unknown = |within, room, asked| Unknown {
        within,
        room,
        asked,
    };
    // x + y + z is known: x may move by what y and z take.
    let sum = [
        unknown(1, 10.0, true),
        unknown(1, 2.0, false),
        unknown(1, 3.0, false),
    ];
    assert!((half_width(&sum, 1) - 5.0).abs() < 1e-9);
    // x + y and y + z and x + z: each is known.
    let ring = [
        unknown(0b101, 9.0, true),
        unknown(0b011, 9.0, false),
        unknown(0b110, 9.0, false),
    ];
    assert!(half_width(&ring, 3).abs() < 1e-9);
    // x + y and x + z: y and z move together against x.
    let fork = [
        unknown(0b11, 9.0, true),
        unknown(0b01, 4.0, false),
        unknown(0b10, 1.0, false),
    ];
    assert!((half_width(&fork, 2) - 1.0).abs() < 1e-9);
    // In no equation: the room itself.
    assert!((half_width(&[unknown(0, 7.0, true)], 0) - 7.0).abs() < 1e-9);
}
