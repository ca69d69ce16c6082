//! Tells code, comments and literals apart, so that no rule trips over prose.
//!
//! Not a Rust lexer: it knows just enough to know where a comment or a literal ends.

/// The same text three times, each line of each where it was in the file.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The code, with spaces where comments and literals stood.
    pub(super) code: String,
    /// The comments, with spaces where everything else stood.
    pub(super) comments: String,
    /// What stands between quotes, each with the line it starts on.
    pub(super) literals: Vec<(usize, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    /// A string of any flavour.
    Literal,
    /// A character: not a text, and not code either (`'"'` opens no string).
    Character,
}

/// Takes a file apart.
pub(super) fn split(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut line = 1;
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, length) = first_token(rest);
        let (token, tail) = rest.split_at(length);
        push(&mut parts.code, token, kind == Kind::Code);
        push(&mut parts.comments, token, kind == Kind::Comment);
        if kind == Kind::Literal {
            parts.literals.push((line, unquoted(token).to_owned()));
        }
        line += token.matches('\n').count();
        rest = tail;
    }
    parts
}

/// Adds the token, or as much blank space over as many lines.
fn push(view: &mut String, token: &str, visible: bool) {
    if visible {
        view.push_str(token);
    } else {
        view.extend(token.chars().map(|c| if c == '\n' { c } else { ' ' }));
    }
}

fn unquoted(literal: &str) -> &str {
    let inner = literal.split_once('"').map_or(literal, |(_, rest)| rest);
    inner.rsplit_once('"').map_or(inner, |(text, _)| text)
}

/// The kind of what `rest` begins with, and its length; `rest` is not empty.
fn first_token(rest: &str) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if let Some(length) = raw_string(rest) {
        return (Kind::Literal, length);
    }
    if rest.starts_with('"') {
        return (Kind::Literal, quoted(rest, '"'));
    }
    if let Some(length) = character(rest) {
        return (Kind::Character, length);
    }
    (Kind::Code, rest.chars().next().map_or(1, char::len_utf8))
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut skip = false;
    for ((at, first), second) in rest.char_indices().zip(rest.chars().skip(1)) {
        if skip {
            skip = false;
            continue;
        }
        match (first, second) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => continue,
        }
        skip = true;
        if depth == 0 {
            return at + 2;
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#`, and the same after `b` or `c`; a raw identifier is none.
fn raw_string(rest: &str) -> Option<usize> {
    let after = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix))?;
    let text = after.trim_start_matches('#');
    let hashes = after.len() - text.len();
    let text = text.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let opening = rest.len() - text.len();
    Some(
        text.find(&end)
            .map_or(rest.len(), |at| opening + at + end.len()),
    )
}

/// The length up to the closing quote; a backslash hides what follows it.
fn quoted(rest: &str, quote: char) -> usize {
    let mut hidden = true; // the opening quote closes nothing
    for (at, c) in rest.char_indices() {
        match c {
            _ if hidden => hidden = false,
            '\\' => hidden = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `'x'` and `'\n'` are characters; `'a` is a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut chars = inside.chars();
    let first = chars.next()?;
    (first == '\\' || chars.next() == Some('\'')).then(|| quoted(rest, '\''))
}

#[test]
fn comments_leave_the_code_and_keep_their_lines() {
    let parts = split("a // b\n/* c /* d */ \"e\n*/ f\n");
    assert_eq!(
        parts.code.split_whitespace().collect::<Vec<_>>(),
        ["a", "f"]
    );
    assert_eq!(parts.code.lines().nth(2).map(str::trim), Some("f"));
    assert!(parts.comments.contains("// b") && parts.comments.contains("d */ \"e"));
    assert!(parts.literals.is_empty());
}

#[test]
fn literals_leave_the_code() {
    let parts = split("x(\"// a \\\" b\",\n r#\"c \"d\" // e\"#, br\"f\", b\"g\\\\\") // h");
    let texts: Vec<_> = parts
        .literals
        .iter()
        .map(|(line, t)| (*line, t.as_str()))
        .collect();
    let expected = [
        (1, "// a \\\" b"),
        (2, "c \"d\" // e"),
        (2, "f"),
        (2, "g\\\\"),
    ];
    assert_eq!(texts, expected);
    assert_eq!(parts.comments.trim(), "// h");
    assert!(!parts.code.contains('e'));
}

#[test]
fn characters_open_no_string_and_lifetimes_no_character() {
    let parts = split("f::<'a>('\"', '\\'', 'é', r#type, \"s\"); fn g<'b>() {}");
    assert_eq!(parts.literals, [(1, "s".to_owned())]);
    assert!(parts.code.contains("'a>") && parts.code.contains("r#type"));
    assert!(parts.code.contains("fn g<'b>() {}") && !parts.code.contains('é'));
}

#[test]
fn what_is_never_closed_ends_with_the_file() {
    for text in ["\"a", "r#\"a\"", "/* a", "'\\", "// a"] {
        assert_eq!(split(text).code.trim(), "", "{text}");
    }
}
