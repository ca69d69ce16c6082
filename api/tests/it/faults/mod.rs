//! Faults: whatever dies, nothing acknowledged is lost or doubled, and no answer is wrong.
//!
//! The device is a ledger: clients write down what they asked for and what was acknowledged; after
//! the fault every acknowledged write is there exactly once, and every other one converges when it
//! is asked for again with the same Idempotency-Key.
//!
//! Where a process must die it is the real one, a child of the test with a data directory of its
//! own. Times are printed, and bounded generously: a busy machine is no fault of ours.

mod backends;
mod busy;
mod hang_ups;
mod killed;
mod ledger;
mod processes;
mod program;
mod redis;
mod stop;
