//! The list: search, filters, order, pages, columns, selection, export.

use crate::support::{Browser, Company, Page, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, list::PAGE};

const LIST: &str = "/w/acme/hr/employees";

/// Ids of the rows, in order.
fn ids(page: &Page) -> Vec<String> {
    let html = page.html();
    let links = scraper::Selector::parse("tbody th.table-first a").expect("a selector");
    let id = |href: &str| href.rsplit('/').next().unwrap_or_default().to_owned();
    html.select(&links).filter_map(|a| a.attr("href")).map(id).collect()
}

async fn exported(browser: &mut Browser, question: &str) -> Vec<Vec<String>> {
    let page = browser.get(&format!("{LIST}/export{question}")).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert!(page.header("content-disposition").contains("employees.csv"));
    let text = page.text.strip_prefix('\u{feff}').expect("Excel needs the byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn a_file_that_has_less_than_the_list_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("last_name", "Somebody")]).await;
    let says = async |role| {
        let page = company.signed_in(role).await.get(&company.at("/hr/employees")).await;
        (page.says("CSV file"), page.says("Only those that you may export"))
    };
    assert_eq!(says(Role::Manager).await, (true, true));
    assert_eq!(says(Role::Owner).await, (true, false));
}

#[tokio::test]
async fn an_empty_list_leads_to_one_thing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(LIST).await;
    assert_eq!(page.all("main .button-primary"), ["Import a file"]);
    assert!(page.link("New employee").is_some(), "{page}");
    company.employee(&[]).await;
    let page = owner.get(LIST).await;
    assert_eq!(page.all("main .button-primary"), ["New employee"]);
}

#[tokio::test]
async fn all_who_report_to_somebody_are_as_many_as_are_told() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut people = vec![vec![("number", "1"), ("last_name", "Top")]];
    let names: Vec<_> = (1..=7).map(|n| format!("Report {n}")).collect();
    people.extend(names.iter().map(|name| vec![("last_name", name.as_str()), ("manager", "1")]));
    people.push(vec![("last_name", "Gone"), ("manager", "1"), ("end_date", "2020-01-01")]);
    let ids = company.employees(people).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{}", ids[0])).await;
    assert_eq!(page.all(".record-side .plain-list li").len(), 5, "{page}");
    let page = owner.click("See all 7").await;
    assert_eq!(page.names().len(), 7, "{page}");
    assert!(page.names().iter().all(|name| name.contains("Report")), "{page}");
    let page = owner.click("Left").await;
    assert_eq!(page.names(), ["Ada Gone"], "who left is there for who asks");
}

#[tokio::test]
async fn search_as_you_type_swaps_the_rows_alone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![
                ("first_name", "Georgi"),
                ("last_name", "Facello"),
                ("number", "10001"),
                ("department", "Development"),
            ],
            vec![
                ("first_name", "Bezalel"),
                ("last_name", "Simmel"),
                ("number", "10002"),
                ("email", "bez@lamps.example"),
            ],
            vec![("first_name", "Zoë"), ("last_name", "O'Neil-Ångström"), ("job_title", "100% Engineer")],
        ])
        .await;
    let mut owner = company.owner().await;
    for (question, names) in [
        ("facel", &["Georgi Facello"][..]),
        ("georgi fac", &["Georgi Facello"]),
        ("10002", &["Bezalel Simmel"]),
        ("bez@lamps", &["Bezalel Simmel"]),
        ("development", &["Georgi Facello"]),
        ("ÅNGSTRÖM", &["Zoë O'Neil-Ångström"]),
        ("o'neil", &["Zoë O'Neil-Ångström"]),
        ("b", &["Bezalel Simmel"]),
        ("eorg", &["Georgi Facello"]),
        ("", &["Georgi Facello", "Zoë O'Neil-Ångström", "Bezalel Simmel"]),
    ] {
        let path = format!("{LIST}?q={}", views::encode(question));
        let part = owner.htmx(&path, "div#employees").await;
        assert!(part.status == StatusCode::OK && !part.is_whole() && part.has("#employees"), "{part}");
        assert_eq!(part.header("vary"), "HX-Request, HX-Target");
        assert_eq!(part.names(), names, "{question}");
        // The same question by the form without script is the same answer as a page.
        owner.get(LIST).await;
        let page = owner.send(owner.form("Apply").set("q", question)).await;
        assert_eq!((page.h1().as_str(), page.names()), ("Employees", part.names()), "{question}");
        assert_eq!(page.form("Apply").value("q"), question);
    }
    let page = owner.get(&format!("{LIST}?q=nobody+at+all")).await;
    assert!(page.says("Nobody fits"), "{page}");
    // htmx that asks for the whole page, or goes back in history, gets the whole page.
    for headers in [
        &[("hx-request", "true"), ("hx-request-type", "full"), ("hx-target", "div#employees")][..],
        &[("hx-request", "true"), ("hx-history-restore-request", "true"), ("hx-target", "div#employees")],
        &[("hx-request", "true"), ("hx-request-type", "partial"), ("hx-target", "main#unknown")],
    ] {
        let page = owner.request(axum::http::Method::GET, LIST, headers, vec![]).await;
        assert!(page.is_whole(), "{headers:?}");
    }
}

