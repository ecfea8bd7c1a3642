//! From the audit trail to words, for every noun's timeline and form.

use crate::{
    notes::{Beside, Written},
    web::{Allowed, Result, Screen, Sheet, listed, noun},
};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::{
    Money, NoteId,
    access::{
        ActivitiesRead, AutomationRead, CATALOGUE, NotesModerate, NotesWrite, Permission, Right, Scope, Sight,
        TasksRead,
    },
    custom_fields::{self, PREFIX},
    draft::{Clash, Field},
    hr::details,
    list::Mark,
    paths,
    places::Country,
    workspace::access::Subject,
    workspace::settings::DAYS,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use store::{
    TenantTx,
    activity::{Action, Change},
    reach::Kind,
};
use uuid::Uuid;
use views::{
    Moment,
    activity::{Changed, Did, Happened, Held, Noted, Open},
    notes::Composer,
    record::Record,
    tags::OnRecord as Tags,
    ui::{Conflict, Differs},
};

pub fn moment<P: Permission>(who: &Allowed<P>) -> Moment {
    Moment { now: who.app().now(), zone: who.zone }
}

/// What of a record's page is asked for.
pub struct Asked {
    pub open: Open,
    pub before: Before,
    /// A note that was refused, to be shown again.
    pub written: Option<Written>,
    /// What was refused on a tab of the noun's own, and why.
    pub refused: Option<(StatusCode, String)>,
}

impl Asked {
    pub fn overview() -> Self {
        Self { open: Open::Overview, before: Before::default(), written: None, refused: None }
    }

    /// A tab of the noun's own.
    pub fn own(key: &'static str) -> Self {
        Self { open: Open::Own(key), ..Self::overview() }
    }

    /// The same with what is wrong with what was sent there.
    pub fn refused(key: &'static str, status: StatusCode, why: String) -> Self {
        Self { refused: Some((status, why)), ..Self::own(key) }
    }

    pub fn timeline(before: Before) -> Self {
        Self { open: Open::Timeline, before, ..Self::overview() }
    }

    pub fn again(sheet: Sheet<domain::notes::Draft>) -> Self {
        let Sheet { status, draft, errors, once, .. } = sheet;
        Self { written: Some(Written { status, draft, errors, once }), ..Self::timeline(Before::default()) }
    }

    pub fn status(&self) -> StatusCode {
        let refused = self.refused.as_ref().map(|(status, _)| *status);
        self.written.as_ref().map(|w| w.status).or(refused).unwrap_or(StatusCode::OK)
    }
}

/// A record's page with what happened to it and stands beside it, as one of its tabs shows them.
pub async fn record<N: Beside, P: Permission>(
    tx: &mut TenantTx,
    (who, screen): (&Allowed<P>, &Screen),
    (id, version, archived): (N::Id, store::Version, bool),
    email: Option<&str>,
    sight: Sight,
    asked: Asked,
) -> Result<Record> {
    let Asked { open, before, written, .. } = asked;
    let (subject, pages) = (N::subject(id), noun::pages::<N, _>(who));
    let (count, most) = if open == Open::Timeline { (50, 50) } else { (5, 5) };
    // Tabs of the noun's own show nothing of it; of a timeline one may ask for one kind alone.
    let told = !matches!(open, Open::Own(_));
    let kinds = kinds::<N, _>(who);
    let kind = kinds.iter().map(|(key, _)| *key).find(|key| *key == before.kind).unwrap_or_default();
    let asks = |of: &str| told && (kind.is_empty() || kind == of);
    let changes = match asks("changes") {
        true => store::activity::of_record(tx, id.into(), sight, before.before, most).await?,
        false => vec![],
    };
    let values = changes.iter().flat_map(|c| &c.fields).flat_map(|(column, old, new)| [(column, old), (column, new)]);
    let mut names = store::activity::names(tx, &ids(values)).await?;
    if changes.iter().flat_map(|c| &c.fields).any(|(column, ..)| column.starts_with(PREFIX)) {
        let labels = store::custom_fields::labels(tx).await?.into_iter();
        names.extend(
            labels.filter(|(noun, ..)| noun.key() == N::WORDS.many).map(|(_, name, label)| (name.into(), label)),
        );
    }
    let mark = Mark::parse(&before.note);
    let notes = match asks("notes") {
        true => store::notes::of(tx, subject, mark.as_ref(), most).await?,
        false => vec![],
    };
    let held = match asks("calls") && who.actor.may(ActivitiesRead::KEY) {
        true => store::activities::held(tx, subject, Mark::parse(&before.held).as_ref(), most).await?,
        false => vec![],
    };
    let from = Mark::parse(&before.mail);
    let mails = match asks("mail") && !matches!(subject, Subject::Employee(_)) {
        true => store::inbound::of_record(tx, id.into(), from.as_ref(), most).await?,
        false => vec![],
    };
    let from = Mark::parse(&before.told);
    let part = N::PARTS.iter().map(|(key, _)| *key).find(|key| *key == kind);
    let beside = match told && (kind.is_empty() || part.is_some()) {
        true => N::told_beside(tx, who.slug(), id, sight, part.unwrap_or_default(), from.as_ref(), most).await?,
        false => vec![],
    };
    // Each is asked for a page's worth; together they fill one, and the next page goes on in each where this one ends.
    let full = changes.len() + notes.len() + held.len() + mails.len() + beside.len() >= count;
    let changes = changes.into_iter().filter(|c| names_what_is_seen(c, &names)).collect();
    let held = held.into_iter().map(|activity| {
        let href = paths::activity(who.slug(), activity.id);
        Happened::Held(Box::new(Held { activity, href }))
    });
    let slug = who.slug();
    let mailed = mails.into_iter().map(|m| Happened::Mailed(Box::new((slug.clone(), m))));
    let noted = notes.into_iter().map(|n| Happened::Noted(note(who, screen, n)));
    let mut happened: Vec<_> = words(changes, N::FIELDS, &names)
        .into_iter()
        .map(Happened::Changed)
        .chain(noted)
        .chain(held)
        .chain(mailed)
        .chain(beside)
        .collect();
    happened.sort_by_key(|h| std::cmp::Reverse(h.at()));
    happened.truncate(count);
    let last = |of: fn(&Happened) -> Option<Mark>| happened.iter().rev().find_map(of).map(|mark| mark.text());
    let last_change = happened.iter().rev().find_map(|h| match h {
        Happened::Changed(c) => Some(c.id),
        _ => None,
    });
    let next = Before {
        before: last_change.or(before.before),
        note: last(|h| match h {
            Happened::Noted(n) => Some(mark_of(n.at, n.id.0)),
            _ => None,
        })
        .unwrap_or(before.note),
        held: last(|h| match h {
            Happened::Held(h) => Some(mark_of(h.activity.starts_at, h.activity.id.0)),
            _ => None,
        })
        .unwrap_or(before.held),
        mail: last(|h| match h {
            Happened::Mailed(m) => Some(mark_of(m.1.at, m.1.id.0)),
            _ => None,
        })
        .unwrap_or(before.mail),
        told: last(|h| match h {
            Happened::Beside(b) => Some(mark_of(b.told.at, b.told.id)),
            Happened::Along(a) => Some(mark_of(a.told.at, a.told.key)),
            _ => None,
        })
        .unwrap_or(before.told),
        kind: kind.to_owned(),
    };
    let choose = |(key, words): (&'static str, &'static str)| {
        let asked = Before { kind: key.to_owned(), ..Before::default() };
        (words, views::list::url(&pages.timeline(id), &asked), key == kind)
    };
    let kinds = if open == Open::Timeline { kinds.into_iter().map(choose).collect() } else { vec![] };
    let may = listed::may_with::<N, _>(who, tx, id).await?;
    let (may_note, may_private) = match told {
        true => store::notes::may_add(tx, subject).await?,
        false => (false, false),
    };
    let (draft, errors, once) = match written {
        Some(w) => (w.draft, w.errors, NoteId(w.once)),
        // What is noted about somebody is for few, unless it is meant for all.
        None if may_private && matches!(subject, Subject::Employee(_)) => {
            let draft = domain::notes::Draft { private: "true".into(), ..Default::default() };
            (draft, Default::default(), tx.id::<NoteId>())
        }
        None => (Default::default(), Default::default(), tx.id::<NoteId>()),
    };
    let composer = may_note.then(|| Composer {
        action: pages.notes(id),
        mentions: paths::note_mentions(who.slug()),
        csrf: screen.csrf().to_owned(),
        once,
        draft,
        errors,
        may_private,
    });
    let overview = open == Open::Overview;
    let tags = match overview {
        true => store::tags::of(tx, &[id.into()]).await?.remove(&id.into()),
        false => None,
    };
    let tasks = match overview && who.actor.may(TasksRead::KEY) {
        true => Some(crate::tasks::on_record(tx, who, screen, subject).await?),
        false => None,
    };
    let activities = match overview && who.actor.may(ActivitiesRead::KEY) {
        true => Some(crate::activities::on_record(tx, who, screen, subject).await?),
        false => None,
    };
    let copies_to = match (overview, subject) {
        (true, Subject::Deal(deal)) => crate::inbound::copies_to(tx, who, Some(deal)).await?,
        (true, Subject::Contact(_)) => crate::inbound::copies_to(tx, who, None).await?,
        _ => None,
    };
    Ok(Record {
        copies_to,
        words: N::WORDS,
        older: full.then(|| views::list::url(&pages.timeline(id), &next)),
        happened,
        kinds,
        composer,
        tags: overview.then(|| Tags {
            tags: tags.unwrap_or_default(),
            pages: pages.clone(),
            id: id.to_string(),
            csrf: screen.csrf().to_owned(),
            options: paths::tag_options(who.slug()),
            may_write: may.write,
        }),
        tasks,
        activities,
        csrf: screen.csrf().to_owned(),
        id: id.to_string(),
        archived,
        version,
        open,
        own: vec![],
        moment: moment(who),
        may,
        more: crate::automation::manual::menu(who, N::WORDS.many, id),
        stopped: super::mail::notice(tx, who, email).await?,
        pages,
    })
}

/// Whether whatever stands beside the record in this change is known to the reader: who is what in a deal that they may not see
/// is not told.
fn names_what_is_seen(change: &Change, names: &Names) -> bool {
    let known = |value: &Value| value.as_str().is_none_or(|id| names.contains_key(id));
    change
        .fields
        .iter()
        .filter(|(column, ..)| column.starts_with("with_"))
        .all(|(_, old, new)| known(old) && known(new))
}

/// Where a timeline goes on.
fn mark_of(at: DateTime<Utc>, id: Uuid) -> Mark {
    Mark { value: at.to_rfc3339(), id }
}

fn note<P: Permission>(who: &Allowed<P>, screen: &Screen, n: domain::notes::Note) -> Noted {
    let reads_runs = who.actor.may(AutomationRead::KEY);
    let writes = who.actor.may(NotesWrite::KEY);
    let (edit, remove) = (writes && n.own, writes && (n.own || who.actor.may(NotesModerate::KEY)));
    Noted {
        id: n.id,
        at: n.created_at,
        who: n.author_name,
        pieces: n.pieces,
        // A run that is forgotten has no page any more.
        by_workflow: n.run.map(|(run, name)| {
            let href = name.is_some() && reads_runs;
            (name, href.then(|| paths::automation_run(who.slug(), run)))
        }),
        private: n.private,
        edited: n.edited_at.is_some(),
        edit: edit.then(|| paths::note_edit(who.slug(), n.id)),
        remove: remove.then(|| paths::note_removal(who.slug(), n.id)),
        csrf: screen.csrf().to_owned(),
    }
}

/// The newest changes of a record that has no timeline of its own, without what these columns held.
pub async fn history(tx: &mut TenantTx, record: Uuid, fields: &[Field], hidden: &[&str]) -> Result<Vec<Happened>> {
    let mut changes = store::activity::of_record(tx, record, Sight::DIRECTORY, None, 50).await?;
    changes.iter_mut().for_each(|c| c.fields.retain(|(column, ..)| !hidden.contains(&column.as_str())));
    let values = changes.iter().flat_map(|c| &c.fields).flat_map(|(column, old, new)| [(column, old), (column, new)]);
    let names = store::activity::names(tx, &ids(values)).await?;
    Ok(words(changes, fields, &names).into_iter().map(Happened::Changed).collect())
}

/// The change of a record at this moment that these columns are among, as far as the reader may see it.
pub async fn change_at(
    tx: &mut TenantTx,
    (record, fields): (Uuid, &[Field]),
    columns: &[&str],
    at: DateTime<Utc>,
) -> Result<Option<Changed>> {
    let sight = tx.rights().sight_of_all();
    let changes = store::activity::of_record(tx, record, sight, None, 50).await?;
    let here = |c: &Change| c.at == at && c.fields.iter().any(|(column, ..)| columns.contains(&column.as_str()));
    let Some(change) = changes.into_iter().find(here) else { return Ok(None) };
    let values = change.fields.iter().flat_map(|(column, old, new)| [(column, old), (column, new)]);
    let names = store::activity::names(tx, &ids(values)).await?;
    Ok(words(vec![change], fields, &names).pop())
}

/// Which entries of a timeline are asked for: changes before this one, notes before that, calls and meetings before those.
#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub struct Before {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub held: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mail: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub told: String,
    /// One kind alone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// What a timeline of the noun's can be asked for: everything, or one kind, by key and words.
fn kinds<N: Beside, P: Permission>(who: &Allowed<P>) -> Vec<(&'static str, &'static str)> {
    // People here are written to elsewhere.
    let mail = !matches!(N::KIND, Kind::Employees);
    let calls = who.actor.may(ActivitiesRead::KEY);
    let usual = [
        ("", "Everything"),
        ("changes", "Changes"),
        ("notes", "Notes"),
        ("calls", "Calls and meetings"),
        ("mail", "Mail"),
    ];
    let usual = usual.into_iter().filter(|(key, _)| (*key != "mail" || mail) && (*key != "calls" || calls));
    usual.chain(N::PARTS.iter().copied()).collect()
}

/// Changes in the words of the noun's fields.
fn words(changes: Vec<Change>, fields: &[Field], names: &Names) -> Vec<Changed> {
    changes
        .into_iter()
        .map(|c| {
            let archived = c.fields.iter().find(|(column, _, _)| column == "archived_at");
            let did = match (c.action, archived) {
                (Action::Insert, _) => Did::Add,
                (_, Some((_, _, new))) if new.is_null() => Did::Restore,
                (_, Some(_)) => Did::Archive,
                _ => match c.fields.iter().find(|(column, _, _)| column == "done_at") {
                    Some((_, _, new)) if new.is_null() => Did::Reopen,
                    Some(_) => Did::Finish,
                    None => Did::Change,
                },
            };
            let by_workflow = c.cause.as_ref().is_some_and(|cause| cause.starts_with("workflow:"));
            let by_import = c.cause.as_ref().is_some_and(|cause| !by_workflow && !cause.starts_with("form:"));
            let told = c.fields.iter().filter(|(column, _, _)| {
                !matches!(
                    column.as_str(),
                    "archived_at"
                        | "done_at"
                        | "done_by"
                        | "record_id"
                        | "salary_currency"
                        | "revenue_currency"
                        | "amount_currency"
                )
            });
            let other = |column: &str| c.fields.iter().find(|(k, _, _)| k == column);
            let told = told
                .map(|(column, old, new)| {
                    let currency = column.strip_suffix("_minor").and_then(|c| other(&format!("{c}_currency")));
                    // What stands beside a change, to say what it is about, has not changed itself.
                    let old = if old == new { &Value::Null } else { old };
                    (
                        names.get(column).cloned().unwrap_or_else(|| label(column, fields)),
                        text(column, old, currency.map(|c| &c.1), names),
                        text(column, new, currency.map(|c| &c.2), names),
                    )
                })
                .collect();
            Changed { id: c.id, at: c.at, who: c.actor, did, by_import, by_workflow, fields: told }
        })
        .collect()
}

/// `salary_minor` as `Salary`, `manager_id` as `Manager`.
pub(super) fn label(column: &str, fields: &[Field]) -> String {
    match column {
        "grants" => return "Rights".into(),
        "minor" => return "Amount".into(),
        "captured_at" => return "Sent a form".into(),
        "with_company_id" => return "Company".into(),
        "with_contact_id" => return "Contact".into(),
        "with_deal_id" => return "Deal".into(),
        "with_member_id" => return "Team".into(),
        "role_there" => return "Role".into(),
        "custom" | "custom_personal" | "custom_pay" => return "Custom fields".into(),
        _ => {}
    }
    let key = ["_minor", "_id", "_on"].iter().find_map(|end| column.strip_suffix(end)).unwrap_or(column);
    let all = fields.iter().chain(details::FIELDS);
    all.into_iter().find(|f| f.key == key).map_or_else(|| capital(&key.replace('_', " ")), |f| f.label.to_owned())
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What the records behind ids are called.
pub(super) type Names = HashMap<String, String>;

/// The ids among changes' values, to be asked for their names.
pub(super) fn ids<'v>(values: impl Iterator<Item = (&'v String, &'v Value)>) -> Vec<Uuid> {
    let ids = values.filter(|(column, value)| is_id(column) || value.get("employee").is_some());
    let each = |value: &'v Value| {
        let value = value.get("employee").unwrap_or(value);
        value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
    };
    let mut ids: Vec<Uuid> = ids.flat_map(|(_, value)| each(value)).filter_map(|v| v.as_str()?.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Columns that hold a record's id.
fn is_id(column: &str) -> bool {
    column.ends_with("_id") || column.ends_with("_by")
}

/// A column's value for people; an id stands as the name of its record, and says nothing where that is gone.
pub(super) fn text(column: &str, value: &Value, currency: Option<&Value>, names: &Names) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Object(person) if person.contains_key("employee") => {
            return names.get(person["employee"].as_str()?).cloned();
        }
        value if column.starts_with(PREFIX) => return Some(custom_fields::shown(value)),
        Value::Array(many) if is_id(column) => {
            let known: Vec<&str> = many.iter().filter_map(|v| names.get(v.as_str()?).map(String::as_str)).collect();
            return (!known.is_empty()).then(|| known.join(", "));
        }
        Value::String(s) => s.clone(),
        Value::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
        Value::Array(days) if column == "working_days" => week(days),
        Value::Array(_) if column == "contacts" => details::words(column, &value.to_string()),
        Value::Array(many) => {
            many.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(grants) if column == "grants" => rights(grants),
        other => other.to_string(),
    };
    if is_id(column) {
        return names.get(&text).cloned();
    }
    if column == "minor" || column.ends_with("_minor") {
        let currency =
            currency.and_then(Value::as_str).and_then(domain::Currency::from_code).unwrap_or(domain::Currency::USD);
        return text.parse().ok().map(|minor| Money::new(minor, currency).to_string());
    }
    Some(match column {
        "iban" => details::words(column, &text),
        "share" => text.parse().map_or(text, domain::crm::deals::splits::words),
        "country" | "nationality" => Country::parse(&text).map_or(text, |c| c.name().to_owned()),
        "employment_type" => domain::hr::employees::EmploymentType::parse(&text).map_or(text, |t| t.label().to_owned()),
        "priority" => {
            let ticket =
                domain::support::tickets::Priority::parse(&text).map(domain::support::tickets::Priority::label);
            let label = domain::tasks::Priority::parse(&text).map(domain::tasks::Priority::label);
            label.or(ticket).map_or(text, str::to_owned)
        }
        "category" => domain::crm::pipelines::Category::parse(&text).map_or(text, |c| c.label().to_owned()),
        "lifecycle" => domain::crm::customers::Lifecycle::parse(&text).map_or(text, |l| l.label().to_owned()),
        "health" => domain::crm::customers::Health::parse(&text).map_or(text, |h| h.label().to_owned()),
        "language" => domain::crm::contacts::language(&text).to_owned(),
        "status" => {
            let lead = domain::crm::leads::Status::parse(&text).map(domain::crm::leads::Status::label);
            let label = domain::crm::customers::Status::parse(&text).map(domain::crm::customers::Status::label);
            let ticket = domain::support::tickets::Status::parse(&text).map(domain::support::tickets::Status::label);
            label.or(lead).or(ticket).map_or(text, str::to_owned)
        }
        // Of a picture, enough to tell one from another.
        "photo" | "logo" => format!("picture {}", text.get(..6).unwrap_or(&text)),
        "day_minutes" => text.parse::<i64>().map_or(text, |m| format!("{}:{:02} hours", m / 60, m % 60)),
        column if column.ends_with("_at") => {
            text.parse::<DateTime<Utc>>().map_or(text, |at| at.format("%-d %b %Y, %H:%M UTC").to_string())
        }
        column if column.ends_with("_date") || column.ends_with("_on") || column == "probation_end" => {
            text.parse().map_or(text, |d| domain::Day(d).short())
        }
        _ => text,
    })
}

/// Working days by their names.
fn week(days: &[Value]) -> String {
    let name = |day: &Value| DAYS.get(usize::try_from(day.as_u64()?).ok()?.checked_sub(1)?).map(|(_, name)| *name);
    days.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

/// A role's rights in the words of the catalogue.
fn rights(grants: &serde_json::Map<String, Value>) -> String {
    let words = |right: &Right| {
        let scope = Scope::parse(grants.get(right.key)?.as_str()?)?;
        let reach = if right.scoped { format!(" ({})", scope.label().to_lowercase()) } else { String::new() };
        Some(format!("{}: {}{reach}", right.resource.label(), right.label))
    };
    CATALOGUE.iter().filter_map(words).collect::<Vec<_>>().join("; ")
}

/// What a stale form shows: who was faster, and the fields that both changed.
pub async fn conflict<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    record: Uuid,
    clashes: Vec<Clash>,
) -> Result<Conflict> {
    let sight = tx.rights().sight_of_all();
    let last = store::activity::of_record(tx, record, sight, None, 1).await?.into_iter().next();
    let moment = moment(who);
    let words = |key: &str, value: String| text(key, &Value::String(value), None, &Names::new()).unwrap_or_default();
    let differs =
        |c: Clash| Differs { field: c.key, label: c.label, yours: words(c.key, c.yours), now: words(c.key, c.theirs) };
    let (who, when) = match last {
        Some(c) => ((!c.own).then_some(c.actor), when(moment, c.at)),
        None => (Some("Somebody".to_owned()), "just now".to_owned()),
    };
    Ok(Conflict { who, when, fields: clashes.into_iter().map(differs).collect() })
}

fn when(moment: Moment, at: chrono::DateTime<chrono::Utc>) -> String {
    match (moment.now - at).num_minutes() {
        ..1 => "just now".into(),
        1 => "a minute ago".into(),
        m @ 2..60 => format!("{m} minutes ago"),
        _ => format!("on {}", at.with_timezone(&moment.zone).format("%-d %b, %H:%M")),
    }
}

/// The columns that a person chose, and the list to go back to.
#[derive(Deserialize)]
pub struct Columns {
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub back: String,
}

/// A kept choice of columns.
pub fn preferred(preferences: &Value, key: &str) -> Option<Vec<String>> {
    let columns = preferences.get(key)?.as_array()?;
    Some(columns.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect())
}
