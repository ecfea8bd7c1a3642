//! Buttons and links that look like buttons.

use maud::{Markup, Render, html};

use super::{Attrs, Icon, element, safe_href};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// Filled; at most one in view.
    Primary,
    /// Outlined: the usual one.
    #[default]
    Secondary,
    /// No frame until pointed at.
    Ghost,
    /// What destroys.
    Danger,
    /// Looks like a link.
    Plain,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

#[derive(Clone, Debug)]
enum Act {
    Submit,
    Button,
    Link(String),
}

/// A button that submits, opens something, or is a link.
#[derive(Clone, Debug)]
pub struct Button {
    act: Act,
    label: String,
    icon: Option<Icon>,
    icon_after: Option<Icon>,
    icon_only: bool,
    variant: Variant,
    size: Size,
    wide: bool,
    disabled: bool,
    busy: bool,
    pressed: Option<bool>,
    attrs: Attrs,
}

impl Button {
    /// Sends its form.
    pub fn submit(label: impl Into<String>) -> Self {
        Self::of(Act::Submit, label)
    }

    /// Opens or toggles something on the page (see [`Button::opens`], [`Button::attr`]).
    pub fn new(label: impl Into<String>) -> Self {
        Self::of(Act::Button, label)
    }

    /// Goes somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::of(Act::Link(href.into()), label)
    }

    fn of(act: Act, label: impl Into<String>) -> Self {
        Self {
            act,
            label: label.into(),
            icon: None,
            icon_after: None,
            icon_only: false,
            variant: Variant::default(),
            size: Size::default(),
            wide: false,
            disabled: false,
            busy: false,
            pressed: None,
            attrs: Attrs::new(),
        }
    }

    pub fn variant(mut self, variant: Variant) -> Self {
        self.variant = variant;
        self
    }

    pub fn primary(self) -> Self {
        self.variant(Variant::Primary)
    }

    pub fn ghost(self) -> Self {
        self.variant(Variant::Ghost)
    }

    pub fn danger(self) -> Self {
        self.variant(Variant::Danger)
    }

    pub fn plain(self) -> Self {
        self.variant(Variant::Plain)
    }

    pub fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    pub fn small(self) -> Self {
        self.size(Size::Small)
    }

    pub fn large(self) -> Self {
        self.size(Size::Large)
    }

    /// As wide as its column, as in sign-in forms.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    pub fn icon_after(mut self, icon: Icon) -> Self {
        self.icon_after = Some(icon);
        self
    }

    /// Shows the icon only; the label is still said aloud and shown as a tip.
    pub fn icon_only(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self.icon_only = true;
        self
    }

    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Waiting for the server; `app.js` sets the same state while a form is on its way.
    pub fn busy(mut self, busy: bool) -> Self {
        self.busy = busy;
        self
    }

    /// A toggle that is on or off.
    pub fn pressed(mut self, on: bool) -> Self {
        self.pressed = Some(on);
        self
    }

    /// Opens the menu, dialog or drawer of this id (popover API; no script needed).
    pub fn opens(self, id: impl Into<String>) -> Self {
        self.attr("popovertarget", id)
    }

    /// Opens the modal dialog of this id (`commandfor`, with a fallback in `app.js`).
    pub fn opens_dialog(self, id: impl Into<String>) -> Self {
        self.attr("command", "show-modal").attr("commandfor", id)
    }

    /// The key that presses it on this page, one of FACE's: `e`, `c`.
    pub fn key(self, key: &'static str) -> Self {
        self.attr("data-key", key)
    }

    /// Any other attribute: `hx-*`, `data-*`, `form`, `formaction`, `name`, `value`, `id`.
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs = self.attrs.set(name, value);
        self
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let mut class = String::from("button");
        class.push_str(match self.variant {
            Variant::Primary => " button-primary",
            Variant::Secondary => "",
            Variant::Ghost => " button-ghost",
            Variant::Danger => " button-danger",
            Variant::Plain => " button-plain",
        });
        class.push_str(match self.size {
            Size::Small => " button-sm",
            Size::Medium => "",
            Size::Large => " button-lg",
        });
        if self.wide {
            class.push_str(" button-wide");
        }
        if self.icon_only {
            class.push_str(" button-icon");
        }
        let attrs = Attrs::new()
            .set("class", class)
            .maybe("aria-label", self.icon_only.then(|| self.label.clone()))
            .maybe("title", self.icon_only.then(|| self.label.clone()))
            .maybe("aria-pressed", self.pressed.map(|on| on.to_string()))
            .maybe("aria-busy", self.busy.then_some("true"));
        let inside = html! {
            @if let Some(icon) = self.icon { (icon) }
            @if !self.icon_only { span.button-label { (self.label) } }
            @if let Some(icon) = self.icon_after { (icon) }
        };
        match &self.act {
            // A link can't be disabled: without an address it is only text.
            Act::Link(_) if self.disabled => {
                element("a", &attrs.set("role", "link").set("aria-disabled", "true").and(&self.attrs), inside)
            }
            Act::Link(href) => element("a", &attrs.set("href", safe_href(href)).and(&self.attrs), inside),
            Act::Submit => {
                element("button", &attrs.set("type", "submit").flag("disabled", self.disabled).and(&self.attrs), inside)
            }
            Act::Button => {
                element("button", &attrs.set("type", "button").flag("disabled", self.disabled).and(&self.attrs), inside)
            }
        }
    }
}

/// Buttons in a row with one gap.
pub fn actions(buttons: Markup) -> Markup {
    html! { div.actions { (buttons) } }
}
