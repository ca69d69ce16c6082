//! The drawing: labels on the left, the axis in the middle, figures on the right.
//!
//! Black, white and greys: shapes tell what is what. Texts are black on white or nearly white.

mod marks;

use super::scale::{Axis, Place};
use super::{Figures, Forest, Row, figures, text, together};
use crate::html::escaped;
use crate::limits;
use crate::pdf::glyphs::{Coverage, shown};

/// Which signs may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// All: who reads has fonts for them.
    All,
    /// Those of the fonts in the binary; others are spelt.
    Known,
}

/// A drawing and its size.
pub struct Drawing {
    /// The SVG.
    pub text: String,
    /// How wide it is.
    pub width: f64,
    /// How high.
    pub height: f64,
}

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 16.0;
const GAP: f64 = 18.0;
/// The height of letters.
const SIZE: f64 = 14.0;
const TITLE_SIZE: f64 = 17.0;
const TITLE_LINES: usize = 3;
const TITLE_LINE: f64 = 23.0;
/// The height of a line.
const LINE: f64 = 26.0;
/// From so many lines on, the axis stands above them too.
const MANY: usize = 30;
/// How far below the middle of a line its letters stand.
const SINK: f64 = 4.8;

/// The drawing of a plot.
pub fn drawing(forest: &Forest, signs: Signs) -> Drawing {
    let drawn = forest.rows.get(..limits::ROWS).unwrap_or(&forest.rows);
    let lines = figures(forest, drawn);
    let together = together(forest);
    let mut sheet = Sheet::new(forest, signs, &lines, &together);
    sheet.heading();
    let top = sheet.y;
    sheet.stripes(drawn.len());
    // Room for the lines that cross the rows: they are drawn first, and lie below.
    let left_out = forest.rows.len() - drawn.len();
    let height = (drawn.len() + usize::from(left_out > 0) + together.len()) as f64 * LINE;
    sheet.crossing(top, top + height + 8.0);
    for (row, line) in drawn.iter().zip(&lines) {
        sheet.row(row, line);
    }
    if left_out > 0 {
        sheet.words(MARGIN, "start", &format!("… + {left_out}"), false);
        sheet.y += LINE;
    }
    sheet.together(&together);
    sheet.y += 8.0;
    sheet.axis();
    let height = sheet.y + MARGIN;
    Drawing {
        text: framed(forest, &sheet.markup, height),
        width: WIDTH,
        height,
    }
}

