//! Turns: work for the processor, off the threads that serve, a few at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::StoreError;

/// How long anyone waits for their turn before they are told to come back.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A queue for one kind of work.
#[derive(Clone, Debug)]
pub struct Turns {
    permits: Arc<Semaphore>,
}

impl Turns {
    /// A queue that lets so many work at once.
    pub fn new(at_once: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// Does `work` when its turn has come. Who hangs up meanwhile keeps their turn until it is done.
    ///
    /// # Errors
    /// `Unavailable` when that takes too long, or the program is stopping.
    pub async fn take<T: Send + 'static>(
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_too_long_for_their_turn_is_told_to_come_back() {
        let turns = Turns::new(2);
        let taken = Arc::clone(&turns.permits).acquire_many_owned(2).await;
        // With every turn taken, time has nothing to wait for but patience.
        tokio::time::pause();
        let patience = PATIENCE + Duration::from_secs(1);
        let told = tokio::time::timeout(patience, turns.take(|| 1)).await;
        assert!(matches!(told, Ok(Err(StoreError::Unavailable))));
        tokio::time::resume();
        // Who gave up holds no turn of those who come later.
        drop(taken);
        assert_eq!(turns.permits.available_permits(), 2);
        assert!(matches!(turns.take(|| 1).await, Ok(1)));
    }
}
