//! The public side of a form: shown, sent, and confirmed by mail. No session, no script; in a frame of the sites that the
//! form names. What does not hold by itself is refused before the database is asked.

use super::{
    gate::{Gate, WORDS},
    program,
};
use crate::web::{
    Error, Public, Result, Routes, Screen,
    access::{App, Unforged},
    headers::Framed,
    throttle::Limit,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    CaptureId, Errors, Slug, TenantId,
    colour::Colour,
    crm::leads::forms::{Answers, Drop, Fields, Form, Sent, Stamp, State, UTM, clean, is_key},
    paths,
};
use jobs::mail::form_confirmation;
use store::{TenantTx, crm::leads::forms};
use views::crm::forms::public::{Fill, PAGE, STAMP, TRAP, Told};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PUBLIC_FORM, show)
        .post(paths::PUBLIC_FORM, take)
        .get(paths::PUBLIC_FORM_THEME, theme)
        .get(paths::PUBLIC_FORM_CONFIRMATION, ask)
        .post(paths::PUBLIC_FORM_CONFIRMATION, confirm)
}

const CHANGED: &str = "These words have changed meanwhile. Please read them again.";
/// Bytes of one sending.
const LONGEST: usize = 65_536;
/// In whose name the database is asked.
pub(super) const WHO: &str = "lead_form";

/// Which form an address means.
pub(super) struct Place {
    pub(super) slug: Slug,
    pub(super) key: String,
    /// The page that it stands on, where the browser tells.
    page: String,
    query: Answers,
}

impl FromRequestParts<App> for Place {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let part = |name: &str| params.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v).to_owned();
        let slug = Slug::parse(&part("slug")).map_err(|_| Error::NotFound)?;
        let key = Some(part("key")).filter(|k| is_key(k)).ok_or(Error::NotFound)?;
        let query: Vec<(String, String)> =
            serde_html_form::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default();
        let query = query.into_iter().filter(|(name, _)| UTM.contains(&name.as_str())).collect();
        let page = parts.headers.get(header::REFERER).and_then(|v| v.to_str().ok()).unwrap_or_default();
        // Without what stands behind it, which may be anybody's.
        let page = clean(page.split(['?', '#']).next().unwrap_or_default(), 300);
        Ok(Self { slug, key, page, query })
    }
}

/// A sending, with what its stamp says: that is what a form's token is elsewhere.
struct Posted {
    place: Place,
    answers: Answers,
    stamp: Result<(Stamp, [u8; WORDS]), Drop>,
    /// Where a program has sent it.
    program: Option<program::Told>,
}

impl Unforged for Posted {}

impl FromRequest<App> for Posted {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let place = Place::from_request_parts(&mut parts, app).await?;
        let kept = parts.clone();
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(|_| Error::TooLarge)?;
        if bytes.len() > LONGEST {
            return Err(Error::TooLarge);
        }
        if program::is_one(&kept) {
            let program = Some(program::take_in(&kept, app, &bytes).map_err(|told| Error::from(*told))?);
            return Ok(Self { place, answers: Answers::new(), stamp: Err(Drop::Forged), program });
        }
        let all: Vec<(String, String)> =
            serde_html_form::from_bytes(&bytes).map_err(|_| Error::Bad("This is no form.".into()))?;
        let answers: Answers = all.into_iter().take(50).collect();
        let said = |name: &str| answers.get(name).map(String::as_str).unwrap_or_default();
        let stamp = match Gate::of(app, &place.slug, &place.key).read(said(STAMP)) {
            None => Err(Drop::Forged),
            Some(_) if !said(TRAP).is_empty() => Err(Drop::Trap),
            Some((stamp, words)) => stamp.judge(app.now()).map(|()| (stamp, words)),
        };
        Ok(Self { place, answers, stamp, program: None })
    }
}

async fn show(who: Public, screen: Screen, place: Place) -> Result {
    let (mut tx, company) = match open(&who, &place).await? {
        Ok(open) => open,
        Err(closed) => return Ok(screen.show_public_as(StatusCode::GONE, &closed)),
    };
    let form = forms::open(&mut tx, &place.key).await?;
    let stamp = Stamp { at: tx.now(), once: tx.id() };
    let words = form.fields.consent.as_deref();
    let token = Gate::of(who.app(), &place.slug, &place.key).stamp(stamp, words);
    Ok(fill(&screen, &place, (company, form.fields), place.query.clone(), Errors::default(), token))
}

