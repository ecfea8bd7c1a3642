//! What was done, read from the audit trail.

use crate::{
    Result, TenantTx, custom_fields,
    db::strange,
    reach::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{ContactsRead, CustomersRead, DealsRead, EmployeesRead, LeadsRead, Scope, Sight, TicketsRead},
    draft::FieldClass,
    hr::details,
    import::Target,
};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// One change of one record, as the reader may see it.
#[derive(Debug, Clone)]
pub struct Change {
    pub id: i64,
    pub at: DateTime<Utc>,
    /// The member's name, or what else it was.
    pub actor: String,
    /// Whether it was the reader.
    pub own: bool,
    pub cause: Option<String>,
    pub action: Action,
    /// Column, old, new. Classes that the reader does not have are left out.
    pub fields: Vec<(String, Value, Value)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Insert,
    Update,
    Delete,
}

/// Tables whose records have no classed fields. What is neither here nor a noun with classes is closed until somebody
/// says what it is.
pub const PLAIN: &[&str] = &[
    "members",
    "pipelines",
    "products",
    "product_prices",
    "quotes",
    "sales_lines",
    "stages",
    "loss_reasons",
    "lead_forms",
    "lead_rules",
    "lead_settings",
    "lead_conversions",
    "support_calendars",
    "routing_rules",
    "support_queues",
    "sla_policies",
    "canned_replies",
    "help_articles",
    "help_categories",
    "portal_sessions",
    "portal_settings",
    "ticket_macros",
    "ticket_time",
    "ticket_points",
    "ticket_links",
    "ticket_merges",
    "blocked_senders",
    "support_inboxes",
    "deal_splits",
    "exchange_rates",
    "quotas",
    "forecast_adjustments",
    "invitations",
    "roles",
    "tenants",
    "exports",
    "imports",
    "audit",
    "api_tokens",
    "departments",
    "locations",
    "holidays",
    "holiday_calendars",
    "mail_suppressions",
    "mail_doors",
    "pictures",
    "tasks",
    "activities",
    "activity_attendees",
    "notes",
    "tags",
    // Told as a change of the record itself.
    "record_tags",
    "job_runs",
    "workflows",
    "workflow_approvals",
    "automation_settings",
    "employee_jobs",
    "positions",
    "leave_types",
    "leave_policies",
    "leave_policy_versions",
    "leave_enrolments",
    "leave_requests",
    "leave_ledger",
    "leave_steps",
    "leave_delegates",
    "leave_blackouts",
    "leave_covers",
    "working_patterns",
    "calendar_feeds",
    "document_kinds",
    "documents",
    "files",
    "letters",
    "policies",
    "policy_acknowledgements",
    "checklist_templates",
    "checklists",
    "checklist_items",
    "handovers",
    "assets",
    "asset_loans",
    "postings",
    "candidates",
    "applications",
    "posting_team",
    "posting_questions",
    "posting_stages",
    "career_settings",
    "career_notices",
    "attendance",
    "timesheets",
    "weekly_hours",
    "saved_views",
    "custom_fields",
    "change_requests",
    "contact_points",
    "customer_contacts",
    "deal_contacts",
    "customer_team",
    "merges",
    "not_duplicates",
];

/// Tables all of whose columns are of one class: that pay was changed is pay, too.
pub const OF_A_CLASS: &[(&str, FieldClass)] = &[("employee_pay", FieldClass::Pay), ("bank_accounts", FieldClass::Pay)];

/// Tables that hold fields of several classes of an employee beside the record's row, under its id. That a row began is
/// a change of the record.
pub const BESIDE: &[&str] = &["employee_details", "bank_accounts", "pictures"];

/// What stands beside customers and contacts, as `house.tell_beside` tells it on their own trail.
const BESIDE_CUSTOMERS: &[&str] =
    &["contact_detail", "with_company_id", "with_contact_id", "with_deal_id", "with_member_id", "role_there"];