#[tokio::test]
async fn filters_and_states_narrow_the_list_and_say_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![
                ("last_name", "Active"),
                ("number", "1"),
                ("department", "Sales"),
                ("employment_type", "full_time"),
                ("location", "Kyiv"),
            ],
            vec![
                ("last_name", "Upcoming"),
                ("department", "Sales"),
                ("start_date", "2026-03-03"),
                ("employment_type", "intern"),
            ],
            vec![("last_name", "Today"), ("start_date", "2026-03-02"), ("end_date", "2026-03-02")],
            vec![
                ("last_name", "Left"),
                ("department", "R & D"),
                ("start_date", "2020-01-01"),
                ("end_date", "2026-03-01"),
            ],
            vec![("last_name", "Report"), ("manager", "1"), ("department", "R & D")],
        ])
        .await;
    let mut owner = company.owner().await;
    for (query, names) in [
        ("", "Active, Left, Report, Today, Upcoming"),
        ("status=active", "Active, Report, Today"),
        ("status=upcoming", "Upcoming"),
        ("status=left", "Left"),
        ("status=archived", ""),
        ("status=nonsense", "Active, Left, Report, Today, Upcoming"),
        ("department=Sales", "Active, Upcoming"),
        ("department=R+%26+D", "Left, Report"),
        ("department=Sales&department=R+%26+D", "Active, Left, Report, Upcoming"),
        ("department=Sales&employment_type=intern", "Upcoming"),
        ("location=Kyiv", "Active"),
        ("department=Nowhere", ""),
        ("q=ada&department=Sales&status=active", "Active"),
    ] {
        let page = owner.get(&format!("{LIST}?{query}")).await;
        let last: Vec<_> = page.names().iter().map(|n| n.trim_start_matches("Ada ").to_owned()).collect();
        assert_eq!(last.join(", "), names, "{query}");
        if !names.is_empty() {
            let count = names.split(", ").count();
            assert_eq!(page.all(".pager-count strong"), [count.to_string()], "{query}");
        }
    }
    // Chosen by hand: the select offers what there is; the chip takes it off again.
    owner.get(LIST).await;
    let form = owner.form("Apply");
    let offered: Vec<_> = form.choices("department").into_iter().map(|(value, _)| value).collect();
    assert_eq!(offered, ["", "R & D", "Sales"]);
    let page = owner.send(form.set("department", "Sales")).await;
    assert_eq!(page.names().len(), 2);
    assert_eq!(page.all(".chip"), ["Remove filter Department Sales"], "{page}");
    let without = page.attribute(".chip", "href").expect("a way out");
    assert_eq!(owner.get(&without).await.names().len(), 5);
    // Reports of somebody, by the link on their page.
    let page = owner.get(&format!("{LIST}?q=active")).await;
    let manager = ids(&page).remove(0);
    let page = owner.get(&format!("{LIST}?manager={manager}")).await;
    assert_eq!(page.names(), ["Ada Report"]);
}

