//! Positions: seats, taken and open.

use crate::support::TestApp;
use domain::access::Role;

#[tokio::test]
async fn a_position_counts_its_open_seats() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "1"), ("start_date", "2020-01-01")]).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get("/w/acme/hr/positions").await;
    hr.click("New position").await;
    let page = hr.fill("Add position", &[("Title", "Welder"), ("Seats", "0")]).await;
    assert_eq!(page.error("headcount"), "Use a number from 1 to 10,000.");
    let page = hr.fill("Add position", &[("Title", "Welder"), ("Seats", "2"), ("Department", "Works")]).await;
    assert_eq!(page.error("department"), "There is no department “Works” yet.", "{page}");
    let page = hr.fill("Add position", &[("new_department", "Works")]).await;
    assert_eq!(page.h1(), "Welder");
    let position = page.form("Close");
    hr.get(&format!("/w/acme/hr/employees/{ada}/jobs/new")).await;
    let page = hr.fill("Save", &[("From", "2026-03-02"), ("Position", "Welder, Works")]).await;
    assert_eq!(page.status, axum::http::StatusCode::OK, "{page}");
    let page = hr.get("/w/acme/hr/positions").await;
    assert_eq!(page.rows()[0][3..], ["2", "1", "1 open"], "{page}");
    // Whoever is yet to start sits nowhere yet: neither here nor in the chart.
    let bea = company.employee(&[("number", "2"), ("start_date", "2026-05-01")]).await;
    let seat = format!("update employees set position_id = (select id from positions) where id = '{bea}'");
    app.trial.admin(&seat).await.expect("a seat");
    let page = hr.get("/w/acme/hr/positions").await;
    assert_eq!(page.rows()[0][3..], ["2", "1", "1 open"], "{page}");
    let page = hr.get("/w/acme/hr/organisation?by=departments").await;
    assert!(page.says("· 1 open"), "{page}");
    let page = hr.send(position).await;
    assert!(page.says("Closed"), "{page}");
    assert!(hr.get(&format!("/w/acme/hr/employees/{ada}/history")).await.says("Welder"), "who sits there stays");
    app.run_jobs().await;
}
