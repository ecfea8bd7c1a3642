//! A message that somebody has passed on: found by the head that mail programs put above it, in whichever language.

use super::{Part, Party};

/// The message inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    pub people: Vec<Party>,
    pub subject: String,
    pub text: String,
    /// What was written above it.
    pub comment: String,
}

const FROM: &[&str] = &["from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä", "от", "发件人", "差出人"];
const TO: &[&str] =
    &["to", "an", "à", "a", "para", "aan", "till", "til", "do", "komu", "vastaanottaja", "кому", "收件人", "宛先"];
const CC: &[&str] = &["cc", "kopie", "copie", "copie à", "kopia", "kopi", "dw", "копия", "抄送"];
const SUBJECT: &[&str] = &[
    "subject",
    "betreff",
    "objet",
    "sujet",
    "asunto",
    "oggetto",
    "onderwerp",
    "assunto",
    "ämne",
    "emne",
    "temat",
    "předmět",
    "aihe",
    "тема",
    "主题",
    "件名",
];
const OTHER: &[&str] = &[
    "date",
    "sent",
    "datum",
    "gesendet",
    "envoyé",
    "fecha",
    "enviado",
    "enviado el",
    "enviada em",
    "data",
    "inviato",
    "verzonden",
    "skickat",
    "sendt",
    "dato",
    "data wysłania",
    "wysłano",
    "lähetetty",
    "дата",
    "отправлено",
    "reply-to",
    "message du",
    "antwort an",
    "日期",
    "发送时间",
    "送信日時",
];

/// Lines of a head.
const HEAD: usize = 12;

/// The first message that is passed on in a text.
pub fn original(text: &str) -> Option<Original> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let all: Vec<&str> = text.split('\n').collect();
    // Some programs quote what they pass on.
    let lines: Vec<&str> = all.iter().map(|l| unquoted(l)).collect();
    let at = (0..lines.len()).find(|at| {
        is_from(lines[*at]) && heads(&lines[*at..lines.len().min(at + HEAD)]) >= 2 && has_address(lines[*at])
    })?;
    let mut people = vec![];
    let (mut subject, mut end, mut last) = (String::new(), at, None);
    for (i, line) in lines[at..].iter().take(HEAD).enumerate() {
        let Some((name, value)) = field(line) else {
            // A head's field goes on in the next line.
            match last {
                Some(part @ (Part::To | Part::Cc)) if !line.trim().is_empty() => people.extend(parties(part, line)),
                _ if line.trim().is_empty() && i > 0 => break,
                _ => {}
            }
            end = at + i + 1;
            continue;
        };
        last = match name.as_str() {
            n if FROM.contains(&n) && i == 0 => Some(Part::From),
            n if TO.contains(&n) => Some(Part::To),
            n if CC.contains(&n) => Some(Part::Cc),
            _ => None,
        };
        if let Some(part) = last {
            people.extend(parties(part, value));
        } else if SUBJECT.contains(&name.as_str()) {
            value.trim().clone_into(&mut subject);
        }
        end = at + i + 1;
    }
    let above = lines[..at].iter().rposition(|l| !is_rule(l)).map_or(0, |last| last + 1);
    let comment = lines[..above].join("\n").trim().to_owned();
    let text = lines[end.min(lines.len())..].join("\n").trim().to_owned();
    people.iter().any(|p| p.part == Part::From).then_some(Original { people, subject, text, comment })
}

/// Whether a line names who wrote.
pub(super) fn is_from(line: &str) -> bool {
    field(unquoted(line)).is_some_and(|(name, _)| FROM.contains(&name.as_str()))
}

/// Whether a line is one of a head's fields.
pub(super) fn is_head(line: &str) -> bool {
    field(unquoted(line))
        .is_some_and(|(name, _)| [FROM, TO, CC, SUBJECT, OTHER].iter().any(|all| all.contains(&name.as_str())))
}

/// How many of a head's fields stand in these lines, before the first empty one behind a field.
pub(super) fn heads(lines: &[&str]) -> usize {
    lines
        .iter()
        .skip_while(|l| unquoted(l).trim().is_empty())
        .take_while(|l| !unquoted(l).trim().is_empty())
        .filter(|l| is_head(l))
        .count()
}

fn unquoted(line: &str) -> &str {
    line.trim_start().trim_start_matches(['>', ' '])
}

