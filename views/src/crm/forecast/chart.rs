//! Charts as pictures that say in words what they show; the numbers stand in a table beside each. Drawn by attributes alone, so
//! that no style is inline.

use maud::{Markup, html};

/// One column of a waterfall: from where to where it reaches, in the smallest part of a currency.
pub(super) struct Bar {
    pub label: &'static str,
    pub class: &'static str,
    pub from: i64,
    pub to: i64,
}

const WIDE: i64 = 720;
const HIGH: i64 = 220;
const FOOT: i64 = 26;

/// Where an amount stands, from the top, where `most` is the top of all.
fn y(amount: i64, most: i64) -> i64 {
    let part = i128::from(amount) * i128::from(HIGH) / i128::from(most.max(1));
    HIGH - i64::try_from(part).unwrap_or(0)
}

pub(super) fn bars(title: &str, description: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|b| b.from.max(b.to)).max().unwrap_or(1);
    let each = WIDE / i64::try_from(bars.len().max(1)).unwrap_or(1);
    html! {
        svg.forecast-chart viewBox={ "0 0 " (WIDE) " " (HIGH + FOOT) } role="img" aria-labelledby="chart-title chart-words" {
            title id="chart-title" { (title) }
            desc id="chart-words" { (description) }
            line.chart-axis x1="0" y1=(HIGH) x2=(WIDE) y2=(HIGH) {}
            @for (n, bar) in (0i64..).zip(bars) {
                @let (top, foot) = (y(bar.from.max(bar.to), most), y(bar.from.min(bar.to), most));
                rect class={ "chart-bar " (bar.class) } x=(n * each + each / 6) y=(top) width=(each * 2 / 3) height=((foot - top).max(1)) {}
                @if n > 0 { line.chart-step x1=(n * each - each / 6) y1=(y(bar.from, most)) x2=(n * each + each / 6) y2=(y(bar.from, most)) {} }
                text.chart-label x=(n * each + each / 2) y=(HIGH + 18) text-anchor="middle" { (bar.label) }
            }
        }
    }
}

/// A line over points in equal steps.
pub(super) struct Series {
    pub label: &'static str,
    pub class: &'static str,
    pub points: Vec<i64>,
}

/// Lines over weeks, and a level that all are measured by.
pub(super) fn lines(title: &str, description: &str, names: &[String], series: &[Series], level: (&str, i64)) -> Markup {
    let most = series.iter().flat_map(|s| s.points.iter().copied()).chain([level.1]).max().unwrap_or(1);
    let steps = i64::try_from(names.len().saturating_sub(1).max(1)).unwrap_or(1);
    let x = |n: i64| 20 + n * (WIDE - 40) / steps;
    let every = names.len().div_ceil(8).max(1);
    html! {
        svg.forecast-chart viewBox={ "0 -8 " (WIDE) " " (HIGH + FOOT + 8) } role="img" aria-labelledby="chart-title chart-words" {
            title id="chart-title" { (title) }
            desc id="chart-words" { (description) }
            line.chart-axis x1="0" y1=(HIGH) x2=(WIDE) y2=(HIGH) {}
            line.chart-level x1="0" y1=(y(level.1, most)) x2=(WIDE) y2=(y(level.1, most)) {}
            @for s in series {
                @let points: Vec<String> = (0i64..).zip(&s.points).map(|(n, p)| format!("{},{}", x(n), y(*p, most))).collect();
                polyline class={ "chart-line " (s.class) } points=(points.join(" ")) {}
                @for (n, p) in (0i64..).zip(&s.points) { circle class={ "chart-dot " (s.class) } cx=(x(n)) cy=(y(*p, most)) r="3" {} }
            }
            @for (n, name) in (0i64..).zip(names) {
                @if n % i64::try_from(every).unwrap_or(1) == 0 { text.chart-label x=(x(n)) y=(HIGH + 18) text-anchor="middle" { (name) } }
            }
        }
        ul.chart-legend {
            @for s in series { li { span class={ "chart-key " (s.class) } {} (s.label) } }
            li { span.chart-key.is-level {} (level.0) }
        }
    }
}
