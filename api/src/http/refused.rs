//! What the domain refuses of partners, as a problem.

use maillage_domain::partners::ClientError;
use maillage_domain::partners::webhooks::EndpointError;

use super::{Code, Problem};

impl From<EndpointError> for Problem {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::TooManyTypes => Self::field("/events", "event_types_too_many"),
            EndpointError::TooMany => Code::EndpointsTooMany.into(),
            EndpointError::Overlap => Self::field("/overlap_seconds", "overlap_too_long"),
            EndpointError::Disabled => Code::EndpointDisabled.into(),
        }
    }
}

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoScope => Self::field("/scopes", "scopes_empty"),
            ClientError::TooManyNetworks => Self::field("/networks", "networks_too_many"),
            ClientError::Expiry => Self::field("/expires_at", "client_expiry"),
            ClientError::Overlap => Self::field("/overlap_seconds", "overlap_too_long"),
            ClientError::OtherProof => Self::field("/keys", "client_proof"),
            ClientError::BeyondGroup => Self::field("/scopes", "scopes_beyond_group"),
            ClientError::Revoked => Code::ClientRevoked.into(),
        }
    }
}
