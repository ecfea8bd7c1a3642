//! Mail of the demo company: copies of what its people wrote, what they have passed on, and what waits for a look. It is kept as
//! it came; the worker reads and files it when it first runs.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{FileId, InboundId};
use store::{Db, Desk, files, inbound};

/// From, to, days ago, subject, other lines of the head, text.
const MAILS: &[(&str, &str, i64, &str, &str, &str)] = &[
    (
        "Callum Reid <callum.reid@northwind-lamps.example>",
        "Eleanor Whitby <eleanor.whitby@meridian-hotels.example>",
        9,
        "Emergency lighting: samples and prices",
        "Cc: Tom Ashworth <tom.ashworth@meridian-hotels.example>\r\n",
        "Dear Eleanor,\n\nthe three samples left our house today and should be with you on Thursday. Prices hold until the end of the quarter; for 140 pieces and more we can do 8 %.\n\nTom, the mounting drawings are in the box.\n\nBest regards,\nCallum Reid\nNorthwind Lamps",
    ),
    (
        "Callum Reid <callum.reid@northwind-lamps.example>",
        "callum.reid@northwind-lamps.example",
        6,
        "Fwd: Emergency lighting: samples and prices",
        "References: <demo-0@northwind-lamps.example>\r\n",
        "They like the second one.\n\n---------- Forwarded message ---------\nFrom: Eleanor Whitby <eleanor.whitby@meridian-hotels.example>\nDate: Mon, 2 Mar 2026 at 08:12\nSubject: Re: Emergency lighting: samples and prices\nTo: Callum Reid <callum.reid@northwind-lamps.example>\n\n\nDear Callum,\n\nthe samples are here, and the second one is what we were looking for. Could you quote 160 pieces, delivered in two lots?\n\nEleanor",
    ),
    (
        "Isabelle Fontaine <isabelle.fontaine@northwind-lamps.example>",
        "Margaux Delorme <margaux.delorme@librairies-sud.example>",
        4,
        "200 lampes de bureau : notre offre",
        "",
        "Bonjour Margaux,\n\nvoici notre offre pour les 200 lampes de bureau, livraison comprise. Je vous appelle jeudi.\n\nCordialement,\nIsabelle Fontaine",
    ),
    (
        "Isabelle Fontaine <isabelle.fontaine@northwind-lamps.example>",
        "Agathe Perrin <agathe.perrin@galerie-perrin.example>",
        2,
        "Eclairage de la galerie",
        "",
        "Bonjour Agathe,\n\nmerci pour la visite. Je vous envoie nos rails et spots la semaine prochaine.\n\nIsabelle",
    ),
    (
        "Nadia Brandt <nadia.brandt@buero-brandt.example>",
        "callum.reid@northwind-lamps.example",
        1,
        "Desk lamps for forty seats",
        "",
        "Hello,\n\na colleague gave me this address. We are moving in May and need lamps for forty seats. Whom do I talk to?\n\nNadia Brandt",
    ),
];

/// Brings them in as a mail service would.
pub async fn bring(db: &Db, history: &History, storage: &jobs::Storage, owner: Desk, now: DateTime<Utc>) -> Done {
    let mut mails: Vec<_> = MAILS.iter().enumerate().collect();
    mails.sort_by_key(|(_, (_, _, days, ..))| std::cmp::Reverse(*days));
    for (n, (from, to, days, subject, head, text)) in mails {
        let at = now - Duration::days(*days);
        history.go_to(at);
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\n{head}Subject: {subject}\r\nMessage-ID: <demo-{n}@northwind-lamps.example>\r\nDate: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            at.to_rfc2822(),
            text.replace('\n', "\r\n")
        );
        let mut tx = db.begin(owner).await.map_err(words)?;
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
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}
