//! Who is told of a call or a meeting: whoever is to take part, when they are asked to, when it moves, and when it is off.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    ActivityId, MemberId,
    activities::{Activity, State},
    events::Event,
    jobs::Announce,
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use store::{Error, TenantTx, activities, notifications};

pub(super) async fn tell(tx: &mut TenantTx, announced: &Announce) -> Result<(), Error> {
    match &announced.event {
        Event::ActivityAdded { activity, invited } => {
            told(tx, announced, *activity, "invites you", |m| invited.contains(&m)).await
        }
        Event::ActivityChanged { activity, fields, invited } => {
            told(tx, announced, *activity, "invites you", |m| invited.contains(&m)).await?;
            if fields.iter().any(|f| matches!(f.as_str(), "when" | "place")) {
                told(tx, announced, *activity, "moved it", |m| !invited.contains(&m)).await?;
            }
            Ok(())
        }
        Event::ActivityClosed { activity, state: State::Cancelled } => {
            told(tx, announced, *activity, "called it off", |_| true).await
        }
        _ => Ok(()),
    }
}

/// Those of whom it is true and who take part, each with the time where they are. Nobody of what is over.
async fn told(
    tx: &mut TenantTx,
    announced: &Announce,
    id: ActivityId,
    did: &str,
    whom: impl Fn(MemberId) -> bool,
) -> Result<(), Error> {
    let activity = match activities::find(tx, id).await {
        Ok(activity) => activity,
        // Gone meanwhile.
        Err(Error::NotFound) => return Ok(()),
        Err(e) => return Err(e),
    };
    if activity.ends_at < tx.now() || matches!(activity.state, State::Done | State::NoShow) {
        return Ok(());
    }
    let members: Vec<MemberId> =
        activities::concerned(&activity).into_iter().filter(|m| Some(*m) != announced.by && whom(*m)).collect();
    let by = match announced.by {
        Some(by) => notifications::name(tx, by).await?,
        None => None,
    };
    let by = by.unwrap_or_else(|| "A workflow".to_owned());
    for (member, zone) in at_home(tx, &members).await? {
        let notice = Notice {
            kind: Kind::Invited,
            title: activity.subject.clone(),
            body: Some(format!("{by} {did}: {}", words(&activity, zone))),
            path: Pages::within(paths::ACTIVITIES).record(id),
            key: format!("{}:{did}", announced.id),
        };
        notifications::notify(tx, &[member], &notice).await?;
    }
    Ok(())
}

/// Each of them with the zone in which they are told the time.
pub(crate) async fn at_home(tx: &mut TenantTx, members: &[MemberId]) -> Result<Vec<(MemberId, Tz)>, Error> {
    if members.is_empty() {
        return Ok(vec![]);
    }
    let own = activities::zones(tx, members).await?;
    let zone = |m: MemberId| own.iter().find(|(of, _)| *of == m).map_or(tx.zone(), |(_, zone)| *zone);
    Ok(members.iter().map(|m| (*m, zone(*m))).collect())
}

fn words(activity: &Activity, zone: Tz) -> String {
    let kind = activity.kind.label().to_lowercase();
    format!("{kind} on {}", Activity { zone, ..activity.clone() }.when())
}

/// A moment as a clock shows it there.
pub(crate) fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%A, %-d %B, %H:%M").to_string()
}
