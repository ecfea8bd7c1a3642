//! What a thing's state is, in a word with a colour; never a colour alone.

use maud::{Markup, Render, html};

use super::Icon;

/// The four meanings, plus plain and the accent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Good,
    Warning,
    Bad,
    Info,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "tone-neutral",
            Tone::Accent => "tone-accent",
            Tone::Good => "tone-good",
            Tone::Warning => "tone-warning",
            Tone::Bad => "tone-bad",
            Tone::Info => "tone-info",
        }
    }

    /// The icon that stands for the meaning where there is room for one.
    pub fn icon(self) -> Icon {
        match self {
            Tone::Neutral | Tone::Accent | Tone::Info => Icon::InfoCircle,
            Tone::Good => Icon::CircleCheck,
            Tone::Warning => Icon::AlertTriangle,
            Tone::Bad => Icon::AlertCircle,
        }
    }
}

/// A status word: "Active" with a dot, or with an icon.
#[derive(Clone, Debug)]
pub struct Badge {
    tone: Tone,
    text: String,
    icon: Option<Icon>,
    dot: bool,
}

impl Badge {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), icon: None, dot: true }
    }

    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The word only, as for counts and kinds.
    pub fn plain(mut self) -> Self {
        self.dot = false;
        self
    }
}

impl Render for Badge {
    fn render(&self) -> Markup {
        html! {
            span class={ "badge " (self.tone.class()) } {
                @if let Some(icon) = self.icon { (icon) }
                @else if self.dot { span.badge-dot aria-hidden="true" {} }
                span.badge-text { (self.text) }
            }
        }
    }
}
