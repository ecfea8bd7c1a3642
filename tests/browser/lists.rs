//! Lists: what narrows them, sorts them, and does something with many of their rows at once.

use super::{
    browse,
    tab::{Company, Key, Tab},
};
use serde_json::json;

/// A company of 120 people, with its list on the screen. The page remembers that it was not loaded again.
async fn list_of_120(tab: &Tab, company: &str, slug: &str) -> Company {
    let company = tab.sign_up(company, slug).await;
    let mut tx = tab.house.inside(&company.slug, &company.email).await;
    store::bench::employees(&mut tx, 120).await.expect("they are added");
    tx.commit().await.expect("they are kept");
    tab.go(&company.path("/hr/employees")).await;
    tab.heading("Employees").await;
    company
}

/// Waits until the list says how many it has.
async fn counts(tab: &Tab, words: &str) {
    tab.until(&format!("the list counts {words:?}"), "return says($('.pager-count')) === args[0]", json!([words]))
        .await;
}

async fn names(tab: &Tab) -> Vec<String> {
    tab.texts("#employees tbody th .identity-name").await
}

#[tokio::test]
async fn search_as_you_type_filters_and_sorts() {
    browse("search_as_you_type_filters_and_sorts", async |tab| {
        let company = list_of_120(tab, "Search Ltd", "search-ltd").await;
        let list = company.path("/hr/employees");
        counts(tab, "50 of 120 employees").await;
        tab.ask("window.stayed = true", json!([])).await;

        // Typing narrows, leaves the focus where it is, and the address tells.
        tab.click("[data-search]").await;
        tab.strike("turing".chars()).await;
        counts(tab, "20 employees").await;
        assert!(names(tab).await.iter().all(|name| name.ends_with("Turing")));
        let focus = "return document.activeElement === $('[data-search]') && document.activeElement.value";
        assert_eq!(tab.ask(focus, json!([])).await, json!("turing"));
        tab.arrives(&format!("{list}?q=turing")).await;

        // A select narrows further.
        tab.choose("Department", "Sales").await;
        tab.arrives(&format!("{list}?q=turing&department=Sales")).await;
        tab.until("only Sales is left", SALES, json!([])).await;
        let narrowed = names(tab).await.len();
        assert!((1..20).contains(&narrowed), "{narrowed} Turings in Sales");

        // Chips tell what is on, and take it off.
        tab.press("Remove filter Search turing").await;
        tab.arrives(&format!("{list}?department=Sales")).await;
        tab.until("the field is empty as well", "return $('[data-search]').value === ''", json!([])).await;
        tab.until("all of Sales is there", "return $$('#employees tbody tr').length > args[0]", json!([narrowed]))
            .await;
        tab.press("Remove filter Department Sales").await;
        tab.arrives(&list).await;
        counts(tab, "50 of 120 employees").await;

        // The head of a column sorts, and says how.
        let sorted =
            "return $$('th[aria-sort]').find((th) => says(th) === args[0]).getAttribute('aria-sort') === args[1]";
        assert_eq!(tab.ask(sorted, json!(["Name", "ascending"])).await, json!(true));
        tab.press_in("thead", "Number").await;
        tab.until("numbers ascend", sorted, json!(["Number", "ascending"])).await;
        assert_eq!(names(tab).await[0], "Ada Lovelace");
        tab.press_in("thead", "Number").await;
        tab.until("numbers descend", sorted, json!(["Number", "descending"])).await;
        tab.arrives(&format!("{list}?sort=-number")).await;
        let top = names(tab).await;
        assert_ne!(top[0], "Ada Lovelace");

        // A search keeps the order.
        tab.click("[data-search]").await;
        tab.strike("lovelace".chars()).await;
        counts(tab, "20 employees").await;
        tab.arrives(&format!("{list}?q=lovelace&sort=-number")).await;
        assert_eq!(names(tab).await.last().map(String::as_str), Some("Ada Lovelace"));
        tab.press("Remove filter Search lovelace").await;
        counts(tab, "50 of 120 employees").await;

        // The next page, and back by the browser's own button.
        tab.press("Next").await;
        tab.until("others are there", "return says($('#employees tbody .identity-name')) !== args[0]", json!([top[0]]))
            .await;
        let second = names(tab).await;
        assert!(second.iter().all(|name| !top.contains(name)), "{second:?}");
        assert!(tab.path().await.contains("after="));
        tab.press("Next").await;
        tab.until("the last 20 are there", "return $$('#employees tbody tr').length === 20", json!([])).await;
        assert_eq!(tab.ask("return window.stayed", json!([])).await, json!(true), "the page was loaded again");
        tab.client.back().await.expect("there is something to go back to");
        tab.until("50 are there again", "return $$('#employees tbody tr').length === 50", json!([])).await;
        assert_eq!(names(tab).await, second);

        // The address alone brings all of it back.
        tab.go(&format!("{list}?q=turing&department=Sales&sort=-number")).await;
        assert_eq!(names(tab).await.len(), narrowed);
        assert_eq!(tab.ask("return $('[data-search]').value", json!([])).await, json!("turing"));
        assert_eq!(tab.value("Department").await, "Sales");

        tab.fill("Search by name, number or email", "nobody is called so").await;
        tab.sees("Nobody fits").await;
        tab.press("Clear all").await;
        counts(tab, "50 of 120 employees").await;
    })
    .await;
}

