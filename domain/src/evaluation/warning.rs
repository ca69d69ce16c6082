//! What to keep in mind before believing what results show together.

use serde::Serialize;

use super::disclosure::Cell;
use super::effect::Effect;
use super::pool::diagnostics::{Egger, egger};
use super::result::{Evidence, Origin};

/// Below so many results little is known of how they differ.
const FEW: usize = 5;

/// A reason to believe an answer less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Fewer than five results.
    FewResults,
    /// Nobody measured: all is said by those who took part.
    AllSelfReported,
    /// Some figures are those of whoever sells the tool.
    VendorSupplied,
    /// Small studies seem to differ from large ones.
    SmallStudies,
    /// There are more results than are read together.
    ResultsCut,
}

/// What follows from the results that count and from the cells that were `released`; `cut` where there
/// are more results than were read.
///
/// Of released results it is not known how they were come by, unless a cell says so: nothing is said
/// then of all results.
pub fn warnings(
    results: &[(Evidence, Origin, Effect)],
    released: &[Cell],
    cut: bool,
) -> Vec<Warning> {
    let reported = |(evidence, _, _): &(Evidence, Origin, Effect)| match evidence {
        Evidence::SelfReported => true,
        Evidence::Measured => false,
    };
    let vendor = |(_, origin, _): &(Evidence, Origin, Effect)| *origin == Origin::Vendor;
    let effects: Vec<_> = results.iter().map(|(_, _, effect)| *effect).collect();
    let found = [
        (
            Warning::FewResults,
            released.is_empty() && results.len() < FEW,
        ),
        (
            Warning::AllSelfReported,
            released.is_empty() && !results.is_empty() && results.iter().all(reported),
        ),
        (
            Warning::VendorSupplied,
            results.iter().any(vendor) || released.contains(&Cell::VendorSupplied(true)),
        ),
        (
            Warning::SmallStudies,
            egger(&effects).is_some_and(Egger::suspicious),
        ),
        (Warning::ResultsCut, cut),
    ];
    let found = found.into_iter().filter(|(_, holds)| *holds);
    found.map(|(warning, _)| warning).collect()
}
