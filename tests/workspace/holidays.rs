//! Holiday calendars, by hand and from a file.

use crate::support::TestApp;
use axum::http::StatusCode;

const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n\
    BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20260501\r\nSUMMARY:Labour Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test]
async fn a_calendar_is_made_filled_and_everybodys() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = company.at("/settings/calendar");
    assert!(owner.get(&path).await.says("No holidays yet"));
    let page = owner.fill("Add calendar", &[("Name", "Germany, Berlin")]).await;
    assert_eq!(page.h1(), "Germany, Berlin", "{page}");
    let there = page.path.clone();
    let form = owner.form("Bring these days").file("file", "de.ics", ICS);
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "3 days are in the calendar.", "{page}");
    assert_eq!(page.rows().len(), 3);
    let form = owner.form("Bring these days").file("file", "de.ics", ICS);
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "0 days are new in the calendar; 3 were there already.", "twice is once");
    let page =
        owner.fill("Add day", &[("Holiday", "Christmas Eve"), ("Day", "2026-12-24"), ("Half a day", "true")]).await;
    assert!(page.says("Half a day") && page.says("Christmas Eve"), "{page}");
    let page = owner.fill("Add day", &[("Holiday", "Again"), ("Day", "2026-12-24")]).await;
    assert_eq!(
        (page.status, page.error("day").as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "There is a holiday on this day already.")
    );
    assert_eq!(page.value("name"), "Again");
    owner.get(&there).await;
    owner.press("Remove Labour Day").await;
    assert!(!owner.get(&there).await.says("Labour Day"));
    for (name, bytes, why) in [
        ("x.ics", "name,day", "This is no calendar file"),
        ("x.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "There is no whole day in this file"),
    ] {
        owner.get(&there).await;
        let form = owner.form("Bring these days").file("file", name, bytes);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.error("file").contains(why), "{page}");
    }
    // The first one is everybody's, until another one is.
    owner.get(&path).await;
    let page = owner.fill("Add calendar", &[("Name", &"x".repeat(61))]).await;
    assert!(page.error("name").contains("at most 60") && page.value("name").len() == 61, "{page}");
    owner.fill("Add calendar", &[("Name", "Sweden")]).await;
    let page = owner.get(&path).await;
    assert!(page.rows()[0][0].contains("Germany, Berlin") && page.rows()[0][0].contains("Everybody’s"), "{page}");
    let page = owner.press("Make it everybody’s").await;
    assert!(page.rows()[0][0].contains("Sweden") && page.rows()[0][0].contains("Everybody’s"), "{page}");
    owner.get(&there).await;
    let page = owner.press("Delete calendar").await;
    assert!(!page.says("Germany, Berlin"), "{page}");
    // Leave that stands follows.
    app.run_jobs().await;
}
