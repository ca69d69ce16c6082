//! What is only ever computed from open results, and says so by its type.
//!
//! Leaving one out and comparing is differencing by another name: over hidden results it would be
//! the attack itself.

use super::contribution::Contribution;
use crate::evaluation::Sharing;

/// Anything that is shared in some manner.
pub trait Shared {
    /// How.
    fn sharing(&self) -> Sharing;
}

impl Shared for Contribution {
    fn sharing(&self) -> Sharing {
        self.sharing
    }
}

/// An open result: figures and name. There is no other way to make one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Open<T>(T);

impl<T: Shared> Open<T> {
    /// The open ones among them.
    pub fn only(all: impl IntoIterator<Item = T>) -> Vec<Self> {
        let open = |one: &T| one.sharing() == Sharing::Open;
        all.into_iter().filter(open).map(Self).collect()
    }

    /// The result.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

/// Pools as often as there are open results, each time without one of them, in their order. The
/// base of influence, too.
pub fn leave_one_out<T, P>(open: &[Open<T>], pool: impl Fn(&[&T]) -> P) -> Vec<P> {
    let without = |left_out: usize| {
        let rest = open.iter().enumerate().filter(|(i, _)| *i != left_out);
        pool(&rest.map(|(_, one)| &one.0).collect::<Vec<_>>())
    };
    (0..open.len()).map(without).collect()
}
