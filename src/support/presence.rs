//! Who has a ticket open, and who writes in it, so that two do not answer at once: kept in Redis for as long as their pages
//! say so, and told by a stream. Nothing depends on it: while Redis is gone, nobody is told.

use crate::web::{
    Allowed, App, Record, Result, Routes,
    access::Watch,
    bells::{Ear, Heard},
};
use axum::{
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use domain::{MemberId, TenantId, TicketId, access::TicketsRead, paths};
use fred::prelude::{FredResult, HashesInterface, KeysInterface, PubsubInterface};
use futures::stream;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, convert::Infallible, time::Duration};
use store::{notifications::Ring, support::tickets};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::TICKET_PRESENCE, listen)
}

/// Whose page says nothing for so long is gone, in seconds.
const STAYS: i64 = 60;
/// Who has not typed for so long is not writing any more.
const WRITES: i64 = 30;
/// Longest time without a look: whoever was let out hears no more after it.
const LOOK: Duration = Duration::from_secs(20);

#[derive(Serialize, Deserialize)]
struct Sign {
    name: String,
    /// Seconds since 1970.
    seen: i64,
    #[serde(default)]
    wrote: i64,
}

/// One ticket, as somebody has it open.
#[derive(Clone)]
pub struct Desk {
    app: App,
    tenant: TenantId,
    ticket: TicketId,
    member: MemberId,
    name: String,
}

impl Desk {
    pub fn of<P: domain::access::Permission>(who: &Allowed<P>, ticket: TicketId) -> Self {
        let (tenant, member) = (who.actor.tenant, who.actor.member);
        Self { app: who.app().clone(), tenant, ticket, member, name: who.actor.name.clone() }
    }

    fn key(&self) -> String {
        format!("presence:{}:{}", self.tenant, self.ticket)
    }

    /// Whoever has it open hears of it, where Redis is there; nobody waits for that.
    pub fn writes(self) {
        tokio::spawn(async move { self.say(self.sign(true, true)).await });
    }

    async fn sign(&self, writing: bool, news: bool) -> FredResult<()> {
        let (redis, now) = (self.app.redis(), self.app.now().timestamp());
        let wrote = if writing { now } else { self.before().await?.map_or(0, |s| s.wrote) };
        let sign = Sign { name: self.name.clone(), seen: now, wrote };
        let text = serde_json::to_string(&sign).unwrap_or_default();
        let _: i64 = redis.hset(self.key(), (self.member.to_string(), text)).await?;
        let _: i64 = redis.expire(self.key(), STAYS, None).await?;
        if news { self.ring().await } else { Ok(()) }
    }

    async fn before(&self) -> FredResult<Option<Sign>> {
        let text: Option<String> = self.app.redis().hget(self.key(), self.member.to_string()).await?;
        Ok(text.and_then(|t| serde_json::from_str(&t).ok()))
    }

    async fn ring(&self) -> FredResult<()> {
        let channel = jobs::bells::channel(Ring::Ticket(self.tenant, self.ticket));
        self.app.redis().next().publish::<(), _, _>(channel, "").await
    }

    async fn leave(&self) -> FredResult<()> {
        let _: i64 = self.app.redis().hdel(self.key(), self.member.to_string()).await?;
        self.ring().await
    }

    /// Who else is here: those who write first.
    async fn others(&self) -> FredResult<Vec<(String, bool)>> {
        let all: HashMap<String, String> = self.app.redis().hgetall(self.key()).await?;
        let (now, me) = (self.app.now().timestamp(), self.member.to_string());
        let signs =
            all.into_iter().filter(|(id, _)| *id != me).filter_map(|(_, t)| serde_json::from_str::<Sign>(&t).ok());
        let mut here: Vec<(String, bool)> =
            signs.filter(|s| now - s.seen < STAYS).map(|s| (s.name, now - s.wrote < WRITES)).collect();
        here.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(here)
    }

    async fn say(&self, done: impl Future<Output = FredResult<()>>) {
        if let Err(error) = done.await {
            tracing::debug!(%error, "who has a ticket open is not told");
        }
    }
}

/// In words, nothing where nobody else is here.
fn words(others: &[(String, bool)]) -> String {
    let named = |writing: bool| {
        let names: Vec<&str> = others.iter().filter(|(_, w)| *w == writing).map(|(n, _)| n.as_str()).collect();
        match names[..] {
            [] => None,
            [one] => Some((one.to_owned(), false)),
            [one, other] => Some((format!("{one} and {other}"), true)),
            [one, ..] => Some((format!("{one} and {} others", names.len() - 1), true)),
        }
    };
    let writes = named(true).map(|(who, many)| format!("{who} {} writing here now.", if many { "are" } else { "is" }));
    let looks = named(false).map(|(who, many)| format!("{who} {} this open, too.", if many { "have" } else { "has" }));
    [writes, looks].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Tells who else has this ticket open, as that changes; and that its listener has.
async fn listen(who: Allowed<TicketsRead>, Record(id): Record<TicketId>) -> Result<Response> {
    tickets::find(&mut who.begin().await?, id).await?;
    let desk = Desk::of(&who, id);
    let Some(ear) = who.app().bells().join_ticket(desk.tenant, id, desk.member) else {
        // Which tells a browser not to come back by itself.
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let told = Told { watch: who.watch(), ear, here: Here(desk), last: None, over: false };
    let events = stream::unfold(told, |told| async { next(told).await });
    // A proxy that gathers would tell late.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}

struct Told {
    watch: Watch,
    ear: Ear,
    here: Here,
    last: Option<String>,
    over: bool,
}

/// Whose stream ends has left.
struct Here(Desk);

impl Drop for Here {
    fn drop(&mut self) {
        let desk = self.0.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { desk.say(desk.leave()).await });
        }
    }
}

async fn next(mut told: Told) -> Option<(Result<Event, Infallible>, Told)> {
    if told.over {
        return None;
    }
    let first = told.last.is_none();
    let heard = if first { Heard::Ring } else { told.ear.wait(LOOK).await };
    if heard == Heard::End {
        return None;
    }
    if !first && !matches!(told.watch.look().await, Ok(Some(_)) | Err(_)) {
        told.over = true;
        return Some((Ok(Event::default().event("over").data("over")), told));
    }
    let desk = &told.here.0;
    desk.say(desk.sign(false, first)).await;
    let now = desk.others().await.map(|others| words(&others)).unwrap_or_default();
    let event = match told.last.as_ref() {
        Some(last) if *last == now => Event::default().comment("here"),
        // To a browser an event without data is none.
        _ => Event::default().event("presence").data(serde_json::json!({ "words": now }).to_string()),
    };
    told.last = Some(now);
    Some((Ok(event), told))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn whoever_writes_is_told_first() {
        let all = |names: &[(&str, bool)]| names.iter().map(|(n, w)| ((*n).to_owned(), *w)).collect::<Vec<_>>();
        assert_eq!(words(&all(&[])), "");
        assert_eq!(words(&all(&[("Ann", true)])), "Ann is writing here now.");
        assert_eq!(words(&all(&[("Ann", false), ("Ben", false)])), "Ann and Ben have this open, too.");
        let mixed = all(&[("Ann", true), ("Ben", false), ("Cy", false), ("Di", false)]);
        assert_eq!(words(&mixed), "Ann is writing here now. Ben and 2 others have this open, too.");
    }
}
