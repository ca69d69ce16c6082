//! Settings: flags and environment variables, read once. Nothing else reads the environment.

use std::net::SocketAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use clap::Args;

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// Where to listen.
    #[arg(long, env = "MAILLAGE_BIND", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,

    /// The address under which the world sees the API.
    #[arg(long, env = "MAILLAGE_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Where the private PostgreSQL and the signing key are kept when they are not given.
    #[arg(long, env = "MAILLAGE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,

    /// PostgreSQL, as the role that serves (maillage_app). Without it a private one is started.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Connections to PostgreSQL that the server opens at most, all workers together.
    #[arg(long, env = "MAILLAGE_DATABASE_CONNECTIONS", default_value = "64")]
    pub database_connections: NonZeroU16,

    /// PostgreSQL, as the owner of the database: for `migrate`, `directory`, `admin`, `demo`.
    #[arg(long, env = "MAILLAGE_OWNER_DATABASE_URL", hide_env_values = true)]
    pub owner_database_url: Option<String>,

    /// The password that `migrate` gives the role maillage_app.
    #[arg(long, env = "MAILLAGE_APP_PASSWORD", hide_env_values = true)]
    pub app_password: Option<String>,

    /// Redis. Without it quotas and cache are those of the process.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,

    /// The key that signs access tokens: Ed25519, PKCS#8 PEM. Required with DATABASE_URL.
    #[arg(long, env = "MAILLAGE_SIGNING_KEY_FILE")]
    pub signing_key_file: Option<PathBuf>,

    /// How many reverse proxies stand in front: the caller's address is then read from the
    /// X-Forwarded-For that the last of them wrote. With 0 the header is ignored.
    #[arg(long, env = "MAILLAGE_PROXY_HOPS", default_value = "0")]
    pub proxy_hops: usize,

    /// Requests a minute of one tenant.
    #[arg(long, env = "MAILLAGE_TENANT_QUOTA", default_value = "6000")]
    pub tenant_quota: NonZeroU32,

    /// Requests a minute of one address without a token.
    #[arg(long, env = "MAILLAGE_ANONYMOUS_QUOTA", default_value = "600")]
    pub anonymous_quota: NonZeroU32,
}

impl Settings {
    /// The address under which the world sees the API, without a final slash.
    pub fn public_url(&self) -> String {
        let given = self
            .public_url
            .as_deref()
            .map(|url| url.trim_end_matches('/').to_owned());
        given.unwrap_or_else(|| format!("http://{}", self.bind))
    }
}
