//! Records that others belong to, of whatever noun: who may see one, who may change it, what it is called.

use crate::{
    Error, Result, TenantTx,
    reach::{self, Kind, reaches, reaches_record},
    search,
    workspace::access::as_if,
};
use domain::{
    access::{
        Actor, ContactsRead, ContactsWrite, CustomersRead, CustomersWrite, DealsRead, DealsWrite, EmployeesRead,
        EmployeesWrite, LeadsRead, LeadsWrite, Permission, Rights, Scope, TicketsRead, TicketsWrite,
    },
    tasks::{About, Named},
    workspace::access::Subject,
};
use sqlx::{Postgres, QueryBuilder};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// How well it fits, and the record that it is: an employee, a customer, a contact, or a deal.
type Resolved = (i32, Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>);

/// A record as above, and what it is called.
type Offered = (Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>, String);

/// A contact with the address that tells namesakes apart.
pub(crate) const CONTACT: &str = "case when e.email is null then e.name else e.name || ' (' || e.email || ')' end";

/// How far a reader sees employees, customers, contacts, deals, leads and tickets.
pub(crate) type Sight = [Option<Scope>; 6];

/// The reader's.
pub(crate) fn sight(tx: &TenantTx) -> Sight {
    [
        tx.scope::<EmployeesRead>(),
        tx.scope::<CustomersRead>(),
        tx.scope::<ContactsRead>(),
        tx.scope::<DealsRead>(),
        tx.scope::<LeadsRead>(),
        tx.scope::<TicketsRead>(),
    ]
}

/// Parts of statements by what their reader sees, made when somebody first asks so: a workspace has a handful of such
/// readers, where there could be thousands.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<Sight, &'static str>>);

impl Kept {
    pub fn of(&self, sight: Sight, make: impl FnOnce(Sight) -> String) -> &'static str {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Kept for good, as what is prepared from it is: there are no more than combinations of scopes.
        known.entry(sight).or_insert_with(|| Box::leak(make(sight).into_boxed_str()))
    }
}

/// The condition on a contact's row `e` in such a sight.
pub(crate) fn sees_contacts(sight: Sight) -> &'static str {
    reaches(Kind::Contacts, sight[2])
}

/// The names of the records of a page `p`, for [`named`]: employees as `s`, with their number, customers as `k`, contacts as
/// `v`, deals as `g`, leads as `h`.
pub(crate) fn joins(sight: Sight) -> String {
    let (people, firms) = (reaches(Kind::Employees, sight[0]), reaches(Kind::Customers, sight[1]));
    let (deals, leads) = (reaches(Kind::Deals, sight[3]), reaches(Kind::Leads, sight[4]));
    let contacts = sees_contacts(sight);
    format!(
        " left join lateral (select e.first_name || ' ' || e.last_name as name, e.number from employees e \
            where e.tenant_id = p.tenant_id and e.id = p.employee_id and {people}) s on true \
          left join lateral (select e.name from customers e \
            where e.tenant_id = p.tenant_id and e.id = p.customer_id and {firms}) k on true \
          left join lateral (select e.name from contacts e \
            where e.tenant_id = p.tenant_id and e.id = p.contact_id and {contacts}) v on true \
          left join lateral (select e.name from deals e \
            where e.tenant_id = p.tenant_id and e.id = p.deal_id and {deals}) g on true \
          left join lateral (select e.name from leads e \
            where e.tenant_id = p.tenant_id and e.id = p.lead_id and {leads}) h on true"
    )
}

/// As [`joins`], of what may stand beside a ticket: as `t`.
pub(crate) fn joins_of_tickets(sight: Sight) -> String {
    let tickets = reaches(Kind::Tickets, sight[5]);
    format!(
        " left join lateral (select e.number || ' ' || e.name as name from tickets e \
            where e.tenant_id = p.tenant_id and e.id = p.ticket_id and {tickets}) t on true"
    )
}

/// The record of a row, if the reader may see it, by the names that [`joins`] found.
pub(crate) fn named(
    subject: Option<Subject>,
    number: Option<String>,
    names: impl IntoIterator<Item = Option<String>>,
) -> Option<Named> {
    let (subject, name) = subject.zip(names.into_iter().flatten().next())?;
    let words = number.map_or_else(|| name.clone(), |number| format!("{name} ({number})"));
    Some(Named { subject, name, words })
}

/// The record that somebody names, if they may see it.
pub(crate) async fn meant(tx: &mut TenantTx, about: Option<&About>) -> Result<Option<Subject>> {
    let wrong = |words: String| Error::refused("about", words);
    match about {
        None => Ok(None),
        Some(About::Record(subject)) if may_read(tx, *subject).await? => Ok(Some(*subject)),
        Some(About::Record(_)) => Err(wrong("There is no such record any more.".into())),
        Some(About::Words(words)) => match resolve(tx, words).await? {
            Some(subject) => Ok(Some(subject)),
            None => Err(wrong(format!(
                "No person, customer, contact, deal, lead or ticket alone is called {words}. Type a name, and choose."
            ))),
        },
    }
}

