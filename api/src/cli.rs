//! The commands of the `maillage` binary.

mod archives;

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::net::{IpAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use maillage_domain::value::EmailAddress;
use maillage_infra::ambient::{Clock, allow_many_files};
use maillage_infra::demo;
use maillage_infra::embedded::{Cluster, Durability, usable_dir};
use maillage_infra::identity::{self, Keys, Passwords, directory_file};
use maillage_infra::migrate;
use maillage_infra::store::Store;

use crate::server::{self, Running};
use crate::settings::Settings;

/// Maillage : la plateforme commune de gouvernance de l'IA des collectivités.
#[derive(Debug, Parser)]
#[command(name = "maillage", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sert l'API (par défaut).
    Serve,
    /// Met la base à jour et charge l'annuaire national.
    Migrate,
    /// Ajoute le contenu de démonstration, fictif, à la base.
    Demo,
    /// L'annuaire national.
    #[command(subcommand)]
    Directory(DirectoryCommand),
    /// L'administration de la plateforme.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Écrit l'archive signée de tout ce qu'a une collectivité.
    Export(archives::Export),
    /// Reprend une collectivité d'une archive, là où elle n'est pas encore membre.
    Import(archives::Import),
    /// Demande au serveur local s'il est prêt.
    Doctor,
    /// Écrit le contrat OpenAPI sur la sortie standard.
    Openapi,
    /// Écrit la description AsyncAPI des événements sur la sortie standard.
    Asyncapi,
}

