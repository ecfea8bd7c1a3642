//! What opens over the page: dialog, drawer, menu. Native `dialog` and `popover`, so they
//! close with Esc, keep the focus and need no script (`app.js` helps browsers without `commandfor`).

use maud::{Markup, Render, html};

use super::{Button, Icon, safe_href};

/// A question or a small form in the middle. Open it with [`Button::opens_dialog`].
#[derive(Clone, Debug)]
pub struct Dialog {
    id: String,
    title: String,
    body: Markup,
    actions: Option<Markup>,
    side: bool,
    open: bool,
}

impl Dialog {
    pub fn new(id: impl Into<String>, title: impl Into<String>, body: Markup) -> Self {
        Self { id: id.into(), title: title.into(), body, actions: None, side: false, open: false }
    }

    /// As a sheet at the side: look or edit without leaving the list.
    pub fn drawer(id: impl Into<String>, title: impl Into<String>, body: Markup) -> Self {
        Self { side: true, ..Self::new(id, title, body) }
    }

    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }

    /// Comes already open, as an answer to htmx does (`data-open`: app.js makes it modal).
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }
}

impl Render for Dialog {
    fn render(&self) -> Markup {
        let title_id = format!("{}-title", self.id);
        html! {
            dialog class={ "dialog" @if self.side { " drawer" } } id=(self.id) aria-labelledby=(title_id)
                closedby="any" data-open[self.open] {
                header.dialog-head {
                    h2 id=(title_id) { (self.title) }
                    form method="dialog" { button.button.button-ghost.button-icon.button-sm aria-label="Close" { (Icon::X) } }
                }
                div.dialog-body { (self.body) }
                @if let Some(actions) = &self.actions { footer.dialog-foot { (actions) } }
            }
        }
    }
}

/// A confirmation, only for what can't be undone. Says what happens: "Delete 12 people".
#[derive(Clone, Debug)]
pub struct Confirm {
    pub id: String,
    pub title: String,
    pub text: String,
    /// The verb on the button.
    pub verb: String,
    pub action: String,
    pub csrf: String,
    pub fields: Vec<(String, String)>,
}

impl Render for Confirm {
    fn render(&self) -> Markup {
        let form = format!("{}-form", self.id);
        Dialog::new(
            &self.id,
            &self.title,
            html! {
                p { (self.text) }
                form id=(form) method="post" action=(self.action) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    @for (name, value) in &self.fields { input type="hidden" name=(name) value=(value); }
                }
            },
        )
        .actions(html! {
            form method="dialog" { (Button::submit("Cancel")) }
            (Button::submit(&self.verb).danger().attr("form", form.clone()))
        })
        .render()
    }
}

#[derive(Clone, Debug)]
enum MenuPart {
    Link {
        label: String,
        href: String,
        icon: Option<Icon>,
        current: bool,
    },
    Post {
        label: String,
        action: String,
        csrf: String,
        fields: Vec<(String, String)>,
        icon: Option<Icon>,
        danger: bool,
    },
    Head(String),
    Line,
    Other(Markup),
}

/// A list of things to do or to go to, under a button.
#[derive(Clone, Debug)]
pub struct Menu {
    id: String,
    parts: Vec<MenuPart>,
    end: bool,
}

impl Menu {
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), parts: Vec::new(), end: false }
    }

    /// Lines up with its button's right edge.
    pub fn end(mut self) -> Self {
        self.end = true;
        self
    }

    pub fn head(mut self, text: impl Into<String>) -> Self {
        self.parts.push(MenuPart::Head(text.into()));
        self
    }

    pub fn link(mut self, icon: Option<Icon>, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.parts.push(MenuPart::Link { label: label.into(), href: href.into(), icon, current: false });
        self
    }

    /// A choice of which one is made.
    pub fn choice(mut self, label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        self.parts.push(MenuPart::Link { label: label.into(), href: href.into(), icon: None, current });
        self
    }

    /// Does something: a form with one button.
    pub fn post(
        mut self,
        icon: Option<Icon>,
        label: impl Into<String>,
        action: impl Into<String>,
        csrf: impl Into<String>,
        fields: Vec<(String, String)>,
    ) -> Self {
        self.parts.push(MenuPart::Post {
            label: label.into(),
            action: action.into(),
            csrf: csrf.into(),
            fields,
            icon,
            danger: false,
        });
        self
    }

    /// The same, destroying something.
    pub fn danger(
        mut self,
        icon: Option<Icon>,
        label: impl Into<String>,
        action: impl Into<String>,
        csrf: impl Into<String>,
        fields: Vec<(String, String)>,
    ) -> Self {
        self.parts.push(MenuPart::Post {
            label: label.into(),
            action: action.into(),
            csrf: csrf.into(),
            fields,
            icon,
            danger: true,
        });
        self
    }

    pub fn line(mut self) -> Self {
        self.parts.push(MenuPart::Line);
        self
    }

    pub fn other(mut self, markup: Markup) -> Self {
        self.parts.push(MenuPart::Other(markup));
        self
    }
}

impl Render for Menu {
    fn render(&self) -> Markup {
        html! {
            div class={ "menu" @if self.end { " menu-end" } } id=(self.id) popover data-menu {
                @for part in &self.parts {
                    @match part {
                        MenuPart::Head(text) => { p.menu-head { (text) } }
                        MenuPart::Line => { hr.menu-line; }
                        MenuPart::Other(markup) => { (markup) }
                        MenuPart::Link { label, href, icon, current } => {
                            a.menu-item href=(safe_href(href)) aria-current=[current.then_some("true")] {
                                @if let Some(icon) = icon { (icon) }
                                span.menu-label { (label) }
                                @if *current { (Icon::Check) }
                            }
                        }
                        MenuPart::Post { label, action, csrf, fields, icon, danger } => {
                            form method="post" action=(action) {
                                input type="hidden" name="_csrf" value=(csrf);
                                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                                button.menu-item.is-danger[*danger] type="submit" {
                                    @if let Some(icon) = icon { (icon) }
                                    span.menu-label { (label) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A button and its menu together, as in the header of a record.
pub fn menu_button(button: Button, menu: Menu) -> Markup {
    html! { (button.opens(&menu.id)) (menu) }
}
