//! Jobs: work that takes longer than a request, in the name of who asked and with their rights.
//!
//! A job gives nobody a right they lack: each of its steps is made by its asker, with the roles they
//! have at that moment. Only they know of it, because what it says is what they were allowed to see.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Actor, Permitted, Refusal, Relation, Subject, Verb, act, decide};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{ClientId, CollectivityId, JobId, PersonId};

/// How long a job is kept once it was asked for, and again once it has ended.
pub const JOB_KEPT: TimeDelta = TimeDelta::days(7);
/// How many jobs one caller may have that have not ended.
pub const MAX_OPEN_JOBS: i64 = 10;
/// How often a job is begun again without a step being done, before it is given up.
pub const MAX_ATTEMPTS: i32 = 5;

macro_rules! slugs {
    ($(#[$doc:meta])* $name:ident, $unknown:ident { $($(#[$line:meta])* $variant:ident = $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$line])* $variant),+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As the API and the database write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $unknown;

            fn from_str(text: &str) -> Result<Self, $unknown> {
                match text { $($slug => Ok(Self::$variant),)+ _ => Err($unknown) }
            }
        }
    };
}

/// The text names nothing of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid_value")]
pub struct UnknownSlug;

slugs! {
    /// What a job does.
    JobKind, UnknownSlug {
        /// Starts resources from the lines of a file.
        ImportResources = "import_resources",
        /// Offers memberships to the people of a file.
        ImportPeople = "import_people",
        /// Forms groups from the lines of a file.
        ImportGroups = "import_groups",
        /// Writes everything of the collectivity to an archive.
        ExportCollectivity = "export_collectivity",
    }
}

slugs! {
    /// Where a job stands.
    JobState, UnknownSlug {
        /// It waits for its turn.
        Queued = "queued",
        /// It is being worked on.
        Running = "running",
        /// It is done.
        Succeeded = "succeeded",
        /// It ended before it was done.
        Failed = "failed",
        /// Its asker has stopped it.
        Cancelled = "cancelled",
    }
}

slugs! {
    /// Why a job ended before it was done.
    JobFailure, UnknownSlug {
        /// Its asker has no right to it any more.
        RightsLost = "rights_lost",
        /// It failed again and again.
        GaveUp = "gave_up",
    }
}

impl JobKind {
    /// What its asker must be allowed to do.
    pub const fn verb(self) -> Verb {
        match self {
            Self::ImportResources => Verb::Create,
            Self::ImportPeople => Verb::Invite,
            Self::ImportGroups => Verb::FormGroup,
            Self::ExportCollectivity => Verb::ExportCollectivity,
        }
    }

    /// Whether a step of it has to see everything as it was at one moment.
    pub const fn sees_one_moment(self) -> bool {
        matches!(self, Self::ExportCollectivity)
    }
}

impl JobState {
    /// Whether nothing more comes of it.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// In whose name a job is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A person's.
    Person(PersonId),
    /// A client's.
    Client(ClientId),
}

impl Asker {
    /// Whoever `actor` is.
    pub fn of(actor: &Actor) -> Self {
        let person = Self::Person(actor.person());
        actor.client().map_or(person, Self::Client)
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many things are done.
    pub done: i64,
    /// Of how many, as far as that is known.
    pub total: Option<i64>,
}

/// A file that came of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFile {
    /// What to call it.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// In how many pieces it is kept.
    pub pieces: i64,
}

/// A piece of work, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// For whom.
    pub collectivity: CollectivityId,
    /// What it does.
    pub kind: JobKind,
    /// In whose name.
    pub asker: Asker,
    /// Where it stands.
    pub state: JobState,
    /// What was asked, in the words of its kind.
    pub input: serde_json::Value,
    /// Where its next step begins.
    pub cursor: i64,
    /// How far it is.
    pub progress: Progress,
    /// What came of it, in the words of its kind.
    pub report: Option<serde_json::Value>,
    /// The file that came of it.
    pub file: Option<JobFile>,
    /// Why it ended before it was done.
    pub failure: Option<JobFailure>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When work on it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
    /// Counts changes, steps among them.
    pub revision: i64,
}

/// A job that was just asked for.
#[derive(Clone, Debug)]
pub struct Asked(pub Job);

/// A job that has just ended.
#[derive(Clone, Debug)]
pub struct Ended(pub Job);

/// What came of a whole job.
#[derive(Clone, Debug, PartialEq)]
pub struct Yield {
    /// In the words of its kind.
    pub report: serde_json::Value,
    /// As a file.
    pub file: Option<JobFile>,
}

