//! Languages that People360 speaks.

/// One for now. Another one is a variant here, and words for it in the views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
}

impl Language {
    pub const ALL: [Self; 1] = [Self::English];

    /// As it is kept, by BCP 47.
    pub const fn key(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.key() == key)
    }
}
