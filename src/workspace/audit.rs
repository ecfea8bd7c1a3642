//! The audit trail's page and its file.

use crate::{
    web::{Allowed, Query, Result, Routes, Screen, Toast, file},
    workspace::activity::{self, moment},
};
use domain::{
    Day, Slug,
    access::{AuditExport, AuditRead, Permission},
    audit::Action,
    import::Target,
    paths,
};
use serde_json::Value;
use store::{
    TenantTx,
    audit::{self, Asked, Event},
    custom_fields, workspace,
};
use views::workspace::audit::{Audit, Question, Shown, Told};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::AUDIT, list).get(paths::AUDIT_EXPORT, export)
}

/// Events on a page, and in a file.
const PAGE: i64 = 50;
const MOST: i64 = 20_000;

async fn list(who: Allowed<AuditRead>, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let (asked, problem) = read(&who, &question);
    let events = audit::list(&mut tx, &asked, PAGE + 1).await?;
    let older = events.get(usize::try_from(PAGE).unwrap_or_default()).and_then(|_| events.get(49)).map(|e| e.id);
    let names = names(&mut tx, &events).await?;
    let told = events.into_iter().take(50).map(|e| tell(&tx, who.slug(), e, &names)).collect();
    let members = workspace::members::choices(&mut tx).await?;
    let others = [("job:", "Jobs"), ("system", "Nobody signed in")].map(|(v, w)| (v.to_owned(), w.to_owned()));
    let people = members.into_iter().map(|m| (format!("member:{}", m.id), m.name)).chain(others).collect();
    let kinds = audit::kinds(&mut tx).await?.into_iter().map(|k| (k.clone(), noun(&k).to_owned())).collect();
    let view = Audit {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        moment: moment(&who),
        question,
        people,
        kinds,
        events: told,
        problem,
        older,
    };
    Ok(screen.show(&who, &view))
}

/// What is asked; a date that is none is told beside its field.
fn read<P: Permission>(who: &Allowed<P>, q: &Question) -> (Asked, Option<(&'static str, String)>) {
    let mut problem = None;
    let mut day = |field: &'static str, text: &str| match text.trim() {
        "" => None,
        text => Day::parse(text, who.workspace.dates).map_err(|e| problem = Some((field, e.to_string()))).ok(),
    };
    let some = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let asked = Asked {
        from: day("from", &q.from),
        to: day("to", &q.to),
        actor: some(&q.who),
        action: Action::parse(&q.action),
        record: some(&q.record),
        record_id: q.id.parse().ok(),
        before: q.before,
    };
    (asked, problem)
}

/// The file, told as on the page; that it was taken is an event, too.
async fn export(who: Allowed<AuditExport>, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let (asked, _) = read(&who, &question);
    let events = audit::list(&mut tx, &asked, MOST + 1).await?;
    // A file that ends in the middle looks whole.
    if events.len() > usize::try_from(MOST).unwrap_or_default() {
        let toast = Toast::bad(format!("These are more than {MOST} events. Choose days, and take them out in parts."));
        return screen.done(views::list::url(&paths::audit(who.slug()), &question), toast).await;
    }
    let asked = serde_json::to_value(&question).unwrap_or_default();
    let noted = serde_json::json!({ "question": [null, asked], "events": [null, events.len()] });
    audit::note(&mut tx, "audit", who.actor.tenant.0, Action::Exported, &noted).await?;
    let names = names(&mut tx, &events).await?;
    let rows = events.into_iter().map(|e| {
        let at = e.at.to_rfc3339();
        let t = tell(&tx, who.slug(), e, &names);
        let fields = t.fields.iter().map(|(field, shown)| match shown {
            Shown::Hidden => format!("{field}: hidden"),
            Shown::Values(old, new) => {
                format!("{field}: {} → {}", old.as_deref().unwrap_or(""), new.as_deref().unwrap_or(""))
            }
        });
        let fields = fields.collect::<Vec<_>>().join("; ");
        let called = t.called.unwrap_or_default();
        vec![
            t.id.to_string(),
            at,
            t.who,
            t.action.label().to_owned(),
            t.kind,
            called,
            t.address.unwrap_or_default(),
            fields,
        ]
    });
    let rows: Vec<_> = rows.collect();
    tx.commit().await?;
    let head = ["Event", "When", "Who", "What", "Of", "Record", "From", "Fields"].map(str::to_owned).to_vec();
    file::csv("audit.csv", head, rows).await
}

