//! What every write leaves behind, in its own transaction: audit record, outbox event, and the
//! answer that a retry with the same Idempotency-Key gets.

mod audit;
mod idempotency;

pub(crate) use audit::record;
pub use audit::{AuditRecord, AuditVerdict, audit_page, refused, verify_audit};
pub use idempotency::{Answer, Attempt, Earlier, earlier, remember};
