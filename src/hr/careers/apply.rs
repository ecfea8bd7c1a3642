//! Applying: one page, sent once. Whatever is wrong is told beside its field, and what came, the CV too, stays; whether
//! somebody has applied before, the page tells nobody: their mail does.

use super::public::{At, Place, unlisted};
use crate::web::{
    Brings, Error, Incoming, Public, Result, Routes, Screen, access::App, incoming::Kept, throttle::Limit,
};
use axum::{http::StatusCode, response::Response};
use chrono::DateTime;
use domain::{
    ApplicationId, FileId, Slug, TenantId,
    hr::{
        candidates::{Answers, CV_BYTES, Sent, Source, Stamp, field, read},
        careers::{Opening, Site},
        postings::{Question, QuestionKind},
    },
    paths,
};
use jobs::{seal::purpose, storage::MediaType};
use std::collections::BTreeMap;
use store::{
    TenantTx,
    files::New,
    hr::{
        candidates::arrivals::{self, Arrival},
        postings,
    },
};
use uuid::Uuid;
use views::hr::careers::{
    Frame,
    apply::{Apply, CV, STAMP, TRAP, Told},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CAREERS_APPLY, form).post(paths::CAREERS_APPLY, take)
}

const PROTECTED: &str = "This PDF opens with a password only. Send one that opens without.";
const KINDS: &str = "Send a PDF, a Word document (DOCX) or plain text.";

/// Whoever brings files here: nobody is signed in.
struct Applicant<'a> {
    who: &'a Public,
    tenant: TenantId,
    slug: &'a Slug,
}

impl Brings for Applicant<'_> {
    fn app(&self) -> &App {
        self.who.app()
    }

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    async fn begin(&self) -> Result<TenantTx, Error> {
        Ok(self.who.begin(self.slug, super::public::WHO).await?.0)
    }
}

fn stamp(app: &App, stamp: Stamp, handle: &str) -> String {
    let content = [&stamp.at.timestamp().to_be_bytes()[..], stamp.once.0.as_bytes(), handle.as_bytes()].concat();
    app.seal().sign(purpose::APPLICATION, &content)
}

fn read_stamp(app: &App, token: &str, handle: &str) -> Option<Stamp> {
    let content = app.seal().read(purpose::APPLICATION, token)?;
    let (at, rest) = content.split_at_checked(8)?;
    let (once, of) = rest.split_at_checked(16)?;
    let at = DateTime::from_timestamp(i64::from_be_bytes(at.try_into().ok()?), 0)?;
    let once = ApplicationId(Uuid::from_slice(once).ok()?);
    (of == handle.as_bytes()).then_some(Stamp { at, once })
}

/// What a CV that came earlier is, for the next sending of the same form: nobody else can name it.
fn seal_cv(app: &App, tenant: TenantId, cv: &New) -> String {
    let kind =
        u8::from(cv.media_type == jobs::storage::PDF.name) + 2 * u8::from(cv.media_type == jobs::storage::TEXT.name);
    let parts =
        [tenant.0.as_bytes(), &cv.id.0.as_bytes()[..], &cv.sha256, &cv.size.to_be_bytes(), &[kind], cv.name.as_bytes()];
    app.seal().sign(purpose::APPLICATION_CV, &parts.concat())
}

fn read_cv(app: &App, tenant: TenantId, token: &str) -> Option<New> {
    let content = app.seal().read(purpose::APPLICATION_CV, token)?;
    let (of, rest) = content.split_at_checked(16)?;
    let (id, rest) = rest.split_at_checked(16)?;
    let (sha256, rest) = rest.split_at_checked(32)?;
    let (size, rest) = rest.split_at_checked(8)?;
    let (kind, name) = rest.split_first()?;
    let kinds: [MediaType; 3] = [jobs::storage::DOCX, jobs::storage::PDF, jobs::storage::TEXT];
    let new = New {
        id: FileId(Uuid::from_slice(id).ok()?),
        name: String::from_utf8(name.to_vec()).ok()?,
        media_type: kinds.get(usize::from(*kind))?.name,
        size: u64::from_be_bytes(size.try_into().ok()?),
        sha256: sha256.try_into().ok()?,
    };
    (of == tenant.0.as_bytes()).then_some(new)
}

/// What a sending is shown again with.
#[derive(Default)]
pub(crate) struct Again {
    typed: Answers,
    wrong: BTreeMap<String, String>,
    stamp: Option<Stamp>,
    cv: Option<New>,
}

