//! Actions: one verb each, as a value for the policy and as a type for signatures.

use serde::{Deserialize, Serialize};

/// An action as a type, so that a signature says which one was authorized.
pub trait Action {
    /// The same action as a value.
    const VERB: Verb;
}

macro_rules! actions {
    ($($(#[$doc:meta])* $verb:ident),+ $(,)?) => {
        /// An action as a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Verb {
            $($(#[$doc])* $verb),+
        }

        impl Verb {
            /// Every verb, in the order of the golden table.
            pub const ALL: &'static [Self] = &[$(Self::$verb),+];
        }

        /// The actions as types, named like the verbs.
        pub mod act {
            $(
                $(#[$doc])*
                #[derive(Clone, Copy, Debug)]
                pub enum $verb {}

                impl super::Action for $verb {
                    const VERB: super::Verb = super::Verb::$verb;
                }
            )+
        }
    };
}

actions! {
    /// Adds a public body to the directory.
    ExtendDirectory,
    /// Makes a directory entry a tenant.
    RegisterCollectivity,
    /// Sees who works for the collectivity.
    ReadMembers,
    /// Offers someone a membership.
    Invite,
    /// Takes an offer of membership back.
    RevokeInvitation,
    /// Changes the roles of a membership.
    ChangeRoles,
    /// Ends a membership.
    RevokeMembership,
    /// Reads the audit trail and verifies its chain.
    ReadAudit,
    /// Founds a group.
    FormGroup,
    /// Sees a group and who takes part.
    ReadGroup,
    /// Renames a group or restates its purpose.
    DescribeGroup,
    /// Adds a use case to the catalogue of a group.
    ExtendCatalogue,
    /// Asks another collectivity to join a group.
    InviteToGroup,
    /// Joins a group one was invited to.
    AcceptInvitation,
    /// Declines to join.
    DeclineInvitation,
    /// Changes the role of a collectivity in a group.
    ChangeGroupRole,
    /// Suspends a collectivity from a group.
    Suspend,
    /// Ends a suspension.
    Resume,
    /// Leaves a group.
    Leave,
    /// Starts a resource of one's own.
    Create,
    /// Reads a resource and its published versions.
    Read,
    /// Reads the draft.
    ReadDraft,
    /// Changes title, summary and tags.
    Describe,
    /// Replaces the draft.
    Write,
    /// Takes into the draft what the source has published since.
    Merge,
    /// Deletes a draft that was never published, its resource with it.
    Discard,
    /// Makes the draft the next version, for ever.
    Publish,
    /// Stops offering a resource to others.
    Withdraw,
    /// Sees to whom a resource is granted.
    ReadShares,
    /// Grants a resource to an audience.
    Share,
    /// Takes a grant back.
    Unshare,
    /// Makes an own resource from a published version.
    Adapt,
    /// Proposes to a source, as a change, what one's own adaptation says.
    Amend,
    /// Reads an amendment and what is said of it.
    ReadAmendment,
    /// Says something of an amendment.
    CommentAmendment,
    /// Takes an amendment into a draft.
    AcceptAmendment,
    /// Declines an amendment, with a reason.
    DeclineAmendment,
    /// Takes one's own amendment back.
    WithdrawAmendment,
    /// Reads a trial, its journal and its results.
    ReadTrial,
    /// Takes a step of a trial that binds nobody, keeps its journal, reports its results.
    ConductTrial,
    /// Takes a decision on a trial.
    DecideTrial,
    /// Shares a result with the network.
    ShareResult,
    /// Reads what the results of the network show together.
    ReadInsights,
    /// Reads one's inbox, and marks what was read.
    ReadInbox,
    /// Reads what happens, as events.
    ReadEvents,
    /// Sees which software of partners acts for the collectivity.
    ReadClients,
    /// Lets software of a partner act for the collectivity.
    RegisterClient,
    /// Changes what such software may do, and for how long.
    ChangeClient,
    /// Gives it a new secret.
    RotateSecret,
    /// Stops it, for ever.
    RevokeClient,
    /// Sees where the collectivity is told what happened, and how that went.
    ReadWebhooks,
    /// Has the collectivity told somewhere.
    RegisterWebhook,
    /// Changes, tries, replays or removes such a place.
    ChangeWebhook,
    /// Takes everything of the collectivity away, in an archive.
    ExportCollectivity,
    /// Sees the jobs one has asked for.
    ReadJobs,
    /// Stops a job one has asked for.
    CancelJob,
}
