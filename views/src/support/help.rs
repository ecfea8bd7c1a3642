//! Help articles in the workspace: the list, an article with its versions, the form, and the categories.

use crate::{
    Moment, View,
    form::errors,
    list,
    prose::{self, Prose},
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Facts, Field, Form, Icon, PageHead, Row, Tab, Table,
        Tabs, Tone, field_row, stack,
    },
};
use domain::{
    Errors, HelpArticleId, HelpCategoryId, Slug, paths,
    support::help::{Article, Audience, Category, Draft, Filter, LONGEST, Line, State, Version, differences},
};
use maud::{Markup, Render, html};

/// All that the reader may read: whoever writes sees drafts as well.
pub struct Index {
    pub slug: Slug,
    pub filter: Filter,
    pub articles: Vec<Article>,
    pub near: bool,
    pub categories: Vec<Category>,
    pub may_write: bool,
    pub moment: Moment,
    /// Where everybody else reads them, where that is open.
    pub public: Option<String>,
}

impl View for Index {
    fn title(&self) -> String {
        "Help articles".into()
    }

    fn body(&self) -> Markup {
        let f = &self.filter;
        let actions = html! {
            @if let Some(public) = &self.public { (Button::link("As readers see it", public.as_str()).icon(Icon::Eye)) }
            @if self.may_write {
                (Button::link("Categories", paths::help_categories(&self.slug)).icon(Icon::LayoutList))
                (Button::link("New article", paths::help_new(&self.slug)).primary().icon(Icon::Plus))
            }
        };
        let head = PageHead::new(self.title())
            .lead(html! { "What is asked often, answered once: for everybody, for customers, or for the team." })
            .actions(actions);
        let to = |state: &str| list::url(&paths::help(&self.slug), &Filter { state: state.into(), ..f.clone() });
        let tabs = Tabs::new(
            "State",
            vec![
                Tab::new("In use", to(""), f.state != "archived"),
                Tab::new("Archived", to("archived"), f.state == "archived"),
            ],
        );
        stack(html! {
            (head)
            @if self.may_write { (tabs) }
            (Form::get(paths::help(&self.slug)).body(html! {
                @if !f.state.is_empty() { input type="hidden" name="state" value=(f.state); }
                (Field::search("q", "Search").value(&f.q).placeholder("Words of the article"))
            }).actions(Button::submit("Search").small().icon(Icon::Search).render()).attr("class", "form help-search"))
            @if self.near { (list::near(&f.q)) }
            @if self.articles.is_empty() { (self.empty()) }
            @for category in &self.categories {
                @let own: Vec<&Article> = self.articles.iter().filter(|a| a.category == category.id).collect();
                @if !own.is_empty() { (Card::new(&category.name, self.table(category, &own)).flush()) }
            }
        })
    }
}

impl Index {
    fn empty(&self) -> EmptyState {
        if !self.filter.q.is_empty() || self.filter.state == "archived" {
            return EmptyState::new(Icon::Search, "No article fits", "Nothing fits this search.");
        }
        let empty = EmptyState::new(
            Icon::HelpCircle,
            "No articles yet",
            "An answer that is written once, found by customers before they ask and by colleagues while they answer.",
        );
        match self.may_write {
            true => empty.actions(
                Button::link("Write the first", paths::help_new(&self.slug)).primary().icon(Icon::Plus).render(),
            ),
            false => empty,
        }
    }

    fn table(&self, category: &Category, articles: &[&Article]) -> Markup {
        let rows = articles.iter().map(|a| {
            let cells = vec![
                html! { a href=(paths::help_article(&self.slug, a.id)) { (a.title) } },
                html! { (a.audience.label()) },
                helped(a),
                html! { (self.moment.ago(a.updated_at)) },
                state(a.state()).render(),
            ];
            Row::new(a.id.to_string(), &a.title, cells).brief([html! { (a.audience.label()) }])
        });
        let columns = vec![
            Column::new("Article"),
            Column::new("For").minor(),
            Column::new("Helped").minor(),
            Column::new("Changed").minor(),
            Column::new("State").stays(),
        ];
        Table::new(&category.name, columns, rows.collect()).render()
    }
}

fn helped(a: &Article) -> Markup {
    match a.helped + a.failed {
        0 => crate::ui::dash(),
        all => html! { (a.helped) " of " (all) },
    }
}

fn state(state: State) -> Badge {
    let tone = match state {
        State::Draft | State::Archived => Tone::Neutral,
        State::Published => Tone::Good,
        State::Changed => Tone::Warning,
    };
    Badge::new(tone, state.label())
}