/// What came, read as far as it could be.
pub(crate) struct Came {
    pub(crate) status: StatusCode,
    typed: Answers,
    pub(crate) wrong: BTreeMap<String, String>,
    pub(crate) sent: Option<Sent>,
    pub(crate) cv: Option<New>,
    /// With what was asked for.
    pub(crate) files: Vec<(String, New)>,
}

impl Came {
    /// The same form, under the same stamp: who mends an answer sends no second one.
    pub(crate) fn again(self, stamp: Option<Stamp>) -> Again {
        Again { typed: self.typed, wrong: self.wrong, stamp, cv: self.cv }
    }
}

/// A colleague, who is known already, and where their form goes.
pub(crate) struct KnownAs {
    pub(crate) slug: Slug,
    pub(crate) company: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) action: String,
}

/// The opening that an address means, with what it asks.
async fn opening(place: &mut Place) -> Result<Option<(Opening, Vec<Question>)>> {
    let today = place.tx.today();
    let Some(opening) = place.site.open(today).find(|o| o.handle == place.handle).cloned() else { return Ok(None) };
    let questions = postings::questions(&mut place.tx, opening.id).await?;
    Ok(Some((opening, questions)))
}

async fn form(who: Public, screen: Screen, At(slug, handle): At) -> Result {
    let mut place = Place::of(&who, &slug, handle).await?;
    match opening(&mut place).await? {
        Some((opening, questions)) => {
            Ok(page(&who, &screen, &place, (opening, questions), Again::default(), StatusCode::OK))
        }
        // It says what became of it, and which others there are.
        None => Ok(screen.go(paths::careers_job(&slug, &place.handle))),
    }
}

fn page(
    who: &Public,
    screen: &Screen,
    place: &Place,
    asked: (Opening, Vec<Question>),
    again: Again,
    status: StatusCode,
) -> Response {
    let action = paths::careers_apply(&place.workspace.slug, &asked.0.handle);
    let frame = place.frame(who.app());
    let view = filled(who.app(), screen.csrf(), place.workspace.id, &place.site, asked, again, (frame, action, None));
    unlisted(screen.show_public_as(status, &view))
}

/// As it is shown to a colleague.
pub(crate) fn page_of(
    app: &App,
    csrf: &str,
    tenant: TenantId,
    site: &Site,
    asked: (Opening, Vec<Question>),
    again: Again,
    known: KnownAs,
) -> Apply {
    let KnownAs { slug, company, name, email, action } = known;
    let frame = Frame { slug, company, accent: None, logo: None, origin: String::new() };
    filled(app, csrf, tenant, site, asked, again, (frame, action, Some((name, email))))
}

fn filled(
    app: &App,
    csrf: &str,
    tenant: TenantId,
    site: &Site,
    (opening, questions): (Opening, Vec<Question>),
    again: Again,
    (frame, action, known): (Frame, String, Option<(String, String)>),
) -> Apply {
    let made = again.stamp.unwrap_or_else(|| Stamp { at: app.now(), once: app.id() });
    let (notice, days) = site.promise(opening.location.as_deref());
    Apply {
        frame,
        csrf: csrf.to_owned(),
        notice: notice.map(str::to_owned),
        days,
        typed: again.typed,
        wrong: again.wrong,
        stamp: stamp(app, made, &opening.handle),
        cv: again.cv.map(|cv| (seal_cv(app, tenant, &cv), cv.name)),
        action,
        known,
        opening,
        questions,
    }
}

/// When the page was made, unless that is too long ago.
pub(crate) fn stamp_of(app: &App, kept: &Kept, handle: &str) -> Option<Stamp> {
    read_stamp(app, kept.get(STAMP), handle).filter(|s| !s.old(app.now()))
}

