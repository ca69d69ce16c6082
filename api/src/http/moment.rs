//! Moments as people send them: RFC 3339, hence of the years 0 to 9999, to the microsecond.
//!
//! Not chrono's own form, which has more years than the contract can name and PostgreSQL can keep,
//! and a thousand times finer seconds than either.

use chrono::{DateTime, Datelike as _, SubsecRound as _, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A moment of our calendar, as it will be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub DateTime<Utc>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        let moment = moment.with_timezone(&Utc).trunc_subsecs(6);
        if (0..=9999).contains(&moment.year()) {
            Ok(Self(moment))
        } else {
            Err(D::Error::custom("out of our calendar"))
        }
    }
}