/// The workspace of a form, or what is told where it is closed: not why.
async fn open(who: &Public, place: &Place) -> Result<Result<(TenantTx, String), Told>> {
    match who.begin(&place.slug, WHO).await {
        Ok((tx, workspace)) => Ok(Ok((tx, workspace.name))),
        Err(Error::Suspended) => Ok(Err(Told {
            company: String::new(),
            form: None,
            title: "This form is closed".into(),
            text: "Nothing can be sent by it at the moment.".into(),
            on: None,
            posts: false,
        })),
        Err(e) => Err(e),
    }
}

fn fill(
    screen: &Screen,
    place: &Place,
    (company, form): (String, Fields),
    answers: Answers,
    errors: Errors,
    stamp: String,
) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = answers.get(PAGE).cloned().unwrap_or_else(|| place.page.clone());
    let (action, origins) = (paths::public_form(&place.slug, &place.key), form.origins.clone());
    let view = Fill { company, action, form, answers, errors, stamp, page };
    Framed::by(screen.show_public_as(status, &view), &origins)
}

async fn take(who: Public, screen: Screen, posted: Posted) -> Result {
    let Posted { place, answers, stamp, program } = posted;
    if let Some(told) = program {
        return program::take(&who, &place, told).await;
    }
    let gate = Gate::of(who.app(), &place.slug, &place.key);
    let (stamp, words) = match stamp {
        Ok(stamp) => stamp,
        Err(why) => return refuse(&who, &screen, &place, why).await,
    };
    let limited = match gate.admit(&who.address).await {
        Ok(limited) => limited,
        Err(why) => return refuse(&who, &screen, &place, why).await,
    };
    let (mut tx, company) = match open(&who, &place).await? {
        Ok(open) => open,
        Err(closed) => return Ok(screen.show_public_as(StatusCode::GONE, &closed)),
    };
    let form = forms::open(&mut tx, &place.key).await?;
    let consent = form.fields.consent.as_deref();
    let read = match form.fields.read(&answers) {
        // Nobody has agreed to what they have not read.
        Ok(_) if gate.digest(consent) != words => Err(Errors::one("consent", CHANGED)),
        read => read,
    };
    let sent = match read {
        Ok(sent) => sent,
        Err(errors) => {
            drop(tx);
            count(&who, &place, Drop::Wrong).await;
            // The same stamp: who mends an answer is not slower for it, and sends no second one.
            let token = gate.stamp(stamp, form.fields.consent.as_deref());
            return Ok(fill(&screen, &place, (company, form.fields), answers, errors, token));
        }
    };
    if form.fields.confirms && mails_too_often(&who, &sent).await {
        drop(tx);
        return refuse(&who, &screen, &place, Drop::Flood).await;
    }
    let page =
        answers.get(PAGE).map(|p| clean(p, 300)).filter(|p| p.starts_with("https://") || p.starts_with("http://"));
    let came = forms::Came { id: stamp.once, form: &form, sent: &sent, page: page.as_deref(), unlimited: !limited };
    let state = forms::take(&mut tx, &came).await?;
    tx.commit().await?;
    Ok(thank(&screen, company, form, state))
}

/// Whether an address has had as many mails as anybody may send it.
async fn mails_too_often(who: &Public, sent: &Sent) -> bool {
    let Some(email) = &sent.lead.email else { return false };
    matches!(who.app().throttle().count(Limit::MAIL, &email.normal()).await, Err(Error::TooMany(_)))
}

fn thank(screen: &Screen, company: String, form: Form, state: State) -> Response {
    let origins = form.fields.origins.clone();
    let (title, text) = match state {
        State::Waiting => (
            "Look into your mail".to_owned(),
            "We have sent you a link. Follow it, and what you sent arrives.".to_owned(),
        ),
        State::New | State::Again => ("Thank you".to_owned(), form.fields.thanks.clone()),
    };
    let view = Told { company, form: Some(form.fields), title, text, on: None, posts: false };
    Framed::by(screen.show_public(&view), &origins)
}