/// Reads all that came. `own`: what is known of whoever sends it, in place of what they typed.
pub(crate) async fn read_all(
    app: &App,
    tenant: TenantId,
    (kept, questions): (&Kept, &[Question]),
    own: &[(&str, &str)],
    cv_required: bool,
) -> Came {
    let mut typed: Answers = kept.typed().iter().filter(|(name, _)| !name.starts_with('_')).cloned().collect();
    typed.extend(own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let mut wrong = BTreeMap::new();
    let (cv, files) = files(app, tenant, kept, questions, &mut wrong, cv_required).await;
    let sent = match read(&typed, questions) {
        Ok(sent) => Some(sent),
        Err(others) => {
            wrong.extend(others);
            None
        }
    };
    let status = if kept.wrong.is_some() { kept.status } else { StatusCode::UNPROCESSABLE_ENTITY };
    Came { status, typed, wrong, sent, cv, files }
}

/// The file as a CV, or why it is none.
async fn as_cv(app: &App, tenant: TenantId, file: &New) -> Result<(), String> {
    let kinds = [jobs::storage::PDF, jobs::storage::DOCX, jobs::storage::TEXT];
    if !kinds.iter().any(|k| k.name == file.media_type) {
        return Err(KINDS.into());
    }
    if file.media_type == jobs::storage::PDF.name {
        let content = app.storage().read(tenant, file.id).await.map_err(|_| crate::web::incoming::AWAY.to_owned())?;
        if content.windows(8).any(|w| w == b"/Encrypt") {
            return Err(PROTECTED.into());
        }
    }
    Ok(())
}

/// What came with it, and what is wrong with that: the CV, of this sending or of an earlier one, and other files.
async fn files(
    app: &App,
    tenant: TenantId,
    kept: &Kept,
    questions: &[Question],
    wrong: &mut BTreeMap<String, String>,
    required: bool,
) -> (Option<New>, Vec<(String, New)>) {
    let earlier = read_cv(app, tenant, kept.get(CV));
    let cv = match (&kept.file, &kept.wrong) {
        (_, Some(why)) => {
            // Fewer kinds are a CV than are kept elsewhere.
            let kind = ["Files of this kind", "An archive", "Web pages"].iter().any(|of| why.starts_with(of));
            wrong.insert("file".into(), if kind { KINDS.into() } else { why.clone() });
            earlier
        }
        (Some(file), None) => match as_cv(app, tenant, file).await {
            Ok(()) => Some(file.clone()),
            Err(why) => {
                wrong.insert("file".into(), why);
                earlier
            }
        },
        (None, None) => earlier,
    };
    if cv.is_none() && required {
        wrong.entry("file".into()).or_insert_with(|| "Choose your CV.".into());
    }
    let mut others = vec![];
    for q in questions.iter().filter(|q| q.kind == QuestionKind::File) {
        let name = field(q);
        match kept.named(&name) {
            Some(Ok(file)) => others.push((q.question.clone(), file)),
            Some(Err(why)) => {
                wrong.insert(name, why);
            }
            None if q.required => {
                wrong.insert(name, "Choose a file.".into());
            }
            None => {}
        }
    }
    (cv, others)
}

async fn take(who: Public, screen: Screen, At(slug, handle): At, incoming: Incoming) -> Result {
    who.app().throttle().count(Limit::APPLY, &format!("{slug}:{}", who.address)).await?;
    let mut place = Place::of(&who, &slug, handle).await?;
    let Some((opening, questions)) = opening(&mut place).await? else {
        return Ok(screen.go(paths::careers_job(&slug, &place.handle)));
    };
    let applicant = Applicant { who: &who, tenant: place.workspace.id, slug: &slug };
    let kept = incoming.at_most(CV_BYTES).keep(&applicant).await?;
    if !kept.get(TRAP).is_empty() {
        // A machine that has stepped into the trap learns nothing of it.
        return Ok(thank(&who, &screen, &place));
    }
    let stamp = stamp_of(who.app(), &kept, &opening.handle);
    let mut came = read_all(who.app(), place.workspace.id, (&kept, &questions), &[], true).await;
    match stamp {
        Some(s) if s.quick(who.app().now()) => {
            came.wrong.insert(String::new(), "That was too fast for a person. Send it again.".into());
        }
        Some(_) => {}
        None => {
            came.wrong.insert(String::new(), "The page has been open for too long. Send it again.".into());
        }
    }
    let (Some(sent), Some(stamp), true) = (&came.sent, stamp, came.wrong.is_empty()) else {
        let status = came.status;
        return Ok(page(&who, &screen, &place, (opening, questions), came.again(stamp), status));
    };
    let (notice, days) = place.site.promise(opening.location.as_deref());
    let arrival = Arrival {
        id: stamp.once,
        posting: opening.id,
        title: &opening.title,
        sent,
        cv: came.cv.as_ref(),
        files: &came.files,
        notice,
        days,
        source: Source::Careers,
        employee: None,
        mails: true,
    };
    let (mut tx, _) = who.begin(&slug, super::public::WHO).await?;
    arrivals::take(&mut tx, &arrival).await?;
    tx.commit().await?;
    Ok(thank(&who, &screen, &place))
}

/// The same to everybody, whether they have applied before or not.
fn thank(who: &Public, screen: &Screen, place: &Place) -> Response {
    let view = Told {
        frame: place.frame(who.app()),
        title: "Thank you".into(),
        text: "We have sent you a mail. Its link shows how your application stands, and there you can withdraw it."
            .into(),
        back: Some(("All jobs".into(), paths::careers(&place.workspace.slug))),
    };
    unlisted(screen.show_public(&view))
}
