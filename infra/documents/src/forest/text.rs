//! Words on a drawing: cleaned, measured, shortened, put on lines.

use std::sync::LazyLock;

use typst::layout::Abs;
use typst::text::{FontInstance, FontVariant, FontVariations};

use crate::html::escaped;
use crate::limits;
use crate::pdf::FONTS;
use crate::xml::is_legal;

/// The preferred font. Those that a reader has instead are as narrow, or nearly so.
static FONT: LazyLock<Option<FontInstance>> = LazyLock::new(|| {
    let plain = FONTS.iter().find(|font| {
        let info = font.info();
        info.family == crate::pdf::FAMILIES[0] && info.variant == FontVariant::default()
    });
    let size = Abs::pt(14.0);
    plain.map(|font| {
        let font = font.clone();
        font.instantiate(FontVariant::default(), size, &FontVariations::default())
    })
});

/// Room for a font that is a little wider.
const SPARE: f64 = 1.06;

/// One line without what no reader shows or what turns the direction of its neighbours.
pub fn clean(text: &str, most: usize) -> String {
    let shown = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\t' => Some(' '),
        c if c.is_control() || !is_legal(c) => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => None,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c => Some(c),
    });
    let mut shown = shown.peekable();
    let mut kept: String = shown.by_ref().take(most).collect();
    if shown.peek().is_some() {
        kept.push('…');
    }
    kept.trim().to_owned()
}

/// A label, cleaned.
pub fn label(text: &str) -> String {
    clean(text, limits::LABEL)
}

/// Cleaned and escaped, for markup.
pub fn markup(text: &str, most: usize) -> String {
    escaped(&clean(text, most))
}

/// How wide a text is, in letters of `size`; bold ones are wider.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let width: f64 = text.chars().map(advance).sum();
    width * size * SPARE * if bold { 1.08 } else { 1.0 }
}

fn advance(c: char) -> f64 {
    let font = FONT.as_ref();
    let known = font.and_then(|font| {
        let glyph = font.ttf().glyph_index(c)?;
        font.x_advance(glyph.0)
    });
    // What another font has to show may be as wide as it is high.
    known.map_or(1.0, |advance| advance.get())
}

/// The text if it fits, or as much of it as does, with an ellipsis.
pub fn fitted(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let room = room - width("…", size, bold);
    let mut kept = String::new();
    let mut taken = 0.0;
    for c in text.chars() {
        taken += width(c.encode_utf8(&mut [0; 4]), size, bold);
        if taken > room {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// The text on at most `most` lines.
pub fn lines(text: &str, size: f64, bold: bool, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let full = lines.len() >= most;
        match lines.last_mut() {
            Some(line) if full || width(&format!("{line} {word}"), size, bold) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
        .iter()
        .map(|line| fitted(line, size, bold, room))
        .collect()
}
