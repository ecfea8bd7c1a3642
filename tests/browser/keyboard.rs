//! Everything by keys alone.

use super::{
    browse, looks,
    tab::{Key, Tab, Theme},
};
use serde_json::json;

#[tokio::test]
async fn by_keyboard_alone() {
    browse("by_keyboard_alone", async |tab| {
        let company = tab.sign_up("Keys Ltd", "keys-ltd").await;
        let mut tx = tab.house.inside(&company.slug, &company.email).await;
        store::bench::employees(&mut tx, 12).await.expect("they are added");
        tx.commit().await.expect("they are kept");

        tab.go(&company.path("")).await;
        first_comes_the_way_past_the_frame(tab).await;

        // g, then a letter.
        tab.strike(['g', 'e']).await;
        tab.arrives(&company.path("/hr/employees")).await;
        tab.heading("Employees").await;
        tab.strike(['g', 'c']).await;
        tab.arrives(&company.path("/crm/customers")).await;
        tab.heading("Customers").await;
        tab.strike(['g', 'm']).await;
        tab.heading("Members").await;
        tab.strike(['g', 'h']).await;
        tab.heading("Good to see you, Olga").await;

        help_opens_and_closes(tab).await;
        the_palette_finds_a_person(tab).await;

        tab.strike(['g', 'e']).await;
        tab.heading("Employees").await;
        nothing_happens_in_a_field(tab).await;
        rows_by_key(tab).await;

        // e edits; Esc leaves no dialog, so it does nothing to the form.
        tab.strike(['e']).await;
        tab.until("the form is there", "return says($('h1')).startsWith('Edit ')", json!([])).await;

        tab.go(&company.path("/hr/employees")).await;
        a_menu_by_keys(tab).await;
        the_next_month_keeps_the_place(tab, &company.path("/hr/leave/calendar")).await;
    })
    .await;
}

/// The first Tab offers to skip the frame, and Enter does.
async fn first_comes_the_way_past_the_frame(tab: &Tab) {
    tab.strike([Key::Tab]).await;
    let skip = "const el = document.activeElement, box = el.getBoundingClientRect();
        return el.matches('.skip') && box.top >= 0 && box.left >= 0 && box.width > 24";
    tab.until("the skip link shows", skip, json!([])).await;
    focus_shows(tab).await;
    tab.strike([Key::Enter]).await;
    tab.until("the focus is in the page", "return document.activeElement.id === 'main'", json!([])).await;
    // From there on, each stop shows.
    for _ in 0..6 {
        tab.strike([Key::Tab]).await;
        assert_eq!(tab.ask("return document.activeElement.closest('main') !== null", json!([])).await, json!(true));
        focus_shows(tab).await;
    }
}

