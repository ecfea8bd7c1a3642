//! Queries of custom fields: which there are, what is typed into them, and what lists ask of them.

pub mod files;

use crate::{
    Error, Result, TenantTx, Version,
    db::strange,
    reach::{self, Kind as Noun},
};
use domain::{
    Conventions, Currency, CustomFieldId, DateOrder, Errors,
    access::{EmployeesPay, EmployeesPersonal, Sight},
    custom_fields::{self, Answered, Asked, Bounds, CustomField, Fields, Kind, MOST, MOST_EVER, Values, text},
    draft::FieldClass,
    hr::employees::{Meant, name_keys, number_in},
    import::Target,
};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns that hold their values, and the class of each.
pub const COLUMNS: [(&str, FieldClass); 3] =
    [("custom", FieldClass::Directory), ("custom_personal", FieldClass::Personal), ("custom_pay", FieldClass::Pay)];

/// The fields in use of a noun, in their order.
pub async fn list(tx: &mut TenantTx, noun: Target) -> Result<Vec<CustomField>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, version, noun, key, label, kind, class, options, help, required, archived_at is not null as "archived!"
           from custom_fields where noun = $1 and archived_at is null order by place, id"#,
        noun.key()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::field).collect()
}

/// All of a noun, those in the archive last.
pub async fn all(tx: &mut TenantTx, noun: Target) -> Result<Vec<CustomField>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, version, noun, key, label, kind, class, options, help, required, archived_at is not null as "archived!"
           from custom_fields where noun = $1 order by archived_at is not null, place, id"#,
        noun.key()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::field).collect()
}

pub async fn find(tx: &mut TenantTx, id: CustomFieldId) -> Result<CustomField> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, version, noun, key, label, kind, class, options, help, required, archived_at is not null as "archived!"
           from custom_fields where id = $1"#,
        id.0
    );
    row.fetch_one(tx.conn()).await?.field()
}