const SALES: &str = "const at = $$('thead th').findIndex((th) => says(th) === 'Department');
    const rows = $$('#employees tbody tr');
    return rows.length > 0 && rows.every((row) => says(row.children[at]) === 'Sales')";

#[tokio::test]
async fn selection_and_bulk_archive_with_undo() {
    browse("selection_and_bulk_archive_with_undo", async |tab| {
        let company = list_of_120(tab, "Bulk Ltd", "bulk-ltd").await;
        let bar = "const bar = $('[data-bulk]'); return args[0] ? visible(bar) && says(bar).startsWith(args[0]) : !visible(bar)";
        tab.until("there is no bar", bar, json!([""])).await;
        let first = names(tab).await[..3].to_vec();

        // By key, by click, and with all between two clicks.
        tab.strike(['j', 'x']).await;
        tab.until("one is selected", bar, json!(["1 selected"])).await;
        tab.click("tbody tr:nth-child(2) .check").await;
        tab.until("two are selected", bar, json!(["2 selected"])).await;
        tab.ask(
            "$('tbody tr:nth-child(6) .check').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }))",
            json!([]),
        )
        .await;
        tab.until("those between are selected", bar, json!(["6 selected"])).await;
        let all = "return [$('[data-select-all]').checked, $('[data-select-all]').indeterminate]";
        assert_eq!(tab.ask(all, json!([])).await, json!([false, true]));
        tab.click("[data-select-all]").await;
        tab.until("the page is selected", bar, json!(["50 selected"])).await;
        // Who has the whole page is offered the rest, with its number; who takes one away is not.
        let offer = "return $$('[data-bulk] button').filter(visible).map(says).includes('Archive all 120 that fit') === args[0]";
        tab.until("all are offered", offer, json!([true])).await;
        tab.click("tbody tr:nth-child(2) .check").await;
        tab.until("all are not offered", offer, json!([false])).await;
        tab.press_in("[data-bulk]", "Clear").await;
        tab.until("the bar is gone", bar, json!([""])).await;
        tab.strike(['x']).await;
        tab.until("one is selected", bar, json!(["1 selected"])).await;
        tab.strike([Key::Escape]).await;
        tab.until("Esc lets go of it", bar, json!([""])).await;

        // The keys go on from the row that was clicked last, the second.
        tab.strike(['k', 'x', 'j', 'x', 'j', 'x']).await;
        tab.until("three are selected", bar, json!(["3 selected"])).await;
        tab.press_in("[data-bulk]", "Archive").await;
        tab.toast("3 employees were archived.").await;
        counts(tab, "50 of 117 employees").await;
        assert!(names(tab).await.iter().all(|name| !first.contains(name)));
        tab.press_in(".toast", "Undo").await;
        tab.toast("3 employees were restored.").await;
        counts(tab, "50 of 120 employees").await;
        assert_eq!(names(tab).await[..3], first);

        // From a narrowed list back to it.
        tab.go(&company.path("/hr/employees?q=turing")).await;
        tab.click("[data-select-all]").await;
        tab.press_in("[data-bulk]", "Archive").await;
        tab.toast("20 employees were archived.").await;
        tab.arrives(&company.path("/hr/employees?q=turing")).await;
        tab.sees("Nobody fits").await;
        tab.press_in("main .tabs", "Archived").await;
        counts(tab, "20 employees").await;
        tab.strike([Key::Escape]).await;
        tab.until("Esc puts toasts away", "return $$('.toast').length === 0", json!([])).await;
    })
    .await;
}

#[tokio::test]
async fn the_chart_opens_a_branch_when_it_is_asked_for() {
    browse("the_chart_opens_a_branch_when_it_is_asked_for", async |tab| {
        let company = tab.sign_up("Chart Ltd", "chart-ltd").await;
        let mut tx = tab.house.inside(&company.slug, &company.email).await;
        // The first hundred lead, so that there is more than one at the top, of whom the first is open.
        store::bench::employees(&mut tx, 110).await.expect("they are added");
        tx.commit().await.expect("they are kept");
        tab.go(&company.path("/hr/organisation")).await;
        let cards = "return $$('.org-below .org-card').filter(visible).length === args[0]";
        tab.until("the first one's are shown", cards, json!([1])).await;
        tab.click(".org-more:not([open]) > summary").await;
        tab.until("another one's are shown, too", cards, json!([2])).await;
        tab.click(".org-more[open] > summary").await;
        tab.until("the first is shut", cards, json!([1])).await;
    })
    .await;
}
