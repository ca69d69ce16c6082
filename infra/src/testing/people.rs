//! Tenants and the people who work for them, made through the real store and its transitions.
//!
//! What is made here is what the product would have made: the audit chain holds, the invitation is
//! settled, the session is open. Only Argon2 is spared, because its result is always the same.

use std::sync::atomic::{AtomicU32, Ordering};

use maillage_domain::access::{Action, Permitted, Role, Subject, act, authorize};
use maillage_domain::identity::{
    BodyType, Collectivity, InvitationSecret, Invitee, NewBody, Platform, Session, Staff,
};
use maillage_domain::value::{
    CollectivityId, Digest, EmailAddress, InvitationId, MembershipId, PersonId, SessionId, Siren,
};

use super::server::Server;
use super::{TestDatabase, must};
use crate::ambient::{self, Secret, SecretKind};
use crate::error::StoreError;
use crate::identity::{
    Acceptor, account, create_operator, invitation_by_secret, person_for_invitation,
};
use crate::store::{Bearer, Tx};

/// The password of everyone who has one.
pub const PASSWORD: &str = "quatre lapins sous la halle";

/// A collectivity that has joined, and its first administrator.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its id.
    pub id: CollectivityId,
    /// Its SIREN.
    pub siren: Siren,
    /// Its name.
    pub name: String,
    /// Who administers it.
    pub administrator: Bearer,
}

/// Someone who can log in with [`PASSWORD`].
#[derive(Clone, Debug)]
pub struct Login {
    /// Their address.
    pub email: EmailAddress,
    /// A session of theirs that is open already.
    pub bearer: Bearer,
}

/// Each call counts one further, so that nothing is made twice in a process.
fn next() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// A text that some value type accepts.
pub(super) fn parsed<T: TryFrom<String>>(text: String) -> T
where
    T::Error: std::fmt::Display,
{
    must(text.try_into(), "making a value for a test")
}

fn email() -> EmailAddress {
    parsed(format!("personne{}@commune.example", next()))
}

/// What the policy allows, or the end of the test.
pub(super) fn allowed<A: Action, T: Subject>(
    tx: &Tx,
    subject: T,
) -> Result<Permitted<A, T>, StoreError> {
    Ok(must(authorize(tx.actor()?, subject), "asking the policy"))
}

impl TestDatabase {
    /// A SIREN that passes Luhn and that no public body has: none of the directory begins with 99.
    pub fn siren(&self) -> Siren {
        let head = format!("99{:06}", next());
        let fits = |check: u32| format!("{head}{check}").parse().ok();
        must(
            (0..10).find_map(fits).ok_or("no digit fits"),
            "making a SIREN",
        )
    }

    /// A commune that has joined.
    pub async fn tenant(&self) -> Tenant {
        self.tenant_of(self.siren(), BodyType::Commune).await
    }

    /// A body of that SIREN and type that has joined; the directory learns of it if need be.
    pub async fn tenant_of(&self, siren: Siren, body_type: BodyType) -> Tenant {
        let operator = self.operator.get_or_init(|| self.operator()).await.bearer;
        let secret = must(Secret::draw(SecretKind::Invitation), "drawing a secret");
        let secret = secret.digest();
        let collectivity = Collectivity {
            id: CollectivityId(ambient::id()),
            name: format!("Collectivité {siren}"),
            siren,
            body_type,
            joined_at: self.builders.clock().now(),
        };
        let tenant = collectivity.clone();
        let store = self.builders.clone();
        let register = async move || {
            store
                .write(&operator, async |tx| {
                    register(tx, collectivity, secret).await
                })
                .await
        };
        let registered: Result<(), StoreError> = Server::get().run(register).await;
        must(registered, "registering a tenant");
        Tenant {
            id: tenant.id,
            siren: tenant.siren,
            name: tenant.name,
            administrator: self.accept(secret, String::new()).await,
        }
    }

    /// Someone new who works for `tenant` with these roles, with an open session.
    ///
    /// They have no password: nobody can log in as them.
    pub async fn member(&self, tenant: &Tenant, roles: &[Role]) -> Bearer {
        self.join(tenant, email(), roles, String::new()).await
    }

    /// The same, for tests that log in.
    pub async fn member_with_password(&self, tenant: &Tenant, roles: &[Role]) -> Login {
        let (email, hash) = (email(), Server::get().password_hash().await);
        let bearer = self.join(tenant, email.clone(), roles, hash).await;
        Login { email, bearer }
    }

    /// Someone who works elsewhere already, and now for `tenant` too.
    pub async fn colleague(&self, tenant: &Tenant, login: &Login, roles: &[Role]) -> Bearer {
        let email = login.email.clone();
        self.join(tenant, email, roles, String::new()).await
    }

