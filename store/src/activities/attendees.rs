//! Who takes part: found by what was typed, kept, and told from who did before.

use crate::{
    Error, Result, TenantTx,
    reach::{self, Kind},
    records::turned,
};
use domain::{
    ActivityId, AttendeeId, ContactId, MemberId,
    access::ContactsRead,
    activities::{Attendee, Attending},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Whom these names and addresses mean: colleagues, or contacts that the reader sees. Whoever takes part in `own` already may
/// have left since.
pub(super) async fn meant(tx: &mut TenantTx, own: ActivityId, names: &[String]) -> Result<Vec<Attending>> {
    if names.is_empty() {
        return Ok(vec![]);
    }
    // The database cannot even be asked for it, and the form is drawn in the same transaction.
    if names.iter().any(|name| name.contains('\0')) {
        return Err(Error::refused(
            "attendees",
            "Nobody is called this. Write a colleague’s or contact’s name or address.",
        ));
    }
    let words: Vec<Words> = names.iter().map(|n| Words::of(n)).collect();
    let keys: Vec<String> = words.iter().map(|w| w.key.clone()).collect();
    let members = sqlx::query!(
        r#"select id, lower(name) as "name!", lower(email) as "email!" from members
           where (lower(name) = any($1) or lower(email) = any($1))
             and (deactivated_at is null or id in (select member_id from activity_attendees where activity_id = $2))"#,
        &keys,
        own.0
    )
    .fetch_all(tx.conn())
    .await?;
    let scope = tx.scope::<ContactsRead>();
    let sorted: Vec<String> = words.iter().map(|w| turned(&w.key)).collect();
    let mut q = QueryBuilder::<Postgres>::new(
        "select e.id, e.name_key, lower(e.email) from contacts e where e.archived_at is null and (lower(e.email) = any(",
    );
    q.push_bind(keys.clone()).push(") or e.name_key = any(").push_bind(sorted).push("))");
    reach::narrow(&mut q, Kind::Contacts, scope);
    q.push(" order by e.id limit 500");
    let contacts: Vec<(Uuid, String, Option<String>)> =
        q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;

    let mut found = vec![];
    for word in &words {
        // An address tells namesakes apart; colleagues come before others.
        let by_address = |w: &str| {
            let member = members.iter().filter(|m| m.email == w).map(|m| Attending::Member(MemberId(m.id)));
            let contact =
                contacts.iter().filter(|c| c.2.as_deref() == Some(w)).map(|c| Attending::Contact(ContactId(c.0)));
            member.chain(contact).collect::<Vec<_>>()
        };
        let by_name = |w: &str| {
            let member = members.iter().filter(|m| m.name == w).map(|m| Attending::Member(MemberId(m.id)));
            let key = turned(w);
            let contact = contacts.iter().filter(|c| c.1 == key).map(|c| Attending::Contact(ContactId(c.0)));
            member.chain(contact).collect::<Vec<_>>()
        };
        let mut all = by_address(&word.key);
        if word.addressed {
            // A colleague who is a contact, too, is the colleague.
            all.truncate(1);
        }
        if all.is_empty() {
            all = by_name(&word.key);
        }
        let one = match all[..] {
            [one] => one,
            [] => {
                let words =
                    format!("Nobody is called {}. Write a colleague’s or contact’s name or address.", word.typed);
                return Err(Error::refused("attendees", words));
            }
            _ => {
                let words = format!("There are several called {}. Write the address instead.", word.typed);
                return Err(Error::refused("attendees", words));
            }
        };
        if !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// `Ada Byron (ada@example.com)`, a name, or an address.
struct Words<'a> {
    typed: &'a str,
    /// In small letters: the address, where there is one.
    key: String,
    addressed: bool,
}

impl<'a> Words<'a> {
    fn of(typed: &'a str) -> Self {
        let address = typed.strip_suffix(')').and_then(|t| t.rsplit_once('(')).map(|(_, address)| address.trim());
        let address = address.filter(|a| a.contains('@')).or(Some(typed).filter(|t| t.contains('@')));
        Self { typed, key: address.unwrap_or(typed).to_lowercase(), addressed: address.is_some() }
    }
}

/// Has these take part, and nobody else but whom the reader does not see. Gives the members who did not before.
pub(super) async fn set(
    tx: &mut TenantTx,
    id: ActivityId,
    before: &[Attendee],
    now: &[Attending],
) -> Result<(Vec<MemberId>, bool)> {
    let was = |who: &Attending| before.iter().any(|a| a.who == *who);
    let gone: Vec<Attending> =
        before.iter().filter(|a| a.name.is_some() && !now.contains(&a.who)).map(|a| a.who).collect();
    let new: Vec<Attending> = now.iter().copied().filter(|who| !was(who)).collect();
    if !gone.is_empty() {
        sqlx::query!(
            "delete from activity_attendees where activity_id = $1 and (member_id = any($2) or contact_id = any($3))",
            id.0,
            &members(&gone).iter().map(|m| m.0).collect::<Vec<_>>(),
            &contacts(&gone)
        )
        .execute(tx.conn())
        .await?;
    }
    if !new.is_empty() {
        let ids: Vec<Uuid> = new.iter().map(|_| tx.id::<AttendeeId>().0).collect();
        let (mut of_members, mut of_contacts) = (vec![], vec![]);
        for who in &new {
            of_members.push(if let Attending::Member(m) = who { Some(m.0) } else { None });
            of_contacts.push(if let Attending::Contact(c) = who { Some(c.0) } else { None });
        }
        sqlx::query!(
            "insert into activity_attendees (tenant_id, id, activity_id, member_id, contact_id)
             select $1, x.id, $2, x.member_id, x.contact_id
             from unnest($3::uuid[], $4::uuid[], $5::uuid[]) as x (id, member_id, contact_id)
             on conflict do nothing",
            tx.tenant().0,
            id.0,
            &ids,
            &of_members as &[Option<Uuid>],
            &of_contacts as &[Option<Uuid>]
        )
        .execute(tx.conn())
        .await?;
    }
    Ok((members(&new), !gone.is_empty() || !new.is_empty()))
}

fn members(all: &[Attending]) -> Vec<MemberId> {
    all.iter().filter_map(|a| if let Attending::Member(m) = a { Some(*m) } else { None }).collect()
}

fn contacts(all: &[Attending]) -> Vec<Uuid> {
    all.iter().filter_map(|a| if let Attending::Contact(c) = a { Some(c.0) } else { None }).collect()
}
