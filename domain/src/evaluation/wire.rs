//! Figures as they are read: every member is known before it is asked which ones belong together, so
//! that one that is not is pointed at where it stands.

use serde::Deserialize;

use super::figures::{Count, Figures, Group};

/// Figures that may lack some of their members, or have some of other figures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Loose {
    #[serde(rename = "type")]
    kind: Kind,
    treated: Option<Part>,
    control: Option<Part>,
    n: Option<u32>,
    mean: Option<f64>,
    sd: Option<f64>,
    events: Option<u32>,
    estimate: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    level: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Means,
    Paired,
    Events,
    Proportion,
    Contrast,
}

/// A group, whatever was seen of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    n: u32,
    mean: Option<f64>,
    sd: Option<f64>,
    events: Option<u32>,
}

/// Members are missing, or belong to other figures. Displays as a stable slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("figures_incomplete")]
pub struct FiguresError;

impl Part {
    fn group(self) -> Option<Group> {
        let Self {
            n,
            mean: Some(mean),
            sd: Some(sd),
            events: None,
        } = self
        else {
            return None;
        };
        Some(Group { n, mean, sd })
    }

    fn count(self) -> Option<Count> {
        let Self {
            n,
            mean: None,
            sd: None,
            events: Some(events),
        } = self
        else {
            return None;
        };
        Some(Count { events, n })
    }
}

impl TryFrom<Loose> for Figures {
    type Error = FiguresError;

    fn try_from(it: Loose) -> Result<Self, FiguresError> {
        let Loose {
            kind,
            treated,
            control,
            n,
            mean,
            sd,
            events,
            estimate,
            low,
            high,
            level,
        } = it;
        let groups = treated.is_some() || control.is_some();
        let spread = mean.is_some() || sd.is_some();
        let cited = estimate.is_some() || low.is_some() || high.is_some() || level.is_some();
        let strange = match kind {
            Kind::Means | Kind::Events => n.is_some() || spread || events.is_some() || cited,
            Kind::Paired => groups || events.is_some() || cited,
            Kind::Proportion => groups || spread || cited,
            Kind::Contrast => groups || n.is_some() || spread || events.is_some(),
        };
        let read = || {
            Some(match kind {
                Kind::Means => Self::Means {
                    treated: treated?.group()?,
                    control: control?.group()?,
                },
                Kind::Events => Self::Events {
                    treated: treated?.count()?,
                    control: control?.count()?,
                },
                Kind::Paired => Self::Paired {
                    n: n?,
                    mean: mean?,
                    sd: sd?,
                },
                Kind::Proportion => Self::Proportion(Count {
                    events: events?,
                    n: n?,
                }),
                Kind::Contrast => Self::Contrast {
                    estimate: estimate?,
                    low: low?,
                    high: high?,
                    level: level?,
                },
            })
        };
        if strange {
            return Err(FiguresError);
        }
        read().ok_or(FiguresError)
    }
}
