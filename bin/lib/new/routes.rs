//! Widgets: list, record, form.

use crate::web::{Allowed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid};
use domain::{
    Errors, WidgetId,
    access::{Permission, WidgetsRead, WidgetsWrite},
    department::widgets::{Draft, Fields},
    paths,
};
use store::department::widgets;
use views::department::widgets::{Edit, Index, May, Show};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WIDGETS, list)
        .get(paths::WIDGET_NEW, new)
        .post(paths::WIDGET_NEW, add)
        .get(paths::WIDGET, show)
        .get(paths::WIDGET_EDIT, edit)
        .post(paths::WIDGET_EDIT, change)
}

async fn list(who: Allowed<WidgetsRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let widgets = widgets::list(&mut tx).await?;
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), widgets, may: may(&who) }))
}

async fn show(who: Allowed<WidgetsRead>, screen: Screen, Record(id): Record<WidgetId>) -> Result {
    let mut tx = who.begin().await?;
    let widget = widgets::find(&mut tx, id).await?;
    Ok(screen.show(&who, &Show { slug: who.slug().clone(), widget, may: may(&who) }))
}

/// The form of a widget, new or known.
struct Form;

impl FormPage for Form {
    type Guard = Allowed<WidgetsWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(who: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let editing = match sheet.id {
            Some(id) => Some(widgets::find(&mut who.begin().await?, WidgetId(id)).await?),
            None => None,
        };
        // Having seen theirs, who saves again means it.
        let version = editing.as_ref().filter(|_| sheet.stale).map_or(sheet.version, |now| now.version);
        let view = Edit {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            version,
            stale: sheet.stale,
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new(who: Allowed<WidgetsWrite>, screen: Screen) -> Result {
    Form::page(&who, Sheet::blank(screen, who.app())).await
}

async fn add(who: Allowed<WidgetsWrite>, screen: Screen, form: Valid<Form>) -> Result {
    let mut tx = who.begin().await?;
    let added = widgets::add(&mut tx, WidgetId(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    screen.done(paths::widget(who.slug(), id), Toast::good(format!("{} was added.", form.fields.name))).await
}

async fn edit(who: Allowed<WidgetsWrite>, screen: Screen, Record(id): Record<WidgetId>) -> Result {
    let mut tx = who.begin().await?;
    let widget = widgets::find(&mut tx, id).await?;
    drop(tx);
    Form::page(&who, Sheet::filled(screen, who.app(), id.0, widget.version, widget.draft())).await
}

async fn change(who: Allowed<WidgetsWrite>, screen: Screen, Record(id): Record<WidgetId>, form: Valid<Form>) -> Result {
    let mut tx = who.begin().await?;
    let changed = widgets::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::widget(who.slug(), id), Toast::good("Changes saved.")).await
}

fn may<P: Permission>(who: &Allowed<P>) -> May {
    May { write: who.actor.may(WidgetsWrite::KEY) }
}
