//! Ends of probations are told to whoever leads, two weeks and three days before; however often this runs, each once.

use crate::{Context, Failure, Run};
use domain::{
    Day, MemberId,
    access::{EmployeesWrite, Permission as _},
    hr::directory::{PROBATION_TOLD, probation_notice},
    jobs::RemindOfProbations,
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use store::{hr::directory, notifications, workspace::roles};

/// People told of by one job; whoever is left has the next tick.
const MOST: i64 = 500;

impl Run for RemindOfProbations {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "remind_of_probations").await?;
        let today = tx.today();
        let within = PROBATION_TOLD.into_iter().max().unwrap_or_default();
        let mut keepers = None;
        for p in directory::probations(&mut tx, within, MOST).await? {
            let ends = Day(p.ends);
            let Some(before) = probation_notice((ends.0 - today.0).num_days()) else { continue };
            // Whose manager has no account is looked after by whoever looks after everybody.
            let mut to = match (p.manager, &keepers) {
                (Some(manager), _) => vec![MemberId(manager)],
                (None, Some(all)) => Vec::clone(all),
                (None, None) => keepers.insert(roles::holding(&mut tx, &[EmployeesWrite::KEY]).await?).clone(),
            };
            to.retain(|m| Some(m.0) != p.member);
            let notice = Notice {
                kind: Kind::ProbationEnds,
                title: format!("The probation of {} ends on {}", p.name, ends.short()),
                body: None,
                path: Pages::within(paths::EMPLOYEES).record(p.employee),
                // Another end is another matter.
                key: format!("{}/{ends}/{before}", p.employee),
            };
            notifications::notify(&mut tx, &to, &notice).await?;
        }
        Ok(tx.commit().await?)
    }
}
