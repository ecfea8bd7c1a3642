//! The door for what starts a workflow from outside: a form on somebody's website, another program. The address is as
//! good as a password; whoever has it may post, and nothing else. What was posted lies in the outbox before it is
//! answered, so that nothing is lost when the workers are busy.

use crate::web::{
    Error, Public, Result, Routes, Screen,
    access::{App, Unforged},
    throttle::Limit,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, RawPathParams, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect},
};
use domain::{TenantId, automation::workflows::DEPTH, jobs::TakeHook, paths};
use jobs::mail::inbound;
use serde_json::{Map, Value, json};
use store::queue;
use uuid::Uuid;
use views::automation::thanks::Thanks;

pub fn routes(r: Routes) -> Routes {
    r.post(paths::HOOK, take)
}

/// A mail server brings a raw message.
const MAIL: &str = "message/rfc822";

/// Bytes of one posting; of a mail, as of any form, a megabyte.
const LONGEST: usize = 65_536;

/// What was posted, whichever way.
struct Posted {
    tenant: TenantId,
    hook: Uuid,
    payload: Value,
    /// Twice the same is once.
    key: String,
    /// Whether somebody sits before a browser, who has sent a form.
    person: bool,
    /// The site that their form stands on.
    origin: Option<String>,
    /// Where on that site they go on.
    next: Option<String>,
    /// A mail that a program has written: it starts nothing.
    automatic: bool,
    /// How many workflows it has come through, where a workflow of ours has posted it.
    depth: i16,
}

/// The field that says where whoever sent a form goes on. It is none of theirs, and not kept.
const NEXT: &str = "_next";

impl Unforged for Posted {}

impl FromRequest<App> for Posted {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let params = axum::RequestPartsExt::extract::<RawPathParams>(&mut parts).await.map_err(|_| Error::Forged)?;
        let token = params.iter().find(|(name, _)| *name == "token").map_or("", |(_, v)| v);
        let (tenant, hook) = jobs::automation::read_hook(app.seal(), token).ok_or(Error::Forged)?;
        let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let depth = text(DEPTH).parse::<u8>().map_or(0, i16::from);
        let (kind, key) = (text(header::CONTENT_TYPE.as_str()), text("idempotency-key"));
        let origin = Some(text("origin")).filter(|o| o.starts_with("https://") || o.starts_with("http://"));
        let wants_page = text("accept").contains("text/html");
        let key = match key.chars().filter(|c| c.is_ascii_graphic()).take(100).collect::<String>() {
            none if none.is_empty() => app.id::<domain::RunId>().to_string(),
            key => key,
        };
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(|_| Error::TooLarge)?;
        let kind = kind.split(';').next().unwrap_or_default().trim();
        // Mail brings pictures and files along, which are left out.
        if bytes.len() > LONGEST && kind != MAIL {
            return Err(Error::TooLarge);
        }
        if kind == MAIL {
            let mail = inbound::read(&bytes).ok_or_else(|| Error::Bad("This is no mail.".into()))?;
            let key = mail.id.map_or(key, |id| id.chars().filter(char::is_ascii_graphic).take(200).collect());
            let (payload, automatic) = (mail.payload, mail.automatic);
            return Ok(Self { tenant, hook, payload, key, depth, person: false, origin: None, next: None, automatic });
        }
        let is_form = kind == "application/x-www-form-urlencoded";
        let mut payload = match kind {
            _ if is_form => fields(&bytes)?,
            "application/json" => {
                serde_json::from_slice(&bytes).map_err(|e| Error::Bad(format!("This is no JSON: {e}.")))?
            }
            _ => return Err(Error::Bad("Post JSON, a form, or a raw mail.".into())),
        };
        let next = match &mut payload {
            Value::Object(all) if is_form => all.remove(NEXT).and_then(|v| v.as_str().map(str::to_owned)),
            _ => None,
        };
        let next = next.filter(|next| origin.as_deref().is_some_and(|site| within(site, next)));
        let person = is_form && wants_page;
        Ok(Self { tenant, hook, payload, key, depth, person, origin, next, automatic: false })
    }
}

/// Whether an address is one of this site: nobody is led elsewhere by a form that is not from there.
fn within(site: &str, address: &str) -> bool {
    let rest = address.strip_prefix(site);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        && !address.chars().any(|c| c.is_control() || c == '\\' || c.is_whitespace())
}

/// The fields of a form, by name; of several with one name the last.
fn fields(bytes: &[u8]) -> Result<Value, Error> {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(bytes).map_err(|_| Error::Bad("This is no form.".into()))?;
    Ok(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>().into())
}

/// Says 202: it is kept, and looked at soon. Whether somebody still listens is not told. Whoever sent a form by a browser
/// is thanked, by the site's own page if it names one.
async fn take(who: Public, screen: Screen, posted: Posted) -> Result {
    who.app().throttle().count(Limit::HOOK, &posted.hook.to_string()).await?;
    let Posted { tenant, hook, payload, key, depth, person, origin, next, automatic } = posted;
    if automatic {
        // Taken, so that no server brings it again; answering it would start a conversation of machines.
        return Ok((StatusCode::ACCEPTED, axum::Json(json!({ "accepted": false }))).into_response());
    }
    let mut tx = who.identity().await?;
    queue::push_from_identity(&mut tx, &TakeHook { tenant, hook, payload, key, depth }).await?;
    tx.commit().await?;
    if let Some(next) = next.filter(|_| person) {
        return Ok(Redirect::to(&next).into_response());
    }
    if person {
        let thanks = Thanks { workspace: who.called(tenant).await?, back: origin };
        return Ok(screen.show_public_as(StatusCode::ACCEPTED, &thanks));
    }
    Ok((StatusCode::ACCEPTED, axum::Json(json!({ "accepted": true }))).into_response())
}
