//! Kinds of documents: the list, the form, out and back.

use crate::web::{Allowed, Confirmed, Noun, Record, Result, Routes, Screen, Toast, form::Nothing, noun};
use domain::{
    Conventions, DocumentKindId, Errors,
    access::DocumentsSettings,
    draft::Field,
    hr::documents::kinds::{Draft, FIELDS, Fields, Kind, WORDS},
    paths,
    text::Words,
};
use store::{TenantTx, Version, hr::documents::kinds};
use views::{
    form::Entry,
    hr::documents::kinds::{Edit, Kinds as List},
};

pub fn routes(r: Routes) -> Routes {
    type N = Kinds;
    r.get(paths::DOCUMENT_KINDS, list)
        .post(paths::DOCUMENT_KINDS_USUAL, add_usual)
        .get(paths::DOCUMENT_KIND_NEW, noun::new::<N>)
        .post(paths::DOCUMENT_KIND_NEW, noun::add::<N>)
        .get(paths::DOCUMENT_KIND, show)
        .get(paths::DOCUMENT_KIND_EDIT, noun::edit::<N>)
        .post(paths::DOCUMENT_KIND_EDIT, noun::change::<N>)
        .post(paths::DOCUMENT_KIND_ARCHIVAL, archive)
        .post(paths::DOCUMENT_KIND_RESTORAL, restore)
}

async fn list(who: Allowed<DocumentsSettings>, screen: Screen) -> Result {
    let tx = who.begin().await?;
    all(&who, &screen, tx).await
}

async fn all(who: &Allowed<DocumentsSettings>, screen: &Screen, mut tx: TenantTx) -> Result {
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let (kinds, archived) = (kinds::counted(&mut tx, false).await?, kinds::list(&mut tx, true).await?);
    Ok(screen.show(who, &List { slug, csrf, kinds, archived }))
}

/// A kind is all on its list.
async fn show(who: Allowed<DocumentsSettings>, screen: Screen, Record(id): Record<DocumentKindId>) -> Result {
    let mut tx = who.begin().await?;
    kinds::find(&mut tx, id).await?;
    all(&who, &screen, tx).await
}

async fn add_usual(
    who: Allowed<DocumentsSettings>,
    screen: Screen,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let added = kinds::add_usual(&mut tx).await?;
    tx.commit().await?;
    screen.done(paths::document_kinds(who.slug()), Toast::good(format!("{added} kinds were added."))).await
}

async fn archive(
    who: Allowed<DocumentsSettings>,
    screen: Screen,
    Record(id): Record<DocumentKindId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = kinds::archive(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{name} is not offered any more; its documents stay."));
    screen.done(paths::document_kinds(who.slug()), toast.undo(paths::document_kind_restoral(who.slug(), id), &[])).await
}

async fn restore(
    who: Allowed<DocumentsSettings>,
    screen: Screen,
    Record(id): Record<DocumentKindId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = kinds::restore(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::document_kinds(who.slug()), Toast::good(format!("{name} is offered again."))).await
}

/// Kinds, to the handlers of all nouns.
pub struct Kinds;

impl Noun for Kinds {
    type Id = DocumentKindId;
    type Record = Kind;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = DocumentsSettings;
    type Write = DocumentsSettings;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::DOCUMENT_KINDS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, _: &Conventions) -> (Fields, Errors) {
        draft.read()
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(kind: &Kind) -> String {
        kind.fields.name.clone()
    }

    fn version(kind: &Kind) -> Version {
        kind.version
    }

    fn draft(kind: &Kind) -> Draft {
        Draft::of(&kind.fields)
    }

    async fn find(tx: &mut TenantTx, id: DocumentKindId) -> store::Result<Kind> {
        kinds::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: DocumentKindId, fields: &Fields) -> store::Result<Errors> {
        kinds::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: DocumentKindId, fields: &Fields) -> store::Result<DocumentKindId> {
        kinds::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: DocumentKindId, version: Version, fields: &Fields) -> store::Result<()> {
        kinds::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<DocumentsSettings>, _: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        // A new one begins as most are; one that was sent back stays as it was typed.
        if entry.editing.is_none() && entry.draft == Draft::default() && entry.errors.is_empty() {
            entry.draft = Draft::usual();
        }
        Ok(Edit { entry })
    }
}
