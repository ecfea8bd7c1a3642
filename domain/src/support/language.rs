//! In which language somebody writes, as far as a few words tell: the smallest words of each, which no text is without. Where two
//! are as likely, none is told.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Dutch,
    English,
    French,
    German,
    Italian,
    Portuguese,
    Spanish,
}

impl Language {
    pub const ALL: [Self; 7] =
        [Self::Dutch, Self::English, Self::French, Self::German, Self::Italian, Self::Portuguese, Self::Spanish];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Dutch => "dutch",
            Self::English => "english",
            Self::French => "french",
            Self::German => "german",
            Self::Italian => "italian",
            Self::Portuguese => "portuguese",
            Self::Spanish => "spanish",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Dutch => "Dutch",
            Self::English => "English",
            Self::French => "French",
            Self::German => "German",
            Self::Italian => "Italian",
            Self::Portuguese => "Portuguese",
            Self::Spanish => "Spanish",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.key() == key)
    }

    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Dutch => &[
                "het", "een", "van", "niet", "wij", "ik", "zijn", "voor", "heeft", "met", "graag", "maar", "ook",
                "dat", "deze", "naar", "geen", "kunt", "hebben",
            ],
            Self::English => &[
                "the", "and", "is", "are", "you", "we", "not", "for", "with", "have", "has", "this", "that", "our",
                "my", "please", "it", "does", "was",
            ],
            Self::French => &[
                "le", "les", "des", "est", "nous", "vous", "une", "pas", "pour", "avec", "dans", "je", "merci",
                "bonjour", "notre", "sur", "mais", "cette", "avons",
            ],
            Self::German => &[
                "der", "die", "das", "und", "ist", "nicht", "wir", "ich", "sie", "mit", "ein", "eine", "für", "auf",
                "haben", "bitte", "wie", "dem", "auch",
            ],
            Self::Italian => &[
                "il",
                "gli",
                "che",
                "di",
                "non",
                "per",
                "una",
                "sono",
                "della",
                "con",
                "abbiamo",
                "grazie",
                "questo",
                "anche",
                "buongiorno",
                "nostro",
                "più",
                "è",
                "ho",
            ],
            Self::Portuguese => &[
                "os", "não", "uma", "com", "para", "que", "nossa", "obrigado", "você", "está", "mas", "dos", "temos",
                "olá", "muito", "ao", "pelo", "foi", "eu",
            ],
            Self::Spanish => &[
                "el", "los", "las", "que", "no", "una", "con", "para", "por", "gracias", "nuestro", "está", "pero",
                "hola", "tenemos", "muy", "es", "usted", "del",
            ],
        }
    }
}

/// Letters that are looked at.
const MOST: usize = 4_000;
/// Words of a language that are to be there.
const LEAST: usize = 2;

pub fn language(text: &str) -> Option<Language> {
    let text: String = text.chars().take(MOST).collect::<String>().to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    let counted = Language::ALL.map(|l| (words.iter().filter(|w| l.words().contains(w)).count(), l));
    let (most, found) = counted.into_iter().max_by_key(|(n, _)| *n)?;
    let alone = counted.iter().filter(|(n, _)| *n == most).count() == 1;
    (most >= LEAST && alone).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_its_language() {
        for (text, is) in [
            ("Hello, the lamp is dark and we have guests.", Some(Language::English)),
            ("Guten Tag, die Lampe ist dunkel und wir haben Gäste.", Some(Language::German)),
            ("Bonjour, nous avons une lampe qui ne marche pas.", Some(Language::French)),
            ("Buongiorno, la lampada non funziona, grazie per una risposta.", Some(Language::Italian)),
            ("Hola, la lámpara no funciona y tenemos huéspedes. Gracias.", Some(Language::Spanish)),
            ("Olá, a nossa lâmpada não acende e temos hóspedes.", Some(Language::Portuguese)),
            ("Goedemorgen, wij hebben een lamp die het niet doet.", Some(Language::Dutch)),
            ("SUP-1001", None),
            ("ランプがつきません", None),
            ("", None),
        ] {
            assert_eq!(language(text), is, "{text}");
        }
    }
}
