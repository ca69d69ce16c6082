//! A server that ends by itself is started again, unless that does not help.
//!
//! PostgreSQL itself starts anew after the crash of one of its processes; here the whole of it is
//! gone: killed for want of memory, by hand, or by a full disk. At first it is started again at
//! once, then after pauses that grow, so that what stands in its way has time to pass; after some
//! falls in a row the program gives up, because whoever runs it must then know.

use std::time::{Duration, Instant};

use super::{Cluster, EmbeddedError, launch, pause};

/// How often a running server is looked at.
const WATCH: Duration = Duration::from_millis(100);
/// A server that ends sooner than this after its last start has fallen again.
const RELAPSE: Duration = Duration::from_secs(3);
/// How long to wait before each start; one fall more and nothing helps.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// Falls in a row.
#[derive(Debug, Default)]
struct Falls(usize);

impl Falls {
    /// Counts a fall of a server that `lived` so long since it was started again.
    ///
    /// The pause before the next start, or none if it is not worth another.
    fn another(&mut self, lived: Option<Duration>) -> Option<Duration> {
        if lived.is_none_or(|lived| lived >= RELAPSE) {
            self.0 = 0;
        }
        self.0 += 1;
        PAUSES.get(self.0 - 1).copied()
    }
}

impl Cluster {
    /// Watches over the server until `done`, and starts it again when it ends by itself.
    ///
    /// Blocks; call it from the thread that started the cluster, for the same reason. What was
    /// committed is there again: PostgreSQL repairs itself as after a power cut. Connections are
    /// lost, and those who held them connect again.
    pub fn watch(
        &mut self,
        done: &dyn Fn() -> bool,
        progress: &dyn Fn(&str),
    ) -> Result<(), EmbeddedError> {
        let mut falls = Falls::default();
        let mut started: Option<Instant> = None;
        // Why the last start failed, if it did.
        let mut failed = None;
        while !done() {
            let Some(status) = self.server.exited()? else {
                pause(WATCH);
                continue;
            };
            let status = status.to_string();
            let Some(wait) = falls.another(started.map(|at| at.elapsed())) else {
                return Err(failed.unwrap_or(EmbeddedError::Relapsed {
                    dir: self.dir.clone(),
                    times: u32::try_from(falls.0).unwrap_or(u32::MAX),
                    status,
                }));
            };
            if failed.is_none() {
                tracing::error!(status, "the embedded PostgreSQL ended by itself");
                progress(&format!(
                    "La base PostgreSQL privée s'est arrêtée ({status}) : elle est relancée."
                ));
            }
            wait_for(wait, done);
            failed = self.start_again(done, progress).err();
            if let Some(error) = &failed {
                tracing::error!(%error, "the embedded PostgreSQL does not start again");
            }
            started = Some(Instant::now());
        }
        Ok(())
    }

    fn start_again(
        &mut self,
        done: &dyn Fn() -> bool,
        progress: &dyn Fn(&str),
    ) -> Result<(), EmbeddedError> {
        while !done() {
            match launch(&self.dir, &self.settings, progress) {
                // A query that outlives its server is waited for.
                Err(EmbeddedError::StillStopping { .. }) => {}
                launched => {
                    self.server = launched?;
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Waits so long, but no longer than until `done`.
fn wait_for(wait: Duration, done: &dyn Fn() -> bool) {
    let since = Instant::now();
    while since.elapsed() < wait && !done() {
        pause(WATCH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_it_is_no_use() {
        let mut falls = Falls::default();
        assert_eq!(falls.another(None), Some(Duration::ZERO));
        let again = Some(Duration::from_millis(10));
        let pauses: Vec<_> = std::iter::from_fn(|| falls.another(again)).collect();
        assert_eq!(pauses, PAUSES[1..]);
    }

    #[test]
    fn who_stood_for_a_while_may_fall_anew() {
        let mut falls = Falls::default();
        for _ in 0..100 {
            assert_eq!(falls.another(Some(RELAPSE)), Some(Duration::ZERO));
        }
    }
}
