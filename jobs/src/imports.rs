//! Imports that a person has confirmed, and their undoing.

use crate::{Context, Failure, Run};
use domain::jobs::{RunImport, UndoImport};
use std::time::Duration;

impl Run for RunImport {
    const TIME_OUT: Duration = Duration::from_secs(600);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        run(cx, self).await
    }
}

impl Run for UndoImport {
    const TIME_OUT: Duration = Duration::from_secs(600);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        undo(cx, self).await
    }
}

pub async fn run(_cx: &Context, _job: RunImport) -> Result<(), Failure> {
    Err(Failure::Fail("imports are not run yet".to_owned()))
}

pub async fn undo(_cx: &Context, _job: UndoImport) -> Result<(), Failure> {
    Err(Failure::Fail("imports are not undone yet".to_owned()))
}