/// 130 people with equal and missing values in every column that the list sorts by.
async fn crowd(company: &crate::support::Company<'_>) -> usize {
    let words = ["", "Alpha", "beta", "Émile", "Z z"];
    let people: Vec<[String; 6]> = (0..130)
        .map(|i: usize| {
            let start =
                if i.is_multiple_of(3) { String::new() } else { format!("20{:02}-05-0{}", 10 + i % 4, 1 + i % 2) };
            let number = if i.is_multiple_of(7) { format!("X-{i}") } else { (1000 - i).to_string() };
            let name = ["Same", "same", "Ölberg", "Zed"][i % 4].to_owned();
            [format!("P{}", i % 5), name, number, words[i % 5].into(), words[(i / 5) % 5].into(), start]
        })
        .collect();
    let keys = ["first_name", "last_name", "number", "job_title", "department", "start_date"];
    let fields = people.iter().map(|p| keys.into_iter().zip(p.iter().map(String::as_str)).collect::<Vec<_>>());
    company.employees(fields).await.len()
}

#[tokio::test]
async fn every_order_gives_every_row_once_forwards_and_backwards() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let count = crowd(&company).await;
    let mut owner = company.owner().await;
    for key in ["name", "number", "job_title", "department", "start_date"] {
        for sort in [key.to_owned(), format!("-{key}")] {
            let mut page = owner.get(&format!("{LIST}?sort={sort}")).await;
            assert_eq!(page.all(".pager-count strong"), [count.to_string()]);
            let mut there = vec![ids(&page)];
            let mut rows = page.rows();
            while let Some(next) = page.link("Next") {
                page = owner.htmx(&next, "div#employees").await;
                there.push(ids(&page));
                rows.extend(page.rows());
                assert!(there.len() < 10, "{sort} goes on for ever");
            }
            assert_eq!(there.iter().map(Vec::len).collect::<Vec<_>>(), [PAGE, PAGE, count - 2 * PAGE], "{sort}");
            let mut once = there.concat();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), count, "{sort} shows somebody twice");
            // And back by the other button, page by page the same.
            for expected in there.iter().rev().skip(1) {
                let previous = page.link("Previous").unwrap_or_else(|| panic!("{sort}: no way back in {page}"));
                page = owner.htmx(&previous, "div#employees").await;
                assert_eq!(&ids(&page), expected, "{sort} backwards");
            }
            assert_eq!(page.link("Previous"), None, "{sort}: the first page is the first");
            // A file of the same question has the same order.
            let file = exported(&mut owner, &format!("?sort={sort}")).await;
            let in_file: Vec<_> = file.iter().skip(1).map(|r| r[2].clone()).collect();
            let shown: Vec<_> = rows.iter().map(|r| r[1].clone()).collect();
            assert_eq!(in_file, shown, "{sort}");
        }
    }
    // Ascending and descending are each other's mirror, and the order is people's.
    let up = exported(&mut owner, "?sort=number").await;
    let down = exported(&mut owner, "?sort=-number").await;
    assert!(up[1..].iter().eq(down[1..].iter().rev()));
    assert_eq!((up[1][2].as_str(), up[count][2].as_str()), ("871", "X-98"), "numbers as numbers, then words");
    let names = exported(&mut owner, "?sort=name").await;
    let last: Vec<_> = names[1..].iter().map(|r| r[1].as_str()).collect();
    let place = |name: &str| last.iter().position(|n| *n == name).expect("somebody");
    assert!(place("Ölberg") < place("Same") && place("Same") < place("Zed"), "{last:?}");
}