/// Columns of those that hold values of other records' fields, of whatever class, in words of their own: that they
/// changed is told, and to what is not.
const SEALED: &[(&str, &[&str])] = &[
    ("workflows", &["draft", "paused_because", "hook"]),
    ("workflow_approvals", &["question", "note"]),
    // That somebody is away is told; of which kind it is, and why, is of the class health.
    ("leave_requests", &["type_id", "reason"]),
    ("leave_ledger", &["type_id", "reason"]),
    ("leave_enrolments", &["type_id", "policy_id"]),
    ("leave_steps", &["note", "because"]),
    // What a document is, is for those alone who see its class.
    ("documents", &["title", "message", "reason", "expires_on", "due_on", "kind_id"]),
    ("files", &["name", "sha256"]),
    // Of whatever field, in words of the database.
    ("merges", &["before", "after"]),
    // What a view asks, it asks of fields of whatever class.
    ("saved_views", &["question"]),
    // What is said about people and customers is for who takes part.
    ("activities", &["subject", "notes", "place"]),
    // Not everybody who reads the trail may know what things are worth.
    ("assets", &["value_minor", "value_currency"]),
    // Who has applied, and what they said, is for those who hire.
    ("candidates", &["name", "email", "email_key", "phone", "rating", "notice"]),
    ("applications", &["letter", "answers", "reason"]),
    // Nor what is paid for a job.
    ("postings", &["salary_from", "salary_to", "salary_currency", "salary_per"]),
    // Of which class it is, the field says; who may see it sees the request itself.
    ("change_requests", &["field", "class", "old_value", "new_value", "old_sealed", "new_sealed", "reason"]),
];

/// Columns that nobody is told anything of.
const SECRET: &[(&str, &str)] = &[("bank_accounts", "iban_sealed")];

fn sealed(record: &str, column: &str) -> bool {
    SEALED.iter().any(|(table, columns)| *table == record && columns.contains(&column))
}

/// Whether the reader's classes open this column. A column that no field of its noun classes is closed, so that a
/// new one stays closed until it is classed (DOMAIN: Permissions).
pub fn open(sight: Sight, record: &str, column: &str) -> bool {
    PLAIN.contains(&record) && !sealed(record, column)
        || Target::parse(record).is_some() && matches!(column, "archived_at" | "tag_id" | "photo" | "captured_at")
        || Target::parse(record).is_some() && BESIDE_CUSTOMERS.contains(&column)
        || class(record, column).is_some_and(|class| sight.sees(class))
}

/// Whether the reader sees pay in this column: that they did is told.
pub(crate) fn pay(sight: Sight, record: &str, column: &str) -> bool {
    class(record, column).is_some_and(|class| class == FieldClass::Pay && sight.sees(class))
}

fn class(record: &str, column: &str) -> Option<FieldClass> {
    if SECRET.contains(&(record, column)) {
        return None;
    }
    if record == "employee_details" {
        return details::FIELDS.iter().find(|f| f.key == column).map(|f| f.class);
    }
    if let Some((_, class)) = OF_A_CLASS.iter().find(|(table, _)| *table == record) {
        return Some(*class);
    }
    if let Some((_, class)) = custom_fields::COLUMNS.iter().find(|(name, _)| *name == column) {
        return Target::parse(record).map(|_| *class);
    }
    let key = ["_minor", "_currency", "_id"].iter().find_map(|end| column.strip_suffix(end)).unwrap_or(column);
    Target::parse(record)?.fields().iter().find(|f| f.key == key).map(|f| f.class)
}

