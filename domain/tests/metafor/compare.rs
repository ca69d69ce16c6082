//! One run of R over everything, compared figure by figure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use maillage_domain::evaluation::pool::diagnostics::{egger, leave_one_out};
use maillage_domain::evaluation::pool::{Bounds, Estimator, Interval, Pooled, between, pool};
use maillage_domain::evaluation::{Effect, EffectError, Figures, Measure, effect};

use super::data::{figures, sets};

/// What metafor says of one line.
type Said = BTreeMap<String, f64>;

const ESTIMATORS: [(&str, Estimator); 4] = [
    ("EE", Estimator::Fixed),
    ("DL", Estimator::DerSimonianLaird),
    ("PM", Estimator::PauleMandel),
    ("REML", Estimator::Reml),
];

const INTERVALS: [(&str, Interval); 3] = [
    ("z", Interval::Wald),
    ("knha", Interval::HartungKnapp),
    ("adhoc", Interval::HartungKnappAdHoc),
];

#[test]
fn metafor_says_the_same() {
    let (sets, figures) = (sets(), figures());
    let questions: Vec<_> = sets
        .iter()
        .map(|set| pool_line(set))
        .chain(figures.iter().map(figures_line))
        .collect();
    let mut check = Check::default();
    let answers = ask(&questions);
    assert_eq!(answers.len(), questions.len());
    for (at, (set, said)) in sets.iter().zip(&answers).enumerate() {
        check.start(format!("set {at} of {}", set.len()), said);
        pooled(&mut check, set);
    }
    for (figures, said) in figures.iter().zip(answers.iter().skip(sets.len())) {
        check.start(format!("{figures:?}"), said);
        shown(&mut check, figures);
    }
    println!(
        "{} figures compared, {} differ",
        check.compared,
        check.wrong.len()
    );
    assert!(check.compared > 25_000, "only {} compared", check.compared);
    assert!(check.wrong.is_empty(), "{}", check.wrong.join("\n"));
}

fn pool_line(set: &[Effect]) -> String {
    set.iter().fold("pool".to_owned(), |mut line, effect| {
        write!(line, " {} {}", effect.estimate(), effect.variance()).unwrap();
        line
    })
}

fn figures_line(figures: &Figures) -> String {
    match figures {
        Figures::Means {
            treated: t,
            control: c,
        } => format!(
            "means {} {} {} {} {} {}",
            t.n, t.mean, t.sd, c.n, c.mean, c.sd
        ),
        Figures::Events {
            treated: t,
            control: c,
        } => format!("events {} {} {} {}", t.events, t.n, c.events, c.n),
        Figures::Proportion(count) => format!("proportion {} {}", count.events, count.n),
        Figures::Paired { .. } | Figures::Contrast { .. } => unreachable!("not generated"),
    }
}

/// One process for all: R takes longer to start than to answer.
fn ask(questions: &[String]) -> Vec<Said> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/metafor/metafor.R");
    let mut rscript = Command::new("Rscript")
        .args(["--vanilla", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Rscript starts");
    let mut input = rscript.stdin.take().unwrap();
    input.write_all(questions.join("\n").as_bytes()).unwrap();
    input.write_all(b"\n").unwrap();
    drop(input);
    let output = rscript.wait_with_output().unwrap();
    assert!(output.status.success(), "Rscript failed");
    let mut answers = vec![Said::new(); questions.len()];
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [at, name, value] = words[..] else {
            panic!("not an answer: {line}");
        };
        let at: usize = at.parse().unwrap();
        // R writes NA where there is nothing to say, and Inf.
        let value = value.parse().unwrap_or(f64::NAN);
        answers[at - 1].insert(name.to_owned(), value);
    }
    answers
}

#[derive(Default)]
struct Check {
    what: String,
    said: Said,
    compared: usize,
    wrong: Vec<String>,
}

impl Check {
    fn start(&mut self, what: String, said: &Said) {
        self.what = what;
        self.said = said.clone();
    }

    fn said(&self, name: &str) -> f64 {
        self.said.get(name).copied().unwrap_or(f64::NAN)
    }

    fn same(&mut self, name: &str, ours: f64) {
        let theirs = self.said(name);
        self.compared += 1;
        let near = (ours - theirs).abs() <= 1e-6 * theirs.abs().max(1e-2);
        if !near {
            self.wrong.push(format!(
                "{}: {name}: {ours} here, {theirs} there",
                self.what
            ));
        }
    }

