//! Forms when something comes between: somebody else, a second click, the end of a session; and files.

use super::{browse, looks, tab::Tab};
use serde_json::json;

#[tokio::test]
async fn a_stale_form_shows_both() {
    browse("a_stale_form_shows_both", async |tab| {
        let company = tab.sign_up("Stale Ltd", "stale-ltd").await;
        tab.go(&company.path("/hr/employees/new")).await;
        tab.fill("First name", "Sam").await;
        tab.fill("Last name", "Slow").await;
        tab.fill("Job title", "Clerk").await;
        tab.press("Add employee").await;
        tab.heading("Sam Slow").await;
        let record = tab.path().await;

        tab.go(&format!("{record}/edit")).await;
        let slow = tab.client.window().await.expect("a window");
        let fast = tab.client.new_window(true).await.expect("another tab").handle;
        tab.client.switch_to_window(fast).await.expect("it can be gone to");
        tab.go(&format!("{record}/edit")).await;
        tab.fill("Job title", "Chief clerk").await;
        tab.press("Save changes").await;
        tab.toast("Changes saved.").await;

        tab.client.close_window().await.expect("it can be closed");
        tab.client.switch_to_window(slow).await.expect("it is still there");
        tab.fill("Job title", "Senior clerk").await;
        tab.fill("Email", "sam@slow.example").await;
        tab.press("Save changes").await;
        let conflict = tab.text("#conflict").await;
        assert!(conflict.contains("You, in another tab, changed this"), "{conflict}");
        assert!(conflict.contains("Job title Senior clerk Chief clerk"), "{conflict}");
        assert!(!conflict.contains("Email"), "nobody else changed it: {conflict}");
        tab.until("the conflict has the focus", "return document.activeElement.id === 'conflict'", json!([])).await;
        assert_eq!(tab.value("Job title").await, "Senior clerk");
        // Having seen both, saving again means it.
        tab.press("Save changes").await;
        tab.heading("Sam Slow").await;
        tab.sees("Senior clerk").await;
        tab.sees("sam@slow.example").await;
    })
    .await;
}

#[tokio::test]
async fn double_click_submits_once() {
    browse("double_click_submits_once", async |tab| {
        let company = tab.sign_up("Twice Ltd", "twice-ltd").await;
        tab.go(&company.path("/hr/employees/new")).await;
        tab.fill("First name", "Dora").await;
        tab.fill("Last name", "Double").await;
        // Both clicks in one go, as fast as a hand can't; and a form sent twice, past what the page does against it.
        let script = "const button = pressable('main', 'Add employee');
            button.click(); button.click(); button.form.requestSubmit(button)";
        tab.ask(script, json!([])).await;
        tab.heading("Dora Double").await;
        tab.go(&company.path("/hr/employees")).await;
        assert_eq!(tab.texts("#employees tbody th .identity-name").await, ["Dora Double"]);
        assert_eq!(tab.text(".pager-count").await, "1 employee");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ended_keeps_what_was_typed() {
    browse("a_session_that_ended_keeps_what_was_typed", async |tab| {
        let company = tab.sign_up("Late Ltd", "late-ltd").await;
        tab.go(&company.path("/hr/employees/new")).await;
        tab.fill("First name", "Lara").await;
        tab.fill("Last name", "Late").await;
        tab.fill("Job title", "Night watch & more").await;
        tab.client.delete_cookie("people360").await.expect("the session's cookie can be deleted");
        tab.press("Add employee").await;
        tab.heading("Sign in").await;
        tab.sees("Your session ended while you were writing.").await;
        // A wrong password loses it neither.
        tab.fill("Work email", &company.email).await;
        tab.fill("Password", "not the password").await;
        tab.press("Sign in").await;
        tab.sees("Email or password is wrong.").await;
        tab.sign_in(&company.email).await;
        tab.heading("Welcome back").await;
        tab.sees("Night watch & more").await;
        tab.press("Save what I typed").await;
        tab.heading("Lara Late").await;
        tab.sees("Night watch & more").await;
    })
    .await;
}

#[tokio::test]
async fn a_file_comes_in_and_goes_out_again() {
    browse("a_file_comes_in_and_goes_out_again", async |tab| {
        let company = tab.sign_up("Import Ltd", "import-ltd").await;
        let file = tab.house.place("upload").join("people.csv");
        let rows = "Number;First name;Surname;Email;Hire date\n1;Änne;Weiß;aenne@import.example;2024-02-01\n\
            2;Bob;Stone;bob@import.example;2023-13-45\n3;Cleo;Park;cleo@import.example;2022-05-06\n";
        std::fs::write(&file, windows_1252(rows)).expect("a file can be written");

        tab.go(&company.path("/hr/employees")).await;
        tab.press_in("main .page-head", "Import").await;
        tab.heading("Import employees").await;
        choose_file(tab, &file).await;
        tab.press("Check the file").await;
        tab.until("the file is looked at", "return $('.import-rows')", json!([])).await;
        tab.sees("Weiß").await;
        tab.press("Errors1").await;
        tab.until("the wrong rows are shown", "return $('.import-cell')", json!([])).await;
        let wrong = tab.text(".import-cell").await;
        assert!(wrong.contains("2023-13-45"), "{wrong}");
        looks::assert_fine(&looks::look_at(tab, &tab.path().await, true).await);
        tab.press("Import 2 rows, leave out 1").await;
        // The page follows the worker by itself.
        tab.sees("The wrong rows stayed out.").await;
        tab.press("See all employees").await;
        assert_eq!(tab.texts("#employees tbody th .identity-name").await, ["Cleo Park", "Änne Weiß"]);

        tab.client.back().await.expect("there is something to go back to");
        tab.press("Undo this import").await;
        tab.sees("2 employees that this import made are removed for good.").await;
        tab.press("Remove 2 employees").await;
        tab.sees("This import was undone").await;
        tab.go(&company.path("/hr/employees")).await;
        tab.sees("Your people go here").await;
    })
    .await;
}

/// As an office program of some years ago writes it.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin letters")).collect()
}

async fn choose_file(tab: &Tab, file: &std::path::Path) {
    let input = tab.element("a field for a file", "return $('input[type=file]')", json!([])).await;
    input.send_keys(&file.display().to_string()).await.expect("a file can be chosen");
    tab.sees("people.csv").await;
}
