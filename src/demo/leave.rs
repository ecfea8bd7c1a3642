//! Time off of the demo company: kinds, a policy for Denmark and one for everybody else, who was away, who is, who will be,
//! and what waits for an answer.

use super::{Done, History, words};
use chrono::{Datelike, Duration, Weekday};
use domain::{
    Day, Email, EmployeeId, LeaveTypeId,
    access::Sight,
    hr::leave::{
        forms::{BlackoutFields, PolicyFields, RequestFields, usual},
        policy::{Audience, Gain, Per, Terms},
        requests::Span,
    },
};
use store::{
    Db, Desk, TenantTx, Who,
    hr::leave::{self, accounts, policies, requests, rules, steps},
};

/// Whose leave, of which kind, from how many days after today, for how long, and why.
const LEAVE: [(&str, usize, i64, i64, Option<&str>); 17] = [
    ("1008", 0, -62, 12, None),
    ("1015", 0, -48, 5, None),
    ("1009", 1, -33, 3, None),
    ("1021", 0, -27, 5, None),
    ("1004", 0, -20, 2, None),
    ("1026", 1, -9, 2, None),
    ("1013", 0, -4, 9, None),
    ("1025", 2, -40, 120, None),
    ("1022", 0, -1, 5, None),
    ("1010", 1, 0, 2, None),
    ("1018", 0, 5, 5, None),
    ("1007", 0, 9, 3, None),
    ("1024", 0, 12, 5, None),
    ("1027", 3, 16, 10, Some("A course in Lisbon")),
    ("1006", 0, 19, 5, None),
    ("1011", 0, 23, 8, None),
    ("1029", 0, 30, 5, None),
];

/// What waits: by the address of whoever asks, which days, and why.
const WAITING: [(&str, i64, i64, &str); 4] = [
    ("leila.haddad@northwind-lamps.example", 13, 4, "Moving house"),
    ("priya.raman@northwind-lamps.example", 24, 5, "Family is visiting"),
    ("ingrid.dahl@northwind-lamps.example", 52, 5, "Skiing"),
    ("nadia.kowalska@northwind-lamps.example", 40, 3, "A wedding"),
];

pub async fn write(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)], today: Day) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    let mut kinds = vec![];
    for fields in usual() {
        let id = tx.id::<LeaveTypeId>();
        leave::add_type(&mut tx, id, &fields).await.map_err(words)?;
        kinds.push(id);
        // Kinds stand in the order in which they were made.
        tx.commit().await.map_err(words)?;
        history.go_on(Duration::minutes(3));
        tx = db.begin(owner).await.map_err(words)?;
    }
    give(&mut tx, kinds[0], today).await?;
    let shut = BlackoutFields {
        name: "Stocktaking".into(),
        from: on(today, 45),
        to: on(today, 48),
        department: Some("Operations".into()),
    };
    let id = tx.id();
    rules::add_blackout(&mut tx, id, &shut).await.map_err(words)?;
    let id = tx.id();
    rules::add_cover(&mut tx, id, ("Customer Care", 1)).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    settle(db, owner).await?;
    for (number, kind, from, days, reason) in LEAVE {
        history.go_on(Duration::minutes(2));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let employee = find(&mut tx, number).await?;
        let fields = fields(kinds[kind], today, (from, days), reason);
        let id = tx.id();
        requests::ask(&mut tx, id, employee, &fields).await.map_err(|e| format!("{number}: {e}"))?;
        tx.commit().await.map_err(words)?;
    }
    for (email, from, days, reason) in WAITING {
        let Some((_, desk)) = team.iter().find(|(e, _)| e.as_str() == email) else { continue };
        history.go_on(Duration::minutes(9));
        // Their record was linked after they came in, so they sit down anew.
        let Who::Member(member) = desk.who else { continue };
        let mut tx = db.begin(*desk).await.map_err(words)?;
        let actor = store::workspace::roles::actor(&mut tx, member).await.map_err(words)?;
        tx.sit(Desk::of_member(&actor, owner.zone, None)).await.map_err(words)?;
        let Some(employee) = actor.employee else { continue };
        let id = tx.id();
        requests::ask(&mut tx, id, employee, &fields(kinds[0], today, (from, days), Some(reason)))
            .await
            .map_err(|e| format!("{email}: {e}"))?;
        tx.commit().await.map_err(words)?;
    }
    delegate(db, team).await
}

