//! HTML out: a page that stands alone, and the same as a part of another page.
//!
//! Written from the blocks, hence with no element but those named here: there is nothing to
//! sanitise. The page asks nothing of the network and runs no script.

use crate::layout::{CONTENTS, CONTENTS_DEPTH, Layout, Section};
use crate::model::{Block, Cell, Column, Inline, Table};

/// The style of the page: readable at any width and on paper, in light and dark.
const STYLE: &str = include_str!("page.css");

/// The document as a page.
pub fn page(layout: &Layout) -> String {
    let title = escaped(&layout.title);
    let owner = escaped(&layout.owner);
    let body = fragment(layout);
    format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – {owner}</title>\n<meta name=\"author\" content=\"{owner}\">\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#texte\">Aller au texte</a>\n{body}</body>\n</html>\n"
    )
}

/// The document as a part of a page: its header, contents, text and notes.
pub fn fragment(layout: &Layout) -> String {
    let mut html = Html::default();
    html.header(layout);
    html.contents(&layout.sections);
    html.push("<main id=\"texte\">\n");
    for section in &layout.sections {
        html.section(section);
    }
    html.endnotes();
    html.push("</main>\n");
    html.text
}

/// Some blocks as a part of a page, with their notes.
pub fn blocks(blocks: &[Block]) -> String {
    let mut html = Html::default();
    html.blocks(blocks, true);
    html.endnotes();
    html.text
}

#[derive(Default)]
struct Html {
    text: String,
    notes: Vec<Vec<Inline>>,
}

