//! Passwords: Argon2id at OWASP's parameters (19 MiB, t=2, p=1), off the async threads, a few at
//! a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

use crate::error::StoreError;
use crate::turns::Turns;
use maillage_domain::identity::MAX_PASSWORD;

/// How many hashes may be computed at once: each costs about 20 ms of CPU and 19 MiB.
const AT_ONCE: usize = 2;

/// The only place that hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    turns: Turns,
    /// A hash of nothing anybody knows: unknown accounts are verified against it, for the time.
    decoy: Arc<str>,
}

impl Passwords {
    /// Prepares the decoy.
    ///
    /// # Errors
    /// `Unavailable` when the machine gives no entropy.
    pub fn new() -> Result<Self, StoreError> {
        let decoy = hash(&crate::ambient::id().to_string())?;
        Ok(Self {
            turns: Turns::new(AT_ONCE),
            decoy: decoy.into(),
        })
    }

    /// Hashes a password, into PHC form.
    ///
    /// # Errors
    /// `Unavailable` when the machine gives no entropy or is stopping.
    pub async fn hash(&self, password: String) -> Result<String, StoreError> {
        self.turns.take(move || hash(&password)).await?
    }

    /// Whether `password` is the one that `hash` was made of; without a hash, no, in the same time.
    ///
    /// # Errors
    /// `Unavailable` when the machine is stopping, `Corrupt` when the hash is none.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, StoreError> {
        // Nobody's password is that long: what is presented is not kept in the queue.
        let possible = password.len() <= 4 * MAX_PASSWORD;
        let password = if possible { password } else { String::new() };
        let known = hash.is_some() && possible;
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let fits = self
            .turns
            .take(move || {
                let parsed = PasswordHash::new(&hash).map_err(StoreError::corrupt)?;
                Ok(Argon2::default()
                    .verify_password(password.as_bytes(), &parsed)
                    .is_ok())
            })
            .await?;
        fits.map(|fits: bool| fits && known)
    }
}

fn hash(password: &str) -> Result<String, StoreError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|_| StoreError::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_nobody_can_have_as_a_password_is_not_hashed() {
        let passwords = Passwords::new().unwrap();
        let long = "é".repeat(MAX_PASSWORD * 4);
        let hash = passwords.hash(long.clone()).await.unwrap();
        assert!(!passwords.verify(long, Some(hash)).await.unwrap());
        // The longest one that there may be, in bytes, is.
        let longest = "\u{1f426}".repeat(MAX_PASSWORD);
        let hash = passwords.hash(longest.clone()).await.unwrap();
        assert!(passwords.verify(longest, Some(hash)).await.unwrap());
    }
}
