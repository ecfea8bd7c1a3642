//! The mail of a workflow's step.

use super::{Delivery, Letter, TRIES, Unsubscribe, give_up, pause, send};
use crate::{Context, Failure, Run};
use domain::{Email, automation::runs::RunState, jobs::SendWorkflowMail, mail::List};
use std::time::Duration;
use store::{
    automation::{people, runs, switch},
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
        let (run, publisher) = runs::publisher(&mut tx, self.run).await?.unzip();
        // Whoever is a colleague, under whichever name the step has them, ends such mail by a preference.
        let member = match self.member {
            Some(member) => Some(member),
            None => people::members_called(&mut tx, &[self.to.to_lowercase()]).await?.pop().map(|(_, id)| id),
        };
        let unwanted = match member {
            Some(member) => !members::wants(&mut tx, member, List::Workflows.preference()).await?,
            None => false,
        };
        if unwanted || run == Some(RunState::Cancelled) {
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
        mail.reply_to = publisher.flatten().and_then(|email| Email::parse(&email).ok());
        let delivery = Delivery::AtMostOnce;
        let letter = Letter { id: self.id, to, name: self.name, mail, delivery, unsubscribe: Some(unsubscribe) };
        send(cx, self.tenant, "send_workflow_mail", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
