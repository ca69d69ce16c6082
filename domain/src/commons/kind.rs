//! Kinds: what distinguishes a charter from a template, and nothing more.
//!
//! To add a kind:
//! 1. its body type in this folder, with `impl Body` (checks): see `body.rs`;
//! 2. a marker type and a line in `kinds!` below;
//! 3. its schema with examples, and `impl Exposed`, in `api/src/commons/bodies/`;
//! 4. its route shells in `api/src/commons/kinds/`, and their line in `api/src/routes.rs`;
//! 5. its value in the check constraint on `kind` (a migration).
//!
//! The compiler asks for 1 once 2 is there, and for 3 once 4 is; the tests ask for the rest.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::commons::{Body, CharterBody, ProtocolBody, TemplateBody};

/// A kind as a type, so that a charter's id cannot open a template.
pub trait Kind: fmt::Debug + Clone + Copy + Send + Sync + 'static {
    /// What its versions contain.
    type Body: Body;
    /// The same kind as a value.
    const NAME: KindName;
}

/// The text names no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("kind_unknown")]
pub struct UnknownKind;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($body:ty) = $slug:literal in $plural:literal),+ $(,)?) => {
        /// A kind as a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum KindName { $($(#[$doc])* $kind),+ }

        impl KindName {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The stable slug, as the API and the database write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $slug),+ }
            }

            /// The segment of its addresses: `/v1/charters`.
            pub const fn plural(self) -> &'static str {
                match self { $(Self::$kind => $plural),+ }
            }
        }

        impl FromStr for KindName {
            type Err = UnknownKind;

            fn from_str(text: &str) -> Result<Self, UnknownKind> {
                match text { $($slug => Ok(Self::$kind),)+ _ => Err(UnknownKind) }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $kind {}

            impl Kind for $kind {
                type Body = $body;
                const NAME: KindName = KindName::$kind;
            }
        )+
    };
}

kinds! {
    /// A usage charter: clauses with locks.
    Charter(CharterBody) = "charter" in "charters",
    /// Any other reusable text: DPIA, notice, procurement clauses, deliberation…
    Template(TemplateBody) = "template" in "templates",
    /// An experiment: the protocol of a trial, to be replicated.
    Experiment(ProtocolBody) = "experiment" in "experiments",
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
