//! What somebody has newly written, without what they quote and their signature, as mail programs write those.

/// A text in two: what is read, and what stays folded below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    pub fresh: String,
    pub rest: Option<String>,
}

/// Lines that are looked at; what comes behind so many is somebody's archive.
const LINES: usize = 5_000;
/// Lines of a signature, and letters of each.
const SIGNATURE: usize = 8;
const SHORT: usize = 70;

/// Words at the end of the line above a quote, in the languages of our customers.
const WROTE: &[&str] = &[
    "wrote:",
    "wrote :",
    "writes:",
    "schrieb:",
    "schrieb :",
    "a écrit :",
    "a écrit:",
    "a ecrit :",
    "escribió:",
    "escribió :",
    "ha scritto:",
    "escreveu:",
    "schreef:",
    "skrev:",
    "kirjoitti:",
    "napisał(a):",
    "napisał:",
    "napsal(a):",
    "написал:",
    "пишет:",
    "写道:",
    "写道：",
    "のメール:",
];
/// Beginnings of such lines, where the words stand in their middle.
const BEGINS: &[&str] = &["on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "w dniu ", "dne ", "il giorno "];
const SAID: &[&str] =
    &[" wrote", " schrieb", " a écrit", " escribió", " ha scritto", " escreveu", " schreef", " skrev", " napisał"];

/// Lines that part a quoted message from what is above.
const PARTS: &[&str] = &[
    "-----original message-----",
    "----- original message -----",
    "---------- forwarded message",
    "begin forwarded message",
    "-----ursprüngliche nachricht-----",
    "----- ursprüngliche nachricht -----",
    "-----message d'origine-----",
    "-----mensaje original-----",
    "-----messaggio originale-----",
    "-----oorspronkelijk bericht-----",
    "-----mensagem original-----",
];

/// What programs put below.
const SENT_FROM: &[&str] = &[
    "sent from my ",
    "sent from mail for",
    "sent from outlook",
    "sent via ",
    "get outlook for",
    "von meinem iphone gesendet",
    "von meinem ipad gesendet",
    "gesendet von ",
    "envoyé de mon ",
    "envoyé depuis ",
    "enviado desde mi ",
    "enviado do meu ",
    "inviato da ",
    "verzonden vanaf ",
    "skickat från ",
    "outlook für ",
];

/// Words with which people end.
const CLOSINGS: &[&str] = &[
    "best",
    "best regards",
    "kind regards",
    "warm regards",
    "regards",
    "many thanks",
    "thanks",
    "thank you",
    "cheers",
    "sincerely",
    "yours sincerely",
    "all the best",
    "mit freundlichen grüßen",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "gruß",
    "mfg",
    "cordialement",
    "bien à vous",
    "saludos",
    "un saludo",
    "cordiali saluti",
    "met vriendelijke groet",
    "atenciosamente",
    "med vänliga hälsningar",
];

pub fn fold(text: &str) -> Folded {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let quote = (0..lines.len().min(LINES)).find(|at| begins_quote(&lines, *at)).unwrap_or(lines.len());
    let end = signature(&lines[..quote]).unwrap_or(quote);
    let fresh = lines[..end].join("\n").trim().to_owned();
    let rest = lines[end..].join("\n").trim_end().trim_start_matches('\n').to_owned();
    // Who only quotes has said just that.
    if fresh.is_empty() {
        return Folded { fresh: text.trim().to_owned(), rest: None };
    }
    Folded { fresh, rest: Some(rest).filter(|r| !r.trim().is_empty()) }
}

/// Whether from this line on nothing is new: an answer between quoted lines is part of the text, with what it answers.
fn begins_quote(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    let small = line.to_lowercase();
    if PARTS.iter().any(|p| small.starts_with(p)) {
        return true;
    }
    // Outlook draws a line, or begins at once with the head of what it quotes.
    let ruled = line.len() >= 10 && line.chars().all(|c| c == '_');
    if ruled || super::forwarded::is_from(line) {
        let from = usize::from(ruled) + at;
        if lines.get(from).is_some_and(|l| ruled || super::forwarded::is_from(l))
            && super::forwarded::heads(&lines[from..lines.len().min(from + 12)]) >= 3
        {
            return true;
        }
    }
    if says_wrote(lines, at) && only_quotes(&lines[at + 1..]) {
        return true;
    }
    line.starts_with('>') && only_quotes(&lines[at..])
}

/// A line such as `On 2 March Ada wrote:`, which programs break in two or three.
fn says_wrote(lines: &[&str], at: usize) -> bool {
    let first = lines[at].trim().to_lowercase();
    if first.is_empty() || first.starts_with('>') {
        return false;
    }
    let begins = BEGINS.iter().any(|b| first.starts_with(b)) || first.starts_with(|c: char| c.is_ascii_digit());
    let mut whole = String::new();
    for line in lines[at..].iter().take(3) {
        whole.push(' ');
        whole.push_str(line.trim());
        let small = whole.trim().to_lowercase();
        let ends = WROTE.iter().any(|w| small.ends_with(w));
        let middle = begins && small.ends_with(':') && SAID.iter().any(|s| small.contains(s));
        if (ends && (begins || small.contains('@') || small.contains('<'))) || middle {
            return true;
        }
        if !begins {
            return false;
        }
    }
    false
}

/// Whether nothing new stands below: quoted lines, empty ones, and none of somebody's own but at the very end.
fn only_quotes(lines: &[&str]) -> bool {
    let mut own = 0;
    let quoted = lines.iter().any(|l| l.trim_start().starts_with('>'));
    for line in lines.iter().rev() {
        let line = line.trim();
        if line.starts_with('>') {
            break;
        }
        own += usize::from(!line.is_empty());
    }
    // Programs that quote without a sign: all below is the quote.
    !quoted || own <= 2
}

/// Where a signature begins: at its mark, at what a program adds, or at the words with which somebody ends.
fn signature(lines: &[&str]) -> Option<usize> {
    let last = lines.iter().rposition(|l| !l.trim().is_empty())?;
    let mark =
        (0..=last).rev().take(30).find(|at| matches!(lines[*at].trim_end_matches('\r'), "-- " | "--" | "– " | "__"));
    let sent = (0..=last).rev().take(6).find(|at| {
        let small = lines[*at].trim().to_lowercase();
        SENT_FROM.iter().any(|s| small.starts_with(s))
    });
    let short = |from: usize| {
        let all = &lines[from..=last];
        all.iter().filter(|l| !l.trim().is_empty()).count() <= SIGNATURE
            && all.iter().all(|l| l.chars().count() <= SHORT)
    };
    let closing = (0..=last).rev().take(SIGNATURE + 4).find(|at| {
        let small = lines[*at].trim().trim_end_matches([',', '.', '!']).to_lowercase();
        *at > 0 && CLOSINGS.contains(&small.as_str()) && short(*at)
    });
    [mark, sent, closing].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_new_is_told_from_what_is_quoted() {
        for (text, fresh) in [
            (
                "Yes, please.\n\nOn Mon, 2 Mar 2026 at 09:00, Ada Byron <ada@lamps.example> wrote:\n> Shall I?\n",
                "Yes, please.",
            ),
            ("Ja.\n\nAm 02.03.26 um 09:00 schrieb Ada Byron:\n> Soll ich?\n", "Ja."),
            ("Oui\n\nLe lun. 2 mars 2026 à 09:00, Ada Byron <ada@lamps.example> a\nécrit :\n\n> On y va ?", "Oui"),
            ("Sure\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: Bob\nSubject: Lamps\n\nOld", "Sure"),
            (
                "Fine\n\n________________________________\nFrom: Ada <a@x.example>\nSent: Monday\nTo: Bob\nSubject: Lamps\n\nOld",
                "Fine",
            ),
            ("Gut\n\nVon: Ada <a@x.example>\nGesendet: Montag\nAn: Bob\nBetreff: Lampen\n\nAlt", "Gut"),
            ("Hello\n\n-- \nAda Byron\nLamps Ltd", "Hello"),
            (
                "Hello Bob,\n\nall is well.\n\nBest regards,\nAda Byron\nLamps Ltd\n+49 30 123",
                "Hello Bob,\n\nall is well.",
            ),
            ("On my way\n\nSent from my iPhone", "On my way"),
            (
                "> Red?\nNo, blue.\n> And how many?\nTwo hundred.\nThe small ones.\nBy Friday.",
                "> Red?\nNo, blue.\n> And how many?\nTwo hundred.\nThe small ones.\nBy Friday.",
            ),
            ("> only this", "> only this"),
            ("", ""),
        ] {
            assert_eq!(fold(text).fresh, fresh, "{text}");
        }
        let folded = fold("New\n\n-- \nAda");
        assert_eq!(folded.rest.as_deref(), Some("-- \nAda"));
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(\\PC{0,20}(\n|\r\n|> |-- \n|wrote:\n|From: a@b\n)){0,20}") {
            let folded = fold(&text);
            let whole = |t: &str| t.chars().filter(|c| !c.is_whitespace()).count();
            prop_assert_eq!(whole(&folded.fresh) + folded.rest.as_deref().map_or(0, whole), whole(&text));
        }
    }
}