#[tokio::test]
async fn a_page_finds_its_place_when_rows_come_and_go() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    crowd(&company).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}?sort=job_title")).await;
    let next = page.link("Next").expect("more");
    let expected = ids(&owner.get(&next).await);
    // The row by which the next page is found goes away; another comes before it.
    let mark = ids(&page).pop().expect("a last row");
    let page = owner.post(&format!("{LIST}/{mark}/archival"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    company.employee(&[("last_name", "First"), ("job_title", "AAA")]).await;
    assert_eq!(ids(&owner.get(&next).await), expected);
    for nonsense in
        ["after=x", "after=~", "after=00000000000000000000000000000000~zzz", "sort=nonsense", "after=a~b&before=c~d"]
    {
        let page = owner.get(&format!("{LIST}?{nonsense}")).await;
        assert_eq!(page.status, StatusCode::OK, "an old link shows a list: {nonsense}: {page}");
    }
}

#[tokio::test]
async fn counts_stop_at_a_thousand() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut tx = company.begin().await;
    store::bench::employees(&mut tx, 1_000).await.expect("a thousand");
    tx.commit().await.expect("they are kept");
    let mut owner = company.owner().await;
    let page = owner.get(LIST).await;
    assert_eq!(
        (page.all(".pager-count strong"), page.all(".pager-shown")),
        (vec!["1,000".to_owned()], vec!["50 of".to_owned()])
    );
    company.employee(&[]).await;
    let page = owner.get(LIST).await;
    assert_eq!(page.all(".pager-count strong"), ["1,000+"]);
    // A question as broad as the workspace is answered all the same.
    let page = owner.get(&format!("{LIST}?q=bench.example")).await;
    assert_eq!((page.names().len(), page.all(".pager-count strong")), (50, vec!["1,000".to_owned()]));
    let page = owner.get(&format!("{LIST}?q=bench.example&sort=-start_date&department=Sales")).await;
    assert_eq!(page.names().len(), 50, "{page}");
}

#[tokio::test]
async fn chosen_columns_are_kept_for_the_person() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("email", "ada@lamps.example"), ("phone", "+49 30 1234567")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}?sort=-number")).await;
    let form = owner.form("Show these").set("columns", "phone").set("columns", "email");
    let form = form.set("Number", "").set("Manager", "");
    let page = owner.send(form).await;
    assert_eq!(page.path, format!("{LIST}?sort=-number"), "back where they were");
    let heads = ["Name", "Job title", "Department", "Email", "Phone", "Start date", "Status"];
    assert_eq!(page.all("thead th:not(.table-check)"), heads);
    let page = company.owner().await.get(LIST).await;
    assert_eq!(page.all("thead th:not(.table-check)"), heads, "on their other device, too");
    let file = exported(&mut owner, "").await;
    assert_eq!(
        file[0],
        ["First name", "Last name", "Job title", "Department", "Email", "Phone", "Start date", "Status"]
    );
    assert_eq!(file[1][5], "+49 30 1234567", "a telephone number is no formula");
    let page = company.admin().await.get(LIST).await;
    assert!(page.all("thead th").contains(&"Number".to_owned()), "somebody else keeps theirs");
    // No column at all is a choice, too; unknown ones are dropped.
    owner.post(&format!("{LIST}/columns"), &[("columns", "password_hash"), ("back", "https://evil.example")]).await;
    let page = owner.get(LIST).await;
    assert_eq!(page.all("thead th:not(.table-check)"), ["Name"]);
    // What is kept is of the list, too.
    let mut catalogue = app.catalogue().await;
    let kept: Vec<serde_json::Value> = sqlx::query_scalar("select preferences from members where preferences <> '{}'")
        .fetch_all(&mut catalogue)
        .await
        .expect("preferences");
    assert_eq!(kept, [serde_json::json!({ "employees.columns": [] })]);
}

