//! Slowing down who guesses: per account and per address, in Redis, with growing delays.

use crate::web::error::Error;
use fred::{
    clients::Pool,
    interfaces::{KeysInterface, LuaInterface},
};

/// Tries within this many seconds count together.
const WINDOW: i64 = 900;

pub struct Throttle<'a> {
    redis: &'a Pool,
}

/// What is being tried, and how often it may be before it slows down.
#[derive(Clone, Copy)]
pub struct Limit {
    pub name: &'static str,
    pub free: i64,
}

impl Limit {
    pub const SIGN_IN_ACCOUNT: Self = Self { name: "sign-in:account", free: 5 };
    pub const SIGN_IN_ADDRESS: Self = Self { name: "sign-in:address", free: 50 };
    /// Codes of a second factor, behind a password that fits.
    pub const CODE: Self = Self { name: "code", free: 5 };
    /// Looks whether an address is free, one for each pause in typing.
    pub const SLUG: Self = Self { name: "slug", free: 300 };
    /// Looks how strong a password is, the same.
    pub const STRENGTH: Self = Self { name: "strength", free: 300 };
    /// Postings to one workflow’s address.
    pub const HOOK: Self = Self { name: "hook", free: 3_000 };
    /// Messages that come in for one workspace.
    pub const INBOUND: Self = Self { name: "inbound", free: 20_000 };
    /// Connections to mailboxes that one workspace tries out.
    pub const INBOX_TRIES: Self = Self { name: "inbox-tries", free: 30 };
    /// Sendings of one form from one address.
    pub const FORM: Self = Self { name: "form", free: 20 };
    /// Sendings of one form from wherever.
    pub const FORM_ALL: Self = Self { name: "form-all", free: 2_000 };
    /// Links into a portal that one caller asks for.
    pub const PORTAL: Self = Self { name: "portal", free: 20 };
    /// What one customer writes in a portal.
    pub const PORTAL_WRITES: Self = Self { name: "portal-writes", free: 40 };
    /// Whether articles helped, from one address.
    pub const HELP: Self = Self { name: "help", free: 60 };
    /// Applications from one address.
    pub const APPLY: Self = Self { name: "apply", free: 20 };
    pub const SIGN_UP: Self = Self { name: "sign-up", free: 30 };
    /// Mails to one address.
    pub const MAIL: Self = Self { name: "mail", free: 5 };
    /// Digests that somebody has sent to themselves.
    pub const DIGEST: Self = Self { name: "digest", free: 5 };
    /// Mails that one workspace, or one caller, has us send to others.
    pub const MAILS: Self = Self { name: "mails", free: 500 };
}

impl<'a> Throttle<'a> {
    pub fn new(redis: &'a Pool) -> Self {
        Self { redis }
    }

    /// Counts a try. Past the free ones each waits twice as long as the one before, up to the whole window.
    pub async fn count(&self, limit: Limit, who: &str) -> Result<(), Error> {
        self.count_many(limit, who, 1).await
    }

    /// Counts so many tries that are made at once: all of them, or none where it is time to wait.
    pub async fn count_many(&self, limit: Limit, who: &str, tries: usize) -> Result<(), Error> {
        // One script, so that a try is counted and judged at once: two at the same time cannot both slip through.
        const SCRIPT: &str = r"
            local wait = redis.call('TTL', KEYS[2])
            if wait > 0 then return wait end
            local n = redis.call('INCRBY', KEYS[1], ARGV[3])
            redis.call('EXPIRE', KEYS[1], ARGV[2])
            local over = n - tonumber(ARGV[1])
            if over >= 0 then
              redis.call('SET', KEYS[2], '1', 'EX', math.min(math.floor(2 ^ math.min(over, 12)), tonumber(ARGV[2])))
            end
            return 0";
        let who = key(who);
        let keys =
            vec![format!("throttle:{{{}:{who}}}:count", limit.name), format!("throttle:{{{}:{who}}}:wait", limit.name)];
        let wait: i64 =
            self.redis.eval(SCRIPT, keys, vec![limit.free, WINDOW, i64::try_from(tries).unwrap_or(WINDOW)]).await?;
        if wait > 0 { Err(Error::TooMany(wait.unsigned_abs())) } else { Ok(()) }
    }

    /// Gives one try back: it was a good one, and an office behind one address has many of them.
    pub async fn give_back(&self, limit: Limit, who: &str) -> Result<(), Error> {
        let who = key(who);
        let _: i64 = self.redis.decr(format!("throttle:{{{}:{who}}}:count", limit.name)).await?;
        Ok(())
    }

    /// It was the right one after all.
    pub async fn forget(&self, limit: Limit, who: &str) -> Result<(), Error> {
        let who = key(who);
        let keys =
            vec![format!("throttle:{{{}:{who}}}:count", limit.name), format!("throttle:{{{}:{who}}}:wait", limit.name)];
        let _: i64 = self.redis.del(keys).await?;
        Ok(())
    }
}

/// A key of bounded length; nothing that is longer is anybody's address.
fn key(who: &str) -> String {
    // As the database compares: one small letter for each, so that `İ` is `i` and no budget of its own.
    who.trim().chars().flat_map(|c| c.to_lowercase().next()).take(254).collect()
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn one_address_has_one_budget_however_it_is_written() {
        for written in ["victimini@acme.example", " VICTIMINI@acme.example ", "vİctİmini@ACME.example"] {
            assert_eq!(key(written), "victimini@acme.example");
        }
    }
}
