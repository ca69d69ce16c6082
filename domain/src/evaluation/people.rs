//! How many stand behind figures, as far as the figures say so.

use super::figures::Figures;

impl Figures {
    /// Everybody, or everything, observed; none for an effect that a report cites.
    pub const fn observed(&self) -> Option<u32> {
        match self {
            Self::Means { treated, control } => Some(treated.n.saturating_add(control.n)),
            Self::Events { treated, control } => Some(treated.n.saturating_add(control.n)),
            Self::Paired { n, .. } => Some(*n),
            Self::Proportion(count) => Some(count.n),
            Self::Contrast { .. } => None,
        }
    }

    /// How many there are in the smallest group; none for an effect that a report cites.
    pub fn smallest_group(&self) -> Option<u32> {
        match self {
            Self::Means { treated, control } => Some(treated.n.min(control.n)),
            Self::Events { treated, control } => Some(treated.n.min(control.n)),
            Self::Paired { .. } | Self::Proportion(_) | Self::Contrast { .. } => self.observed(),
        }
    }
}
