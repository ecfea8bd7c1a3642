//! The bell: what a second person does rings the first one's, without a reload.

use super::{browse, house::PASSWORD, tab::Tab};
use serde_json::json;

#[tokio::test]
async fn what_somebody_does_rings_anothers_bell() {
    browse("what_somebody_does_rings_anothers_bell", async |tab| {
        let company = tab.sign_up("Belfry Ltd", "belfry").await;
        tab.confirm_address(&company).await;
        tab.go(&company.path("/settings/members")).await;
        tab.fill("Work email", "ringer@belfry.example").await;
        tab.choose("Role", "HR manager").await;
        tab.press("Send invitation").await;
        tab.toast("An invitation is on its way").await;
        tab.go(&company.path("/hr/employees")).await;
        tab.ask("window.stays = true; return null", json!([])).await;

        let ringer = Tab::open(&tab.house, "the_one_who_rings").await;
        ringer
            .watch(async |ringer| {
                ringer.follow_mail("ringer@belfry.example", "Belfry").await;
                ringer.fill("Your name", "Rita Ringer").await;
                ringer.fill("Choose a password", PASSWORD).await;
                ringer.press("Join Belfry Ltd").await;
                ringer.arrives("/w/belfry").await;
            })
            .await;

        let rung = "const count = $('[data-bell-count]'); return !count.hidden && count.textContent === '1'";
        tab.until("the bell rings", rung, json!([])).await;
        let same = tab.ask("return window.stays === true && $('[data-bell]').ariaLabel", json!([])).await;
        assert_eq!(same, json!("Notifications, 1 unread"), "it is the same page");

        // Below it stands what happened, and all can be read at once.
        tab.click("[data-bell]").await;
        tab.sees("Rita Ringer has joined").await;
        tab.press_in("#notices", "Mark all read").await;
        tab.until("it is quiet", "return $('[data-bell-count]').hidden", json!([])).await;

        // Its page, and the way to what it is about.
        tab.press_in("#notices", "All notifications").await;
        tab.heading("Notifications").await;
        tab.click(".notice-page .notice-line").await;
        tab.arrives("/w/belfry/settings/members").await;

        // What one is told is one's own choice, and the digest can be looked at before it comes.
        tab.go(&company.path("/settings/notifications")).await;
        tab.choose("How often", "Once a week").await;
        tab.press("Save changes").await;
        tab.toast("Changes saved.").await;
        assert_eq!(tab.value("How often").await, "weekly");
        tab.press("Preview my digest").await;
        tab.heading("Your digest").await;
    })
    .await;
}
