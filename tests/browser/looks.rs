//! How pages look and speak: wide and narrow, light and dark; nothing cut off, everything named, readable and large
//! enough to hit, and nothing in the console.

use super::{
    browse,
    tab::{Company, Dark, Light, NARROW, Tab, WIDE},
};
use serde_json::{Value, json};

const LOOKS: &str = include_str!("looks.js");
const AXE: &str = include_str!("vendor/axe.min.js");

/// Barriers that axe finds, but for small ones.
const BARRIERS: &str = "const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // What comes or goes has come or gone.
    const moves = document.getAnimations()
        .filter((a) => a.timeline instanceof DocumentTimeline && a.effect.getComputedTiming().endTime !== Infinity);
    Promise.allSettled(moves.map((a) => a.finished))
        .then(() => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).then(({ violations }) => done(violations
        .filter((v) => ['serious', 'critical'].includes(v.impact))
        .map((v) => `axe ${v.id}, ${v.help}: ${v.nodes.slice(0, 5).map((n) => n.html.slice(0, 160) + ' ' + n.any.concat(n.all, n.none).map((c) => c.message).join(' ').slice(0, 200)).join(' | ')}`)),
        (error) => done([String(error)]));";

/// What bars somebody from using the page as it stands.
pub async fn barriers(tab: &Tab) -> Vec<String> {
    tab.client.execute(AXE, vec![]).await.expect("axe can be put into the page");
    texts(tab.client.execute_async(BARRIERS, vec![]).await.expect("axe looks"))
}

/// Whether everything that begins and ends has ended; what turns for ever, or goes with a scroll, is left alone.
const STILL: &str = "return document.getAnimations()
    .every((a) => a.playState !== 'running' || !(a.timeline instanceof DocumentTimeline) || a.effect.getComputedTiming().endTime === Infinity)";

/// All that is wrong with a page, at both sizes, in both themes. axe sees one of them: what it looks for beyond our
/// own eyes is in the markup, which is the same in all.
pub async fn look_at(tab: &Tab, path: &str, nav: bool) -> Vec<String> {
    let mut wrong = vec![];
    for theme in [Dark, Light] {
        tab.look(NARROW, theme).await;
        tab.go(path).await;
        for size in [NARROW, WIDE] {
            tab.look(size, theme).await;
            // What fades in is pale for a moment.
            tab.until("nothing moves any more", STILL, json!([])).await;
            let found = texts(tab.ask(LOOKS, json!({ "nav": nav })).await);
            wrong.extend(found.into_iter().map(|w| format!("{path} at {} px, {theme:?}: {w}", size.0)));
        }
    }
    wrong.extend(barriers(tab).await.into_iter().map(|w| format!("{path}: {w}")));
    wrong.extend(tab.complaints().await.into_iter().map(|w| format!("{path}, console: {w}")));
    wrong
}

fn texts(value: Value) -> Vec<String> {
    serde_json::from_value(value).expect("texts")
}