/// The drawing with its title and description, under ids that no other one in the page has.
fn framed(forest: &Forest, markup: &str, height: f64) -> String {
    let title = text::markup(&forest.title, limits::TITLE);
    let description = text::markup(&forest.description, limits::DESCRIPTION);
    let id = mark([&title, &description, markup]);
    let (width, height) = (at(WIDTH), at(height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" lang=\"{lang}\" \
         aria-labelledby=\"forest-{id}-title forest-{id}-desc\" \
         font-family=\"'Libertinus Serif', 'Times New Roman', Times, serif\" \
         font-size=\"{SIZE}\" fill=\"#000\">\n\
         <title id=\"forest-{id}-title\">{title}</title>\n\
         <desc id=\"forest-{id}-desc\">{description}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n{markup}</svg>\n",
        lang = forest.language
    )
}

/// FNV-1a: enough to tell two drawings apart.
fn mark<const N: usize>(parts: [&str; N]) -> String {
    let bytes = parts.into_iter().flat_map(str::bytes);
    let mark = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |mark, byte| {
        (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{mark:016x}")
}

/// A length, to a tenth.
fn at(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// What is drawn so far, from top to bottom.
struct Sheet<'a> {
    forest: &'a Forest,
    signs: Signs,
    axis: Axis,
    /// Where the axis begins and ends.
    plot: (f64, f64),
    /// Where labels end.
    label_room: f64,
    /// Where effects end.
    effect_end: f64,
    weighted: bool,
    /// The largest weight.
    heaviest: f64,
    markup: String,
    y: f64,
}

impl<'a> Sheet<'a> {
    fn new(forest: &'a Forest, signs: Signs, rows: &[Figures], together: &[Figures]) -> Self {
        let words = &forest.words;
        let widest = |texts: &mut dyn Iterator<Item = &str>, heading: &str| {
            let heading = text::width(&text::label(heading), SIZE, true);
            texts
                .map(|it| text::width(it, SIZE, true))
                .fold(heading, f64::max)
        };
        let all = || rows.iter().chain(together);
        let label_room = widest(&mut all().map(|it| it.label.as_str()), &words.study);
        let effect = widest(&mut all().map(|it| it.effect.as_str()), &words.effect);
        let mut weights = all().filter_map(|it| it.weight.as_deref()).peekable();
        let weighted = weights.peek().is_some();
        let weight = widest(&mut weights, &words.weight).min(90.0);
        let label_room = label_room.clamp(60.0, 300.0);
        let right = WIDTH - MARGIN;
        let effect_end = if weighted {
            right - weight - GAP
        } else {
            right
        };
        let effect = effect.min(330.0);
        let heaviest = forest.rows.iter().filter_map(|row| row.weight);
        Self {
            forest,
            signs,
            axis: Axis::of(forest),
            plot: (MARGIN + label_room + GAP, effect_end - effect - GAP),
            label_room,
            effect_end,
            weighted,
            heaviest: heaviest.filter(|it| it.is_finite()).fold(0.0, f64::max),
            markup: String::new(),
            y: MARGIN,
        }
    }

    fn push(&mut self, markup: &str) {
        self.markup.push_str(markup);
        self.markup.push('\n');
    }

    /// Words in the line that is being drawn.
    fn words(&mut self, x: f64, anchor: &str, words: &str, bold: bool) {
        self.words_at(x, self.y + LINE / 2.0 + SINK, anchor, words, bold);
    }

    fn words_at(&mut self, x: f64, y: f64, anchor: &str, words: &str, bold: bool) {
        let words = escaped(&self.spelt(words));
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        let (x, y) = (at(x), at(y));
        self.push(&format!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\"{weight}>{words}</text>"
        ));
    }

    fn spelt(&self, words: &str) -> String {
        match self.signs {
            Signs::All => words.to_owned(),
            Signs::Known => shown(words, Coverage::Any).into_owned(),
        }
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str) {
        self.push(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {stroke}/>",
            at(from.0),
            at(from.1),
            at(to.0),
            at(to.1)
        ));
    }

    fn across(&mut self) {
        let y = self.y;
        self.line((MARGIN, y), (WIDTH - MARGIN, y), "stroke=\"#000\"");
    }

    fn heading(&mut self) {
        let title = self.spelt(&text::clean(&self.forest.title, limits::TITLE));
        let room = WIDTH - 2.0 * MARGIN;
        for line in text::lines(&title, TITLE_SIZE, true, room, TITLE_LINES) {
            let (x, y) = (at(MARGIN), at(self.y + TITLE_SIZE));
            self.push(&format!(
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{TITLE_SIZE}\" font-weight=\"bold\">{}</text>",
                escaped(&line)
            ));
            self.y += TITLE_LINE;
        }
        self.y += 6.0;
        let words = &self.forest.words;
        let study = fitted(&words.study, true, self.label_room);
        let effect = fitted(&words.effect, true, 330.0);
        let weight = fitted(&words.weight, true, 90.0);
        self.words(MARGIN, "start", &study, true);
        self.words(self.effect_end, "end", &effect, true);
        if self.weighted {
            self.words(WIDTH - MARGIN, "end", &weight, true);
        }
        self.y += LINE;
        self.across();
        self.y += 2.0;
        // The axis below is out of sight.
        if self.forest.rows.len() > MANY {
            self.y += LINE;
            self.ticks(-1.0);
            self.y += 2.0;
        }
    }

    /// Every other line a little darker, for the eye to follow it from end to end.
    fn stripes(&mut self, rows: usize) {
        for index in (1..rows).step_by(2) {
            self.push(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{LINE}\" fill=\"#f2f2f2\"/>",
                at(MARGIN),
                at(self.y + index as f64 * LINE),
                at(WIDTH - 2.0 * MARGIN)
            ));
        }
    }

    /// The line of no effect, and, in dashes, that of the pooled estimate.
    fn crossing(&mut self, top: f64, bottom: f64) {
        if let Some(Place::At(share)) = self.placed(self.forest.reference) {
            let x = self.x(share);
            self.line((x, top), (x, bottom), "stroke=\"#000\" stroke-width=\"1\"");
        }
        let estimate = self.forest.pooled.as_ref().map(|pooled| pooled.estimate);
        if let Some(Place::At(share)) = self.placed(estimate) {
            let x = self.x(share);
            let dashes = "stroke=\"#666\" stroke-width=\"1\" stroke-dasharray=\"3 4\"";
            self.line((x, top), (x, bottom), dashes);
        }
    }

    fn placed(&self, value: Option<f64>) -> Option<Place> {
        self.axis.place(value?)
    }

    fn x(&self, share: f64) -> f64 {
        self.plot.0 + share * (self.plot.1 - self.plot.0)
    }

    fn row(&mut self, row: &Row, line: &Figures) {
        self.labelled(line, false);
        self.whisker(row.low, row.high, 1.4);
        if let Some(Place::At(share)) = self.axis.place(row.estimate) {
            let (x, side) = (self.x(share), self.side(row.weight));
            let y = self.y + LINE / 2.0;
            self.push(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{side}\" height=\"{side}\" fill=\"#333\"/>",
                at(x - side / 2.0),
                at(y - side / 2.0),
                side = at(side)
            ));
        }
        self.push("</g>");
        self.y += LINE;
    }

    /// Opens a group with the words of a line.
    fn labelled(&mut self, line: &Figures, bold: bool) {
        self.push(&format!("<g>\n<title>{}</title>", escaped(&line.label)));
        let label = self.spelt(&line.label);
        let label = text::fitted(&label, SIZE, bold, self.label_room);
        self.words(MARGIN, "start", &label, bold);
        self.words(self.effect_end, "end", &line.effect, bold);
        if let Some(weight) = &line.weight {
            self.words(WIDTH - MARGIN, "end", weight, bold);
        }
    }

    fn together(&mut self, lines: &[Figures]) {
        let Some(pooled) = &self.forest.pooled else {
            return;
        };
        self.across();
        let mut lines = lines.iter();
        if let Some(line) = lines.next() {
            self.labelled(line, true);
            self.diamond(pooled.low, pooled.estimate, pooled.high);
            self.push("</g>");
            self.y += LINE;
        }
        if let (Some(line), Some((low, high))) = (lines.next(), pooled.prediction) {
            self.labelled(line, false);
            self.bar(low, high);
            self.push("</g>");
            self.y += LINE;
        }
    }

    /// The axis, and below what it measures.
    fn axis(&mut self) {
        self.ticks(1.0);
        self.y += 26.0;
        let label = self.spelt(&text::label(&self.forest.axis));
        let (left, right) = self.plot;
        let middle = (left + right) / 2.0;
        let room = 2.0 * (middle - MARGIN).min(WIDTH - MARGIN - middle);
        let label = text::fitted(&label, SIZE, false, room);
        self.words(middle, "middle", &label, false);
        self.y += LINE;
    }
}

fn fitted(heading: &str, bold: bool, room: f64) -> String {
    text::fitted(&text::label(heading), SIZE, bold, room)
}