#[derive(Debug, Subcommand)]
enum DirectoryCommand {
    /// Recharge dans la base l'annuaire livré avec le programme.
    Load,
    /// Reconstruit le fichier livré à partir du paquet npm décompressé.
    Refresh {
        /// Le dossier du paquet @etalab/decoupage-administratif.
        package: PathBuf,
        /// Le fichier à écrire : infra/data/directory.csv.zst.
        output: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Crée un compte d'opérateur ; le mot de passe est lu sur l'entrée standard.
    Operator {
        /// Son adresse.
        email: EmailAddress,
        /// Son nom.
        name: String,
    },
    /// Donne un nouveau mot de passe à une personne ; il est lu sur l'entrée standard.
    Password {
        /// Son adresse.
        email: EmailAddress,
    },
}

type Failure = Box<dyn std::error::Error>;

/// Runs the command line.
pub fn main() -> ExitCode {
    let Cli { command, settings } = Cli::parse();
    let done = match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(&settings),
        Command::Migrate => on_runtime(migrate(&settings)),
        Command::Demo => on_runtime(seed(&settings)),
        Command::Directory(DirectoryCommand::Load) => on_runtime(load(&settings)),
        Command::Directory(DirectoryCommand::Refresh { package, output }) => {
            refresh(&package, &output)
        }
        Command::Admin(AdminCommand::Operator { email, name }) => {
            on_runtime(create_operator(&settings, email, name))
        }
        Command::Admin(AdminCommand::Password { email }) => {
            on_runtime(set_password(&settings, email))
        }
        Command::Export(asked) => archives::export(&settings, &asked),
        Command::Import(asked) => archives::import(&settings, &asked),
        Command::Doctor => doctor(&settings),
        Command::Openapi => print(&crate::document::text(PUBLISHED)),
        Command::Asyncapi => print(&crate::document::events::text(PUBLISHED)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "maillage : {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The server address that stands in the committed contract.
pub const PUBLISHED: &str = "https://maillage.example";

fn print(text: &str) -> Result<(), Failure> {
    Ok(io::stdout().write_all(text.as_bytes())?)
}

fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Runs what needs the database but no server. Migrations need several threads.
fn on_runtime<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

fn owner_url(settings: &Settings) -> Result<&str, Failure> {
    let url = settings.owner_database_url.as_deref();
    url.ok_or_else(|| "MAILLAGE_OWNER_DATABASE_URL est nécessaire pour cette commande".into())
}

async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let owner = owner_url(settings)?;
    say("Migrations…");
    migrate::migrate(owner).await?;
    if let Some(password) = &settings.app_password {
        migrate::set_app_password(owner, password).await?;
    }
    say("Annuaire national…");
    migrate::load_shipped_directory(owner, false).await?;
    say("Base à jour.");
    Ok(())
}

async fn load(settings: &Settings) -> Result<(), Failure> {
    let rows = migrate::load_shipped_directory(owner_url(settings)?, true).await?;
    say(&format!("{rows} organismes chargés."));
    Ok(())
}

async fn seed(settings: &Settings) -> Result<(), Failure> {
    let app = settings
        .database_url
        .as_deref()
        .ok_or("DATABASE_URL est nécessaire")?;
    let store = Store::new(app, 2, Clock::default())?;
    seed_demo(owner_url(settings)?, &store).await?;
    announce_accounts()
}

async fn seed_demo(owner: &str, store: &Store) -> Result<(), Failure> {
    demo::seed(owner, store, &Passwords::new()?, &say).await?;
    Ok(())
}

fn announce_accounts() -> Result<(), Failure> {
    say(&format!(
        "\nComptes de démonstration (fictifs), mot de passe « {} » :",
        demo::PASSWORD
    ));
    for account in demo::accounts() {
        let collectivity = account.collectivity.unwrap_or("la plateforme");
        say(&format!(
            "  {:<40} {} · {collectivity}",
            account.email, account.role
        ));
    }
    let client = demo::software()?;
    say(&format!(
        "\nClient OAuth de démonstration (fictif), pour {} :\n  client_id      {}\n  \
         client_secret  {}\n  scopes         {}",
        client.collectivity, client.id, client.secret, client.scopes
    ));
    Ok(())
}

async fn create_operator(
    settings: &Settings,
    email: EmailAddress,
    name: String,
) -> Result<(), Failure> {
    let password = asked_password()?;
    let password = maillage_domain::identity::Password::choose(password, &email, &name)?;
    let hash = Passwords::new()?.hash(password.expose().to_owned()).await?;
    identity::create_operator(owner_url(settings)?, &email, &name.try_into()?, &hash).await?;
    say("Opérateur créé.");
    Ok(())
}

async fn set_password(settings: &Settings, email: EmailAddress) -> Result<(), Failure> {
    let (owner, password) = (owner_url(settings)?, asked_password()?);
    identity::set_password(owner, &email, password, &Passwords::new()?).await?;
    say("Mot de passe enregistré ; les sessions ouvertes de cette personne sont closes.");
    Ok(())
}

fn asked_password() -> Result<String, Failure> {
    let mut password = String::new();
    io::stdin().take(1_024).read_to_string(&mut password)?;
    Ok(password.trim_end_matches(['\n', '\r']).to_owned())
}

fn refresh(package: &Path, output: &Path) -> Result<(), Failure> {
    let report = directory_file::refresh(package, output)?;
    for (kind, count) in report.counts {
        say(&format!("{count:>7} {kind}"));
    }
    Ok(())
}

/// Asks `/health/ready` of the local server, for container health checks.
fn doctor(settings: &Settings) -> Result<(), Failure> {
    let mut address = settings.bind;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let patience = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    write!(
        stream,
        "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(16 * 1024).read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    if status.contains(" 200 ") {
        Ok(())
    } else {
        Err(format!("pas prêt : {status}").into())
    }
}

/// Serves: the database first, then the listener, until told to stop.
fn serve(settings: &Settings) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        // What strangers send that is no HTTP is answered, and is no error of ours.
        .with_env_filter(filter.unwrap_or_else(|_| "warn,maillage=info,actix_http=off".into()))
        .with_writer(io::stderr)
        // Colours are for eyes; in a file they are noise around every field.
        .with_ansi(io::stderr().is_terminal())
        .init();
    allow_many_files();
    match &settings.database_url {
        Some(url) => {
            let key = settings.signing_key_file.as_deref();
            let key = key.ok_or("avec DATABASE_URL, MAILLAGE_SIGNING_KEY_FILE est nécessaire")?;
            let keys = Keys::load(key, false, &settings.public_url())?;
            on_runtime(async { Ok(migrate::check(url).await?) })?;
            run(settings, url, keys)
        }
        None => serve_embedded(settings),
    }
}

/// Serves with a private PostgreSQL and demo content: what a newcomer's `cargo run` does.
fn serve_embedded(settings: &Settings) -> Result<(), Failure> {
    // A directory a person chose is theirs: only the default one may move.
    let dir = match &settings.data_dir {
        Some(dir) => dir.clone(),
        None => usable_dir(Path::new(".maillage"), &say)?,
    };
    // From this thread, which outlives the cluster: the kernel stops PostgreSQL with it.
    let mut cluster = Cluster::start(&dir, Durability::Durable, &say)?;
    let owner = cluster.url(Cluster::OWNER, "postgres");
    let app = cluster.url("maillage_app", "postgres");
    let keys = match &settings.signing_key_file {
        Some(file) => Keys::load(file, false, &settings.public_url())?,
        None => Keys::load(&dir.join("signing-key.pem"), true, &settings.public_url())?,
    };
    on_runtime(async {
        say("Migrations…");
        migrate::migrate(&owner).await?;
        say("Annuaire national…");
        migrate::load_shipped_directory(&owner, false).await?;
        migrate::check(&app).await?;
        let store = Store::new(&app, 2, Clock::default())?;
        demonstrate(settings.bind.ip(), &owner, &store).await
    })?;
    // This thread started PostgreSQL and must outlive it: it watches over it while another serves.
    let its_settings = settings.clone();
    let serving = std::thread::spawn(move || {
        run(&its_settings, &app, keys).map_err(|failure| failure.to_string())
    });
    cluster.watch(&|| serving.is_finished(), &say)?;
    say("Arrêt de la base PostgreSQL privée…");
    cluster.stop()?;
    let ran = serving.join();
    Ok(ran.unwrap_or_else(|_| Err("le serveur s'est interrompu".to_owned()))?)
}

/// Seeds the demo of a private database: its passwords are published, so only on one's own machine.
///
/// # Errors
/// When others could reach the accounts of a demo that was seeded before.
pub async fn demonstrate(bind: IpAddr, owner: &str, store: &Store) -> Result<(), Failure> {
    if bind.is_loopback() {
        // Without its demo the server is still a server.
        if let Err(failure) = seed_demo(owner, store).await {
            say(&failure.to_string());
        }
        return Ok(());
    }
    if demo::present(store).await? {
        return Err(
            "la base privée contient les comptes de démonstration, dont le mot de passe \
             est public : écoutez sur une adresse locale, ou choisissez un autre MAILLAGE_DATA_DIR"
                .into(),
        );
    }
    say("Pas de contenu de démonstration : l'adresse d'écoute est publique.");
    Ok(())
}

fn run(settings: &Settings, database_url: &str, keys: Keys) -> Result<(), Failure> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(async {
        let shared = server::shared(settings, database_url, keys, Clock::default())?;
        let Running { address, server } = server::listen(settings, shared, workers)?;
        say(&format!(
            "\nMaillage écoute sur http://{address}\n  API            http://{address}/v1\n  \
             Documentation  http://{address}/docs/\n  Contrat        http://{address}/openapi.json"
        ));
        if settings.database_url.is_none() && settings.bind.ip().is_loopback() {
            announce_accounts()?;
        }
        say("\nCtrl-C pour arrêter.");
        server.await?;
        Ok(())
    })
}
