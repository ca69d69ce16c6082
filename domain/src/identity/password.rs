//! Passwords: length, strength estimate and refusal of common ones; no composition rule.
//!
//! Follows the idea of the CNIL's recommendation on passwords (délibération 2022-100 of 21 July
//! 2022): count in guesses, not in kinds of characters. The threshold is ours: zxcvbn's estimate
//! does not map onto the recommendation's bits of entropy one to one.

use std::fmt;

use crate::value::EmailAddress;

/// The least number of characters.
pub const MIN_PASSWORD: usize = 12;
/// The greatest number of characters: Argon2id reads all of them, an estimator need not.
pub const MAX_PASSWORD: usize = 128;

/// A password strong enough to be kept (hashed). It never shows in logs.
pub struct Password(String);

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than `MIN_PASSWORD` characters.
    #[error("password_too_short")]
    TooShort,
    /// More than `MAX_PASSWORD` characters.
    #[error("password_too_long")]
    TooLong,
    /// Common, or guessed from the person's own name or address.
    #[error("password_too_weak")]
    TooWeak,
}

impl Password {
    /// Accepts a password that zxcvbn scores 4 of 4 (at least 10¹⁰ guesses), knowing the person's
    /// address and name.
    ///
    /// # Errors
    /// When it is too short, too long or too easy to guess.
    pub fn choose(text: String, email: &EmailAddress, name: &str) -> Result<Self, PasswordError> {
        let length = text.chars().count();
        if length < MIN_PASSWORD {
            return Err(PasswordError::TooShort);
        }
        if length > MAX_PASSWORD {
            return Err(PasswordError::TooLong);
        }
        // The whole, its parts and their parts: each is one guess.
        let address = email.as_str();
        let mut known = vec!["maillage", address, name];
        known.extend(address.split('@'));
        known.extend(address.split(['@', '.']));
        known.extend(address.split(['@', '.', '-', '_', '+']));
        known.extend(name.split_whitespace());
        if zxcvbn::zxcvbn(&text, &known).score() < zxcvbn::Score::Four {
            return Err(PasswordError::TooWeak);
        }
        Ok(Self(text))
    }

    /// The password itself, for the hash function only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
