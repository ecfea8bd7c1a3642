//! For whom the demo company looks: jobs that were asked for, approved and published, and its careers site.

use super::{Done, History, words};
use chrono::Duration;
use domain::{
    Conventions, Email, PostingId,
    access::{Permission, PostingsWrite},
    hr::{
        careers::{Draft as Site, Notice},
        postings::{Draft, Question, QuestionKind, State, TeamRole, YesNo},
    },
};
use store::{
    Db, Desk, TenantTx, Who,
    hr::{careers, postings},
};

struct Job {
    title: &'static str,
    department: &'static str,
    location: &'static str,
    workplace: &'static str,
    employment: &'static str,
    salary: Option<(&'static str, &'static str)>,
    headcount: &'static str,
    reason: &'static str,
    description: &'static str,
    /// None: it waits for approval.
    state: Option<State>,
    internal: bool,
}

const JOBS: &[Job] = &[
    Job {
        title: "Product designer",
        department: "Product",
        location: "Copenhagen",
        workplace: "hybrid",
        employment: "full_time",
        salary: Some(("520000", "610000")),
        headcount: "1",
        reason: "The next pendant series needs a second pair of hands.",
        description: "You draw lamps that people keep for thirty years, from the first sketch to the tool that makes them.\n\n## What you do\n\n- Draw, build and try out shapes, first in paper, then in metal\n- Work with our engineers until it can be made, and repaired\n- Talk to the people who hang them\n\n## What you bring\n\n- A portfolio of things that were made\n- Some years of work on products with a cable\n- Danish or English",
        state: Some(State::Published),
        internal: false,
    },
    Job {
        title: "Account executive, Nordics",
        department: "Sales",
        location: "Malmö",
        workplace: "hybrid",
        employment: "full_time",
        salary: None,
        headcount: "2",
        reason: "Hotels ask for more than two people can answer.",
        description: "You look after hotels and offices from Oslo to Helsinki, and win new ones.\n\n## What you do\n\n- Find out what a room needs, and offer it\n- Bring an offer to a yes, and stay in touch afterwards\n\n## What you bring\n\n- Three years of selling to companies\n- Swedish and English; Finnish would be good",
        state: Some(State::Published),
        internal: false,
    },
    Job {
        title: "Support specialist",
        department: "Support",
        location: "",
        workplace: "remote",
        employment: "part_time",
        salary: Some(("210", "240")),
        headcount: "1",
        reason: "The evenings are thin.",
        description: "You answer those who write to us in the evening: what fits where, what has broken, and when it comes.\n\n## What you bring\n\n- You write clearly and kindly, in English and German\n- You can read a wiring diagram, or want to learn it",
        state: Some(State::Published),
        internal: false,
    },
    Job {
        title: "Warehouse lead",
        department: "Operations",
        location: "Copenhagen",
        workplace: "on_site",
        employment: "full_time",
        salary: Some(("390000", "430000")),
        headcount: "1",
        reason: "Successor of the lead, who retires in summer.",
        description: "You run the warehouse: six people, four thousand shelves, and a lorry at seven each morning.",
        state: Some(State::OnHold),
        internal: true,
    },
    Job {
        title: "Data analyst",
        department: "Finance",
        location: "Copenhagen",
        workplace: "hybrid",
        employment: "full_time",
        salary: Some(("480000", "540000")),
        headcount: "1",
        reason: "Reports are written by hand each month.",
        description: "You find out what our numbers say, and tell it so that everybody understands.",
        state: None,
        internal: false,
    },
];

const INTRO: &str = "We make lamps in Copenhagen: **bright, quiet, and to be repaired**. Sixty people design, build and sell them, and look after those who have them.";
const NOTICE: &str = "What you send is read by those alone who hire for the job. It is used for this application, kept for as long as is said here, and then removed. You can withdraw at any time.";

pub(super) async fn hire(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)]) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    let site = Site { open: "true".into(), intro: INTRO.into(), notice: NOTICE.into(), days: "180".into() };
    let site = site.read().map_err(|e| format!("{e:?}"))?;
    careers::change(&mut tx, 0, &site).await.map_err(words)?;
    let malmo = Notice { id: None, location: "Malmö".into(), notice: None, days: 365 };
    careers::set_notices(&mut tx, &[malmo]).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    // Somebody else than the owner asks, who then decides.
    let asks = |desk: &Desk| desk.rights.may(PostingsWrite::KEY);
    let asker = team.iter().map(|(_, desk)| *desk).find(asks).unwrap_or(owner);
    for job in JOBS {
        history.go_on(Duration::minutes(37));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let id = add(&mut tx, job).await?;
        let members: Vec<_> = [(owner, TeamRole::Recruiter), (asker, TeamRole::HiringManager)]
            .into_iter()
            .filter_map(|(desk, role)| match desk.who {
                Who::Member(member) => Some((member, role)),
                _ => None,
            })
            .collect();
        postings::set_team(&mut tx, id, 1, &members).await.map_err(words)?;
        if job.title.starts_with("Product") {
            postings::set_questions(&mut tx, id, 2, &questions()).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;
        let mut tx = db.begin(asker).await.map_err(words)?;
        postings::ask(&mut tx, id).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        let Some(state) = job.state else { continue };
        let mut tx = db.begin(owner).await.map_err(words)?;
        postings::decide(&mut tx, id, true, Some("Yes, as planned.")).await.map_err(words)?;
        postings::shift(&mut tx, id, State::Published).await.map_err(words)?;
        if state != State::Published {
            postings::shift(&mut tx, id, state).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

async fn add(tx: &mut TenantTx, job: &Job) -> Done<PostingId> {
    let (from, to) = job.salary.unwrap_or_default();
    let typed = Draft {
        title: job.title.into(),
        department: job.department.into(),
        location: job.location.into(),
        workplace: job.workplace.into(),
        employment: job.employment.into(),
        headcount: job.headcount.into(),
        reason: job.reason.into(),
        description: job.description.into(),
        salary_from: from.into(),
        salary_to: to.into(),
        currency: "DKK".into(),
        per: if job.employment == "part_time" { "hour".into() } else { "year".into() },
        shown: "true".into(),
        internal: if job.internal { "true".into() } else { String::new() },
        ..Draft::default()
    };
    let (fields, errors) = typed.read(&Conventions::default());
    if !errors.is_empty() {
        return Err(format!("{}: {errors:?}", job.title));
    }
    let id = tx.id();
    postings::add(tx, id, &fields).await.map_err(words)
}

/// What the company wants to know besides.
fn questions() -> Vec<Question> {
    let question = |kind, question: &str, required, knock_out| Question {
        id: None,
        kind,
        question: question.into(),
        options: vec![],
        required,
        knock_out,
    };
    let when = ["At once", "In one to three months", "Later"].map(str::to_owned).to_vec();
    vec![
        question(QuestionKind::YesNo, "May you work in Denmark?", true, Some(YesNo::No)),
        question(QuestionKind::Text, "Which lamp do you wish you had drawn, and why?", true, None),
        Question { options: when, ..question(QuestionKind::Choice, "When could you begin?", false, None) },
    ]
}
