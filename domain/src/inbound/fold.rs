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
/// Letters of a line that programs break.
const LONG: usize = 60;

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
    "írta:",
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

/// What stands between dashes above a quoted message.
const BETWEEN: &[&str] = &[
    "original message",
    "ursprüngliche nachricht",
    "message d'origine",
    "message d’origine",
    "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "mensagem original",
    "oprindelig besked",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "ursprungligt meddelande",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "původní zpráva",
    "исходное сообщение",
    "forwarded message",
];

/// What programs put below.
const SENT_FROM: &[&str] = &[
    "sent from ",
    "sent via ",
    "get outlook for",
    "von meinem iphone gesendet",
    "von meinem ipad gesendet",
    "gesendet von ",
    "envoyé de mon ",
    "envoyé depuis ",
    "envoyé à partir de ",
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
    "с уважением",
];

pub fn fold(text: &str) -> Folded {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    if let Some(below) = answered_below(&lines) {
        return below;
    }
    // Whoever answers between quoted lines has the last word below them, too.
    let tail = if answers_between(&lines) { 0 } else { 2 };
    let quote = (0..lines.len().min(LINES)).find(|at| begins_quote(&lines, *at, tail)).unwrap_or(lines.len());
    // A line that was drawn above it belongs to it.
    let drawn = lines[..quote]
        .iter()
        .rposition(|l| !l.trim().is_empty())
        .filter(|at| quote < lines.len() && is_drawn(lines[*at]));
    let quote = drawn.unwrap_or(quote);
    let end = signature(&lines[..quote]).unwrap_or(quote);
    let fresh = lines[..end].join("\n").trim().to_owned();
    let rest = lines[end..].join("\n").trim_end().trim_start_matches('\n').to_owned();
    // Who only quotes has said just that.
    if fresh.is_empty() {
        return Folded { fresh: text.trim().to_owned(), rest: None };
    }
    Folded { fresh, rest: Some(rest).filter(|r| !r.trim().is_empty()) }
}

/// What stands below all that is quoted, for those who answer there.
fn answered_below(lines: &[&str]) -> Option<Folded> {
    let full = |at: usize| lines.get(at).is_some_and(|l| !l.trim().is_empty());
    let first = (0..lines.len()).find(|at| full(*at))?;
    let quoted = |at: usize| lines[at].trim_start().starts_with('>');
    let begins = (first..lines.len().min(first + 4)).find(|at| quoted(*at))?;
    if begins > first && !says_wrote(lines, first) {
        return None;
    }
    let last = (begins..lines.len().min(LINES)).rposition(quoted).map(|n| n + begins)?;
    let between = (begins..last).any(|at| full(at) && !quoted(at));
    let below = last + 1..lines.len();
    if between || lines.len() > LINES || !below.clone().any(full) {
        return None;
    }
    let end = below.start + signature(&lines[below.clone()]).unwrap_or(below.len());
    let fresh = lines[below.start..end].join("\n").trim().to_owned();
    let rest = format!("{}\n\n{}", lines[..below.start].join("\n"), lines[end..].join("\n"));
    (!fresh.is_empty()).then(|| Folded { fresh, rest: Some(rest.trim_end().trim_start_matches('\n').to_owned()) })
}

/// A line of nothing but strokes.
fn is_drawn(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 4 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '—' | '*'))
}

