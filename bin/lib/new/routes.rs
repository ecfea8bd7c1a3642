//! Widgets: list, record, form.

use crate::web::{Allowed, Noun, Record, Result, Routes, Screen, noun};
use domain::{
    Conventions, Errors, WidgetId,
    access::{Permission, WidgetsRead, WidgetsWrite},
    department::widgets::{Draft, FIELDS, Fields, WORDS, Widget},
    draft::Field,
    paths,
    text::Words,
};
use store::{TenantTx, Version, department::widgets};
use views::{
    department::widgets::{Edit, Index, May, Show},
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Widgets;
    r.get(paths::WIDGETS, list)
        .get(paths::WIDGET_NEW, noun::new::<N>)
        .post(paths::WIDGET_NEW, noun::add::<N>)
        .get(paths::WIDGET, show)
        .get(paths::WIDGET_EDIT, noun::edit::<N>)
        .post(paths::WIDGET_EDIT, noun::change::<N>)
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

/// Widgets, to the handlers of all nouns.
pub struct Widgets;

impl Noun for Widgets {
    type Id = WidgetId;
    type Record = Widget;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = WidgetsRead;
    type Write = WidgetsWrite;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::WIDGETS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(widget: &Widget) -> String {
        widget.name.clone()
    }

    fn version(widget: &Widget) -> Version {
        widget.version
    }

    fn draft(widget: &Widget) -> Draft {
        widget.draft()
    }

    async fn find(tx: &mut TenantTx, id: WidgetId) -> store::Result<Widget> {
        widgets::find(tx, id).await
    }

    async fn add(tx: &mut TenantTx, id: WidgetId, fields: &Fields) -> store::Result<WidgetId> {
        widgets::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: WidgetId, version: Version, fields: &Fields) -> store::Result<()> {
        widgets::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<WidgetsWrite>, _: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        Ok(Edit { entry })
    }
}

fn may<P: Permission>(who: &Allowed<P>) -> May {
    May { write: who.actor.may(WidgetsWrite::KEY) }
}
