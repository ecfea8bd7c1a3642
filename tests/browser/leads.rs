//! From a form that anybody can send to a deal that is won.

use super::{
    board::{drags, is_in},
    browse,
};
use serde_json::json;

#[tokio::test]
async fn a_form_becomes_a_lead_a_customer_and_a_won_deal() {
    browse("a_form_becomes_a_lead_a_customer_and_a_won_deal", async |tab| {
        let company = tab.sign_up("Leads Ltd", "leads-ltd").await;
        tab.confirm_address(&company).await;
        tab.go(&company.path("/settings/lead-forms/new")).await;
        tab.fill("Name", "Contact").await;
        tab.press("Add form").await;
        tab.toast("Contact was added.").await;
        tab.go(&company.path("/settings/lead-rules/new")).await;
        tab.fill("Name", "Everybody").await;
        tab.choose("Person 1", "Olga Owner").await;
        tab.press("Save rule").await;
        tab.toast("The rule is in force.").await;

        tab.go("/forms/leads-ltd/contact?utm_source=newsletter").await;
        tab.heading("Talk to us").await;
        tab.fill("Name", "Ada Visitor").await;
        tab.fill("Email", "ada@visitor-lamps.example").await;
        tab.fill("Company", "Visitor Lamps").await;
        tab.fill("Message", "200 lamps, please.").await;
        tab.click("input[name=consent]").await;
        // A form that was sent sooner than anybody types is a machine's.
        tab.until("somebody has taken their time", "return performance.now() > 3500", json!([])).await;
        tab.press("Send").await;
        tab.heading("Thank you").await;

        tab.go(&company.path("/crm/leads")).await;
        tab.press("Ada Visitor").await;
        tab.heading("Ada Visitor").await;
        for told in
            ["Olga Owner", "By “Everybody” (in turns)", "200 lamps, please.", "newsletter", "I agree that you keep"]
        {
            tab.sees(told).await;
        }
        tab.press("Convert").await;
        tab.heading("Convert Ada Visitor").await;
        tab.fill("Amount", "900").await;
        tab.press("Convert").await;
        tab.toast("Ada Visitor is converted.").await;
        tab.sees("New customer").await;

        tab.go(&company.path("/crm/pipeline")).await;
        is_in(tab, "Visitor Lamps", "Qualified").await;
        drags(tab, "Visitor Lamps", "Won").await;
        tab.press_in("#move-dialog", "Mark as won").await;
        is_in(tab, "Visitor Lamps", "Won").await;
        // It is counted where the day begins, and the number leads to it.
        tab.go(&company.path("")).await;
        tab.sees("Won this month $900.00 1 deal").await;
        tab.press("Won this month").await;
        tab.sees("Visitor Lamps").await;
        tab.assert_quiet().await;
    })
    .await;
}
