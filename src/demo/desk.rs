//! What the demo company's desk has beside its tickets: macros, time that was spent, a ticket that is put off, and help for
//! customers, the team, and everybody.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{
    HelpArticleId, HelpCategoryId, MacroId, TicketId, TimeEntryId,
    support::{
        effort, help as articles,
        macros::{self as sets, Draft},
        portal as places,
        tickets::Filter,
    },
};
use store::{
    Db, Desk, TenantTx,
    support::{
        effort as entries,
        help::{self, Move},
        macros, points, portal, tickets,
    },
};

/// Title, category, readers, text.
const ARTICLES: &[(&str, &str, &str, &str)] = &[
    (
        "Why does my lamp hum when it is dimmed?",
        "Lamps and dimmers",
        "public",
        "A lamp hums when its dimmer and its driver do not fit.\n\n## Look at the dimmer\n\n- **Trailing edge** dimmers fit all of our lamps.\n- **Leading edge** dimmers, often from before 2012, hum below 30 %.\n\n## What to do\n\n1. Turn the lamp to full. If it is silent, it is the dimmer.\n2. Look at its type plate, and compare it with the list in the box of the lamp.\n3. Write to us with a photo of the plate: we tell you which one fits, and send it where it is our fault.",
    ),
    (
        "The app does not find the bridge",
        "Lamps and dimmers",
        "public",
        "Since the update of February the bridge speaks on 2.4 and on 5 GHz, and some phones ask on one of them alone.\n\n1. Hold the button of the bridge for **ten seconds**, until it blinks.\n2. Wait a minute, and open the app.\n\nIf it is still not there, restart the router. Settings of lamps are kept.",
    ),
    (
        "What the warranty covers",
        "Orders and warranty",
        "public",
        "Five years on lamps, two on batteries.\n\nIt covers what fails by itself. It does not cover glass that was broken, water where a lamp is not made for it, and drivers that were replaced by others.\n\nKeep the invoice: its number is all that we need.",
    ),
    (
        "Sending a lamp back",
        "Orders and warranty",
        "public",
        "Within thirty days, for whatever reason.\n\n1. Write to us with the number of your order.\n2. You get a label. Put the lamp into its box.\n3. Your money is back within five days after it is here.",
    ),
    (
        "Prices and terms for partners",
        "Orders and warranty",
        "customers",
        "From ten lamps on *10 %*, from a hundred on *18 %*, on the list of the day of the order.\n\nPayment is due within thirty days. Samples are free for four weeks.",
    ),
    (
        "Emergency lighting: who calls whom",
        "For the desk",
        "internal",
        "What stays dark in an emergency is **urgent**, whatever the customer writes.\n\n1. Call them. Do not write.\n2. Tell the engineer who is on call.\n3. Note in the ticket what was said, and when.",
    ),
];

const MACROS: &[(&str, Set)] = &[
    (
        "Ask for a photo and wait",
        Set {
            status: "pending",
            assignee: "me",
            tags: "",
            points: "",
            kind: "reply",
            body: "Dear {{first_name}},\n\ncould you send us a photo of the type plate? It is under the canopy, or on the back of the driver.\n\nBest regards\n{{agent}}",
        },
    ),
    (
        "Known fault: driver 3.1",
        Set {
            status: "on_hold",
            assignee: "",
            tags: "Driver 3.1",
            points: "Send driver 3.2 from Berlin\nAsk for the old one back\nTell the customer when it is there",
            kind: "note",
            body: "Driver 3.1 with leading edge. Send driver 3.2 from Berlin, and close when it has arrived.",
        },
    ),
    ("Mine, and urgent", Set { status: "open", assignee: "me", tags: "", points: "", kind: "reply", body: "" }),
];

/// What a macro of these does.
struct Set {
    status: &'static str,
    assignee: &'static str,
    tags: &'static str,
    points: &'static str,
    kind: &'static str,
    body: &'static str,
}

