//! Saved views: as tabs above a list, what is done with the open one, and the form that names one.

use crate::{
    View,
    form::errors,
    list,
    ui::{Alert, Button, Field, Form, Icon, Menu, PageHead, Tab, Tone, form_page, menu_button},
};
use domain::{
    Errors, MemberId, ViewId,
    paths::Pages,
    saved_views::{Draft, EVERYTHING, SavedView},
    text::Words,
};
use maud::{Markup, Render, html};

/// The views of a list, and the one that is open.
pub struct Saved {
    pub pages: Pages,
    pub csrf: String,
    pub views: Vec<SavedView>,
    /// The view that the list's address names, if there is one.
    pub open: Option<ViewId>,
    /// The view that the list opens with, for this reader.
    pub opening: Option<ViewId>,
    pub me: MemberId,
    pub may_share: bool,
}

/// A view's own address: its question, and its name.
pub fn address(pages: &Pages, view: &SavedView) -> String {
    let and = if view.question.is_empty() { "" } else { "&" };
    format!("{}?{}{and}view={}", pages.list(), view.question, view.id)
}

impl Saved {
    /// The view that is open.
    pub fn open(&self) -> Option<&SavedView> {
        self.views.iter().find(|v| Some(v.id) == self.open)
    }

    /// What the list's address says for everything, outside of views.
    pub fn everything(&self) -> &'static str {
        if self.opening.is_some() { EVERYTHING } else { "" }
    }

    /// One for each, behind the list's own.
    pub fn tabs(&self) -> impl Iterator<Item = Tab> {
        self.views.iter().map(|v| Tab::new(&v.name, address(&self.pages, v), Some(v.id) == self.open).fixed(true))
    }

    /// What can be done about views where the list asks `now`, a filter as a view would keep it; `plain`: it asks nothing.
    pub fn bar<F: serde::Serialize>(&self, now: &F, plain: bool) -> Option<Markup> {
        let question = serde_html_form::to_string(now).unwrap_or_default();
        let keep = list::url(&self.pages.new_view(), now);
        let new = |label: &str| Button::link(label, keep.as_str()).small().ghost().icon(Icon::LayoutList);
        let Some(view) = self.open() else {
            return (!plain).then(|| html! { div.view-bar { (new("Save view")) } });
        };
        let mine = view.may_be_changed(self.me, self.may_share);
        Some(html! {
            div.view-bar {
                @if question == view.question {
                    p.view-state { (self.whose(view)) }
                    (menu_button(Button::new("View").small().ghost().icon_after(Icon::ChevronDown), self.menu(view, mine)))
                } @else {
                    p.view-state role="status" { "“" (view.name) "” has changes." }
                    @if mine {
                        form method="post" action=(self.pages.view_question(view.id)) {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            input type="hidden" name="question" value=(question);
                            (Button::submit("Save changes").small())
                        }
                    }
                    (new("Save as a new view"))
                    (Button::link("Reset", address(&self.pages, view)).small().ghost())
                }
            }
        })
    }

    fn whose(&self, view: &SavedView) -> String {
        match (view.shared, view.owner == self.me, &view.owner_name) {
            (false, ..) => "Only you find this view.".into(),
            (true, true, _) => "You share this view with everyone.".into(),
            (true, false, Some(name)) => format!("{name} shares this view with everyone."),
            (true, false, None) => "Shared with everyone.".into(),
        }
    }

    fn menu(&self, view: &SavedView, mine: bool) -> Menu {
        let csrf = self.csrf.as_str();
        let mut menu = Menu::new("view-menu").end();
        if mine {
            menu = menu.link(Some(Icon::Pencil), "Name and sharing", self.pages.view(view.id));
        }
        let (words, chosen) = match self.opening == Some(view.id) {
            true if view.opens => ("Open the list with everything", "everything"),
            true => ("Stop opening the list with it", "nothing"),
            false => ("Open the list with it, for me", "this"),
        };
        let fields = vec![("with".into(), chosen.into())];
        menu = menu.post(Some(Icon::Home), words, self.pages.view_opening(view.id), csrf, fields);
        if mine {
            menu = menu.line().danger(Some(Icon::Trash), "Delete view", self.pages.view_removal(view.id), csrf, vec![]);
        }
        menu
    }
}

/// The form that keeps a question under a name, or changes the name.
pub struct Edit {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    pub once: String,
    /// The view that is changed, and the version that is changed.
    pub editing: Option<(SavedView, i32)>,
    /// Somebody else was faster.
    pub stale: bool,
    pub draft: Draft,
    pub errors: Errors,
    pub may_share: bool,
}

impl View for Edit {
    fn title(&self) -> String {
        match &self.editing {
            Some((view, _)) => format!("View “{}”", view.name),
            None => "Save view".into(),
        }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb(self.words.title(), self.pages.list())
            .lead(html! { "A view keeps the filters, the columns and the order of a list under a name." });
        let (action, back, save) = match &self.editing {
            Some((view, _)) => (self.pages.view(view.id), address(&self.pages, view), "Save changes"),
            None => (self.pages.new_view(), format!("{}?{}", self.pages.list(), self.draft.question), "Save view"),
        };
        let stale = self.stale.then(|| {
            Alert::new(Tone::Warning, "Somebody else has changed this view meanwhile")
                .text(html! { "What you typed is below. Save again, and it counts." })
                .announce()
        });
        let mut form = Form::post(action, self.csrf.as_str())
            .once(self.once.as_str())
            .errors(errors(&self.errors))
            .problem(self.errors.of(""))
            .notice(stale)
            .hidden("question", self.draft.question.as_str())
            .body(self.fields())
            .actions(html! { (Button::submit(save).primary()) (Button::link("Cancel", back)) });
        if let Some((_, version)) = &self.editing {
            form = form.version(version);
        }
        form_page(&head, form.render())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let name = Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60");
        html! {
            (name.autofocus())
            @if self.may_share || e.of("shared").is_some() {
                (Field::checkbox("shared", "Share with everyone").value(d.shared.as_str()).error(e.of("shared"))
                    .help(format!("Whoever reads the list of {} finds it. Each sees what their own rights open.", self.words.many)))
                (Field::checkbox("opens", "Open the list with it, for everyone").value(d.opens.as_str()).error(e.of("opens"))
                    .help("Unless somebody has chosen another view for themselves."))
            }
        }
    }
}