/// An outline of 2 px or more, on what has the focus or on what stands for it.
async fn focus_shows(tab: &Tab) {
    let script = "const el = document.activeElement;
        const ring = (el) => { const s = getComputedStyle(el); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none'; };
        return ring(el) || ring(el.parentElement) ? '' : el.outerHTML.slice(0, 200)";
    assert_eq!(tab.ask(script, json!([])).await, json!(""), "the focus does not show");
}

async fn help_opens_and_closes(tab: &Tab) {
    tab.strike(['?']).await;
    tab.until("help is open", "return $('#shortcuts').open", json!([])).await;
    tab.sees("Keyboard shortcuts").await;
    looks::assert_fine(&looks::barriers(tab).await);
    // Behind it, keys are dead.
    tab.strike(['g', 'e']).await;
    tab.strike([Key::Escape]).await;
    tab.until("help is closed", "return !$('#shortcuts').open", json!([])).await;
    tab.heading("Good to see you, Olga").await;
}

async fn the_palette_finds_a_person(tab: &Tab) {
    let open = "return $('#palette').open && document.activeElement.id === 'palette-q'";
    tab.chord(Key::Control, 'k').await;
    tab.until("the palette is open", open, json!([])).await;
    tab.strike("custom".chars()).await;
    let pages = "return $$('[data-palette-list] .menu-item').filter(visible).map(says).join('|')";
    tab.until("pages narrow", &format!("{pages}.includes('Customers')"), json!([])).await;
    assert!(!tab.ask(pages, json!([])).await.as_str().expect("texts").contains("Employees"));
    tab.strike([Key::Escape]).await;
    tab.until("it is closed", "return !$('#palette').open", json!([])).await;

    // Where there is no search field, / opens it too.
    tab.strike(['/']).await;
    tab.until("the palette is open", open, json!([])).await;
    tab.strike("grace".chars()).await;
    let hit = "return $$('#palette-results .menu-item').some((hit) => says(hit).includes('Grace Lovelace'))";
    tab.until("Grace is found", hit, json!([])).await;
    looks::assert_fine(&looks::barriers(tab).await);
    tab.strike([Key::Down]).await;
    let on_her = "return says(document.activeElement).includes('Grace Lovelace')";
    tab.until("the arrow leads to her", on_her, json!([])).await;
    tab.strike([Key::Enter]).await;
    tab.heading("Grace Lovelace").await;
    tab.strike(['g', 'h']).await;
    tab.heading("Good to see you, Olga").await;
    tab.chord(Key::Control, 'k').await;
    tab.until("the palette is open", open, json!([])).await;
    tab.strike("edsger".chars()).await;
    tab.until("Edsger is found", "return says($('#palette-results'))?.includes('Edsger Lovelace')", json!([])).await;
    // Enter takes the first.
    tab.strike([Key::Enter]).await;
    tab.heading("Edsger Lovelace").await;
}

async fn nothing_happens_in_a_field(tab: &Tab) {
    tab.strike(['/']).await;
    tab.until("search has the focus", "return document.activeElement.matches('[data-search]')", json!([])).await;
    focus_shows(tab).await;
    tab.strike("gc?jxe/".chars()).await;
    assert_eq!(tab.ask("return $('[data-search]').value", json!([])).await, json!("gc?jxe/"));
    tab.sees("Nobody fits").await;
    tab.heading("Employees").await;
    tab.chord(Key::Control, 'a').await;
    tab.strike([Key::Backspace]).await;
    tab.until("all are back", "return $$('#employees tbody tr').length === 12", json!([])).await;
    tab.ask("document.activeElement.blur()", json!([])).await;
}

/// j and k move, x ticks, Enter opens.
async fn rows_by_key(tab: &Tab) {
    let at = "return $$('#employees tbody tr').findIndex((row) => row.matches('.is-cursor'))";
    tab.strike(['j', 'j', 'j']).await;
    assert_eq!(tab.ask(at, json!([])).await, json!(2));
    tab.strike(['k']).await;
    assert_eq!(tab.ask(at, json!([])).await, json!(1));
    tab.strike(['x']).await;
    tab.until("it is ticked", "return $$('tbody .check')[1].checked", json!([])).await;
    // The focus is on the row's link, and shows.
    assert_eq!(tab.ask("return document.activeElement.matches('.is-cursor th a')", json!([])).await, json!(true));
    focus_shows(tab).await;
    tab.strike([Key::Down, Key::Down]).await;
    assert_eq!(tab.ask(at, json!([])).await, json!(3));
    tab.strike(['X']).await;
    let ticked = "return $$('tbody .check').map((box) => box.checked ? 'x' : '-').join('').slice(0, 5)";
    tab.until("the rows between are ticked", &format!("{ticked} === '-xxx-'"), json!([])).await;
    tab.strike([Key::Up, Key::Up]).await;
    assert_eq!(tab.ask(at, json!([])).await, json!(1));
    a_cell_by_keys(tab).await;
    let name = tab.texts("#employees tbody th .identity-name").await[1].clone();
    tab.ask("$('.is-cursor th a').focus()", json!([])).await;
    tab.strike([Key::Enter]).await;
    tab.heading(&name).await;
}

/// F2 asks in the cell, Escape leaves it, Enter saves it, and the focus is where it was.
async fn a_cell_by_keys(tab: &Tab) {
    let asks = "return document.activeElement.matches('.is-cursor .cell-form input')";
    let back = "return document.activeElement.matches('.is-cursor .cell-edit')";
    tab.strike([Key::F2]).await;
    tab.until("the cell asks", asks, json!([])).await;
    looks::assert_fine(&looks::barriers(tab).await);
    tab.strike("Nonsense".chars()).await;
    tab.strike([Key::Escape]).await;
    tab.until("the cell is as it was", back, json!([])).await;
    focus_shows(tab).await;
    assert_eq!(tab.ask("return says($('.is-cursor .cell')).includes('Nonsense')", json!([])).await, json!(false));
    tab.strike([Key::Enter]).await;
    tab.until("the cell asks", asks, json!([])).await;
    tab.strike("Typed by key".chars()).await;
    tab.strike([Key::Enter]).await;
    tab.until("it is saved", "return says($('.is-cursor .cell')).includes('Typed by key')", json!([])).await;
    tab.until("the focus is back", back, json!([])).await;
    tab.toast("saved.").await;
}

/// The menu opens with Enter and takes the focus; arrows move; Esc gives the focus back.
async fn a_menu_by_keys(tab: &Tab) {
    tab.ask("$('.person').focus()", json!([])).await;
    tab.strike([Key::Enter]).await;
    tab.until("the menu is open", "return $('#person').matches(':popover-open')", json!([])).await;
    tab.until("it has the focus", "return $('#person').contains(document.activeElement)", json!([])).await;
    focus_shows(tab).await;
    looks::assert_fine(&looks::barriers(tab).await);
    tab.strike([Key::Escape]).await;
    tab.until("the menu is closed", "return !$('#person').matches(':popover-open')", json!([])).await;
    tab.until("the focus is back", "return document.activeElement.matches('.person')", json!([])).await;
    // c creates.
    tab.strike(['c']).await;
    tab.until(
        "c creates",
        "return $('#create').matches(':popover-open') || location.pathname.endsWith('/new')",
        json!([]),
    )
    .await;
}

/// A link to another page of the same place has the focus there again.
async fn the_next_month_keeps_the_place(tab: &Tab, calendar: &str) {
    tab.go(calendar).await;
    let month = tab.texts(".leave-month h2").await;
    tab.strike([Key::Tab]).await;
    tab.ask("$('a[aria-label=Later]').focus()", json!([])).await;
    tab.strike([Key::Enter]).await;
    tab.until("it is the next month", "return says($('.leave-month h2')) !== args[0]", json!([month[0]])).await;
    let there = "return document.activeElement.matches('a[aria-label=Later]')";
    tab.until("the focus is on the way to the one after it", there, json!([])).await;
}

#[tokio::test]
async fn tasks_are_added_and_ticked_in_a_row_without_losing_the_place() {
    browse("tasks_are_added_and_ticked_in_a_row_without_losing_the_place", async |tab| {
        let company = tab.sign_up("Rows Ltd", "rows-ltd").await;
        tab.go(&company.path("/tasks")).await;
        tab.ask("$('#quick-task').focus()", json!([])).await;
        for title in ["First", "Second", "Third"] {
            tab.strike(title.chars()).await;
            tab.strike([Key::Enter]).await;
            tab.toast(&format!("“{title}” was added.")).await;
            let there = "return document.activeElement.id === 'quick-task'";
            tab.until("the field has the focus again", there, json!([])).await;
        }
        for left in [2, 1] {
            tab.ask("$('.task-tick .tick').focus()", json!([])).await;
            tab.strike([Key::Enter]).await;
            let next = "return document.querySelectorAll('.task-tick').length === args[0] && document.activeElement.matches('.tick')";
            tab.until("the next one has the focus", next, json!([left])).await;
        }
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_the_open_tab_is_in_view() {
    browse("on_a_phone_the_open_tab_is_in_view", async |tab| {
        let company = tab.sign_up("Tabs Ltd", "tabs-ltd").await;
        tab.go(&company.path("/automation/templates")).await;
        tab.press("Use this: Welcome a new colleague").await;
        tab.heading("Welcome a new colleague").await;
        let workflow = tab.path().await;
        let path = workflow.split('?').next().unwrap_or_default();
        tab.look((390, 844), Theme::Light).await;
        tab.go(&format!("{path}/json")).await;
        let seen = "const open = $('.tabs [aria-current]').getBoundingClientRect();
            return open.left >= 0 && open.right <= innerWidth && $('.tabs').dataset.more === 'start'";
        tab.until("the open tab is in view", seen, json!([])).await;
    })
    .await;
}
