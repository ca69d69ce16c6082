//! Facts: everything worth keeping. They feed the audit trail and the outbox (L5, L6).
//!
//! A fact names things by id and carries no text people wrote, so that it may travel to places
//! with fewer rights than the thing itself. What ends by itself at a time (an invitation, a grant)
//! says so when it begins, and has no fact of its end.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{GroupRole, Roles, Scopes, Verb};
use crate::commons::{Audience, KindName, Level, Source};
use crate::evaluation::Sharing;
use crate::evaluation::trial::TrialState;
use crate::partners::webhooks::DisabledReason;
use crate::partners::{JobKind, JobState};
use crate::value::{
    AmendmentId, ClauseId, ClientId, CollectivityId, CommentId, Digest, GroupId, InvitationId,
    JobId, MembershipId, PersonId, ResourceId, SecretId, SessionId, ShareId, Siren, WebhookId,
};

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(
    missing_docs,
    reason = "each name says it; the fields are ids and roles"
)]
pub enum Fact {
    #[serde(rename = "operator.appointed")]
    OperatorAppointed { person: PersonId },
    #[serde(rename = "directory.extended")]
    DirectoryExtended { siren: Siren },
    #[serde(rename = "collectivity.registered")]
    CollectivityRegistered {
        collectivity: CollectivityId,
        siren: Siren,
    },
    /// Everything of the collectivity was written to an archive, whose SHA-256 this is.
    #[serde(rename = "collectivity.exported")]
    CollectivityExported { archive: Digest },
    /// The platform took in the archive of a collectivity, whose own trail is that of the archive.
    #[serde(rename = "collectivity.imported")]
    CollectivityImported {
        collectivity: CollectivityId,
        siren: Siren,
        archive: Digest,
    },
    /// The owner of the database gave somebody a new password, whose sessions ended.
    #[serde(rename = "person.password_set")]
    PasswordSet { person: PersonId },
    #[serde(rename = "membership.invited")]
    Invited {
        invitation: InvitationId,
        roles: Roles,
        expires_at: DateTime<Utc>,
    },
    #[serde(rename = "membership.invitation_revoked")]
    InvitationRevoked { invitation: InvitationId },
    #[serde(rename = "membership.joined")]
    MembershipJoined {
        membership: MembershipId,
        person: PersonId,
        roles: Roles,
    },
    #[serde(rename = "membership.roles_changed")]
    RolesChanged {
        membership: MembershipId,
        before: Roles,
        after: Roles,
    },
    #[serde(rename = "membership.revoked")]
    MembershipRevoked { membership: MembershipId },
    #[serde(rename = "session.opened")]
    SessionOpened { session: SessionId },
    #[serde(rename = "session.closed")]
    SessionClosed { session: SessionId },
    #[serde(rename = "session.reuse_detected")]
    ReuseDetected { session: SessionId },
    #[serde(rename = "group.formed")]
    GroupFormed { group: GroupId },
    #[serde(rename = "group.described")]
    GroupDescribed { group: GroupId },
    #[serde(rename = "group.use_case_added")]
    UseCaseAdded { group: GroupId },
    #[serde(rename = "group.invited")]
    GroupInvited {
        group: GroupId,
        collectivity: CollectivityId,
        role: GroupRole,
    },
    #[serde(rename = "group.joined")]
    GroupJoined {
        group: GroupId,
        collectivity: CollectivityId,
    },
    #[serde(rename = "group.declined")]
    GroupDeclined {
        group: GroupId,
        collectivity: CollectivityId,
    },
    #[serde(rename = "group.role_changed")]
    GroupRoleChanged {
        group: GroupId,
        collectivity: CollectivityId,
        role: GroupRole,
    },
    #[serde(rename = "group.suspended")]
    GroupSuspended {
        group: GroupId,
        collectivity: CollectivityId,
    },
    #[serde(rename = "group.resumed")]
    GroupResumed {
        group: GroupId,
        collectivity: CollectivityId,
    },
    /// The collectivity's grants to that group, `grants_ended` of them, ended at the same moment:
    /// none of them has a `resource.unshared` of its own.
    #[serde(rename = "group.left")]
    GroupLeft {
        group: GroupId,
        collectivity: CollectivityId,
        grants_ended: u32,
    },
    #[serde(rename = "resource.created")]
    ResourceCreated {
        resource: ResourceId,
        kind: KindName,
    },
    #[serde(rename = "resource.described")]
    ResourceDescribed {
        resource: ResourceId,
        kind: KindName,
    },
    #[serde(rename = "resource.draft_written")]
    DraftWritten {
        resource: ResourceId,
        kind: KindName,
    },
    #[serde(rename = "resource.merged")]
    ResourceMerged {
        resource: ResourceId,
        kind: KindName,
        source: Source,
    },
    /// Clauses of another text stand in the draft from now on: it has no `resource.draft_written` of
    /// its own.
    #[serde(rename = "resource.included")]
    ResourceIncluded {
        resource: ResourceId,
        kind: KindName,
        source: Source,
    },
    #[serde(rename = "resource.inclusions_merged")]
    InclusionsMerged {
        resource: ResourceId,
        kind: KindName,
        source: Source,
    },
    #[serde(rename = "resource.deviation_justified")]
    DeviationJustified {
        resource: ResourceId,
        kind: KindName,
        clause: ClauseId,
    },
    #[serde(rename = "resource.deviations_reported")]
    DeviationsReported {
        resource: ResourceId,
        kind: KindName,
        reported: bool,
    },
    #[serde(rename = "resource.discarded")]
    ResourceDiscarded {
        resource: ResourceId,
        kind: KindName,
    },
    #[serde(rename = "resource.published")]
    ResourcePublished {
        resource: ResourceId,
        kind: KindName,
        version: i32,
        digest: Digest,
    },
    #[serde(rename = "resource.withdrawn")]
    ResourceWithdrawn {
        resource: ResourceId,
        kind: KindName,
    },
    #[serde(rename = "resource.shared")]
    ResourceShared {
        resource: ResourceId,
        kind: KindName,
        share: ShareId,
        audience: Audience,
        level: Level,
        expires_at: Option<DateTime<Utc>>,
    },
    #[serde(rename = "resource.unshared")]
    ResourceUnshared {
        resource: ResourceId,
        kind: KindName,
        share: ShareId,
        audience: Audience,
    },
    #[serde(rename = "resource.adapted")]
    ResourceAdapted {
        resource: ResourceId,
        kind: KindName,
        source: Source,
    },
    #[serde(rename = "amendment.proposed")]
    AmendmentProposed {
        amendment: AmendmentId,
        kind: KindName,
        source: Source,
    },
    #[serde(rename = "amendment.commented")]
    AmendmentCommented {
        amendment: AmendmentId,
        comment: CommentId,
    },
    /// The proposed clauses stand in the draft of `resource` from now on: it has no
    /// `resource.draft_written` of its own.
    #[serde(rename = "amendment.accepted")]
    AmendmentAccepted {
        amendment: AmendmentId,
        proposer: CollectivityId,
        resource: ResourceId,
        kind: KindName,
    },
    #[serde(rename = "amendment.declined")]
    AmendmentDeclined {
        amendment: AmendmentId,
        proposer: CollectivityId,
    },
    #[serde(rename = "amendment.withdrawn")]
    AmendmentWithdrawn { amendment: AmendmentId },
    #[serde(rename = "trial.stepped")]
    TrialStepped {
        resource: ResourceId,
        from: TrialState,
        to: TrialState,
    },
    #[serde(rename = "trial.noted")]
    TrialNoted { resource: ResourceId, entry: i64 },
    #[serde(rename = "trial.impacts_written")]
    TrialImpactsWritten { resource: ResourceId },
    #[serde(rename = "result.recorded")]
    ResultRecorded {
        resource: ResourceId,
        indicator: ClauseId,
    },
    #[serde(rename = "result.shared")]
    ResultShared {
        resource: ResourceId,
        indicator: ClauseId,
        sharing: Option<Sharing>,
    },
    /// Pooled figures of hidden results were released, or none were: `cells` of them.
    #[serde(rename = "figures.released")]
    FiguresReleased { question: Digest, cells: u32 },
    #[serde(rename = "inbox.marked")]
    NoticeMarked { notice: String, read: bool },
    #[serde(rename = "client.registered")]
    ClientRegistered {
        client: ClientId,
        scopes: Scopes,
        expires_at: DateTime<Utc>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
    },
    #[serde(rename = "client.changed")]
    ClientChanged {
        client: ClientId,
        scopes: Scopes,
        expires_at: DateTime<Utc>,
    },
    #[serde(rename = "client.secret_rotated")]
    SecretRotated { client: ClientId, secret: SecretId },
    #[serde(rename = "client.keys_replaced")]
    KeysReplaced { client: ClientId },
    #[serde(rename = "client.token_revoked")]
    TokenRevoked { client: ClientId },
    #[serde(rename = "client.revoked")]
    ClientRevoked { client: ClientId },
    #[serde(rename = "webhook.registered")]
    WebhookRegistered { webhook: WebhookId },
    #[serde(rename = "webhook.changed")]
    WebhookChanged { webhook: WebhookId },
    #[serde(rename = "webhook.secret_rotated")]
    WebhookSecretRotated {
        webhook: WebhookId,
        secret: SecretId,
    },
    /// By hand, or by itself: the reason says which.
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled {
        webhook: WebhookId,
        reason: DisabledReason,
    },
    #[serde(rename = "webhook.enabled")]
    WebhookEnabled { webhook: WebhookId },
    #[serde(rename = "webhook.tested")]
    WebhookTested { webhook: WebhookId },
    #[serde(rename = "webhook.replayed")]
    WebhookReplayed { webhook: WebhookId },
    #[serde(rename = "webhook.removed")]
    WebhookRemoved { webhook: WebhookId },
    #[serde(rename = "job.asked")]
    JobAsked { job: JobId, kind: JobKind },
    #[serde(rename = "job.ended")]
    JobEnded {
        job: JobId,
        kind: JobKind,
        state: JobState,
    },
    #[serde(rename = "action.refused")]
    ActionRefused { verb: Verb },
}
