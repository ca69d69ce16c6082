//! Settings: flags and environment variables, read once. Nothing else reads the environment.
//!
//! What stands above each is shown by `--help`, hence in French, as all that an operator reads.

use std::net::SocketAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use clap::Args;
use maillage_domain::partners::Network;

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// L'adresse d'écoute.
    #[arg(long, env = "MAILLAGE_BIND", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,

    /// L'adresse sous laquelle le monde voit l'API.
    #[arg(long, env = "MAILLAGE_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Le dossier de la base PostgreSQL privée et de la clé de signature, quand elles ne sont pas
    /// données. Sans lui, .maillage.
    #[arg(long, env = "MAILLAGE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,

    /// PostgreSQL, sous le rôle qui sert (maillage_app). Sans elle, une base privée est lancée.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Connexions à PostgreSQL que le serveur ouvre au plus, tous ses fils d'exécution ensemble.
    #[arg(long, env = "MAILLAGE_DATABASE_CONNECTIONS", default_value = "64")]
    pub database_connections: NonZeroU16,

    /// PostgreSQL, sous le propriétaire de la base : pour migrate, directory, admin et demo.
    #[arg(long, env = "MAILLAGE_OWNER_DATABASE_URL", hide_env_values = true)]
    pub owner_database_url: Option<String>,

    /// Le mot de passe que migrate donne au rôle maillage_app.
    #[arg(long, env = "MAILLAGE_APP_PASSWORD", hide_env_values = true)]
    pub app_password: Option<String>,

    /// Redis. Sans lui, quotas et cache sont ceux du processus.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,

    /// La clé qui signe les jetons d'accès : Ed25519, PKCS#8 PEM. Nécessaire avec DATABASE_URL.
    #[arg(long, env = "MAILLAGE_SIGNING_KEY_FILE")]
    pub signing_key_file: Option<PathBuf>,

    /// Le nombre de serveurs mandataires placés devant : l'adresse de l'appelant est lue dans le
    /// X-Forwarded-For qu'a écrit le dernier. Avec 0, l'en-tête est ignoré.
    #[arg(long, env = "MAILLAGE_PROXY_HOPS", default_value = "0")]
    pub proxy_hops: usize,

    /// Réseaux où les webhooks peuvent mener en plus de l'internet public, en HTTP aussi, pour le
    /// développement : 127.0.0.0/8 par exemple. Aucun en production.
    #[arg(
        long,
        env = "MAILLAGE_WEBHOOK_NETWORKS",
        value_delimiter = ',',
        value_parser = network
    )]
    pub webhook_networks: Vec<Network>,

    /// Requêtes par minute d'une collectivité.
    #[arg(long, env = "MAILLAGE_TENANT_QUOTA", default_value = "6000")]
    pub tenant_quota: NonZeroU32,

    /// Requêtes par minute d'un logiciel, dans le quota de sa collectivité.
    #[arg(long, env = "MAILLAGE_CLIENT_QUOTA", default_value = "3000")]
    pub client_quota: NonZeroU32,

    /// Durée d'un flux d'événements, en secondes : son lecteur le rouvre ensuite, là où il en est.
    #[arg(long, env = "MAILLAGE_STREAM_SECONDS", default_value = "600")]
    pub stream_seconds: NonZeroU16,

    /// Requêtes par minute d'une adresse sans jeton.
    #[arg(long, env = "MAILLAGE_ANONYMOUS_QUOTA", default_value = "600")]
    pub anonymous_quota: NonZeroU32,
}

fn network(text: &str) -> Result<Network, String> {
    let wanted = "attendu : un réseau en notation CIDR, sans bits d'hôte";
    text.parse().map_err(|_| wanted.to_owned())
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
