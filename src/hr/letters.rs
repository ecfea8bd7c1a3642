//! Letters: the templates, and one filled from a record, looked at and kept as a PDF.

use crate::web::{
    Allowed, Confirmed, Error, FormPage, Noun, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::Nothing, noun,
};
use axum::http::StatusCode;
use domain::{
    Conventions, Day, DocumentId, EmployeeId, Errors, FileId, LetterId, TenantId,
    access::{DocumentsSettings, DocumentsWrite},
    automation::{fields::Facts, merge},
    custom_fields::CustomField,
    draft,
    draft::Field,
    files as names,
    hr::{
        documents,
        employees::Employee,
        letters::{Around, Draft, FIELDS, Fields, Letter, USUAL, WORDS, closes, empty, facts, places, too_open},
    },
    import::Target,
    paths,
    text::Words,
};
use jobs::storage::PDF;
use serde::Deserialize;
use store::{
    TenantTx, Version, custom_fields, files,
    hr::{details, documents as kept, employees, letters},
    workspace::settings,
};
use views::{
    form::Entry,
    hr::letters::{Edit, Index, Preview, Show},
    pdf, prose,
};

pub fn routes(r: Routes) -> Routes {
    type N = Letters;
    r.get(paths::LETTERS, list)
        .post(paths::LETTERS_USUAL, add_usual)
        .get(paths::LETTER_NEW, noun::new::<N>)
        .post(paths::LETTER_NEW, noun::add::<N>)
        .get(paths::LETTER, show)
        .get(paths::LETTER_EDIT, noun::edit::<N>)
        .post(paths::LETTER_EDIT, noun::change::<N>)
        .post(paths::LETTER_ARCHIVAL, archive)
        .post(paths::LETTER_RESTORAL, restore)
        .get(paths::EMPLOYEE_LETTERS, preview)
        .post(paths::EMPLOYEE_LETTERS, keep)
}

async fn list(who: Allowed<DocumentsSettings>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let letters = letters::list(&mut tx).await?;
    let any_kinds = !kept::kinds::list(&mut tx, false).await?.is_empty();
    Ok(screen.show(&who, &Index { slug, csrf, letters, any_kinds }))
}

async fn show(who: Allowed<DocumentsSettings>, screen: Screen, Record(id): Record<LetterId>) -> Result {
    let mut tx = who.begin().await?;
    let letter = letters::find(&mut tx, id).await?;
    let (slug, blocks) = (who.slug().clone(), prose::read(&letter.fields.body, str::to_owned));
    Ok(screen.show(&who, &Show { slug, letter, blocks }))
}

async fn add_usual(
    who: Allowed<DocumentsSettings>,
    screen: Screen,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let added = usual(&mut tx).await?;
    tx.commit().await?;
    screen.done(paths::letters(who.slug()), Toast::good(format!("{added} templates were added."))).await
}

/// Those that a company may begin with, each as a kind of the name that is usual for it, or as any.
pub(crate) async fn usual(tx: &mut TenantTx) -> store::Result<usize> {
    let (known, kinds) = (letters::list(tx).await?, kept::kinds::list(tx, false).await?);
    let mut added = 0;
    for (name, kind, body) in USUAL {
        let fits = |k: &&domain::hr::documents::kinds::Kind| too_open(k.fields.class, body, &[]).is_empty();
        let named = kinds.iter().filter(fits).find(|k| k.fields.name == *kind);
        let Some(kind) = named.or_else(|| kinds.iter().find(fits)) else { continue };
        if known.iter().any(|l| l.fields.name.eq_ignore_ascii_case(name)) {
            continue;
        }
        let id = tx.id();
        letters::add(tx, id, &Fields { name: (*name).into(), kind: kind.id, body: (*body).into() }).await?;
        added += 1;
    }
    Ok(added)
}

async fn archive(
    who: Allowed<DocumentsSettings>,
    screen: Screen,
    Record(id): Record<LetterId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = letters::set_archived(&mut tx, id, true).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{name} was archived.")).undo(paths::letter_restoral(who.slug(), id), &[]);
    screen.done(paths::letters(who.slug()), toast).await
}