/// The changes of one record, newest first, before `before`, with the fields that `sight` opens of it. One of nothing
/// that the reader may know of is not among them: that pay was changed is pay, too.
pub async fn of_record(
    tx: &mut TenantTx,
    record: Uuid,
    sight: Sight,
    mut before: Option<i64>,
    most: i64,
) -> Result<Vec<Change>> {
    let reader = tx.who().to_string();
    let most_told = usize::try_from(most).unwrap_or_default();
    let (mut told, mut step) = (vec![], most);
    loop {
        let rows = sqlx::query!(
            r#"select a.id, a.at, a.actor, a.cause, a.record, a.action, a.changes, m.name as "member?"
           from (select * from audit_events where record_id = $1 and action in ('insert', 'update', 'delete') and ($2::bigint is null or id < $2) order by id desc limit $3) a
           left join members m on m.tenant_id = a.tenant_id and a.actor = 'member:' || m.id
           order by a.id desc"#,
            record,
            before,
            step
        )
        .fetch_all(tx.conn())
        .await?;
        let all = i64::try_from(rows.len()).is_ok_and(|n| n < step);
        for r in rows {
            before = Some(r.id);
            let Value::Object(changes) = r.changes else { return Err(strange("changes", "of an audit event")) };
            let pair = |v: &Value, i: usize| v.get(i).cloned().unwrap_or(Value::Null);
            // That what began is not so is no news.
            let news = |v: &Value| !(pair(v, 0).is_null() && pair(v, 1) == Value::Bool(false));
            let open: Vec<_> = changes.iter().filter(|(c, v)| news(v) && open(sight, &r.record, c)).collect();
            let paid = open.iter().any(|(c, _)| pay(sight, &r.record, c));
            let expand = |(c, v): (&String, &Value)| custom_fields::expand(c, &pair(v, 0), &pair(v, 1));
            let fields: Vec<_> = open.into_iter().flat_map(expand).collect();
            let action = match BESIDE.contains(&r.record.as_str()) {
                true => Action::Update,
                false => action(&r.action)?,
            };
            let sealed = changes.keys().any(|c| sealed(&r.record, c));
            if !(fields.is_empty() && !sealed && action == Action::Update) && told.len() < most_told {
                tx.reads_pay(paid.then_some(record));
                let own = r.actor == reader;
                let actor = r.member.unwrap_or_else(|| actor_words(&r.actor));
                told.push(Change { id: r.id, at: r.at, actor, own, cause: r.cause, action, fields });
            }
        }
        if all || told.len() >= most_told {
            return Ok(told);
        }
        // Of a record with many changes of pay, who may not see pay must not ask for each.
        step = STEP;
    }
}

