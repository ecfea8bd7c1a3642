//! Mailboxes that are read: the list with how each fares, the form, and trying one out.

use super::{Setter, drawn, frame, pressed, settle, status};
use crate::{
    web::{Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing, throttle::Limit},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Errors, InboxId, paths,
    support::inboxes::{Draft, Fields, Inbox},
};
use jobs::imap::Imap;
use serde::Deserialize;
use store::support::{inboxes, queues};
use views::support::inboxes::{Inboxes, Tried};

pub(super) fn routes(r: Routes) -> Routes {
    r.get(paths::INBOXES, list)
        .get(paths::INBOX_NEW, new)
        .post(paths::INBOX_NEW, add)
        .get(paths::INBOX, edit)
        .post(paths::INBOX, change)
        .post(paths::INBOX_LOOK, look)
        .post(paths::INBOX_PAUSE, pause)
        .post(paths::INBOX_REMOVAL, remove)
}

async fn list(who: Setter, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let view = Inboxes {
        frame: frame(&who, &screen, Errors::default()),
        inboxes: inboxes::all(&mut tx).await?,
        queues: queues::all(&mut tx).await?,
        moment: moment(&who),
    };
    Ok(screen.show(&who, &view))
}

/// A mailbox as typed. Its password comes back to nobody but hidden, so that who has tried it can save it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    address: String,
    queue: String,
    host: String,
    port: String,
    security: String,
    username: String,
    password: String,
    /// A password that was typed before, hidden for this person and this server.
    kept: String,
    folder: String,
    after: String,
    move_to: String,
    plus: String,
    backlog: String,
    /// Which button it was.
    act: String,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: i32,
}

/// Letters of a password.
const PASSWORD: usize = 500;

impl Typed {
    fn draft(&self) -> Draft {
        Draft {
            address: self.address.clone(),
            queue: self.queue.clone(),
            host: self.host.clone(),
            port: self.port.clone(),
            security: self.security.clone(),
            username: self.username.clone(),
            folder: self.folder.clone(),
            after: self.after.clone(),
            move_to: self.move_to.clone(),
            plus: self.plus.clone(),
            backlog: self.backlog.clone(),
        }
    }

    fn of(inbox: &Inbox) -> Self {
        let d = inbox.fields.draft();
        Self {
            address: d.address,
            queue: d.queue,
            host: d.host,
            port: d.port,
            security: d.security,
            username: d.username,
            folder: d.folder,
            after: d.after,
            move_to: d.move_to,
            plus: d.plus,
            backlog: d.backlog,
            version: inbox.version,
            ..Self::default()
        }
    }

    /// For whom, and for which server and user, a typed password is hidden: elsewhere it opens nothing.
    fn purpose(&self, who: &Setter) -> String {
        let to = [&self.host, &self.port, &self.username].map(|s| s.trim());
        jobs::seal::purpose::typed_password(who.actor.member.0, &to.join("\n"))
    }

    /// With the password that was typed before, where none is typed now.
    fn with_kept(mut self, who: &Setter) -> Self {
        if self.password.is_empty() && !self.kept.is_empty() {
            let hidden = URL_SAFE_NO_PAD.decode(&self.kept).unwrap_or_default();
            let shown = who.app().seal().show(&self.purpose(who), &hidden);
            self.password = shown.and_then(|p| String::from_utf8(p).ok()).unwrap_or_default();
        }
        self
    }

    /// The password that was typed, hidden for the next time.
    fn hidden(&self, who: &Setter) -> String {
        match self.password.is_empty() {
            true => String::new(),
            false => URL_SAFE_NO_PAD.encode(who.app().seal().hide(&self.purpose(who), self.password.as_bytes())),
        }
    }

    /// What was typed, and the password, if there is one. One that is kept stays where it is, and opens nothing else.
    fn read(&self, editing: Option<&Inbox>) -> Result<(Fields, Option<&str>), Errors> {
        let fields = self.draft().read();
        let same = |f: &Fields| editing.is_some_and(|i| i.fields.account.same_door(&f.account));
        let problem = match (&*self.password, &fields) {
            ("", Ok(f)) if same(f) => None,
            ("", Err(_)) if editing.is_some() => None,
            ("", _) if editing.is_some() => {
                Some("Enter the password again: the server or the user is another one now.")
            }
            ("", _) => Some("Please fill this in."),
            (p, _) if p.chars().count() > PASSWORD || p.chars().any(char::is_control) => {
                Some("This cannot be a password.")
            }
            _ => None,
        };
        match (fields, problem) {
            (Ok(fields), None) => Ok((fields, Some(&*self.password).filter(|p| !p.is_empty()))),
            (Ok(_), Some(problem)) => Err(Errors::one("password", problem)),
            (Err(errors), None) => Err(errors),
            (Err(mut errors), Some(problem)) => {
                errors.add("password", problem);
                Err(errors)
            }
        }
    }
}

