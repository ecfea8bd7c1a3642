//! Tickets: list, form, archive, export; the page is in [`super::messages`].

use super::messages;
use crate::{
    field_files,
    notes::Beside,
    saved_views,
    web::{
        Allowed, Confirmed, Listed, Noun, Query, Record, Result, Routes, Screen, Toast, bulk,
        file::{self, Format},
        listed::{self, Sought},
        noun,
        query::Strictly,
        selection::unclear,
    },
    workspace::activity::{Asked, Before},
};
use domain::{
    Conventions, Errors, MemberId, QueueId, TicketId,
    access::{
        EmployeesRead, Permission, Sight, TicketsArchive, TicketsBulk, TicketsExport, TicketsRead, TicketsSettings,
        TicketsWrite,
    },
    custom_fields::{CustomField, PREFIX, Values},
    draft::Field,
    import::Target,
    list::Slice,
    paths,
    support::tickets::{COLUMNS, Draft, FIELDS, Fields, Filter, Priority, Status, Ticket, WORDS},
    text::Words,
    workspace::access::Subject,
};
use serde::Deserialize;
use store::{
    TenantTx, Version,
    crm::{contacts, customers},
    custom_fields, exports,
    reach::Kind,
    support::{queues, tickets},
    workspace::{keepers, members},
};
use views::{
    form::Entry,
    support::tickets::{Edit, Index, Options},
};

pub fn routes(r: Routes) -> Routes {
    type N = Tickets;
    let r = crate::imports::tickets(r);
    r.get(paths::TICKETS, list)
        .get(paths::TICKET_NEW, noun::new::<N>)
        .post(paths::TICKET_NEW, noun::add::<N>)
        .post(paths::TICKET_COLUMNS, listed::choose_columns::<N>)
        .get(paths::TICKET_EXPORT, export)
        .get(paths::TICKET_WORKBOOK, workbook)
        .get(paths::TICKET_ARCHIVALS, listed::offer_all::<N>)
        .get(paths::TICKET_ARCHIVALS_RUN, listed::watch::<N>)
        .post(paths::TICKET_ARCHIVALS, listed::archive_many::<N>)
        .post(paths::TICKET_RESTORALS, listed::restore_many::<N>)
        .get(paths::TICKET_CHANGES, bulk::list::<N>)
        .post(paths::TICKET_CHANGES, bulk::make::<N>)
        .post(paths::TICKET_CHANGES_NEW, bulk::ask::<N>)
        .get(paths::TICKET_CHANGE, bulk::show::<N>)
        .post(paths::TICKET_CHANGE_REVERSAL, bulk::undo::<N>)
        .get(paths::TICKET_OPTIONS, options)
        .get(paths::TICKET_TIMELINE, timeline)
        .get(paths::TICKETS_FIELD_FILES, field_files::show_many::<N>)
        .post(paths::TICKETS_FIELD_FILES, field_files::bring_many::<N>)
        .get(paths::TICKET_FIELD_FILES, field_files::show::<N>)
        .post(paths::TICKET_FIELD_FILES, field_files::bring::<N>)
        .post(paths::TICKET_FIELD_FILES_REMOVAL, field_files::remove::<N>)
        .get(paths::TICKET_EDIT, noun::edit::<N>)
        .post(paths::TICKET_EDIT, noun::change::<N>)
        .post(paths::TICKET_ARCHIVAL, listed::archive::<N>)
        .post(paths::TICKET_RESTORAL, listed::restore::<N>)
        .post(paths::TICKET_FACTS, put)
        .get(paths::TICKET_NEXT, next)
}