#[tokio::test]
async fn an_export_is_what_is_shown_and_no_cell_is_a_formula() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![
                ("first_name", "=cmd|' /C calc'!A0"),
                ("last_name", "+1+1"),
                ("number", "7"),
                ("job_title", "@SUM(A1)"),
                ("department", "Sales"),
            ],
            vec![
                ("first_name", "Quote \"n\" comma,"),
                ("last_name", "-2+3"),
                ("number", "8"),
                ("department", "Sales"),
                ("manager", "7"),
            ],
            vec![("first_name", "Not"), ("last_name", "Asked"), ("department", "Other")],
        ])
        .await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}?department=Sales&sort=-number")).await;
    let export = page.link("CSV file").expect("a link");
    assert_eq!(export, format!("{LIST}/export?department=Sales&sort=-number"));
    let file = exported(&mut owner, "?department=Sales&sort=-number").await;
    assert_eq!(file.len(), 3, "{file:?}");
    assert_eq!(file[1][..2], ["Quote \"n\" comma,".to_owned(), "'-2+3".into()]);
    assert_eq!(file[2][..2], ["'=cmd|' /C calc'!A0".to_owned(), "'+1+1".into()]);
    let title = file[0].iter().position(|h| h == "Job title").expect("a column");
    let manager = file[0].iter().position(|h| h == "Manager").expect("a column");
    assert_eq!((file[2][title].as_str(), file[1][manager].as_str()), ("'@SUM(A1)", "7 · =cmd|' /C calc'!A0 +1+1"));
}

/// Adds this many at once, without what triggers do.
async fn twins(company: &Company<'_>, from: usize, to: usize) {
    let (tenant, at) = (company.tenant, "2026-01-01");
    let sql = format!(
        "set session_replication_role = replica;
         insert into employees (tenant_id, id, number, first_name, last_name, created_at, updated_at)
         select '{tenant}', gen_random_uuid(), n, 'Ada', 'Byron', '{at}', '{at}' from generate_series({from}, {to}) n"
    );
    company.app.trial.admin(&sql).await.expect("they are there");
}

#[tokio::test]
async fn a_long_export_is_whole_or_refused_and_leaves_a_note() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    twins(&company, 1, 2_500).await;
    let mut owner = company.owner().await;
    // All have the same name, so that pages end amid equals.
    for sort in ["name", "-name", "number"] {
        let file = exported(&mut owner, &format!("?sort={sort}")).await;
        let mut numbers: Vec<_> = file[1..].iter().map(|row| row[2].parse::<u32>().expect("a number")).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=2_500), "{sort}: each is there once");
    }
    let notes = company.app.trial.admin(
        "do $$ begin assert (select count(*) from audit_events where record = 'exports' and actor like 'member:%'
           and changes #>> '{rows,1}' = '2500' and changes #>> '{question,1,sort}' = '-name'
           and changes #> '{columns,1}' ? 'last_name') = 1; end $$",
    );
    notes.await.expect("who took what, by which question, and how many");

    twins(&company, 2_501, 100_001).await;
    let page = owner.get(&format!("{LIST}/export?sort=number")).await;
    assert_eq!((page.path.as_str(), page.h1().as_str()), (&*format!("{LIST}?sort=number"), "Employees"));
    assert!(page.toast().contains("more than 100,000 employees") && page.toast().contains("Narrow it"), "{page}");
    assert_eq!(exported(&mut owner, "?status=left").await.len(), 1);
    company.app.trial.admin("delete from employees where number = '5'").await.expect("one less");
    assert_eq!(exported(&mut owner, "").await.len(), 100_001, "with the head");
}

