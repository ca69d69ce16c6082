//! SIREN: the nine-digit number that identifies a French public body.
//!
//! Only the Luhn checksum is checked, never a prefix: 835 communes do not start with `21`
//! (INSEE/DGCL 2026 reference data).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Nine digits that pass Luhn and are not all zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siren(String);

/// Why a text is not a SIREN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SirenError {
    /// Not exactly nine ASCII digits.
    #[error("siren_format")]
    Format,
    /// The Luhn checksum does not hold, or the number is `000000000`.
    #[error("siren_checksum")]
    Checksum,
}

impl Siren {
    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Sums the digits, doubling every second one from the right (ISO/IEC 7812-1, annex B).
fn luhn(digits: &str) -> u32 {
    digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') * (1 + index as u32 % 2);
            digit / 10 + digit % 10
        })
        .sum()
}

impl FromStr for Siren {
    type Err = SirenError;

    fn from_str(text: &str) -> Result<Self, SirenError> {
        if text.len() != 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SirenError::Format);
        }
        match luhn(text) {
            // 000000000 passes Luhn and identifies nobody.
            0 => Err(SirenError::Checksum),
            sum if sum % 10 == 0 => Ok(Self(text.to_owned())),
            _ => Err(SirenError::Checksum),
        }
    }
}

impl TryFrom<String> for Siren {
    type Error = SirenError;

    fn try_from(text: String) -> Result<Self, SirenError> {
        text.parse()
    }
}

impl From<Siren> for String {
    fn from(siren: Siren) -> Self {
        siren.0
    }
}

impl fmt::Display for Siren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