/// Whether from this line on nothing is new: an answer between quoted lines is part of the text, with what it answers.
fn begins_quote(lines: &[&str], at: usize, tail: usize) -> bool {
    let line = lines[at].trim();
    let small = line.to_lowercase();
    if PARTS.iter().any(|p| small.starts_with(p)) || parts(&small) {
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
    // Others begin that head with its day.
    let head = &lines[at..lines.len().min(at + 6)];
    if super::forwarded::is_head(line)
        && super::forwarded::heads(head) >= 3
        && head.iter().any(|l| super::forwarded::is_from(l))
    {
        return true;
    }
    if says_wrote(lines, at) && only_quotes(&lines[at + 1..], tail) {
        return true;
    }
    line.starts_with('>') && only_quotes(&lines[at..], tail)
}

/// `----- Original message -----`, with as many dashes as it may be.
fn parts(small: &str) -> bool {
    let words = small.trim_matches(['-', ' ', '\u{a0}']);
    let dashed = small.starts_with("---") && small.ends_with("---");
    dashed && (BETWEEN.contains(&words) || words.starts_with("on ") && words.ends_with(" wrote") && words.contains('@'))
}

/// Whether a line tells a time of day: programs write it above what they quote, people seldom at the end of a sentence with an
/// address.
fn tells_time(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.windows(4).enumerate().any(|(at, w)| {
        let before = at.checked_sub(1).and_then(|b| bytes.get(b)).is_some_and(|b| b.is_ascii_digit() || *b == b'.');
        let [a, sep, b, c] = [w[0], w[1], w[2], w[3]];
        let after = bytes.get(at + 4).is_some_and(|d| d.is_ascii_digit());
        a.is_ascii_digit()
            && matches!(sep, b':' | b'.')
            && b.is_ascii_digit()
            && c.is_ascii_digit()
            && !after
            && (!before || bytes.get(at.wrapping_sub(2)).is_none_or(|b| !matches!(b, b'.' | b':')))
    })
}

/// A line such as `On 2 March Ada wrote:`, which programs break in two or three.
fn says_wrote(lines: &[&str], at: usize) -> bool {
    let first = lines[at].trim().to_lowercase();
    if first.is_empty() || first.starts_with('>') {
        return false;
    }
    let begins = BEGINS.iter().any(|b| first.starts_with(b))
        || first.starts_with(|c: char| c.is_ascii_digit())
        || tells_time(&first) && first.chars().count() <= 120;
    let mut whole = String::new();
    for line in lines[at..].iter().take(3) {
        // What is quoted says nothing of who quotes it.
        if !whole.is_empty() && line.starts_with('>') && line.trim_end() != ">:" {
            return false;
        }
        whole.push(' ');
        whole.push_str(line.trim());
        let small = whole.trim().to_lowercase();
        let ends = WROTE.iter().any(|w| small.ends_with(w));
        let middle = begins && small.ends_with(':') && SAID.iter().any(|s| small.contains(s));
        // A moment and an address with nothing behind them, as some programs have it.
        let bare = small.contains('@') && tells_time(&small) && (small.ends_with(':') || small.ends_with(" wrote"));
        if (ends && (begins || small.contains('@') || small.contains('<'))) || middle || begins && bare {
            return true;
        }
        if !begins {
            return false;
        }
    }
    false
}

/// Whether nothing new stands below: quoted lines, empty ones, and none of somebody's own but at the very end.
fn only_quotes(lines: &[&str], tail: usize) -> bool {
    let mut own = 0;
    let quoted = lines.iter().any(|l| l.trim_start().starts_with('>'));
    for line in lines.iter().rev() {
        let line = line.trim();
        if line.starts_with('>') {
            break;
        }
        own += usize::from(!line.is_empty());
        // A signature below the quote is nothing that was said.
        if is_mark(line) {
            own = 0;
        }
    }
    // Programs that quote without a sign: all below is the quote.
    !quoted || own <= tail && !answers_between(lines)
}

/// Whether somebody answers between quoted lines. What was broken from the end of a long one is no answer.
fn answers_between(lines: &[&str]) -> bool {
    let quoted = |line: &str| line.trim_start().starts_with('>');
    let (Some(first), Some(last)) = (lines.iter().position(|l| quoted(l)), lines.iter().rposition(|l| quoted(l)))
    else {
        return false;
    };
    lines[first..last].windows(2).any(|pair| {
        let own = !pair[1].trim().is_empty() && !quoted(pair[1]);
        own && (pair[0].trim().is_empty() || quoted(pair[0]) && pair[0].chars().count() < LONG)
    })
}

fn is_mark(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "–" | "—" | "__") || is_drawn(line) && line.contains(['_', '—'])
}

/// Where a signature begins: at its mark, at what a program adds, or at the words with which somebody ends.
fn signature(lines: &[&str]) -> Option<usize> {
    let last = lines.iter().rposition(|l| !l.trim().is_empty())?;
    let mark = (0..=last).rev().take(30).find(|at| *at > 0 && is_mark(lines[*at]));
    let sent = (0..=last).rev().take(6).find(|at| {
        let small = lines[*at].trim().to_lowercase();
        SENT_FROM.iter().any(|s| small.starts_with(s)) && small.chars().count() <= SHORT && !small.ends_with('.')
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
            // Answered below what is quoted, and between it.
            ("On Mon, 2 Mar 2026 at 09:00, Ada wrote:\n> Shall I?\n\nYes, please.", "Yes, please."),
            ("> Red?\n\nNo, blue.\n\n> How many?\n\nTwo.", "> Red?\n\nNo, blue.\n\n> How many?\n\nTwo."),
            // With a moment and an address, and no word of writing.
            ("Ja\n\n30.09.2026, 18.30, \"Ada Byron\" <ada@lamps.example>:\n\nAlt", "Ja"),
            ("Да\n\nср, 30 апр. 2026 г. в 15:19, Ada <ada@lamps.example>:\n\nСтарое", "Да"),
            ("Joo\n\npe 20. lokakuuta 2026 klo 17.50 Ada Byron\n<ada@lamps.example> kirjoitti:\n\nVanha", "Joo"),
            ("Ja\n\n-------- Oprindelig besked --------\nFra: Ada <ada@lamps.example>\nDato: 4.7.2026\nTil: Bob", "Ja"),
            (
                "Fine\n\n ------------------------------\n*From:* Ada <a@x.example>\n*Sent:* Monday\n*To:* Bob\n\nOld",
                "Fine",
            ),
            ("Fine\n\nDate: Monday\nSubject: Lamps\nFrom: ada@lamps.example\nTo: Bob\n\nOld", "Fine"),
            ("🎉\n\n—\nAda Byron\nLamps Ltd", "🎉"),
            (
                "We meet at 10:30, ask ada@lamps.example: she knows.",
                "We meet at 10:30, ask ada@lamps.example: she knows.",
            ),
            ("Sent from my desk, which is easier.", "Sent from my desk, which is easier."),
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
