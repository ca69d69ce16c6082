//! The user under which PostgreSQL runs: ourselves, or another one when we are root.
//!
//! PostgreSQL refuses uid 0. Root therefore gives the cluster to the user that already owns it,
//! else to `postgres`, else to `nobody`, and everything below checks that this user can reach it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{getegid, geteuid};

use super::error::{Doing as _, EmbeddedError};

/// The user under which PostgreSQL runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) name: String,
    /// We are root and become this user; otherwise it is ourselves.
    switch: bool,
}

impl Identity {
    /// Who runs the cluster kept in `data`, whether or not it exists yet.
    pub(super) fn for_cluster(data: &Path) -> Result<Self, EmbeddedError> {
        let owner = fs::metadata(data).ok().map(|it| (it.uid(), it.gid()));
        if !geteuid().is_root() {
            let uid = geteuid().as_raw();
            return match owner {
                Some((owner, _)) if owner != uid => Err(EmbeddedError::NotOurs {
                    dir: data.to_owned(),
                    owner,
                }),
                _ => Ok(Self {
                    uid,
                    gid: getegid().as_raw(),
                    name: uid.to_string(),
                    switch: false,
                }),
            };
        }
        if let Some((uid, gid)) = owner
            && uid != 0
        {
            return Ok(Self {
                uid,
                gid,
                name: format!("uid {uid}"),
                switch: true,
            });
        }
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).doing("Lecture de", path)?;
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| user(&passwd, name))
            .ok_or(EmbeddedError::NoUser)
    }

    /// Makes `command` run as this user, without the groups of root.
    pub(super) fn apply(&self, command: &mut Command) {
        if self.switch {
            // The standard library drops supplementary groups when root sets a uid.
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Whether we must hand over what we create.
    pub(super) fn is_other(&self) -> bool {
        self.switch
    }

    /// Refuses a directory that this user cannot enter, naming the one that is closed.
    pub(super) fn check_reach(&self, dir: &Path) -> Result<(), EmbeddedError> {
        match self.closed_on_the_way(dir) {
            None => Ok(()),
            Some(closed) => Err(EmbeddedError::Closed {
                closed,
                wanted: dir.to_owned(),
                user: self.name.clone(),
            }),
        }
    }

    /// The first directory, from the root down to `dir` itself, that this user cannot enter.
    ///
    /// Only asked when we are root: an ordinary user meets the system's own refusal.
    pub(super) fn closed_on_the_way(&self, dir: &Path) -> Option<PathBuf> {
        if !self.switch {
            return None;
        }
        let mut way: Vec<&Path> = dir.ancestors().collect();
        way.reverse();
        way.into_iter()
            .find(|step| fs::metadata(step).is_ok_and(|it| !self.may_enter(&it)))
            .map(Path::to_owned)
    }

    fn may_enter(&self, dir: &fs::Metadata) -> bool {
        let bit = if dir.uid() == self.uid {
            0o100
        } else if dir.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        dir.mode() & bit != 0
    }
}

/// The line of `/etc/passwd` for `name`, unless it is root under another name.
fn user(passwd: &str, name: &str) -> Option<Identity> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next()? == name;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (found && uid != 0).then(|| Identity {
            uid,
            gid,
            name: name.to_owned(),
            switch: true,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n\
        broken\n\
        postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn a_user_is_read_from_passwd_and_root_never_is() {
        let ids = |name| user(PASSWD, name).map(|it| (it.uid, it.gid));
        assert_eq!(ids("postgres"), Some((101, 104)));
        assert_eq!(ids("nobody"), Some((65534, 65534)));
        assert_eq!(ids("root"), None);
        assert_eq!(ids("broken"), None);
    }

    #[test]
    fn the_way_to_the_system_programs_is_open_to_all() {
        let nobody = user(PASSWD, "nobody");
        assert_eq!(
            nobody.and_then(|it| it.closed_on_the_way(Path::new("/usr/bin"))),
            None
        );
    }
}
