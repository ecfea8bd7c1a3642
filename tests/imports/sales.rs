//! Sales of a real company's file: words that lead nowhere are told and mended, and what is on the screen afterwards is what
//! the file adds up to.

use super::*;
use std::collections::BTreeMap;

/// One line of the file.
struct Line {
    agent: String,
    stage: String,
    closed: String,
    value: i64,
}

fn lines(csv: &[u8]) -> Vec<Line> {
    let mut reader = csv::Reader::from_reader(csv);
    let records = reader.records().map(|r| r.expect("a record"));
    let line = |r: csv::StringRecord| Line {
        agent: r[1].to_owned(),
        stage: r[4].to_owned(),
        closed: r[6].to_owned(),
        value: r[7].parse().unwrap_or_default(),
    };
    records.map(line).collect()
}

/// Won, lost, and what was won in whole dollars.
type Sum = (i64, i64, i64);

fn sums(lines: &[Line], by: impl Fn(&Line) -> String) -> BTreeMap<String, Sum> {
    let mut all: BTreeMap<String, Sum> = BTreeMap::new();
    for line in lines {
        match line.stage.as_str() {
            "Won" => {
                let sum = all.entry(by(line)).or_default();
                (sum.0, sum.2) = (sum.0 + 1, sum.2 + line.value);
            }
            "Lost" => all.entry(by(line)).or_default().1 += 1,
            _ => {}
        }
    }
    all
}

/// The row of a report as it is shown.
fn shown(name: &str, (won, lost, value): Sum) -> Vec<String> {
    let rate = (won * 1000 + (won + lost) / 2) / (won + lost);
    let count = |n: i64| if n == 0 { "– none".to_owned() } else { domain::list::grouped(n) };
    let revenue = if won == 0 { "– none".to_owned() } else { format!("${}.00", domain::list::grouped(value)) };
    let rate = format!("{}.{} %", rate / 10, rate % 10);
    vec![name.to_owned(), count(won), count(lost), rate, revenue]
}

