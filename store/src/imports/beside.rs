//! What is known of employees beside their own row, in bulk.

use super::ledger::Vault;
use crate::{
    Result, TenantTx,
    db::day,
    hr::details::{contacts, country},
};
use chrono::NaiveDate;
use domain::{
    ImportId,
    hr::details::{Fields, Private, last_four},
    import::{Beside, Person, is_bank, is_beside},
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Opens an account's number. One that was kept under another key is as one that is not known.
pub(super) fn open(person: &mut Person, id: Uuid, vault: &dyn Vault) {
    let Some(beside) = &mut person.beside else { return };
    if let Some((bytes, _)) = &beside.kept {
        beside.fields.iban = vault.show_iban(id, bytes);
    }
}

/// Encrypts it, if a file has brought another one. The open one goes no further.
pub(super) fn close(person: &mut Person, id: Uuid, vault: &dyn Vault) {
    let Some(beside) = &mut person.beside else { return };
    if let (None, Some(iban)) = (&beside.kept, &beside.fields.iban) {
        beside.kept = Some((vault.hide_iban(id, iban), last_four(iban)));
    }
}

/// What is known of these, as far as a file speaks of it.
pub(super) async fn known(tx: &mut TenantTx, ids: &[Uuid], fields: &[&str]) -> Result<HashMap<Uuid, Beside>> {
    if ids.is_empty() || !fields.iter().any(|f| is_beside(f)) {
        return Ok(HashMap::new());
    }
    let bank = fields.iter().any(|f| is_bank(f));
    let rows = sqlx::query!(
        r#"select e.id, d.preferred_name as "preferred_name?", d.probation_end as "probation_end?",
             d.private_email as "private_email?", d.private_phone as "private_phone?", d.nationality as "nationality?",
             d.street as "street?", d.street_2 as "street_2?", d.postal_code as "postal_code?", d.city as "city?",
             d.region as "region?", d.country as "country?", d.contacts as "contacts?",
             b.account_holder as "account_holder?", b.iban as "iban?", b.iban_sealed as "iban_sealed?", b.bic as "bic?"
           from employees e
           left join employee_details d on d.tenant_id = e.tenant_id and d.id = e.id
           left join bank_accounts b on b.tenant_id = e.tenant_id and b.id = e.id and $2
           where e.id = any($1) and (d.id is not null or b.id is not null)"#,
        ids,
        bank
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let private = Private {
            email: r.private_email,
            phone: r.private_phone,
            nationality: country(r.nationality)?,
            street: r.street,
            street_2: r.street_2,
            postal_code: r.postal_code,
            city: r.city,
            region: r.region,
            country: country(r.country)?,
        };
        let fields = Fields {
            preferred_name: r.preferred_name,
            probation_end: day(r.probation_end),
            private,
            contacts: contacts(r.contacts)?,
            account_holder: r.account_holder,
            iban: None,
            bic: r.bic,
        };
        found.insert(r.id, Beside { fields, kept: r.iban_sealed.zip(r.iban) });
    }
    Ok(found)
}

/// Columns of both tables, as `to_jsonb` shows them.
pub(super) fn columns(beside: Option<&Beside>) -> Map<String, Value> {
    let none = Beside::default();
    let beside = beside.unwrap_or(&none);
    let (f, kept) = (&beside.fields, beside.kept.as_ref());
    let hex = |bytes: &[u8]| bytes.iter().fold(String::from("\\x"), |all, b| format!("{all}{b:02x}"));
    let text = |key: &str| f.text(key);
    let Value::Object(columns) = json!({
        "preferred_name": f.preferred_name,
        "probation_end": f.probation_end,
        "private_email": f.private.email,
        "private_phone": f.private.phone,
        "nationality": text("nationality"),
        "street": f.private.street,
        "street_2": f.private.street_2,
        "postal_code": f.private.postal_code,
        "city": f.private.city,
        "region": f.private.region,
        "country": text("country"),
        "contacts": (!f.contacts.is_empty()).then_some(&f.contacts),
        "account_holder": f.account_holder,
        "iban": kept.map(|(_, end)| end),
        "iban_sealed": kept.map(|(bytes, _)| hex(bytes)),
        "bic": f.bic,
    }) else {
        unreachable!("an object was written")
    };
    columns
}

/// Writes what these are to have. An account is written where its number is known.
pub(super) async fn write<'a>(tx: &mut TenantTx, rows: impl Iterator<Item = (Uuid, &'a Person)>) -> Result<()> {
    let all: Vec<(Uuid, &Beside)> = rows.filter_map(|(id, p)| Some((id, p.beside.as_deref()?))).collect();
    if all.is_empty() {
        return Ok(());
    }
    let mut c = Columns::default();
    for (id, beside) in &all {
        c.push(*id, &beside.fields);
    }
    sqlx::query!(
        "insert into employee_details as d (tenant_id, id, preferred_name, probation_end, private_email, private_phone,
           nationality, street, street_2, postal_code, city, region, country, contacts, created_at, updated_at)
         select $1, u.*, $2, $2 from unnest($3::uuid[], $4::text[], $5::date[], $6::text[], $7::text[], $8::text[], $9::text[],
           $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::jsonb[]) u
         on conflict (tenant_id, id) do update set version = d.version + 1, updated_at = $2,
           preferred_name = excluded.preferred_name, probation_end = excluded.probation_end,
           private_email = excluded.private_email, private_phone = excluded.private_phone, nationality = excluded.nationality,
           street = excluded.street, street_2 = excluded.street_2, postal_code = excluded.postal_code, city = excluded.city,
           region = excluded.region, country = excluded.country, contacts = excluded.contacts",
        tx.tenant().0,
        tx.now(),
        &c.ids,
        &c.texts[0] as &[Option<String>],
        &c.probation_end as &[Option<NaiveDate>],
        &c.texts[1] as &[Option<String>],
        &c.texts[2] as &[Option<String>],
        &c.texts[3] as &[Option<String>],
        &c.texts[4] as &[Option<String>],
        &c.texts[5] as &[Option<String>],
        &c.texts[6] as &[Option<String>],
        &c.texts[7] as &[Option<String>],
        &c.texts[8] as &[Option<String>],
        &c.texts[9] as &[Option<String>],
        &c.contacts as &[Option<Value>]
    )
    .execute(tx.conn())
    .await?;
    accounts(tx, &all).await
}

