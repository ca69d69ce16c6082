//! Markdown checks: what a text may link to. Rendering and sanitising belong to the HTTP layer.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Where a link may lead: the web, a mailbox, a telephone, a place in the same document.
const SCHEMES: &[&str] = &["https:", "http:", "mailto:", "tel:"];

/// The dialect of every text: CommonMark with tables, strikethrough and footnotes.
pub const DIALECT: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_FOOTNOTES);

/// Whether every link and image of `text` leads somewhere harmless.
///
/// `javascript:` and `data:` are the reason; relative links have no base in a shared text.
pub fn check_links(text: &str) -> bool {
    Parser::new_ext(text, DIALECT).all(|event| match event {
        Event::Start(Tag::Link {
            link_type: pulldown_cmark::LinkType::Email,
            ..
        }) => true,
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            let target = dest_url.to_ascii_lowercase();
            target.starts_with('#')
                || (SCHEMES.iter().any(|scheme| target.starts_with(scheme))
                    && !target.contains(char::is_whitespace))
        }
        _ => true,
    })
}