pub async fn bring(db: &Db, history: &History, mette: Desk, yara: Desk, now: DateTime<Utc>) -> Done {
    history.go_to(now - Duration::days(12));
    let mut tx = db.begin(mette).await.map_err(words)?;
    for (name, does) in MACROS {
        let draft = Draft {
            name: (*name).into(),
            shared: "true".into(),
            status: does.status.into(),
            assignee: does.assignee.into(),
            tags: does.tags.into(),
            points: does.points.into(),
            kind: does.kind.into(),
            body: does.body.into(),
            priority: if name.ends_with("urgent") { "urgent".into() } else { String::new() },
            ..Draft::default()
        };
        let (fields, errors): (sets::Fields, _) = draft.read();
        errors.or(()).map_err(|e| format!("{e:?}"))?;
        let id = tx.id::<MacroId>();
        macros::add(&mut tx, id, &fields).await.map_err(words)?;
    }
    let open = places::Draft { open: "true".into(), company: "roles".into(), roles: "decision maker, billing".into() };
    let open = open.read(&[]).map_err(|e| format!("{e:?}"))?;
    portal::change(&mut tx, 0, &open).await.map_err(words)?;
    write(&mut tx).await?;
    tx.commit().await.map_err(words)?;
    history.go_to(now - Duration::minutes(20));
    time(db, yara).await
}

async fn write(tx: &mut TenantTx) -> Done {
    let mut known: Vec<(&str, HelpCategoryId)> = vec![];
    for (n, (title, category, audience, body)) in ARTICLES.iter().enumerate() {
        let category = match known.iter().find(|(name, _)| name == category) {
            Some((_, id)) => *id,
            None => {
                let id = tx.id::<HelpCategoryId>();
                help::add_category(tx, id, category).await.map_err(words)?;
                known.push((category, id));
                id
            }
        };
        let draft = articles::Draft {
            title: (*title).into(),
            category: category.to_string(),
            audience: (*audience).into(),
            body: (*body).into(),
            change: String::new(),
        };
        let id = tx.id::<HelpArticleId>();
        help::add(tx, id, &draft.read().map_err(|e| format!("{e:?}"))?).await.map_err(words)?;
        help::shift(tx, id, Move::Publish).await.map_err(words)?;
        for reader in 0..(9 + n * 5) % 17 {
            help::answer(tx, id, &format!("demo-{reader}"), reader % 5 != 4).await.map_err(words)?;
        }
    }
    Ok(())
}

/// Time on some tickets, checklists of others, and one that is put off.
async fn time(db: &Db, yara: Desk) -> Done {
    let mut tx = db.begin(yara).await.map_err(words)?;
    let open = tickets::list(&mut tx, &Filter::default()).await.map_err(words)?.rows;
    for (n, ticket) in open.iter().enumerate().take(6) {
        let spent = effort::Fields {
            minutes: [15, 25, 40, 10, 55, 20][n],
            note: [
                Some("Read the mails of last year"),
                None,
                Some("Called them"),
                None,
                Some("Tried it with our own"),
                None,
            ][n]
                .map(str::to_owned),
        };
        let id = tx.id::<TimeEntryId>();
        entries::add(&mut tx, id, ticket.id, &spent).await.map_err(words)?;
    }
    for (ticket, done) in open.iter().filter(|t| t.status.waits()).zip([1, 0, 2]) {
        let names = ["Look at the type plate", "Measure the driver", "Write down what helped"].map(str::to_owned);
        let first = tx.id();
        points::add(&mut tx, first, ticket.id, &names).await.map_err(words)?;
        for point in points::of(&mut tx, ticket.id).await.map_err(words)?.iter().take(done) {
            points::tick(&mut tx, point.id, true).await.map_err(words)?;
        }
    }
    let last: Option<TicketId> = open.iter().rev().find(|t| t.status.waits()).or(open.last()).map(|t| t.id);
    if let Some(ticket) = last {
        let until = tx.now() + Duration::days(2);
        tickets::snooze(&mut tx, ticket, Some(until)).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}
