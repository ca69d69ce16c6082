//! `maillage export` and `maillage import`: a collectivity leaves with everything, or arrives with it.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use maillage_domain::value::Siren;
use maillage_infra::embedded::{Cluster, Durability, usable_dir};
use maillage_infra::identity::Keys;
use maillage_infra::migrate;
use maillage_infra::partners::archive::{self, Exported, Imported};

use super::{Failure, on_runtime, say};
use crate::partners::exports::markdown;
use crate::settings::Settings;

/// What to take away.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Le SIREN de la collectivité.
    siren: Siren,
    /// L'archive à écrire ; sa signature est écrite à côté, sous le même nom suivi de « .jws ».
    #[arg(long)]
    to: PathBuf,
}

/// What to bring.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// L'archive.
    file: PathBuf,
    /// Sa signature. Sans elle, le fichier de même nom suivi de « .jws ».
    #[arg(long)]
    signature: Option<PathBuf>,
    /// Les clés publiques de l'instance qui l'a exportée : le contenu de son adresse
    /// /.well-known/jwks.json, obtenu d'une source sûre.
    #[arg(long)]
    issuer_keys: PathBuf,
    /// La collectivité attendue : une archive d'une autre est refusée.
    #[arg(long)]
    siren: Option<Siren>,
}

/// Where the owner of the database is, and the key of the instance: as set, or the private ones.
struct Place {
    owner: String,
    key: Option<PathBuf>,
    /// Stopped in the end.
    cluster: Option<Cluster>,
}

impl Place {
    fn of(settings: &Settings) -> Result<Self, Failure> {
        let key = settings.signing_key_file.clone();
        if let Some(owner) = &settings.owner_database_url {
            let (owner, cluster) = (owner.clone(), None);
            return Ok(Self {
                owner,
                key,
                cluster,
            });
        }
        if settings.database_url.is_some() {
            return Err("MAILLAGE_OWNER_DATABASE_URL est nécessaire pour cette commande".into());
        }
        // Nobody else runs it now: the directory is locked by whoever does.
        let dir = match &settings.data_dir {
            Some(dir) => dir.clone(),
            None => usable_dir(Path::new(".maillage"), &say)?,
        };
        let cluster = Cluster::start(&dir, Durability::Durable, &say)?;
        Ok(Self {
            owner: cluster.url(Cluster::OWNER, "postgres"),
            key: key.or_else(|| Some(dir.join("signing-key.pem"))),
            cluster: Some(cluster),
        })
    }

    fn leave<T>(self, done: Result<T, Failure>) -> Result<T, Failure> {
        if let Some(cluster) = self.cluster {
            cluster.stop()?;
        }
        done
    }
}

/// Writes an archive and its signature, unless there is such a file already.
pub(super) fn export(settings: &Settings, asked: &Export) -> Result<(), Failure> {
    let mut place = Place::of(settings)?;
    let done = write(settings, &mut place, asked);
    let exported = place.leave(done)?;
    say(&format!(
        "{} ({}) : {} lignes, {} octets\nSHA-256 {}\nArchive   {}\nSignature {}",
        exported.collectivity.name,
        exported.collectivity.siren,
        exported.lines,
        exported.bytes,
        exported.sha256,
        asked.to.display(),
        beside(&asked.to).display(),
    ));
    Ok(())
}

fn write(settings: &Settings, place: &mut Place, asked: &Export) -> Result<Exported, Failure> {
    let private = place.cluster.is_some();
    let key = place.key.as_deref();
    let key = key.ok_or("MAILLAGE_SIGNING_KEY_FILE est nécessaire pour signer l'archive")?;
    let keys = Keys::load(key, private, &settings.public_url())?;
    let signature = beside(&asked.to);
    let file = create(&asked.to)?;
    let done = create(&signature).and_then(|signed| {
        let exported = on_runtime(async {
            let exporting =
                archive::export_of_owner(&place.owner, &asked.siren, &keys, &markdown, file);
            Ok(exporting.await?)
        })?;
        io::Write::write_all(&mut &signed, exported.signature.as_bytes())?;
        signed.sync_all()?;
        Ok(exported)
    });
    if done.is_err() {
        // Half an archive is none.
        let _ = std::fs::remove_file(&asked.to);
        let _ = std::fs::remove_file(&signature);
    }
    done
}

/// A file that only its owner may read, because people are in it.
fn create(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true).mode(0o600);
    let file = options.open(path);
    file.map_err(|error| format!("{} : {error}", path.display()).into())
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".jws");
    name.into()
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path);
    text.map_err(|error| format!("{} : {error}", path.display()).into())
}

/// Takes an archive in, whole or not at all.
pub(super) fn import(settings: &Settings, asked: &Import) -> Result<(), Failure> {
    let signature = asked
        .signature
        .clone()
        .unwrap_or_else(|| beside(&asked.file));
    let (signature, keys) = (read(&signature)?, read(&asked.issuer_keys)?);
    let file = File::open(&asked.file);
    let file = file.map_err(|error| format!("{} : {error}", asked.file.display()))?;
    let place = Place::of(settings)?;
    let done = on_runtime(async {
        if place.cluster.is_some() {
            migrate::migrate(&place.owner).await?;
            migrate::load_shipped_directory(&place.owner, false).await?;
        }
        let signature = signature.trim();
        let wanted = asked.siren.as_ref();
        Ok(archive::import(&place.owner, file, signature, &keys, wanted).await?)
    });
    tell(&place.leave(done)?);
    Ok(())
}

fn tell(imported: &Imported) {
    let Imported {
        collectivity,
        lines,
        broken_at,
        without_password,
    } = imported;
    say(&format!(
        "{} ({}) : {lines} lignes importées, identiques à l'export.",
        collectivity.name, collectivity.siren
    ));
    if let Some(sequence) = broken_at {
        say(&format!(
            "Attention : la piste d'audit ne se vérifie pas à partir de l'enregistrement {sequence} ; \
             il en était ainsi à l'export."
        ));
    }
    if !without_password.is_empty() {
        say("Sans mot de passe ici (maillage admin password ADRESSE) :");
        for address in without_password {
            say(&format!("  {address}"));
        }
    }
}
