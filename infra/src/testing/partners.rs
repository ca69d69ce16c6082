//! Software of partners, registered by people who may.

use chrono::TimeDelta;
use maillage_domain::access::{Scopes, act};
use maillage_domain::identity::Staff;
use maillage_domain::partners::{ClientKeys, JobState, LegalBasis, NewSecret, Registered, Terms};
use maillage_domain::value::{ClientId, CollectivityId, Digest, JobId, SecretId, WebhookId};
use uuid::Uuid;

use super::people::{allowed, parsed};
use super::server::Server;
use super::{TestDatabase, must};
use crate::ambient::{self, Secret, SecretKind};
use crate::error::StoreError;
use crate::identity::Keys;
use crate::partners::archive;
use crate::partners::meter::{Meter, Request};
use crate::store::{Bearer, ClientBearer, Tx};

/// A client, and what it proves itself with.
#[derive(Clone, Debug)]
pub struct Software {
    /// What a token of it says.
    pub bearer: ClientBearer,
    /// Its secret; one that proves nothing if it has keys.
    pub secret: String,
}

/// Terms with these scopes that anybody may set now.
pub fn terms(scopes: Scopes) -> Terms {
    Terms {
        name: parsed("Logiciel d'essai".to_owned()),
        purpose: parsed("Essayer".to_owned()),
        legal_basis: LegalBasis::PublicTask,
        scopes,
        networks: Vec::new(),
        expires_at: crate::ambient::Clock::default().now() + TimeDelta::days(30),
        ends_with_creator: true,
    }
}

impl TestDatabase {
    /// A job of `asker` as it stands in `state`, with a file if it is done: no worker comes near it.
    pub async fn job(&self, tenant: CollectivityId, asker: &Bearer, state: JobState) -> JobId {
        let id = JobId(ambient::id());
        let (key, person) = (format!("'{tenant}', '{id}'"), asker.person);
        let (state, done) = (state.as_str(), state == JobState::Succeeded);
        let (report, file) = if done {
            let report = "{\"accepted\":1,\"refused\":0,\"dry_run\":true}";
            let file =
                "{\"name\":\"x.jsonl\",\"media_type\":\"application/x-ndjson\",\"pieces\":1}";
            (format!("'{report}'"), format!("'{file}'"))
        } else {
            ("null".to_owned(), "null".to_owned())
        };
        let mut insert = format!(
            "begin; insert into jobs (tenant_id, id, kind, person_id, state, input, cursor, done, \
                total, report, file, asked_at, ended_at, expires_at, revision, lease_until) \
             values ({key}, 'import_groups', '{person}', '{state}', '{{}}', 0, 0, 1, {report}, {file}, \
                now(), case when {done} then now() end, now() + interval '1 day', 1, \
                now() + interval '1 day')"
        );
        if done {
            let piece = "convert_to(E'{\"line\":2,\"status\":\"accepted\"}\\n', 'UTF8')";
            let row = format!("; insert into job_files values ({key}, 'result', 0, {piece})");
            insert.push_str(&row);
        }
        self.as_owner(&(insert + "; commit")).await;
        id
    }

    /// Software that `creator` registers, an administrator of `tenant`.
    pub async fn client(
        &self,
        tenant: CollectivityId,
        creator: &Bearer,
        terms: Terms,
        keys: Option<ClientKeys>,
    ) -> Software {
        let drawn = must(Secret::draw(SecretKind::Client), "drawing a secret");
        let (id, scopes) = (ClientId(ambient::id()), terms.scopes);
        let secret = NewSecret {
            id: SecretId(ambient::id()),
            digest: drawn.digest(),
        };
        let (store, creator) = (self.builders.clone(), *creator);
        let register = async move || {
            let register = async |tx: &mut Tx| {
                let staff = Staff {
                    collectivity: tenant,
                };
                let permitted = allowed::<act::RegisterClient, _>(tx, staff)?;
                let registered = permitted.register(id, terms, keys.ok_or(secret), tx.now());
                tx.save(must(registered, "registering a client")).await
            };
            store.write(&creator, register).await
        };
        let registered: Result<Registered, StoreError> = Server::get().run(register).await;
        must(registered, "registering a client");
        let token: Uuid = ambient::id();
        Software {
            bearer: ClientBearer {
                client: id,
                collectivity: tenant,
                scopes,
                token: Digest::of_bytes(token.as_bytes()),
                address: None,
            },
            secret: drawn.reveal(),
        }
    }
}

impl TestDatabase {
    /// Disables an endpoint as days of failures do.
    pub async fn failing(&self, endpoint: WebhookId) {
        let disable = "update webhook_endpoints set disabled_reason = 'failing', \
            disabled_at = now() where id =";
        self.as_owner(&format!("{disable} '{endpoint}'")).await;
    }

    /// Writes down calls of software, answered with these statuses.
    pub async fn called(&self, tenant: CollectivityId, client: ClientId, statuses: &[i16]) {
        let (meter, store) = (Meter::default(), self.builders.clone());
        for status in statuses {
            let request = Request {
                id: ambient::id(),
                at: store.clock().now(),
                request_id: ambient::id().to_string(),
                method: "GET".to_owned(),
                route: "/v1/charters".to_owned(),
                status: *status,
                problem: (*status >= 400).then(|| "validation_failed".to_owned()),
                microseconds: 1_000,
            };
            meter.note((tenant, client), request, true);
        }
        let write = async move || meter.write(&store).await;
        must(
            Server::get().run(write).await,
            "writing what software called",
        );
    }
}

/// Archives that an issuer who is trusted, and lies, could make: `files` in their order, the bytes of
/// it all altered, and what comes out signed. The archive and its signature.
pub fn forge(
    keys: &Keys,
    of: (CollectivityId, String),
    files: &[(String, Vec<u8>)],
    alter: impl FnOnce(&mut Vec<u8>),
) -> (Vec<u8>, String) {
    must(archive::forge(keys, of, files, alter), "forging an archive")
}
