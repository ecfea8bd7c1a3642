//! The board: lanes and their heads, two at once, what others see, and other workspaces.

use crate::support::{Browser, Page, TestApp};
use axum::http::{Method, StatusCode};
use domain::access::Role;

const BOARD: &str = "/w/acme/crm/pipeline";

/// A move as the board's script asks for it.
async fn drag(browser: &mut Browser, deal: domain::DealId, stage: &str, version: i32) -> Page {
    let token = browser.token().await;
    let body = format!("_csrf={token}&stage={stage}&_version={version}&back={BOARD}");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("hx-request", "true"),
        ("hx-target", "div#board-answer"),
    ];
    let path = format!("/w/acme/crm/deals/{deal}/move");
    browser.request(Method::POST, &path, &headers, body.into_bytes()).await
}

/// Name, count and sum of each lane.
fn heads(page: &Page) -> Vec<String> {
    page.all(".lane-head")
}

#[tokio::test]
async fn lanes_tell_how_many_and_how_much_of_what_one_sees() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await;
    company
        .deals([
            vec![("name", "A"), ("amount", "100"), ("owner", &rep.email)],
            vec![("name", "B"), ("amount", "50.50")],
            vec![("name", "C"), ("amount", "10"), ("currency", "EUR"), ("owner", &rep.email)],
            vec![("name", "D"), ("stage", "Meeting")],
        ])
        .await;
    let mut owner = company.owner().await;
    let page = owner.get(BOARD).await;
    let told = heads(&page);
    assert_eq!(told[0], "Qualified 3 $150.50 · €10.00 ≈ $150.50 together, 1 in EUR not priced", "{told:?}");
    assert_eq!(told[1], "Meeting 1 No amounts", "{told:?}");
    // Of one owner; and counted by looking, where more is asked.
    let page = owner.get(&format!("{BOARD}?owner={}", rep.member)).await;
    assert_eq!(heads(&page)[0], "Qualified 2 €10.00 · $100.00 ≈ $100.00 together, 1 in EUR not priced");
    let page = owner.get(&format!("{BOARD}?q=B")).await;
    assert_eq!(heads(&page)[0], "Qualified 1 $50.50");
    // Whoever sees their own alone is told of nothing else.
    let role = company.role("Own", &[("deals.read", "own"), ("home.read", "all")]).await;
    let email = app.email("own.acme");
    let own = company.join("Own Deals", &email, Role::Custom(role)).await;
    company.deal(&[("name", "Own"), ("amount", "7"), ("owner", &own.email)]).await;
    let mut browser = app.browser();
    browser.sign_in(&own.email, crate::support::PASSWORD).await;
    let page = browser.get(BOARD).await;
    assert_eq!(heads(&page)[..2], ["Qualified 1 $7.00", "Meeting 0 No amounts"], "{page}");
    assert_eq!(page.all(".deal-card .deal-name"), ["Own"]);
}

#[tokio::test]
async fn what_is_kept_of_lanes_is_what_there_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut deals = vec![];
    for n in 0..12 {
        deals.push(company.deal(&[("name", &format!("Deal {n}")), ("amount", &(n * 10 + 1).to_string())]).await);
    }
    for (n, deal) in deals.iter().enumerate() {
        company.moved(*deal, ["Meeting", "Proposal", "Won", "Lost"][n % 4]).await;
    }
    let mut owner = company.owner().await;
    let ids: Vec<String> = deals[..3].iter().map(ToString::to_string).collect();
    let ids: Vec<_> = ids.iter().map(|id| ("ids", id.as_str())).collect();
    owner.post("/w/acme/crm/deals/archivals", &ids).await;
    company.moved(deals[4], "Won").await;
    app.trial.admin(&format!("delete from deals where id = '{}'", deals[5])).await.expect("it is gone");
    let kept = "select coalesce(string_agg(stage_id || ' ' || deals || ' ' || minor, ', ' order by stage_id), '') from \
        (select stage_id, sum(deals) as deals, sum(minor) as minor from deal_totals group by 1 having sum(deals) <> 0) t";
    let there = "select coalesce(string_agg(stage_id || ' ' || deals || ' ' || minor, ', ' order by stage_id), '') from \
        (select stage_id, count(*) as deals, sum(amount_minor) as minor from deals where archived_at is null group by 1) t";
    let (kept, there): (String, String) = (company.read(kept).await, company.read(there).await);
    assert_eq!(kept, there);
}

