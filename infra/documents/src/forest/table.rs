//! The figures as an HTML table, for who reads rather than looks.

use super::{Figures, Forest, figures, text, together};
use crate::html::escaped;
use crate::limits;

/// The table, with its caption and headings.
pub fn table(forest: &Forest) -> String {
    let rows = figures(forest, &forest.rows);
    let weighted = rows.iter().any(|row| row.weight.is_some());
    let words = &forest.words;
    let mut html = format!(
        "<table lang=\"{}\">\n<caption>{}</caption>\n<thead>\n<tr>",
        forest.language,
        text::markup(&forest.title, limits::TITLE)
    );
    let headings = [&words.study, &words.effect];
    for heading in headings
        .into_iter()
        .chain(weighted.then_some(&words.weight))
    {
        let heading = text::markup(heading, limits::LABEL);
        html.push_str(&format!("<th scope=\"col\">{heading}</th>"));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &rows {
        line(&mut html, row, weighted);
    }
    html.push_str("</tbody>\n");
    let together = together(forest);
    if !together.is_empty() {
        html.push_str("<tfoot>\n");
        for row in &together {
            line(&mut html, row, weighted);
        }
        html.push_str("</tfoot>\n");
    }
    html.push_str("</table>\n");
    html
}

fn line(html: &mut String, row: &Figures, weighted: bool) {
    let (label, effect) = (escaped(&row.label), escaped(&row.effect));
    html.push_str(&format!(
        "<tr><th scope=\"row\">{label}</th><td>{effect}</td>"
    ));
    if weighted {
        let weight = row.weight.as_deref().unwrap_or_default();
        html.push_str(&format!("<td>{}</td>", escaped(weight)));
    }
    html.push_str("</tr>\n");
}