async fn restore(
    who: Allowed<DocumentsSettings>,
    screen: Screen,
    Record(id): Record<LetterId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = letters::set_archived(&mut tx, id, false).await?;
    tx.commit().await?;
    screen.done(paths::letters(who.slug()), Toast::good(format!("{name} is back."))).await
}

const AWAY_FOR_LETTERS: &str =
    "Letters cannot be kept right now: the storage is not available. Nothing was saved. Try again in a moment.";

/// A letter with somebody's fields in it.
pub(crate) struct Filled {
    pub letter: Letter,
    pub employee: Employee,
    pub facts: Facts,
    own: Vec<CustomField>,
    pub blocks: Vec<prose::Block>,
    paper: pdf::Paper,
    company: String,
}

/// Fills a letter from the record as its reader sees it: what they may not see is not merged.
pub(crate) async fn fill(
    tx: &mut TenantTx,
    (company, author): (&str, &str),
    employee: EmployeeId,
    letter: LetterId,
) -> store::Result<Filled> {
    let hand = kept::hand(tx, employee).await?.ok_or(store::Error::NotFound)?;
    let employee = employees::find(tx, employee).await?;
    let letter = letters::find(tx, letter).await?;
    let kind = kept::kinds::find(tx, letter.fields.kind).await?;
    if !hand.sees(kind.fields.class) {
        return Err(store::Error::NotFound);
    }
    let general = settings::find(tx).await?.general;
    let around = Around { company, address: &general.address, author, today: tx.today() };
    let details = details::of(tx, employee.id).await?;
    let own = custom_fields::list(tx, Target::Employees).await?;
    let mut facts = facts(&employee, &details, &own, &around);
    // The kind may have been opened to more people since the template was written.
    places(&own).filter(|(key, _)| !closes(kind.fields.class, key, &own)).for_each(|(key, _)| facts.forget(key));
    let blocks = prose::read(&letter.fields.body, |words| merge::fill(words, &facts));
    let paper = pdf::Paper::of(Some(general.country.as_str()));
    Ok(Filled { letter, employee, facts, own, blocks, paper, company: company.to_owned() })
}

impl Filled {
    /// Sets the letter and puts it into the storage, where it was expected under this id; gives what makes it a document.
    /// The setting takes a moment, so on a thread of its own.
    pub async fn keep(
        self,
        storage: &jobs::Storage,
        (tenant, id): (TenantId, FileId),
        title: &str,
        day: Day,
    ) -> Result<(documents::Fields, files::New), String> {
        let (kind, called) = (self.letter.fields.kind, title.to_owned());
        let made = tokio::task::spawn_blocking(move || {
            let sheet = pdf::Sheet { paper: self.paper, title: &called, company: &self.company, day };
            pdf::render(&sheet, &self.blocks)
        });
        let bytes = made.await.map_err(|e| e.to_string())??;
        let stored = storage.keep(tenant, id, bytes.into()).await.map_err(|e| e.to_string())?;
        let name = names::name(title, |ending| PDF.fits(ending), PDF.extension);
        let file = files::New { id, name, media_type: PDF.name, size: stored.size, sha256: stored.sha256 };
        Ok((documents::Fields { kind, title: Some(title.to_owned()), expires: None }, file))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    letter: String,
}

async fn preview(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(wanted): Query<Wanted>,
) -> Result {
    if wanted.letter.is_empty() {
        kept::hand(&mut who.begin().await?, id).await?.ok_or(Error::NotFound)?;
        return Ok(screen.go(paths::employee_documents(who.slug(), id)));
    }
    let draft = Chosen { letter: wanted.letter, ..Chosen::default() };
    Keeping::page(&who, Sheet { draft, id: Some(id.0), ..Sheet::blank(screen, who.app()) }).await
}

draft! {
    /// A letter to be kept.
    Chosen { letter, title }
}

struct Keeping;

impl FormPage for Keeping {
    type Guard = Allowed<DocumentsWrite>;
    type Draft = Chosen;
    type Fields = (LetterId, String);

