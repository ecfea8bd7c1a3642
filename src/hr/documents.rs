//! Documents: the list, those of one employee, one of them, and one's own.

pub mod kinds;

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Incoming, Noun, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::Nothing, noun,
    },
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    Conventions, Day, DocumentId, EmployeeId, Errors,
    access::{DocumentsRead, DocumentsSettings, DocumentsWrite, HomeRead, Permission, PoliciesWrite, Scope},
    draft,
    draft::Field,
    hr::documents::{Ask, Asked, Document, Draft, FIELDS, Fields, Filter, LONGEST, State, Tab, WORDS},
    list::Slice,
    paths,
    text::Words,
};
use serde::Deserialize;
use store::{
    TenantTx, Version,
    hr::{documents, employees, letters, policies},
    reach::{self, Kind},
};
use views::{
    form::Entry,
    hr::{
        documents::{
            Index, Missing, Rows,
            mine::Mine,
            person::{Hand, Person, Sheet as Shown},
            show::{Edit, Show},
        },
        employees::photo,
    },
};

pub fn routes(r: Routes) -> Routes {
    type N = Documents;
    let r = kinds::routes(r);
    r.get(paths::DOCUMENTS, list)
        .get(paths::MY_DOCUMENTS, mine)
        .get(paths::EMPLOYEE_DOCUMENTS, of_employee)
        .post(paths::EMPLOYEE_DOCUMENTS, add)
        .post(paths::EMPLOYEE_DOCUMENT_REQUESTS, ask)
        .get(paths::DOCUMENT, show)
        .get(paths::DOCUMENT_EDIT, noun::edit::<N>)
        .post(paths::DOCUMENT_EDIT, noun::change::<N>)
        .post(paths::DOCUMENT_VERSIONS, bring)
        .post(paths::DOCUMENT_APPROVAL, approve)
        .post(paths::DOCUMENT_REFUSAL, refuse)
        .post(paths::DOCUMENT_ARCHIVAL, archive)
        .post(paths::DOCUMENT_RESTORAL, restore)
}

async fn list(who: Allowed<DocumentsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let rows = match filter.tab() {
        Tab::Missing => {
            let page = documents::missing(&mut tx, &filter).await?;
            let person = |m: documents::Missing| Missing {
                employee: m.employee,
                name: m.name,
                number: m.number,
                kinds: m.kinds,
            };
            let rows = page.rows.into_iter().map(person).collect();
            Rows::Missing(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
        }
        _ => Rows::Documents(documents::list(&mut tx, &filter).await?),
    };
    let mut kinds = documents::kinds::list(&mut tx, false).await?;
    if who.actor.rights.scope(DocumentsRead::KEY) == Some(Scope::Own) {
        kinds.retain(|k| k.fields.employee_sees);
    }
    let (slug, today) = (who.slug().clone(), tx.today());
    let may = |key| who.actor.may(key);
    let (may_write, may_settle) = (may(DocumentsWrite::KEY), may(DocumentsSettings::KEY));
    let may_publish = may(PoliciesWrite::KEY);
    Ok(screen.show(&who, &Index { slug, filter, rows, kinds, today, may_write, may_settle, may_publish }))
}

/// What the reader's own record has, and what is asked of them.
async fn mine(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let documents = match who.actor.employee.filter(|_| who.actor.may(DocumentsRead::KEY)) {
        Some(employee) => documents::of_employee(&mut tx, employee, false).await?,
        None => vec![],
    };
    let policies = policies::mine(&mut tx).await?;
    let (slug, today, linked) = (who.slug().clone(), tx.today(), who.actor.employee.is_some());
    let may_link = super::may_link(&who);
    Ok(screen.show(&who, &Mine { slug, today, linked, may_link, documents, policies }))
}

/// The two forms of an employee's documents, as they are shown.
struct Forms {
    status: StatusCode,
    add: Shown<Draft>,
    ask: Shown<Ask>,
}

impl Forms {
    fn blank<P: Permission>(who: &Allowed<P>) -> Self {
        let once = || who.app().id::<DocumentId>().to_string();
        Self {
            status: StatusCode::OK,
            add: Shown { once: once(), draft: Draft::default(), errors: Errors::default() },
            ask: Shown { once: once(), draft: Ask::default(), errors: Errors::default() },
        }
    }
}

async fn of_employee(
    who: Allowed<DocumentsRead>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(wanted): Query<Wanted>,
) -> Result {
    let mut forms = Forms::blank(&who);
    (forms.ask.draft.kind, forms.ask.draft.replaces) = (wanted.ask, wanted.replaces);
    person(&who, &screen, id, forms).await
}

/// What a link has filled in already.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    ask: String,
    replaces: String,
}

