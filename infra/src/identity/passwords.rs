//! Passwords: Argon2id at OWASP's parameters (19 MiB, t=2, p=1), off the async threads, a few at
//! a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::error::StoreError;
use maillage_domain::identity::MAX_PASSWORD;

/// How many hashes may be computed at once: each costs about 20 ms of CPU and 19 MiB.
const AT_ONCE: usize = 2;

/// How long a log-in waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// The only place that hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
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
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: decoy.into(),
        })
    }

    async fn bounded<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, permit).await;
        let permit = permit
            .map_err(|_| StoreError::Unavailable)?
            .map_err(|_| StoreError::Unavailable)?;
        let done = tokio::task::spawn_blocking(move || {
            let value = work();
            drop(permit);
            value
        });
        done.await.map_err(|_| StoreError::Unavailable)
    }

    /// Hashes a password, into PHC form.
    ///
    /// # Errors
    /// `Unavailable` when the machine gives no entropy or is stopping.
    pub async fn hash(&self, password: String) -> Result<String, StoreError> {
        self.bounded(move || hash(&password)).await?
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
            .bounded(move || {
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
    async fn who_waits_too_long_for_their_turn_is_told_to_come_back() {
        let passwords = Passwords::new().unwrap();
        let taken = Arc::clone(&passwords.permits).acquire_many_owned(2).await;
        // With every turn taken, time has nothing to wait for but patience.
        tokio::time::pause();
        let verified = passwords.verify("sept hérons".to_owned(), None);
        let hashed = passwords.hash("sept hérons".to_owned());
        let patience = PATIENCE + Duration::from_secs(1);
        let told = tokio::time::timeout(patience, async { tokio::join!(verified, hashed) });
        let (verified, hashed) = told.await.expect("they wait for ever");
        assert!(matches!(verified, Err(StoreError::Unavailable)));
        assert!(matches!(hashed, Err(StoreError::Unavailable)));
        tokio::time::resume();
        // Who gave up holds no turn of those who come later.
        drop(taken);
        assert_eq!(passwords.permits.available_permits(), AT_ONCE);
        let later = passwords.verify("sept hérons".to_owned(), None).await;
        assert!(!later.unwrap());
    }

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