/// How far somebody with these rights sees records of this one's kind.
pub(crate) fn to_read(rights: &Rights, subject: Subject) -> Option<Scope> {
    rights.scope(match subject {
        Subject::Employee(_) => EmployeesRead::KEY,
        Subject::Customer(_) => CustomersRead::KEY,
        Subject::Contact(_) => ContactsRead::KEY,
        Subject::Deal(_) => DealsRead::KEY,
        Subject::Lead(_) => LeadsRead::KEY,
        Subject::Ticket(_) => TicketsRead::KEY,
    })
}

/// How far they may change what they see.
pub(crate) fn to_change(rights: &Rights, subject: Subject) -> Option<Scope> {
    let change = rights.scope(match subject {
        Subject::Employee(_) => EmployeesWrite::KEY,
        Subject::Customer(_) => CustomersWrite::KEY,
        Subject::Contact(_) => ContactsWrite::KEY,
        Subject::Deal(_) => DealsWrite::KEY,
        Subject::Lead(_) => LeadsWrite::KEY,
        Subject::Ticket(_) => TicketsWrite::KEY,
    });
    change.min(to_read(rights, subject))
}

/// Whether the reader may see it.
pub async fn may_read(tx: &mut TenantTx, subject: Subject) -> Result<bool> {
    let scope = to_read(tx.rights(), subject);
    reaches_record(tx, subject, scope).await
}

/// Whether the reader may change it.
pub async fn may_change(tx: &mut TenantTx, subject: Subject) -> Result<bool> {
    let scope = to_change(tx.rights(), subject);
    reaches_record(tx, subject, scope).await
}

/// Whether somebody else may see it; `private`: what is told of it to those alone who may change it.
pub(crate) async fn seen_by(tx: &mut TenantTx, other: &Actor, subject: Subject, private: bool) -> Result<bool> {
    if private && subject.employee().is_some_and(|id| other.employee.is_some_and(|own| own.0 == id)) {
        return Ok(false);
    }
    let scope = if private { to_change(&other.rights, subject) } else { to_read(&other.rights, subject) };
    match scope {
        None => return Ok(false),
        Some(Scope::All) => return Ok(true),
        Some(_) => {}
    }
    as_if(tx, Some(other)).await?;
    let seen = reaches_record(tx, subject, scope).await;
    as_if(tx, None).await?;
    seen
}

/// The record that these words name, if they name one alone that the reader may see: a key, a number in brackets behind
/// a name, an employee's number or name, a contact's address or name, a customer's, a deal's or a lead's name.
pub async fn resolve(tx: &mut TenantTx, words: &str) -> Result<Option<Subject>> {
    let words = words.trim();
    let number = words.strip_suffix(')').and_then(|w| w.rsplit_once('(')).map_or(words, |(_, number)| number.trim());
    let (people, firms) =
        (reaches(Kind::Employees, tx.scope::<EmployeesRead>()), reaches(Kind::Customers, tx.scope::<CustomersRead>()));
    let deals = reaches(Kind::Deals, tx.scope::<DealsRead>());
    let contacts = reaches(Kind::Contacts, tx.scope::<ContactsRead>());
    let leads = reaches(Kind::Leads, tx.scope::<LeadsRead>());
    let mut q = QueryBuilder::<Postgres>::new(
        "(select 1 as by, e.id as employee, null::uuid as customer, null::uuid as contact, null::uuid as deal, null::uuid as lead, null::uuid as ticket from employees e where e.archived_at is null and e.number = ",
    );
    q.push_bind(number).push(" and ").push(people);
    q.push(" limit 2) union all (select 2, null, e.id, null, null, null, null from customers e where e.archived_at is null and lower(e.name) = lower(");
    q.push_bind(words).push(") and ").push(firms);
    q.push(" limit 2) union all (select 3, e.id, null, null, null, null, null from employees e where e.archived_at is null and e.name_key = ");
    q.push_bind(turned(words)).push(" and ").push(people).push(" limit 2)");
    q.push(
        " union all (select 2, null, null, null, e.id, null, null from deals e where e.archived_at is null and e.name_key = lower(",
    );
    q.push_bind(words).push(") and ").push(deals).push(" order by e.id limit 2)");
    // An address tells namesakes apart, whoever else shares it.
    q.push(" union all (select case when lower(e.email) = lower(").push_bind(number);
    q.push(") then 1 else 3 end, null, null, e.id, null, null, null from contacts e where e.archived_at is null and (lower(e.email) = lower(");
    q.push_bind(number).push(") or e.name_key = ").push_bind(turned(words)).push(") and ").push(contacts);
    q.push(" order by 1, e.id limit 2)");
    q.push(
        " union all (select 2, null, null, null, null, e.id, null from leads e where e.archived_at is null and e.name_key = lower(",
    );
    q.push_bind(words).push(") and ").push(leads).push(" order by e.id limit 2)");
    // Of a ticket the number tells, which is what stands before its subject.
    let first = words.split_whitespace().next().unwrap_or_default().to_uppercase();
    q.push(" union all (select 1, null, null, null, null, null, e.id from tickets e where e.number = ")
        .push_bind(first);
    q.push(" and ").push(reaches(Kind::Tickets, tx.scope::<TicketsRead>())).push(" limit 1)");
    let mut found: Vec<Resolved> = q.build_query_as().fetch_all(tx.conn()).await?;
    // What is exact comes before what is only a name.
    let best = found.iter().map(|(by, ..)| *by).min();
    found.retain(|(by, ..)| Some(*by) == best);
    Ok(match found[..] {
        [(_, employee, customer, contact, deal, lead, ticket)] => {
            Subject::of(employee, customer, contact, deal, lead, ticket)
        }
        _ => None,
    })
}

