//! `Ctx`: the one extractor of every handler that needs to know who asks.
//!
//! It hands out no pool and no merely authenticated actor: `read` and `write` enter the tenant, and
//! whatever they give back has been asked for within it.

use std::cell::Cell;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, web};
use maillage_domain::access::{
    self, Action, Actor, Permitted, Refusal, Relation, Subject, Verb, abilities,
};
use maillage_domain::identity::Staff;
use maillage_domain::partners::{self, Commission, JobKind};
use maillage_domain::value::{ClientId, CollectivityId, Digest};
use maillage_infra::error::StoreError;
use maillage_infra::store::{Bearer, Caller, Db, Tx};
use maillage_infra::trail::{self, Attempt, Earlier};

use crate::http::body::BodyDigest;
use crate::http::page::{self, Cursors, Page, Start, TotalView, Window};
use crate::http::problem::Place;
use crate::http::{Answer, Code, Problem, Reply, Tag, condition};
use crate::state::State;

/// The longest Idempotency-Key, in characters.
const MAX_KEY: usize = 255;

/// Who asks, with what it takes to answer them.
pub struct Ctx {
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    /// The last action that was authorized or refused.
    verb: Cell<Option<Verb>>,
    /// The total of the list that was read, if the caller prefers to have it.
    total: Cell<Option<TotalView>>,
    /// Whether software is told of itself, which takes no right.
    of_itself: Cell<bool>,
}

impl FromRequest for Ctx {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Ctx {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<web::Data<State>>().cloned();
        let state = state.ok_or(Problem::from(Code::Internal))?;
        let caller = state.caller(request);
        let caller = caller.ok_or(Problem::from(Code::Unauthenticated))?;
        Ok(Self {
            state,
            request: request.clone(),
            caller,
            verb: Cell::new(None),
            total: Cell::new(None),
            of_itself: Cell::new(false),
        })
    }

    /// What the worker shares.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The request.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Who presents the token: nothing but that is known of them.
    pub fn caller(&self) -> Caller {
        self.caller
    }

    /// The person who presents the token, with their session.
    ///
    /// # Errors
    /// `Forbidden` for software, which has neither.
    pub fn person(&self) -> Result<&Bearer, Problem> {
        match &self.caller {
            Caller::Person(bearer) => Ok(bearer),
            Caller::Client(_) => Err(Code::Forbidden.into()),
        }
    }

    /// Tells software of itself and of nothing else; after what it asks was read, and so proven to
    /// be software that may still enter.
    ///
    /// # Errors
    /// `Forbidden` for people.
    pub fn authorize_itself(&self) -> Result<ClientId, Problem> {
        self.of_itself.set(true);
        self.caller.client().ok_or(Code::Forbidden.into())
    }

    /// May `actor` have `kind` done for their collectivity?
    ///
    /// # Errors
    /// `Forbidden` when they could not do it by hand either.
    pub fn commission(&self, actor: &Actor, kind: JobKind) -> Result<Commission, Problem> {
        self.verb.set(Some(kind.verb()));
        partners::commission(actor, kind).map_err(Problem::from)
    }

    /// The collectivity acted for.
    ///
    /// # Errors
    /// `Forbidden` for the operator, who acts for none.
    pub fn collectivity(&self) -> Result<CollectivityId, Problem> {
        self.caller.collectivity().ok_or(Code::Forbidden.into())
    }

    /// The collectivity whose things are looked for; nobody's for the operator, who finds none.
    pub fn home(&self) -> CollectivityId {
        let nobody = CollectivityId(uuid::Uuid::nil());
        self.caller.collectivity().unwrap_or(nobody)
    }

