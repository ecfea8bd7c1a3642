//! Words that must have a shape: lines of text, email addresses and workspace slugs.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The text without what nobody can see: two names that look the same are the same, and no name turns the words
/// after it round. Pages and mails bring such characters along when something is copied from them.
///
/// Joiners and variation selectors stay between letters that are not ASCII, where Persian, Indic scripts, Japanese
/// names and emoji need them (UTS #55 §3).
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().filter(|c| !is_hidden(*c)).peekable();
    let joins = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace());
    while let Some(c) = rest.next() {
        let before = joins(out.chars().last().as_ref());
        let stays = match c {
            '\u{200C}' | '\u{200D}' => before && joins(rest.peek()),
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => before,
            _ => true,
        };
        if stays {
            out.push(c);
        }
    }
    out
}

/// Characters without ink or width that no name needs: marks and overrides of direction, fillers, tags, the soft
/// hyphen and the like.
const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180E}'
        | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}')
}

/// A valid email address, trimmed; compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Parses what a person typed. The error is the sentence to show beside the field.
    pub fn parse(input: &str) -> Result<Self, &'static str> {
        let input = visible(input);
        let input = input.trim();
        let options = email_address::Options::default().without_display_text().without_domain_literal();
        let ok = input.len() <= 254
            && !input.chars().any(char::is_control)
            // RFC 5321 §4.1.2 would let `"a b"@c.de` through; no server that people have mail at gives one out.
            && !input.starts_with('"')
            && email_address::EmailAddress::parse_with_options(input, options.with_required_tld()).is_ok();
        if ok { Ok(Self(input.to_owned())) } else { Err("This is not an email address, like name@company.com.") }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are the same one.
    pub fn normal(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<Email> for String {
    fn from(e: Email) -> String {
        e.0
    }
}

/// What the records of a noun are called in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    pub one: &'static str,
    pub many: &'static str,
}

impl Words {
    /// As a heading: `Employees`.
    pub fn title(self) -> String {
        let mut title = self.many.to_owned();
        title[..1].make_ascii_uppercase();
        title
    }
}

/// The workspace's name in URLs: 2 to 40 of a-z, 0-9 and inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Slugs that would read like parts of the product.
const RESERVED: &[&str] = &[
    "admin",
    "api",
    "app",
    "assets",
    "careers",
    "console",
    "dev",
    "forms",
    "healthz",
    "help",
    "invite",
    "login",
    "logout",
    "mail",
    "new",
    "people360",
    "platform",
    "public",
    "readyz",
    "scim",
    "settings",
    "signup",
    "static",
    "status",
    "support",
    "system",
    "w",
    "www",
];

impl Slug {
    pub fn parse(input: &str) -> Result<Self, &'static str> {
        let s = input.trim();
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(2..=40).contains(&s.len()) {
            Err("Use 2 to 40 characters.")
        } else if !s.chars().all(inner) || s.starts_with('-') || s.ends_with('-') || s.contains("--") {
            Err("Use small letters, digits and single hyphens between them.")
        } else if RESERVED.contains(&s) {
            Err("This address is reserved. Choose another one.")
        } else {
            Ok(Self(s.to_owned()))
        }
    }

    /// The slug that a company's name suggests, or nothing when no letter of it can stay.
    pub fn suggest(name: &str) -> Option<Self> {
        let mut out = String::new();
        for c in name.to_lowercase().chars() {
            match c {
                'a'..='z' | '0'..='9' => out.push(c),
                'ä' => out.push_str("ae"),
                'ö' | 'ø' => out.push_str("oe"),
                'ü' => out.push_str("ue"),
                'ß' => out.push_str("ss"),
                'á' | 'à' | 'â' | 'ã' | 'å' => out.push('a'),
                'é' | 'è' | 'ê' | 'ë' => out.push('e'),
                'í' | 'ì' | 'î' | 'ï' => out.push('i'),
                'ó' | 'ò' | 'ô' | 'õ' => out.push('o'),
                'ú' | 'ù' | 'û' => out.push('u'),
                'ç' => out.push('c'),
                'ñ' => out.push('n'),
                '\'' | '’' | '.' => {}
                _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
                _ => {}
            }
        }
        out.truncate(40);
        let mut s = out.trim_matches('-').to_owned();
        if RESERVED.contains(&s.as_str()) || s.len() == 1 {
            s.push_str("-co");
        }
        Self::parse(&s).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Slug {
    type Error = &'static str;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<Slug> for String {
    fn from(s: Slug) -> String {
        s.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_suggested_from_the_name() {
        for (name, slug) in [
            ("Acme Corporation", "acme-corporation"),
            ("Müller & Söhne GmbH", "mueller-soehne-gmbh"),
            ("  O'Brien's  ", "obriens"),
            ("Support", "support-co"),
            ("X", "x-co"),
        ] {
            assert_eq!(Slug::suggest(name).expect(name).as_str(), slug, "{name}");
        }
        assert_eq!(Slug::suggest("株式会社"), None);
    }

    #[test]
    fn a_slug_has_a_shape() {
        for bad in ["", "a", "-a", "a-", "a--b", "A", "a b", "login", &"x".repeat(41)] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
        assert!(Slug::parse("acme-2").is_ok());
    }

    #[test]
    fn an_email_has_a_shape_and_no_room_for_headers() {
        for bad in [
            "",
            "a",
            "a@",
            "a@b",
            "a b@c.de",
            "\"a b\"@c.de",
            "\"a@b.co,x\"@c.de",
            "A <a@b.co>",
            "a@b.co\r\nBcc: x@y.zz",
            "a@[127.0.0.1]",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Email::parse("\u{200B}ada@example.com\u{FEFF}").as_ref().map(Email::as_str), Ok("ada@example.com"));
        assert_eq!(Email::parse(" Ada@Example.com ").map(|e| e.normal()), Ok("ada@example.com".into()));
    }

    #[test]
    fn what_nobody_sees_is_left_out_and_what_scripts_need_stays() {
        for (typed, kept) in [
            ("Ada\u{202E}ecalevoL", "AdaecalevoL"),
            ("\u{FEFF}A\u{200B}d\u{AD}a\u{2066}\u{E0041}", "Ada"),
            ("A\u{200D}da\u{200C} \u{FE0F}", "Ada "),
            ("\u{3164}\u{2800}", ""),
            ("\u{200D}\u{200C}", ""),
            // Persian, Devanagari, a Japanese surname in its own form, a family.
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
            ("क्\u{200D}ष", "क्\u{200D}ष"),
            ("葛\u{E0100}城", "葛\u{E0100}城"),
            ("👩\u{200D}👧 ❤\u{FE0F}", "👩\u{200D}👧 ❤\u{FE0F}"),
            ("Zoë Müller-O’Hara", "Zoë Müller-O’Hara"),
        ] {
            assert_eq!(visible(typed), kept, "{typed:?}");
        }
    }
}