async fn list(who: Allowed<TicketsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let columns = listed::columns::<Tickets, _>(&who, &filter.columns);
    let custom = columns.iter().any(|c| c.starts_with(PREFIX)) || !filter.custom.is_empty();
    let around = (filter.view.as_str(), custom);
    let (saved, fields) = saved_views::around::<Tickets, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let mut page = tickets::list(&mut tx, &filter).await?;
    if columns.iter().any(|c| c == "tags") {
        tickets::tagged(&mut tx, &mut page.rows).await?;
    }
    let tags = screen.for_page(store::tags::names(&mut tx)).await?;
    let queues = match !screen.htmx() || !filter.queue.is_empty() {
        true => queues::all(&mut tx).await?,
        false => vec![],
    };
    let members = match !screen.htmx() || !filter.assignee.is_empty() || !filter.by.is_empty() {
        true => members::choices(&mut tx).await?,
        false => vec![],
    };
    let (slug, csrf, now) = (who.slug().clone(), screen.csrf().to_owned(), tx.now());
    let may = listed::may::<Tickets, _>(&who);
    Ok(screen.show(&who, &Index { slug, csrf, now, filter, page, queues, members, tags, columns, may, saved, fields }))
}

async fn timeline(
    who: Allowed<TicketsRead>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Query(before): Query<Before>,
) -> Result {
    messages::page(&who, &screen, id, Asked::timeline(before), messages::Said::default()).await
}

/// The newest tickets of a customer or a contact, for whoever sees any.
/// What of one's own waits for an answer, what is due first on top; `None`: nothing, or nothing that is theirs to see.
pub async fn my_own<P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
) -> Result<Option<views::support::tickets::OnRecord>> {
    if !who.actor.may(TicketsRead::KEY) {
        return Ok(None);
    }
    let filter = Filter { assignee: "me".into(), ..Filter::default() };
    let mut rows = tickets::list(tx, &filter).await?.rows;
    rows.truncate(8);
    let all = views::list::url(&paths::tickets(who.slug()), &filter);
    let card = views::support::tickets::OnRecord { slug: who.slug().clone(), rows, all, new: None, now: tx.now() };
    Ok(Some(card).filter(|c| !c.rows.is_empty()))
}

/// With what is known of the next one.
pub async fn on_record<P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
    filter: Filter,
    (field, value): (&str, &str),
) -> Result<Option<views::support::tickets::OnRecord>> {
    if !who.actor.may(TicketsRead::KEY) {
        return Ok(None);
    }
    let filter = Filter { status: "any".into(), ..filter };
    let mut rows = tickets::list(tx, &filter).await?.rows;
    rows.truncate(5);
    let all = views::list::url(&paths::tickets(who.slug()), &filter);
    let new = who.actor.may(TicketsWrite::KEY).then(|| {
        let known = if value.is_empty() { String::new() } else { format!("?{field}={}", views::encode(value)) };
        paths::ticket_new(who.slug()) + &known
    });
    Ok(Some(views::support::tickets::OnRecord { slug: who.slug().clone(), rows, all, new, now: tx.now() }))
}

/// What was chosen anew on a ticket's page, with what it was when the page was shown.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Facts {
    status: String,
    was_status: String,
    priority: String,
    was_priority: String,
    queue: String,
    was_queue: String,
    assignee: String,
    was_assignee: String,
}

impl Facts {
    fn read(&self, me: MemberId) -> Vec<tickets::Put> {
        let anew = |now: &str, was: &str| !now.is_empty() && now != was;
        let mut all = vec![];
        // Who is chosen here has it, whomever the queue would have given it to.
        if anew(&self.assignee, &self.was_assignee) {
            match self.assignee.as_str() {
                "me" => all.push(tickets::Put::Assignee(Some(me))),
                "nobody" => all.push(tickets::Put::Assignee(None)),
                id => all.extend(id.parse().ok().map(|id| tickets::Put::Assignee(Some(id)))),
            }
        }
        if anew(&self.queue, &self.was_queue) {
            all.extend(self.queue.parse::<QueueId>().ok().map(tickets::Put::Queue));
        }
        if anew(&self.priority, &self.was_priority) {
            all.extend(Priority::parse(&self.priority).map(tickets::Put::Priority));
        }
        if anew(&self.status, &self.was_status) {
            all.extend(Status::parse(&self.status).map(tickets::Put::Status));
        }
        all
    }