/// Drops a sending, and says so to whoever may be a person after all.
async fn refuse(who: &Public, screen: &Screen, place: &Place, why: Drop) -> Result {
    count(who, place, why).await;
    let again = Some(("Open the form again".to_owned(), paths::public_form(&place.slug, &place.key)));
    let told = |title: &str, text: &str, on| Told {
        company: String::new(),
        form: None,
        title: title.into(),
        text: text.into(),
        on,
        posts: false,
    };
    let (status, view) = match why {
        Drop::Flood => return Err(Error::TooMany(60)),
        // A machine that has stepped into the trap learns nothing of it.
        Drop::Trap => (StatusCode::OK, told("Thank you", "What you sent has arrived.", None)),
        Drop::Quick => (
            StatusCode::TOO_EARLY,
            told("That was too fast", "Go back, and send it again. Machines are that fast.", again),
        ),
        Drop::Old => (StatusCode::GONE, told("The form has been open for too long", "Nothing was sent.", again)),
        Drop::Forged | Drop::Wrong => {
            (StatusCode::FORBIDDEN, told("Nothing was sent", "This did not come from the form.", again))
        }
    };
    Ok(screen.show_public_as(status, &view))
}

/// Counts what was dropped; now and then that is written down.
pub(super) async fn count(who: &Public, place: &Place, why: Drop) {
    let gate = Gate::of(who.app(), &place.slug, &place.key);
    let counts = gate.count(why).await;
    if counts.is_empty() {
        return;
    }
    let written = async {
        let (mut tx, _) = who.begin(&place.slug, WHO).await?;
        let form = forms::open(&mut tx, &place.key).await?;
        forms::count_drops(&mut tx, form.id, &counts).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    match written.await {
        // Of no form, or of one that is closed, nothing is written down.
        Ok(()) | Err(Error::NotFound | Error::Suspended) => {}
        Err(e) => {
            tracing::warn!(error = %e, "what a form dropped could not be written down");
            gate.give_back(&counts).await;
        }
    }
}

/// A form's colour. Its address says which, so it is kept for good.
async fn theme(_: Public, Accent(colour): Accent) -> Result<Response> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, colour.stylesheet()).into_response())
}

struct Accent(Colour);

impl FromRequestParts<App> for Accent {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let accent = params.iter().find(|(name, _)| *name == "accent").map_or("", |(_, v)| v);
        Colour::parse(accent).map(Self).map_err(|_| Error::NotFound)
    }
}

/// Whoever has the link of the mail.
struct Confirmer {
    tenant: TenantId,
    capture: CaptureId,
    token: String,
}

impl Unforged for Confirmer {}

impl FromRequestParts<App> for Confirmer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wrong = if parts.method.is_safe() { Error::NotFound } else { Error::Forged };
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let token = params.iter().find(|(name, _)| *name == "token").map_or("", |(_, v)| v).to_owned();
        let (tenant, capture) = form_confirmation::read(app.seal(), &token).ok_or(wrong)?;
        Ok(Self { tenant, capture, token })
    }
}

/// Looking at the link changes nothing: mail scanners look at every one.
async fn ask(who: Public, screen: Screen, it: Confirmer) -> Result {
    let (mut tx, workspace) = who.begin_sealed(it.tenant, WHO).await?;
    let (_, _, form) = forms::waiting(&mut tx, it.capture).await?;
    let view = Told {
        company: workspace.name,
        title: "Was it you?".into(),
        text: format!("Confirm that you sent “{}”, and it arrives.", form.fields.title),
        form: Some(form.fields),
        on: Some(("Yes, it was me".into(), paths::public_form_confirmation(&it.token))),
        posts: true,
    };
    Ok(screen.show_public(&view))
}

async fn confirm(who: Public, screen: Screen, it: Confirmer) -> Result {
    let (mut tx, workspace) = who.begin_sealed(it.tenant, WHO).await?;
    let (_, _, form) = forms::waiting(&mut tx, it.capture).await?;
    let state = forms::confirm(&mut tx, it.capture).await?;
    tx.commit().await?;
    Ok(thank(&screen, workspace.name, form, state))
}