async fn form(
    who: &Setter,
    screen: &Screen,
    editing: Option<&Inbox>,
    typed: Typed,
    errors: Errors,
    tried: Option<Tried>,
) -> Result {
    let mut tx = who.begin().await?;
    let once = if typed.once.is_empty() { tx.id::<InboxId>().to_string() } else { typed.once.clone() };
    let shown = if tried.is_some() { StatusCode::OK } else { status(&errors) };
    let view = views::support::inboxes::InboxForm {
        frame: frame(who, screen, errors),
        once,
        editing: editing.cloned().map(|inbox| Inbox { version: typed.version, ..inbox }),
        draft: typed.draft(),
        kept: typed.hidden(who),
        tried,
        queues: queues::all(&mut tx).await?,
        moment: moment(who),
    };
    Ok(screen.show_as(shown, who, &view))
}

async fn new(who: Setter, screen: Screen) -> Result {
    let typed = Typed { security: "tls".into(), after: "seen".into(), folder: "INBOX".into(), ..Typed::default() };
    form(&who, &screen, None, typed, Errors::default(), None).await
}

/// Signs in with what was typed, and says how it went.
async fn try_out(who: &Setter, editing: Option<&Inbox>, typed: &Typed) -> Result<Result<Tried, Errors>> {
    let (fields, password) = match typed.read(editing) {
        Ok(read) => read,
        Err(errors) => return Ok(Err(errors)),
    };
    who.app().throttle().count(Limit::INBOX_TRIES, &who.workspace.id.to_string()).await?;
    let kept = match (editing, password) {
        (Some(inbox), None) => {
            let sealed = inboxes::sealed(&mut who.begin().await?, inbox.id).await?;
            let shown = who.app().seal().show(&jobs::seal::purpose::inbox(inbox.id.0), &sealed);
            shown.and_then(|p| String::from_utf8(p).ok()).unwrap_or_default()
        }
        _ => String::new(),
    };
    let config = who.app().config();
    let imap = Imap::new(&config.outbound_allow, config.outbound_ca.as_deref());
    let tried = imap.try_out(&fields.account, &fields.after, password.unwrap_or(&kept)).await;
    Ok(Ok(tried.map_err(|trouble| trouble.0)))
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let typed = typed.with_kept(&who);
    if typed.act == "try" {
        return match try_out(&who, None, &typed).await? {
            Ok(tried) => form(&who, &screen, None, typed, Errors::default(), Some(tried)).await,
            Err(errors) => form(&who, &screen, None, typed, errors, None).await,
        };
    }
    let mut tx = who.begin().await?;
    let id = drawn::<InboxId>(&typed.once, &tx);
    let done = match typed.read(None) {
        Ok((fields, password)) => {
            let sealed = hide(&who, id, password.unwrap_or_default());
            inboxes::add(&mut tx, id, &fields, &sealed).await
        }
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors, None).await,
        None => screen.done(paths::inboxes(who.slug()), Toast::good("The mailbox is read from now on.")).await,
    }
}

fn hide(who: &Setter, id: InboxId, password: &str) -> Vec<u8> {
    who.app().seal().hide(&jobs::seal::purpose::inbox(id.0), password.as_bytes())
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<InboxId>) -> Result {
    let inbox = inboxes::find(&mut who.begin().await?, id).await?;
    form(&who, &screen, Some(&inbox), Typed::of(&inbox), Errors::default(), None).await
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<InboxId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut typed = typed.with_kept(&who);
    let mut tx = who.begin().await?;
    let now = inboxes::find(&mut tx, id).await?;
    if typed.act == "try" {
        drop(tx);
        return match try_out(&who, Some(&now), &typed).await? {
            Ok(tried) => form(&who, &screen, Some(&now), typed, Errors::default(), Some(tried)).await,
            Err(errors) => form(&who, &screen, Some(&now), typed, errors, None).await,
        };
    }
    let done = match typed.read(Some(&now)) {
        Ok((fields, password)) => {
            let sealed = password.map(|p| hide(&who, id, p));
            inboxes::change(&mut tx, id, typed.version, &fields, sealed.as_deref()).await
        }
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => {
            // Having seen that, who saves again means it.
            typed.version = now.version;
            form(&who, &screen, Some(&now), typed, errors, None).await
        }
        None => screen.done(paths::inboxes(who.slug()), Toast::good("Changes saved.")).await,
    }
}

async fn look(who: Setter, screen: Screen, Record(id): Record<InboxId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = inboxes::look(&mut tx, id).await;
    pressed(&screen, paths::inboxes(who.slug()), tx, done, "is looked into now.").await
}

#[derive(Deserialize)]
struct Pauses {
    #[serde(default)]
    paused: String,
}

async fn pause(
    who: Setter,
    screen: Screen,
    Record(id): Record<InboxId>,
    Confirmed(pauses): Confirmed<Pauses>,
) -> Result {
    let paused = pauses.paused == "true";
    let mut tx = who.begin().await?;
    let done = inboxes::set_paused(&mut tx, id, paused).await;
    let words = if paused { "is left alone from now on." } else { "is read again." };
    pressed(&screen, paths::inboxes(who.slug()), tx, done, words).await
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<InboxId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = inboxes::remove(&mut tx, id).await;
    pressed(&screen, paths::inboxes(who.slug()), tx, done, "is not read any more. What came by it stays.").await
}
