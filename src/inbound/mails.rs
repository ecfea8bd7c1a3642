//! What came in: the list, a message, and what somebody does with one that was set aside.

use crate::{
    web::{Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity::moment,
};
use domain::{
    Conventions, Email, InboundId,
    access::{ContactsRead, ContactsWrite, LeadsWrite, Permission, SettingsWrite, TasksWrite},
    crm::{contacts, leads},
    inbound::State,
    list::Mark,
    paths,
    workspace::access::Subject,
};
use serde::Deserialize;
use store::{crm, inbound, records};
use views::inbound::{Index, Question, Show};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MAILS, list)
        .get(paths::MAIL, show)
        .post(paths::MAIL_RETRY, retry)
        .post(paths::MAIL_DISMISSAL, dismiss)
        .post(paths::MAIL_PRIVACY, keep_private)
        .post(paths::MAIL_FILING, file)
        .post(paths::MAIL_FILING_REMOVAL, take_off)
        .post(paths::MAIL_CONTACT, make_contact)
        .post(paths::MAIL_LEAD, make_lead)
}

type Reader = Allowed<ContactsRead>;

const PAGE: usize = 50;

async fn list(who: Reader, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let before = Mark::parse(&question.after);
    let mut lines = inbound::list(&mut tx, State::parse(&question.state), before.as_ref(), most + 1).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let older = lines.last().filter(|_| more).map(|l| Mark { value: l.at.to_rfc3339(), id: l.id.0 }.text());
    let all = who.actor.may(SettingsWrite::KEY);
    let copies_to = screen.for_page(super::copies_to(&mut tx, &who, None)).await?;
    let view = Index { slug: who.slug().clone(), question, lines, older, all, copies_to, moment: moment(&who) };
    Ok(screen.show(&who, &view))
}

async fn show(who: Reader, screen: Screen, Record(id): Record<InboundId>) -> Result {
    let mut tx = who.begin().await?;
    let mail = inbound::show(&mut tx, id).await?;
    let mine = mail.own || !mail.private && who.actor.may(SettingsWrite::KEY);
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        may_contact: mine && who.actor.may(ContactsWrite::KEY),
        may_lead: mine && who.actor.may(LeadsWrite::KEY),
        options: who.actor.may(TasksWrite::KEY).then(|| paths::task_options(who.slug())),
        mine,
        support: mail.support && store::support::mail::looks_after(&tx),
        mail,
        moment: moment(&who),
    };
    Ok(screen.show(&who, &view))
}

async fn retry(who: Reader, screen: Screen, Record(id): Record<InboundId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    inbound::retry(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::mail(who.slug(), id), Toast::good("It is looked at once more.")).await
}

async fn dismiss(who: Reader, screen: Screen, Record(id): Record<InboundId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let support = inbound::dismiss(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good("It is left alone.").undo(paths::mail_retry(who.slug(), id), &[]);
    let back = if support { paths::support_mails(who.slug()) } else { paths::mails(who.slug()) };
    screen.done(back, toast).await
}

#[derive(Deserialize)]
struct Private {
    #[serde(default)]
    private: String,
}

async fn keep_private(
    who: Reader,
    screen: Screen,
    Record(id): Record<InboundId>,
    Confirmed(typed): Confirmed<Private>,
) -> Result {
    let private = typed.private == "true";
    let mut tx = who.begin().await?;
    inbound::set_private(&mut tx, id, private).await?;
    tx.commit().await?;
    let words = if private { "Only you see it now." } else { "Whoever sees its records sees it." };
    screen.done(paths::mail(who.slug(), id), Toast::good(words)).await
}

/// A record in words, or by its key.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    record: String,
    /// What was typed, where nothing was chosen.
    #[serde(default)]
    about: String,
}

async fn file(
    who: Reader,
    screen: Screen,
    Record(id): Record<InboundId>,
    Confirmed(named): Confirmed<Named>,
) -> Result {
    let mut tx = who.begin().await?;
    let subject = match Subject::parse(&named.record) {
        Some(subject) => Some(subject),
        None => records::resolve(&mut tx, &named.about).await?,
    };
    let Some(subject) = subject.filter(|s| s.employee().is_none()) else {
        let words = "No single contact, customer, deal or lead is called that.";
        return screen.done(paths::mail(who.slug(), id), Toast::bad(words)).await;
    };
    inbound::file_by_hand(&mut tx, id, subject).await?;
    tx.commit().await?;
    screen.done(paths::mail(who.slug(), id), Toast::good("It is filed.")).await
}

async fn take_off(
    who: Reader,
    screen: Screen,
    Record(id): Record<InboundId>,
    Confirmed(named): Confirmed<Named>,
) -> Result {
    let subject = Subject::parse(&named.record).ok_or(Error::NotFound)?;
    let mut tx = who.begin().await?;
    inbound::take_off(&mut tx, id, subject).await?;
    tx.commit().await?;
    let toast = Toast::good("It is taken off.").undo(paths::mail_filing(who.slug(), id), &[("record", subject.key())]);
    screen.done(paths::mail(who.slug(), id), toast).await
}

/// An address that nobody has.
#[derive(Deserialize)]
struct Address {
    email: String,
}

async fn make_contact(
    who: Allowed<ContactsWrite>,
    screen: Screen,
    Record(id): Record<InboundId>,
    Confirmed(Address { email }): Confirmed<Address>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = inbound::known_now(&mut tx, id, &email).await?;
    let (first, last) = name.rsplit_once(' ').unwrap_or(("", &name));
    let draft = contacts::Draft {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        email: email.clone(),
        owner: who.email.clone(),
        ..contacts::Draft::default()
    };
    let (fields, errors) = draft.read();
    let fields = errors.or(fields).map_err(store::Error::Refused)?;
    let contact = tx.id();
    let contact = crm::contacts::add(&mut tx, contact, &fields).await?;
    inbound::file_by_hand(&mut tx, id, Subject::Contact(contact)).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{name} is a contact now.")).link("Open", paths::contact(who.slug(), contact));
    screen.done(paths::mail(who.slug(), id), toast).await
}

async fn make_lead(
    who: Allowed<LeadsWrite>,
    screen: Screen,
    Record(id): Record<InboundId>,
    Confirmed(Address { email }): Confirmed<Address>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = inbound::known_now(&mut tx, id, &email).await?;
    let draft = leads::Draft {
        name: name.clone(),
        email: Email::parse(&email).map(|e| e.as_str().to_owned()).unwrap_or_default(),
        source: "Mail".into(),
        owner: who.email.clone(),
        ..leads::Draft::default()
    };
    let (fields, errors) = draft.read(&Conventions::default());
    let fields = errors.or(fields).map_err(store::Error::Refused)?;
    let lead = tx.id();
    let lead = crm::leads::add(&mut tx, lead, &fields).await?;
    inbound::file_by_hand(&mut tx, id, Subject::Lead(lead)).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{name} is a lead now.")).link("Open", paths::lead(who.slug(), lead));
    screen.done(paths::mail(who.slug(), id), toast).await
}