/// `Ada King Lovelace` as the name that lists sort by: the last word before the others.
pub(crate) fn turned(words: &str) -> String {
    let lower = words.to_lowercase();
    match lower.rsplit_once(' ') {
        Some((first, last)) => format!("{last} {first}"),
        None => lower,
    }
}

/// People, customers, contacts, open deals and leads whose words fit, at most `most` of each, for choosing one. Of people with their number, which
/// tells namesakes apart.
pub async fn options(tx: &mut TenantTx, question: &str, most: i64) -> Result<Vec<Named>> {
    let (people, firms) =
        (search::hits(tx, "employee", question).await?, search::hits(tx, "customer", question).await?);
    let deals = search::hits(tx, "deal", question).await?;
    let contacts = search::hits(tx, "contact", question).await?;
    let (see_people, see_firms) = (tx.scope::<EmployeesRead>(), tx.scope::<CustomersRead>());
    let leads = search::hits(tx, "lead", question).await?;
    let tickets = search::hits(tx, "ticket", question).await?;
    let (see_deals, see_contacts, see_leads) =
        (tx.scope::<DealsRead>(), tx.scope::<ContactsRead>(), tx.scope::<LeadsRead>());
    let mut q = QueryBuilder::<Postgres>::new(
        "(select e.id as employee, null::uuid as customer, null::uuid as contact, null::uuid as deal, null::uuid as lead, null::uuid as ticket, e.first_name || ' ' || e.last_name || ' (' || e.number || ')' as name from employees e where e.archived_at is null",
    );
    reach::narrow(&mut q, Kind::Employees, see_people);
    people.narrow(&mut q);
    q.push(" order by e.name_key limit ").push_bind(most);
    q.push(
        ") union all (select null, e.id, null, null, null, null, e.name from customers e where e.archived_at is null",
    );
    reach::narrow(&mut q, Kind::Customers, see_firms);
    firms.narrow(&mut q);
    q.push(" order by e.name_key limit ").push_bind(most);
    q.push(
        ") union all (select null, null, null, e.id, null, null, e.name from deals e where e.archived_at is null and e.state = 'open'",
    );
    reach::narrow(&mut q, Kind::Deals, see_deals);
    deals.narrow(&mut q);
    q.push(" order by e.name_key limit ").push_bind(most);
    q.push(") union all (select null, null, e.id, null, null, null, ")
        .push(CONTACT)
        .push(" from contacts e where e.archived_at is null");
    reach::narrow(&mut q, Kind::Contacts, see_contacts);
    contacts.narrow(&mut q);
    q.push(" order by e.name_key limit ").push_bind(most);
    q.push(
        ") union all (select null, null, null, null, e.id, null, e.name from leads e where e.archived_at is null and e.converted_at is null",
    );
    reach::narrow(&mut q, Kind::Leads, see_leads);
    leads.narrow(&mut q);
    q.push(" order by e.name_key limit ").push_bind(most);
    q.push(
        ") union all (select null, null, null, null, null, e.id, e.number || ' ' || e.name from tickets e where e.archived_at is null and e.is_open",
    );
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    tickets.narrow(&mut q);
    q.push(" order by e.created_at desc, e.id limit ").push_bind(most).push(")");
    let rows: Vec<Offered> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let named = |(employee, customer, contact, deal, lead, ticket, name): Offered| {
        Subject::of(employee, customer, contact, deal, lead, ticket).map(|subject| Named {
            subject,
            words: name.clone(),
            name,
        })
    };
    Ok(rows.into_iter().filter_map(named).collect())
}

/// What a form says to mean this record, if the reader may see it.
pub async fn words(tx: &mut TenantTx, subject: Subject) -> Result<Option<String>> {
    let kind = reach::kind(subject);
    let mut q = QueryBuilder::<Postgres>::new("select ");
    q.push(match subject {
        Subject::Employee(_) => "e.first_name || ' ' || e.last_name || ' (' || e.number || ')'",
        Subject::Contact(_) => CONTACT,
        Subject::Ticket(_) => "e.number || ' ' || e.name",
        Subject::Customer(_) | Subject::Deal(_) | Subject::Lead(_) => "e.name",
    });
    q.push(" from ").push(kind.table()).push(" e where e.id = ").push_bind(subject.id());
    reach::narrow(&mut q, kind, to_read(tx.rights(), subject));
    Ok(q.build_query_scalar().fetch_optional(tx.conn()).await?)
}
