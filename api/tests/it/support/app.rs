//! A real server on a loopback port, over a real database.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::mpsc::channel;

use clap::Parser;
use maillage_api::server::{self, Running};
use maillage_api::settings::Settings;
use maillage_domain::access::Role;
use maillage_infra::ambient::Clock;
use maillage_infra::identity::Keys;
use maillage_infra::store::{Bearer, ClientBearer};
use maillage_infra::testing::{Login, Tenant, TestDatabase};
use tokio::sync::OnceCell;

use super::Actor;

/// A server and its database.
#[derive(Clone)]
pub struct App {
    pub address: SocketAddr,
    pub database: TestDatabase,
    pub keys: Keys,
    /// The server's clock, to be put forward by tests that have an application of their own.
    pub clock: Clock,
    pub client: reqwest::Client,
}

/// Flags for an application that is asked fast: quotas are for their own tests.
pub const QUOTAS: [&str; 6] = [
    "--tenant-quota",
    "4000000",
    "--anonymous-quota",
    "4000000",
    "--stream-seconds",
    "1",
];

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

impl App {
    /// The application that all tests of this process share.
    pub fn shared() -> &'static App {
        static SHARED: OnceLock<App> = OnceLock::new();
        SHARED.get_or_init(|| App::listen(TestDatabase::shared().clone(), &QUOTAS))
    }

    /// The one for grants that reach everybody: over a database of its own, so that the lists of
    /// all other tests stay as they are.
    pub async fn wide() -> &'static App {
        static WIDE: OnceCell<App> = OnceCell::const_new();
        let listen = async || App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
        WIDE.get_or_init(listen).await
    }

    /// An application of its own over `database`, with these flags of the command line.
    ///
    /// Blocks for a moment, and may be called from within any runtime.
    pub fn listen(database: TestDatabase, flags: &[&str]) -> App {
        let keys = Keys::ephemeral("https://maillage.test").unwrap();
        App::listen_with(database, flags, keys)
    }

    /// The same with keys that are given: those of another application, or of the test itself.
    pub fn listen_with(database: TestDatabase, flags: &[&str], keys: Keys) -> App {
        let common = [
            "maillage",
            "--bind",
            "127.0.0.1:0",
            "--public-url",
            "https://maillage.test",
        ];
        let Flags { settings } = Flags::parse_from(common.iter().chain(flags));
        let (clock, url) = (Clock::default(), database.app_url());
        let (sender, receiver) = channel();
        let (its_keys, its_clock) = (keys.clone(), clock.clone());
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let shared = server::shared(&settings, &url, its_keys, its_clock).unwrap();
                let Running { address, server } = server::listen(&settings, shared, 2).unwrap();
                sender.send(address).unwrap();
                server.await.unwrap();
            });
        });
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        App {
            address: receiver.recv().unwrap(),
            database,
            keys,
            clock,
            client,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Actor {
        Actor::new(self.clone(), None)
    }

    /// Who presents this token, whatever it is.
    pub fn bearing(&self, token: impl Into<String>) -> Actor {
        Actor::new(self.clone(), Some(token.into()))
    }

    /// Whose session this is.
    pub fn actor(&self, bearer: &Bearer) -> Actor {
        self.bearing(self.keys.sign(bearer, self.clock.now()).unwrap())
    }

    /// Software with a token, for all that the client may do.
    pub fn software(&self, bearer: &ClientBearer) -> Actor {
        let (now, scopes) = (self.clock.now(), bearer.scopes);
        let token = self
            .keys
            .sign_client(bearer.client, bearer.collectivity, scopes, now);
        self.bearing(token.unwrap())
    }

    /// Someone new who works for `tenant` with these roles.
    pub async fn member(&self, tenant: &Tenant, roles: &[Role]) -> Actor {
        self.actor(&self.database.member(tenant, roles).await)
    }

    /// Someone who runs the platform.
    pub async fn operator(&self) -> Actor {
        let Login { bearer, .. } = self.database.operator().await;
        self.actor(&bearer)
    }

    /// A collectivity that has joined.
    pub async fn tenant(&self) -> Tenant {
        self.database.tenant().await
    }
}
