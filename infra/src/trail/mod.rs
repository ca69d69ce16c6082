//! What every write leaves behind, in its own transaction: audit record, outbox event, and the
//! answer that a retry with the same Idempotency-Key gets.

mod audit;
mod idempotency;

pub use audit::{AuditRecord, AuditVerdict, audit_page, refused, verify_audit};
pub(crate) use audit::{record, record_all, record_of_owner};
pub use idempotency::{Answer, Attempt, Earlier, earlier, remember};
