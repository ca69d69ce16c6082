//! A circuit breaker: after three failures in a row nobody asks for a second and a half.
//!
//! Without it a dead Redis costs every request its time-out.

use std::sync::Mutex;
use std::time::{Duration, Instant};

const FAILURES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(1_500);

/// Counts failures, and remembers since when it is open.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    opened: Option<Instant>,
}

impl Breaker {
    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(
            &mut self
                .0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }

    /// Whether a command may be tried. One is, after each pause.
    pub fn lets_pass(&self) -> bool {
        self.with(|state| match state.opened {
            Some(opened) if opened.elapsed() < PAUSE => false,
            Some(_) => {
                state.opened = Some(Instant::now());
                true
            }
            None => true,
        })
    }

    /// The last command was answered.
    pub fn succeeded(&self) {
        self.with(|state| *state = State::default());
    }

    /// The last command was not.
    pub fn failed(&self) {
        self.with(|state| {
            state.failures += 1;
            if state.failures >= FAILURES {
                state.opened = Some(Instant::now());
            }
        });
    }
}
