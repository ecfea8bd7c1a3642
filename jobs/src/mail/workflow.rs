//! The mail of a workflow's step.

use super::{Delivery, Letter, TRIES, Unsubscribe, give_up, pause, send};
use crate::{Context, Failure, Run};
use domain::{Email, jobs::SendWorkflowMail};
use std::time::Duration;
use store::workspace::members;
use views::mail::Notice;

impl Run for SendWorkflowMail {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_workflow_mail").await?;
        // A colleague may have ended such mail; whoever is outside writes back to whoever they know.
        if let Some(member) = self.member
            && !members::wants(&mut tx, member, "mail.workflows").await?
        {
            return Ok(());
        }
        drop(tx);
        let to = Email::parse(&self.to).map_err(|e| Failure::Fail(e.to_owned()))?;
        let unsubscribe = self.member.map(|member| Unsubscribe { member, list: "workflows" });
        let way_out = unsubscribe.map(|u| u.url(cx, self.tenant));
        let paragraphs = self.body.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect();
        let notice = Notice {
            subject: self.subject.clone(),
            title: self.subject.clone(),
            hello: "",
            paragraphs,
            facts: vec![],
            button: None,
            why: format!("{} sends you this from its workspace at People360.", workspace.name),
            unsubscribe_url: way_out.as_deref(),
        };
        let letter = Letter {
            id: self.id,
            to,
            name: self.name,
            mail: views::mail::notice(&workspace, &notice),
            delivery: Delivery::AtMostOnce,
            unsubscribe,
        };
        send(cx, self.tenant, "send_workflow_mail", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