async fn accounts(tx: &mut TenantTx, all: &[(Uuid, &Beside)]) -> Result<()> {
    let (mut ids, mut holders, mut sealed, mut ends, mut bics) = (vec![], vec![], vec![], vec![], vec![]);
    for (id, beside) in all {
        let (Some(holder), Some((bytes, end))) = (&beside.fields.account_holder, &beside.kept) else { continue };
        ids.push(*id);
        holders.push(holder.clone());
        sealed.push(bytes.clone());
        ends.push(end.clone());
        bics.push(beside.fields.bic.clone());
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into bank_accounts as b (tenant_id, id, account_holder, iban_sealed, iban, bic, created_at, updated_at)
         select $1, u.*, $2, $2 from unnest($3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::text[]) u
         on conflict (tenant_id, id) do update set version = b.version + 1, updated_at = $2,
           account_holder = excluded.account_holder, iban_sealed = excluded.iban_sealed, iban = excluded.iban, bic = excluded.bic
         where (b.account_holder, b.iban_sealed, b.bic) is distinct from (excluded.account_holder, excluded.iban_sealed, excluded.bic)",
        tx.tenant().0,
        tx.now(),
        &ids,
        &holders,
        &sealed,
        &ends,
        &bics as &[Option<String>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives these what they had beside their row before the import, where they still have what it brought; an account as a
/// whole. Gives for whom there was something.
pub(super) async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<HashSet<Uuid>> {
    let mut restored = HashSet::new();
    restored.extend(
        sqlx::query_scalar!(
            "with old as materialized (
               select r.* from import_changes c
               join employee_details d on d.tenant_id = c.tenant_id and d.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(d) -> b.key = c.after -> b.key
               ) kept
               cross join lateral jsonb_populate_record(d, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update employee_details d set version = d.version + 1, updated_at = $3, preferred_name = o.preferred_name,
               probation_end = o.probation_end, private_email = o.private_email, private_phone = o.private_phone,
               nationality = o.nationality, street = o.street, street_2 = o.street_2, postal_code = o.postal_code, city = o.city,
               region = o.region, country = o.country, contacts = nullif(o.contacts, 'null')
             from old o where d.tenant_id = o.tenant_id and d.id = o.id returning d.id",
            id.0,
            records,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?,
    );
    // An account that was not there before goes; one that was is as it was. In part it would be nobody's.
    let gone = sqlx::query_scalar!(
        "delete from bank_accounts b using import_changes c
         where c.import_id = $1 and c.record_id = any($2) and b.tenant_id = c.tenant_id and b.id = c.record_id
           and c.before ? 'iban_sealed' and c.before ->> 'iban_sealed' is null
           and to_jsonb(b) -> 'iban_sealed' = c.after -> 'iban_sealed'
         returning b.id",
        id.0,
        records
    );
    restored.extend(gone.fetch_all(tx.conn()).await?);
    restored.extend(
        sqlx::query_scalar!(
            "update bank_accounts b set version = b.version + 1, updated_at = $3, account_holder = o.account_holder,
               iban_sealed = o.iban_sealed, iban = o.iban, bic = o.bic
             from import_changes c, bank_accounts was,
               lateral jsonb_populate_record(was, c.before) o
             where c.import_id = $1 and c.record_id = any($2) and was.tenant_id = c.tenant_id and was.id = c.record_id
               and b.tenant_id = was.tenant_id and b.id = was.id and c.before ?| array['iban_sealed', 'account_holder', 'bic']
               and o.account_holder is not null and o.iban_sealed is not null
               and not exists (select from jsonb_each(c.after) a
                 where a.key in ('iban_sealed', 'account_holder', 'bic') and a.value is distinct from to_jsonb(b) -> a.key)
             returning b.id",
            id.0,
            records,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?,
    );
    Ok(restored)
}

/// Fields turned into columns, for UNNEST: texts in the order of the statement.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    texts: [Vec<Option<String>>; 10],
    probation_end: Vec<Option<NaiveDate>>,
    contacts: Vec<Option<Value>>,
}

impl Columns {
    const TEXTS: [&'static str; 10] = [
        "preferred_name",
        "private_email",
        "private_phone",
        "nationality",
        "street",
        "street_2",
        "postal_code",
        "city",
        "region",
        "country",
    ];

    fn push(&mut self, id: Uuid, f: &Fields) {
        self.ids.push(id);
        for (column, key) in self.texts.iter_mut().zip(Self::TEXTS) {
            column.push(f.text(key));
        }
        self.probation_end.push(f.probation_end.map(|d| d.0));
        self.contacts.push((!f.contacts.is_empty()).then(|| json!(f.contacts)));
    }
}
