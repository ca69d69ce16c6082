//! A Rust source file and the walk that finds them all.

use std::fs;
use std::io;
use std::path::Path;

use super::lexer::{self, Parts};

/// A file: its path from the top of the repository, with `/`, and its text.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) parts: Parts,
}

impl Source {
    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let parts = lexer::split(&text);
        Self { path, text, parts }
    }

    /// Whether the file stands below this folder, named with its closing `/`.
    pub(super) fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// Every Rust file of these crates, in the order of their paths.
pub(super) fn below(root: &Path, crates: &[&str]) -> io::Result<Vec<Source>> {
    let mut found = Vec::new();
    for name in crates {
        walk(&root.join(name), name, &mut found)?;
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(folder: &Path, path: &str, found: &mut Vec<Source>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{path}/{name}");
        if entry.file_type()?.is_dir() {
            // Build output and hidden folders are not ours to judge.
            if name != "target" && !name.starts_with('.') {
                walk(&entry.path(), &path, found)?;
            }
        } else if name.ends_with(".rs") {
            found.push(Source::new(path, fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}
