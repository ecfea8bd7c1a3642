//! The reporting tree as what it also is: who reports to somebody is in their team, and open to whatever their role
//! gives over it (DOMAIN: Permissions).

use crate::{Error, Result, TenantTx, Who};
use domain::{
    EmployeeId, ImportId, MemberId,
    access::{Actor, Resource, Right, Rights, Scope},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Refuses a change of manager through which somebody above would get rights over the record that the reader does not
/// have over it, or the reader themselves more than they had: they would give what nobody gave them.
pub(super) async fn gives_no_more(tx: &mut TenantTx, id: EmployeeId, manager: Option<Uuid>) -> Result<()> {
    let Some(manager) = manager else { return Ok(()) };
    let rows = sqlx::query!(
        r#"with recursive above (id) as (
             select $2::uuid
             union select e.manager_id from above a join employees e on e.id = a.id where e.manager_id is not null
           ), was (id) as (
             select manager_id from employees where id = $1 and manager_id is not null
             union select e.manager_id from was w join employees e on e.id = w.id where e.manager_id is not null
           )
           select m.id, m.name, m.role, m.role_id, r.grants as "grants?", $1 in (select house.team()) as "in_team!"
           from members m left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           where m.deactivated_at is null and m.employee_id in (select id from above) and m.employee_id not in (select id from was)"#,
        id.0,
        manager
    )
    .fetch_all(tx.conn())
    .await?;
    for r in rows {
        let role = crate::workspace::roles::read(&r.role, r.role_id)?;
        let rights = r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json);
        let of_team = || rights.iter().filter(|(_, scope)| *scope == Some(Scope::Team)).map(|(right, _)| right);
        if tx.who() == Who::Member(MemberId(r.id)) {
            if of_team().next().is_some() && !r.in_team {
                return Err(Error::refused(
                    "manager",
                    "This would bring them into your own team, of whom you see more than of others. Ask somebody else to do it.",
                ));
            }
            continue;
        }
        let own = |right: &Right| match tx.rights().scope(right.key) {
            Some(Scope::All) => true,
            Some(Scope::Team) => r.in_team,
            _ => false,
        };
        let beyond: Vec<_> =
            of_team().filter(|right| right.resource == Resource::Employees && !own(right)).map(|r| r.label).collect();
        if !beyond.is_empty() {
            let words = format!("{} would get rights over them that you do not have: {}.", r.name, beyond.join(", "));
            return Err(Error::refused("manager", words));
        }
    }
    Ok(())
}

/// As [`gives_no_more`], of many people who get the same manager. Gives whom it is refused for, and why.
pub(crate) async fn give_no_more(tx: &mut TenantTx, ids: &[Uuid], manager: Uuid) -> Result<HashMap<Uuid, String>> {
    let mut refused = HashMap::new();
    let rows = sqlx::query!(
        r#"with recursive above (id) as (
             select $1::uuid
             union select e.manager_id from above a join employees e on e.id = a.id where e.manager_id is not null
           )
           select m.id, m.name, m.role, m.role_id, r.grants as "grants?"
           from members m left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           where m.deactivated_at is null and m.employee_id in (select id from above)"#,
        manager
    )
    .fetch_all(tx.conn())
    .await?;
    // Of each lead: what is said of people in the reader's own team, and of others.
    let mut leads: Vec<(Uuid, [Option<String>; 2])> = vec![];
    for r in rows {
        let role = crate::workspace::roles::read(&r.role, r.role_id)?;
        let rights = r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json);
        let of_team: Vec<_> =
            rights.iter().filter(|(_, scope)| *scope == Some(Scope::Team)).map(|(right, _)| right).collect();
        if tx.who() == Who::Member(MemberId(r.id)) {
            let own =
                (!of_team.is_empty()).then(|| "they would come into your own team, of whom you see more".to_owned());
            leads.push((r.id, [None, own]));
            continue;
        }
        let said = |in_team: bool| {
            let own = |right: &Right| match tx.rights().scope(right.key) {
                Some(Scope::All) => true,
                Some(Scope::Team) => in_team,
                _ => false,
            };
            let beyond = of_team.iter().any(|right| right.resource == Resource::Employees && !own(right));
            beyond.then(|| format!("{} would get rights over them that you do not have", r.name))
        };
        leads.push((r.id, [said(true), said(false)]));
    }
    leads.retain(|(_, said)| said.iter().any(Option::is_some));
    if leads.is_empty() || ids.is_empty() {
        return Ok(refused);
    }
    let known: Vec<Uuid> = leads.iter().map(|(id, _)| *id).collect();
    let below = pairs(tx, &known, None).await?;
    let team = sqlx::query_scalar!(
        r#"select u.id as "id!" from unnest($1::uuid[]) as u (id) where u.id in (select house.team())"#,
        ids
    );
    let team: HashSet<Uuid> = team.fetch_all(tx.conn()).await?.into_iter().collect();
    for id in ids {
        let news = leads.iter().filter(|(lead, _)| !below.contains(&(*lead, *id)));
        let why = news
            .filter_map(|(_, [inside, outside])| if team.contains(id) { inside.as_ref() } else { outside.as_ref() });
        if let Some(why) = why.into_iter().next() {
            refused.insert(*id, why.clone());
        }
    }
    Ok(refused)
}

