//! Locks on a whole database: one of each kind is at work at a time, and each has a number of its own.

/// Migrating, in whatever process.
pub(crate) const MIGRATING: &str = "select pg_advisory_lock(7164210)";
/// Adding the demo content.
pub(crate) const SEEDING: &str = "select pg_advisory_lock(7164211)";
/// Taking in an archive, until COMMIT.
pub(crate) const IMPORTING: &str = "select pg_advisory_xact_lock(7164212)";
/// Giving facts their positions, until COMMIT; says whether nobody else does.
pub(crate) const RELAYING: &str = "select pg_try_advisory_xact_lock(7164213)";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{IMPORTING, MIGRATING, RELAYING, SEEDING};

    #[test]
    fn no_two_share_a_number() {
        let all = [MIGRATING, SEEDING, IMPORTING, RELAYING];
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
        let numbers: BTreeSet<String> = all.into_iter().map(digits).collect();
        assert_eq!(numbers.len(), all.len());
    }
}