#[tokio::test]
async fn ticked_rows_are_archived_and_come_back_together() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = company.employees((0..5).map(|i| vec![("last_name", ["A", "B", "C", "D", "E"][i])])).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}?sort=-name")).await;
    let form = owner.form("Archive").set("ids", &ids[1].to_string()).set("Select Ada D", &ids[3].to_string());
    let page = owner.send(form).await;
    assert_eq!(
        (page.path.as_str(), page.toast().as_str()),
        ("/w/acme/hr/employees?sort=-name", "2 employees were archived."),
        "{page}"
    );
    assert_eq!(page.names(), ["Ada E", "Ada C", "Ada A"]);
    let page = owner.get(&format!("{LIST}?status=archived")).await;
    assert_eq!(page.names(), ["Ada B", "Ada D"]);
    // Somebody else's archiving is not undone with it.
    owner.post(&format!("{LIST}/archivals"), &[("ids", &ids[4].to_string())]).await;
    owner.get("/w/acme").await;
    assert!(owner.page.toast().contains("1 employee was archived."));
    let batch = owner.get(LIST).await;
    assert_eq!(batch.toast(), "", "a notice is shown once");
    owner.post(&format!("{LIST}/restorals"), &[("ids", &ids[4].to_string())]).await;

    owner.get(LIST).await;
    let form = owner.form("Archive").set("ids", &ids[0].to_string()).set("ids", &ids[2].to_string());
    owner.send(form).await;
    let page = owner.press("Undo").await;
    assert_eq!((page.path.as_str(), page.toast().as_str()), (LIST, "2 employees were restored."));
    assert_eq!(page.names(), ["Ada A", "Ada C", "Ada E"]);
    let page = owner.get(&format!("{LIST}?status=archived")).await;
    assert_eq!(page.names(), ["Ada B", "Ada D"]);
    let form = owner.form("Restore").set("ids", &ids[1].to_string());
    assert_eq!(owner.send(form).await.toast(), "1 employee was restored.");
    // Nothing ticked, and nonsense.
    for fields in [&[][..], &[("ids", "no-id")], &[("batch", "no batch")], &[("batch", "99999999999999999999")]] {
        let page = owner.post(&format!("{LIST}/restorals"), fields).await;
        assert!(!page.status.is_server_error(), "{fields:?}: {page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_whole_question_is_archived_by_a_job_and_comes_back_by_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    crowd(&company).await;
    let mut owner = company.owner().await;
    let question = format!("{LIST}?department=Alpha&sort=-number");
    let page = owner.get(&question).await;
    let found = page.all(".pager-count strong")[0].clone();
    assert!(!page.says("that fit"), "it is for who has ticked the whole page: {page}");
    let page = owner.get(LIST).await;
    let offer = page.attribute("[data-bulk-all]", "hx-get").expect("130 are more than a page");
    let part = owner.htmx(&offer, "span#archive-all").await;
    assert_eq!(part.all("button"), ["Change all 130 that fit…", "Archive all 130 that fit"]);
    assert!(!part.is_whole());

    // Without a script the offer is a page.
    owner.get(&format!("{LIST}/archivals?department=Alpha&sort=-number")).await;
    let page = owner.press(&format!("Archive all {found} that fit")).await;
    assert_eq!(page.h1(), "Archiving employees", "{page}");
    let watched = page.path.clone();
    assert!(page.says("goes on without you"), "{page}");
    assert!(owner.htmx(&watched, "div#progress").await.has("progress"));
    assert_eq!(owner.get(LIST).await.all(".pager-count strong"), ["130"], "not before the worker has it");
    app.run_jobs().await;
    assert_eq!(owner.htmx(&watched, "div#progress").await.header("hx-redirect"), question, "back where they were");
    let page = owner.get(LIST).await;
    assert_eq!(page.toast(), format!("{found} employees were archived."));
    let rest = 130 - found.parse::<usize>().expect("a number");
    assert_eq!(page.all(".pager-count strong"), [rest.to_string()]);

    // Somebody takes an address meanwhile: nothing comes back, and why is told.
    let page = owner.get(&format!("{LIST}?status=archived")).await;
    let archived = ids(&page).pop().expect("somebody");
    let steal = format!("update employees set email = 'a@b.example' where id = '{archived}'");
    app.trial.admin(&steal).await.expect("an address");
    let thief = company.employee(&[("email", "a@b.example")]).await;
    owner.get(&watched).await;
    let page = owner.press("Undo").await;
    assert_eq!(page.h1(), "Restoring employees", "{page}");
    app.run_jobs().await;
    let page = owner.get(&watched).await;
    assert_eq!(page.toast(), "Nothing was changed. Another employee has this email.", "{page}");
    assert_eq!(owner.get(LIST).await.all(".pager-count strong"), [(rest + 1).to_string()]);

    let page = owner.post(&format!("{LIST}/{thief}/archival"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let id = watched.rsplit('/').next().expect("an id").to_owned();
    for _twice in 0..2 {
        let page = owner.post(&format!("{LIST}/restorals"), &[("archival", &id)]).await;
        assert_eq!(page.header("location"), watched);
    }
    app.run_jobs().await;
    let page = owner.get(&watched).await;
    assert!(page.toast().contains(&format!("{found} employees were restored.")), "{page}");
    assert_eq!(owner.get(LIST).await.all(".pager-count strong"), ["130"]);
    // The records tell who it was.
    let page = owner.get(&format!("{LIST}/{archived}/timeline")).await;
    assert!(page.says("Olga Owner archived this employee") && page.says("Olga Owner restored this employee"), "{page}");
}

#[tokio::test]
async fn a_question_that_is_not_understood_archives_nobody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("department", "Sales")]).await;
    let mut owner = company.owner().await;
    for question in ["?departmnet=Sales", "?manager=nobody", "?status=gone", "?department=Sales&mine=true", "?q=a&q=b"]
    {
        let page = owner.post(&format!("{LIST}/archivals"), &[("all", &format!("{LIST}{question}"))]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{question}: {page}");
        assert!(page.says("It is not clear which records are meant."), "{question}: {page}");
    }
    for elsewhere in ["x", "/w/acme/crm/customers?q=qux", "/w/acme/crm/customers", "?department=Sales"] {
        let page = owner.post(&format!("{LIST}/archivals"), &[("all", elsewhere)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{elsewhere}: {page}");
    }
    let page = owner.get(&format!("{LIST}/archivals?departmnet=Sales")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.run_jobs().await;
    assert_eq!(owner.get(LIST).await.names(), ["Ada Lovelace"]);
    // The whole list, without a question, is one that is understood.
    owner.post(&format!("{LIST}/archivals"), &[("all", LIST)]).await;
    app.run_jobs().await;
    assert!(owner.get(LIST).await.names().is_empty());
}

#[tokio::test]
async fn a_question_that_is_not_understood_takes_nobody_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("department", "Sales")]).await;
    let mut owner = company.owner().await;
    for question in ["?departmnet=Sales", "?department=Sales&manager=x", "?status=gone", "?q=a&q=b"] {
        let page = owner.get(&format!("{LIST}/export{question}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{question}: {page}");
    }
    assert_eq!(exported(&mut owner, "?department=Sales&sort=-number").await.len(), 2);
}

#[tokio::test]
async fn archiving_a_whole_question_twice_is_once_and_keeps_its_undo() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    crowd(&company).await;
    let mut owner = company.owner().await;
    let found = owner.get(&format!("{LIST}?department=Alpha")).await.all(".pager-count strong")[0].clone();
    let page = owner.get(&format!("{LIST}/archivals?department=Alpha")).await;
    let form = page.form(&format!("Archive all {found} that fit"));
    let first = owner.send_once(&form, &[]).await;
    let second = owner.send_once(&form, &[]).await;
    assert_eq!(first.header("location"), second.header("location"));
    app.run_jobs().await;
    let page = owner.get(first.header("location")).await;
    assert!(page.toast().ends_with("employees were archived.") && page.has_form("Undo"), "{page}");
    // Taken back, it is not done again by the page of then; nor is another question in its name.
    owner.press("Undo").await;
    app.run_jobs().await;
    assert_eq!(owner.send_once(&form, &[]).await.status, StatusCode::CONFLICT);
    owner.get(LIST).await;

    // Ticked rows, too.
    let page = owner.get(LIST).await;
    let form = page.form("Archive").set("ids", &ids(&page)[0]);
    owner.send_once(&form, &[]).await;
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "1 employee was archived.", "{page}");
    assert!(page.has_form("Undo"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_archiving_whose_worker_dies_each_time_is_told_to_have_failed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/archivals")).await;
    let watched = owner.press("Archive all 1 that fit").await.path.clone();
    // As five workers left it that were killed by it.
    let killed = format!(
        "insert into job_runs (tenant_id, name, key, queue, state, attempts, lost, first_at, last_at)
         select tenant_id, 'run_archival', request::text, 'imports', 'running', 5, 4, created_at, created_at
         from archivals where tenant_id = '{}'",
        company.tenant
    );
    app.trial.admin(&killed).await.expect("it is written down");
    app.run_jobs().await;
    let page = owner.get(&watched).await;
    assert_eq!(page.toast(), "Nothing was changed. It was given up after several tries. Try again.", "{page}");
    assert_eq!(page.names(), ["Ada Lovelace"]);
}

#[tokio::test]
async fn no_event_names_more_records_than_fit_a_row() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut tx = company.begin().await;
    store::bench::employees(&mut tx, 1_500).await.expect("they are added");
    let everyone = store::hr::employees::matching(&mut tx, &Default::default()).await.expect("they are found");
    let (count, _) = store::hr::employees::archive::<domain::access::EmployeesBulk>(&mut tx, &everyone)
        .await
        .expect("they are archived");
    tx.commit().await.expect("it is kept");
    assert_eq!(count, 1_500);
    let mut relay = app.db.relay().await.expect("a transaction");
    let waiting = store::queue::waiting(&mut relay).await.expect("the outbox");
    assert_eq!(waiting.iter().filter(|job| job.name == "announce").count(), 2, "a thousand and the rest: {waiting:?}");
    drop(relay);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_list_offers_only_what_the_reader_may() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[]).await;
    for role in Role::BUILT_IN {
        let may = |right: &str| role.rights().may(&format!("employees.{right}"));
        let page = company.signed_in(role).await.get(LIST).await;
        assert_eq!(page.link("New employee").is_some(), may("write"), "{role}");
        assert_eq!(page.link("CSV file").is_some(), may("export"), "{role}");
        assert_eq!(page.link("Import").is_some(), may("import"), "{role}");
        assert_eq!(page.has("input[name=ids]"), may("bulk"), "{role}");
    }
    let empty = app.company("globex").await;
    let page = empty.owner().await.get(&empty.at("/hr/employees")).await;
    assert!(page.says("Your people go here"), "{page}");
}