async fn person<P: Permission>(who: &Allowed<P>, screen: &Screen, id: EmployeeId, forms: Forms) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<DocumentsRead>(&mut tx, Kind::Employees, id.0).await?;
    let employee = employees::find(&mut tx, id).await?;
    let there = documents::of_employee(&mut tx, id, false).await?;
    let hand = match documents::hand(&mut tx, id).await? {
        None => None,
        Some(sight) => {
            let mut kinds = documents::kinds::list(&mut tx, false).await?;
            kinds.retain(|k| sight.sees(k.fields.class));
            let mut letters = letters::list(&mut tx).await?;
            letters.retain(|l| kinds.iter().any(|k| k.id == l.fields.kind));
            let (megabytes, may_settle) = (megabytes(who), who.actor.may(DocumentsSettings::KEY));
            Some(Hand { kinds, letters, megabytes, add: forms.add, ask: forms.ask, may_settle })
        }
    };
    let archived = match hand.is_some() {
        true => documents::of_employee(&mut tx, id, true).await?,
        false => vec![],
    };
    let slug = who.slug().clone();
    let record = super::record(&mut tx, (who, screen), &employee, "documents").await?;
    let view = Person {
        record,
        csrf: screen.csrf().to_owned(),
        photo: employee.photo.as_ref().map(|p| photo(&slug, p)),
        employee,
        documents: there,
        archived,
        today: tx.today(),
        hand,
        slug,
    };
    Ok(screen.show_as(forms.status, who, &view))
}

fn megabytes<P: Permission>(who: &Allowed<P>) -> u64 {
    who.app().config().file_bytes / (1024 * 1024)
}