    fn parse(_: &Allowed<DocumentsWrite>, draft: &Chosen) -> Result<Self::Fields, Errors> {
        let mut e = Errors::default();
        let letter = e.take("letter", draft.letter.parse().map(LetterId).map_err(|_| "Choose a template."));
        let title = e.required("title", &draft.title, 200);
        let fields = (letter.unwrap_or(LetterId(uuid::Uuid::nil())), title);
        e.or(fields)
    }

    async fn page(who: &Allowed<DocumentsWrite>, sheet: Sheet<Chosen>) -> Result {
        let employee = EmployeeId(sheet.id.ok_or(Error::NotFound)?);
        let letter = LetterId(sheet.draft.letter.parse().map_err(|_| Error::NotFound)?);
        let mut tx = who.begin().await?;
        let filled = fill(&mut tx, (&who.workspace.name, &who.actor.name), employee, letter).await?;
        let lacking = empty(&filled.letter.fields.body, &filled.facts);
        let own = &filled.own;
        let label = |key: &&str| places(own).find(|(k, _)| k == key).map(|(_, label)| label.to_owned());
        let title = match sheet.draft.title.is_empty() {
            true => filled.letter.fields.name.clone(),
            false => sheet.draft.title,
        };
        let view = Preview {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            employee,
            name: filled.employee.name(),
            letter,
            title,
            letter_name: filled.letter.fields.name.clone(),
            kind_name: filled.letter.kind_name.clone(),
            empty: lacking.iter().map(|key| label(key).unwrap_or_else(|| (*key).to_owned())).collect(),
            unprintable: pdf::unprintable(&filled.blocks),
            blocks: filled.blocks,
            problem: sheet.errors.iter().next().map(|(_, words)| words.to_owned()),
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn keep(
    who: Allowed<DocumentsWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<Keeping>,
) -> Result {
    let (letter, title) = form.fields.clone();
    let mut tx = who.begin().await?;
    let filled = fill(&mut tx, (&who.workspace.name, &who.actor.name), id, letter).await?;
    let (tenant, file, day) = (tx.tenant(), tx.id::<FileId>(), tx.today());
    files::expect(&mut tx, file).await?;
    tx.commit().await?;
    let (fields, file) = match filled.keep(who.app().storage(), (tenant, file), &title, day).await {
        Ok(made) => made,
        Err(why) => {
            tracing::warn!(error = why, "a letter could not be kept");
            let errors = Errors::one("", AWAY_FOR_LETTERS);
            let draft = Chosen { letter: letter.to_string(), title };
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let sheet = Sheet { draft, id: Some(id.0), status, errors, ..Sheet::blank(screen, who.app()) };
            return Keeping::page(&who, sheet).await;
        }
    };
    let document = DocumentId(form.once);
    let mut tx = who.begin().await?;
    kept::add(&mut tx, document, id, &fields, &file).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("“{title}” was added.")).link("Open", paths::document(who.slug(), document));
    screen.done(paths::employee_documents(who.slug(), id), toast).await
}

/// Templates, to the handlers of all nouns.
pub struct Letters;

impl Noun for Letters {
    type Id = LetterId;
    type Record = Letter;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = DocumentsSettings;
    type Write = DocumentsSettings;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::LETTERS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, _: &Conventions) -> (Fields, Errors) {
        draft.read()
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(letter: &Letter) -> String {
        letter.fields.name.clone()
    }

    fn version(letter: &Letter) -> Version {
        letter.version
    }

    fn draft(letter: &Letter) -> Draft {
        Draft::of(&letter.fields)
    }

    async fn find(tx: &mut TenantTx, id: LetterId) -> store::Result<Letter> {
        letters::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: LetterId, fields: &Fields) -> store::Result<Errors> {
        letters::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: LetterId, fields: &Fields) -> store::Result<LetterId> {
        letters::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: LetterId, version: Version, fields: &Fields) -> store::Result<()> {
        letters::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<DocumentsSettings>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let own = custom_fields::list(tx, Target::Employees).await?;
        Ok(Edit { entry, kinds: kept::kinds::list(tx, false).await?, own })
    }
}
