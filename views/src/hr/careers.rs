//! The careers site, as anybody sees it: in the company's name and colour, without a script. And the settings that open it.

pub mod apply;
pub mod machine;
mod settings;

pub use settings::{Notices, Opening as Setting};

use crate::{
    Frame as Kind, View, list,
    prose::{self, Prose},
    ui::{Button, Card, Choice, EmptyState, Facts, Field, Form, Icon, PageHead, Time},
};
use domain::{
    Slug,
    hr::{
        careers::{Filter, Opening},
        postings::{Employment, Workplace},
    },
    paths,
};
use maud::{Markup, Render, html};

/// What every page of it has.
pub struct Frame {
    pub slug: Slug,
    pub company: String,
    pub accent: Option<String>,
    /// The digest of the logo, where there is one.
    pub logo: Option<String>,
    /// Before the paths of addresses that others keep.
    pub origin: String,
}

impl Frame {
    fn page(&self, body: Markup) -> Markup {
        html! {
            @if let Some(accent) = &self.accent { link rel="stylesheet" href=(paths::public_form_theme(accent.trim_start_matches('#'))); }
            div.portal {
                header.portal-head {
                    a.portal-company.brand href=(paths::careers(&self.slug)) {
                        @if self.logo.is_some() { img.brand-logo src=(self.picture()) alt="" height="32"; }
                        (self.company)
                    }
                }
                div.portal-body { (body) }
            }
        }
    }

    /// The logo's address: another one with each picture.
    fn picture(&self) -> String {
        let mark = self.logo.as_deref().unwrap_or_default();
        format!("{}?v={}", paths::brand_logo(&self.slug), mark.get(..12).unwrap_or(mark))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What those show who show a link to a page.
    fn shared(&self, title: &str, about: &str, path: &str) -> Markup {
        html! {
            meta name="description" content=(about);
            link rel="canonical" href=(self.at(path));
            meta property="og:type" content="website";
            meta property="og:site_name" content=(self.company);
            meta property="og:title" content=(title);
            meta property="og:description" content=(about);
            meta property="og:url" content=(self.at(path));
            @if self.logo.is_some() {
                meta property="og:image" content=(self.at(&self.picture()));
                meta property="og:image:alt" content=(format!("Logo of {}", self.company));
            }
            meta name="twitter:card" content="summary";
            link rel="alternate" type="application/rss+xml" title=(format!("Jobs at {}", self.company)) href=(paths::careers_rss(&self.slug));
            link rel="alternate" type="application/feed+json" title=(format!("Jobs at {}", self.company)) href=(paths::careers_json(&self.slug));
        }
    }

    fn item(&self, o: &Opening) -> Markup {
        html! {
            li.opening {
                h2.opening-title { a href=(paths::careers_job(&self.slug, &o.handle)) { (o.title) } }
                p.opening-facts {
                    (o.place())
                    @if let Some(department) = &o.department { " · " (department) }
                    " · " (o.employment.label())
                    @if let Some(salary) = &o.salary { " · " (salary.words()) }
                }
            }
        }
    }
}

/// All jobs that are open, or those that fit.
pub struct List {
    pub frame: Frame,
    pub intro: Option<String>,
    pub filter: Filter,
    /// Those that fit.
    pub openings: Vec<Opening>,
    /// Of all that are open, to choose from.
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    pub any: bool,
}

impl View for List {
    fn title(&self) -> String {
        format!("Jobs at {}", self.frame.company)
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn head(&self) -> Markup {
        let n = self.openings.len();
        let about = match n {
            0 => format!("Jobs at {}.", self.frame.company),
            1 => format!("One open job at {}.", self.frame.company),
            _ => format!("{n} open jobs at {}.", self.frame.company),
        };
        self.frame.shared(&self.title(), &about, &paths::careers(&self.frame.slug))
    }

    fn body(&self) -> Markup {
        let blocks = self.intro.as_deref().map(|t| prose::read(t, str::to_owned));
        self.frame.page(html! {
            (PageHead::new(self.title()))
            @if let Some(blocks) = &blocks { div.portal-article { (Prose(blocks)) } }
            @if self.any { (self.filters()) }
            @if self.openings.is_empty() {
                @if self.filter.narrows() {
                    (EmptyState::new(Icon::Search, "Nothing fits", "No open job fits all of this.")
                        .actions(Button::link("Show all jobs", paths::careers(&self.frame.slug)).render()))
                } @else {
                    (EmptyState::new(Icon::Briefcase, "No open jobs at the moment", "Come back later: what we look for stands here."))
                }
            } @else {
                ul.plain-list.openings { @for o in &self.openings { (self.frame.item(o)) } }
            }
        })
    }
}

impl List {
    fn filters(&self) -> Markup {
        let f = &self.filter;
        let names = |all: &[String]| all.iter().map(|k| Choice::new(k, k)).collect::<Vec<_>>();
        let kinds = Employment::ALL.iter().map(|w| Choice::new(w.key(), w.label())).collect();
        let hows = Workplace::ALL.iter().map(|w| Choice::new(w.key(), w.label())).collect();
        Form::get(paths::careers(&self.frame.slug))
            .body(html! {
                div.opening-filters {
                    @if self.departments.len() > 1 { (Field::select("department", "Department", names(&self.departments)).empty_choice("All").value(&f.department)) }
                    @if self.locations.len() > 1 { (Field::select("location", "Location", names(&self.locations)).empty_choice("All").value(&f.location)) }
                    (Field::select("employment", "Employment", kinds).empty_choice("All").value(&f.employment))
                    (Field::select("workplace", "Workplace", hows).empty_choice("All").value(&f.workplace))
                    (Button::submit("Show"))
                }
            })
            .render()
    }
}

/// One job.
pub struct Job {
    pub frame: Frame,
    pub opening: Opening,
    /// What becomes of what one sends: the words, and for how many days it is kept.
    pub notice: Option<String>,
    pub days: i32,
    pub country: Option<String>,
}

impl View for Job {
    fn title(&self) -> String {
        format!("{} at {}", self.opening.title, self.frame.company)
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn head(&self) -> Markup {
        let path = paths::careers_job(&self.frame.slug, &self.opening.handle);
        self.frame.shared(&self.title(), &self.opening.brief(200), &path)
    }

    fn body(&self) -> Markup {
        let (o, slug) = (&self.opening, &self.frame.slug);
        let blocks = prose::read(&o.description, str::to_owned);
        let facts = Facts::new()
            .text("Place", o.place())
            .maybe("Department", o.department.as_ref().map(|d| html! { (d) }))
            .text("Employment", o.employment.label())
            .maybe("Salary", o.salary.map(|s| html! { (s.words()) }))
            .maybe("Last day to apply", o.closes_on.map(|d| Time::day(d).render()));
        self.frame.page(html! {
            (machine::job_posting(&self.frame, o, self.country.as_deref()))
            (PageHead::new(&o.title).crumb("All jobs", paths::careers(slug)))
            (Card::bare(facts.columns().render()))
            p { (self.apply()) }
            article.portal-article { (Prose(&blocks)) }
            p { (self.apply()) }
            (self.privacy())
        })
    }
}

impl Job {
    fn apply(&self) -> Button {
        Button::link("Apply", paths::careers_apply(&self.frame.slug, &self.opening.handle)).primary()
    }

