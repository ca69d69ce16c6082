//! Escaping for Markdown: words that show as they are, and variables that stay variables.

/// Words within a line. `{{name}}` stays, other braces are kept from looking like one.
pub fn words(text: &str) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text.as_str();
    let mut before: Option<char> = None;
    while let Some(c) = rest.chars().next() {
        if let Some(variable) = variable_at(rest) {
            escaped.push_str(variable);
            rest = rest.get(variable.len()..).unwrap_or_default();
            before = Some('}');
            continue;
        }
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        let marks = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' => true,
            '_' => {
                !(before.is_some_and(char::is_alphanumeric)
                    && next.is_some_and(char::is_alphanumeric))
            }
            '{' => next == Some('{') || before == Some('{'),
            '&' => is_entity(after),
            _ => false,
        };
        if marks {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
        rest = after;
    }
    escaped
}

/// A heading: one line, whose `#` are words.
pub fn line(text: &str) -> String {
    words(text.trim()).replace('#', "\\#")
}

/// Escapes what would start a list, a heading, a rule or a quotation, on each line of a paragraph.
pub fn line_starts(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let line = line.trim_start_matches([' ', '\t']);
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let marks = line.starts_with(['#', '>', '-', '+', '=']) || line.starts_with(":-");
        match line.get(digits..) {
            _ if marks => format!("\\{line}"),
            Some(rest) if digits > 0 && rest.starts_with(['.', ')']) => {
                format!("{}\\{rest}", line.get(..digits).unwrap_or_default())
            }
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The names of the variables in a Markdown text, as written.
pub fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim())
}

/// Whether two braces open something that is no variable.
pub fn has_loose_braces(text: &str) -> bool {
    braces_apart(text) != text
}

/// Parts the braces that open something that is no variable: code has no escapes.
pub fn braces_apart(text: &str) -> String {
    let mut apart = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(variable) = variable_at(rest) {
            apart.push_str(variable);
            rest = rest.get(variable.len()..).unwrap_or_default();
            continue;
        }
        if c == '{' && apart.ends_with('{') {
            apart.push(' ');
        }
        apart.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    apart
}

/// The variable that `text` starts with, braces included.
fn variable_at(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix("{{")?.split_once("}}")?;
    let trimmed = name.trim_matches(' ');
    let built_in = maillage_domain::commons::BUILT_IN.contains(&trimmed);
    (built_in || is_name(trimmed))
        .then(|| text.get(..name.len() + 4))
        .flatten()
}

/// Whether a declared variable may be called so.
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_entity(after: &str) -> bool {
    let name = after
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    name > 0 && after.get(name..).is_some_and(|rest| rest.starts_with(';'))
}
