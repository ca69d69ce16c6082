//! How the values of groups look on the wire; these declarations only document them.

use utoipa::ToSchema;

/// The role of a collectivity in a group.
#[derive(ToSchema)]
#[schema(as = GroupRole, rename_all = "snake_case")]
pub enum GroupRoleSchema {
    /// Invites, suspends, hands over.
    Coordinator,
    /// Reads and shares.
    Contributor,
    /// Reads.
    Reader,
}

/// Where a participation stands.
#[derive(ToSchema)]
#[schema(as = ParticipationState, rename_all = "snake_case")]
pub enum ParticipationStateSchema {
    /// Asked to join.
    Invited,
    /// Takes part.
    Active,
    /// Kept out for the time being.
    Suspended,
    /// Has left.
    Left,
    /// Declined.
    Declined,
}