#[tokio::test]
async fn a_mistyped_name_finds_whoever_is_close_and_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![("number", "1"), ("first_name", "Lillian"), ("last_name", "Haddadi"), ("email", "lh@acme.example")],
            vec![("number", "2"), ("first_name", "Georgi"), ("last_name", "Facello")],
        ])
        .await;
    let mut owner = company.owner().await;
    let list = company.at("/hr/employees");
    for question in ["Lilian+Hadadi", "lilian", "HADADI"] {
        let page = owner.get(&format!("{list}?q={question}")).await;
        assert_eq!(page.names(), ["Lillian Haddadi"], "{question}: {page}");
        assert!(page.says("These are close."), "{question}: {page}");
    }
    let page = owner.get(&format!("{list}?q=Lillian")).await;
    assert!(page.names() == ["Lillian Haddadi"] && !page.says("These are close."), "{page}");
    let page = owner.get(&format!("{list}?q=Lilian+Facello")).await;
    assert!(page.says("Nobody fits"), "each word is to be close: {page}");
    let page = owner.get(&company.at("/search?q=Hadadi")).await;
    assert!(page.says("Lillian Haddadi") && page.says("These are close."), "{page}");
    // A file has what the list shows; what changes many takes nobody for somebody else.
    let file = owner.get(&format!("{list}/export?q=Hadadi")).await;
    assert!(file.text.contains("Haddadi"), "{}", file.text);
    let page = owner.get(&format!("{list}/archivals?q=Hadadi")).await;
    assert!(page.says("Archive all 0"), "{page}");
    // Another workspace's are not close either.
    let theirs = app.company("globex").await;
    let page = theirs.owner().await.get("/w/globex/hr/employees?q=Hadadi").await;
    assert!(page.says("Nobody fits"), "{page}");
}