/// `*From:* Ada` as its small name and its value.
fn field(line: &str) -> Option<(String, &str)> {
    let line = line.trim().trim_start_matches(['*', '_']);
    let (name, value) = line.split_once([':', '：'])?;
    let name = name.trim().trim_matches(['*', '_', ' ', '\u{a0}']).to_lowercase();
    (!name.is_empty() && name.chars().count() <= 16).then(|| (name, value.trim_start_matches(['*', '_']).trim()))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let small = line.to_lowercase();
    line.is_empty()
        || line.starts_with("---")
        || line.chars().all(|c| c == '_' || c == '-')
        // `Begin forwarded message:`, `Anfang der weitergeleiteten Nachricht:`
        || (small.ends_with(':') && ["forward", "weitergeleitet", "transféré", "reenviado", "inoltrato", "doorgestuurd", "vidarebefordrat", "encaminhada"].iter().any(|w| small.contains(w)))
}

fn has_address(line: &str) -> bool {
    field(line).is_some_and(|(_, value)| !parties(Part::From, value).is_empty())
}

/// `Ada Byron <ada@lamps.example>, bob@…`, and Outlook's `Ada Byron [mailto:ada@lamps.example]`.
fn parties(part: Part, value: &str) -> Vec<Party> {
    let mut all = vec![];
    let mut name_from = 0;
    let bytes: Vec<(usize, char)> = value.char_indices().collect();
    let mut i = 0;
    while i < bytes.len() {
        let (start, c) = bytes[i];
        let is_word = |c: char| c.is_alphanumeric() || "@._%+-'=&/#$!".contains(c);
        if !is_word(c) {
            if matches!(c, ',' | ';') {
                name_from = start + c.len_utf8();
            }
            i += 1;
            continue;
        }
        let mut j = i;
        while j < bytes.len() && is_word(bytes[j].1) {
            j += 1;
        }
        let end = bytes.get(j).map_or(value.len(), |(at, _)| *at);
        let word = value[start..end].trim_matches(['.', '\'']);
        if let Some((local, at)) = word.split_once('@')
            && !local.is_empty()
            && at.contains('.')
            && !at.contains('@')
            && !all.iter().any(|p: &Party| p.normal() == super::normal(word))
        {
            let name = value[name_from..start].replace("mailto", "");
            let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != ')').trim().to_owned();
            let name = if name.contains('@') { String::new() } else { name };
            all.push(Party { part, name, email: word.to_owned() });
            name_from = end;
        }
        i = j;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_head_of_what_is_passed_on_is_read() {
        let gmail = "Look at this\n\n---------- Forwarded message ---------\nFrom: Ada Byron <ada@lamps.example>\nDate: Mon, 2 Mar 2026 at 08:00\nSubject: 200 lamps\nTo: Bob <bob@acme.example>\nCc: <c@lamps.example>\n\n\nHow much?\n";
        let outlook = "FYI\n\n________________________________\nFrom: Ada Byron <ada@lamps.example>\nSent: Monday, March 2, 2026 8:00 AM\nTo: Bob <bob@acme.example>\nCc: c@lamps.example\nSubject: 200 lamps\n\nHow much?";
        let german = "Zur Info\n\nVon: Ada Byron <ada@lamps.example>\nGesendet: Montag, 2. März 2026 08:00\nAn: Bob <bob@acme.example>; c@lamps.example\nBetreff: 200 lamps\n\nHow much?";
        let apple = "Begin forwarded message:\n\n> From: Ada Byron <ada@lamps.example>\n> Subject: 200 lamps\n> Date: 2 March 2026 at 08:00:00 CET\n> To: Bob <bob@acme.example>\n> \n> How much?";
        let french = "---------- Forwarded message ---------\nDe : Ada Byron <ada@lamps.example>\nDate : lun. 2 mars 2026\nSubject: 200 lamps\nÀ : Bob <bob@acme.example>\n\nHow much?";
        let rich = "*From:* Ada Byron [mailto:ada@lamps.example]\n*Sent:* Monday\n*To:* Bob\n*Subject:* 200 lamps\n\nHow much?";
        for text in [gmail, outlook, german, apple, french, rich] {
            let found = original(text).unwrap_or_else(|| panic!("{text}"));
            let from = &found.people[0];
            assert_eq!((from.name.as_str(), from.email.as_str()), ("Ada Byron", "ada@lamps.example"), "{text}");
            assert_eq!((found.subject.as_str(), found.text.as_str()), ("200 lamps", "How much?"), "{text}");
        }
        let found = original(gmail).expect("it is one");
        assert_eq!(found.comment, "Look at this");
        let all: Vec<_> = found.people.iter().map(|p| (p.part, p.email.as_str())).collect();
        assert_eq!(all[1..], [(Part::To, "bob@acme.example"), (Part::Cc, "c@lamps.example")]);
        for none in ["Hello\nFrom: nobody\n\nBye", "From: Ada <ada@lamps.example>", "", "De: la table"] {
            assert_eq!(original(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "(From: |To: |> |a@b.c|<|>|,|\n|\\PC{0,9}){0,30}") {
            let _found = original(&text);
        }
    }
}
