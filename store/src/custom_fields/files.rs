//! Files that custom fields hold: brought to a record, taken away, and opened through it.

use super::{COLUMNS, CustomField};
use crate::{
    Error, Result, TenantTx, audit,
    crm::{contacts, customers, deals, leads},
    events, files,
    hr::employees,
    reach::{self},
    support::tickets,
};
use domain::{
    ContactId, CustomFieldId, CustomerId, DealId, EmployeeId, FileId, LeadId, TicketId,
    access::{ContactsWrite, CustomersWrite, DealsWrite, EmployeesWrite, LeadsWrite, TicketsWrite},
    audit::Action,
    custom_fields::{Kind, Values, file as file_in},
    draft::FieldClass,
    events::Event,
    hr::documents::File,
    import::Target,
    workspace::access::Subject,
};
use serde_json::json;
use sqlx::QueryBuilder;

/// Which files a record has in its fields, as far as the reader may change them; none for whoever may not change it.
///
/// # Errors
/// Not found where the record is not the reader's to change.
pub async fn hold(tx: &mut TenantTx, subject: Subject) -> Result<Vec<CustomField>> {
    let (noun, sight) = match subject {
        Subject::Employee(id) => {
            reach::hold::<EmployeesWrite>(tx, reach::Kind::Employees, id.0).await?;
            (Target::Employees, employees::hand(tx, id).await?)
        }
        Subject::Customer(id) => {
            reach::hold::<CustomersWrite>(tx, reach::Kind::Customers, id.0).await?;
            (Target::Customers, domain::access::Sight::ALL)
        }
        Subject::Contact(id) => {
            reach::hold::<ContactsWrite>(tx, reach::Kind::Contacts, id.0).await?;
            (Target::Contacts, domain::access::Sight::ALL)
        }
        Subject::Deal(id) => {
            reach::hold::<DealsWrite>(tx, reach::Kind::Deals, id.0).await?;
            (Target::Deals, domain::access::Sight::ALL)
        }
        Subject::Lead(id) => {
            reach::hold::<LeadsWrite>(tx, reach::Kind::Leads, id.0).await?;
            (Target::Leads, domain::access::Sight::ALL)
        }
        Subject::Ticket(id) => {
            reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, id.0).await?;
            (Target::Tickets, domain::access::Sight::ALL)
        }
    };
    let mut fields = super::list(tx, noun).await?;
    fields.retain(|f| f.kind == Kind::File && sight.sees(f.class));
    Ok(fields)
}

/// Puts a file into a record's field in place of what it held, which is gone then; `None` takes that away.
pub async fn put(
    tx: &mut TenantTx,
    subject: Subject,
    field: CustomFieldId,
    file: Option<&files::New>,
) -> Result<CustomField> {
    let field = hold(tx, subject).await?.into_iter().find(|f| f.id == field).ok_or(Error::NotFound)?;
    let was = sqlx::query_scalar!(
        "delete from custom_files where record_id = $1 and field_id = $2 and file_id is distinct from $3 returning file_id",
        subject.id(),
        field.id.0,
        file.map(|f| f.id.0)
    );
    let was = was.fetch_all(tx.conn()).await?;
    if !was.is_empty() {
        files::remove(tx, &was).await?;
    }
    if let Some(file) = file {
        files::add(tx, file).await?;
        sqlx::query!(
            "insert into custom_files (tenant_id, file_id, field_id, record_id, created_at) values ($1, $2, $3, $4, $5)",
            tx.tenant().0,
            file.id.0,
            field.id.0,
            subject.id(),
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    let column = COLUMNS.iter().find(|(_, class)| *class == field.class).map_or("custom", |(column, _)| column);
    let now = tx.now();
    let mut q = QueryBuilder::new("update ");
    q.push(reach::kind(subject).table()).push(" set version = version + 1, updated_at = ").push_bind(now);
    q.push(format!(", {column} = "));
    match file {
        Some(file) => q
            .push(format!("coalesce({column}, '{{}}') || jsonb_build_object("))
            .push_bind(field.key())
            .push("::text, ")
            .push_bind(json!({ "file": file.id.0, "name": file.name }))
            .push("::jsonb)"),
        None => q.push(format!("nullif({column} - ")).push_bind(field.key()).push("::text, '{}')"),
    };
    q.push(" where id = ").push_bind(subject.id());
    if file.is_none() {
        q.push(format!(" and {column} ? ")).push_bind(field.key());
    }
    let done = q.build().execute(tx.conn()).await?;
    if done.rows_affected() == 0 {
        // Taken away by somebody else already: that is what was wanted.
        return Ok(field);
    }
    let fields = vec![field.name.to_owned()];
    let event = match subject {
        Subject::Employee(employee) => Event::EmployeeChanged { employee, fields },
        Subject::Customer(customer) => Event::CustomerChanged { customer, fields },
        Subject::Contact(contact) => Event::ContactChanged { contact, fields },
        Subject::Deal(deal) => Event::DealChanged { deal, fields },
        Subject::Lead(lead) => Event::LeadChanged { lead, fields },
        Subject::Ticket(ticket) => Event::TicketChanged { ticket, fields },
    };
    events::emit(tx, event).await?;
    Ok(field)
}

/// The file, if a record that the reader sees has it in a field that they see.
pub(crate) async fn open(tx: &mut TenantTx, id: FileId) -> Result<File> {
    let r = sqlx::query!(
        "select c.record_id, c.field_id, f.name, f.media_type, f.size from custom_files c
         join files f on f.tenant_id = c.tenant_id and f.id = c.file_id where c.file_id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    let field = super::find(tx, CustomFieldId(r.field_id)).await?;
    let values: Values = match field.noun {
        Target::Employees => employees::find(tx, EmployeeId(r.record_id)).await?.custom,
        Target::Contacts => contacts::find(tx, ContactId(r.record_id)).await?.custom,
        Target::Deals => deals::find(tx, DealId(r.record_id)).await?.custom,
        Target::Leads => leads::find(tx, LeadId(r.record_id)).await?.custom,
        Target::Tickets => tickets::find(tx, TicketId(r.record_id)).await?.custom,
        _ => customers::find(tx, CustomerId(r.record_id)).await?.custom,
    };
    if field.archived || values.get(&field).and_then(file_in) != Some(id) {
        return Err(Error::NotFound);
    }
    if field.class != FieldClass::Directory {
        let told = json!({ field.name: [null, r.name] });
        audit::note(tx, field.noun.key(), r.record_id, Action::Downloaded, &told).await?;
    }
    Ok(File { id, name: r.name, media_type: r.media_type, size: r.size })
}