/// Agents come in as people below their managers, each in their region. The file has neither numbers nor addresses: whoever
/// brings it adds them. Then they are invited, and are members once they have accepted, not before.
async fn team(company: &Company<'_>, owner: &mut Browser, csv: &[u8]) {
    let mut reader = csv::Reader::from_reader(csv);
    let agents: Vec<[String; 3]> =
        reader.records().map(|r| r.expect("an agent")).map(|r| [0, 1, 2].map(|n| r[n].to_owned())).collect();
    let mut managers: Vec<(String, String)> = agents.iter().map(|a| (a[1].clone(), a[2].clone())).collect();
    managers.sort();
    managers.dedup();
    let number = |name: &str| managers.iter().position(|(m, _)| m == name).map(|n| format!("M{n}")).expect("a manager");
    let email = |number: &str| company.app.email(&number.to_lowercase());
    let parted = |name: &str| name.replacen(' ', ",", 1);
    let mut file = "Number,First name,Last name,Location,Manager,Email,Job title\n".to_owned();
    for (name, region) in &managers {
        let number = number(name);
        file.push_str(&format!("{number},{},{region},,{},Sales manager\n", parted(name), email(&number)));
    }
    for (n, [name, manager, region]) in agents.iter().enumerate() {
        let own = format!("A{n}");
        file.push_str(&format!("{own},{},{region},{},{},Sales agent\n", parted(name), number(manager), email(&own)));
    }
    let page = bring(company, owner, "hr/employees", "sales_teams.csv", file).await;
    assert_eq!(verdict(&page), "41 rows: 41 new.", "{page}");
    go(company, owner, "Import 41 rows").await;
    let page = owner.get(&company.at("/hr/employees?location=Central")).await;
    assert!(page.says("13 employees"), "eleven agents and two managers: {page}");

    owner.get(&company.at("/settings/members")).await;
    let all: Vec<String> = (0..agents.len()).map(|n| email(&format!("A{n}"))).collect();
    let (emails, role) = (all.join("\n"), Role::SalesRep.value());
    let page = owner.fill("Invite them all", &[("emails", &emails), ("role", &role)]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    company.app.run_jobs().await;
    let members: i64 = company.read("select count(*) from members").await;
    assert_eq!(members, 1, "an invitation is no member");
    let people = self::all(company, employees::Filter::default()).await;
    let person = |number: &str| people.iter().find(|e| e.number == number).expect("somebody").id;
    for (n, [name, ..]) in agents.iter().enumerate() {
        let own = format!("A{n}");
        let joined = company.join(name, &email(&own), Role::SalesRep).await;
        company.link(joined.member, person(&own)).await;
    }
    let (lead, _) = &managers[0];
    let number = number(lead);
    let joined = company.join(lead, &email(&number), Role::Manager).await;
    company.link(joined.member, person(&number)).await;
}

#[tokio::test]
async fn eight_thousand_deals_of_a_real_file_add_up_on_the_screen() {
    let (Some(accounts), Some(products), Some(teams), Some(deals)) = (
        real("crm-sales/accounts.csv"),
        real("crm-sales/products.csv"),
        real("crm-sales/sales_teams.csv"),
        real("crm-sales/sales_pipeline.csv"),
    ) else {
        return;
    };
    let app = TestApp::new().await;
    let company = app.company("sales").await;
    let mut owner = company.owner().await;
    bring(&company, &mut owner, "crm/customers", "accounts.csv", accounts).await;
    go(&company, &mut owner, "Import 85 rows").await;
    let parents: i64 = company.read("select count(*) from customers where parent_id is not null").await;
    let subsidiaries = csv::Reader::from_reader(&real("crm-sales/accounts.csv").expect("accounts")[..])
        .records()
        .filter(|r| r.as_ref().is_ok_and(|r| !r[6].is_empty()))
        .count();
    assert_eq!(parents, i64::try_from(subsidiaries).expect("a number"), "each subsidiary stands below its parent");
    // What is sold, with its price from today on; once more, nothing is different.
    let page = bring(&company, &mut owner, "crm/products", "products.csv", products.clone()).await;
    assert_eq!(verdict(&page), "7 rows: 7 new.", "{page}");
    go(&company, &mut owner, "Import 7 rows").await;
    let page = owner.get(&company.at("/crm/products")).await;
    assert!(page.rows().iter().any(|r| r[0].starts_with("GTX Pro") && r[2] == "$4,821.00"), "{page}");
    app.clock.advance(chrono::Duration::minutes(1));
    let page = bring(&company, &mut owner, "crm/products", "products.csv", products).await;
    assert_eq!(verdict(&page), "7 rows: 7 unchanged.", "{page}");
    owner.press("Discard this file").await;
    team(&company, &mut owner, &teams).await;

    // What leads nowhere is told once a word, with what it is like.
    let page = bring(&company, &mut owner, "crm/deals", "sales_pipeline.csv", deals.clone()).await;
    let words: Vec<Vec<String>> = page.all("#words tbody tr").into_iter().map(|row| vec![row]).collect();
    assert!(words.iter().any(|w| w[0].contains("GTXPro") && w[0].contains("1,480")), "{words:?}");
    assert!(words.iter().any(|w| w[0].contains("empty cells") && w[0].contains("1,425")), "{words:?}");
    assert!(page.has("#words input[name='mend_to'][value='GTX Pro']"), "it is offered: {page}");
    let form =
        owner.form("Use these words").set("Read Prospecting as", "Qualified").set("Read Engaging as", "Proposal");
    let page = owner.send(form).await;
    assert_eq!(verdict(&page), "8,800 rows: 8,800 new.", "{page}");
    // What was said stays to be seen and changed.
    assert!(page.has("#words input[name='mend_to'][value='Proposal']"), "{page}");
    go(&company, &mut owner, "Import 8,800 rows").await;

    // On screen is what the file adds up to.
    let lines = lines(&deals);
    let page = owner.get(&company.at("/crm/reports/sales")).await;
    let rows = page.rows();
    let (mut agents, months) =
        (sums(&lines, |l| l.agent.clone()), sums(&lines, |l| l.closed.get(..7).unwrap_or_default().to_owned()));
    let all = agents.values().fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    let told = shown("", all);
    assert!(told[1..].iter().all(|words| page.says(words)), "{told:?} in {page}");
    assert_eq!((all.0, all.1), (4_238, 2_473));
    assert_eq!(rows.len(), agents.len() + months.len());
    let is = |name: &str, sum: Sum| {
        let told = shown(name, sum);
        let there = rows.iter().any(|row| row[0].starts_with(name) && row[1..] == told[1..]);
        assert!(there, "{told:?} in {rows:?}");
    };
    agents.iter().for_each(|(agent, sum)| is(agent, *sum));
    for (month, sum) in &months {
        let day: domain::Day = domain::Day(format!("{month}-01").parse().expect("a month"));
        let name = day.0.format("%B %Y").to_string();
        is(&name, *sum);
    }
    // A manager is told of their own people, and of nobody else's.
    let mine: Vec<String> = csv::Reader::from_reader(&teams[..])
        .records()
        .map(|r| r.expect("an agent"))
        .filter(|r| &r[1] == "Cara Losch")
        .map(|r| r[0].to_owned())
        .collect();
    let mut lead = app.browser();
    lead.sign_in(&app.email("m0"), crate::support::PASSWORD).await;
    let theirs = lead.get(&company.at("/crm/reports/sales")).await;
    let own = agents.iter().filter(|(name, _)| mine.contains(name)).map(|(_, sum)| *sum);
    let told = shown("", own.fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2)));
    assert!(told[1..].iter().all(|words| theirs.says(words)), "{told:?} in {theirs}");
    assert!(agents.keys().all(|name| theirs.says(name) == mine.contains(name)), "{theirs}");
    // The list behind a number has as many.
    let (agent, sum) = agents.pop_first().expect("an agent");
    let row = rows.iter().position(|row| row[0].starts_with(&agent)).expect("a row");
    let href = page.attribute(&format!("tbody tr:nth-child({}) a", row + 1), "href").expect("a link");
    assert!(href.contains("status=won"), "{href}");
    let list = owner.get(&href).await;
    assert!(list.says(&format!("{} deals", domain::list::grouped(sum.0))), "{list}");

    // Each has its history: when it began, and when it ended.
    let days: i64 = company
        .read(
            "select lasted / 86400 from deal_history h join deals d on d.tenant_id = h.tenant_id and d.id = h.deal_id
             where d.reference = '1C1I7A6R' and h.state = 'won'",
        )
        .await;
    assert_eq!(days, 132, "from 20 October 2016 to 1 March 2017");
    let of_a_kind: i64 = company.read("select count(*) from sales_lines where name = 'GTX Pro'").await;
    assert_eq!(of_a_kind, 1_480);

    // Brought once more, nothing changes; undone, nothing is left.
    app.clock.advance(chrono::Duration::minutes(1));
    let page = bring(&company, &mut owner, "crm/deals", "sales_pipeline.csv", deals).await;
    assert_eq!(verdict(&page), "8,800 rows: 8,800 unchanged.", "{page}");
    owner.press("Discard this file").await;
    owner.get(&company.at("/crm/deals/imports")).await;
    owner.click("sales_pipeline.csv").await;
    owner.click("Undo this import").await;
    let page = go(&company, &mut owner, "Remove 8,800 deals").await;
    assert!(page.says("8,800 deals removed."), "{page}");
    assert!(owner.get(&company.at("/crm/reports/sales")).await.says("Nothing has ended in these days"));
}