async fn add(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    incoming: Incoming,
) -> Result {
    // Nothing is taken in for somebody whose documents are not the reader's to add to.
    documents::hand(&mut who.begin().await?, id).await?.ok_or(crate::web::Error::NotFound)?;
    let kept = incoming.keep(&who).await?;
    let draft: Draft = kept.read();
    let once = kept.once::<DocumentId>(who.app());
    let (fields, mut errors) = draft.read(&who.workspace.conventions());
    let mut tx = who.begin().await?;
    let kinds = documents::kinds::list(&mut tx, false).await?;
    if fields.expires.is_none()
        && kinds.iter().any(|k| k.id == fields.kind && k.fields.expires)
        && errors.of("expires").is_none()
    {
        errors.add("expires", "Documents of this kind run out: say when this one does.");
    }
    let (mut status, mut again) = (kept.status, once);
    match (kept.file(), errors.is_empty()) {
        (Ok(file), true) => match documents::add(&mut tx, once, id, &fields, file).await {
            Ok(_) => {
                tx.commit().await?;
                let title = fields.title.clone().unwrap_or_else(|| domain::files::title(&file.name));
                let toast =
                    Toast::good(format!("“{title}” was added.")).link("Open", paths::document(who.slug(), once));
                return screen.done(paths::employee_documents(who.slug(), id), toast).await;
            }
            Err(store::Error::Refused(wrong)) => errors.merge(wrong),
            Err(store::Error::Sent) => {
                errors.add(
                    "file",
                    "This was sent before, as another document. Choose the file again to add this one as well.",
                );
                (status, again) = (StatusCode::CONFLICT, tx.id());
            }
            Err(e) => return Err(e.into()),
        },
        (Err(wrong), _) => errors.add("file", wrong),
        (Ok(_), false) => {
            errors.add("file", "Choose the file again: it is kept only with everything else.");
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
    }
    drop(tx);
    let mut forms = Forms::blank(&who);
    forms.status = status;
    forms.add = Shown { once: again.to_string(), draft, errors };
    person(&who, &screen, id, forms).await
}

/// The form that asks somebody for a document.
struct Asking;

impl FormPage for Asking {
    type Guard = Allowed<DocumentsWrite>;
    type Draft = Ask;
    type Fields = Asked;

    fn parse(who: &Allowed<DocumentsWrite>, draft: &Ask) -> Result<Asked, Errors> {
        let asked = draft.parse(&who.workspace.conventions())?;
        let today = Day(who.app().now().with_timezone(&who.workspace.zone).date_naive());
        match asked.due.filter(|due| *due < today) {
            Some(_) => Err(Errors::one("due", "This day is over.")),
            None => Ok(asked),
        }
    }

    async fn page(who: &Allowed<DocumentsWrite>, sheet: Sheet<Ask>) -> Result {
        let sheet = sheet.told_if_sent();
        let id = EmployeeId(sheet.id.ok_or(crate::web::Error::NotFound)?);
        let mut forms = Forms::blank(who);
        forms.status = sheet.status;
        forms.ask = Shown { once: sheet.once.to_string(), draft: sheet.draft, errors: sheet.errors };
        person(who, &sheet.screen, id, forms).await
    }
}

async fn ask(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<Asking>,
) -> Result {
    let mut tx = who.begin().await?;
    let asked = documents::ask(&mut tx, DocumentId(form.once), id, &form.fields).await;
    let member = match &asked {
        Ok(_) => store::workspace::members::of_employee(&mut tx, id).await?,
        Err(_) => None,
    };
    let document = form.settle(tx, asked).await?;
    let toast = match member {
        Some(_) => Toast::good("They are asked for it, and told."),
        None => Toast::good(
            "It is asked for. They are no member here, so nobody is told: invite them, or add the file yourself.",
        ),
    };
    let toast = toast.link("Open", paths::document(who.slug(), document));
    screen.done(paths::employee_documents(who.slug(), id), toast).await
}

/// The forms of one document, as they are shown.
#[derive(Default)]
struct Typed {
    status: StatusCode,
    once: Option<DocumentId>,
    expires: Option<String>,
    errors: Errors,
    reason: String,
    refusing: Errors,
}

async fn show(who: Allowed<DocumentsRead>, screen: Screen, Record(id): Record<DocumentId>) -> Result {
    one(&who, &screen, id, Typed::default()).await
}

async fn one<P: Permission>(who: &Allowed<P>, screen: &Screen, id: DocumentId, typed: Typed) -> Result {
    let mut tx = who.begin().await?;
    let document = documents::find(&mut tx, id).await?;
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: typed.once.unwrap_or_else(|| tx.id()).to_string(),
        editions: documents::editions(&mut tx, id).await?,
        today: tx.today(),
        moment: moment(who),
        may_write: documents::may_write(&mut tx, &document).await?,
        may_bring: documents::may_bring(&mut tx, &document).await?,
        megabytes: megabytes(who),
        expires: typed.expires.unwrap_or_else(|| document.draft().expires),
        errors: typed.errors,
        reason: typed.reason,
        refusing: typed.refusing,
        document,
    };
    Ok(screen.show_as(typed.status, who, &view))
}

/// A file for what was asked, another one after a refusal, or a newer one.
async fn bring(
    who: Allowed<DocumentsRead>,
    screen: Screen,
    Record(id): Record<DocumentId>,
    incoming: Incoming,
) -> Result {
    let mut tx = who.begin().await?;
    let document = documents::find(&mut tx, id).await?;
    if documents::may_bring(&mut tx, &document).await?.is_none() {
        return Err(crate::web::Error::NotFound);
    }
    drop(tx);
    let kept = incoming.keep(&who).await?;
    let draft: Draft = kept.read();
    let (fields, wrong) = draft.read(&who.workspace.conventions());
    let mut errors = Errors::default();
    if let Some(wrong) = wrong.of("expires") {
        errors.add("expires", wrong);
    } else if document.kind_expires && fields.expires.is_none() {
        errors.add("expires", "It runs out: say when.");
    }
    match (kept.file(), errors.is_empty()) {
        (Ok(file), true) => {
            let mut tx = who.begin().await?;
            let state = documents::bring(&mut tx, id, fields.expires, file).await?;
            tx.commit().await?;
            let toast = match state {
                State::Waiting => "It has arrived. You are told when somebody has looked at it.",
                _ => "The file was added, and counts from now on.",
            };
            return screen.done(paths::document(who.slug(), id), Toast::good(toast)).await;
        }
        (Err(wrong), _) => errors.add("file", wrong),
        (Ok(_), false) => errors.add("file", "Choose the file again: it is kept only with everything else."),
    }
    let typed = Typed { status: kept.status, expires: Some(draft.expires), errors, ..Typed::default() };
    one(&who, &screen, id, typed).await
}