    fn privacy(&self) -> Markup {
        let blocks = self.notice.as_deref().map(|t| prose::read(t, str::to_owned));
        html! {
            @if let Some(blocks) = &blocks {
                details.privacy {
                    summary { "What becomes of your data" }
                    div.portal-article {
                        (Prose(blocks))
                        p { "What you send is kept for " (self.days) " days after the answer." }
                    }
                }
            }
        }
    }
}

/// A job that is open no more, and those that are.
pub struct Gone {
    pub frame: Frame,
    pub title: String,
    pub openings: Vec<Opening>,
}

impl View for Gone {
    fn title(&self) -> String {
        "This job is not open any more".into()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        self.frame.page(html! {
            (PageHead::new(self.title()).crumb("All jobs", paths::careers(&self.frame.slug)))
            p { "“" (self.title) "” is taken, or its last day is over. Nobody can apply for it now." }
            @if self.openings.is_empty() {
                p { "There are no other open jobs at the moment." }
            } @else {
                h2 { "Open now" }
                ul.plain-list.openings { @for o in &self.openings { (self.frame.item(o)) } }
            }
        })
    }
}

/// The address of a page with a question.
pub fn url(slug: &Slug, filter: &Filter) -> String {
    list::url(&paths::careers(slug), filter)
}

/// What is open, for colleagues.
pub struct Openings {
    pub slug: Slug,
    pub openings: Vec<Opening>,
}

impl View for Openings {
    fn title(&self) -> String {
        "Open jobs".into()
    }

    fn body(&self) -> Markup {
        crate::ui::stack(html! {
            (PageHead::new(self.title()).lead(html! { "What your company looks for, some of it among colleagues alone." }))
            @if self.openings.is_empty() {
                (EmptyState::new(Icon::Briefcase, "No open jobs at the moment", "What is published stands here."))
            } @else {
                ul.plain-list.openings {
                    @for o in &self.openings {
                        li.opening {
                            h2.opening-title { a href=(paths::opening(&self.slug, o.id)) { (o.title) } }
                            (about(o))
                        }
                    }
                }
            }
        })
    }
}

fn about(o: &Opening) -> Markup {
    html! {
        p.opening-facts {
            (o.place())
            @if let Some(department) = &o.department { " · " (department) }
            " · " (o.employment.label())
            @if let Some(salary) = &o.salary { " · " (salary.words()) }
        }
    }
}

/// One of them.
pub struct OpeningPage {
    pub slug: Slug,
    pub opening: Opening,
    /// Whether the reader has applied for it.
    pub applied: bool,
    /// Whether the reader is an employee here, who can.
    pub linked: bool,
}

impl View for OpeningPage {
    fn title(&self) -> String {
        self.opening.title.clone()
    }

    fn body(&self) -> Markup {
        let o = &self.opening;
        let apply = Button::link("Apply", paths::opening_apply(&self.slug, o.id)).primary();
        let head = PageHead::new(&o.title)
            .crumb("Open jobs", paths::openings(&self.slug))
            .actions(html! { @if self.linked && !self.applied { (apply) } });
        let blocks = prose::read(&o.description, str::to_owned);
        crate::ui::stack(html! {
            (head)
            (about(o))
            @if self.applied { p { "You have applied. The mail that you have got tells how it stands." } }
            @if !self.linked { p.quiet { "Whoever looks after members can say which employee record is yours; then you can apply here." } }
            article.portal-article { (Prose(&blocks)) }
        })
    }
}