    fn bounds(&mut self, names: [&str; 2], ours: Bounds) {
        let [low, high] = names;
        self.same(low, ours.low);
        self.same(high, ours.high);
    }
}

fn pooled(check: &mut Check, set: &[Effect]) {
    for (method, estimator) in ESTIMATORS {
        for (test, interval) in INTERVALS {
            let ours = pool(set, estimator, interval).unwrap();
            answer(check, &format!("{method}.{test}"), &ours);
        }
    }
    let ours = pool(set, Estimator::Reml, Interval::Wald).unwrap();
    check.same("tau2_se", ours.heterogeneity.tau2_se.unwrap());
    // An empty interval is [0, 0] there.
    let none = Bounds {
        low: 0.0,
        high: 0.0,
    };
    let tau2 = ours.heterogeneity.tau2_interval.unwrap_or(none);
    check.bounds(["tau2_low", "tau2_high"], tau2);
    let i2 = ours.heterogeneity.i2_interval.unwrap_or(none);
    check.bounds(["i2_low", "i2_high"], i2);
    let k = set.len();
    if (10..=250).contains(&k) {
        let egger = egger(set).unwrap();
        check.same("egger_slope", egger.slope);
        check.same("egger_p", egger.p);
    }
    if (9..=250).contains(&k) {
        // R counts from one.
        let group = |group: usize| {
            let members = set.iter().enumerate();
            let members: Vec<_> = members
                .filter(|(at, _)| (at + 1) % 3 == group)
                .map(|(_, effect)| *effect)
                .collect();
            pool(&members, Estimator::Reml, Interval::Wald).unwrap()
        };
        let between = between(&[group(0), group(1), group(2)]).unwrap();
        check.same("between_q", between.q);
        check.same("between_p", between.p);
    }
    if (3..=12).contains(&k) {
        for left in leave_one_out(set, Estimator::Reml, Interval::HartungKnapp).unwrap() {
            let name = |what| format!("without_{}_{what}", left.index);
            check.same(&name("estimate"), left.estimate);
            check.same(&name("low"), left.confidence.low);
        }
    }
}

fn answer(check: &mut Check, name: &str, ours: &Pooled) {
    let heterogeneity = ours.heterogeneity;
    for (what, value) in [
        ("estimate", ours.estimate),
        ("se", ours.standard_error),
        ("statistic", ours.statistic),
        ("p", ours.p_value),
        ("low", ours.confidence.low),
        ("high", ours.confidence.high),
        ("tau2", heterogeneity.tau2),
        ("i2", heterogeneity.i2),
        ("h2", heterogeneity.h2),
        ("q", heterogeneity.q),
        ("q_p", heterogeneity.q_p),
    ] {
        check.same(&format!("{name}.{what}"), value);
    }
    if let Some(prediction) = ours.prediction {
        let [low, high] = ["pi_low", "pi_high"].map(|end| format!("{name}.{end}"));
        check.bounds([&low, &high], prediction);
    }
}

fn shown(check: &mut Check, figures: &Figures) {
    let measures: &[_] = match figures {
        Figures::Means { .. } => &[
            ("MD", Measure::MeanDifference),
            ("ROM", Measure::RatioOfMeans),
        ],
        Figures::Events { .. } => &[
            ("RR", Measure::LogRiskRatio),
            ("OR", Measure::LogOddsRatio),
            ("RD", Measure::RiskDifference),
        ],
        _ => &[("PLO", Measure::LogitProportion)],
    };
    for (name, measure) in measures {
        // Where nothing happened, or always did, metafor computes on and we do not.
        let ours = match effect(figures, *measure) {
            Err(EffectError::NoInformation) => continue,
            ours => ours.unwrap(),
        };
        check.same(&format!("{name}.estimate"), ours.estimate());
        check.same(&format!("{name}.variance"), ours.variance());
    }
    if let Figures::Means { treated, control } = figures {
        // metafor corrects by the exact factor, we by its usual approximation: compared without.
        let df = f64::from(treated.n + control.n - 2);
        let ours = effect(figures, Measure::StandardizedMeanDifference).unwrap();
        let usual = 1.0 - 3.0 / (4.0 * df - 1.0);
        let exact = check.said("correction");
        assert!(
            (usual - exact).abs() < 0.1 / (df * df),
            "{usual} for {exact}"
        );
        let g = ours.estimate() * exact / usual;
        check.same("SMD.estimate", g);
        let half_n = 2.0 * (df + 2.0);
        let variance = ours.variance() + (g * g - ours.estimate().powi(2)) / half_n;
        check.same("SMD.variance", variance);
    }
}
