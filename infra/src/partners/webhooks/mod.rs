//! Webhooks: endpoints as they are kept, their secrets under seal, and the courier who delivers.
//!
//! An endpoint remembers how far in the feed it was served. Its turn is one transaction as its tenant:
//! what is new becomes deliveries, what is due is checked against what the tenant may see now, and the
//! endpoint is leased. Then it is sent outside of any transaction, and what came of it is written
//! down. Whoever is killed in between leaves a lease that runs out: somebody else delivers again.

mod courier;
mod deliveries;
mod endpoints;
mod queue;
mod seal;

pub use courier::{Courier, Pace};
pub use deliveries::{Attempted, Delivery, DeliveryState, attempts, deliveries, delivery, forget};
pub use endpoints::{count_endpoints, endpoint, endpoint_to_change, endpoints};
pub use seal::{Seal, Shown, sign};