/// What the records behind ids are called, by their ids as changes have them: customers, contacts, deals, leads and tickets to
/// whoever sees them.
pub async fn names(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<String, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut q = QueryBuilder::<Postgres>::new("with asked as (select ");
    q.push_bind(ids).push("::uuid[] as ids)");
    q.push(NAMED);
    for (kind, scope, name) in [
        (Kind::Customers, tx.scope::<CustomersRead>(), "e.name"),
        (Kind::Contacts, tx.scope::<ContactsRead>(), "e.name"),
        (Kind::Deals, tx.scope::<DealsRead>(), "e.name"),
        (Kind::Leads, tx.scope::<LeadsRead>(), "e.name"),
        (Kind::Tickets, tx.scope::<TicketsRead>(), "e.number || ' ' || e.name"),
    ] {
        q.push(" union all select e.id, ").push(name).push(" from ").push(kind.table());
        q.push(" e where e.id = any((select ids from asked)::uuid[])");
        reach::narrow(&mut q, kind, scope);
    }
    let rows: Vec<(Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// Those whose names everybody may know who sees the change.
const NAMED: &str = " select id, first_name || ' ' || last_name from employees where id = any((select ids from asked)::uuid[]) \
    union all select id, name from members where id = any((select ids from asked)::uuid[]) \
    union all select id, name from roles where id = any((select ids from asked)::uuid[]) \
    union all select id, name from api_tokens where id = any((select ids from asked)::uuid[]) \
    union all select id, name from departments where id = any((select ids from asked)::uuid[]) \
    union all select id, name from locations where id = any((select ids from asked)::uuid[]) \
    union all select id, name from holiday_calendars where id = any((select ids from asked)::uuid[]) \
    union all select id, name from holidays where id = any((select ids from asked)::uuid[]) \
    union all select id, name from tags where id = any((select ids from asked)::uuid[]) \
    union all select id, name from workflows where id = any((select ids from asked)::uuid[]) \
    union all select id, name from saved_views where id = any((select ids from asked)::uuid[]) \
    union all select id, label from custom_fields where id = any((select ids from asked)::uuid[]) \
    union all select id, title from tasks where id = any((select ids from asked)::uuid[]) \
    union all select id, name from document_kinds where id = any((select ids from asked)::uuid[]) \
    union all select id, name from pipelines where id = any((select ids from asked)::uuid[]) \
    union all select id, name from stages where id = any((select ids from asked)::uuid[]) \
    union all select id, name from loss_reasons where id = any((select ids from asked)::uuid[]) \
    union all select id, name from lead_forms where id = any((select ids from asked)::uuid[]) \
    union all select id, name from lead_rules where id = any((select ids from asked)::uuid[]) \
    union all select id, name from support_queues where id = any((select ids from asked)::uuid[]) \
    union all select id, name from support_calendars where id = any((select ids from asked)::uuid[]) \
    union all select id, name from sla_policies where id = any((select ids from asked)::uuid[]) \
    union all select id, name from canned_replies where id = any((select ids from asked)::uuid[])";

/// Changes that one statement reads when the first few were not enough.
const STEP: i64 = 500;

/// One thing that happened, of one or many records at once.
#[derive(Debug, Clone)]
pub struct Recent {
    pub at: DateTime<Utc>,
    pub actor: String,
    pub cause: Option<String>,
    /// The table: `employees`, `customers`.
    pub record: String,
    pub action: Action,
    /// Records changed at once, no further than [`COUNTED`] and one.
    pub count: i64,
    /// The newest of them.
    pub record_id: Uuid,
    pub name: Option<String>,
    /// Archived (`Some(true)`), restored (`Some(false)`), or neither.
    pub archived: Option<bool>,
    pub fields: Vec<String>,
}

/// Records of one transaction that are counted; a longer one says so with [`Recent::count`] at one more.
pub const COUNTED: i64 = 10_000;

/// What happened lately to employees, customers, contacts, deals, leads and tickets, changes of one transaction told as one.
///
/// Walks from transaction to transaction along the index, so that an import of ten thousand costs one step.
pub async fn recent(tx: &mut TenantTx, most: usize) -> Result<Vec<Recent>> {
    let sight = tx.rights().sight_of_all();
    // Some may be of nothing that the reader may know.
    let looked = i64::try_from(most * 2).unwrap_or(i64::MAX);
    let rows = sqlx::query!(
        r#"with recursive batches as (
             (select batch from audit_events where record in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets') order by batch desc limit 1)
             union all
             select (select a.batch from audit_events a
                     where a.batch < b.batch and a.record in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets') order by a.batch desc limit 1)
             from batches b where b.batch is not null
           )
           select a.at, a.actor, a.cause, a.record, a.action, a.record_id, a.changes, g.n as "n!",
                  m.name as "member?", coalesce(e.first_name || ' ' || e.last_name, c.name, k.name, d.name, l.name, t.number || ' ' || t.name) as name
           from (select batch from batches where batch is not null limit $1) b
           cross join lateral (
             select record, action, count(*) as n, max(id) as id
             from (select record, action, id from audit_events
                   where batch = b.batch and record in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets') and action in ('insert', 'update', 'delete')
                   limit $2) counted
             group by record, action
           ) g
           join audit_events a on a.id = g.id
           left join members m on m.tenant_id = a.tenant_id and a.actor = 'member:' || m.id
           left join employees e on a.record = 'employees' and e.tenant_id = a.tenant_id and e.id = a.record_id
           left join customers c on a.record = 'customers' and c.tenant_id = a.tenant_id and c.id = a.record_id
           left join contacts k on a.record = 'contacts' and k.tenant_id = a.tenant_id and k.id = a.record_id
           left join deals d on a.record = 'deals' and d.tenant_id = a.tenant_id and d.id = a.record_id
           left join leads l on a.record = 'leads' and l.tenant_id = a.tenant_id and l.id = a.record_id
           left join tickets t on a.record = 'tickets' and t.tenant_id = a.tenant_id and t.id = a.record_id
           order by a.id desc"#,
        looked,
        COUNTED + 1
    )
    .fetch_all(tx.conn())
    .await?;
    let mut told = vec![];
    for r in rows {
        let act = action(&r.action)?;
        let columns = r.changes.as_object().into_iter().flat_map(|o| o.keys());
        let fields: Vec<String> = columns.filter(|c| open(sight, &r.record, c)).cloned().collect();
        // A change of nothing that the reader may know of did not happen for them.
        if fields.is_empty() && act == Action::Update {
            continue;
        }
        let archived = r.changes.get("archived_at").map(|pair| !pair.get(1).is_none_or(Value::is_null));
        let actor = r.member.unwrap_or_else(|| actor_words(&r.actor));
        let (at, cause, record, record_id, name, count) = (r.at, r.cause, r.record, r.record_id, r.name, r.n);
        told.push(Recent { at, actor, cause, record, action: act, count, record_id, name, archived, fields });
    }
    let told = within_reach(tx, told).await?;
    Ok(told.into_iter().take(most).collect())
}

/// What the reader may know of. Of a change of many at once, who may see some of them is told of one: how many there
/// were is not theirs to know.
async fn within_reach(tx: &mut TenantTx, told: Vec<Recent>) -> Result<Vec<Recent>> {
    let mut seen = told;
    for kind in [Kind::Employees, Kind::Customers, Kind::Contacts, Kind::Deals, Kind::Leads, Kind::Tickets] {
        let scope = match kind {
            Kind::Employees => tx.scope::<EmployeesRead>(),
            Kind::Contacts => tx.scope::<ContactsRead>(),
            Kind::Deals => tx.scope::<DealsRead>(),
            Kind::Leads => tx.scope::<LeadsRead>(),
            Kind::Tickets => tx.scope::<TicketsRead>(),
            _ => tx.scope::<CustomersRead>(),
        };
        if scope == Some(Scope::All) {
            continue;
        }
        let ids: Vec<Uuid> = seen.iter().filter(|r| r.record == kind.table()).map(|r| r.record_id).collect();
        let within = match kind {
            Kind::Employees => reach::within::<EmployeesRead>(tx, kind, &ids).await?,
            Kind::Contacts => reach::within::<ContactsRead>(tx, kind, &ids).await?,
            Kind::Deals => reach::within::<DealsRead>(tx, kind, &ids).await?,
            Kind::Leads => reach::within::<LeadsRead>(tx, kind, &ids).await?,
            Kind::Tickets => reach::within::<TicketsRead>(tx, kind, &ids).await?,
            _ => reach::within::<CustomersRead>(tx, kind, &ids).await?,
        };
        seen.retain(|r| r.record != kind.table() || within.contains(&r.record_id));
        seen.iter_mut().filter(|r| r.record == kind.table()).for_each(|r| r.count = 1);
    }
    Ok(seen)
}

/// Records of `table` that were archived in this batch.
pub(crate) async fn archived_in(tx: &mut TenantTx, table: &str, batch: &str) -> Result<Vec<Uuid>> {
    let Ok(batch) = batch.parse::<u64>() else { return Ok(vec![]) };
    Ok(sqlx::query_scalar!(
        "select record_id from audit_events where batch = $1::text::xid8 and record = $2 and changes ? 'archived_at'",
        batch.to_string(),
        table
    )
    .fetch_all(tx.conn())
    .await?)
}

fn action(key: &str) -> Result<Action> {
    match key {
        "insert" => Ok(Action::Insert),
        "update" => Ok(Action::Update),
        "delete" => Ok(Action::Delete),
        other => Err(strange("action", other)),
    }
}

pub(crate) fn actor_words(actor: &str) -> String {
    if actor.starts_with("member:") { "A former member".into() } else { "People360".into() }
}
