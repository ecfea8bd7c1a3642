//! The way out of mail that one may do without: by the link in it, or by the mail program itself (RFC 8058).
//!
//! Nobody signs in for it. The address is sealed and names workspace, member or message, and list, so it is what a form's token is
//! elsewhere: nobody else can make one. Looking at it changes nothing, because mail scanners look at every link.

use crate::web::{Public, Result, Routes, Screen, access::Unsubscriber};
use domain::{audit::Action, paths};
use jobs::mail::Unsubscribe as Way;
use serde_json::json;
use store::{
    audit, mails,
    workspace::{self, members},
};
use views::workspace::unsubscribe::{About, Unsubscribe};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::UNSUBSCRIBE, ask).post(paths::UNSUBSCRIBE, end).post(paths::UNSUBSCRIBE_REVERSAL, undo)
}

async fn ask(_: Public, screen: Screen, who: Unsubscriber) -> Result {
    answer(&screen, &who, None).await
}

/// Answers with a page and not by leading to one, which mail programs do not follow (RFC 8058 §3.1).
async fn end(_: Public, screen: Screen, who: Unsubscriber) -> Result {
    answer(&screen, &who, Some(false)).await
}

async fn undo(_: Public, screen: Screen, who: Unsubscriber) -> Result {
    answer(&screen, &who, Some(true)).await
}

/// Changes what they want, if that is asked for, and shows it.
async fn answer(screen: &Screen, who: &Unsubscriber, wanted: Option<bool>) -> Result {
    let mut tx = who.begin().await?;
    let (about, before) = match who.of {
        Way::Member(member, list) => {
            let before = members::wants(&mut tx, member, list.preference()).await?;
            if let Some(wanted) = wanted.filter(|wanted| *wanted != before) {
                members::prefer(&mut tx, member, list.preference(), wanted.into()).await?;
                let changes = json!({ format!("mail_about_{}", list.key()): [before, wanted] });
                audit::note(&mut tx, "members", member.0, Action::ProfileChanged, &changes).await?;
            }
            (About::Member(list.about()), before)
        }
        // The row of stopped addresses is audited itself.
        Way::Address(mail) => {
            let (email, stopped) = mails::unsubscribed(&mut tx, mail).await?;
            if let Some(wanted) = wanted {
                mails::subscribe(&mut tx, mail, wanted).await?;
            }
            (About::Address(email), !stopped)
        }
    };
    let workspace = workspace::find(&mut tx).await?;
    tx.commit().await?;
    let view = Unsubscribe {
        workspace: workspace.name,
        about,
        token: who.token.clone(),
        csrf: screen.csrf().to_owned(),
        slug: workspace.slug,
        wanted: wanted.unwrap_or(before),
        changed: wanted.is_some(),
    };
    Ok(screen.show_public(&view))
}