    /// Whether somebody else has given it to another one since the page was shown.
    fn overtaken(&self, me: MemberId, before: &Ticket) -> bool {
        let has = before.assignee.as_ref().map_or_else(|| "nobody".to_owned(), |a| a.id.to_string());
        let wanted = if self.assignee == "me" { me.to_string() } else { self.assignee.clone() };
        let chosen = !self.assignee.is_empty() && self.assignee != self.was_assignee;
        chosen && !self.was_assignee.is_empty() && has != self.was_assignee && has != wanted
    }
}

async fn put(
    who: Allowed<TicketsWrite>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(facts): Confirmed<Facts>,
) -> Result {
    let mut tx = who.begin().await?;
    let page = paths::ticket(who.slug(), id);
    let all = facts.read(who.actor.member);
    let before = match tickets::put_all(&mut tx, id, &all).await {
        // Nothing is kept: whoever has it by now is told first.
        Ok(before) if facts.overtaken(who.actor.member, &before) => {
            drop(tx);
            let words = match &before.assignee {
                Some(a) => format!("{} has it by now. Nothing was changed.", a.name),
                None => "Nobody has it any more. Nothing was changed.".to_owned(),
            };
            return screen.done(page, Toast::bad(words)).await;
        }
        Ok(was) => Some(was).filter(|_| !all.is_empty()),
        Err(store::Error::Refused(errors)) => {
            let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            return screen.done(page, Toast::bad(words)).await;
        }
        Err(e) => return Err(e.into()),
    };
    let Some(before) = before else {
        return screen.done(page, Toast::good("Nothing was changed.")).await;
    };
    tx.commit().await?;
    let solved = facts.status == Status::Solved.key() && !before.status.ended();
    let words = if solved { format!("{} is solved.", before.number) } else { "Changes saved.".to_owned() };
    let mut undo = vec![("status", before.status.key().to_owned()), ("priority", before.priority.key().to_owned())];
    undo.push(("queue", before.queue.to_string()));
    undo.push(("assignee", before.assignee.as_ref().map_or_else(|| "nobody".to_owned(), |a| a.id.to_string())));
    let toast = Toast::good(words).undo(paths::ticket_facts(who.slug(), id), &undo);
    let toast = if solved { toast.link("Next ticket", paths::ticket_next(who.slug(), id)) } else { toast };
    screen.done(page, toast).await
}

async fn next(who: Allowed<TicketsRead>, screen: Screen, Record(id): Record<TicketId>) -> Result {
    let mut tx = who.begin().await?;
    tickets::find(&mut tx, id).await?;
    match tickets::next(&mut tx, id).await? {
        Some(next) => Ok(screen.go(paths::ticket(who.slug(), next))),
        None => screen.done(paths::tickets(who.slug()), Toast::good("That was the last one that waits for you.")).await,
    }
}

/// Tickets, to the handlers of all nouns.
pub struct Tickets;

impl Noun for Tickets {
    type Id = TicketId;
    type Record = Ticket;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = TicketsRead;
    type Write = TicketsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Tickets;
    const LIST: &'static str = paths::TICKETS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(ticket: &Ticket) -> String {
        ticket.title()
    }

    fn version(ticket: &Ticket) -> Version {
        ticket.version
    }

    fn draft(ticket: &Ticket) -> Draft {
        ticket.draft()
    }

    async fn find(tx: &mut TenantTx, id: TicketId) -> store::Result<Ticket> {
        tickets::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: TicketId, fields: &Fields) -> store::Result<Errors> {
        tickets::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: TicketId, fields: &Fields) -> store::Result<TicketId> {
        tickets::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: TicketId, version: Version, fields: &Fields) -> store::Result<()> {
        tickets::change(tx, id, version, fields).await
    }

    async fn custom(tx: &mut TenantTx) -> store::Result<Vec<CustomField>> {
        custom_fields::list(tx, Target::Tickets).await
    }

    async fn edit(who: &Allowed<TicketsWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        Ok(Edit {
            entry,
            queues: queues::all(tx).await?,
            members: keepers::choices::<TicketsRead>(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            people: who.actor.may(EmployeesRead::KEY).then(|| paths::employee_options(who.slug())),
        })
    }
}

impl Listed for Tickets {
    type Filter = Filter;
    type Archive = TicketsArchive;
    type Bulk = TicketsBulk;
    type Export = TicketsExport;
    // A file of tickets is for whoever keeps the settings of support: there is no right of its own to bring one in.
    type Import = TicketsSettings;

