//! What the demo company keeps of its people: kinds, contracts written from the template, papers that run out, what is
//! asked for, and policies that some have confirmed.

use super::{Done, History, words};
use crate::hr::letters;
use chrono::Duration;
use domain::{
    Day, DocumentKindId, Email, EmployeeId, FileId,
    access::Sight,
    files as names,
    hr::{
        documents::{Asked, Fields},
        employees::{self, Employee},
        policies,
    },
    workspace::access::Subject,
};
use jobs::{Storage, storage::PDF};
use store::{Db, Desk, TenantTx, custom_fields, files, hr::documents};
use views::{pdf, prose};

const COMPANY: &str = "Northwind Lamps";
const HR: &str = "leila.haddad@northwind-lamps.example";

/// Whose contracts were written here, by number.
const CONTRACTS: &[&str] = &["1002", "1003", "1009", "1011", "1013", "1019", "1027", "1033", "1034", "1039"];

/// Number, kind, title, and in how many days it runs out.
const PAPERS: &[(&str, &str, &str, i64)] = &[
    ("1011", "Identity document", "Passport", 24),
    ("1011", "Work permit or visa", "EU Blue Card", 412),
    ("1014", "Identity document", "Passport", 1_460),
    ("1033", "Certificate", "First aid", 340),
    ("1034", "Certificate", "Forklift licence", -6),
    ("1036", "Certificate", "Dangerous goods by road", 51),
    ("1009", "Certificate", "Laser safety officer", 700),
];

/// Title, department (empty: everyone), days until it is to be confirmed, text, and who has confirmed it.
const POLICIES: &[(&str, &str, i64, &str, &[&str])] = &[
    (
        "Travel and expenses",
        "",
        12,
        "# Travel and expenses\n\nWe travel when meeting in person is worth it, and we treat the company’s money as our own.\n\n## How we travel\n\n- **Train first** for anything below six hours.\n- Flights in economy; book two weeks ahead where you can.\n- Hotels up to **160 EUR** a night, more only where a city leaves no choice.\n\n## What we pay back\n\n1. Keep each receipt; a photo is enough.\n2. Hand them in within 30 days.\n3. Your manager approves, Finance pays with the next salary.\n\nQuestions go to *people@northwind-lamps.example*.",
        &[
            "rasmus.krogh@northwind-lamps.example",
            "ruth.abara@northwind-lamps.example",
            "ingrid.dahl@northwind-lamps.example",
            "yara.haddad@northwind-lamps.example",
            "priya.raman@northwind-lamps.example",
            HR,
        ],
    ),
    (
        "Safety on the shop floor",
        "Operations",
        5,
        "# Safety on the shop floor\n\n- Eye protection at every cutting and soldering place, **always**.\n- Nobody works alone at the press.\n- A guard that is open stops the machine. Never bridge it.\n- What nearly went wrong is reported the same day.\n\n---\n\nIn an emergency: press the red button, call 112, then the plant manager.",
        &["ingrid.dahl@northwind-lamps.example"],
    ),
];

const DRAFT: &str = "# Working from home\n\nUp to three days a week, agreed with your manager.\n\n- Core hours are 10 to 15.\n- The company pays for a chair and a lamp (ours, of course).";

/// Who has been taught first aid.
const FIRST_AIDERS: &[&str] = &["1025", "1029", "1033"];

struct Work<'a> {
    db: &'a Db,
    storage: &'a Storage,
    hr: Desk,
    owner: Desk,
    team: &'a [(Email, Desk)],
}

pub async fn keep(db: &Db, history: &History, storage: &Storage, owner: Desk, team: &[(Email, Desk)]) -> Done {
    let desk = |email: &str| team.iter().find(|(known, _)| known.as_str() == email).map_or(owner, |(_, desk)| *desk);
    let work = Work { db, storage, hr: desk(HR), owner, team };
    let mut tx = db.begin(owner).await.map_err(words)?;
    documents::kinds::add_usual(&mut tx).await.map_err(words)?;
    letters::usual(&mut tx).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    for number in CONTRACTS {
        history.go_on(Duration::minutes(4));
        work.letter(number, "Employment contract", "Employment contract").await?;
    }
    work.letter("1033", "Certificate of employment", "Certificate of employment").await?;
    for (number, kind, title, days) in PAPERS {
        history.go_on(Duration::minutes(3));
        work.paper(number, kind, title, *days).await?;
    }
    for number in FIRST_AIDERS {
        history.go_on(Duration::minutes(2));
        work.card(number).await?;
    }
    work.asked().await?;
    history.go_on(Duration::minutes(9));
    work.policies().await
}

