//! Records that may be one: pairs, merging two of them, and undoing that.

use super::{contacts::Contacts, customers::Customers, leads::Leads};
use crate::{
    notes::Beside,
    web::{Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast, form::Nothing, noun},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    MergeId,
    access::{ContactsRead, CustomersRead, LeadsRead, Permission},
    crm::duplicates::{Noun, Side},
    draft::Answers,
    paths,
};
use serde::Deserialize;
use std::collections::HashMap;
use store::{
    TenantTx,
    crm::{duplicates, merges},
    reach,
};
use uuid::Uuid;
use views::crm::duplicates::{Choice, Compare, Index, place};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::DUPLICATES, list::<Customers>)
        .post(paths::DUPLICATES, part::<Customers>)
        .get(paths::CONTACT_DUPLICATES, list::<Contacts>)
        .post(paths::CONTACT_DUPLICATES, part::<Contacts>)
        .get(paths::LEAD_DUPLICATES, list::<Leads>)
        .post(paths::LEAD_DUPLICATES, part::<Leads>)
        .get(paths::LEAD_MERGE, compare::<Leads>)
        .post(paths::LEAD_MERGE, merge::<Leads>)
        .post(paths::LEAD_MERGE_REVERSAL, undo::<Leads>)
        .get(paths::CUSTOMER_MERGE, compare::<Customers>)
        .post(paths::CUSTOMER_MERGE, merge::<Customers>)
        .post(paths::CUSTOMER_MERGE_REVERSAL, undo::<Customers>)
        .get(paths::CONTACT_MERGE, compare::<Contacts>)
        .post(paths::CONTACT_MERGE, merge::<Contacts>)
        .post(paths::CONTACT_MERGE_REVERSAL, undo::<Contacts>)
}

/// A noun whose records are merged.
trait Merged: Beside {
    const NOUN: Noun;
    fn side(record: &Self::Record) -> Side;
    /// A field as people read it.
    fn shown(record: &Self::Record, field: &str) -> String;
}

impl Merged for Customers {
    const NOUN: Noun = Noun::Customers;

    fn side(c: &Self::Record) -> Side {
        Side { id: c.id.0, name: c.name.clone(), detail: c.domain.clone().or(c.city.clone()).unwrap_or_default() }
    }

    fn shown(c: &Self::Record, field: &str) -> String {
        match field {
            "revenue" => c.revenue.map(|r| r.to_string()).unwrap_or_default(),
            field => c.cell(field).into_owned(),
        }
    }
}

impl Merged for Contacts {
    const NOUN: Noun = Noun::Contacts;

    fn side(c: &Self::Record) -> Side {
        Side { id: c.id.0, name: c.name.clone(), detail: c.email.clone().or(c.job_title.clone()).unwrap_or_default() }
    }

    fn shown(c: &Self::Record, field: &str) -> String {
        c.cell(field).into_owned()
    }
}

impl Merged for Leads {
    const NOUN: Noun = Noun::Leads;

    fn side(l: &Self::Record) -> Side {
        Side { id: l.id.0, name: l.name.clone(), detail: l.company.clone().or(l.email.clone()).unwrap_or_default() }
    }

