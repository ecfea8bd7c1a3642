//! Views of customers, contacts, leads, deals and their pipelines.

use domain::crm::deals::board::{Head, Together};
use maud::{Markup, html};

pub mod board;
pub mod contacts;
pub mod customers;
pub mod deals;
pub mod duplicates;
pub mod files;
pub mod forecast;
pub mod forms;
pub mod leads;
pub mod pipelines;
pub mod points;
pub mod products;
pub mod quotes;
pub mod rates;
pub mod reports;
pub mod timeline;

/// Sums of several currencies beside each other, and what they come to in the workspace's own. What no rate prices leads to
/// its list.
pub fn sums(head: &Head, list: &str) -> Markup {
    html! {
        @for (n, sum) in head.sums.iter().enumerate() { @if n > 0 { " + " } (sum) }
        @if let Some(t) = head.converted() {
            span.together {
                @if t.has_any() { "≈ " (t.sum) " together" }
                @if let Some(left) = unpriced(t) { @if t.has_any() { ", " } a href=(list) { (left) } }
            }
        }
    }
}

/// `2 in GBP not priced`: what is in no sum, because no rate is told for it.
pub fn unpriced(t: &Together) -> Option<String> {
    let each = t.unpriced.iter().map(|(currency, deals)| format!("{deals} in {}", currency.code()));
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| format!("{} not priced", each.join(", ")))
}
