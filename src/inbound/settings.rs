//! The addresses by which mail comes in: shown, drawn anew, closed.

use crate::{
    web::{Allowed, Confirmed, Result, Routes, Screen, Toast},
    workspace::activity::moment,
};
use domain::{
    access::SettingsWrite,
    inbound::{State, drop_address, form_address},
    paths,
};
use serde::Deserialize;
use store::{crm::leads::forms, inbound};
use views::inbound::settings::Settings;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MAIL_DOOR, show).post(paths::MAIL_DOOR_ROTATION, rotate).post(paths::MAIL_DOOR_CLOSURE, close)
}

type Setter = Allowed<SettingsWrite>;

/// Messages that are told of here; all of them are in the list.
const LATELY: i64 = 10;

async fn show(who: Setter, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let door = inbound::door(&mut tx).await?;
    let (app, slug) = (who.app(), who.slug());
    let domain = app.config().inbound_domain.clone();
    let forms = forms::list(&mut tx).await?.into_iter().filter(|f| !f.archived);
    let by_mail = |key: &str| form_address(slug, key, domain.as_deref()?);
    let forms = forms.filter_map(|f| Some((f.fields.name, by_mail(&f.fields.key)?))).collect();
    let tag = jobs::inbound::drop_tag(app.seal(), who.workspace.id, door.drop_round);
    let secret = jobs::inbound::url_secret(app.seal(), who.workspace.id, door.url_round);
    let view = Settings {
        slug: slug.clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        url: format!("{}{}", app.config().public_url, paths::inbound_mail(secret)),
        drop: domain.as_deref().map(|domain| drop_address(slug, &tag, domain)),
        closed: door.closed,
        forms,
        open: inbound::list(&mut tx, Some(State::Aside), None, LATELY).await?,
        lately: inbound::list(&mut tx, None, None, LATELY).await?,
        moment: moment(&who),
        domain,
    };
    Ok(screen.show(&who, &view))
}

/// Which secret is drawn anew.
#[derive(Deserialize)]
struct Which {
    what: String,
}

async fn rotate(who: Setter, screen: Screen, Confirmed(which): Confirmed<Which>) -> Result {
    let drop = which.what == "drop";
    let mut tx = who.begin().await?;
    inbound::rotate(&mut tx, drop).await?;
    tx.commit().await?;
    let words = match drop {
        true => "This is the new address. Mail to the one before is set aside.",
        false => "This is the new address for your mail service. The one before opens nothing now.",
    };
    screen.done(paths::mail_door(who.slug()), Toast::good(words)).await
}

#[derive(Deserialize)]
struct Closes {
    #[serde(default)]
    closed: String,
}

async fn close(who: Setter, screen: Screen, Confirmed(closes): Confirmed<Closes>) -> Result {
    let closed = closes.closed == "true";
    let mut tx = who.begin().await?;
    inbound::close(&mut tx, closed).await?;
    tx.commit().await?;
    let words = if closed { "The address is closed. Mail to it is set aside." } else { "The address is open." };
    screen.done(paths::mail_door(who.slug()), Toast::good(words)).await
}
