//! The door for what starts a workflow from outside: a form on somebody's website, another program. The address is as
//! good as a password; whoever has it may post, and nothing else. What was posted lies in the outbox before it is
//! answered, so that nothing is lost when the workers are busy.

use crate::web::{
    Error, Public, Result, Routes,
    access::{App, Unforged},
    throttle::Limit,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, RawPathParams, Request},
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{TenantId, automation::workflows::DEPTH, jobs::TakeHook, paths};
use serde_json::{Map, Value, json};
use store::queue;
use uuid::Uuid;

pub fn routes(r: Routes) -> Routes {
    r.post(paths::HOOK, take)
}

/// Bytes of one posting.
const LONGEST: usize = 65_536;

/// What was posted, whichever way.
struct Posted {
    tenant: TenantId,
    hook: Uuid,
    payload: Value,
    /// Twice the same is once.
    key: String,
    /// How many workflows it has come through, where a workflow of ours has posted it.
    depth: i16,
}

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
        let key = match key.chars().filter(|c| c.is_ascii_graphic()).take(100).collect::<String>() {
            none if none.is_empty() => app.id::<domain::RunId>().to_string(),
            key => key,
        };
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(|_| Error::TooLarge)?;
        if bytes.len() > LONGEST {
            return Err(Error::TooLarge);
        }
        let payload = match kind.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => fields(&bytes)?,
            "application/json" => {
                serde_json::from_slice(&bytes).map_err(|e| Error::Bad(format!("This is no JSON: {e}.")))?
            }
            _ => return Err(Error::Bad("Post JSON, or a form.".into())),
        };
        Ok(Self { tenant, hook, payload, key, depth })
    }
}

/// The fields of a form, by name; of several with one name the last.
fn fields(bytes: &[u8]) -> Result<Value, Error> {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(bytes).map_err(|_| Error::Bad("This is no form.".into()))?;
    Ok(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>().into())
}

/// Says 202: it is kept, and looked at soon. Whether somebody still listens is not told.
async fn take(who: Public, posted: Posted) -> Result {
    who.app().throttle().count(Limit::HOOK, &posted.hook.to_string()).await?;
    let Posted { tenant, hook, payload, key, depth } = posted;
    let mut tx = who.identity().await?;
    queue::push_from_identity(&mut tx, &TakeHook { tenant, hook, payload, key, depth }).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(json!({ "accepted": true }))).into_response())
}
