//! Who comes and goes at the demo company, what everybody has been given, and when some of them were at work.

use super::{Done, History, words};
use chrono::{Datelike, Duration, NaiveTime, Weekday};
use domain::{
    AssetId, AttendanceId, Day, EmployeeId,
    day::instant,
    hr::{
        assets::{Condition, Draft, Handed, Status},
        attendance::{Fields as Stretch, week},
        checklists::{Fields, Filter, Item, Kind, Owner},
    },
    workspace::access::Subject,
};
use store::{
    Db, Desk, TenantTx, Who,
    hr::{assets, attendance, checklists},
};

/// Title, who (`it` is Rasmus, who looks after the computers), days, whether it must be done.
type Line = (&'static str, &'static str, i32, bool);

/// Name, for whom, whether somebody starts or leaves, and the lines.
type Written = (&'static str, &'static [&'static str], Kind, &'static [Line]);

const TEMPLATES: &[Written] = &[
    (
        "Everybody’s first day",
        &[],
        Kind::Onboarding,
        &[
            ("Send the contract and have it signed", "hr", -21, true),
            ("Order a laptop and a phone", "it", -14, true),
            ("Make the accounts", "it", -3, true),
            ("Tell the team who comes, and choose a buddy", "manager", -5, false),
            ("Send the first day’s plan", "hr", -3, false),
            ("Bring identification and bank details", "person", 0, true),
            ("Lunch with the team", "manager", 0, false),
            ("Read the handbook and acknowledge it", "person", 5, false),
            ("Talk about the first month", "manager", 30, false),
        ],
    ),
    (
        "Product: benches and tools",
        &["Product"],
        Kind::Onboarding,
        &[
            ("Set up a bench in the laboratory", "manager", -2, false),
            ("Safety instruction for the laboratory", "manager", 1, true),
        ],
    ),
    (
        "Everybody’s last day",
        &[],
        Kind::Offboarding,
        &[
            ("Confirm the last day in writing", "hr", -28, true),
            ("Plan the hand-over of open work", "manager", -14, true),
            ("Exit talk", "hr", -5, false),
            ("Return laptop, phone and keys", "person", 0, true),
            ("Write the reference", "manager", 0, false),
            ("Close accounts outside of here", "it", 1, true),
            ("Pay what is left of leave", "hr", 10, false),
        ],
    ),
];

/// What has been done of it: whose number, and the titles.
const DONE: &[(&str, &[&str])] = &[
    ("1055", &["Send the contract and have it signed", "Order a laptop and a phone"]),
    ("1052", &["Confirm the last day in writing"]),
];

/// Kind, name, price, days since it was bought, condition, status while nobody has it, and who had it one after the other
/// (numbers; a last empty one: it came back).
type Piece = (&'static str, &'static str, &'static str, i64, &'static str, &'static str, &'static [&'static str]);

const PIECES: &[Piece] = &[
    ("Laptop", "MacBook Pro 14", "2,190.00", 700, "good", "in_stock", &["1001"]),
    ("Laptop", "MacBook Pro 14", "2,190.00", 700, "good", "in_stock", &["1003"]),
    ("Laptop", "MacBook Air 13", "1,299.00", 540, "good", "in_stock", &["1005"]),
    ("Laptop", "MacBook Air 13", "1,299.00", 1_500, "good", "in_stock", &["1051", "1006"]),
    ("Laptop", "ThinkPad T14", "1,480.00", 900, "worn", "in_stock", &["1049", "1008"]),
    ("Laptop", "ThinkPad T14", "1,480.00", 900, "worn", "in_stock", &["1010"]),
    ("Laptop", "ThinkPad T14", "1,480.00", 420, "good", "in_stock", &["1011"]),
    ("Laptop", "ThinkPad T14", "1,480.00", 420, "good", "in_stock", &["1019"]),
    ("Laptop", "ThinkPad T14", "1,480.00", 420, "good", "in_stock", &["1025"]),
    ("Laptop", "ThinkPad T14", "1,480.00", 420, "good", "in_stock", &["1052"]),
    ("Laptop", "ThinkPad T14", "1,560.00", 20, "new", "in_stock", &[]),
    ("Laptop", "ThinkPad T14", "1,560.00", 20, "new", "in_stock", &[]),
    ("Laptop", "MacBook Air 13", "1,199.00", 1_400, "damaged", "in_repair", &["1050", ""]),
    ("Laptop", "Latitude 7400", "1,340.00", 1_900, "worn", "retired", &["1038", ""]),
    ("Phone", "iPhone 15", "899.00", 380, "good", "in_stock", &["1001"]),
    ("Phone", "iPhone 15", "899.00", 380, "good", "in_stock", &["1003"]),
    ("Phone", "iPhone SE", "479.00", 610, "worn", "in_stock", &["1052"]),
    ("Phone", "Pixel 8", "699.00", 300, "good", "in_stock", &["1018"]),
    ("Phone", "Pixel 8", "699.00", 300, "good", "lost", &["1020", ""]),
    ("Monitor", "UltraSharp 27", "540.00", 800, "good", "in_stock", &["1007"]),
    ("Monitor", "UltraSharp 27", "540.00", 800, "good", "in_stock", &["1013"]),
    ("Key", "Front door, Copenhagen", "40.00", 2_000, "good", "in_stock", &["1027"]),
    ("Key", "Front door, Copenhagen", "40.00", 2_000, "good", "in_stock", &["1052"]),
    ("Key", "Workshop, Malmö", "40.00", 2_000, "good", "in_stock", &["1029"]),
    ("Vehicle", "Transporter, MN 48 210", "31,500.00", 1_100, "good", "in_stock", &["1036"]),
];

/// Who writes down their days: number, begins at, minutes a day, a break among them.
const AT_WORK: &[(&str, u32, i64)] =
    &[("1005", 8, 495), ("1025", 9, 480), ("1027", 8, 510), ("1033", 6, 525), ("1039", 9, 450)];

pub async fn write(db: &Db, history: &History, owner: Desk, rasmus: Desk) -> Done {
    let system = Desk::of_system(owner.tenant, owner.zone, Who::Job("tend_departures"));
    let Who::Member(it) = rasmus.who else { return Err("a colleague is a member".into()) };
    for (name, departments, kind, lines) in TEMPLATES {
        history.go_on(Duration::minutes(13));
        let item = |(title, who, days, blocks): &Line| Item {
            title: (*title).into(),
            note: None,
            owner: if *who == "it" { Owner::Member(it) } else { Owner::parse(who).unwrap_or_default() },
            days: *days,
            blocks: *blocks,
        };
        let fields = Fields {
            name: (*name).into(),
            kind: *kind,
            titles: vec![],
            departments: departments.iter().map(|d| (*d).to_owned()).collect(),
            types: vec![],
            automatic: true,
            items: lines.iter().map(item).collect(),
        };
        let mut tx = db.begin(owner).await.map_err(words)?;
        let id = tx.id();
        checklists::templates::add(&mut tx, id, &fields).await.map_err(|e| format!("{name}: {e}"))?;
        tx.commit().await.map_err(words)?;
    }
    history.go_on(Duration::minutes(1));
    let mut tx = db.begin(system).await.map_err(words)?;
    checklists::running::follow_next(&mut tx, None, 1_000).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    for (number, titles) in DONE {
        history.go_on(Duration::minutes(23));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let filter = Filter { q: (*number).into(), ..Filter::default() };
        for checklist in checklists::list(&mut tx, &filter).await.map_err(words)?.rows {
            for step in checklists::steps(&mut tx, &checklist).await.map_err(words)? {
                if titles.contains(&&*step.title) {
                    checklists::complete(&mut tx, step.id).await.map_err(words)?;
                }
            }
        }
        tx.commit().await.map_err(words)?;
    }
    for piece in PIECES {
        history.go_on(Duration::minutes(3));
        let mut tx = db.begin(rasmus).await.map_err(words)?;
        let (id, holder) = self::piece(&mut tx, piece).await.map_err(|e| format!("{}: {e}", piece.1))?;
        tx.commit().await.map_err(words)?;
        // Most have said that they have it; of keys nobody ever asked.
        if piece.0 != "Key" && holder.is_some() {
            let mut tx = db.begin(Desk { employee: holder, ..system }).await.map_err(words)?;
            assets::confirm(&mut tx, id).await.map_err(words)?;
            tx.commit().await.map_err(words)?;
        }
    }
    for (n, at_work) in AT_WORK.iter().enumerate() {
        history.go_on(Duration::minutes(2));
        days(db, system, at_work, n == 0).await.map_err(|e| format!("{}: {e}", at_work.0))?;
    }
    Ok(())
}

async fn employee(tx: &mut TenantTx, number: &str) -> Done<EmployeeId> {
    match store::records::resolve(tx, number).await.map_err(words)? {
        Some(Subject::Employee(id)) => Ok(id),
        _ => Err(format!("nobody has the number {number}")),
    }
}

/// Gives who has it now.
async fn piece(
    tx: &mut TenantTx,
    (kind, name, value, age, condition, status, who): &Piece,
) -> Done<(AssetId, Option<EmployeeId>)> {
    let mut holder = None;
    let back = |days: i64| Day(tx.today().0 - Duration::days(days));
    let (bought, today) = (back(*age), tx.today());
    let typed = Draft {
        name: (*name).into(),
        kind: (*kind).into(),
        value: (*value).into(),
        bought_on: bought.to_string(),
        condition: (*condition).into(),
        ..Draft::default()
    };
    let (fields, errors) = typed.read(&Default::default());
    if !errors.is_empty() {
        return Err(format!("{errors:?}"));
    }
    let id = tx.id::<AssetId>();
    assets::add(tx, id, &fields).await.map_err(words)?;
    let condition = Condition::parse(condition).unwrap_or_default();
    let stretch = *age / i64::try_from(who.len() + 1).unwrap_or(1);
    for (n, number) in (0..).zip(*who) {
        let day = Day(bought.0 + Duration::days(7 + stretch * n)).min(today);
        let then = Status::parse(status).unwrap_or_default();
        let handed = Handed { day, condition, note: None, then };
        if n > 0 {
            assets::take_back(tx, id, &handed).await.map_err(words)?;
            holder = None;
        }
        if !number.is_empty() {
            let employee = employee(tx, number).await?;
            holder = Some(employee);
            assets::hand_out(tx, id, employee, &handed).await.map_err(words)?;
        }
    }
    Ok((id, holder))
}

/// Two weeks of somebody; the first is approved, and the second of whoever `hands_in` waits.
async fn days(db: &Db, system: Desk, (number, begins, minutes): &(&str, u32, i64), hands_in: bool) -> Done {
    let mut tx = db.begin(system).await.map_err(words)?;
    let id = employee(&mut tx, number).await?;
    let (zone, now) = (tx.zone(), tx.now());
    drop(tx);
    let own = Desk { employee: Some(id), ..system };
    let this = week(Day(now.with_timezone(&zone).date_naive()));
    let (first, second) = (Day(this.0 - Duration::days(14)), Day(this.0 - Duration::days(7)));
    let mut tx = db.begin(own).await.map_err(words)?;
    for day in first.0.iter_days().take(14) {
        if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            continue;
        }
        // Nobody comes at the same minute every day.
        let late = i64::from(day.day() % 7) * 4;
        let time = NaiveTime::from_hms_opt(*begins, 0, 0).unwrap_or_default();
        let from = instant(zone, day, time) + Duration::minutes(late);
        let until = from + Duration::minutes(minutes + late + 30);
        let id = tx.id::<AttendanceId>();
        let stretch = Stretch { from, until, rest: 30, reason: None, replaces: None };
        attendance::write(&mut tx, id, &stretch, zone).await.map_err(words)?;
    }
    attendance::submit(&mut tx, first).await.map_err(words)?;
    if hands_in {
        attendance::submit(&mut tx, second).await.map_err(words)?;
    }
    let sheet = attendance::own(&mut tx, first).await.map_err(words)?.and_then(|s| Some((s.id?, s.version)));
    tx.commit().await.map_err(words)?;
    let mut tx = db.begin(system).await.map_err(words)?;
    if let Some((sheet, version)) = sheet {
        attendance::decide(&mut tx, sheet, version, None).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)?;
    Ok(())
}
