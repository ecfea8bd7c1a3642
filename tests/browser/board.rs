//! The board in a browser: a card that is dragged, one that is carried by keys, and what another person sees of it.

use super::{browse, house::PASSWORD, tab::Tab};
use fantoccini::{
    actions::{InputSource, MouseActions, PointerAction},
    key::Key,
};
use serde_json::json;
use std::time::Duration;

/// Whether the card of this name is in the lane of this name.
const IN_LANE: &str =
    "return $$(`[data-lane][data-name='${args[1]}'] .deal-name`).some((n) => n.textContent === args[0])
    && !$('.is-moving')";

pub(super) async fn is_in(tab: &Tab, card: &str, lane: &str) {
    tab.until("the card is in its lane", IN_LANE, json!([card, lane])).await;
}

async fn adds(tab: &Tab, path: &str, name: &str) {
    tab.go(path).await;
    tab.fill("Name", name).await;
    tab.fill("Amount", "900").await;
    tab.press("Add deal").await;
    tab.heading(name).await;
}

/// Takes the card by the pointer and lets go of it above the lane.
pub(super) async fn drags(tab: &Tab, card: &str, lane: &str) {
    let places = "const card = $$('.deal-card').find((c) => c.querySelector('.deal-name').textContent === args[0]);
        const lane = $(`[data-lane][data-name='${args[1]}']`);
        lane.scrollIntoView({ inline: 'nearest' });
        const [a, b] = [card.querySelector('.deal-facts').getBoundingClientRect(), lane.getBoundingClientRect()];
        return [a.left + 20, a.top + 5, b.left + b.width / 2, b.top + 120].map(Math.round)";
    let at = tab.ask(places, json!([card, lane])).await;
    let [x, y, to_x, to_y] = [0, 1, 2, 3].map(|n| at[n].as_f64().expect("a place"));
    let to = |x: f64, y: f64| PointerAction::MoveTo { duration: Some(Duration::from_millis(120)), x, y };
    let mouse = MouseActions::new("mouse".into())
        .then(to(x, y))
        .then(PointerAction::Down { button: 0 })
        .then(to(x + 30.0, y + 10.0))
        .then(to(to_x, to_y))
        .then(PointerAction::Up { button: 0 });
    tab.client.perform_actions(mouse).await.expect("it is dragged");
}

#[tokio::test]
async fn a_card_is_dragged_and_carried() {
    browse("a_card_is_dragged_and_carried", async |tab| {
        let company = tab.sign_up("Board Ltd", "board-ltd").await;
        tab.confirm_address(&company).await;
        let new = company.path("/crm/deals/new");
        adds(tab, &new, "Dragged").await;
        adds(tab, &new, "Carried").await;
        tab.go(&company.path("/crm/pipeline")).await;
        is_in(tab, "Dragged", "Qualified").await;

        drags(tab, "Dragged", "Meeting").await;
        is_in(tab, "Dragged", "Meeting").await;
        tab.toast("Dragged is in Meeting.").await;
        tab.until("the heads are told", "return $(\"[data-name='Meeting'] .lane-count\").textContent.trim() === '1'", json!([])).await;
        // A click is still a click, and it is kept.
        tab.go(&company.path("/crm/pipeline")).await;
        is_in(tab, "Dragged", "Meeting").await;

        // By keys: picked up, carried two lanes on, and dropped; Esc lets go.
        let focus = "$$('.deal-card').find((c) => c.querySelector('.deal-name').textContent === 'Carried').focus(); return null";
        tab.ask(focus, json!([])).await;
        tab.strike([' ', char::from(Key::Right), char::from(Key::Escape)]).await;
        is_in(tab, "Carried", "Qualified").await;
        tab.strike([' ', char::from(Key::Right), char::from(Key::Enter)]).await;
        is_in(tab, "Carried", "Meeting").await;
        tab.until("it is told", "return $('[data-board-said]').textContent === 'Carried is in Meeting.'", json!([])).await;
        let focused = "return document.activeElement.querySelector?.('.deal-name')?.textContent";
        assert_eq!(tab.ask(focused, json!([])).await, json!("Carried"), "the focus stays on the card");

        // What a stage needs is asked for in a dialog; whoever closes it has moved nothing.
        drags(tab, "Carried", "Won").await;
        tab.sees("Carried is won").await;
        tab.strike([char::from(Key::Escape)]).await;
        is_in(tab, "Carried", "Meeting").await;
        drags(tab, "Carried", "Won").await;
        tab.press_in("#move-dialog", "Mark as won").await;
        tab.toast("Carried is in Won.").await;
        is_in(tab, "Carried", "Won").await;
        tab.assert_quiet().await;
    })
    .await;
}

#[tokio::test]
async fn what_others_move_moves_here() {
    browse("what_others_move_moves_here", async |tab| {
        let company = tab.sign_up("Live Ltd", "live-board").await;
        tab.confirm_address(&company).await;
        adds(tab, &company.path("/crm/deals/new"), "Lamps").await;
        tab.go(&company.path("/crm/pipeline")).await;
        is_in(tab, "Lamps", "Qualified").await;
        tab.ask("window.stays = true; return null", json!([])).await;
        let other = Tab::open(&tab.house, "the_one_who_moves").await;
        other
            .watch(async |other| {
                other.go("/login").await;
                other.fill("Work email", &company.email).await;
                other.fill("Password", PASSWORD).await;
                other.press("Sign in").await;
                other.arrives("/w/live-board").await;
                other.go(&company.path("/crm/pipeline")).await;
                is_in(other, "Lamps", "Qualified").await;
                drags(other, "Lamps", "Meeting").await;
                is_in(other, "Lamps", "Meeting").await;
            })
            .await;
        is_in(tab, "Lamps", "Meeting").await;
        assert_eq!(tab.ask("return window.stays", json!([])).await, json!(true), "it is the same page");
    })
    .await;
}