/// Where a record of this id is.
type Page = fn(&Slug, &str) -> String;

/// What the records of a table are called.
fn noun(table: &str) -> &'static str {
    domain::audit::noun(table).unwrap_or("Record")
}

/// Where a record of a table is.
fn page(table: &str) -> Option<Page> {
    Some(match table {
        "employees" => |s, id| paths::employee(s, id),
        "pay" => |s, id| paths::employee(s, id),
        "customers" => |s, id| paths::customer(s, id),
        "members" => |s, _| paths::members(s),
        "invitations" => |s, _| paths::members(s),
        "roles" => |s, id| paths::role(s, id),
        "blocked_senders" => |s, _| paths::support_mails(s),
        "support_inboxes" => |s, id| paths::inbox(s, id),
        "mail_doors" => |s, _| paths::mail_door(s),
        "mail_suppressions" => |s, _| paths::mail_stopped(s),
        "workflows" => |s, id| paths::workflow(s, id),
        "tasks" => |s, id| paths::task(s, id),
        "activities" => |s, id| paths::activity(s, id),
        "timesheets" => |s, id| paths::timesheet(s, id),
        "weekly_hours" => |s, id| paths::employee(s, id),
        "employee_details" => |s, id| paths::employee(s, id),
        "bank_accounts" => |s, id| paths::employee(s, id),
        "change_requests" => |s, _| paths::change_requests(s),
        "assets" => |s, id| paths::asset(s, id),
        "postings" => |s, id| paths::posting(s, id),
        "candidates" => |s, id| paths::candidate(s, id),
        "career_settings" => |s, _| paths::career_settings(s),
        "career_notices" => |s, _| paths::career_settings(s),
        "checklists" => |s, id| paths::checklist(s, id),
        "checklist_templates" => |s, id| paths::checklist_template(s, id),
        "custom_fields" => |s, id| paths::custom_field(s, id),
        "documents" => |s, id| paths::document(s, id),
        "letters" => |s, id| paths::letter(s, id),
        "positions" => |s, id| paths::position(s, id),
        "leave_requests" => |s, id| paths::leave_request(s, id),
        "leave_types" => |s, id| paths::leave_type(s, id),
        "leave_policies" => |s, id| paths::leave_policy(s, id),
        "policies" => |s, id| paths::reading(s, id),
        "document_kinds" => |s, _| paths::document_kinds(s),
        "contacts" => |s, id| paths::contact(s, id),
        "deals" => |s, id| paths::deal(s, id),
        "leads" => |s, id| paths::lead(s, id),
        "tickets" => |s, id| paths::ticket(s, id),
        "help_articles" => |s, id| paths::help_article(s, id),
        "help_categories" => |s, _| paths::help_categories(s),
        "portal_settings" => |s, _| paths::portal_settings(s),
        "ticket_macros" => |s, id| paths::macro_page(s, id),
        "ticket_time" => |s, id| paths::time_entry(s, id),
        "support_queues" => |s, id| paths::support_queue(s, id),
        "support_calendars" => |s, id| paths::support_calendar(s, id),
        "sla_policies" => |s, id| paths::sla_policy(s, id),
        "canned_replies" => |s, id| paths::canned_reply(s, id),
        "lead_forms" => |s, id| paths::lead_form(s, id),
        "routing_rules" => |s, id| paths::routing_rule(s, id),
        "lead_rules" => |s, id| paths::lead_rule(s, id),
        "lead_settings" => |s, _| paths::lead_scoring(s),
        "pipelines" => |s, id| paths::pipeline_settings(s, id),
        "stages" => |s, id| paths::stage(s, id),
        "loss_reasons" => |s, _| paths::pipelines(s),
        "exchange_rates" => |s, _| paths::exchange_rates(s),
        "quotas" => |s, _| paths::quotas(s),
        "forecast_adjustments" => |s, _| paths::forecast(s),
        _ => return None,
    })
}

