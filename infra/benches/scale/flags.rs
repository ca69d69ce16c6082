//! The flags of the benchmark: sizes, and how long to measure.

use std::path::PathBuf;

use crate::Failure;

const HELP: &str = "\
Flags, with their defaults:
  --tenants 36000        tenants of the big database; the small one has 4
  --resources 1000000    resources of the big database; the small one has as many per tenant
  --documents 1000000    at most so many of its resources can be searched
  --public 10            per mille of the published resources that are granted to the public
  --calls 3000           timed calls per question and database
  --callers 12           who asks, in turn: the more, the less of what they need is in the processor's caches
  --shared-buffers 4GB   of the cluster: everything fits
  --dir DIR              keep the cluster there, and use what an earlier run has built
";

/// What the caller chose.
#[derive(Debug)]
pub struct Flags {
    pub tenants: u32,
    pub resources: u32,
    pub documents: u32,
    pub public: u32,
    pub calls: usize,
    pub callers: i64,
    pub shared_buffers: String,
    dir: Option<PathBuf>,
}

/// The directory of the cluster; it goes with this value unless the caller chose it.
#[derive(Debug)]
pub struct Place {
    pub dir: PathBuf,
    kept: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}

impl Flags {
    /// Reads the command line; nothing when only help was asked for.
    pub fn read() -> Result<Option<Self>, Failure> {
        let mut flags = Self {
            tenants: 36_000,
            resources: 1_000_000,
            documents: 1_000_000,
            public: 10,
            calls: 3_000,
            callers: 12,
            shared_buffers: "4GB".to_owned(),
            dir: None,
        };
        let mut given = std::env::args().skip(1);
        while let Some(flag) = given.next() {
            // Cargo says so to every benchmark.
            if flag == "--bench" {
                continue;
            }
            if flag == "--help" {
                print!("{HELP}");
                return Ok(None);
            }
            let value = given.next().ok_or(HELP)?;
            match flag.as_str() {
                "--tenants" => flags.tenants = value.parse()?,
                "--resources" => flags.resources = value.parse()?,
                "--documents" => flags.documents = value.parse()?,
                "--public" => flags.public = value.parse()?,
                "--calls" => flags.calls = value.parse()?,
                "--callers" => flags.callers = value.parse()?,
                "--shared-buffers" => flags.shared_buffers = value,
                "--dir" => flags.dir = Some(value.into()),
                _ => return Err(HELP.into()),
            }
        }
        Ok(Some(flags))
    }

    /// Where the cluster goes.
    pub fn place(&self) -> Place {
        let name = format!("maillage-scale-{}", std::process::id());
        Place {
            kept: self.dir.is_some(),
            dir: self
                .dir
                .clone()
                .unwrap_or_else(|| std::env::temp_dir().join(name)),
        }
    }
}