#[tokio::test]
async fn of_two_at_once_the_second_is_told_by_whom_and_where_it_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lamps"), ("amount", "100")]).await;
    let (meeting, proposal) = (company.stage("Meeting").await.to_string(), company.stage("Proposal").await.to_string());
    let mut owner = company.owner().await;
    let mut manager = company.signed_in(Role::SalesManager).await;
    let page = drag(&mut manager, deal, &meeting, 1).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert_eq!(page.all(".lane-head"), ["Qualified 0 No amounts", "Meeting 1 $100.00"]);
    assert_eq!(page.attribute("[data-moved] [data-lane]", "data-lane").as_deref(), Some(meeting.as_str()));
    let page = drag(&mut owner, deal, &proposal, 1).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(
        page.says("Some Sales manager changed it just now. Lamps is in Meeting now, so it was not moved."),
        "{page}"
    );
    assert_eq!(page.attribute("[data-moved] [data-lane]", "data-lane").as_deref(), Some(meeting.as_str()));
    // Without the script, the same on a page.
    let page = owner.post(&format!("/w/acme/crm/deals/{deal}/move"), &[("stage", &proposal), ("_version", "1")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Some Sales manager changed it just now."), "{page}");
    let page = owner.send(page.form("Move to Proposal")).await;
    assert_eq!(page.toast(), "Lamps is in Proposal.", "having seen theirs, who sends again means it: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_board_asks_for_what_a_stage_needs_in_a_dialog() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    let lost = company.stage("Lost").await.to_string();
    let mut owner = company.owner().await;
    let page = drag(&mut owner, deal, &lost, 1).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.has("[data-asks] dialog") && !page.is_whole(), "{page}");
    let form = page.form("Mark as lost").set("loss_reason", "No budget");
    let page = owner.send(form).await;
    assert_eq!((page.h1().as_str(), page.toast().as_str()), ("Pipeline", "Lamps is in Lost."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lane_comes_page_by_page_and_each_card_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let names: Vec<(String, String)> =
        (0..60).map(|n| (format!("Deal {n:02}"), format!("2026-{:02}-{:02}", 4 + n / 25, 1 + n % 25))).collect();
    company.deals(names.iter().map(|(name, day)| vec![("name", name.as_str()), ("close_on", day.as_str())])).await;
    let mut owner = company.owner().await;
    let mut page = owner.get(BOARD).await;
    let mut cards = page.all(".deal-card .deal-name");
    assert_eq!(cards.len(), 25);
    while let Some(more) = page.attribute("a.lane-more", "href") {
        page = owner.htmx(&more, "a").await;
        cards.extend(page.all(".deal-card .deal-name"));
    }
    assert_eq!(cards, names.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
    // The same by time.
    let page = owner.get(&format!("{BOARD}/timeline")).await;
    assert_eq!(page.all(".lane-name"), ["April 2026", "May 2026", "June 2026"]);
    assert_eq!(page.all(".lane-count"), ["25", "25", "10"]);
}

#[tokio::test]
async fn who_looks_at_a_board_hears_that_it_changed() {
    let app = TestApp::new().await;
    let (company, theirs) = (app.company("acme").await, app.company("globex").await);
    let pipeline = company.pipeline().await.id;
    let mut owner = company.owner().await;
    let path = format!("{BOARD}/{pipeline}/stream");
    let page = theirs.owner().await.get(&path).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "another workspace hears nothing");
    let page = company.employee_member().await.get(&path).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "nor does who sees no deals");
    let mut stream = owner.listen(&path).await;
    let database = app.config.database_url.clone();
    let rings = tokio::spawn(jobs::bells::run(database, crate::support::redis_url(), std::future::pending()));
    // Rings of before anybody listened are lost: one that is heard comes with the next change.
    let mut heard = None;
    while heard.is_none() {
        company.deal(&[("name", "Lamps")]).await;
        heard = tokio::time::timeout(std::time::Duration::from_secs(3), stream.event()).await.ok().flatten();
    }
    assert_eq!(heard, Some(("board".to_owned(), "changed".to_owned())), "that, and nothing of what");
    rings.abort();
}

#[tokio::test]
async fn the_board_that_a_deal_leaves_is_rung_as_well_as_the_one_it_comes_to() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    let here = company.pipeline().await.id;
    let (there, stage) = company.another_pipeline("Renewals").await;
    let mut bell = sqlx::postgres::PgListener::connect(&app.config.database_url).await.expect("a listener");
    bell.listen("boards").await.expect("it listens");
    let mut rung = async |sql: String| {
        app.trial.admin(&sql).await.expect("it is done");
        // What is heard last is our own.
        app.trial.admin("notify boards, 'end'").await.expect("it is rung");
        let mut heard = vec![];
        loop {
            let told = bell.recv().await.expect("a ring").payload().to_owned();
            if told == "end" {
                heard.sort();
                return heard;
            }
            heard.extend(told.strip_prefix(&format!("{}/", company.tenant)).map(str::to_owned));
        }
    };
    let mut both = vec![here.to_string(), there.to_string()];
    both.sort();
    let moved = format!("update deals set pipeline_id = '{there}', stage_id = '{stage}' where id = '{deal}'");
    assert_eq!(rung(moved).await, both);
    assert_eq!(rung(format!("delete from deals where id = '{deal}'")).await, [there.to_string()]);
}

#[tokio::test]
async fn a_deal_that_stays_too_long_is_marked() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Old")]).await;
    app.clock.advance(chrono::Duration::days(21));
    company.deal(&[("name", "New")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(BOARD).await;
    assert_eq!(page.all(".deal-card.is-rotting .deal-name"), ["Old"]);
    assert!(page.says("21 days here"));
    let page = owner.get(&format!("/w/acme/crm/deals/{deal}")).await;
    assert!(page.says("21 days in Qualified"), "{page}");
}
