//! Markdown in, with its title from a metadata block in front if there is one.

use super::ImportError;
use super::outline::{Found, Read};
use crate::limits;
use crate::parse::{self, Item};

/// Reads a Markdown file.
pub fn read(bytes: &[u8]) -> Result<Read, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::Malformed)?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if text.chars().nth(limits::CHARACTERS).is_some() {
        return Err(ImportError::TooLarge);
    }
    let (metadata, text) = front(&text);
    let title = metadata.and_then(title);
    // A control character shows nothing; a body may not have one.
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let items = parse::items(&text);
    if items.len() > limits::PARAGRAPHS {
        return Err(ImportError::TooManyParts);
    }
    let found = items.into_iter().map(|item| match item {
        Item::Heading(level, line) => Found::Heading(level, line),
        Item::Block(block) => Found::Block(block),
    });
    Ok(Read {
        title,
        found: found.collect(),
    })
}

/// The metadata block that a file may start with, and the rest.
fn front(text: &str) -> (Option<&str>, &str) {
    let inside = text.strip_prefix("---\n");
    let parted = inside.and_then(|inside| {
        let (metadata, rest) = inside.split_once("\n---\n")?;
        // A rule followed by text, and another rule, are no metadata.
        let is_member = |line: &str| line.contains(':') || line.starts_with([' ', '#', '-']);
        metadata.lines().all(is_member).then_some((metadata, rest))
    });
    match parted {
        Some((metadata, rest)) => (Some(metadata), rest),
        None => (None, text),
    }
}

fn title(metadata: &str) -> Option<String> {
    let line = metadata
        .lines()
        .find_map(|line| line.strip_prefix("title:"))?;
    let line = line.trim();
    let quoted = serde_json::from_str::<String>(line).ok();
    Some(quoted.unwrap_or_else(|| line.trim_matches(['"', '\'']).to_owned()))
}