/// A job cannot change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It has ended.
    #[error("job_ended")]
    Ended,
    /// The caller has too many that have not.
    #[error("jobs_too_many")]
    TooMany,
}

/// The proof that somebody may have a kind of work done.
#[derive(Debug)]
pub struct Commission {
    kind: JobKind,
    collectivity: CollectivityId,
    asker: Asker,
}

/// Asks the policy whether `actor` may have `kind` done for their collectivity.
///
/// # Errors
/// `Forbidden` when they could not do it by hand either.
pub fn commission(actor: &Actor, kind: JobKind) -> Result<Commission, Refusal> {
    decide(kind.verb(), actor, Relation::Own)?;
    Ok(Commission {
        kind,
        collectivity: actor.collectivity().ok_or(Refusal::Forbidden)?,
        asker: Asker::of(actor),
    })
}

impl Commission {
    /// Asks for it; `open` is how many jobs of the caller have not ended.
    ///
    /// # Errors
    /// `TooMany` when those are enough.
    pub fn ask(
        self,
        id: JobId,
        input: serde_json::Value,
        total: Option<i64>,
        open: i64,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Asked>, JobError> {
        if open >= MAX_OPEN_JOBS {
            return Err(JobError::TooMany);
        }
        let fact = Fact::JobAsked {
            job: id,
            kind: self.kind,
        };
        let job = Job {
            id,
            collectivity: self.collectivity,
            kind: self.kind,
            asker: self.asker,
            state: JobState::Queued,
            input,
            cursor: 0,
            progress: Progress { done: 0, total },
            report: None,
            file: None,
            failure: None,
            asked_at: now,
            started_at: None,
            ended_at: None,
            expires_at: now + JOB_KEPT,
            revision: 1,
        };
        Ok(Outcome::new(Asked(job), fact))
    }
}

impl Job {
    /// Whether `actor`, who asked for it, may still have such work done: only then its file is theirs.
    ///
    /// # Errors
    /// `Hidden` for others, `Forbidden` when the right is gone.
    pub fn is_due_to(&self, actor: &Actor) -> Result<(), Refusal> {
        decide(self.kind.verb(), actor, self.relation(actor))
    }

    /// How long it still takes, if it goes on as it went so far.
    pub fn remaining(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let (done, total) = (self.progress.done, self.progress.total?);
        let began = self
            .started_at
            .filter(|_| self.state == JobState::Running)?;
        let left = total.checked_sub(done).filter(|left| *left >= 0)?;
        let spent = (now - began).num_milliseconds().max(0);
        let each = spent.checked_mul(left)?.checked_div(done)?;
        TimeDelta::try_milliseconds(each)
    }

    fn end(self, state: JobState, now: DateTime<Utc>) -> Outcome<Ended> {
        let fact = Fact::JobEnded {
            job: self.id,
            kind: self.kind,
            state,
        };
        let job = Self {
            state,
            ended_at: Some(now),
            expires_at: now + JOB_KEPT,
            revision: self.revision + 1,
            ..self
        };
        Outcome::new(Ended(job), fact)
    }

    /// Ends it well. Its steps were authorized one by one, so no policy is asked.
    pub fn succeed(self, done: Yield, now: DateTime<Utc>) -> Outcome<Ended> {
        let job = Self {
            report: Some(done.report),
            file: done.file,
            ..self
        };
        job.end(JobState::Succeeded, now)
    }

    /// Ends it before it is done: the product itself does, in nobody's name.
    pub fn fail(self, failure: JobFailure, now: DateTime<Utc>) -> Outcome<Ended> {
        let job = Self {
            failure: Some(failure),
            ..self
        };
        job.end(JobState::Failed, now)
    }
}

impl Subject for Job {
    const VERBS: &'static [Verb] = &[Verb::CancelJob];

    fn relation(&self, actor: &Actor) -> Relation {
        match Relation::of_owner(self.collectivity, actor) {
            Relation::Own if Asker::of(actor) != self.asker => Relation::Stranger,
            relation => relation,
        }
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        !self.state.is_end()
    }
}

impl Permitted<act::CancelJob, Job> {
    /// Stops it: what its steps have done so far stays done, nothing comes after.
    ///
    /// # Errors
    /// `Ended` when there is nothing to stop.
    pub fn cancel(self, now: DateTime<Utc>) -> Result<Outcome<Ended>, JobError> {
        let job = self.into_subject();
        if job.state.is_end() {
            return Err(JobError::Ended);
        }
        Ok(job.end(JobState::Cancelled, now))
    }
}
