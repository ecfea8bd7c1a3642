//! What a seller does, by keys alone; and two customers that are made one, and two again.

use super::{
    browse,
    tab::{Key, Tab},
};
use serde_json::json;

/// What has the focus is called so.
const ON: &str = "const on = document.activeElement;
    const names = [...(on.labels ?? [])].map(called);
    const by = on.getAttribute('aria-labelledby');
    if (by) names.push(tidy(document.getElementById(by)?.textContent));
    return called(on) === args[0] || names.includes(args[0])";

/// Walks on by Tab until what is called so has the focus, and shows it.
async fn walks_to(tab: &Tab, name: &str) {
    for step in 0..150 {
        // A field may have the focus from the beginning.
        if step > 0 {
            tab.strike([Key::Tab]).await;
        }
        if tab.ask(ON, json!([name])).await == json!(true) {
            let shown = "const box = document.activeElement.getBoundingClientRect();
                return box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth";
            assert_eq!(tab.ask(shown, json!([])).await, json!(true), "{name} is reached and not in view");
            return;
        }
    }
    panic!("{name:?} cannot be reached by Tab");
}

async fn types(tab: &Tab, field: &str, text: &str) {
    walks_to(tab, field).await;
    tab.strike(text.chars()).await;
}

async fn presses(tab: &Tab, name: &str) {
    walks_to(tab, name).await;
    tab.strike([Key::Enter]).await;
}

#[tokio::test]
async fn a_lead_becomes_a_won_deal_by_keys_alone() {
    browse("a_lead_becomes_a_won_deal_by_keys_alone", async |tab| {
        let company = tab.sign_up("Key Sales Ltd", "key-sales").await;
        tab.confirm_address(&company).await;
        tab.go(&company.path("")).await;
        tab.heading("Good to see you, Olga").await;
        tab.strike(['g', 'f']).await;
        tab.heading("Leads").await;
        presses(tab, "New lead").await;
        tab.heading("New lead").await;
        types(tab, "Name", "Ada Keys").await;
        types(tab, "Email", "ada@keys.example").await;
        types(tab, "Company", "Keys & Sons").await;
        tab.strike([Key::Enter]).await;
        tab.heading("Ada Keys").await;

        presses(tab, "Convert").await;
        tab.heading("Convert Ada Keys").await;
        types(tab, "Amount", "1250").await;
        presses(tab, "Convert").await;
        tab.toast("Ada Keys is converted.").await;

        // On the board the card is reached, carried to the end, and asked for the day.
        tab.strike(['g', 'k']).await;
        tab.heading("Pipeline").await;
        walks_to(tab, "Keys & Sons").await;
        let on_card = "return document.activeElement.matches('.deal-card')";
        assert_eq!(tab.ask(on_card, json!([])).await, json!(true), "the card comes before the link in it");
        tab.strike([' ']).await;
        let over = "return document.activeElement.closest('[data-lane]')?.dataset.name";
        for _ in 0..12 {
            if tab.ask(over, json!([])).await == json!("Won") {
                break;
            }
            tab.strike([Key::Right]).await;
        }
        assert_eq!(tab.ask(over, json!([])).await, json!("Won"));
        tab.strike([Key::Enter]).await;
        let asks = "return $('#move-dialog')?.contains(document.activeElement)";
        tab.until("the dialog has the focus", asks, json!([])).await;
        presses(tab, "Mark as won").await;
        tab.toast("Keys & Sons is in Won.").await;

        // Enter opens the deal; it is brought back and moved on its own page, by the path of its stages.
        walks_to(tab, "Keys & Sons").await;
        tab.strike([Key::Enter]).await;
        tab.heading("Keys & Sons").await;
        presses(tab, "Reopen").await;
        tab.until("the stage asks", "return says($('h1'))?.startsWith('Move ')", json!([])).await;
        tab.go(&company.path("/crm/pipeline")).await;
        walks_to(tab, "Keys & Sons").await;
        tab.strike([Key::Enter]).await;
        tab.heading("Keys & Sons").await;
        tab.strike(['g', 'h']).await;
        tab.sees("Won this month $1,250.00 1 deal").await;
        tab.assert_quiet().await;
    })
    .await;
}

#[tokio::test]
async fn two_customers_become_one_and_two_again() {
    browse("two_customers_become_one_and_two_again", async |tab| {
        let company = tab.sign_up("Merge Ltd", "merge-ltd").await;
        tab.confirm_address(&company).await;
        for (name, city) in [("Northwind", "Oslo"), ("Northwind GmbH", "Bergen")] {
            tab.go(&company.path("/crm/customers/new")).await;
            tab.fill("Name", name).await;
            tab.fill("Email", "hello@northwind.example").await;
            tab.fill("City", city).await;
            tab.press("Add customer").await;
            if name != "Northwind" {
                // It is told that it may be there already; saving again means it.
                tab.sees("This customer may be there already").await;
                tab.press("Add customer").await;
            }
            tab.heading(name).await;
        }
        tab.go(&company.path("/crm/duplicates")).await;
        tab.sees("Northwind GmbH").await;
        tab.click("main a[aria-label^='Compare ']").await;
        tab.until("they stand side by side", "return says($('h1'))?.startsWith('Merge ')", json!([])).await;
        // Each field that differs is a choice of two; what is chosen is what is there afterwards.
        let chosen = "const row = $$('.merge-row').find((r) => says(r).includes('Bergen') && says(r).includes('Oslo'));
            const option = $$('label', row).find((l) => says(l).includes('Bergen')); $('input', option).click(); return true";
        tab.ask(chosen, json!([])).await;
        tab.press("Merge").await;
        tab.toast("They are one now.").await;
        tab.sees("Bergen").await;
        tab.go(&company.path("/crm/customers")).await;
        tab.until("there is one", "return $$('tbody tr').length === 1", json!([])).await;

        tab.go(&company.path("/crm/duplicates")).await;
        tab.sees("Merged lately").await;
        tab.click("main .plain-list button").await;
        tab.until("it is undone", "return $$('.toast').length > 0", json!([])).await;
        tab.go(&company.path("/crm/customers")).await;
        tab.until("there are two", "return $$('tbody tr').length === 2", json!([])).await;
        for words in ["Northwind", "Northwind GmbH"] {
            tab.sees(words).await;
        }
        tab.assert_quiet().await;
    })
    .await;
}
