//! Jobs to fill whose last day is over, and what CVs say.

pub mod text;

use crate::{Context, Failure, Run};
use domain::jobs::{ClosePostings, ReadCv};
use std::time::Duration;
use store::hr::{candidates, postings};

/// Closed in one transaction.
const MOST: i64 = 100;

impl Run for ClosePostings {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "close_postings").await?;
            let closed = postings::close_due(&mut tx, MOST).await?;
            tx.commit().await?;
            if (closed as i64) < MOST {
                return Ok(());
            }
        }
    }
}

/// How long one CV may take.
const LONGEST: Duration = Duration::from_secs(20);

impl Run for ReadCv {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "read_cv").await?;
        // Removed meanwhile: there is nothing to read.
        let Some(media_type) = candidates::media_type(&mut tx, self.file).await? else { return Ok(()) };
        drop(tx);
        let content = match cx.storage.read(self.tenant, self.file).await {
            Ok(content) => content,
            Err(crate::storage::Fault::Lost) => return Ok(()),
            Err(fault) => return Err(Failure::Retry(fault.to_string())),
        };
        // A panic in there ends the task and nothing else.
        let reading = tokio::task::spawn_blocking(move || text::read(&media_type, &content));
        let text = match tokio::time::timeout(LONGEST, reading).await {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => {
                tracing::warn!(%error, file = %self.file, "a CV could not be read");
                None
            }
            Err(_) => {
                tracing::warn!(file = %self.file, "a CV took too long to read");
                None
            }
        };
        let Some(text) = text else { return Ok(()) };
        let (mut tx, _) = cx.db.begin_job(self.tenant, "read_cv").await?;
        candidates::keep_words(&mut tx, self.candidate, &text).await?;
        Ok(tx.commit().await?)
    }
}