/// The names behind the ids of all these changes, and of the records that were changed.
async fn names(tx: &mut TenantTx, events: &[Event]) -> Result<activity::Names> {
    let changes = events.iter().filter_map(|e| e.changes.as_object()).flatten();
    let values = changes.flat_map(|(column, pair)| [0, 1].map(|i| (column, pair.get(i).unwrap_or(&Value::Null))));
    let mut ids = activity::ids(values);
    ids.extend(events.iter().filter(|e| e.called.is_none()).map(|e| e.record_id));
    let custom = |e: &Event| custom_fields::COLUMNS.iter().any(|(column, _)| e.changes.get(column).is_some());
    let added = match events.iter().any(custom) {
        true => custom_fields::labels(tx).await?,
        false => vec![],
    };
    let people = |e: &Event| expanded(e).into_iter().flat_map(|(_, _, old, new)| [old, new]).collect::<Vec<_>>();
    let people: Vec<Value> = events.iter().filter(|e| custom(e)).flat_map(people).collect();
    let column = String::new();
    ids.extend(activity::ids(people.iter().map(|value| (&column, value))));
    let mut names = store::activity::names(tx, &ids).await?;
    names.extend(added.into_iter().map(|(noun, name, label)| (format!("{}:{name}", noun.key()), label)));
    Ok(names)
}

/// Column of the record, what of it was changed, old, new: a custom field is told by itself.
fn expanded(e: &Event) -> Vec<(String, String, Value, Value)> {
    let value = |pair: &Value, i: usize| pair.get(i).cloned().unwrap_or(Value::Null);
    let all = e.changes.as_object().into_iter().flatten();
    all.flat_map(|(column, pair)| {
        let each = custom_fields::expand(column, &value(pair, 0), &value(pair, 1)).into_iter();
        each.map(|(name, old, new)| (column.clone(), name, old, new))
    })
    .collect()
}

fn tell(tx: &TenantTx, slug: &Slug, e: Event, names: &activity::Names) -> Told {
    let sight = tx.rights().sight_of_all();
    let target = Target::parse(&e.record);
    let fields = target.map_or(&[][..], Target::fields);
    let changes = e.changes.as_object().cloned().unwrap_or_default();
    let mut told = vec![];
    for (of, column, old, new) in expanded(&e) {
        // What generated columns say, the others do.
        if column.ends_with("_currency")
            || column.ends_with("_of_year")
            || matches!(&*column, "record_id" | "iban_sealed")
            // Beside an amount, which tells it.
            || (column == "currency" && old == new)
        {
            continue;
        }
        let open = store::activity::open(sight, &e.record, &of);
        // What a closed field is called is none of the reader's business either.
        let own = names.get(&format!("{}:{column}", e.record)).cloned();
        let label = own.filter(|_| open).unwrap_or_else(|| activity::label(&of, fields));
        let value = |i: usize, value: &Value| {
            let own = column.strip_suffix("_minor").and_then(|c| changes.get(&format!("{c}_currency")));
            let currency = own.or_else(|| changes.get("currency"));
            activity::text(&column, value, currency.and_then(|c| c.get(i)), names)
        };
        let shown = match open {
            true => Shown::Values(value(0, &old), value(1, &new)),
            false => Shown::Hidden,
        };
        // What is only an id says nothing to people.
        if !matches!(shown, Shown::Values(None, None)) {
            told.push((label, shown));
        }
    }
    let words = noun(&e.record);
    let page = page(&e.record);
    let who = e.name.unwrap_or_else(|| match e.actor.split_once(':') {
        Some(("job", _)) => "People360".to_owned(),
        Some(("token", _)) => "An API token".to_owned(),
        Some(("platform", _)) => "Platform administration".to_owned(),
        Some(_) => "A former member".to_owned(),
        None if e.action == Action::SignInFailed => "Somebody".to_owned(),
        None => "People360".to_owned(),
    });
    let many = (e.record == "pay").then(|| e.changes.get("employees")?.get(1)).flatten().and_then(|now| match now {
        Value::Array(ids) => Some(ids.len() as u64),
        n => n.as_u64(),
    });
    let called = match many {
        Some(n) => Some(format!("{n} employees")),
        None => e.called.or_else(|| names.get(&e.record_id.to_string()).cloned()),
    };
    let id = e.record_id.to_string();
    let cause = e.cause.and_then(|c| {
        let (what, _) = c.split_once(':')?;
        Some(match what {
            "import" => "by an import".to_owned(),
            "workflow" => "by a workflow".to_owned(),
            "undo" => "by undoing an import".to_owned(),
            _ => return None,
        })
    });
    Told {
        id: e.id,
        at: e.at,
        who,
        action: e.action,
        kind: words.to_owned(),
        href: page.filter(|_| called.is_some() && many.is_none()).map(|page| page(slug, &id)),
        called,
        address: e.address,
        cause,
        fields: if many.is_some() { vec![] } else { told },
    }
}