    const TARGET: Target = Target::Tickets;
    const COLUMNS: &'static [(&'static str, &'static str, bool)] = COLUMNS;

    fn is_clear(filter: &Filter) -> bool {
        filter.is_clear()
    }

    async fn count(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        tickets::count::<TicketsBulk>(tx, filter, i64::from(i32::MAX)).await
    }

    async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[TicketId]) -> store::Result<(usize, String)> {
        tickets::archive::<P>(tx, ids).await
    }

    async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[TicketId]) -> store::Result<usize> {
        tickets::restore::<P>(tx, ids).await
    }

    async fn restore_batch(tx: &mut TenantTx, batch: &str) -> store::Result<usize> {
        tickets::restore_batch(tx, batch).await
    }
}

impl Beside for Tickets {
    fn subject(id: TicketId) -> Subject {
        Subject::Ticket(id)
    }

    async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: TicketId, asked: Asked) -> Result {
        messages::page(who, screen, id, asked, messages::Said::default()).await
    }
}

impl field_files::Filed for Tickets {
    fn values(record: Ticket) -> Values {
        record.custom
    }
}

impl Sought for Tickets {
    const TITLE: &'static str = "Tickets";
    const SQUARE: bool = true;

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Ticket>> {
        tickets::list(tx, &Filter { q: question.to_owned(), status: "any".into(), ..Filter::default() }).await
    }

    fn id(ticket: &Ticket) -> TicketId {
        ticket.id
    }

    fn details(ticket: &Ticket) -> Vec<Option<String>> {
        vec![Some(ticket.requester()), Some(ticket.status.label().to_owned())]
    }
}

async fn export(who: Allowed<TicketsExport>, screen: Screen, asked: Strictly<Filter>) -> Result {
    as_file(who, screen, asked, Format::Csv).await
}

async fn workbook(who: Allowed<TicketsExport>, screen: Screen, asked: Strictly<Filter>) -> Result {
    as_file(who, screen, asked, Format::Workbook).await
}

async fn as_file(
    who: Allowed<TicketsExport>,
    screen: Screen,
    Strictly(filter): Strictly<Filter>,
    format: Format,
) -> Result {
    if !filter.is_clear() {
        return Err(unclear());
    }
    let mut tx = who.begin().await?;
    let count = tickets::count::<TicketsExport>(&mut tx, &filter, file::MOST).await?;
    let added = custom_fields::list(&mut tx, Target::Tickets).await?;
    let shown = listed::columns::<Tickets, _>(&who, &filter.columns);
    let all = views::custom_fields::columns(COLUMNS, &added, Sight::ALL);
    let chosen = all.iter().filter(|(key, ..)| shown.iter().any(|s| s == key));
    let chosen = chosen.map(|(key, label, _)| (*key, (*label).to_owned()));
    let first = [("number", "Number".to_owned()), ("name", "Subject".to_owned())];
    let columns = listed::file_columns(first.into_iter().chain(chosen), &added);
    let back = views::list::url(&paths::tickets(who.slug()), &filter.from_top());
    let list = file::List { target: Target::Tickets, back, columns, cell: Ticket::cell, typed: Ticket::typed };
    file::list(who, &screen, list, format, filter, tx, count, |asked, after| async move {
        let mut tx = asked.0.begin().await?;
        Ok(tickets::export(&mut tx, &asked.1, after.as_ref(), exports::PAGE).await?)
    })
    .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asking {
    requester: String,
    customer: String,
}

async fn options(who: Allowed<TicketsWrite>, screen: Screen, Query(asked): Query<Asking>) -> Result {
    let mut tx = who.begin().await?;
    let requesters = match asked.requester.trim() {
        "" => vec![],
        words => contacts::options(&mut tx, words).await?,
    };
    let customers = match asked.customer.trim() {
        "" => vec![],
        words => customers::options(&mut tx, words).await?.into_iter().map(|c| c.name).collect(),
    };
    Ok(screen.show(&who, &Options { requesters, customers }))
}
