//! Programs that send a form: JSON, with the form's own key. The key says which form it is for and which of its keys it is, so
//! that making a new one ends the one before; nothing of it is stored.

use super::{
    gate::Gate,
    public::{Place, count},
};
use crate::web::{Public, Result, access::App};
use axum::{
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    CaptureId, Errors, LeadFormId, TenantId,
    crm::leads::forms::{Answers, Drop, Form, State},
};
use jobs::seal::{Seal, purpose};
use serde_json::{Map, Value, json};
use store::crm::leads::forms;
use uuid::Uuid;

/// What a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    form: LeadFormId,
    round: i32,
}

/// A form's key, for whoever may change it.
pub(super) fn token(seal: &Seal, tenant: TenantId, form: &Form) -> String {
    let parts = [&tenant.0.as_bytes()[..], form.id.0.as_bytes(), &form.round.to_be_bytes()];
    seal.sign(purpose::FORM_KEY, &parts.concat())
}

fn read(seal: &Seal, token: &str) -> Option<Key> {
    let content = seal.read(purpose::FORM_KEY, token)?;
    let (_, rest) = content.split_at_checked(16)?;
    let (form, round) = rest.split_at_checked(16)?;
    Some(Key { form: LeadFormId(Uuid::from_slice(form).ok()?), round: i32::from_be_bytes(round.try_into().ok()?) })
}

/// A sending of a program.
pub(super) struct Told {
    /// `None`: it is no key of ours.
    pub key: Option<Key>,
    pub answers: Answers,
    pub once: CaptureId,
}

/// Whether it is a program that sends: it says that it sends JSON.
pub(super) fn is_one(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim() == "application/json"
}

/// Reads what a program has sent; the answer where that does not hold.
pub(super) fn take_in(parts: &Parts, app: &App, bytes: &[u8]) -> Result<Told, Box<Response>> {
    let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let bearer = text(header::AUTHORIZATION.as_str()).strip_prefix("Bearer ").unwrap_or_default();
    let Some(key) = read(app.seal(), bearer.trim()) else {
        return Ok(Told { key: None, answers: Answers::new(), once: app.id() });
    };
    let object: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|e| Box::new(refused(StatusCode::BAD_REQUEST, &format!("This is no JSON object: {e}."))))?;
    let mut answers = Answers::new();
    for (name, value) in object.into_iter().take(50) {
        let value = match value {
            Value::String(text) => text,
            Value::Number(n) => n.to_string(),
            Value::Bool(b) => b.to_string(),
            Value::Null => continue,
            _ => {
                let why = format!("{name} is neither text nor a number.");
                return Err(Box::new(refused(StatusCode::BAD_REQUEST, &why)));
            }
        };
        answers.insert(name, value);
    }
    let once = match text("idempotency-key") {
        "" => app.id(),
        // The same key of the same form is the same sending.
        given => {
            let mark = app.seal().mark(purpose::FORM_KEY, format!("{}/{given}", key.form).as_bytes());
            CaptureId(Uuid::from_slice(&mark.as_bytes()[..16]).unwrap_or_default())
        }
    };
    Ok(Told { key: Some(key), answers, once })
}

/// Takes it as a sending of a visitor is taken, and answers in JSON. What is dropped is counted as theirs is.
pub(super) async fn take(who: &Public, place: &Place, told: Told) -> Result {
    let Some(key) = told.key else {
        count(who, place, Drop::Forged).await;
        return Ok(forged());
    };
    // By the form of its key: another one's key uses up nothing of this form's.
    let gate = Gate::of(who.app(), &place.slug, &key.form.to_string());
    let limited = match gate.admit("a program").await {
        Ok(limited) => limited,
        Err(why) => {
            count(who, place, why).await;
            return Ok(refused(StatusCode::TOO_MANY_REQUESTS, "Too many at once. Try again in a minute."));
        }
    };
    let (mut tx, _) = who.begin(&place.slug, super::public::WHO).await?;
    let form = forms::open(&mut tx, &place.key).await?;
    if key != (Key { form: form.id, round: form.round }) || form.round == 0 {
        drop(tx);
        count(who, place, Drop::Forged).await;
        return Ok(forged());
    }
    let sent = match form.fields.read(&told.answers) {
        Ok(sent) => sent,
        Err(errors) => return Ok(wrong(&errors)),
    };
    let came = forms::Came { id: told.once, form: &form, sent: &sent, page: None, unlimited: !limited };
    let state = forms::take(&mut tx, &came).await?;
    tx.commit().await?;
    let status = if state == State::New { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok((status, axum::Json(json!({ "state": state.key() }))).into_response())
}

fn forged() -> Response {
    refused(StatusCode::FORBIDDEN, Drop::Forged.label())
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(json!({ "error": why }))).into_response()
}

fn wrong(errors: &Errors) -> Response {
    let all: Map<String, Value> = errors.iter().map(|(field, why)| (field.to_owned(), json!(why))).collect();
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(json!({ "errors": all }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::crm::leads::forms::Draft;

    #[test]
    fn a_new_key_ends_the_one_before() {
        let (fields, _) = Draft { name: "Contact".into(), ..Draft::usual() }.read();
        let mut form = Form { id: LeadFormId(Uuid::from_u128(7)), version: 1, fields, archived: false, round: 1 };
        let (seal, tenant) = (Seal::new("secret"), TenantId(Uuid::from_u128(1)));
        let first = token(&seal, tenant, &form);
        form.round = 2;
        assert_ne!(first, token(&seal, tenant, &form));
        assert_eq!(read(&seal, &first), Some(Key { form: form.id, round: 1 }));
        assert_eq!(read(&Seal::new("another"), &first), None);
        assert_eq!(read(&seal, ""), None);
    }
}
