//! Who has applied to the demo company, with what their CVs say, and how far they are.

use super::{Done, History, words};
use chrono::Duration;
use domain::{
    ApplicationId, FileId,
    hr::{
        candidates::{Answers, Source, read},
        postings::{Filter, StageKind, State},
    },
};
use jobs::storage::{Bytes, TEXT};
use store::{
    Db, Desk,
    files::{self, New},
    hr::{
        candidates::{
            self, applications,
            arrivals::{Arrival, take},
        },
        postings,
    },
};

const NAMES: &[&str] = &[
    "Freja Holm",
    "Emil Krogh",
    "Ingrid Dahl",
    "Noah Bakke",
    "Signe Lund",
    "Jonas Ek",
    "Matilda Sjöberg",
    "Oliver Brandt",
    "Clara Nyström",
    "Elias Hauge",
    "Amina Yusuf",
    "Viktor Lindahl",
    "Sofia Marchetti",
    "Lukas Baumann",
    "Nora Aalto",
    "Samuel Okafor",
    "Hanna Virtanen",
    "Mikkel Friis",
    "Ella Sandberg",
    "Tobias Wolff",
    "Priya Raman",
    "Anton Berglund",
    "Julie Mørk",
    "Mateo Rivas",
    "Astrid Kjær",
    "Leon Fischer",
    "Maja Petersen",
    "Daniel Kowalski",
    "Linnea Åberg",
    "Thomas Meyer",
    "Yasmin Haddad",
    "Erik Solberg",
    "Camille Laurent",
    "Niklas Falk",
    "Greta Vogel",
    "Omar Farouk",
    "Ida Thorsen",
    "Henrik Storm",
    "Zofia Nowak",
    "Peter Iversen",
];

/// What they can, each in turn.
const SKILLS: &[&str] = &[
    "pendant lamps, brass spinning, SolidWorks, paper models",
    "hotel sales, Salesforce, tenders, Finnish",
    "customer support, wiring diagrams, German, Zendesk",
    "furniture design, ceramics, rendering, Rhino",
    "key accounts, offices, negotiation, Norwegian",
    "electronics repair, LED drivers, soldering, patience",
];

/// How far each goes, in turn: `None` is turned down.
const WAYS: &[Option<StageKind>] = &[
    Some(StageKind::New),
    Some(StageKind::Screening),
    None,
    Some(StageKind::New),
    Some(StageKind::Interview),
    Some(StageKind::Screening),
    None,
    Some(StageKind::New),
    Some(StageKind::Offer),
    Some(StageKind::Interview),
];

const REASONS: &[&str] = &["Another fitted better", "Too little experience", "Other expectations of pay"];

pub(super) async fn come(db: &Db, history: &History, storage: &jobs::Storage, owner: Desk) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    let open = Filter { state: State::Published.key().into(), ..Filter::default() };
    let open = postings::list(&mut tx, &open).await.map_err(words)?.rows;
    drop(tx);
    for (n, name) in NAMES.iter().enumerate() {
        let Some(posting) = open.get(n % open.len().max(1)) else { return Ok(()) };
        history.go_on(Duration::minutes(113));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let file = tx.id::<FileId>();
        files::expect(&mut tx, file).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        let skills = SKILLS[n % SKILLS.len()];
        let cv = format!("{name}\n\nWhat I do: {skills}.\n\nI have worked with it for {} years.\n", 2 + n % 9);
        let stored = storage.keep(owner.tenant, file, Bytes::from(cv.clone())).await.map_err(words)?;
        let new = New {
            id: file,
            name: format!("CV {name}.txt"),
            media_type: TEXT.name,
            size: stored.size,
            sha256: stored.sha256,
        };
        let email = format!("applicant{}@mail.example", n + 1);
        let letter = "I would like to work with you, and to tell you more about it.";
        let typed = [("name", *name), ("email", &email), ("letter", letter), ("consent", "true")];
        let typed: Answers = typed.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let sent = read(&typed, &[]).map_err(|e| format!("{e:?}"))?;
        let mut tx = db.begin(owner).await.map_err(words)?;
        let id = tx.id::<ApplicationId>();
        let arrival = Arrival {
            id,
            posting: posting.id,
            title: &posting.title,
            sent: &sent,
            cv: Some(&new),
            files: &[],
            notice: None,
            days: 180,
            source: if n % 7 == 3 { Source::Referral } else { Source::Careers },
            employee: None,
            mails: false,
        };
        take(&mut tx, &arrival).await.map_err(words)?;
        let application = applications::find(&mut tx, id).await.map_err(words)?;
        candidates::keep_words(&mut tx, application.candidate, &cv).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        on(db, history, owner, (n, id)).await?;
    }
    Ok(())
}

/// How it goes on, some hours later.
async fn on(db: &Db, history: &History, owner: Desk, (n, id): (usize, ApplicationId)) -> Done {
    history.go_on(Duration::minutes(41));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let application = applications::find(&mut tx, id).await.map_err(words)?;
    let stages = postings::stages(&mut tx, application.posting).await.map_err(words)?;
    match WAYS[n % WAYS.len()] {
        Some(kind) => {
            let to = stages.iter().find(|s| s.kind == kind).and_then(|s| s.id).ok_or("a stage of each kind")?;
            applications::put(&mut tx, id, application.version, to).await.map_err(words)?;
        }
        None => {
            let reason = REASONS[n % REASONS.len()];
            applications::reject(&mut tx, id, application.version, reason, None).await.map_err(words)?;
        }
    }
    if n % 3 == 1 {
        let candidate = candidates::find(&mut tx, application.candidate).await.map_err(words)?;
        let rating = i32::try_from(2 + n % 4).unwrap_or(3);
        candidates::rate(&mut tx, candidate.id, candidate.version, Some(rating)).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}
