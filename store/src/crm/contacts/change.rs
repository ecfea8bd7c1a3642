//! Adding, changing and archiving contacts. Points and companies beside the record the database keeps by itself.

use super::{CONTACTS, find};
use crate::{
    Error, Result, TenantTx, Version, custom_fields, events,
    reach::{self, Kind},
    workspace::keepers,
};
use domain::{
    ContactId, Errors,
    access::{ContactsBulk, ContactsRead, ContactsWrite, CustomersRead, Permission, Sight},
    crm::contacts::{Company, Contact, FIELDS, Fields},
    custom_fields::Values,
    draft::FieldClass,
    events::Event,
    import::Target,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// What of these fields other records stand against, told all at once. `own` is the contact's, old or new.
pub async fn check(tx: &mut TenantTx, own: ContactId, f: &Fields) -> Result<Errors> {
    let mut errors = Errors::default();
    let before = match find(tx, own).await {
        Ok(contact) => Some(contact),
        Err(Error::NotFound) => None,
        Err(e) => return Err(e),
    };
    let mut take = |done: Result<()>| match done {
        Err(Error::Refused(refused)) => {
            errors.merge(refused);
            Ok(())
        }
        done => done,
    };
    take(customer_id(tx, f.customer.as_deref(), before.as_ref().and_then(|b| b.customer.as_ref())).await.map(drop))?;
    take(
        keepers::id::<ContactsRead>(
            tx,
            "owner",
            f.owner.as_ref(),
            before.as_ref().and_then(|b| b.owner.as_ref()).map(|o| (o.id, o.email.as_str())),
        )
        .await
        .map(drop),
    )?;
    errors.merge(custom_fields::check(tx, Target::Contacts, own.0, &f.custom.said).await?);
    Ok(errors)
}

/// Adds a contact under the given id, which was drawn with the form: a form sent twice adds once, and is told apart from
/// one that says something else the second time.
pub async fn add(tx: &mut TenantTx, id: ContactId, f: &Fields) -> Result<ContactId> {
    let (customer, owner) = (
        customer_id(tx, f.customer.as_deref(), None).await?,
        keepers::id::<ContactsRead>(tx, "owner", f.owner.as_ref(), None).await?,
    );
    let custom = custom_fields::delta(tx, Target::Contacts, &f.custom.said, &Values::default(), Sight::ALL).await?;
    let added = sqlx::query!(
        "insert into contacts (tenant_id, id, first_name, last_name, job_title, customer_id, email, phone, language, owner_id,
           do_not_contact, custom, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.first_name,
        f.last_name,
        f.job_title,
        customer,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.language,
        owner,
        f.do_not_contact,
        custom.first(FieldClass::Directory),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    if reach::within::<ContactsWrite>(tx, CONTACTS, &[id.0]).await?.is_empty() {
        return Err(Error::refused("owner", "You may add your own contacts only. Choose yourself as the owner."));
    }
    if added.rows_affected() > 0 {
        events::emit(tx, Event::ContactAdded { contact: id }).await?;
    } else {
        let (now, mut said) = (find(tx, id).await?, custom.set);
        custom_fields::name_people(tx, [&mut said]).await?;
        if !now.is(f) || said.answered() != now.custom.answered() {
            return Err(Error::Sent);
        }
    }
    Ok(id)
}

/// Changes all fields. An address or a company that another one takes the place of goes, unless something is said of it.
pub async fn change(tx: &mut TenantTx, id: ContactId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<ContactsWrite>(tx, CONTACTS, id.0).await?;
    let before = find(tx, id).await?;
    let customer = customer_id(tx, f.customer.as_deref(), before.customer.as_ref()).await?;
    // A company that the reader may not see they cannot have taken away.
    let hidden = before.customer.is_none() && f.customer.is_none();
    let owner = keepers::id::<ContactsRead>(
        tx,
        "owner",
        f.owner.as_ref(),
        before.owner.as_ref().map(|o| (o.id, o.email.as_str())),
    )
    .await?;
    let custom = custom_fields::delta(tx, Target::Contacts, &f.custom.said, &before.custom, Sight::ALL).await?;
    let done = sqlx::query!(
        "update contacts set version = version + 1, updated_at = $3, first_name = $4, last_name = $5, job_title = $6,
           customer_id = case when $7 then customer_id else $8 end, email = $9, phone = $10, language = $11, owner_id = $12,
           do_not_contact = $13, custom = nullif((coalesce(custom, '{}') || $14) - $15::text[], '{}')
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.first_name,
        f.last_name,
        f.job_title,
        hidden,
        customer,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.language,
        owner,
        f.do_not_contact,
        custom.put(FieldClass::Directory),
        &custom.unset[0],
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let left = before.customer.as_ref().map(|c| c.id.0).filter(|left| Some(*left) != customer);
    if let Some(left) = left {
        sqlx::query!(
            "delete from customer_contacts where contact_id = $1 and customer_id = $2 and role is null",
            id.0,
            left
        )
        .execute(tx.conn())
        .await?;
    }
    super::super::points::replaced(tx, id.0, (before.email.as_deref(), before.phone.as_deref())).await?;
    tell(tx, &before).await
}

/// Tells whoever listens what is different now.
pub(crate) async fn tell(tx: &mut TenantTx, before: &Contact) -> Result<()> {
    let contact = before.id;
    let after = match find(tx, contact).await {
        Ok(after) => after,
        // Given to somebody else, out of one's own sight.
        Err(Error::NotFound) => {
            return events::emit(tx, Event::ContactChanged { contact, fields: vec!["owner".into()] }).await;
        }
        Err(e) => return Err(e),
    };
    let fields = FIELDS.iter().map(|f| f.key);
    let mut fields: Vec<String> = fields.filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    fields.extend(before.custom.differing(&after.custom));
    if !fields.is_empty() {
        events::emit(tx, Event::ContactChanged { contact, fields }).await?;
    }
    Ok(())
}

/// Archives those of `ids` that `P` reaches and that are not archived yet. Gives how many, and the batch by which it can
/// be undone.
pub async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[ContactId]) -> Result<(usize, String)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, CONTACTS, &ids).await?;
    let rows = sqlx::query!(
        r#"update contacts set archived_at = $2, updated_at = $2, version = version + 1
           where id = any($1) and archived_at is null returning id, pg_current_xact_id()::text as "batch!""#,
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let batch = rows.first().map(|r| r.batch.clone()).unwrap_or_default();
    let contacts: Vec<_> = rows.into_iter().map(|r| ContactId(r.id)).collect();
    let count = contacts.len();
    for contacts in contacts.chunks(events::MOST) {
        events::emit(tx, Event::ContactsArchived { contacts: contacts.to_vec() }).await?;
    }
    Ok((count, batch))
}

/// Takes those of `ids` that `P` reaches out of the archive again.
pub async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[ContactId]) -> Result<usize> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, CONTACTS, &ids).await?;
    let rows = sqlx::query!(
        "update contacts set archived_at = null, updated_at = $2, version = version + 1
         where id = any($1) and archived_at is not null and merged_into is null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let contacts: Vec<_> = rows.into_iter().map(|r| ContactId(r.id)).collect();
    let count = contacts.len();
    for contacts in contacts.chunks(events::MOST) {
        events::emit(tx, Event::ContactsRestored { contacts: contacts.to_vec() }).await?;
    }
    Ok(count)
}

/// Undoes an archiving by its batch.
pub async fn restore_batch(tx: &mut TenantTx, batch: &str) -> Result<usize> {
    let ids = crate::activity::archived_in(tx, "contacts", batch).await?;
    restore::<ContactsBulk>(tx, &ids.into_iter().map(ContactId).collect::<Vec<_>>()).await
}

/// A customer that the reader may see; `now` stays what it is, though it be archived.
async fn customer_id(tx: &mut TenantTx, said: Option<&str>, now: Option<&Company>) -> Result<Option<Uuid>> {
    let Some(name) = said else { return Ok(None) };
    if let Some(same) = now.filter(|c| c.name.to_lowercase() == name.to_lowercase()) {
        return Ok(Some(same.id.0));
    }
    let mut q =
        QueryBuilder::new("select e.id from customers e where e.archived_at is null and lower(e.name) = lower(");
    q.push_bind(name.to_owned()).push(")");
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    let id: Option<Uuid> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    let wrong = || Error::refused("customer", format!("No customer is called {name}. Type a name, and choose."));
    id.map(Some).ok_or_else(wrong)
}
