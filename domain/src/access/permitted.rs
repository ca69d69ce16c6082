//! `Permitted<A, T>`: the proof that this actor may do `A` to this very `T`.

use std::marker::PhantomData;

use crate::access::{Action, Actor, Refusal, Relation, Verb, decide};

/// What can be acted upon.
pub trait Subject {
    /// The verbs that make sense here, in the order abilities are listed.
    const VERBS: &'static [Verb];

    /// What this is to `actor`.
    fn relation(&self, actor: &Actor) -> Relation;

    /// Whether the present state leaves room for `verb`, whoever asks.
    fn leaves_room_for(&self, verb: Verb) -> bool;
}

/// The proof itself. It has no public constructor but `authorize`.
#[derive(Debug)]
pub struct Permitted<A, T> {
    actor: Actor,
    subject: T,
    action: PhantomData<A>,
}

/// Asks the policy whether `actor` may do `A` to `subject`.
///
/// # Errors
/// `Hidden` when the actor may not know of the subject, `Forbidden` when only the right is missing.
pub fn authorize<A: Action, T: Subject>(
    actor: &Actor,
    subject: T,
) -> Result<Permitted<A, T>, Refusal> {
    decide(A::VERB, actor, subject.relation(actor)).map(|()| Permitted {
        actor: actor.clone(),
        subject,
        action: PhantomData,
    })
}

/// What `actor` may do with `subject` now: permitted by the policy and possible in its state.
pub fn abilities<T: Subject>(actor: &Actor, subject: &T) -> Vec<Verb> {
    let relation = subject.relation(actor);
    T::VERBS
        .iter()
        .copied()
        .filter(|verb| subject.leaves_room_for(*verb) && decide(*verb, actor, relation).is_ok())
        .collect()
}

impl<A, T> Permitted<A, T> {
    /// Who was permitted.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they were permitted to act upon.
    pub fn subject(&self) -> &T {
        &self.subject
    }

    /// Spends the permission and gives the subject back.
    pub fn into_subject(self) -> T {
        self.subject
    }
}
