//! Dimensions: by what results are put into groups that are compared.

use serde::Serialize;

use super::disclosure::{Cell, SizeClass};
use super::result::{Evidence, Origin};
use crate::identity::BodyType;

/// By what results are grouped. There are no crossings, for the reasons that
/// [`Cell`] has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The type of the collectivité.
    BodyType,
    /// Its size.
    Size,
    /// Measured or self-reported.
    Evidence,
    /// Supplied by the vendor of the tool or not.
    Origin,
}

/// What is known of a collectivité whose result tells whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its type.
    pub body_type: BodyType,
    /// Its inhabitants, where the directory knows them.
    pub population: Option<u32>,
}

impl Dimension {
    /// Every dimension, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::BodyType, Self::Size, Self::Evidence, Self::Origin];

    /// The group that a result falls into; none where that would say whose it is: the type of a
    /// result without a name is a name where there is one of that type.
    pub fn cell(self, body: Option<Body>, evidence: Evidence, origin: Origin) -> Option<Cell> {
        Some(match self {
            Self::BodyType => Cell::BodyType(body?.body_type),
            Self::Size => Cell::Size(SizeClass::of(body?.population)),
            Self::Evidence => Cell::Evidence(evidence),
            Self::Origin => Cell::VendorSupplied(origin == Origin::Vendor),
        })
    }

    /// Whether a cell is a group of this dimension.
    pub const fn holds(self, cell: Cell) -> bool {
        matches!(
            (self, cell),
            (Self::BodyType, Cell::BodyType(_))
                | (Self::Size, Cell::Size(_))
                | (Self::Evidence, Cell::Evidence(_))
                | (Self::Origin, Cell::VendorSupplied(_))
        )
    }

    /// Whether it says something of the collectivité, hence of results with a name only.
    pub const fn of_the_body(self) -> bool {
        matches!(self, Self::BodyType | Self::Size)
    }
}