/// An article, and for whoever writes its versions.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub article: Article,
    pub category: String,
    pub versions: Vec<Version>,
    pub may_write: bool,
    /// Where its readers see it.
    pub public: Option<String>,
    pub moment: Moment,
}

impl View for Show {
    fn title(&self) -> String {
        self.article.title.clone()
    }

    fn body(&self) -> Markup {
        let a = &self.article;
        let to = |what: &str, button: Button| {
            html! {
                form method="post" action=(paths::help_state(&self.slug, a.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="to" value=(what);
                    (button)
                }
            }
        };
        let actions = html! {
            @if let Some(public) = &self.public { (Button::link("As readers see it", public.as_str()).icon(Icon::Eye)) }
            @if self.may_write {
                @match a.state() {
                    State::Archived => (to("restore", Button::submit("Restore").icon(Icon::ArrowBackUp))),
                    State::Draft => {
                        (to("archive", Button::submit("Archive").icon(Icon::Archive)))
                        (Button::link("Edit", paths::help_edit(&self.slug, a.id)).icon(Icon::Pencil).key("e"))
                        (to("publish", Button::submit("Publish").primary().icon(Icon::Send)))
                    }
                    State::Published => {
                        (to("withdraw", Button::submit("Take back").icon(Icon::EyeOff)))
                        (to("archive", Button::submit("Archive").icon(Icon::Archive)))
                        (Button::link("Edit", paths::help_edit(&self.slug, a.id)).icon(Icon::Pencil).key("e"))
                    }
                    State::Changed => {
                        (to("withdraw", Button::submit("Take back").icon(Icon::EyeOff)))
                        (Button::link("Edit", paths::help_edit(&self.slug, a.id)).icon(Icon::Pencil).key("e"))
                        (to("publish", Button::submit("Publish the changes").primary().icon(Icon::Send)))
                    }
                }
            }
        };
        let head = PageHead::new(&a.title)
            .crumb("Help articles", paths::help(&self.slug))
            .facts(html! { @if self.may_write { (state(a.state())) } })
            .lead(html! { (self.category) " · for " (a.audience.label().to_lowercase()) })
            .actions(actions);
        let blocks = prose::read(&a.body, str::to_owned);
        let mut facts = Facts::new().text("Readers", a.audience.label());
        if let Some(at) = a.published_at {
            facts = facts.fact("Published", self.moment.ago(at).render());
        }
        let facts = facts.fact("Helped", helped(a)).text("Version", a.number.to_string());
        stack(html! {
            (head)
            (Card::bare(Prose(&blocks).render()))
            @if self.may_write {
                (Card::new("What is known", facts.render()))
                (Card::new("Versions", self.versions()))
            }
        })
    }
}

impl Show {
    fn versions(&self) -> Markup {
        let before = |n: i32| self.versions.iter().find(|v| v.number == n - 1);
        html! {
            ul.plain-list.version-list {
                @for v in &self.versions {
                    li {
                        p {
                            strong { "Version " (v.number) }
                            @if self.article.published == Some(v.number) { " " (Badge::new(Tone::Good, "Published")) }
                            span.quiet { " " @if let Some((_, name)) = &v.by { (name) ", " } (self.moment.ago(v.at)) }
                        }
                        @if let Some(change) = &v.change { p { (change) } }
                        @if let Some(was) = before(v.number) {
                            details {
                                summary { "What changed" }
                                (changed(was, v))
                            }
                        }
                        @if v.number != self.article.number {
                            form method="post" action=(paths::help_versions(&self.slug, self.article.id)) {
                                input type="hidden" name="_csrf" value=(self.csrf);
                                input type="hidden" name="number" value=(v.number);
                                (Button::submit(format!("Restore version {}", v.number)).small().icon(Icon::ArrowBackUp))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn changed(was: &Version, now: &Version) -> Markup {
    html! {
        @if was.title != now.title { p { "Title: " del { (was.title) } " " ins { (now.title) } } }
        div.text-changes {
            @for line in differences(&was.body, &now.body) {
                @match line {
                    Line::Same(text) => { p.is-same { (text) } }
                    Line::Gone(text) => { p { del { (text) } } }
                    Line::New(text) => { p { ins { (text) } } }
                }
            }
        }
    }
}

/// An article as typed.
pub struct Edit {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub editing: Option<(HelpArticleId, i32)>,
    pub draft: Draft,
    pub errors: Errors,
    pub categories: Vec<Category>,
}

impl View for Edit {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Edit {}", self.draft.title) } else { "New article".into() }
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let (action, back) = match self.editing {
            Some((id, _)) => (paths::help_edit(&self.slug, id), paths::help_article(&self.slug, id)),
            None => (paths::help_new(&self.slug), paths::help(&self.slug)),
        };
        let categories: Vec<Choice> = self.categories.iter().map(|c| Choice::new(c.id.to_string(), &c.name)).collect();
        let audiences = Audience::ALL.map(|a| Choice::new(a.key(), a.label())).to_vec();
        let category =
            if d.category.is_empty() { categories.first().map_or("", |c| &c.value) } else { &d.category }.to_owned();
        let audience = if d.audience.is_empty() { Audience::Public.key() } else { &d.audience };
        let mut form =
            Form::post(action, self.csrf.as_str()).once(self.once.as_str()).problem(e.of("")).errors(errors(e)).guard();
        if let Some((_, version)) = self.editing {
            form = form.version(version);
        }
        let form = form
            .body(html! {
                (Field::text("title", "Title").value(&d.title).error(e.of("title")).required().attr("maxlength", "200").help("As somebody would ask it."))
                (field_row(html! {
                    (Field::select("category", "Category", categories).value(category).error(e.of("category")).required())
                    (Field::select("audience", "Readers", audiences).value(audience).error(e.of("audience")).required())
                }))
                (Field::textarea("body", "Text").rows(18).value(&d.body).error(e.of("body")).required().attr("maxlength", LONGEST.to_string())
                    .help("# makes a heading, - an item of a list, 1. a numbered one, **bold**, *italic*."))
                @if self.editing.is_some() {
                    (Field::text("change", "What has changed").value(&d.change).error(e.of("change")).optional().attr("maxlength", "200").help("For those who write; readers do not see it."))
                }
            })
            .actions(html! { (Button::submit("Save article").primary()) (Button::link("Cancel", back)) });
        stack(html! {
            (PageHead::new(self.title()).crumb("Help articles", paths::help(&self.slug)))
            @if self.categories.is_empty() {
                (Alert::new(Tone::Info, "Each article stands in a category").text(html! { a href=(paths::help_categories(&self.slug)) { "Make the first one" } }))
            }
            (form)
        })
    }
}

/// Categories in their order.
pub struct Categories {
    pub slug: Slug,
    pub csrf: String,
    pub once: HelpCategoryId,
    pub categories: Vec<Category>,
    pub problem: Option<String>,
}

impl View for Categories {
    fn title(&self) -> String {
        "Categories of help".into()
    }

    fn body(&self) -> Markup {
        let post = |action: String, fields: &[(&str, &str)], button: Button| {
            html! {
                form method="post" action=(action) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                    (button)
                }
            }
        };
        stack(html! {
            (PageHead::new(self.title()).crumb("Help articles", paths::help(&self.slug)).lead(html! { "In the order in which readers see them." }))
            @if let Some(problem) = &self.problem { (Alert::new(Tone::Bad, problem).announce()) }
            @if !self.categories.is_empty() {
                (Card::new("Categories", html! {
                    ul.plain-list.category-list {
                        @for c in &self.categories {
                            li {
                                form.inline-form method="post" action=(paths::help_category(&self.slug, c.id)) {
                                    input type="hidden" name="_csrf" value=(self.csrf);
                                    (Field::text("name", format!("Name of {}", c.name)).id(format!("c-{}", c.id)).label_hidden().value(&c.name).attr("maxlength", "80"))
                                    (Button::submit(format!("Rename {}", c.name)).small().icon_only(Icon::Check))
                                }
                                (post(paths::help_category_move(&self.slug, c.id), &[("to", "up")], Button::submit(format!("{} up", c.name)).ghost().small().icon_only(Icon::ArrowUp)))
                                (post(paths::help_category_move(&self.slug, c.id), &[("to", "down")], Button::submit(format!("{} down", c.name)).ghost().small().icon_only(Icon::ArrowDown)))
                                (post(paths::help_category_removal(&self.slug, c.id), &[], Button::submit(format!("Remove {}", c.name)).ghost().small().icon_only(Icon::Trash)))
                            }
                        }
                    }
                }))
            }
            (Card::new("Another one", Form::post(paths::help_categories(&self.slug), self.csrf.as_str())
                .once(self.once.to_string())
                .body(Field::text("name", "Name").id("new-category").required().attr("maxlength", "80").placeholder("Getting started").render())
                .actions(Button::submit("Add category").primary().render())
                .render()))
        })
    }
}
