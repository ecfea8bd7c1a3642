//! Tells the person who started an import how it ended.

use super::{Delivery, Letter, TRIES, Unsubscribe, give_up, pause, send};
use crate::{Context, Failure, Run};
use domain::{Email, import::State, jobs::SendImportReport, mail::List, paths::Pages};
use std::time::Duration;
use store::mails;
use views::mail::{Ending, ImportEnd};

impl Run for SendImportReport {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_import_report").await?;
        let report = mails::import_report(&mut tx, self.import).await?;
        if report.unwanted {
            mails::drop_queued(&mut tx, self.id, "They want none.").await?;
            return Ok(tx.commit().await?);
        }
        tx.commit().await?;
        let ending = match report.state {
            State::Done => Ending::Done,
            State::Undone => Ending::Undone,
            State::Failed => Ending::Failed(report.failure.as_deref().unwrap_or("")),
            // It goes on; its end has a report of its own.
            State::Ready | State::Running | State::Undoing => return Ok(()),
        };
        let path = format!("{}/{}", Pages::of(report.target.place(), &workspace.slug).imports(), self.import);
        let end = ImportEnd {
            target: report.target,
            file_name: &report.file_name,
            ending,
            created: report.created,
            changed: report.changed,
            same: report.same,
            errors: report.errors,
        };
        let unsubscribe = Unsubscribe::Member(report.member, List::Imports);
        let way_out = unsubscribe.url(cx, self.tenant);
        let mail = views::mail::import_report(&workspace, &report.name, &end, &cx.url(&path), &way_out);
        let to = Email::parse(&report.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let letter = Letter {
            id: self.id,
            to,
            name: report.name,
            mail,
            delivery: Delivery::AtMostOnce,
            unsubscribe: Some(unsubscribe),
        };
        send(cx, self.tenant, "send_import_report", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
