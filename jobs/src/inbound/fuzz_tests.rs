//! Whatever comes as a message: nothing that reads it breaks. `PROPTEST_CASES` says how often it is tried.

use super::read;
use domain::inbound::{as_it_came, everybody, fold, original, story};
use proptest::{collection::vec, prelude::*, sample::select};

const NAMES: &[&str] = &[
    "From",
    "To",
    "Cc",
    "Bcc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Content-ID",
    "MIME-Version",
    "Delivered-To",
    "Auto-Submitted",
    "Precedence",
    "List-Id",
    "Authentication-Results",
    "Return-Path",
    "X-Spam-Flag",
    "X-Failed-Recipients",
    "Received",
    "",
];

const VALUES: &[&str] = &[
    "Ada Byron <ada@lamps.example>",
    "<ada@lamps.example>, bob@x.example;",
    "undisclosed-recipients:;",
    "\"a\\\"b\" <c@d.example>",
    "=?utf-8?Q?It_doesn=E2=80=99t?=",
    "=?iso-2022-jp?B?GyRCJE8=?=",
    "=?nonsense?X?=FF?= =?",
    "Mon, 2 Mar 2026 08:00:00 +0100",
    "Mon, 99 Foo 99999 99:99:99 +9999",
    "<1@lamps.example> <2@lamps.example>",
    "text/plain; charset=utf-8",
    "text/html; charset=shift_jis",
    "text/plain; charset=klingon; format=flowed",
    "multipart/mixed; boundary=b",
    "multipart/alternative; boundary=\"b\"",
    "multipart/related; boundary=b; type=\"text/html\"",
    "multipart/report; report-type=delivery-status; boundary=b",
    "message/rfc822",
    "message/delivery-status",
    "application/ms-tnef",
    "image/png; name=\"a.png\"",
    "multipart/mixed",
    "attachment; filename*=utf-8''%E2%82%AC.txt",
    "inline; filename=\"../../etc/passwd\"",
    "attachment; filename*0=a; filename*1=b",
    "base64",
    "quoted-printable",
    "7bit",
    "x-uuencode",
    "auto-replied",
    "bulk",
    "<>",
    "mx; dmarc=fail",
    "a@b.example",
];

const BODIES: &[&str] = &[
    "Hello\r\n",
    "--b\r\n",
    "--b--\r\n",
    "\r\n",
    "\r\n\r\n",
    "> quoted\r\n",
    "On Mon, 2 Mar 2026 at 09:00, Ada <a@b.example> wrote:\r\n",
    "-- \r\nAda\r\n",
    "From: Ada <a@b.example>\r\nSent: Monday\r\nTo: Bob\r\nSubject: x\r\n",
    "<p>Hi<script>alert(1)</script><img src=x>",
    "<blockquote><div><ul><li>",
    "&#x110000;&#xD800;&amp",
    "QUJD\r\n",
    "=E2=80=",
    "=\r\n=0",
    "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n",
    "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    "---------- Forwarded message ---------\r\n",
    "\u{feff}\u{202e}é日",
];

fn line() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        6 => select(VALUES).prop_map(|v| v.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..80),
        1 => "[ -~]{0,60}".prop_map(String::into_bytes),
    ];
    (select(NAMES), value, select(&[": ", ":", " : ", "", ":\r\n "][..]))
        .prop_map(|(name, value, colon)| [name.as_bytes(), colon.as_bytes(), &value, b"\r\n"].concat())
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => select(BODIES).prop_map(|b| b.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..120),
        1 => "\\PC{0,60}".prop_map(String::into_bytes),
    ]
}

/// Heads and bodies in any order: parts that never begin or end, and messages in messages.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![3 => line().boxed(), 3 => body().boxed(), 1 => Just(b"\r\n".to_vec()).boxed()];
    (vec(line(), 0..8), vec(piece, 0..30)).prop_map(|(head, rest)| {
        let mut all = head.concat();
        all.extend_from_slice(b"\r\n");
        all.extend(rest.concat());
        all
    })
}

fn reads(raw: &[u8]) {
    let Some(read) = read(raw) else { return };
    let letter = read.letter;
    let told = as_it_came(&letter);
    assert!(told.body.chars().count() <= domain::inbound::TEXT && letter.subject.chars().count() <= 500);
    let passed = story(&letter, |email| email.ends_with("@x.example"));
    let folded = fold(&letter.text);
    let _whatever_was_passed_on =
        (original(&letter.text), everybody(&letter), letter.key(), letter.answers_elsewhere(), passed, folded);
    if let Some(html) = letter.html {
        for gone in ["<script", "<iframe", "<form", "onload=", "src=\"http"] {
            assert!(!html.contains(gone), "{gone} in {html}");
        }
    }
}

proptest! {
    #[test]
    fn nothing_that_comes_breaks_what_reads_it(raw in message()) {
        reads(&raw);
    }

    /// A real one, of which bytes are lost, doubled and changed.
    #[test]
    fn nor_does_a_message_that_was_broken_on_its_way(
        changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..40), seed in vec(body(), 1..10)
    ) {
        let mut raw = b"From: Ada <ada@lamps.example>\r\nTo: help@acme.example\r\nSubject: =?utf-8?B?UHJlaXM/?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>It doesn=E2=80=99t light</p>\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: Bob <bob@x.example>\r\nSubject: In it\r\n\r\nOld\r\n\
            --b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b\r\n".to_vec();
        raw.extend(seed.concat());
        for (at, byte, how) in changes {
            if raw.is_empty() { break; }
            let at = at.index(raw.len());
            match how {
                0 => raw[at] = byte,
                1 => { raw.remove(at); }
                _ => raw.insert(at, byte),
            }
        }
        reads(&raw);
    }
}

#[test]
fn a_head_that_never_ends_is_read_or_refused_in_time() {
    let began = std::time::Instant::now();
    let endless = format!("From: a@b.example\r\nSubject: {}", "x".repeat(20_000_000));
    reads(endless.as_bytes());
    let many = format!("From: a@b.example\r\n{}", "X-More: and more\r\n".repeat(500_000));
    reads(many.as_bytes());
    let folded = format!("From: a@b.example\r\nTo: {}c@d.example\r\n\r\nx", "b@x.example,\r\n ".repeat(500_000));
    reads(folded.as_bytes());
    assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
}