#[tokio::test]
async fn an_undone_import_gives_deals_back_where_they_stood_and_keeps_customers_in_the_archive() {
    let app = TestApp::new().await;
    let company = app.company("undo").await;
    let mut firms = vec![];
    for name in ["Globex", "Initech", "Hooli"] {
        firms.push(company.customer(&[("name", name)]).await);
    }
    let deals = company
        .deals([
            vec![
                ("name", "Lamps"),
                ("reference", "1"),
                ("customer", "Globex"),
                ("stage", "Meeting"),
                ("probability", "44"),
                ("close_on", "2026-04-01"),
            ],
            vec![("name", "Desks"), ("reference", "2"), ("customer", "Hooli")],
            vec![
                ("name", "Chairs"),
                ("reference", "3"),
                ("stage", "Meeting"),
                ("amount", "500"),
                ("close_on", "2026-04-01"),
            ],
        ])
        .await;
    let mut owner = company.owner().await;
    owner.post(&company.at(&format!("/crm/customers/{}/archival", firms[2])), &[]).await;
    let csv = "Reference,Name,Stage,Customer,Lost because of,Next step\n\
               1,Lamps,Lost,Initech,Price,\n2,Desks,,,,Call them\n3,Chairs,Qualified,,,\n";
    let page = bring(&company, &mut owner, "crm/deals", "deals.csv", csv).await;
    assert_eq!(verdict(&page), "3 rows: 3 changed.", "{page}");
    go(&company, &mut owner, "Import 3 rows").await;
    let import = owner.page.path.clone();
    let lamps = company.deal_now(deals[0]).await;
    assert_eq!((lamps.stage_name.as_str(), lamps.probability), ("Lost", 0));
    assert_eq!(lamps.customer.map(|c| c.name).as_deref(), Some("Initech"));
    let of: Option<uuid::Uuid> = company.read("select customer_id from deals where reference = '2'").await;
    assert_eq!(of, Some(firms[2].0), "the file says nothing of its customer");
    // One is moved on since, and stays where it is.
    company.moved(deals[2], "Negotiation").await;
    owner.get(&format!("{import}/reversal")).await;
    let page = go(&company, &mut owner, "Put back 3 deals").await;
    assert!(page.says("2 deals put back as before"), "{page}");
    let lamps = company.deal_now(deals[0]).await;
    assert_eq!((lamps.stage_name.as_str(), lamps.probability, lamps.probability_own), ("Meeting", 44, true));
    assert_eq!(lamps.close_on.map(|d| d.0.to_string()).as_deref(), Some("2026-04-01"));
    assert_eq!((lamps.customer.map(|c| c.name).as_deref(), lamps.loss_reason), (Some("Globex"), None));
    let desks = company.deal_now(deals[1]).await;
    assert_eq!((desks.stage_name.as_str(), desks.next_step), ("Qualified", None));
    assert_eq!(company.deal_now(deals[2]).await.stage_name, "Negotiation");
}

#[tokio::test]
async fn what_comes_with_an_imported_record_by_itself_does_not_keep_it() {
    let app = TestApp::new().await;
    let company = app.company("undo").await;
    let mut owner = company.owner().await;
    for (noun, csv, undo) in [
        ("customers", "Name,Email\nGlobex,info@globex.example\n", "Remove 1 customer"),
        ("contacts", "First name,Last name,Email,Company\nAda,Byron,ada@globex.example,Globex\n", "Remove 1 contact"),
        ("leads", "Name,Email\nBea,bea@x.example\n", "Remove 1 lead"),
    ] {
        if noun == "contacts" {
            company.customer(&[("name", "Globex")]).await;
        }
        bring(&company, &mut owner, &format!("crm/{noun}"), "file.csv", csv).await;
        go(&company, &mut owner, "Import 1 row").await;
        let import = owner.page.path.clone();
        app.clock.advance(chrono::Duration::minutes(1));
        owner.get(&format!("{import}/reversal")).await;
        go(&company, &mut owner, undo).await;
        app.clock.advance(chrono::Duration::minutes(1));
        let left: i64 = company.read(&format!("select count(*) from {noun}")).await;
        assert_eq!(left, 0, "{noun}");
    }
}
