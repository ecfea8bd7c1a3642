//! The mail of a workflow's step.

use super::{Delivery, Letter, TRIES, Unsubscribe, give_up, pause, send};
use crate::{Context, Failure, Run};
use domain::{
    Email, MailId, RunId, TenantId,
    automation::runs::RunState,
    jobs::SendWorkflowMail,
    mail::{List, State},
    notifications,
    paths::{self, Pages},
};
use std::time::Duration;
use store::{
    automation::{
        people,
        runs::{self, Behind},
        switch,
    },
    mails,
    workspace::members,
};
use views::mail::Notice;

/// For so long a mail waits before it looks again whether automation goes on.
pub(crate) const STOPPED: Duration = Duration::from_secs(300);

impl Run for SendWorkflowMail {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_workflow_mail").await?;
        if switch::stopped(&mut tx).await? {
            return Err(Failure::Later(STOPPED));
        }
        let behind = runs::behind(&mut tx, self.run).await?;
        // Whoever is a colleague, under whichever name the step has them, ends such mail by a preference.
        let member = match self.member {
            Some(member) => Some(member),
            None => people::members_called(&mut tx, &[self.to.to_lowercase()]).await?.pop().map(|(_, id)| id),
        };
        let unwanted = match member {
            Some(member) => !members::wants(&mut tx, member, List::Workflows.preference()).await?,
            None => false,
        };
        if unwanted || behind.as_ref().is_some_and(|b| b.state == RunState::Cancelled) {
            let why = if unwanted { "They want no mail of workflows." } else { "Its run was cancelled." };
            mails::drop_queued(&mut tx, self.id, why).await?;
            return Ok(tx.commit().await?);
        }
        drop(tx);
        let to = Email::parse(&self.to).map_err(|e| Failure::Fail(e.to_owned()))?;
        let unsubscribe = match member {
            Some(member) => Unsubscribe::Member(member, List::Workflows),
            None => Unsubscribe::Address(self.id),
        };
        let way_out = unsubscribe.url(cx, self.tenant);
        let paragraphs = self.body.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect();
        let why = match member {
            Some(_) => format!("{} sends you this from its workspace at People360.", workspace.name),
            None => format!("{} sends you this.", workspace.name),
        };
        let notice = Notice {
            subject: self.subject.clone(),
            title: self.subject.clone(),
            hello: "",
            paragraphs,
            facts: vec![],
            button: None,
            why,
            unsubscribe_url: Some(&way_out),
        };
        let mut mail = views::mail::notice(&workspace, &notice);
        // An answer is for whoever stands behind the workflow.
        let publisher = behind.as_ref().and_then(|b| b.publisher.as_ref());
        mail.reply_to = publisher.and_then(|(_, email)| Email::parse(email).ok());
        let delivery = Delivery::AtMostOnce;
        let letter = Letter { id: self.id, to, name: self.name, mail, delivery, unsubscribe: Some(unsubscribe) };
        let sent = send(cx, self.tenant, "send_workflow_mail", letter).await;
        // Its run has gone on long since: whoever is responsible hears of it here.
        let ended = match &sent {
            Ok(()) | Err(Failure::Fail(_)) => true,
            Err(Failure::Retry(_)) => cx.last,
            Err(Failure::Later(_) | Failure::Closed) => false,
        };
        if let Some(behind) = behind.filter(|_| ended) {
            tell_if_missed(cx, self.tenant, (self.id, self.run), &behind).await?;
        }
        sent
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}

/// Tells whoever published a workflow that a mail of it did not arrive, or may not have; once a day and workflow.
async fn tell_if_missed(
    cx: &Context,
    tenant: TenantId,
    (mail, run): (MailId, RunId),
    behind: &Behind,
) -> Result<(), store::Error> {
    let Some((publisher, _)) = &behind.publisher else { return Ok(()) };
    let (mut tx, _) = cx.db.begin_job(tenant, "send_workflow_mail").await?;
    let row = mails::find(&mut tx, mail).await?;
    let what = match State::parse(&row.state) {
        Some(State::Bounced | State::Failed) => "did not arrive",
        Some(State::Unclear) => "may not have arrived",
        _ => return Ok(()),
    };
    let notice = notifications::Notice {
        kind: notifications::Kind::WorkflowFailed,
        title: format!("A mail of “{}” {what}", behind.name),
        body: Some(format!("To {}. {}", row.recipient, row.last_answer.unwrap_or_default())),
        path: Pages::within(paths::AUTOMATION_RUN).list().replace("{id}", &run.to_string()),
        key: format!("{}/mail/{}", behind.workflow, tx.today()),
    };
    store::notifications::notify(&mut tx, &[*publisher], &notice).await?;
    tx.commit().await
}