/// Adds a field behind the others, under the id that was drawn with the form.
pub async fn add(tx: &mut TenantTx, id: CustomFieldId, f: &Fields) -> Result<()> {
    room(tx, f.noun, id).await?;
    let added = sqlx::query!(
        "insert into custom_fields (tenant_id, id, noun, key, label, kind, class, options, help, required, place, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select coalesce(max(place), 0) + 1 from custom_fields where noun = $3), $11, $11)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.noun.key(),
        f.key,
        f.label,
        f.kind.key(),
        class_key(f.class),
        &f.options,
        f.help,
        f.required,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        let made = find(tx, id).await?;
        let same = made.key() == f.key && made.label == f.label && made.kind == f.kind && made.options == f.options;
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    Ok(())
}

/// Changes how it is called and asked for. What it is, its key, kind and class, stays: records have values of it.
pub async fn change(tx: &mut TenantTx, id: CustomFieldId, version: Version, f: &Fields) -> Result<()> {
    let done = sqlx::query!(
        "update custom_fields set version = version + 1, updated_at = $3, label = $4, options = $5, help = $6, required = $7
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.label,
        &f.options,
        f.help,
        f.required
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Takes it out of use. What records hold stays where it is.
pub async fn archive(tx: &mut TenantTx, id: CustomFieldId) -> Result<CustomField> {
    let field = find(tx, id).await?;
    sqlx::query!(
        "update custom_fields set version = version + 1, updated_at = $2, archived_at = $2 where id = $1 and archived_at is null",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(field)
}

/// Brings it back, with all that records held.
pub async fn restore(tx: &mut TenantTx, id: CustomFieldId) -> Result<CustomField> {
    let field = find(tx, id).await?;
    if field.archived {
        room(tx, field.noun, id).await?;
    }
    sqlx::query!(
        "update custom_fields set version = version + 1, updated_at = $2, archived_at = null where id = $1 and archived_at is not null",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(field)
}

/// Moves it before its neighbour, or behind the next one.
pub async fn shift(tx: &mut TenantTx, id: CustomFieldId, up: bool) -> Result<CustomField> {
    let field = find(tx, id).await?;
    let fields = list(tx, field.noun).await?;
    let mut ids: Vec<Uuid> = fields.iter().map(|f| f.id.0).collect();
    let Some(at) = ids.iter().position(|i| *i == id.0) else { return Ok(field) };
    let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < ids.len()) };
    if let Some(to) = to {
        ids.swap(at, to);
        sqlx::query!(
            "update custom_fields f set place = n.place, version = version + 1, updated_at = $2
             from unnest($1::uuid[]) with ordinality as n (id, place) where f.id = n.id and f.place <> n.place",
            &ids,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(field)
}

async fn room(tx: &mut TenantTx, noun: Target, id: CustomFieldId) -> Result<()> {
    let n = sqlx::query!(
        r#"select count(*) filter (where archived_at is null) as "used!", count(*) as "ever!" from custom_fields where noun = $1 and id <> $2"#,
        noun.key(),
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let (_, many) = noun.words();
    if n.used >= MOST {
        return Err(Error::refused(
            "",
            format!("There are {MOST} fields of {many} in use, which is the most. Archive one first."),
        ));
    }
    if n.ever > MOST_EVER {
        return Err(Error::refused(
            "",
            format!("There have been {MOST_EVER} fields of {many}, archived ones among them, which is the most."),
        ));
    }
    Ok(())
}

/// The noun's fields and how the workspace writes amounts and days.
pub(crate) async fn definitions(tx: &mut TenantTx, noun: Target) -> Result<(Vec<CustomField>, Conventions)> {
    let row = sqlx::query!(
        r#"select t.currency, t.date_order,
             (select coalesce(jsonb_agg(to_jsonb(f) order by f.place, f.id), '[]')
              from (select id, version, noun, key, label, kind, class, options, help, required, place, false as archived
                    from custom_fields where noun = $1 and archived_at is null) f) as "fields!"
           from tenants t"#,
        noun.key()
    )
    .fetch_one(tx.conn())
    .await?;
    let currency = Currency::from_code(&row.currency).ok_or_else(|| strange("currency", &row.currency))?;
    let dates = if row.date_order == DateOrder::Dmy.key() { DateOrder::Dmy } else { DateOrder::Mdy };
    Ok((from_json(row.fields)?, Conventions { currency, dates }))
}

/// As a statement's aggregate has them.
pub(crate) fn from_json(fields: Json) -> Result<Vec<CustomField>> {
    let rows: Vec<Row> = serde_json::from_value(fields).map_err(|e| strange("custom fields", &e.to_string()))?;
    rows.into_iter().map(Row::field).collect()
}

/// What is put into a record's columns and what is taken out of them, for each class.
#[derive(Debug, Default)]
pub(crate) struct Delta {
    pub set: Values,
    pub unset: [Vec<String>; 3],
}

impl Delta {
    /// What a class's column gets.
    pub fn put(&self, class: FieldClass) -> Json {
        Json::Object(self.set.class(class).clone())
    }

    /// What a new record's column holds.
    pub fn first(&self, class: FieldClass) -> Option<Json> {
        Some(self.put(class)).filter(|put| *put != json!({}))
    }
}

/// What was said, as far as it differs from what is there, of the classes in `hand`. What is wrong with it stands beside
/// its field. Said nothing, it asks nothing.
pub(crate) async fn delta(
    tx: &mut TenantTx,
    noun: Target,
    said: &Answered,
    before: &Values,
    hand: Sight,
) -> Result<Delta> {
    let mut delta = Delta::default();
    if said.is_empty() {
        return Ok(delta);
    }
    let (fields, conventions) = definitions(tx, noun).await?;
    let said_anew = |f: &&CustomField| {
        if f.kind == Kind::File {
            return false;
        }
        let now = before.get(f).map(text).unwrap_or_default();
        hand.sees(f.class) && said.get(f.name).is_some_and(|said| said.trim() != now || f.required && now.is_empty())
    };
    let (read, mut errors) = custom_fields::read(fields.iter().filter(said_anew), said, &conventions);
    let numbers: Vec<String> = read
        .iter()
        .filter(|(f, _)| f.kind == Kind::Person)
        .filter_map(|(_, v)| Some(v.as_ref()?.as_str()?.to_owned()))
        .collect();
    let people = by_number(tx, &numbers).await?;
    for (field, value) in read {
        let value = match value {
            Some(Json::String(number)) if field.kind == Kind::Person => match people.get(&number) {
                Some(id) => Some(custom_fields::person(*id)),
                None => match crate::hr::employees::meant(tx, &number).await? {
                    Meant::One(person) => Some(custom_fields::person(person.id.0)),
                    other => {
                        errors.add(field.name, other.why_not(&number).unwrap_or_default());
                        continue;
                    }
                },
            },
            value => value,
        };
        let place = COLUMNS.iter().position(|(_, class)| *class == field.class).unwrap_or_default();
        match value {
            Some(value) => drop(delta.set.class_mut(field.class).insert(field.key().to_owned(), value)),
            None => delta.unset[place].push(field.key().to_owned()),
        }
    }
    if errors.is_empty() { Ok(delta) } else { Err(Error::Refused(errors)) }
}

/// What is wrong with what was said, told with all else that is wrong with its form.
pub(crate) async fn check(tx: &mut TenantTx, noun: Target, own: Uuid, said: &Answered) -> Result<Errors> {
    if said.is_empty() {
        return Ok(Errors::default());
    }
    let before = match noun {
        Target::Employees => {
            let row = sqlx::query!("select custom, custom_personal, custom_pay from employees where id = $1", own);
            let row = row.fetch_optional(tx.conn()).await?;
            row.map(|r| Values::of(r.custom, r.custom_personal, r.custom_pay)).unwrap_or_default()
        }
        Target::Customers => {
            let row = sqlx::query_scalar!("select custom from customers where id = $1", own);
            Values::of(row.fetch_optional(tx.conn()).await?.flatten(), None, None)
        }
        Target::Contacts => {
            let row = sqlx::query_scalar!("select custom from contacts where id = $1", own);
            Values::of(row.fetch_optional(tx.conn()).await?.flatten(), None, None)
        }
        Target::Deals => {
            let row = sqlx::query_scalar!("select custom from deals where id = $1", own);
            Values::of(row.fetch_optional(tx.conn()).await?.flatten(), None, None)
        }
        Target::Leads => {
            let row = sqlx::query_scalar!("select custom from leads where id = $1", own);
            Values::of(row.fetch_optional(tx.conn()).await?.flatten(), None, None)
        }
        Target::Tickets => {
            let row = sqlx::query_scalar!("select custom from tickets where id = $1", own);
            Values::of(row.fetch_optional(tx.conn()).await?.flatten(), None, None)
        }
        // Changes of job and pay have no fields of a workspace's own.
        Target::JobHistory | Target::PayHistory | Target::Products | Target::Tasks | Target::Activities => {
            return Ok(Errors::default());
        }
    };
    match delta(tx, noun, said, &before, Sight::ALL).await {
        Ok(_) => Ok(Errors::default()),
        Err(Error::Refused(errors)) => Ok(errors),
        Err(e) => Err(e),
    }
}

/// Employees by number.
pub(crate) async fn by_number(tx: &mut TenantTx, numbers: &[String]) -> Result<HashMap<String, Uuid>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        sqlx::query!("select number, id from employees where number = any($1)", numbers).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (r.number, r.id)).collect())
}

/// As [`by_number`]; and by whole names that one person alone has.
pub(crate) async fn by_number_or_name(tx: &mut TenantTx, typed: &[String]) -> Result<HashMap<String, Uuid>> {
    let mut found = by_number(tx, typed).await?;
    let names = typed.iter().filter(|t| !found.contains_key(*t)).map(|t| (t.clone(), name_keys(t)));
    let names: Vec<(String, Vec<String>)> = names.filter(|(_, keys)| !keys.is_empty()).collect();
    if names.is_empty() {
        return Ok(found);
    }
    let keys: Vec<String> = names.iter().flat_map(|(_, keys)| keys.clone()).collect();
    let rows = sqlx::query!(
        r#"select name_key as "key!", array_agg(id) as "ids!" from employees
           where archived_at is null and name_key = any($1) group by name_key"#,
        &keys
    )
    .fetch_all(tx.conn())
    .await?;
    for (typed, keys) in names {
        let ids: Vec<Uuid> = rows.iter().filter(|r| keys.contains(&r.key)).flat_map(|r| r.ids.clone()).collect();
        if let [one] = ids[..] {
            found.insert(typed, one);
        }
    }
    Ok(found)
}

/// Puts numbers and names to the people that these values name.
pub(crate) async fn name_people<'v>(tx: &mut TenantTx, all: impl IntoIterator<Item = &'v mut Values>) -> Result<()> {
    let mut people: Vec<&mut Map<String, Json>> = vec![];
    for values in all {
        for map in values.maps_mut() {
            let named = map.values_mut().filter_map(Json::as_object_mut).filter(|o| o.contains_key("employee"));
            people.extend(named);
        }
    }
    let ids: Vec<Uuid> = people.iter().filter_map(|p| p["employee"].as_str()?.parse().ok()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"select id, number, first_name || ' ' || last_name as "name!" from employees where id = any($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let known: HashMap<String, (String, String)> =
        rows.into_iter().map(|r| (r.id.to_string(), (r.number, r.name))).collect();
    for person in people {
        let Some((number, name)) = person["employee"].as_str().and_then(|id| known.get(id)).cloned() else { continue };
        person.insert("number".into(), number.into());
        person.insert("name".into(), name.into());
    }
    Ok(())
}

/// One condition of a list, in the column of its class as far as that is open to the reader.
pub(crate) struct Condition {
    column: String,
    key: &'static str,
    kind: Kind,
    bounds: Bounds,
    currency: Currency,
}

/// What a question asks of custom fields. Of one that there is not, or that the reader may not see, nothing fits.
pub(crate) async fn conditions(tx: &mut TenantTx, noun: Target, asked: &Asked) -> Result<Vec<Condition>> {
    if asked.is_empty() {
        return Ok(vec![]);
    }
    let (fields, conventions) = definitions(tx, noun).await?;
    let mut all = vec![];
    for name in asked.names() {
        let found = fields.iter().find(|f| f.name == name);
        let bounds = found.and_then(|f| asked.bounds(f, &conventions)).unwrap_or(Bounds::Never);
        let column = found.map_or_else(|| "e.custom".to_owned(), |f| column(tx, f.class));
        let (key, kind) = found.map_or(("", Kind::Text), |f| (f.key(), f.kind));
        all.push(Condition { column, key, kind, bounds, currency: conventions.currency });
    }
    Ok(all)
}

fn column(tx: &TenantTx, class: FieldClass) -> String {
    let open = |scope, column: &str| format!("case when {} then {column} end", reach::reaches(Noun::Employees, scope));
    match class {
        FieldClass::Directory => "e.custom".to_owned(),
        FieldClass::Personal => open(tx.scope::<EmployeesPersonal>(), "e.custom_personal"),
        FieldClass::Pay => open(tx.scope::<EmployeesPay>(), "e.custom_pay"),
        // Of the others there is none.
        FieldClass::Health | FieldClass::Terms => "null::jsonb".to_owned(),
    }
}

impl Condition {
    fn value<'q>(&self, q: &'q mut QueryBuilder<Postgres>) -> &'q mut QueryBuilder<Postgres> {
        q.push("((").push(&self.column).push(") ->> ").push_bind(self.key).push(")")
    }

    /// Adds ` and …`. CASE, so that the planner expects many: then it walks the list in its own order, and has a page soon.
    pub(crate) fn narrow(&self, q: &mut QueryBuilder<Postgres>) {
        q.push(" and case when (");
        match &self.bounds {
            Bounds::Contains(words) => {
                q.push("position(").push_bind(words.to_lowercase()).push(" in lower(");
                self.value(q).push(")) > 0");
            }
            Bounds::OneOf(values) => {
                self.value(q).push(" = any(").push_bind(values.clone()).push(")");
            }
            Bounds::Is(yes) => {
                self.value(q).push(" = ").push_bind(yes.to_string());
            }
            Bounds::Filled(filled) => {
                self.value(q).push(if *filled { " is not null" } else { " is null" });
            }
            // By number, or everybody who is called so.
            Bounds::Person(typed) => {
                q.push("((").push(&self.column).push(") -> ").push_bind(self.key);
                q.push(" ->> 'employee') = any(array(select n.id::text from employees n where n.number = ");
                q.push_bind(number_in(typed).to_owned()).push(" or n.name_key = any(");
                q.push_bind(name_keys(typed)).push(")))");
            }
            Bounds::Between(from, to) => {
                q.push("true");
                for (bound, than) in [(from, " >= "), (to, " <= ")] {
                    let Some(bound) = bound else { continue };
                    q.push(" and ");
                    match self.kind {
                        Kind::Date => {
                            self.value(q).push(" collate \"C\"").push(than).push_bind(bound.clone());
                        }
                        Kind::Money => {
                            q.push("((").push(&self.column).push(") -> ").push_bind(self.key);
                            q.push(" ->> 'minor')::numeric")
                                .push(than)
                                .push_bind(bound.clone())
                                .push("::text::numeric");
                            q.push(" and ((").push(&self.column).push(") -> ").push_bind(self.key);
                            q.push(" ->> 'currency') = ").push_bind(self.currency.code());
                        }
                        _ => {
                            self.value(q).push("::numeric").push(than).push_bind(bound.clone()).push("::text::numeric");
                        }
                    }
                }
            }
            Bounds::Never => {
                q.push("false");
            }
        }
        q.push(") then true else false end");
    }
}

/// Noun, name and label of all fields there have ever been, for telling what was changed.
pub async fn labels(tx: &mut TenantTx) -> Result<Vec<(Target, &'static str, String)>> {
    let rows = sqlx::query!("select noun, key, label from custom_fields").fetch_all(tx.conn()).await?;
    let known = |noun: &str| Target::parse(noun).ok_or_else(|| strange("noun", noun));
    rows.into_iter().map(|r| Ok((known(&r.noun)?, custom_fields::name(&r.key), r.label))).collect()
}

/// One change of a column as changes of its fields; any other column is itself.
pub fn expand(column: &str, old: &Json, new: &Json) -> Vec<(String, Json, Json)> {
    if COLUMNS.iter().all(|(name, _)| *name != column) {
        return vec![(column.to_owned(), old.clone(), new.clone())];
    }
    let nothing = Map::new();
    let (old, new) = (old.as_object().unwrap_or(&nothing), new.as_object().unwrap_or(&nothing));
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| old.get(*key) != new.get(*key));
    let value = |map: &Map<String, Json>, key: &str| map.get(key).cloned().unwrap_or(Json::Null);
    keys.into_iter().map(|key| (custom_fields::name(key).to_owned(), value(old, key), value(new, key))).collect()
}

fn class_key(class: FieldClass) -> &'static str {
    custom_fields::CLASSES.iter().find(|(c, ..)| *c == class).map_or("directory", |(_, key, _)| key)
}

#[derive(Deserialize)]
struct Row {
    id: Uuid,
    version: i32,
    noun: String,
    key: String,
    label: String,
    kind: String,
    class: String,
    options: Vec<String>,
    help: Option<String>,
    required: bool,
    archived: bool,
}

impl Row {
    fn field(self) -> Result<CustomField> {
        Ok(CustomField {
            id: CustomFieldId(self.id),
            version: self.version,
            noun: Target::parse(&self.noun).ok_or_else(|| strange("noun", &self.noun))?,
            name: custom_fields::name(&self.key),
            label: self.label,
            kind: Kind::parse(&self.kind).ok_or_else(|| strange("kind", &self.kind))?,
            class: custom_fields::class(&self.class).ok_or_else(|| strange("class", &self.class))?,
            options: self.options,
            help: self.help,
            required: self.required,
            archived: self.archived,
        })
    }
}