/// The version of the document that somebody looked at when they answered: without it there is no answer.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Seen {
    version: Option<Version>,
}

async fn approve(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<DocumentId>,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let mut tx = who.begin().await?;
    let document = documents::approve(&mut tx, id, seen.version.unwrap_or_default()).await?;
    tx.commit().await?;
    screen.done(paths::document(who.slug(), id), Toast::good(format!("“{}” is approved.", document.title))).await
}

draft! {
    /// Why what was brought is not right.
    Reason { reason }
}

struct Refusal;

impl FormPage for Refusal {
    type Guard = Allowed<DocumentsWrite>;
    type Draft = Reason;
    type Fields = String;

    fn parse(_: &Allowed<DocumentsWrite>, draft: &Reason) -> Result<String, Errors> {
        let mut e = Errors::default();
        let reason = e.text("reason", &draft.reason, LONGEST).unwrap_or_default();
        if reason.is_empty() && e.of("reason").is_none() {
            e.add("reason", "Say what is wrong with it, so that the next one is right.");
        }
        e.or(reason)
    }

    async fn page(who: &Allowed<DocumentsWrite>, sheet: Sheet<Reason>) -> Result {
        let id = DocumentId(sheet.id.ok_or(crate::web::Error::NotFound)?);
        let typed =
            Typed { status: sheet.status, reason: sheet.draft.reason, refusing: sheet.errors, ..Typed::default() };
        one(who, &sheet.screen, id, typed).await
    }
}

async fn refuse(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<DocumentId>,
    form: Valid<Refusal>,
) -> Result {
    let mut tx = who.begin().await?;
    let document = documents::refuse(&mut tx, id, form.version, &form.fields).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} is asked for another one.", document.employee_name));
    screen.done(paths::document(who.slug(), id), toast).await
}

async fn archive(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<DocumentId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let document = documents::archive(&mut tx, id).await?;
    tx.commit().await?;
    let toast =
        Toast::good(format!("“{}” was archived.", document.title)).undo(paths::document_restoral(who.slug(), id), &[]);
    screen.done(paths::employee_documents(who.slug(), document.employee), toast).await
}

async fn restore(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<DocumentId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let document = documents::restore(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::document(who.slug(), id), Toast::good(format!("“{}” is back.", document.title))).await
}

/// Documents, to the handlers of all nouns.
pub struct Documents;

impl Noun for Documents {
    type Id = DocumentId;
    type Record = Document;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = DocumentsRead;
    type Write = DocumentsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Documents;
    const LIST: &'static str = paths::DOCUMENTS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.title.clone().unwrap_or_default()
    }

    fn name(document: &Document) -> String {
        document.title.clone()
    }

    fn version(document: &Document) -> Version {
        document.version
    }

    fn draft(document: &Document) -> Draft {
        document.draft()
    }

    async fn find(tx: &mut TenantTx, id: DocumentId) -> store::Result<Document> {
        documents::find(tx, id).await
    }

    /// One comes with its file, by another door.
    async fn add(_: &mut TenantTx, _: DocumentId, _: &Fields) -> store::Result<DocumentId> {
        Err(store::Error::NotFound)
    }

    async fn change(tx: &mut TenantTx, id: DocumentId, version: Version, fields: &Fields) -> store::Result<()> {
        documents::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<DocumentsWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let id = entry.editing.as_ref().and_then(|e| e.id.parse().ok()).map(DocumentId);
        let document = documents::find(tx, id.ok_or(crate::web::Error::NotFound)?).await?;
        let sight = documents::hand(tx, document.employee).await?.ok_or(crate::web::Error::NotFound)?;
        let mut kinds = documents::kinds::list(tx, false).await?;
        kinds.retain(|k| sight.sees(k.fields.class));
        if !kinds.iter().any(|k| k.id == document.kind) {
            kinds.push(documents::kinds::find(tx, document.kind).await?);
        }
        Ok(Edit { entry, kinds })
    }
}
