//! Somebody whose page listens: looked at anew from time to time, with no connection held in between.

use super::{Allowed, App};
use chrono::{DateTime, Utc};
use domain::{AccountId, MemberId, SessionId, Slug, TenantId, access::Permission};
use store::Entry;

pub struct Watch {
    pub tenant: TenantId,
    pub member: MemberId,
    slug: Slug,
    account: AccountId,
    session: SessionId,
    /// What they may, to listen.
    right: &'static str,
    app: App,
}

impl<P: Permission> Allowed<P> {
    /// Lets go of everything but who it is.
    pub fn watch(self) -> Watch {
        let Self { actor, workspace, session, app, .. } = self;
        let (tenant, member, account) = (actor.tenant, actor.member, actor.account);
        Watch { tenant, member, slug: workspace.slug.clone(), account, session, right: P::KEY, app }
    }
}

impl Watch {
    /// What is unread; `None`: they may not be told any more, because their session has ended, they were let out, or the
    /// workspace was closed. That somebody listens is no use of their session.
    pub async fn look(&self) -> store::Result<Option<i64>> {
        let found = self.app.0.db.enter_seated(self.slug.as_str(), self.account, Some(self.session)).await?;
        let now = self.app.now();
        Ok(found
            .map(|(entry, _)| entry)
            .filter(|e| e.actor.member == self.member && welcome(e, self.right, now))
            .map(|e| e.unread))
    }
}

/// As at the door of a page.
fn welcome(e: &Entry, right: &str, now: DateTime<Utc>) -> bool {
    let counts = e.session.is_some_and(|s| now - s.since <= e.policy.longest && now - s.seen <= e.policy.idle);
    counts && !e.suspended && e.actor.may(right) && (e.second_factor || !e.policy.second_factor)
}
