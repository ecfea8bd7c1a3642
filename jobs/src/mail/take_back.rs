//! A message came back: its row says so, and an address that takes none gets no more.

use super::TRIES;
use crate::{Context, Failure, Run};
use domain::jobs::TakeBack;
use store::mails::{self, Reason};

impl Run for TakeBack {
    const TRIES: i32 = TRIES;

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let reason = match (self.complaint, self.hard) {
            (true, _) => Some(Reason::Complaint),
            (false, true) => Some(Reason::Bounce),
            (false, false) => None,
        };
        // Also in a suspended workspace: it asks nothing of anybody there.
        let (mut tx, _) = cx.db.begin_mail(self.tenant, "take_back").await?;
        mails::bounced(&mut tx, self.mail, reason, &self.answer).await?;
        tx.commit().await?;
        Ok(())
    }
}
