//! What the lists of all nouns share: links that keep the question, and headers that sort.

use crate::archivals::OFFER;
use crate::ui::{
    BulkBar, Button, Column, ColumnChoice, ColumnChooser, Count, Direction, Icon, Menu, dash, menu_button,
};
use domain::{
    list::{Mark, Slice, Sort, SortKey, Total},
    paths::Pages,
    text::Words,
};
use maud::{Markup, html};

/// What the reader may do, so that no button leads nowhere.
#[derive(Clone, Copy, Debug)]
pub struct May {
    pub write: bool,
    pub archive: bool,
    pub bulk: bool,
    pub export: bool,
    /// A file has less than the list shows: the right to make one does not reach as far as that to read.
    pub export_part: bool,
    pub import: bool,
}

/// A noun's question as a URL: only what differs from the default is in it.
pub fn url<F: serde::Serialize>(path: &str, filter: &F) -> String {
    // A filter is a flat struct of strings, which always serialises.
    match serde_html_form::to_string(filter) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// The question's fields as hidden inputs of a form.
pub fn pairs<F: serde::Serialize>(filter: &F) -> Vec<(String, String)> {
    let query = serde_html_form::to_string(filter).unwrap_or_default();
    serde_html_form::from_str(&query).unwrap_or_default()
}

/// A header that sorts by `key`, at the address that `to` makes of a sort.
pub fn sorted<K: SortKey>(label: &str, key: K, now: Sort<K>, to: impl FnOnce(String) -> String) -> Column {
    let direction = if now.descending { Direction::Descending } else { Direction::Ascending };
    Column::new(label).sort(to(now.toggled(key).text()), (now.key == key).then_some(direction))
}

pub fn count(total: Total) -> Count {
    match total {
        Total::Exactly(n) => Count { n: n.unsigned_abs(), more: false },
        Total::MoreThan(n) => Count { n: n.unsigned_abs(), more: true },
    }
}

/// Addresses of the pages beside this one: previous, next.
pub fn beside<T>(
    slice: &Slice<T>,
    after: impl FnOnce(String) -> String,
    before: impl FnOnce(String) -> String,
) -> (Option<String>, Option<String>) {
    let text = |mark: &Mark| mark.text();
    (slice.previous.as_ref().map(text).map(before), slice.next.as_ref().map(text).map(after))
}

/// The list as a file, of either kind.
pub fn exports<F: serde::Serialize>(pages: &Pages, filter: &F, may: May) -> Markup {
    let menu = Menu::new("exports").end();
    let menu = if may.export_part { menu.head("Only those that you may export") } else { menu };
    let menu = menu.link(None, "Excel workbook", url(&pages.workbook(), filter)).link(
        None,
        "CSV file",
        url(&pages.export(), filter),
    );
    menu_button(Button::new("Export").ghost().icon(Icon::Download), menu)
}

/// Said where a search found only what is close to its words.
pub fn near(words: &str) -> Markup {
    html! { p.list-near role="status" { "Nothing is exactly “" (words) "”. These are close." } }
}

/// The list's first action, which steps back while the empty list has one of its own.
pub fn begin(button: Button, nothing_yet: bool) -> Button {
    if nothing_yet { button } else { button.primary() }
}

/// What can be done with ticked rows: they are archived, or come back, and what the noun does `also`. `question` is the
/// list's.
pub fn bulk<T>(
    words: Words,
    pages: &Pages,
    csrf: &str,
    slice: &Slice<T>,
    question: &str,
    archived: bool,
    also: Option<Markup>,
) -> BulkBar {
    let (label, icon, action) = match archived {
        true => ("Restore", Icon::ArrowBackUp, pages.restorals()),
        false => ("Archive", Icon::Archive, pages.archivals()),
    };
    let offer = format!("{}?{}", pages.archivals(), question.split_once('?').map_or("", |(_, asked)| asked));
    let writes = also.is_some();
    // An Enter in a field presses the first button: that of the field.
    let more = slice.previous.is_some() || slice.next.is_some();
    let buttons = html! {
        input type="hidden" name="back" value=(question);
        @if let Some(also) = also { (also) }
        @if !archived && writes { (Button::submit("Change…").icon(Icon::Pencil).small().attr("formaction", pages.changes_new())) }
        (Button::submit(label).icon(icon).small().attr("formaction", action))
        @if more && !archived {
            // Comes when the whole page is ticked, with the number of all.
            span id=(OFFER) data-bulk-all hidden hx-get=(offer) hx-trigger="all-ticked" hx-swap="innerHTML" {}
            noscript { a href=(offer) { "All that fit" } }
        }
        @if writes { a.bulk-earlier href=(pages.changes()) { "Earlier changes" } }
    };
    BulkBar::new(selection(words), csrf, words.many, buttons)
}

/// The id of the form that ticked rows belong to.
pub fn selection(words: Words) -> String {
    format!("selected-{}", words.many)
}

/// Which columns a list can show, and which it does.
pub fn chooser(
    action: String,
    csrf: &str,
    all: &[(&str, &str, bool)],
    shown: &[String],
    keep: Vec<(String, String)>,
) -> ColumnChooser {
    let columns = all.iter().map(|(key, label, _)| ColumnChoice {
        key: (*key).to_owned(),
        label: (*label).to_owned(),
        shown: shown.iter().any(|s| s == key),
    });
    ColumnChooser { action, csrf: csrf.to_owned(), columns: columns.collect(), keep }
}

/// What a phone says of a row: `own`, which tells the columns `told`, and under its name each column that somebody chose
/// beside those that the list has by itself. Where none of `told` is shown, all others but the one that `stays` speak for
/// the row, which would be wider than the screen.
pub fn brief(
    own: impl IntoIterator<Item = Option<Markup>>,
    (told, stays): (&[&str], &str),
    shown: &[(&str, &str, bool)],
    cell: impl Fn(&str) -> Markup,
) -> Vec<Markup> {
    let untold = !shown.iter().any(|(key, _, _)| told.contains(key));
    let nothing = dash().into_string();
    let mut all: Vec<Markup> = own.into_iter().flatten().collect();
    for (key, label, by_itself) in shown {
        if told.contains(key) || *key == stays || (*by_itself && !untold) {
            continue;
        }
        let said = cell(key);
        if said.0 != nothing {
            all.push(html! { (label) " " (said) });
        }
    }
    all
}

/// The columns that a person chose, or the noun's own; unknown ones are dropped.
pub fn columns(all: &[(&str, &str, bool)], chosen: Option<Vec<String>>) -> Vec<String> {
    let own = || all.iter().filter(|(_, _, on)| *on).map(|(key, _, _)| (*key).to_owned()).collect();
    match chosen {
        Some(chosen) => all.iter().map(|(key, _, _)| (*key).to_owned()).filter(|k| chosen.contains(k)).collect(),
        None => own(),
    }
}
