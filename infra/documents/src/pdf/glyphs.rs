//! Signs that no font here has: PDF/A and PDF/UA refuse the empty box, so they are spelt out.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::world::{FAMILIES, FONTS};

/// Which signs may stand as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Those that some font has in every weight and slope.
    Any,
    /// Those of the first font alone, without any that combine.
    Plain,
}

/// What `FAMILIES` have: for each family, what all its fonts have.
static COVERED: LazyLock<Vec<HashSet<u32>>> = LazyLock::new(|| {
    let families = FAMILIES.iter().map(|family| {
        let fonts = FONTS.iter().filter(|font| font.info().family == *family);
        let covered = fonts.map(|font| font.info().coverage.iter().collect::<HashSet<u32>>());
        covered
            .reduce(|all, one| all.intersection(&one).copied().collect())
            .unwrap_or_default()
    });
    families.collect()
});

/// `text` with every sign that cannot be shown spelt in Latin letters, or left out if it has no
/// sound: « 😀 » becomes « [grinning] ».
pub fn shown(text: &str, coverage: Coverage) -> Cow<'_, str> {
    if text.chars().all(|c| stands(c, coverage)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if stands(c, coverage) {
            shown.push(c);
            continue;
        }
        match deunicode::deunicode_char(c).map(str::trim) {
            Some("") => {}
            // A letter of another script reads on; a picture stands apart.
            Some(latin) if c.is_alphabetic() => shown.push_str(latin),
            Some(name) => shown.extend(["[", name, "]"]),
            None if is_silent(c) => {}
            None => shown.push('?'),
        }
    }
    Cow::Owned(shown)
}

fn stands(c: char, coverage: Coverage) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control() || c == '\n' || c == '\t';
    }
    if is_silent(c) {
        return false;
    }
    match coverage {
        Coverage::Any => COVERED.iter().any(|family| family.contains(&u32::from(c))),
        Coverage::Plain => {
            let first = COVERED.first();
            let has = first.is_some_and(|family| family.contains(&u32::from(c)));
            has && (c.is_alphanumeric() || "«»’‘“”–—…•·°€œŒ§©\u{a0}\u{202f}".contains(c))
        }
    }
}

/// Whether a sign has no form of its own, or none that everyone knows (private use).
fn is_silent(c: char) -> bool {
    matches!(
        u32::from(c),
        0x80..=0x9f | 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
            | 0xe000..=0xf8ff | 0xfe00..=0xfe0f | 0xfeff | 0xfff0..=0xfffb | 0xfffe..=0xffff
            | 0xe0000..=0xe0fff | 0xf0000..
    )
}
