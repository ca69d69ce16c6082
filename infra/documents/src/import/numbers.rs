//! Numbers in front of headings: « Article 4 – », « 4.2. ». Clauses are numbered when shown, so a
//! number kept in a title would stand there twice.

/// `title` without its number, once; the title itself when nothing else would remain.
pub fn without<'a>(title: &'a str, path: &[usize]) -> &'a str {
    let rest = article(title).or_else(|| figures(title, path));
    match rest.map(str::trim) {
        Some(rest) if !rest.is_empty() => rest,
        _ => title,
    }
}

/// What follows « Article 4 – », whatever the number.
fn article(title: &str) -> Option<&str> {
    let word = ["article", "art."].iter().find_map(|word| {
        let (start, rest) = title.split_at_checked(word.len())?;
        start.eq_ignore_ascii_case(word).then_some(rest)
    })?;
    let word = word.strip_prefix(is_space)?.trim_start_matches(is_space);
    let after = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if after.len() == word.len() {
        return None;
    }
    // « Article 1. Objet » : the dot was taken with the figures.
    if word.len() > after.len() && word.get(..word.len() - after.len())?.ends_with('.') {
        return after.strip_prefix(is_space);
    }
    let after = after.strip_prefix("er").unwrap_or(after);
    separated(after)
}

/// What follows the figures of this very place: « 4.2 – », « 4. », « 4) ».
fn figures<'a>(title: &'a str, path: &[usize]) -> Option<&'a str> {
    let place: Vec<String> = path.iter().map(usize::to_string).collect();
    let after = title.strip_prefix(&place.join("."))?;
    if let Some(rest) = after.strip_prefix(['.', ')']) {
        return rest.strip_prefix(is_space);
    }
    let bare = after.strip_prefix(is_space).filter(|_| path.len() > 1);
    separated(after).or(bare)
}

fn separated(after: &str) -> Option<&str> {
    let after = after.trim_start_matches(is_space);
    let rest = after.strip_prefix(['–', '—', '-', ':', '.'])?;
    rest.strip_prefix(is_space)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}
