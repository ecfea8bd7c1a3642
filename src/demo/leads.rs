//! The demo company's leads: some from a fair, some by the form on its website, which it has had for weeks.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{
    Conventions, Email, LeadFormId, LeadId,
    crm::leads::{
        Draft, Filter,
        assignment::{How, Seat},
        conditions::Condition,
        conversion,
        forms::{self as asked, Answers},
        scoring::Rules,
    },
};
use serde::Deserialize;
use store::{
    Db, Desk, Who,
    crm::leads::{
        self,
        assigning::{self, RuleFields},
        forms, scores,
    },
};

#[derive(Deserialize)]
struct Row {
    name: String,
    email: String,
    phone: String,
    company: String,
    job_title: String,
    website: String,
    size: String,
    country: String,
    source: String,
    owner: String,
    status: String,
    reason: String,
    days_ago: i64,
}

/// What was sent by the form: name, email, company, message, campaign, and how many days ago.
const SENT: &[(&str, &str, &str, &str, &str, i64)] = &[
    (
        "Ines Carvalho",
        "ines.carvalho@atlantico.example",
        "Atlântico Cowork",
        "We move into 900 m² in September and need light for 140 desks. Can you plan that for us?",
        "spring-offices",
        12,
    ),
    (
        "Tomáš Dvořák",
        "dvorak@pivovar-u-mostu.example",
        "Pivovar U Mostu",
        "Do you make the Nord pendant in copper?",
        "",
        9,
    ),
    (
        "Ines Carvalho",
        "ines.carvalho@atlantico.example",
        "Atlântico Cowork",
        "One more thing: we would need the first floor by June.",
        "spring-offices",
        6,
    ),
    (
        "Sunniva Bakke",
        "sunniva@fjordskolen.example",
        "Fjordskolen",
        "A quote for 24 classrooms, please.",
        "spring-offices",
        5,
    ),
    (
        "محمد الفارسي",
        "m.alfarsi@noorinteriors.example",
        "Noor Interiors",
        "نبحث عن مورد لمصابيح المكاتب في دبي.",
        "",
        4,
    ),
];

pub async fn bring(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)], now: DateTime<Utc>) -> Done {
    history.go_to(now - Duration::days(14));
    let form = form(db, history, owner).await?;
    rules(db, owner, team).await?;
    let rows: Vec<Row> = csv::Reader::from_reader(include_str!("leads.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(words)?;
    for (n, row) in rows.into_iter().enumerate() {
        history.go_to(now - Duration::days(row.days_ago) + Duration::minutes(i64::try_from(n).unwrap_or_default() * 7));
        // Whoever was at the fair has them in turns.
        let sellers = ["priya.raman", "callum.reid", "nadia.kowalska"];
        let at = sellers[n % sellers.len()];
        let desk = team.iter().find(|(email, _)| email.as_str().starts_with(at)).filter(|_| row.status != "new");
        let email = desk.map(|(email, _)| email.to_string()).unwrap_or_default();
        let draft = Draft {
            name: row.name.clone(),
            email: row.email,
            phone: row.phone,
            company: row.company,
            job_title: row.job_title,
            website: row.website,
            size: row.size,
            country: row.country,
            source: row.source,
            owner: if row.owner.is_empty() { email } else { row.owner },
            status: row.status,
            reason: row.reason,
            ..Draft::default()
        };
        let fields = draft.parse(&Conventions::default()).map_err(|e| format!("{}: {e:?}", row.name))?;
        let mut tx = db.begin(owner).await.map_err(words)?;
        let id = tx.id::<LeadId>();
        leads::add(&mut tx, id, &fields).await.map_err(|e| format!("{}: {e}", row.name))?;
        tx.commit().await.map_err(words)?;
    }
    for (name, email, company, message, campaign, days) in SENT {
        history.go_to(now - Duration::days(*days) - Duration::minutes(days * 53));
        let said = [
            ("name", *name),
            ("email", email),
            ("company", company),
            ("message", message),
            ("consent", "true"),
            ("utm_source", if campaign.is_empty() { "" } else { "newsletter" }),
            ("utm_campaign", campaign),
        ];
        let answers: Answers = said.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (mut tx, _) = db.begin_job(owner.tenant, "lead_form").await.map_err(words)?;
        let form = forms::find(&mut tx, form).await.map_err(words)?;
        let sent = form.fields.read(&answers).map_err(|e| format!("{name}: {e:?}"))?;
        let page = Some("https://northwind-lamps.example/offices");
        let came = forms::Came { id: tx.id(), form: &form, sent: &sent, page, unlimited: false };
        forms::take(&mut tx, &came).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    convert(db, history, owner).await
}

/// Who gets leads of the website: hotels are one's, the rest goes round among those who sell.
async fn rules(db: &Db, owner: Desk, team: &[(Email, Desk)]) -> Done {
    let seats: Vec<Seat> = ["priya.raman", "callum.reid", "nadia.kowalska"]
        .iter()
        .filter_map(|who| team.iter().find(|(email, _)| email.as_str().starts_with(who)))
        .filter_map(|(_, desk)| match desk.who {
            Who::Member(member) => Some(Seat { member, most: Some(25), words: vec![] }),
            _ => None,
        })
        .collect();
    let Some(first) = seats.first().cloned() else { return Ok(()) };
    let large = Condition::read("size", "at_least", "250")?;
    let mut tx = db.begin(owner).await.map_err(words)?;
    let all = [
        ("Large companies", vec![large], How::Person, vec![first]),
        ("Everybody else", vec![], How::RoundRobin, seats),
    ];
    for (name, when, how, pool) in all {
        let id = tx.id();
        let fields = RuleFields { name: name.into(), when, how, pool };
        assigning::add_rule(&mut tx, id, &fields).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}

/// One has become a customer with a deal; all are counted.
async fn convert(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::hours(3));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let all = leads::list(&mut tx, &Filter::default()).await.map_err(words)?.rows;
    let ids: Vec<_> = all.iter().map(|l| l.id.0).collect();
    scores::count(&mut tx, &Rules::default(), &ids).await.map_err(words)?;
    let lead = all.iter().find(|l| l.name == "Henrik Aalto").ok_or("a lead of the fair")?;
    let draft = conversion::Draft {
        deal_name: "Corridors of Kuusi Hotels".into(),
        amount: "38400".into(),
        ..conversion::Draft::of(lead)
    };
    let email = lead.owner.as_ref().map(|o| o.email.clone()).unwrap_or_default();
    let c = Conventions { currency: domain::Currency::USD, ..Conventions::default() };
    let fields = draft.read(lead, &email, &c).map_err(|e| format!("{e:?}"))?;
    let id = tx.id();
    leads::conversion::convert(&mut tx, id, (lead.id, lead.version), &fields).await.map_err(words)?;
    tx.commit().await.map_err(words)
}

/// The form on the website, and what a bot has tried with it.
async fn form(db: &Db, history: &History, owner: Desk) -> Done<LeadFormId> {
    history.go_on(Duration::minutes(17));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let draft = asked::Draft {
        name: "Website contact".into(),
        key: "contact".into(),
        title: "Tell us about your rooms".into(),
        intro: "A planner answers within two working days.".into(),
        phone: "optional".into(),
        accent: "#8a4b08".into(),
        look: "light".into(),
        origins: "https://northwind-lamps.example".into(),
        ..asked::Draft::usual()
    };
    let (fields, _) = draft.read();
    let id = tx.id();
    forms::add(&mut tx, id, &fields).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    Ok(id)
}
