//! An account from the invitation to the second factor, in two browsers.

use super::{browse, house::PASSWORD, tab::Tab};
use store::Clock;

/// The code that the phone shows, by the clock on the wall; `ahead` steps from now.
fn code(secret: &str, ahead: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).expect("a secret");
    let phone = totp_rs::Builder::new().with_secret(secret).build().expect("the usual");
    phone.generate(store::SystemClock.now().timestamp().unsigned_abs() + 30 * ahead).to_string()
}

#[tokio::test]
async fn invited_with_a_second_factor_and_at_home_in_two_workspaces() {
    browse("invited_with_a_second_factor", async |tab| {
        let company = tab.sign_up("Lantern Ltd", "lantern").await;
        tab.confirm_address(&company).await;
        tab.go(&company.path("/settings/members")).await;
        tab.fill("Work email", "colleague@lantern.example").await;
        tab.choose("Role", "HR manager").await;
        tab.press("Send invitation").await;
        tab.toast("An invitation is on its way to colleague@lantern.example.").await;

        let colleague = Tab::open(&tab.house, "a_colleague_with_a_phone").await;
        let way = async |colleague: &Tab| {
            colleague.follow_mail("colleague@lantern.example", "Lantern").await;
            colleague.heading("Join Lantern Ltd").await;
            colleague.fill("Your name", "Carla Colleague").await;
            colleague.fill("Choose a password", PASSWORD).await;
            colleague.press("Join Lantern Ltd").await;
            colleague.arrives("/w/lantern").await;

            // The second factor, with a phone that has scanned the picture.
            colleague.go("/w/lantern/settings/security").await;
            colleague.fill("Your password", PASSWORD).await;
            colleague.press("Set up").await;
            colleague.heading("Set up your second factor").await;
            colleague.press("It cannot be scanned?").await;
            let secret = colleague.text(".set-up-secret").await;
            colleague.fill("Code", "000000").await;
            colleague.press("Turn on").await;
            colleague.sees("This code does not fit").await;
            colleague.fill("Code", &code(&secret, 0)).await;
            colleague.press("Turn on").await;
            colleague.heading("Your second factor is on").await;
            let codes = colleague.texts(".recovery-codes code").await;
            assert_eq!(codes.len(), 10);
            colleague.press("I have kept them").await;
            colleague.sees("10 recovery codes are left").await;

            // Out, and in again with a code: the next one, as this one was used.
            colleague.click(".person").await;
            colleague.press("Sign out").await;
            colleague.arrives("/").await;
            colleague.go("/login").await;
            colleague.sign_in("colleague@lantern.example").await;
            colleague.heading("Enter your code").await;
            colleague.fill("Code", &code(&secret, 1)).await;
            colleague.press("Sign in").await;
            colleague.arrives("/w/lantern").await;

            // A second workspace invites them, and from one to the other by the switcher.
            let own = another_company(tab).await;
            invite(tab, &own).await;
            colleague.follow_mail("colleague@lantern.example", "Second").await;
            colleague.heading("Join Second Ltd").await;
            colleague.fill("Your password", PASSWORD).await;
            colleague.press("Join Second Ltd").await;
            colleague.heading("Enter your code").await;
            // Their code of this minute is used: one of those that they have kept.
            colleague.fill("Code", &codes[0]).await;
            colleague.press("Sign in").await;
            colleague.arrives("/w/second").await;
            colleague.click(".switcher").await;
            colleague.press_in("#switcher", "Lantern Ltd").await;
            colleague.arrives("/w/lantern").await;
        };
        colleague.watch(way).await;
    })
    .await;
}

async fn another_company(tab: &Tab) -> super::tab::Company {
    tab.click(".person").await;
    tab.press("Sign out").await;
    tab.arrives("/").await;
    let company = tab.sign_up("Second Ltd", "second").await;
    tab.confirm_address(&company).await;
    company
}

async fn invite(tab: &Tab, company: &super::tab::Company) {
    tab.go(&company.path("/settings/members")).await;
    tab.fill("Work email", "colleague@lantern.example").await;
    tab.choose("Role", "Employee").await;
    tab.press("Send invitation").await;
    tab.toast("An invitation is on its way").await;
}
