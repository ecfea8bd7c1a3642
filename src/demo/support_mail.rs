//! Mail of the demo company's support: what became tickets by mail, and what is kept aside.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{
    FileId, InboundId, Slug, TicketId,
    inbound::queue_address,
    jobs::{SendTicketReply, TakeMail},
};
use store::{
    Db, Desk, files,
    inbound::{self, Ours, filing},
    queue,
    support::{
        mail::{Address, rounds},
        messages,
    },
};

/// From, minutes ago, other lines of the head, text.
const MAILS: &[(&str, i64, &str, &str)] = &[
    (
        "Priscilla Hale <priscilla.hale@harbourfield.example>",
        150,
        "Subject: Ceiling lamps for the harbour office\r\nContent-Type: text/html; charset=utf-8\r\n",
        "<p>Hello,</p><p>the <b>twelve ceiling lamps</b> of order 4471 are up, and two of them are a shade warmer than the others.</p>\
         <ul><li>Meeting room, by the window</li><li>Corridor, the last one</li></ul><p>Can they be exchanged?</p>\
         <p>Kind regards<br>Priscilla Hale</p><img src=\"https://pictures.harbourfield.example/logo.png\" alt=\"Harbourfield\">",
    ),
    (
        "Karl Hofstetter <karl.hofstetter@hofstetter.example>",
        55,
        "Subject: AW: Dimmer for the tap room\r\nContent-Type: text/plain; charset=utf-8\r\n",
        "Guten Tag,\n\nder neue Dimmer ist da. Welche Klemme gehört an den grünen Draht?\n\nMit freundlichen Grüßen\nKarl Hofstetter",
    ),
    (
        "Grow Your Shop <offers@growth-now.example>",
        42,
        "Subject: 10,000 visitors for your lamp shop\r\nX-Spam-Flag: YES\r\nContent-Type: text/plain; charset=utf-8\r\n",
        "Dear owner,\n\nwe bring ten thousand visitors to your site this month. Answer YES to begin.",
    ),
    (
        "Camille Arnaud <camille.arnaud@bellecour.example>",
        30,
        "Subject: Absente du bureau\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain; charset=utf-8\r\n",
        "Bonjour,\n\nje suis absente jusqu'à lundi.\n\nCamille Arnaud",
    ),
];

const DOMAIN: &str = "in.northwind-lamps.example";

/// Takes them in as the worker does, by addresses that only this way has: the demo needs no domain for mail.
pub async fn bring(db: &Db, history: &History, storage: &jobs::Storage, owner: Desk, now: DateTime<Utc>) -> Done {
    let slug = &Slug::parse("demo").map_err(words)?;
    for (n, (from, minutes, head, text)) in MAILS.iter().enumerate() {
        let at = now - Duration::minutes(*minutes);
        history.go_to(at);
        let mut tx = db.begin(owner).await.map_err(words)?;
        let queues = rounds(&mut tx).await.map_err(words)?;
        let queues: Vec<Address> =
            queues.into_iter().map(|(queue, prefix, _)| Address { queue, prefix, tag: "demo".into() }).collect();
        let ours = Ours {
            slug,
            domain: Some(DOMAIN),
            tag: "",
            closed: true,
            sender: "",
            queues: &queues,
            inboxes: &[],
            reply_mark: &|_| String::new(),
        };
        let raw = format!(
            "From: {from}\r\nTo: {}\r\n{head}Message-ID: <demo-support-{n}@customers.example>\r\nDate: {}\r\n\r\n{}\r\n",
            queue_address(slug, "SUP", "demo", DOMAIN),
            at.to_rfc2822(),
            text.replace('\n', "\r\n")
        );
        let read = jobs::inbound::read(raw.as_bytes()).ok_or("a message")?;
        let (id, file) = (tx.id::<InboundId>(), tx.id::<FileId>());
        let stored = storage.keep(tx.tenant(), file, raw.into_bytes().into()).await.map_err(words)?;
        let raw = files::New {
            id: file,
            name: "message.eml".into(),
            media_type: "message/rfc822",
            size: stored.size,
            sha256: stored.sha256,
        };
        inbound::receive(&mut tx, id, &raw, None, None).await.map_err(words)?;
        inbound::write(&mut tx, id, &read.letter, &[]).await.map_err(words)?;
        filing::decide(&mut tx, id, &read.letter, &ours).await.map_err(words)?;
        queue::withdraw::<TakeMail>(&mut tx, &format!("{id}/1")).await.map_err(words)?;
        // Nobody of the demo's customers is written to.
        for message in messages::of(&mut tx, TicketId(id.0)).await.map_err(words)? {
            queue::withdraw::<SendTicketReply>(&mut tx, &message.id.to_string()).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}