pub fn assert_fine(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A company with people, customers and an open invitation; gives the paths of one of each.
async fn furnish(tab: &Tab, company: &Company) -> (String, String) {
    tab.confirm_address(company).await;
    tab.go(&company.path("/settings/members")).await;
    tab.fill("Work email", "guest@looks.example").await;
    tab.press("Send invitation").await;
    tab.toast("An invitation is on its way").await;
    let mut tx = tab.house.inside(&company.slug, &company.email).await;
    store::bench::employees(&mut tx, 12).await.expect("they are added");
    for (name, parent) in
        [("Northwind & Daughters of the Long Name", ""), ("Lampion", "Northwind & Daughters of the Long Name")]
    {
        let draft = domain::crm::customers::Draft {
            name: name.into(),
            parent: parent.into(),
            industry: "Lamps".into(),
            country: "NO".into(),
            city: "Oslo".into(),
            status: "prospect".into(),
            revenue: "1234567.89".into(),
            ..Default::default()
        };
        let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{e:?}"));
        let id = tx.id();
        store::crm::customers::add(&mut tx, id, &fields).await.expect("it is added");
    }
    tx.commit().await.expect("they are kept");
    let mut paths = vec![];
    for list in ["/hr/employees?q=lovelace", "/crm/customers?q=lampion"] {
        tab.go(&company.path(list)).await;
        let href = tab.ask("return $('tbody th a').getAttribute('href')", json!([])).await;
        paths.push(href.as_str().expect("a link").to_owned());
    }
    (paths.remove(0), paths.remove(0))
}

#[tokio::test]
async fn light_dark_and_narrow_inside() {
    browse("light_dark_and_narrow_inside", async |tab| {
        let company = tab.sign_up("Looks & Sons Ltd", "looks").await;
        let (record, customer) = furnish(tab, &company).await;
        let mut wrong = vec![];
        for page in [
            company.path(""),
            company.path("/first-steps"),
            company.path("/hr/employees"),
            company.path("/hr/employees?q=nobody"),
            record.clone(),
            format!("{record}/timeline"),
            format!("{record}/edit"),
            company.path("/crm/customers"),
            customer.clone(),
            company.path("/crm/customers/new"),
            company.path("/settings/members"),
            company.path("/settings/roles"),
            company.path("/settings/roles/manager"),
            company.path("/settings/roles/new?from=hr_manager"),
            company.path("/settings/access?q=ada"),
            company.path("/settings/audit"),
            company.path("/settings/mail"),
            company.path("/settings/mail/stopped"),
            company.path("/settings/profile"),
            company.path("/settings/security"),
            company.path("/settings/notifications"),
            company.path("/settings/tokens"),
            company.path("/settings/general"),
            company.path("/settings/places"),
            company.path("/settings/calendar"),
            company.path("/settings/policy"),
            company.path("/settings/danger"),
            company.path("/hr/employees/imports"),
            company.path("/search?q=a"),
        ] {
            wrong.extend(look_at(tab, &page, true).await);
        }
        assert_fine(&wrong);
    })
    .await;
}

#[tokio::test]
async fn light_dark_and_narrow_outside() {
    browse("light_dark_and_narrow_outside", async |tab| {
        let mut wrong = vec![];
        for (page, nav) in [
            ("/", true),
            ("/signup", false),
            ("/login", false),
            ("/password-reset", false),
            ("/nothing-here", true),
            ("/dev/mailbox", true),
            ("/dev/gallery", true),
        ] {
            wrong.extend(look_at(tab, page, nav).await);
        }
        assert_fine(&wrong);
    })
    .await;
}

/// What can be seen without scrolling sideways.
const IN_SIGHT: &str = "return $$('tbody tr:first-child :is(time, .badge-text, .identity-name)')
    .filter((el) => visible(el) && el.getBoundingClientRect().right <= innerWidth).map(says)";

#[tokio::test]
async fn a_list_on_a_phone_and_on_paper() {
    browse("a_list_on_a_phone_and_on_paper", async |tab| {
        let company = tab.sign_up("Paper Ltd", "paper").await;
        furnish(tab, &company).await;
        // Name, start date and status have their place on a phone, too.
        tab.look(NARROW, Light).await;
        tab.go(&company.path("/hr/employees?q=lovelace")).await;
        let seen = texts(tab.ask(IN_SIGHT, json!([])).await);
        assert_eq!((seen.len(), seen[0].contains("Lovelace"), seen[2].as_str()), (3, true, "Active"), "{seen:?}");
        // On paper stands what the list says, in black, and nothing to press.
        tab.look(WIDE, Dark).await;
        tab.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
        let pressed = "return $$('nav, button, .topbar, .filter-bar, input:not([type=hidden])').filter(visible).map((el) => el.outerHTML.slice(0, 80))";
        assert_eq!(texts(tab.ask(pressed, json!([])).await), Vec::<String>::new());
        let colours = "return [...new Set($$('tbody *').filter((el) => visible(el) && says(el)).map((el) => getComputedStyle(el).color))]";
        for colour in texts(tab.ask(colours, json!([])).await) {
            assert!(["rgb(0, 0, 0)", "rgb(51, 51, 51)"].contains(&colour.as_str()), "{colour}");
        }
        let seen = texts(tab.ask(IN_SIGHT, json!([])).await);
        assert_eq!(seen.len(), 3, "{seen:?}");
        tab.cdp("Emulation.setEmulatedMedia", json!({ "media": "screen" })).await;
    })
    .await;
}
