//! Effective access: why somebody can see something.

use crate::{
    crm::customers::Customers,
    hr::employees::Employees,
    web::{Allowed, Query, Result, Routes, Screen, listed::found},
};
use domain::{
    MemberId,
    access::RolesRead,
    paths,
    workspace::access::{Subject, answers},
};
use serde::Deserialize;
use store::workspace::{self, access, roles};
use views::workspace::access::Access;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::ACCESS, show)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    member: String,
    record: String,
    q: String,
}

/// Hits of each noun that are offered.
const EACH: usize = 8;

async fn show(who: Allowed<RolesRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let people = workspace::members::choices(&mut tx).await?;
    let people = people.into_iter().map(|m| (m.id.to_string(), format!("{} · {}", m.name, m.role_name))).collect();
    let person = match asked.member.parse::<MemberId>() {
        Ok(member) => Some(roles::actor(&mut tx, member).await?),
        Err(_) => None,
    };
    let subject = Subject::parse(&asked.record);
    let mut view = Access {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        people,
        person,
        record: None,
        question: asked.q,
        groups: vec![],
        answers: vec![],
        fields: &[],
    };
    if let Some(subject) = subject {
        view.fields = match subject {
            Subject::Employee(_) => domain::hr::employees::FIELDS,
            Subject::Customer(_) => domain::crm::customers::FIELDS,
            Subject::Contact(_) => domain::crm::contacts::FIELDS,
            Subject::Deal(_) => domain::crm::deals::FIELDS,
            Subject::Lead(_) => domain::crm::leads::FIELDS,
            Subject::Ticket(_) => domain::support::tickets::FIELDS,
        };
        let asker = view.person.as_ref().unwrap_or(&who.actor);
        let (record, near) = access::near(&mut tx, asker, subject).await?;
        if let Some(person) = &view.person {
            view.answers = answers(person, &record, &near);
        }
        view.record = Some(record);
    } else if !view.question.trim().is_empty() {
        view.groups.push(found::<Employees, _>(&who, &mut tx, &view.question, EACH).await?);
        view.groups.push(found::<Customers, _>(&who, &mut tx, &view.question, EACH).await?);
    }
    Ok(screen.show(&who, &view))
}
