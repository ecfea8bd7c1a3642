//! Jobs to fill whose last day is over.

use crate::{Context, Failure, Run};
use domain::jobs::ClosePostings;
use store::hr::postings;

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
