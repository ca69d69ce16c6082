//! How long a merge takes: a long charter as people write them, and the worst that a body may hold.
//!
//! ```sh
//! cargo bench -p maillage-domain --bench merge
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use maillage_domain::commons::compare::compare;
use maillage_domain::commons::merge::{Choices, Sides, merge};
use maillage_domain::commons::{CharterBody, Clause, Lock, limits};

/// What is measured: its name, and base, one's own text and the source's.
type Case = (&'static str, [CharterBody; 3]);

fn main() {
    println!("{:<58} {:>10} {:>10}", "", "merge", "compare");
    for (name, sides) in cases() {
        let [base, mine, theirs] = &sides;
        let merged = median(|| {
            black_box(merge(Sides { base, mine, theirs }, &Choices::new()));
        });
        let compared = median(|| {
            black_box(compare(mine, theirs));
        });
        println!("{name:<58} {merged:>10.1?} {compared:>10.1?}");
    }
}

/// The middle of some runs.
fn median(run: impl Fn()) -> Duration {
    let mut runs: Vec<_> = (0..9)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied().unwrap_or_default()
}

fn cases() -> [Case; 8] {
    // As many texts of full length as a body may hold.
    let full = limits::TOTAL / limits::TEXT - 1;
    let other = |seed| move |n: usize| words(n as u64 * 7 + seed, 3_000, 6_000);
    let few = |seed| move |n: usize| random(n as u64 * 7 + seed, 5_000, "ab").replace("", " ");
    let letters = |seed, count| move |n: usize| random(n as u64 * 7 + seed, count, ".,;:");
    let many = limits::CLAUSES - 1;
    let short = limits::TOTAL / limits::CLAUSES - 50;
    // As different as texts may be that are still compared word by word.
    let edited = |step: usize| {
        move |n: usize| {
            let mut words: Vec<_> = words(n as u64, 3_000, 6_000)
                .split(' ')
                .map(str::to_owned)
                .collect();
            let every = words.len() / (limits::EDITS / 2 - 2);
            for word in words.iter_mut().skip(step).step_by(every.max(1)) {
                word.push('s');
            }
            words.join(" ")
        }
    };
    [
        (
            "300 clauses of 80 words, each side changed a third",
            charter(),
        ),
        (
            "full body, all words different on every side",
            [1, 2, 3].map(|seed| body(full, other(seed))),
        ),
        (
            "full body, the same few words shuffled",
            [body(full, few(1)), body(full, few(2)), body(full, few(3))],
        ),
        (
            "full body, random punctuation",
            [1, 2, 3].map(|seed| body(full, letters(seed, limits::TEXT))),
        ),
        (
            "1,000 short clauses, random punctuation",
            [1, 2, 3].map(|seed| body(many, letters(seed, short))),
        ),
        (
            "full body, each text as different as words may be",
            [0, 3, 9].map(|step| body(full, edited(step))),
        ),
        (
            "full body, one letter again and again against two",
            [
                body(full, |_| "a ".repeat(limits::TEXT / 2)),
                body(full, |_| "a b ".repeat(limits::TEXT / 4)),
                body(full, |_| "b a a ".repeat(limits::TEXT / 6)),
            ],
        ),
        ("1,000 clauses, all moved on both sides", moved()),
    ]
}

/// Three bodies of 300 clauses: a third changed here, a third there, some both, in different words.
fn charter() -> [CharterBody; 3] {
    let text = |n: usize| words(n as u64, 80, 400);
    let side = |side: usize| {
        move |n: usize| {
            let mut words: Vec<_> = text(n).split(' ').map(str::to_owned).collect();
            if n % 3 == side || n.is_multiple_of(10) {
                for word in words.iter_mut().skip(side * 40).take(5) {
                    *word = format!("{word}s");
                }
            }
            words.join(" ")
        }
    };
    [body(300, text), body(300, side(0)), body(300, side(1))]
}

/// A flat body of as many clauses as there may be, in three orders.
fn moved() -> [CharterBody; 3] {
    let base = body(limits::CLAUSES, |_| String::new());
    let shuffled = |step: usize| {
        let mut body = base.clone();
        let count = body.clauses.len();
        body.clauses = (0..count)
            .filter_map(|n| base.clauses.get(n * step % count).cloned())
            .collect();
        body
    };
    let (mine, theirs) = (shuffled(7), shuffled(11));
    [base, mine, theirs]
}

fn body(clauses: usize, text: impl Fn(usize) -> String) -> CharterBody {
    let clause = |n: usize| {
        let id = format!("clause-{n}").parse().ok()?;
        Some(Clause {
            id,
            title: format!("Article {n}"),
            text: text(n),
            lock: Lock::Recommended,
            clauses: Vec::new(),
        })
    };
    CharterBody {
        preamble: String::new(),
        variables: Vec::new(),
        clauses: (0..clauses).filter_map(clause).collect(),
    }
}

/// Numbers that are the same in every run.
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let next = |state: &u64| {
        let next = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Some(next)
    };
    std::iter::successors(Some(seed.wrapping_add(0x9e37_79b9)), next).map(|state| state >> 33)
}

/// So many words out of a vocabulary of `known`.
fn words(seed: u64, count: usize, known: u64) -> String {
    let words: Vec<_> = numbers(seed)
        .skip(3)
        .take(count)
        .map(|n| format!("m{}", n % known))
        .collect();
    words.join(" ")
}

/// So many characters out of a few.
fn random(seed: u64, count: usize, letters: &str) -> String {
    let letters: Vec<_> = letters.chars().collect();
    let letter = |n: u64| letters.get(n as usize % letters.len()).copied();
    numbers(seed)
        .skip(3)
        .take(count)
        .filter_map(letter)
        .collect()
}
