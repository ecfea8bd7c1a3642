//! New workflows: from a template, or from nothing.

use crate::web::{Allowed, FormPage, Result, Routes, Screen, Sheet, Toast, Valid};
use domain::{
    Errors, WorkflowId,
    access::AutomationWrite,
    automation::{
        fields::RecordKind,
        templates::{self, Template},
        workflows::Definition,
    },
    draft, paths,
};
use store::automation::workflows;
use views::automation::templates::Templates;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_TEMPLATES, gallery).post(paths::WORKFLOW_TEMPLATES, add)
}

draft! {
    /// What a new workflow begins with.
    New { template, name, record }
}

enum Begin {
    Template(&'static Template),
    Blank(String, RecordKind),
}

struct NewForm;

impl FormPage for NewForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = New;
    type Fields = Begin;

    fn parse(_: &Self::Guard, draft: &New) -> Result<Begin, Errors> {
        if !draft.template.is_empty() {
            let found = templates::find(&draft.template);
            return found.map(Begin::Template).ok_or_else(|| Errors::one("", "There is no such template any more."));
        }
        let mut e = Errors::default();
        let name = e.required("name", &draft.name, 80);
        let record = e.take("record", RecordKind::parse(&draft.record).ok_or("Choose what it runs on."));
        e.or(Begin::Blank(name, record.unwrap_or(RecordKind::Employee)))
    }

    async fn page(who: &Self::Guard, sheet: Sheet<New>) -> Result {
        let view = Templates {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            name: sheet.draft.name,
            record: sheet.draft.record,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn gallery(who: Allowed<AutomationWrite>, screen: Screen) -> Result {
    NewForm::page(&who, Sheet::blank(screen, who.app())).await
}

async fn add(who: Allowed<AutomationWrite>, screen: Screen, form: Valid<NewForm>) -> Result {
    let mut tx = who.begin().await?;
    let id = WorkflowId(form.once);
    let added = match &form.fields {
        Begin::Template(t) => workflows::add(&mut tx, id, (t.name, t.about), &t.definition(), Some(t.key)).await,
        Begin::Blank(name, record) => workflows::add(&mut tx, id, (name, ""), &Definition::blank(*record), None).await,
    };
    let id = form.settle(tx, added).await?;
    let toast = match form.fields {
        Begin::Template(_) => "This is a draft of your own: change what you like, try it, then publish it.",
        Begin::Blank(..) => "Choose what starts it, then add steps.",
    };
    screen.done(paths::workflow(who.slug(), id), Toast::good(toast)).await
}
