//! Partners over HTTP: clients, their tokens, and everything that is none.

mod archives;
mod bulk;
mod clients;
mod events;
mod hostile;
mod jobs;
mod of_groups;
mod tokens;
mod usage;
mod webhooks;

use maillage_domain::access::{Role, Scopes};
use maillage_infra::store::Bearer;
use maillage_infra::testing::{Software, Tenant, TestDatabase, terms};
use tokio::sync::OnceCell;

use crate::support::{Actor, App, Partner, QUOTAS};

/// A collectivity, and who registers its software: they hold every role, and can log in.
pub struct Home {
    pub app: App,
    pub tenant: Tenant,
    pub bearer: Bearer,
    pub creator: Actor,
}

impl Home {
    pub async fn new() -> Self {
        // Refused attempts count for the address: other tests log in from it too.
        static APP: OnceCell<App> = OnceCell::const_new();
        let listen = async || App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
        let app = APP.get_or_init(listen).await.clone();
        let tenant = app.tenant().await;
        let login = app.database.member_with_password(&tenant, Role::ALL).await;
        Self {
            creator: app.actor(&login.bearer),
            bearer: login.bearer,
            tenant,
            app,
        }
    }

    /// Software with a secret.
    pub async fn software(&self, scopes: Scopes) -> Software {
        let (id, database) = (self.tenant.id, &self.app.database);
        database.client(id, &self.bearer, terms(scopes), None).await
    }

    /// Software that signs.
    pub async fn partner(&self) -> Partner {
        let mut partner = Partner::new(&self.app);
        let (id, keys) = (self.tenant.id, Some(partner.keys()));
        let made = self
            .app
            .database
            .client(id, &self.bearer, terms(Scopes::all()), keys);
        partner.bearer = made.await.bearer;
        partner
    }
}
