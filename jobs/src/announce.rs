//! Who listens to which event. A listener is a job of its own, so that one that fails is tried again alone.

pub(crate) mod activities;
pub(crate) mod documents;
pub use documents::to_read;
pub(crate) mod notices;

use crate::{Context, Failure, Run, leads, mail::ticket_rating};
use domain::{
    EmployeeId, MailId,
    events::Event,
    import::Target,
    jobs::{Announce, AssignLeads, RefitLeave, RerouteLeave, ScoreLeads, SendImportReport, TendDepartures},
    workspace::access::Subject,
};
use std::time::Duration;
use store::{TenantTx, hr::checklists::running, queue, workspace::members};

impl Run for Announce {
    const TIME_OUT: Duration = Duration::from_secs(20);

    /// Pushes a job per listener. All of them or none: a second try finds the same keys and pushes nothing twice.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "announce").await?;
        listeners(&mut tx, &self).await?;
        Ok(tx.commit().await?)
    }
}

/// Fields of somebody that checklists follow.
const FOLLOWS: &[&str] = &["start_date", "end_date", "department", "job_title", "employment_type", "manager"];

/// Fields of somebody by which their leave takes more or less.
const FITS: &[&str] = &["start_date", "end_date", "location"];

/// The table: event, jobs. A job's id is made from the event's, which makes its key the same at each try.
async fn listeners(tx: &mut TenantTx, announced: &Announce) -> Result<(), store::Error> {
    let tenant = announced.tenant;
    notices::tell(tx, announced).await?;
    documents::tell(tx, announced).await?;
    activities::tell(tx, announced).await?;
    match &announced.event {
        Event::Imported { import, target } | Event::ImportUndone { import, target } => {
            if *target == Target::Leads {
                queue::push(tx, &ScoreLeads { tenant, scoring: None, at: tx.now() }).await?;
                queue::push(tx, &AssignLeads { tenant, at: tx.now() }).await?;
            }
            if matches!(target, Target::Employees | Target::JobHistory | Target::PayHistory) {
                store::hr::leave::policies::enrol_by_rule(tx, None).await?;
                store::hr::leave::accounts::look_again(tx, None, None).await?;
                queue::push(tx, &RefitLeave { tenant, id: announced.id, people: vec![] }).await?;
                // Whoever it brought may start or leave; those are many, and have a job of their own.
                queue::push(tx, &TendDepartures { tenant, at: tx.now() }).await?;
            }
            let id = MailId(announced.id);
            queue::push(tx, &SendImportReport { tenant, id, import: *import }).await
        }
        // Which policies are somebody's follows from their record, and what they earn from its dates.
        Event::EmployeeAdded { employee } => {
            store::hr::leave::policies::enrol_by_rule(tx, Some(&[*employee])).await?;
            store::hr::leave::accounts::look_again(tx, Some(&[*employee]), None).await?;
            running::follow(tx, *employee).await
        }
        Event::EmployeeChanged { employee, fields } => {
            store::hr::leave::policies::enrol_by_rule(tx, Some(&[*employee])).await?;
            store::hr::leave::accounts::look_again(tx, Some(&[*employee]), None).await?;
            refit(tx, announced, fields, &[*employee]).await?;
            match fields.iter().any(|f| FOLLOWS.contains(&&**f)) {
                true => running::follow(tx, *employee).await,
                false => Ok(()),
            }
        }
        Event::EmployeesChanged { employees, fields } => {
            store::hr::leave::policies::enrol_by_rule(tx, Some(employees)).await?;
            store::hr::leave::accounts::look_again(tx, Some(employees), None).await?;
            refit(tx, announced, fields, employees).await?;
            match fields.iter().any(|f| FOLLOWS.contains(&&**f)) {
                true => running::follow_many(tx, employees).await,
                false => Ok(()),
            }
        }
        // Whoever is archived earns nothing more, and does again once they are back.
        Event::EmployeesRestored { employees } => {
            store::hr::leave::policies::enrol_by_rule(tx, Some(employees)).await?;
            store::hr::leave::accounts::look_again(tx, Some(employees), None).await?;
            running::follow_many(tx, employees).await
        }
        Event::EmployeesArchived { employees } => {
            store::hr::leave::accounts::look_again(tx, Some(employees), None).await?;
            // What waits for the answer of whoever is archived is asked of somebody else.
            queue::push(tx, &RerouteLeave { tenant, at: tx.now() }).await?;
            running::follow_many(tx, employees).await
        }
        // Who joins with an employee's address is that employee.
        Event::MemberJoined { member } => {
            let linked = members::link_by_email(tx, *member).await?;
            // What was kept for them becomes theirs.
            if let Some(employee) = members::find(tx, *member).await?.employee.filter(|_| linked) {
                running::follow(tx, employee.0).await?;
            }
            notices::linked(tx, announced, *member, linked).await
        }
        Event::LeadAdded { lead } | Event::LeadChanged { lead, .. } | Event::LeadCaptured { lead, .. } => {
            leads::count(tx, &[*lead]).await
        }
        Event::LeadsChanged { leads, .. } => leads::count(tx, leads).await,
        Event::NoteAdded { record: Subject::Lead(lead), .. } => leads::count(tx, &[*lead]).await,
        Event::TaskDone { task } | Event::TaskReopened { task } => {
            let lead = store::crm::leads::scores::of_task(tx, *task).await?;
            leads::count(tx, lead.as_slice()).await
        }
        // Of many changed at once the triggers have told the clocks what happened; here they follow.
        Event::TicketChanged { ticket, fields } if fields.iter().any(|f| f == "status") => {
            ticket_rating::plan(tx, &[*ticket]).await
        }
        Event::TicketsChanged { tickets, fields } if fields.iter().any(|f| f == "status" || f == "priority") => {
            store::support::clocks::settle(tx, tickets).await?;
            match fields.iter().any(|f| f == "status") {
                true => ticket_rating::plan(tx, tickets).await,
                false => Ok(()),
            }
        }
        Event::TicketAdded { .. }
        | Event::TicketChanged { .. }
        | Event::TicketsChanged { .. }
        | Event::TicketsArchived { .. }
        | Event::TicketsRestored { .. }
        | Event::TicketMessage { .. }
        | Event::TicketsMerged { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::WorkspaceCreated { .. }
        | Event::MemberInvited { .. }
        | Event::CustomerAdded { .. }
        | Event::CustomerChanged { .. }
        | Event::CustomersChanged { .. }
        | Event::CustomersArchived { .. }
        | Event::CustomersRestored { .. }
        | Event::ContactAdded { .. }
        | Event::ContactChanged { .. }
        | Event::ContactsChanged { .. }
        | Event::ContactsArchived { .. }
        | Event::ContactsRestored { .. }
        | Event::DealAdded { .. }
        | Event::DealChanged { .. }
        | Event::DealsChanged { .. }
        | Event::DealMoved { .. }
        | Event::DealsArchived { .. }
        | Event::DealsRestored { .. }
        | Event::LeadsArchived { .. }
        | Event::LeadsRestored { .. }
        | Event::LeadAssigned { .. }
        | Event::LeadConverted { .. }
        | Event::TaskAdded { .. }
        | Event::TaskChanged { .. }
        | Event::ActivityAdded { .. }
        | Event::ActivityChanged { .. }
        | Event::ActivityClosed { .. }
        | Event::ActivityReopened { .. }
        | Event::NoteAdded { .. }
        | Event::NoteChanged { .. }
        | Event::DocumentAsked { .. }
        | Event::DocumentBrought { .. }
        | Event::DocumentAnswered { .. }
        | Event::PolicyPublished { .. }
        | Event::TagAdded { .. }
        | Event::TagRemoved { .. }
        | Event::LeaveRequested { .. }
        | Event::LeaveAnswered { .. }
        | Event::LeaveCancelled { .. } => Ok(()),
    }
}

async fn refit(
    tx: &mut TenantTx,
    announced: &Announce,
    fields: &[String],
    people: &[EmployeeId],
) -> Result<(), store::Error> {
    if !fields.iter().any(|f| FITS.contains(&&**f)) {
        return Ok(());
    }
    queue::push(tx, &RefitLeave { tenant: announced.tenant, id: announced.id, people: people.to_vec() }).await
}