    fn shown(l: &Self::Record, field: &str) -> String {
        l.cell(field).into_owned()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Page {
    /// Both ids of the pair that the page before ended with.
    after: String,
}

async fn list<N: Merged>(who: Allowed<N::Read>, screen: Screen, Query(page): Query<Page>) -> Result {
    let mut tx = who.begin().await?;
    let after = page.after.split_once('.').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    let (pairs, more) = duplicates::pairs(&mut tx, N::NOUN, after).await?;
    let next = pairs
        .last()
        .filter(|_| more)
        .map(|last| format!("{}?after={}.{}", place(N::NOUN, who.slug()), last.one.id, last.other.id));
    let sees = |noun: &Noun| match noun {
        Noun::Customers => who.actor.may(CustomersRead::KEY),
        Noun::Contacts => who.actor.may(ContactsRead::KEY),
        Noun::Leads => who.actor.may(LeadsRead::KEY),
    };
    let view = Index {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        noun: N::NOUN,
        pairs,
        next,
        merged: merges::lately(&mut tx, N::NOUN).await?,
        may: who.actor.may(N::Archive::KEY),
        nouns: Noun::ALL.into_iter().filter(|n| sees(n)).collect(),
        moment: moment(&who),
    };
    Ok(screen.show(&who, &view))
}

#[derive(Deserialize)]
struct Two {
    one: Uuid,
    other: Uuid,
}

async fn part<N: Merged>(who: Allowed<N::Write>, screen: Screen, Confirmed(two): Confirmed<Two>) -> Result {
    let mut tx = who.begin().await?;
    duplicates::part(&mut tx, N::NOUN, two.one, two.other).await?;
    tx.commit().await?;
    screen.done(place(N::NOUN, who.slug()), Toast::good("They are not offered again.")).await
}

async fn compare<N: Merged>(
    who: Allowed<N::Archive>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Query(with): Query<Asked>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<N::Archive>(&mut tx, N::KIND, id.into()).await?;
    N::find(&mut tx, id).await?;
    if with.with.is_empty() {
        return Ok(screen.go(place(N::NOUN, who.slug())));
    }
    let with = with.with.parse().map_err(|_| Error::NotFound)?;
    merges::may(&mut tx, N::NOUN, id.into(), with).await?;
    let once = tx.id::<MergeId>();
    side_by_side::<N>(&who, &screen, &mut tx, (id, with, once), None).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    with: String,
}

/// The page that asks what is kept of which.
async fn side_by_side<N: Merged>(
    who: &Allowed<N::Archive>,
    screen: &Screen,
    tx: &mut TenantTx,
    (id, with, once): (N::Id, Uuid, MergeId),
    problem: Option<String>,
) -> Result {
    let (survivor, gone) = (N::find(tx, id).await?, N::find(tx, N::Id::from(with)).await?);
    let label = |key: &str| N::FIELDS.iter().find(|f| f.key == key).map_or(key, |f| f.label).to_owned();
    let choices = merges::columns(N::NOUN).iter().filter(|(key, _)| *key != "custom").map(|(key, _)| {
        let (ours, theirs) = (N::shown(&survivor, key), N::shown(&gone, key));
        // What only one of them says is kept; so is that somebody wants to be left alone.
        let theirs_first = ours.is_empty() && !theirs.is_empty();
        Choice { key, label: label(key), ours, theirs, theirs_first }
    });
    let mut choices: Vec<Choice> = choices.collect();
    let (ours, theirs) = (N::draft(&survivor), N::draft(&gone));
    let differ = |name: &str| {
        let (ours, theirs) = (ours.get(name), theirs.get(name));
        !ours.is_empty() && !theirs.is_empty() && ours != theirs
    };
    let both: Vec<String> = N::custom(tx).await?.into_iter().filter(|f| differ(f.name)).map(|f| f.label).collect();
    if !both.is_empty() {
        choices.push(Choice {
            key: "custom",
            label: both.join(", "),
            ours: format!("Those of {}", N::side(&survivor).name),
            theirs: format!("Those of {}", N::side(&gone).name),
            theirs_first: false,
        });
    }
    let attached = merges::attached(tx, N::NOUN, with).await?;
    let own = |table: &str| OWN.contains(&table);
    let moves = attached.into_iter().filter(|(t, _)| !own(t)).map(|(table, many)| moved(&table, many)).collect();
    let view = Compare {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: once.to_string(),
        noun: N::NOUN,
        words: N::WORDS,
        survivor: N::side(&survivor),
        gone: N::side(&gone),
        choices,
        moves,
        problem: problem.clone(),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(screen.show_as(status, who, &view))
}

/// What each lead has one of, and which stays with it.
const OWN: &[&str] = &["lead_scores", "lead_assignments"];

/// `3 notes`, `1,000+ deals`.
fn moved(table: &str, many: i64) -> String {
    let (one, more) = match table {
        "contact_points" => ("contact detail", "contact details"),
        "customer_contacts" => ("link between company and contact", "links between companies and contacts"),
        "deal_contacts" => ("place in a deal", "places in deals"),
        "record_tags" => ("tag", "tags"),
        "record_files" => ("file", "files"),
        "customer_team" => ("member of the team", "members of the team"),
        "customers" => ("subsidiary", "subsidiaries"),
        "contacts" => ("contact", "contacts"),
        "deals" => ("deal", "deals"),
        "notes" => ("note", "notes"),
        "tasks" => ("task", "tasks"),
        "activities" => ("call or meeting", "calls and meetings"),
        "activity_attendees" => ("place in a call or meeting", "places in calls and meetings"),
        "tickets" => ("ticket", "tickets"),
        "ticket_messages" => ("message of a ticket", "messages of tickets"),
        "followers" => ("follower", "followers"),
        "leads" => ("lead", "leads"),
        "mail_records" => ("message", "messages"),
        "lead_captures" => ("sending of a form", "sendings of forms"),
        "lead_conversions" => ("conversion of a lead", "conversions of leads"),
        // A later table has no words yet, and moves all the same.
        _ => ("other thing", "other things"),
    };
    match many {
        1 => format!("1 {one}"),
        1001.. => format!("1,000+ {more}"),
        n => format!("{n} {more}"),
    }
}

/// Which fields are the other one's, by `take-` and the field.
#[derive(Deserialize)]
struct Chosen {
    with: Uuid,
    #[serde(default, rename = "_once")]
    once: String,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

async fn merge<N: Merged>(
    who: Allowed<N::Archive>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(chosen): Confirmed<Chosen>,
) -> Result {
    let mut tx = who.begin().await?;
    let once = chosen.once.parse().map_or_else(|_| tx.id::<MergeId>(), MergeId);
    let taken: Vec<String> = chosen
        .rest
        .iter()
        .filter(|(_, whose)| *whose == "theirs")
        .filter_map(|(name, _)| name.strip_prefix("take-").map(str::to_owned))
        .collect();
    let merged = merges::merge(&mut tx, once, N::NOUN, (id.into(), chosen.with), &taken).await;
    let merged = match merged {
        Ok(()) => tx.commit().await,
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    match merged {
        Err(store::Error::Refused(errors)) => {
            let problem = errors.iter().map(|(_, why)| why).collect::<Vec<_>>().join(" ");
            let mut tx = who.begin().await?;
            side_by_side::<N>(&who, &screen, &mut tx, (id, chosen.with, once), Some(problem)).await
        }
        done => {
            done?;
            let pages = noun::pages::<N, _>(&who);
            let toast = Toast::good("They are one now.").undo(pages.merge_reversal(once), &[]);
            screen.done(pages.record(id), toast).await
        }
    }
}

async fn undo<N: Merged>(
    who: Allowed<N::Archive>,
    screen: Screen,
    Record(id): Record<MergeId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let merged = merges::undo(&mut tx, N::NOUN, id).await?;
    tx.commit().await?;
    let words = match merged.kept.is_empty() {
        true => format!("{} and {} are two again.", merged.survivor_name, merged.gone_name),
        false => format!("{} and {} are two again. {}", merged.survivor_name, merged.gone_name, merged.kept.join(" ")),
    };
    screen.done(noun::pages::<N, _>(&who).record(merged.gone), Toast::good(words)).await
}