    /// Cursors of this list, bound to caller and filters.
    pub fn cursors(&self) -> Cursors<'_> {
        let caller = format!("{:?} {}", self.caller.collectivity(), self.caller.id());
        Cursors::of(&self.state.keys, &self.request, &caller)
    }

    /// Reads, in one round trip; see `Store::read`.
    ///
    /// # Errors
    /// `Unauthenticated` when session or membership no longer hold.
    pub async fn read<T>(
        &self,
        query: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
    ) -> Result<(Actor, T), Problem> {
        Ok(self.state.store.read(&self.caller, query).await?)
    }

    /// Reads a page of a list, and its total if the caller prefers to have it; see `page::ask`.
    ///
    /// # Errors
    /// `Unauthenticated` when session or membership no longer hold.
    pub async fn read_list<P: Clone, T>(
        &self,
        start: Option<&Start<P>>,
        limit: u32,
        list: impl AsyncFn(Db<'_>, Window<P>) -> Result<T, StoreError>,
    ) -> Result<(Actor, T), Problem> {
        let ask = async |db: Db<'_>| page::ask(db, &self.request, start, limit, list).await;
        let (actor, (rows, total)) = self.read(ask).await?;
        self.total.set(total);
        Ok((actor, rows))
    }

    /// May `actor` do `A` to `subject`?
    ///
    /// # Errors
    /// `NotFound` when they may not know of it, `Forbidden` when only the right is missing.
    pub fn authorize<A: Action, T: Subject>(
        &self,
        actor: &Actor,
        subject: T,
    ) -> Result<Permitted<A, T>, Problem> {
        self.verb.set(Some(A::VERB));
        access::authorize(actor, subject).map_err(Problem::from)
    }

    /// May `actor` do `A` to the people of the collectivity acted for, as a whole?
    ///
    /// # Errors
    /// `Forbidden`, for the operator too, who acts for no collectivity.
    pub fn authorize_staff<A: Action>(
        &self,
        actor: &Actor,
    ) -> Result<Permitted<A, Staff>, Problem> {
        // Before anything fails: what is refused to the operator is told as well.
        self.verb.set(Some(A::VERB));
        // A client of a group acts for the group.
        let collectivity = actor.collectivity().ok_or(Code::Forbidden)?;
        self.authorize(actor, Staff { collectivity })
    }

    /// Refuses a write whose `If-Match` does not name `revision`.
    ///
    /// # Errors
    /// `PreconditionRequired` without the header, `Stale` when it names another.
    pub fn require(&self, revision: i64) -> Result<(), Problem> {
        condition::require(&self.request, revision)
    }

    /// The same for what is written at one address: at its revision if it is there, and only if it is
    /// absent otherwise (`If-None-Match: *`).
    ///
    /// # Errors
    /// `PreconditionRequired` without a header, `Stale` when it is otherwise.
    pub fn require_at(&self, revision: Option<i64>) -> Result<(), Problem> {
        match revision {
            Some(_) if condition::only_if_absent(&self.request) => Err(Code::Stale.into()),
            Some(revision) => self.require(revision),
            None if condition::only_if_absent(&self.request) => Ok(()),
            None => Err(condition::names_nothing(&self.request)),
        }
    }

    /// A representation the caller may have already.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn show(&self, view: &impl serde::Serialize, tag: Tag) -> Answer {
        self.fenced()?;
        Ok(Reply::ok(view)?.tagged(tag).respond(&self.request))
    }

    /// What there is now, without a tag: it is not asked for twice.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn tell(&self, view: &impl serde::Serialize) -> Answer {
        self.fenced()?;
        Ok(Reply::ok(view)?.respond(&self.request))
    }

    /// A page of the list that was read.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn list<T: serde::Serialize>(&self, page: Page<T>) -> Answer {
        self.fenced()?;
        let total = self.total.get();
        Ok(Reply::page(&self.request, &Page { total, ..page })?.respond(&self.request))
    }

    /// Writes: the effect, its audit record, its event and the answer to a retry are kept together.
    ///
    /// # Errors
    /// What `work` fails with; a refusal leaves an audit record of its own.
    pub async fn write(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<Reply, Problem>) -> Answer {
        let attempt = self.attempt()?;
        let done = self
            .state
            .store
            .write(&self.caller, async |tx: &mut Tx| match &attempt {
                _ if tx.actor()?.reads_for_group() => Err(Code::Forbidden.into()),
                Some(attempt) => self.once(tx, attempt, work).await,
                None => Ok(self.work(tx, work).await?.preferred(&self.request)),
            })
            .await;
        match done {
            Ok(reply) => Ok(reply.respond(&self.request)),
            Err(problem) => {
                if problem.code == Code::Forbidden {
                    self.tell_refusal().await;
                }
                Err(problem)
            }
        }
    }

    /// Runs `work`, and keeps nothing that software did without a right to it.
    async fn work(
        &self,
        tx: &mut Tx,
        work: impl AsyncFnOnce(&mut Tx) -> Result<Reply, Problem>,
    ) -> Result<Reply, Problem> {
        let reply = work(tx).await?;
        self.fenced()?;
        Ok(reply)
    }

    /// Lets no answer out to software that asked for no right: a person sees what their session
    /// shows, a client what its scopes name.
    pub(crate) fn fenced(&self) -> Result<(), Problem> {
        match (&self.caller, self.verb.get()) {
            (Caller::Client(_), None) if !self.of_itself.get() => Err(Code::Forbidden.into()),
            _ => Ok(()),
        }
    }

    /// Is `A` within what the caller may do at all? For what shows everyone their own: people ask
    /// for no right there, software for the scope.
    ///
    /// # Errors
    /// `Forbidden` for a client without that scope, or whose creator may not either.
    pub fn within_scope<A: Action>(&self, actor: &Actor) -> Result<(), Problem> {
        if actor.client().is_some() {
            self.verb.set(Some(A::VERB));
            if !may_in_principle(A::VERB, actor) {
                return Err(Code::Forbidden.into());
            }
        }
        Ok(())
    }

    /// Runs `work` unless the same attempt was answered before.
    async fn once(
        &self,
        tx: &mut Tx,
        attempt: &Attempt,
        work: impl AsyncFnOnce(&mut Tx) -> Result<Reply, Problem>,
    ) -> Result<Reply, Problem> {
        match trail::earlier(tx, attempt).await? {
            Earlier::Never => {
                let reply = self.work(tx, work).await?.preferred(&self.request);
                trail::remember(tx, attempt, self.verb.get(), &reply.to_kept()).await?;
                Ok(reply)
            }
            Earlier::Answered(verb, answer) => {
                // The role may be gone since: who may not do it any more may not see it again.
                self.verb.set(verb);
                if let Some(verb) = verb
                    && !may_in_principle(verb, tx.actor()?)
                {
                    return Err(Code::Forbidden.into());
                }
                Reply::from_kept(answer)
            }
            Earlier::OtherRequest => Err(Code::IdempotencyKeyReused.into()),
            Earlier::InFlight => Err(Problem::from(Code::IdempotencyInFlight).after(1)),
        }
    }

    fn attempt(&self) -> Result<Option<Attempt>, Problem> {
        let Some(key) = self.request.headers().get("idempotency-key") else {
            return Ok(None);
        };
        let invalid = || {
            let place = Place::Header("Idempotency-Key");
            Problem::at(Code::InvalidRequest, place, "header_invalid")
        };
        let key = key.to_str().map_err(|_| invalid())?.trim();
        if key.is_empty() || key.len() > MAX_KEY {
            return Err(invalid());
        }
        let route = self.request.match_pattern().unwrap_or_default();
        let body = self
            .request
            .extensions()
            .get::<BodyDigest>()
            .map(|digest| digest.0);
        let body = body.unwrap_or(Digest::ZERO);
        Ok(Some(Attempt {
            key: key.to_owned(),
            route: format!("{} {route}", self.request.method()),
            request: Digest::of_bytes(format!("{}\n{body}", self.request.path()).as_bytes()),
        }))
    }

    /// Leaves an audit record of an action that was refused (L5: refusals too).
    async fn tell_refusal(&self) {
        let Some(verb) = self.verb.get() else {
            return;
        };
        let told = self
            .state
            .store
            .write(&self.caller, async |tx: &mut Tx| {
                trail::refused(tx, verb).await
            })
            .await;
        if let Err(error) = told {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }
}

/// Whether some relation lets `actor` do `verb`.
fn may_in_principle(verb: Verb, actor: &Actor) -> bool {
    use maillage_domain::access::GroupRole;
    let relations = [
        Relation::Platform,
        Relation::Own,
        Relation::SharedToRead,
        Relation::SharedToReuse,
        Relation::Invited,
        Relation::TakesPart(GroupRole::Coordinator),
        Relation::Suspended,
        Relation::Coordinates,
        Relation::ProposedToUs,
    ];
    relations
        .iter()
        .any(|relation| access::decide(verb, actor, *relation) != Err(Refusal::Forbidden))
}

/// The verbs that `actor` may do to `subject` now, as the API writes them.
pub fn able<T: Subject>(actor: &Actor, subject: &T) -> Vec<String> {
    let verbs = abilities(actor, subject);
    verbs
        .into_iter()
        .filter_map(|verb| serde_json::to_value(verb).ok()?.as_str().map(str::to_owned))
        .collect()
}