    /// Someone who runs the platform, who can log in, with an open session.
    pub async fn operator(&self) -> Login {
        let email = email();
        let hash = Server::get().password_hash().await;
        let name = parsed("Opératrice".to_owned());
        let created = create_operator(&self.owner_url(), &email, &name, &hash).await;
        let person = must(created, "appointing an operator");
        let store = self.builders.clone();
        let open = async move || {
            let open = async |tx: &mut Tx| open(tx, person, None).await;
            store.authenticate(open).await
        };
        let bearer: Result<Bearer, StoreError> = Server::get().run(open).await;
        let bearer = must(bearer, "opening a session");
        Login { email, bearer }
    }

    /// Invites in the name of the administrator, and accepts in the name of the invited.
    async fn join(
        &self,
        tenant: &Tenant,
        email: EmailAddress,
        roles: &[Role],
        hash: String,
    ) -> Bearer {
        let secret = must(Secret::draw(SecretKind::Invitation), "drawing a secret");
        let secret = secret.digest();
        let (administrator, collectivity) = (tenant.administrator, tenant.id);
        let invitee = Invitee {
            email,
            name: parsed(format!("Personne {}", next())),
            roles: roles.iter().copied().collect(),
        };
        let store = self.builders.clone();
        let invite = async move || {
            store
                .write(&administrator, async |tx| {
                    invite(tx, collectivity, invitee, secret).await
                })
                .await
        };
        let invited: Result<(), StoreError> = Server::get().run(invite).await;
        must(invited, "inviting");
        self.accept(secret, hash).await
    }

    async fn accept(&self, secret: Digest, hash: String) -> Bearer {
        let store = self.builders.clone();
        let accept = async move || {
            store
                .authenticate(async |tx| accept(tx, secret, hash).await)
                .await
        };
        let accepted: Result<Bearer, StoreError> = Server::get().run(accept).await;
        must(accepted, "accepting an invitation")
    }
}

fn offer(digest: Digest) -> InvitationSecret {
    InvitationSecret {
        id: InvitationId(ambient::id()),
        digest,
    }
}

async fn register(
    tx: &mut Tx,
    collectivity: Collectivity,
    secret: Digest,
) -> Result<(), StoreError> {
    let siren = collectivity.siren.to_string().parse();
    let code = must(siren, "making a code of the directory");
    match crate::identity::directory_entry(tx.db(), code).await {
        Ok(_) => {}
        Err(StoreError::Missing) => {
            let body = NewBody {
                siren: collectivity.siren.clone(),
                name: parsed(collectivity.name.clone()),
                body_type: collectivity.body_type,
            };
            let extend = allowed::<act::ExtendDirectory, _>(tx, Platform)?;
            tx.save(extend.extend(body)).await?;
        }
        Err(error) => return Err(error),
    }
    let administrator = Invitee {
        email: email(),
        name: parsed("Administratrice".to_owned()),
        roles: [Role::Administrator].into_iter().collect(),
    };
    let register = allowed::<act::RegisterCollectivity, _>(tx, Platform)?;
    let registered = register.register(collectivity, administrator, offer(secret), tx.now());
    tx.save(registered).await?;
    Ok(())
}

async fn invite(
    tx: &mut Tx,
    collectivity: CollectivityId,
    invitee: Invitee,
    secret: Digest,
) -> Result<(), StoreError> {
    let now = tx.now();
    let invite = allowed::<act::Invite, _>(tx, Staff { collectivity })?;
    let invitation = must(invite.invite(invitee, offer(secret), now), "inviting");
    tx.save(invitation).await?;
    Ok(())
}

async fn accept(tx: &mut Tx, secret: Digest, hash: String) -> Result<Bearer, StoreError> {
    let now = tx.now();
    let invitation = invitation_by_secret(tx, secret).await?;
    let known = account(tx, &invitation.invitee.email).await?;
    let acceptor = match known {
        Some(known) => Acceptor::Known(PersonId(known.person)),
        None => Acceptor::New {
            id: PersonId(ambient::id()),
            password_hash: hash,
        },
    };
    let person = person_for_invitation(tx, &invitation, acceptor).await?;
    let collectivity = invitation.collectivity;
    let accepted = invitation.accept(person, MembershipId(ambient::id()), now);
    tx.save(must(accepted, "accepting")).await?;
    open(tx, person, Some(collectivity)).await
}

async fn open(
    tx: &mut Tx,
    person: PersonId,
    collectivity: Option<CollectivityId>,
) -> Result<Bearer, StoreError> {
    crate::identity::identify(tx, person).await?;
    let id = SessionId(ambient::id());
    let session = Session::open(id, person, collectivity, tx.now());
    tx.save(session).await?;
    Ok(Bearer {
        session: id,
        person,
        collectivity,
    })
}