/// Who is in whose team, of those teams that are open to more than they who change many managers at once may see. Taken
/// before such a change and compared after it, this finds what [`gives_no_more`] would refuse one by one.
pub struct Teams {
    /// Of whoever asked for the change.
    pub rights: Rights,
    leads: Vec<Uuid>,
    pairs: HashSet<(Uuid, Uuid)>,
}

impl Teams {
    /// As they are now, for a change in the name of this member.
    pub async fn open_to_more_than(tx: &mut TenantTx, by: &Actor) -> Result<Self> {
        let rows = sqlx::query!(
            r#"select m.id, m.role, m.role_id, r.grants as "grants?"
               from members m left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
               where m.deactivated_at is null and m.employee_id is not null"#
        )
        .fetch_all(tx.conn())
        .await?;
        let mut leads = Vec::new();
        for r in rows {
            let role = crate::workspace::roles::read(&r.role, r.role_id)?;
            let rights = r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json);
            let beyond = rights.iter().filter(|(_, scope)| *scope == Some(Scope::Team)).any(|(right, _)| {
                r.id == by.member.0
                    || (right.resource == Resource::Employees && by.rights.scope(right.key) < Some(Scope::All))
            });
            if beyond {
                leads.push(r.id);
            }
        }
        let pairs = pairs(tx, &leads, None).await?;
        Ok(Self { rights: by.rights, leads, pairs })
    }

    /// Whom the import, or its undoing, has brought under one of them, though they were there before it. Gives the
    /// names of such a lead and of such a person.
    pub async fn grown(self, tx: &mut TenantTx, import: ImportId) -> Result<Option<(String, String)>> {
        let now = pairs(tx, &self.leads, Some(import)).await?;
        let Some(&(lead, person)) = now.difference(&self.pairs).min() else { return Ok(None) };
        let r = sqlx::query!(
            r#"select m.name as lead, concat_ws(' ', e.first_name, e.last_name) as "person!"
               from members m cross join employees e where m.id = $1 and e.id = $2"#,
            lead,
            person
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(Some((r.lead, r.person)))
    }
}

/// Leads, and everybody below each; without those whom the import itself has made.
async fn pairs(tx: &mut TenantTx, leads: &[Uuid], import: Option<ImportId>) -> Result<HashSet<(Uuid, Uuid)>> {
    if leads.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = sqlx::query!(
        r#"with recursive below (lead, id) as (
             select m.id, m.employee_id from members m where m.id = any($1) and m.employee_id is not null
             union select b.lead, e.id from below b join employees e on e.manager_id = b.id
           )
           select lead as "lead!", id as "id!" from below b
           where not exists (
             select from import_changes c where c.import_id = $2 and c.record_id = b.id and c.before is null)"#,
        leads,
        import.map(|i| i.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.lead, r.id)).collect())
}
