//! The numbers of the rules, and which of them may be shown.

/// What a group must satisfy to be released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    minimum: usize,
    colluders: usize,
    concentration: Concentration,
}

/// Thresholds of concentration. Confidential: who knows them learns from every release a bound on
/// the largest contributor. It is neither serialized nor printed.
#[derive(Clone, Copy, PartialEq)]
pub struct Concentration {
    /// The share of the total that no single contributor may exceed: rule (1, k).
    pub dominance: f64,
    /// The share of the largest contributor that must remain uncertain: rule p%.
    pub p: f64,
}

impl std::fmt::Debug for Concentration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Concentration(confidential)")
    }
}

impl Parameters {
    /// The parameters in use.
    ///
    /// - `minimum` 5: four contributors in league leave two unknown, hence nothing exact.
    /// - `colluders` 1: the attacker may be one of the contributors, whose own figures are taken
    ///   away first. One, because a contributor stands for a whole public body: two that put their
    ///   confidential figures together to learn a third's act against what both signed.
    /// - (1, 85) and p% 10 are Insee's and the handbook's (reference, §8.4).
    pub const IN_USE: Self = Self {
        minimum: 5,
        colluders: 1,
        concentration: Concentration {
            dominance: 0.85,
            p: 0.10,
        },
    };

    /// Other parameters, for the attack that shows what each is for; never for a release.
    pub const fn for_attack(
        minimum: usize,
        colluders: usize,
        concentration: Concentration,
    ) -> Self {
        Self {
            minimum,
            colluders,
            concentration,
        }
    }

    /// How many contributors must remain unknown to the attacker. May be shown.
    pub const fn minimum(&self) -> usize {
        self.minimum
    }

    /// How many contributors may put their figures together. May be shown.
    pub const fn colluders(&self) -> usize {
        self.colluders
    }

    pub(super) const fn concentration(&self) -> Concentration {
        self.concentration
    }
}
