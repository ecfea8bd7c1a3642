//! Time off while nobody looks: what accrues and expires, and questions that nobody answers. And the addresses that open
//! something about it from outside.

use crate::{Context, Failure, Run, Seal, seal::purpose};
use domain::{
    EmployeeId, FeedId, LeaveRequestId, LeaveTypeId, TenantId,
    jobs::{RefitLeave, RerouteLeave, SettleLeave},
    notifications::{Kind, Notification},
    paths,
    workspace::Workspace,
};
use std::time::Duration;
use store::hr::leave::{accounts, refit, steps};
use uuid::Uuid;

impl Run for SettleLeave {
    const TIME_OUT: Duration = Duration::from_secs(600);

    /// Some people at a time, each lot in a transaction of its own: a try that dies leaves what it has written, and the
    /// next one writes the rest and nothing twice.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let mut last = (EmployeeId(Uuid::nil()), LeaveTypeId(Uuid::nil()));
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "settle_leave").await?;
            let Some(end) = accounts::settle_due(&mut tx, last, accounts::BATCH).await? else { return Ok(()) };
            last = end;
            tx.commit().await?;
        }
    }
}

impl Run for RefitLeave {
    const TIME_OUT: Duration = Duration::from_secs(600);

    /// Some requests at a time are looked at, and each that does not fit has a transaction of its own; what fits is left
    /// alone, so a second try goes on.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let people = Some(&self.people[..]).filter(|people| !people.is_empty());
        let mut after = LeaveRequestId(Uuid::nil());
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "refit_leave").await?;
            let (misfits, last) = refit::misfits(&mut tx, people, after).await?;
            drop(tx);
            for id in misfits {
                let (mut tx, _) = cx.db.begin_job(self.tenant, "refit_leave").await?;
                refit::fit(&mut tx, id).await?;
                tx.commit().await?;
            }
            let Some(last) = last else { return Ok(()) };
            after = last;
        }
    }
}

/// Questions that one job asks anew; whoever is left has the next tick.
const MOST: i64 = 200;

impl Run for RerouteLeave {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "reroute_leave").await?;
        steps::reroute(&mut tx, MOST).await?;
        Ok(tx.commit().await?)
    }
}

/// The address of a calendar feed, for whoever it belongs to. Nothing of it is stored.
pub fn feed_path(seal: &Seal, tenant: TenantId, feed: FeedId) -> String {
    paths::calendar_feed(seal.sign(purpose::FEED, &[&tenant.0.as_bytes()[..], feed.0.as_bytes()].concat()))
}

/// Whose feed an address is, if it is one of ours. A calendar program may want `.ics` at its end.
pub fn read_feed(seal: &Seal, token: &str) -> Option<(TenantId, FeedId)> {
    let content = seal.read(purpose::FEED, token.strip_suffix(".ics").unwrap_or(token))?;
    let (tenant, feed) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), FeedId(Uuid::from_slice(feed).ok()?)))
}

/// What a link in a mail means: yes or no to a request. It opens a page; only who may answer can answer there.
pub fn answer_token(seal: &Seal, tenant: TenantId, request: LeaveRequestId, yes: bool) -> String {
    let content = [&tenant.0.as_bytes()[..], request.0.as_bytes(), &[u8::from(yes)]].concat();
    seal.sign(purpose::LEAVE_ANSWER, &content)
}

pub fn read_answer(seal: &Seal, tenant: TenantId, token: &str) -> Option<(LeaveRequestId, bool)> {
    let content = seal.read(purpose::LEAVE_ANSWER, token)?;
    let (of, rest) = content.split_at_checked(16)?;
    let (request, yes) = rest.split_at_checked(16)?;
    let request = LeaveRequestId(Uuid::from_slice(request).ok()?);
    (Uuid::from_slice(of).ok()? == tenant.0).then_some((request, yes == [1]))
}

/// Yes and no to a request, for the mail that tells of it.
pub(crate) fn answers(cx: &Context, workspace: &Workspace, notice: &Notification) -> Vec<(&'static str, String)> {
    let id = notice.path.strip_prefix("/hr/leave/requests/").and_then(|id| id.parse::<LeaveRequestId>().ok());
    let Some(id) = id.filter(|_| notice.kind == Some(Kind::LeaveAsked)) else { return vec![] };
    let url = |yes| {
        let token = answer_token(&cx.seal, workspace.id, id, yes);
        cx.url(&paths::leave_mail_answer(&workspace.slug, token))
    };
    vec![("Approve", url(true)), ("Decline", url(false))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_what_it_was_made_for_and_nothing_else() {
        let (seal, tenant) = (Seal::new("secret"), TenantId(Uuid::from_u128(1)));
        let feed = FeedId(Uuid::from_u128(2));
        let path = feed_path(&seal, tenant, feed);
        let token = path.strip_prefix("/calendars/").expect("a path");
        assert_eq!(read_feed(&seal, &format!("{token}.ics")), Some((tenant, feed)));
        assert_eq!(read_feed(&Seal::new("another"), token), None);
        let request = LeaveRequestId(Uuid::from_u128(3));
        let yes = answer_token(&seal, tenant, request, true);
        assert_eq!(read_answer(&seal, tenant, &yes), Some((request, true)));
        assert_eq!(read_answer(&seal, TenantId(Uuid::from_u128(9)), &yes), None, "another workspace's");
        assert_eq!(read_feed(&seal, &yes), None);
    }
}
