//! The marks along the axis: squares, whiskers, arrows, a diamond, a bar, ticks.

use super::super::scale::Place;
use super::super::text;
use super::{LINE, SIZE, Sheet, at};

/// The sides of the largest and the smallest square.
const SQUARE: (f64, f64) = (15.0, 4.0);
/// The height of a diamond, and of a prediction interval.
const DIAMOND: f64 = 14.0;
const BAR: f64 = 3.0;

impl Sheet<'_> {
    /// The area of a square is its weight, but that none is too small to be seen.
    pub fn side(&self, weight: Option<f64>) -> f64 {
        let (largest, smallest) = SQUARE;
        match weight {
            Some(weight) if weight > 0.0 && self.heaviest > 0.0 => {
                let share = (weight / self.heaviest).min(1.0);
                (largest * share.sqrt()).max(smallest)
            }
            Some(_) => smallest,
            None => largest / 2.0 + 1.0,
        }
    }

    /// An interval, with arrows where it goes on beyond the axis.
    pub fn whisker(&mut self, low: f64, high: f64, thick: f64) {
        let (Some(low), Some(high)) = (self.axis.place(low), self.axis.place(high)) else {
            return;
        };
        let (low, high) = if low.held() <= high.held() {
            (low, high)
        } else {
            (high, low)
        };
        let y = self.y + LINE / 2.0;
        let (from, to) = (self.x(low.held()), self.x(high.held()));
        let stroke = format!("stroke=\"#000\" stroke-width=\"{thick}\"");
        self.line((from, y), (to, y), &stroke);
        for (place, x) in [(low, from), (high, to)] {
            match place {
                Place::Before => self.arrow(x, y, 1.0),
                Place::After => self.arrow(x, y, -1.0),
                Place::At(_) => self.line((x, y - 4.0), (x, y + 4.0), &stroke),
            }
        }
    }

    fn arrow(&mut self, x: f64, y: f64, inward: f64) {
        let (tip, back) = (x - 3.0 * inward, x + 6.0 * inward);
        self.polygon(
            &[(tip, y), (back, y - 5.0), (back, y + 5.0)],
            "fill=\"#000\"",
        );
    }

    fn polygon(&mut self, points: &[(f64, f64)], style: &str) {
        let points: Vec<_> = points
            .iter()
            .map(|(x, y)| format!("{},{}", at(*x), at(*y)))
            .collect();
        self.push(&format!(
            "<polygon points=\"{}\" {style}/>",
            points.join(" ")
        ));
    }

    /// The pooled estimate at its height, the interval at its width.
    pub fn diamond(&mut self, low: f64, estimate: f64, high: f64) {
        let place = |value| self.axis.place(value).map(|it| self.x(it.held()));
        let (Some(low), Some(middle), Some(high)) = (place(low), place(estimate), place(high))
        else {
            return;
        };
        let (y, half) = (self.y + LINE / 2.0, DIAMOND / 2.0);
        // However sure, it remains to be seen.
        let (left, right) = (
            low.min(high).min(middle - 3.0),
            high.max(low).max(middle + 3.0),
        );
        let points = [
            (left, y),
            (middle, y - half),
            (right, y),
            (middle, y + half),
        ];
        self.polygon(
            &points,
            "fill=\"#bbb\" stroke=\"#000\" stroke-width=\"1.5\"",
        );
    }

    /// A prediction interval: no estimate in it, no ends.
    pub fn bar(&mut self, low: f64, high: f64) {
        let (Some(low), Some(high)) = (self.axis.place(low), self.axis.place(high)) else {
            return;
        };
        let (low, high) = if low.held() <= high.held() {
            (low, high)
        } else {
            (high, low)
        };
        let y = self.y + LINE / 2.0;
        let (from, to) = (self.x(low.held()), self.x(high.held()));
        self.push(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{BAR}\" fill=\"#000\"/>",
            at(from),
            at(y - BAR / 2.0),
            at((to - from).max(2.0))
        ));
        if low == Place::Before {
            self.arrow(from, y, 1.0);
        }
        if high == Place::After {
            self.arrow(to, y, -1.0);
        }
    }

    /// The axis with its ticks, which point down (1) or up (−1).
    pub fn ticks(&mut self, down: f64) {
        let (left, right) = self.plot;
        let y = self.y;
        self.line((left, y), (right, y), "stroke=\"#000\"");
        let baseline = if down > 0.0 { y + 20.0 } else { y - 9.0 };
        let mut taken = f64::NEG_INFINITY;
        for tick in self.axis.ticks(self.forest.language) {
            let x = self.x(tick.at);
            self.line((x, y), (x, y + 5.0 * down), "stroke=\"#000\"");
            let half = text::width(&tick.label, SIZE, false) / 2.0;
            if x - half > taken {
                self.words_at(x, baseline, "middle", &tick.label, false);
                taken = x + half + 6.0;
            }
        }
    }
}
