//! Roles: what a membership lets a person do in a collectivity, a participation in a group.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every value, in the order of the golden table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable slug, as the API and the database write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownRole;

            fn from_str(text: &str) -> Result<Self, UnknownRole> {
                match text { $($slug => Ok(Self::$variant),)+ _ => Err(UnknownRole) }
            }
        }
    };
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("role_unknown")]
pub struct UnknownRole;

roles! {
    /// A role of a membership; a person may hold several at once.
    Role {
        /// Administrator of the collectivity's accounts; no say on contents.
        Administrator = "administrator",
        /// Managing director (DGS), who arbitrates.
        Director = "director",
        /// AI lead (référent IA).
        AiLead = "ai_lead",
        /// Data protection officer (DPO/DPD, RGPD art. 37).
        Dpo = "dpo",
        /// Staff representative, member of the comité social territorial.
        StaffRepresentative = "staff_representative",
        /// Elected member of the assembly.
        Elected = "elected",
        /// Agent who writes.
        Contributor = "contributor",
        /// Agent who reads.
        Reader = "reader",
        /// Auditor: reads everything of the collectivity, the audit trail included; changes nothing.
        Auditor = "auditor",
    }
}

roles! {
    /// The role of a collectivity in a group.
    GroupRole {
        /// Invites, suspends, hands over.
        Coordinator = "coordinator",
        /// Reads what is shared with the group, and shares with it.
        Contributor = "contributor",
        /// Reads what is shared with the group.
        Reader = "reader",
    }
}

/// A set of roles, kept as one bit per role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u16);

impl Roles {
    /// No role at all.
    pub const NONE: Self = Self(0);

    /// The set of the roles given.
    pub const fn of(roles: &[Role]) -> Self {
        let mut bits = 0;
        let mut rest = roles;
        while let [first, others @ ..] = rest {
            bits |= 1 << *first as u16;
            rest = others;
        }
        Self(bits)
    }

    /// Whether the two sets have a role in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether `role` is in the set.
    pub const fn holds(self, role: Role) -> bool {
        self.meets(Self(1 << role as u16))
    }

    /// Whether there is no role.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their slugs, in the order of the golden table.
    pub fn slugs(self) -> Vec<String> {
        self.iter().map(|role| role.as_str().to_owned()).collect()
    }

    /// The roles, in the order of the golden table.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .iter()
            .copied()
            .filter(move |role| self.holds(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles
            .into_iter()
            .fold(Self::NONE, |set, role| Self(set.0 | Self::of(&[role]).0))
    }
}

impl Serialize for Roles {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Role>::deserialize(deserializer).map(|roles| roles.into_iter().collect())
    }
}
