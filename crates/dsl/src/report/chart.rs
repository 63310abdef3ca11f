//! Equity and drawdown as drawings that need no script: a path that stretches to any width, and labels that do not.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::curve::{Curve, Point, civil};
use super::scale::{Scale, decimals, moments};
use crate::render::number;

/// Parts of the time that are drawn apart; each keeps its extremes.
const COLUMNS: usize = 400;
/// The drawing's own units, across and down.
const UNITS: f64 = 1000.0;

/// What is drawn, and what the page's script needs to tell values under the pointer.
pub(crate) struct Chart {
    /// The points that are drawn.
    pub(crate) points: Vec<Point>,
    /// Whether they have times.
    pub(crate) timed: bool,
    /// The equity's scale, and the one for equal ratios, where there is one.
    pub(crate) scales: (Scale, Option<Scale>),
    start: f64,
    falls: Scale,
}

impl Chart {
    /// The chart of a curve; `None` where there is nothing to draw. `start` is the capital at the beginning.
    pub(crate) fn new(curve: &Curve, start: Option<f64>) -> Option<Self> {
        let points = curve.thinned(COLUMNS);
        let first = points.first().filter(|_| points.len() > 1)?.equity;
        let low = points.iter().map(|point| point.equity).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|point| point.equity).fold(f64::NEG_INFINITY, f64::max);
        let deepest = points.iter().map(|point| point.drawdown).fold(0.0, f64::min);
        Some(Self {
            timed: curve.timed,
            scales: (Scale::linear(low, high), Scale::logarithmic(low, high)),
            start: start.unwrap_or(first),
            falls: Scale::falls(deepest),
            points,
        })
    }

    /// The figure.
    pub(crate) fn markup(&self) -> Markup {
        let ends = (self.points.first(), self.points.last());
        let (Some(first), Some(last)) = ends else { return html! {} };
        let deepest = self.points.iter().min_by(|one, other| one.drawdown.total_cmp(&other.drawdown)).unwrap_or(first);
        let spoken = format!(
            "Equity from {} on {} to {} on {}; the deepest fall from a peak is {} on {}.",
            number::fixed(first.equity, 2),
            self.day(first.at),
            number::fixed(last.equity, 2),
            self.day(last.at),
            number::percent(deepest.drawdown),
            self.day(deepest.at),
        );
        html! {
            figure #chart {
                figcaption {
                    span.key.equity { "equity" }
                    span.key.fall { "fall from the highest worth so far" }
                    span.key.start { "starting capital" }
                }
                div.plots role="img" aria-label=(spoken) {
                    (self.equity(self.scales.0, "linear"))
                    @if let Some(scale) = self.scales.1 { (self.equity(scale, "log")) }
                    (self.drawdown())
                    (self.times())
                }
            }
        }
    }

    /// The equity on a scale. Only the first is shown until the page's script offers the other.
    fn equity(&self, scale: Scale, name: &str) -> Markup {
        let lines = scale.lines(4);
        let path = self.path(|point| scale.place(point.equity));
        let base = scale.place(self.start).clamp(0.0, 1.0) * UNITS;
        let hidden = name != "linear";
        let places = decimals(&lines);
        html! {
            div.plot.worth data-scale=(name) hidden[hidden] {
                svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                    (rules(&lines, scale))
                    path.area d=(format!("{path}L{UNITS} {base:.1}L0 {base:.1}Z")) {}
                    line.start x1="0" x2="1000" y1=(format!("{base:.1}")) y2=(format!("{base:.1}")) {}
                    path.curve d=(path) {}
                }
                (labels(&lines, scale, |value| number::fixed(value, places)))
            }
        }
    }

    fn drawdown(&self) -> Markup {
        let lines = self.falls.lines(2);
        let path = self.path(|point| self.falls.place(point.drawdown));
        let places = decimals(&lines);
        html! {
            div.plot.falls {
                svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                    (rules(&lines, self.falls))
                    path.area d=(format!("{path}L{UNITS} 0L0 0Z")) {}
                    path.curve d=(path) {}
                }
                (labels(&lines, self.falls, |value| format!("{} %", number::fixed(value, places))))
            }
        }
    }

    /// The axis of time.
    fn times(&self) -> Markup {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return html! {} };
        let marks = if self.timed { moments(first.at, last.at, 5) } else { Vec::new() };
        html! {
            svg.times aria-hidden="true" focusable="false" {
                @for (at, word) in marks {
                    @let across = self.across(at) * 100.0;
                    // A word at an end stays inside.
                    @let anchor = if across < 6.0 { "start" } else if across > 94.0 { "end" } else { "middle" };
                    text x=(format!("{across:.2}%")) y="14" text-anchor=(anchor) { (word) }
                }
            }
        }
    }

    fn path(&self, place: impl Fn(&Point) -> f64) -> String {
        let mut path = String::with_capacity(self.points.len() * 12);
        for (number, point) in self.points.iter().enumerate() {
            let command = if number == 0 { 'M' } else { 'L' };
            // Writing to a String can't fail.
            let _ = write!(path, "{command}{:.1} {:.1}", self.across(point.at) * UNITS, place(point) * UNITS);
        }
        path
    }

    /// How far to the right a moment lies, from 0 to 1.
    fn across(&self, at: i64) -> f64 {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return 0.0 };
        (at - first.at) as f64 / (last.at - first.at).max(1) as f64
    }

    fn day(&self, at: i64) -> String {
        let day = if self.timed { civil(at).map(|time| time.date().to_string()) } else { None };
        day.unwrap_or_else(|| format!("bar {}", at + 1))
    }
}

fn rules(lines: &[f64], scale: Scale) -> Markup {
    html! {
        @for value in lines {
            @let y = format!("{:.1}", scale.place(*value) * UNITS);
            line.rule x1="0" x2="1000" y1=(y) y2=(y) {}
        }
    }
}

fn labels(lines: &[f64], scale: Scale, word: impl Fn(f64) -> String) -> Markup {
    html! {
        svg.values aria-hidden="true" focusable="false" {
            @for value in lines {
                @let place = scale.place(*value);
                // A label at an end stays inside.
                @if (0.03..=0.97).contains(&place) || *value == 0.0 {
                    text x="8" y=(format!("{:.2}%", place.max(0.06) * 100.0)) dominant-baseline="middle" { (word(*value)) }
                }
            }
        }
    }
}
