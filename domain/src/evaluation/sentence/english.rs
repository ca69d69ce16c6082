//! The sentence in English.

use super::number::ENGLISH;
use super::{Finding, Reading, opposite};
use crate::evaluation::answer::Answer;
use crate::evaluation::effect::Measure;
use crate::evaluation::pool::Interval;

/// What `finding` shows, in English.
pub fn english(finding: &Finding) -> String {
    let mut said = match finding.answer {
        Answer::Table { count } => vec![table(finding.name, finding.shown(*count))],
        Answer::Pooled(pooled) => {
            let reading = Reading::of(pooled, finding.measure, &ENGLISH);
            let besides = if finding.hidden {
                " and a group of results that are not shown"
            } else {
                ""
            };
            let together = format!(
                "{} results{besides} are pooled for “{}”.",
                finding.shown(pooled.count),
                finding.name
            );
            let mut said = vec![together, on_average(&reading, finding.unit)];
            said.extend(reading.undecided().then(|| {
                "This interval contains no effect at all: these results neither establish an \
                 effect nor rule one out."
                    .to_owned()
            }));
            said.push(heterogeneity(&reading));
            said.extend(prediction(&reading));
            said
        }
    };
    if let Some(directions) = opposite(finding) {
        said.push(format!(
            "Beware, the results contradict each other: {} above no effect, {} below.",
            directions.above, directions.below
        ));
    }
    if let Answer::Pooled(pooled) = finding.answer {
        let reading = Reading::of(pooled, finding.measure, &ENGLISH);
        said.push(limits(&reading));
    }
    said.join(" ")
}

fn table(name: &str, count: usize) -> String {
    match count {
        0 => format!("No result for “{name}”: there is nothing to pool."),
        1 => format!(
            "A single result for “{name}”: it is not pooled, and does not say what another \
             authority would obtain."
        ),
        _ => format!(
            "Only {count} results for “{name}”: too few for an average or a forecast. They are \
             to be read side by side."
        ),
    }
}

/// What an average of `estimate` is.
pub(super) fn average(measure: Measure, estimate: &str, unit: &str) -> String {
    let quantity = format!("{estimate} {unit}");
    let quantity = quantity.trim_end();
    match measure {
        Measure::MeanDifference => {
            format!("the difference between with and without the practice is {quantity}")
        }
        Measure::StandardizedMeanDifference => format!(
            "the difference between with and without the practice is {estimate} standard deviations"
        ),
        Measure::RiskDifference => format!(
            "the difference in proportion between with and without the practice is {estimate} \
             percentage points"
        ),
        Measure::RatioOfMeans => {
            format!("the mean with the practice is {estimate} times the one without it")
        }
        Measure::LogRiskRatio => {
            format!("the proportion with the practice is {estimate} times the one without it")
        }
        Measure::LogOddsRatio => {
            format!("the odds with the practice are {estimate} times those without it")
        }
        Measure::LogitProportion => format!("the proportion is {estimate}%"),
    }
}

fn on_average(reading: &Reading, unit: &str) -> String {
    let average = average(reading.scale.measure, &reading.estimate(), unit);
    let [low, high] = reading.confidence();
    format!(
        "On average, {average} ({}% confidence interval: {low} to {high}).",
        reading.level()
    )
}

fn heterogeneity(reading: &Reading) -> String {
    let figures = format!("I² = {}%, τ² = {}", reading.i2(), reading.tau2());
    if reading.pooled.interval == Interval::HartungKnappAdHoc {
        format!(
            "The results are all equal ({figures}): the uncertainty is only what each announces."
        )
    } else if reading.beyond_chance() {
        format!("The results differ by more than chance explains ({figures}).")
    } else {
        format!(
            "No difference between the results is detected beyond chance ({figures}), which does \
             not prove that there is none."
        )
    }
}

fn prediction(reading: &Reading) -> Option<String> {
    let [low, high] = reading.prediction()?;
    let what = match reading.scale.measure {
        Measure::LogitProportion => "this proportion",
        Measure::RatioOfMeans | Measure::LogRiskRatio | Measure::LogOddsRatio => "this ratio",
        Measure::MeanDifference | Measure::StandardizedMeanDifference | Measure::RiskDifference => {
            "this difference"
        }
    };
    let either = if reading.either_way() {
        ", hence go either way"
    } else {
        ""
    };
    Some(format!(
        "In one more authority that resembles these, {what} would range from {low} to {high} ({}% \
         prediction interval){either}.",
        reading.level()
    ))
}

fn limits(reading: &Reading) -> String {
    let few = if reading.few() {
        format!(
            "With {} results, how much they differ is hardly known. ",
            reading.pooled.count
        )
    } else {
        String::new()
    };
    format!(
        "{few}These figures say neither why the results differ or agree, nor what an authority \
         unlike these would obtain."
    )
}
