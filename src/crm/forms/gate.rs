//! What stands before a public form: its stamp, its limits, and the counts of what was dropped. Nothing here asks the
//! database, so that a flood costs it nothing; counts wait in Redis and are written down once a minute.

use crate::web::{Error, access::App, throttle::Limit};
use chrono::{DateTime, DurationRound, Utc};
use domain::{
    CaptureId, Slug,
    crm::leads::forms::{Drop, Dropped, Stamp},
};
use fred::interfaces::{HashesInterface, LuaInterface};
use jobs::seal::purpose;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// Seconds after which counts are written down.
const WRITTEN: i64 = 60;
/// Seconds that counts wait at most.
const KEPT: i64 = 172_800;
/// Letters of the digest of what somebody agrees to.
pub(super) const WORDS: usize = 12;
/// Sendings a minute that a process takes while nobody can ask the limits.
const SPARE: i64 = 60;

/// Of one form, by its address alone: nobody has looked yet whether there is such a form.
pub(super) struct Gate<'a> {
    app: &'a App,
    name: String,
}

/// Counts by reason.
pub(super) type Counts = Vec<(Drop, i64)>;

impl<'a> Gate<'a> {
    pub(super) fn of(app: &'a App, slug: &Slug, key: &str) -> Self {
        Self { app, name: format!("{slug}/{key}") }
    }

    /// What a page carries that is made now, with these words to agree to.
    pub(super) fn stamp(&self, stamp: Stamp, words: Option<&str>) -> String {
        let at = stamp.at.timestamp().to_be_bytes();
        let content = [&at[..], stamp.once.0.as_bytes(), &self.digest(words), self.name.as_bytes()].concat();
        self.app.seal().sign(purpose::FORM, &content)
    }

    /// What a page of this form carried, and the digest of the words that it showed.
    pub(super) fn read(&self, token: &str) -> Option<(Stamp, [u8; WORDS])> {
        let content = self.app.seal().read(purpose::FORM, token)?;
        let (at, rest) = content.split_at_checked(8)?;
        let (once, rest) = rest.split_at_checked(16)?;
        let (words, name) = rest.split_at_checked(WORDS)?;
        let at = DateTime::from_timestamp(i64::from_be_bytes(at.try_into().ok()?), 0)?;
        let once = CaptureId(Uuid::from_slice(once).ok()?);
        let words = words.try_into().ok()?;
        (name == self.name.as_bytes()).then_some((Stamp { at, once }, words))
    }

    /// By which words to agree to are told from others: what is kept with a lead is what it has read.
    pub(super) fn digest(&self, words: Option<&str>) -> [u8; WORDS] {
        let mark = self.app.seal().mark(purpose::FORM, words.unwrap_or_default().as_bytes());
        let mut digest = [0; WORDS];
        digest.copy_from_slice(&mark.as_bytes()[..WORDS]);
        digest
    }

    /// Counts a sending from this address. `Ok(false)`: the limits could not be asked, and it goes by a narrower one of ours.
    pub(super) async fn admit(&self, address: &str) -> Result<bool, Drop> {
        let throttle = self.app.throttle();
        let counted = async {
            throttle.count(Limit::FORM, &format!("{}:{address}", self.name)).await?;
            throttle.count(Limit::FORM_ALL, &self.name).await
        };
        match counted.await {
            Ok(()) => Ok(true),
            Err(Error::TooMany(_)) => Err(Drop::Flood),
            Err(e) => {
                tracing::warn!(error = %e, form = self.name, "the limits of a form could not be asked");
                if spare(self.app.now()) { Ok(false) } else { Err(Drop::Flood) }
            }
        }
    }

    /// Notes that one was dropped. Gives what is to be written down, once in a while.
    pub(super) async fn count(&self, why: Drop) -> Counts {
        const SCRIPT: &str = r"
            redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
            redis.call('EXPIRE', KEYS[1], ARGV[3])
            if not redis.call('SET', KEYS[2], '1', 'EX', ARGV[2], 'NX') then return {} end
            local all = redis.call('HGETALL', KEYS[1])
            redis.call('DEL', KEYS[1])
            return all";
        let keys = vec![self.counts(), format!("form:{{{}}}:written", self.name)];
        let args = vec![why.key().to_owned(), WRITTEN.to_string(), KEPT.to_string()];
        match self.app.redis().eval::<Vec<String>, _, _, _>(SCRIPT, keys, args).await {
            Ok(flat) => {
                flat.chunks(2).filter_map(|pair| Some((Drop::parse(&pair[0])?, pair.get(1)?.parse().ok()?))).collect()
            }
            Err(e) => {
                tracing::debug!(error = %e, form = self.name, reason = why.key(), "a dropped sending was not counted");
                vec![]
            }
        }
    }

    /// Counts that could not be written down wait again.
    pub(super) async fn give_back(&self, counts: &[(Drop, i64)]) {
        for (why, n) in counts {
            if let Err(e) = self.app.redis().hincrby::<i64, _, _>(self.counts(), why.key(), *n).await {
                tracing::debug!(error = %e, form = self.name, "counts of dropped sendings are lost");
            }
        }
    }

    /// What waits to be written down.
    pub(super) async fn waiting(&self) -> Result<Counts, Error> {
        let all: std::collections::HashMap<String, i64> = self.app.redis().hgetall(self.counts()).await?;
        Ok(all.into_iter().filter_map(|(why, n)| Some((Drop::parse(&why)?, n))).collect())
    }

    fn counts(&self) -> String {
        format!("form:{{{}}}:dropped", self.name)
    }
}

/// Adds what waits to the counts of this hour.
pub(super) fn add(dropped: &mut Vec<Dropped>, waiting: Counts, now: DateTime<Utc>) {
    let hour = now.duration_trunc(chrono::Duration::hours(1)).unwrap_or(now);
    for (reason, n) in waiting {
        match dropped.iter_mut().find(|d| d.hour == hour && d.reason == reason) {
            Some(known) => known.count += n,
            None => dropped.insert(0, Dropped { hour, reason, count: n }),
        }
    }
}

/// Whether this process takes one more in this minute.
fn spare(now: DateTime<Utc>) -> bool {
    static MINUTE: AtomicI64 = AtomicI64::new(0);
    static TAKEN: AtomicI64 = AtomicI64::new(0);
    let minute = now.timestamp() / 60;
    if MINUTE.swap(minute, Ordering::Relaxed) != minute {
        TAKEN.store(0, Ordering::Relaxed);
    }
    TAKEN.fetch_add(1, Ordering::Relaxed) < SPARE
}