/// Danes earn a twelfth with each month of a year that begins in September; everybody else has all of it in January.
async fn give(tx: &mut TenantTx, vacation: LeaveTypeId, today: Day) -> Done {
    let year = today.year();
    let day = |year, month| Day::new(year, month, 1).ok_or("each month has a first day");
    let danish = Terms {
        annual: 25.into(),
        per: Per::Month,
        gain: Gain::End,
        by_fte: true,
        carry_limit: Some(5.into()),
        carry_months: Some(4),
        overdraft: 5.into(),
        ..Terms::default()
    };
    let usual = Terms {
        annual: 28.into(),
        milestones: vec![(5, 30.into())],
        by_fte: true,
        carry_limit: Some(5.into()),
        carry_months: Some(3),
        overdraft: 5.into(),
        ..Terms::default()
    };
    for (name, month, from, audience, terms) in [
        ("Vacation, Denmark", 9, day(year - 1, 9)?, Audience::Location("Copenhagen".into()), danish),
        ("Vacation", 1, day(year, 1)?, Audience::Everybody, usual),
    ] {
        let fields = PolicyFields { name: name.into(), kind: vacation, year: (month, 1), audience, from, terms };
        let id = tx.id();
        policies::add(tx, id, &fields).await.map_err(words)?;
    }
    Ok(())
}

/// What has come due, as the schedule's job writes it.
async fn settle(db: &Db, owner: Desk) -> Done {
    let system = Desk::of_system(owner.tenant, owner.zone, Who::Job("settle_leave"));
    let nobody = uuid::Uuid::nil();
    let mut tx = db.begin(system).await.map_err(words)?;
    accounts::settle_due(&mut tx, (EmployeeId(nobody), LeaveTypeId(nobody)), 1_000).await.map_err(words)?;
    tx.commit().await.map_err(words)
}

/// So many days from today, and never on a weekend.
fn on(today: Day, days: i64) -> Day {
    let day = today.0 + Duration::days(days);
    Day(match day.weekday() {
        Weekday::Sat => day + Duration::days(2),
        Weekday::Sun => day + Duration::days(1),
        _ => day,
    })
}

fn fields(kind: LeaveTypeId, today: Day, (from, days): (i64, i64), reason: Option<&str>) -> RequestFields {
    let from = on(today, from);
    let to = Day(from.0 + Duration::days(days - 1));
    RequestFields { kind, span: Span::whole(from, to), reason: reason.map(str::to_owned) }
}

async fn find(tx: &mut TenantTx, number: &str) -> Done<EmployeeId> {
    let filter = domain::hr::employees::Filter { q: number.into(), ..Default::default() };
    let found = store::hr::employees::list(tx, &filter, Sight::DIRECTORY).await.map_err(words)?.rows;
    let employee = found.into_iter().find(|e| e.number == number);
    Ok(employee.ok_or_else(|| format!("nobody has the number {number}"))?.id)
}

/// Whoever leads sales is stood in for while she is away.
async fn delegate(db: &Db, team: &[(Email, Desk)]) -> Done {
    let of = |email: &str| team.iter().find(|(e, _)| e.as_str() == email).map(|(_, desk)| *desk);
    let (Some(from), Some(to)) = (of(WAITING[1].0), of("callum.reid@northwind-lamps.example")) else { return Ok(()) };
    let (Who::Member(priya), Who::Member(callum)) = (from.who, to.who) else { return Ok(()) };
    let mut tx = db.begin(from).await.map_err(words)?;
    steps::hand_over(&mut tx, priya, Some((callum, None, None))).await.map_err(words)?;
    tx.commit().await.map_err(words)
}