impl Work<'_> {
    async fn employee(&self, tx: &mut TenantTx, number: &str) -> Done<Employee> {
        let filter = employees::Filter { q: number.into(), ..Default::default() };
        let found = store::hr::employees::list(tx, &filter, Sight::DIRECTORY).await.map_err(words)?.rows;
        found.into_iter().find(|e| e.number == number).ok_or(format!("nobody has the number {number}"))
    }

    async fn kind(&self, tx: &mut TenantTx, name: &str) -> Done<DocumentKindId> {
        let all = documents::kinds::list(tx, false).await.map_err(words)?;
        all.into_iter().find(|k| k.fields.name == name).map(|k| k.id).ok_or(format!("no kind is called {name}"))
    }

    /// A letter as HR writes it.
    async fn letter(&self, number: &str, template: &str, title: &str) -> Done {
        let mut tx = self.db.begin(self.hr).await.map_err(words)?;
        let employee = self.employee(&mut tx, number).await?.id;
        let all = store::hr::letters::list(&mut tx).await.map_err(words)?;
        let letter = all.into_iter().find(|l| l.fields.name == template).ok_or("there is no such template")?.id;
        let filled = letters::fill(&mut tx, (COMPANY, "Leila Haddad"), employee, letter).await.map_err(words)?;
        let (tenant, file, day) = (tx.tenant(), tx.id::<FileId>(), tx.today());
        files::expect(&mut tx, file).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        let (fields, file) = filled.keep(self.storage, (tenant, file), title, day).await?;
        let mut tx = self.db.begin(self.hr).await.map_err(words)?;
        let id = tx.id();
        documents::add(&mut tx, id, employee, &fields, &file).await.map_err(words)?;
        tx.commit().await.map_err(words)
    }

    /// A paper that stands for a scan.
    async fn scan(&self, tx: &mut TenantTx, title: &str, name: &str) -> Done<files::New> {
        let text = format!("# {title}\n\n{name}\n\n*This page stands for a scan. Nothing in it is real.*");
        let sheet = pdf::Sheet { paper: pdf::Paper::A4, title, company: COMPANY, day: tx.today() };
        let bytes = pdf::render(&sheet, &prose::read(&text, str::to_owned))?;
        let id = tx.id::<FileId>();
        files::expect(tx, id).await.map_err(words)?;
        let stored = self.storage.keep(tx.tenant(), id, bytes.into()).await.map_err(|e| e.to_string())?;
        let name = names::name(&format!("{title}.pdf"), |ending| PDF.fits(ending), PDF.extension);
        Ok(files::New { id, name, media_type: PDF.name, size: stored.size, sha256: stored.sha256 })
    }

    /// A first-aider's card, in the field that holds it.
    async fn card(&self, number: &str) -> Done {
        let mut tx = self.db.begin(self.hr).await.map_err(words)?;
        let employee = self.employee(&mut tx, number).await?;
        let record = Subject::Employee(employee.id);
        let fields = custom_fields::files::hold(&mut tx, record).await.map_err(words)?;
        let field = fields.first().ok_or("no field holds files")?.id;
        let file = self.scan(&mut tx, "First-aid certificate", &employee.name()).await?;
        custom_fields::files::put(&mut tx, record, field, Some(&file)).await.map_err(words)?;
        tx.commit().await.map_err(words)
    }

    async fn paper(&self, number: &str, kind: &str, title: &str, days: i64) -> Done {
        let mut tx = self.db.begin(self.hr).await.map_err(words)?;
        let (employee, kind) = (self.employee(&mut tx, number).await?, self.kind(&mut tx, kind).await?);
        let file = self.scan(&mut tx, title, &employee.name()).await?;
        let expires = Some(Day(tx.today().0 + Duration::days(days)));
        let (id, fields) = (tx.id(), Fields { kind, title: Some(title.into()), expires });
        documents::add(&mut tx, id, employee.id, &fields, &file).await.map_err(words)?;
        tx.commit().await.map_err(words)
    }

    /// One that is asked for, and one that has come and waits.
    async fn asked(&self) -> Done {
        let mut tx = self.db.begin(self.hr).await.map_err(words)?;
        let kind = self.kind(&mut tx, "Identity document").await?;
        let (karin, nadia) = (self.employee(&mut tx, "1033").await?, self.employee(&mut tx, "1019").await?);
        let due = Some(Day(tx.today().0 + Duration::days(10)));
        let ask = |title: &str, message: &str| Asked {
            kind,
            title: Some(title.into()),
            due,
            message: Some(message.into()),
            replaces: None,
        };
        let (first, second) = (tx.id(), tx.id());
        documents::ask(
            &mut tx,
            first,
            karin.id,
            &ask("Identity card, both sides", "The copy that we have is from 2015. A photo with your phone is fine."),
        )
        .await
        .map_err(words)?;
        documents::ask(&mut tx, second, nadia.id, &ask("Passport", "For the trade fair in Dubai."))
            .await
            .map_err(words)?;
        tx.commit().await.map_err(words)?;
        let mut tx =
            self.db.begin(self.own("nadia.kowalska@northwind-lamps.example", nadia.id)?).await.map_err(words)?;
        let file = self.scan(&mut tx, "Passport", &nadia.name()).await?;
        let expires = Some(Day(tx.today().0 + Duration::days(1_900)));
        documents::bring(&mut tx, second, expires, &file).await.map_err(words)?;
        tx.commit().await.map_err(words)
    }

    /// A colleague at their own desk, which they have had since before they were linked with their record.
    fn own(&self, email: &str, employee: EmployeeId) -> Done<Desk> {
        let desk = self.team.iter().find(|(known, _)| known.as_str() == email).map(|(_, desk)| *desk);
        Ok(Desk { employee: Some(employee), ..desk.ok_or("a demo has colleagues")? })
    }

    async fn policies(&self) -> Done {
        for (title, department, days, body, confirmed) in POLICIES {
            let mut tx = self.db.begin(self.owner).await.map_err(words)?;
            let audience = match *department {
                "" => policies::Audience::Everyone,
                name => policies::Audience::Department(name.into()),
            };
            let due = Some(Day(tx.today().0 + Duration::days(*days)));
            let fields = policies::Fields { title: (*title).into(), audience, due, body: (*body).into() };
            let id = tx.id();
            store::hr::policies::add(&mut tx, id, &fields).await.map_err(words)?;
            let number = store::hr::policies::publish(&mut tx, id, 1).await.map_err(words)?;
            tx.commit().await.map_err(words)?;
            for email in *confirmed {
                let mut tx = self.db.begin(self.owner).await.map_err(words)?;
                let filter = employees::Filter { q: (*email).into(), ..Default::default() };
                let found = store::hr::employees::list(&mut tx, &filter, Sight::DIRECTORY).await.map_err(words)?.rows;
                let employee = found.first().ok_or(format!("nobody has the address {email}"))?.id;
                drop(tx);
                let mut tx = self.db.begin(self.own(email, employee)?).await.map_err(words)?;
                store::hr::policies::confirm(&mut tx, id, number)
                    .await
                    .map_err(|e| format!("{title}, {email}: {e}"))?;
                tx.commit().await.map_err(words)?;
            }
        }
        let mut tx = self.db.begin(self.owner).await.map_err(words)?;
        let (title, audience) = ("Working from home".to_owned(), policies::Audience::Everyone);
        let fields = policies::Fields { title, audience, due: None, body: DRAFT.into() };
        let id = tx.id();
        store::hr::policies::add(&mut tx, id, &fields).await.map_err(words)?;
        tx.commit().await.map_err(words)
    }
}