impl Html {
    fn push(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    fn words(&mut self, words: &str) {
        self.text.push_str(&escaped(words));
    }

    fn header(&mut self, layout: &Layout) {
        self.push("<header>\n<p class=\"kind\">");
        self.words(layout.kind);
        self.push("</p>\n<h1>");
        self.words(&layout.title);
        self.push("</h1>\n<dl>\n");
        for row in &layout.cover {
            self.push("<div><dt>");
            self.words(row.label);
            self.push("</dt><dd>");
            let (open, close) = if row.code {
                ("<code>", "</code>")
            } else {
                ("", "")
            };
            self.push(open);
            self.words(&row.value);
            self.push(close);
            self.push("</dd></div>\n");
        }
        self.push("</dl>\n</header>\n");
    }

    fn contents(&mut self, sections: &[Section]) {
        self.push("<nav aria-labelledby=\"sommaire\">\n<h2 id=\"sommaire\">");
        self.push(CONTENTS);
        self.push("</h2>\n");
        let mut level = 0;
        for section in sections.iter().filter(|part| part.level <= CONTENTS_DEPTH) {
            // A clause stands at most one level below the one before it.
            if section.level > level {
                self.push("<ol>\n");
            } else {
                self.push("</li>\n");
                for _ in section.level..level {
                    self.push("</ol>\n</li>\n");
                }
            }
            level = section.level;
            self.push("<li><a href=\"#");
            self.words(&section.anchor);
            self.push("\">");
            self.words(&section.heading());
            self.push("</a>");
        }
        for _ in 0..level {
            self.push("</li>\n</ol>\n");
        }
        self.push("</nav>\n");
    }

    fn section(&mut self, section: &Section) {
        // HTML has six levels, one of which the title takes.
        let (name, deeper) = match section.level + 1 {
            level @ 2..=6 => (format!("h{level}"), String::new()),
            level => ("h6".to_owned(), format!(" aria-level=\"{level}\"")),
        };
        self.push(&format!(
            "<{name} id=\"{}\"{deeper}>",
            escaped(&section.anchor)
        ));
        if let Some(number) = &section.number {
            self.push("<span class=\"number\">");
            self.words(number);
            self.push("</span> – ");
        }
        self.words(&section.title);
        self.push(&format!("</{name}>\n"));
        self.blocks(&section.blocks, true);
    }

    fn blocks(&mut self, blocks: &[Block], loose: bool) {
        for block in blocks {
            self.block(block, loose);
        }
    }

    fn block(&mut self, block: &Block, loose: bool) {
        match block {
            Block::Paragraph(line) if !loose => self.line(line),
            Block::Paragraph(line) => self.around("p", |html| html.line(line)),
            Block::List { start, items } => {
                let (open, close) = match start {
                    None => ("<ul>\n".to_owned(), "</ul>\n"),
                    Some(1) => ("<ol>\n".to_owned(), "</ol>\n"),
                    Some(start) => (format!("<ol start=\"{start}\">\n"), "</ol>\n"),
                };
                self.push(&open);
                for item in items {
                    let loose = item
                        .iter()
                        .filter(|block| matches!(block, Block::Paragraph(_)))
                        .count()
                        > 1;
                    self.around("li", |html| html.blocks(item, loose));
                }
                self.push(close);
            }
            Block::Quote(blocks) => self.around("blockquote", |html| html.blocks(blocks, true)),
            Block::Code(code) => {
                self.push("<pre><code>");
                self.words(code);
                self.push("</code></pre>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Rule => self.push("<hr>\n"),
        }
    }

    fn around(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.push(&format!("<{name}>"));
        inner(self);
        self.push(&format!("</{name}>\n"));
    }

    fn table(&mut self, table: &Table) {
        self.push("<table>\n<thead>\n");
        self.row(&table.columns, &table.head, "th scope=\"col\"", "th");
        self.push("</thead>\n<tbody>\n");
        for row in &table.rows {
            self.row(&table.columns, row, "td", "td");
        }
        self.push("</tbody>\n</table>\n");
    }

    fn row(&mut self, columns: &[Column], cells: &[Cell], open: &str, close: &str) {
        self.push("<tr>");
        for (cell, column) in cells.iter().zip(columns) {
            let class = match column {
                Column::Start => "",
                Column::Center => " class=\"center\"",
                Column::End => " class=\"end\"",
            };
            self.push(&format!("<{open}{class}>"));
            self.line(cell);
            self.push(&format!("</{close}>"));
        }
        self.push("</tr>\n");
    }

    fn line(&mut self, line: &[Inline]) {
        for part in line {
            match part {
                Inline::Text(words) => self.words(words),
                Inline::Strong(line) => self.within("strong", line),
                Inline::Emphasis(line) => self.within("em", line),
                Inline::Struck(line) => self.within("s", line),
                Inline::Code(code) => {
                    self.push("<code>");
                    self.words(code);
                    self.push("</code>");
                }
                Inline::Link { to, words } => {
                    self.push("<a href=\"");
                    self.words(to);
                    self.push(if to.starts_with('#') {
                        "\">"
                    } else {
                        "\" rel=\"noopener noreferrer\">"
                    });
                    self.line(words);
                    self.push("</a>");
                }
                Inline::Note(words) => {
                    self.notes.push(words.clone());
                    let n = self.notes.len();
                    self.push(&format!(
                        "<sup><a id=\"appel-{n}\" href=\"#note-{n}\" role=\"doc-noteref\" \
                         aria-label=\"Note {n}\">{n}</a></sup>"
                    ));
                }
                Inline::Break => self.push("<br>\n"),
            }
        }
    }

    fn within(&mut self, name: &str, line: &[Inline]) {
        self.push(&format!("<{name}>"));
        self.line(line);
        self.push(&format!("</{name}>"));
    }

    fn endnotes(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        if notes.is_empty() {
            return;
        }
        self.push("<section class=\"notes\" role=\"doc-endnotes\" aria-label=\"Notes\">\n<ol>\n");
        for (index, note) in notes.iter().enumerate() {
            let n = index + 1;
            self.push(&format!("<li id=\"note-{n}\">"));
            self.line(note);
            self.push(&format!(
                " <a href=\"#appel-{n}\" role=\"doc-backlink\" \
                 aria-label=\"Retour à l’appel de la note {n}\">↩</a></li>\n"
            ));
        }
        self.push("</ol>\n</section>\n");
    }
}

/// Text for an element or an attribute.
/// Words as they stand in markup, within an attribute too.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
