//! One document: what it is, its files, and what can be done with it; and its form.

use super::{
    due, file, file_field,
    person::{ask_again, upload_form},
    state, until,
};
use crate::{
    Moment, View,
    form::{Entry, errors},
    ui::{
        Alert, Button, Card, Choice, Facts, Field, Form, Icon, Menu, PageHead, RecordPage, Tone, form_section,
        menu_button, stack,
    },
};
use domain::{
    Day, Errors, Slug,
    draft::FieldClass,
    hr::documents::{
        Document, Draft, Edition, Expiry, State,
        kinds::{CLASSES, Kind},
    },
    paths,
};
use maud::{Markup, Render, html};

pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub document: Document,
    pub editions: Vec<Edition>,
    pub today: Day,
    pub moment: Moment,
    pub may_write: bool,
    /// Whether the reader may bring a file, and whether it then counts at once.
    pub may_bring: Option<bool>,
    pub megabytes: u64,
    /// Of the form with the file.
    pub expires: String,
    pub errors: Errors,
    /// Of the form that refuses.
    pub reason: String,
    pub refusing: Errors,
}

impl View for Show {
    fn title(&self) -> String {
        self.document.title.clone()
    }

    fn body(&self) -> Markup {
        let d = &self.document;
        let head = PageHead::new(&d.title).facts(state(d).render()).actions(self.actions());
        let head = match d.own && !self.may_write {
            true => head.crumb("My documents", paths::my_documents(&self.slug)),
            false => head
                .crumb("Documents", paths::documents(&self.slug))
                .crumb(&d.employee_name, paths::employee_documents(&self.slug, d.employee)),
        };
        let main = stack(html! {
            @if d.state == State::Waiting && self.may_write && !d.archived { (self.answer()) }
            (Card::new("Document", self.facts()))
            @if let Some(at_once) = self.may_bring { (Card::new(self.bring_title(at_once), self.bring(at_once))) }
        });
        RecordPage {
            head,
            notice: self.notice(),
            tabs: None,
            main,
            side: Some(Card::new("Files", self.files()).render()),
        }
        .render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "upload").then(|| self.bring(self.may_bring.unwrap_or(false)))
    }
}

impl Show {
    fn actions(&self) -> Markup {
        let d = &self.document;
        if !self.may_write {
            return html! {};
        }
        let (action, words, icon) = match d.archived {
            true => (paths::document_restoral(&self.slug, d.id), "Restore", Icon::ArrowBackUp),
            false => (paths::document_archival(&self.slug, d.id), "Archive", Icon::Archive),
        };
        let mut menu = Menu::new("more").end();
        if !d.archived && d.state == State::Current {
            menu = menu.link(Some(Icon::Send), "Ask for a new one", ask_again(&self.slug, d.employee, d));
        }
        let menu = menu.post(Some(icon), words, action, self.csrf.as_str(), vec![]);
        html! {
            (Button::link("Edit", paths::document_edit(&self.slug, d.id)).icon(Icon::Pencil).key("e"))
            (menu_button(Button::new("More").icon_only(Icon::Dots), menu))
        }
    }

    fn notice(&self) -> Option<Markup> {
        let d = &self.document;
        if d.archived {
            let text = html! { "It is out of all lists. Nothing of it is lost." };
            return Some(Alert::new(Tone::Warning, "Archived").text(text).render());
        }
        match (d.state, d.expiry(self.today)) {
            (State::Refused, _) => {
                let reason = html! { (d.reason.as_deref().unwrap_or("Another one is needed.")) };
                Some(Alert::new(Tone::Bad, "What was brought was not right").text(reason).render())
            }
            (State::Asked, _) => d
                .message
                .as_ref()
                .map(|m| Alert::new(Tone::Info, "What was asked for").text(html! { p.written { (m) } }).render()),
            (State::Current, Expiry::Over) => {
                let ask = html! { @if self.may_write { (Button::link("Ask for a new one", ask_again(&self.slug, d.employee, d)).small()) } };
                Some(Alert::new(Tone::Bad, "This document has run out").actions(ask).render())
            }
            (State::Current, Expiry::Soon) => {
                let ask = html! { @if self.may_write { (Button::link("Ask for a new one", ask_again(&self.slug, d.employee, d)).small()) } };
                Some(Alert::new(Tone::Warning, "This document runs out soon").actions(ask).render())
            }
            (State::Waiting, _) if !self.may_write => Some(
                Alert::new(Tone::Info, "Somebody will look at it")
                    .text(html! { "You are told when it is approved, or when another one is needed." })
                    .render(),
            ),
            _ => None,
        }
    }

    fn facts(&self) -> Markup {
        let d = &self.document;
        let seen = CLASSES.iter().find(|(_, class, ..)| *class == d.class).map_or("", |(_, _, label, _)| label);
        let day = if d.state.open() { due(d, self.today, "") } else { until(d, self.today) };
        Facts::new()
            .fact(
                "Employee",
                html! { a href=(paths::employee_documents(&self.slug, d.employee)) { (d.employee_name) } },
            )
            .text("Kind", &d.kind_name)
            .maybe("Class", (d.class != FieldClass::Directory).then(|| html! { (seen) }))
            .fact(if d.state.open() { "Due" } else { "Good until" }, day)
            .fact("Added", self.moment.ago(d.created_at).render())
            .columns()
            .render()
    }

    /// Yes, or no with a reason.
    fn answer(&self) -> Markup {
        let d = &self.document;
        let body = html! {
            @if let Some(f) = &d.file { p { (file(&self.slug, f)) } }
            div.approval-answer {
                form method="post" action=(paths::document_approval(&self.slug, d.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="version" value=(d.version);
                    (Button::submit("Approve").primary().icon(Icon::Check))
                }
            }
            (Form::post(paths::document_refusal(&self.slug, d.id), &self.csrf)
                .version(d.version)
                .body(html! {
                    (Field::textarea("reason", "Or say what is wrong with it").value(&self.reason).error(self.refusing.of("reason")).rows(2)
                        .help("They read this, and bring another one."))
                })
                .actions(Button::submit("Refuse").icon(Icon::X).render()))
        };
        Card::new(format!("{} has brought this", d.employee_name), body).render()
    }

    fn bring_title(&self, at_once: bool) -> &'static str {
        match (self.document.state, at_once) {
            (State::Current, _) => "Put a newer file in its place",
            (_, false) => "Bring it",
            (_, true) => "Add the file yourself",
        }
    }

    fn bring(&self, at_once: bool) -> Markup {
        let (d, e) = (&self.document, &self.errors);
        let help = if at_once {
            "It counts at once; the files before it are kept."
        } else {
            "Somebody looks at it before it counts."
        };
        upload_form(&paths::document_versions(&self.slug, d.id), &self.csrf, &self.once, self.megabytes, e)
            .errors(errors(e))
            .body(html! {
                @if d.kind_expires || d.expires.is_some() {
                    (Field::date("expires", "Expires").help("The last day on which it is good.").value(&self.expires).error(e.of("expires")))
                }
                (file_field(e.of("file"), self.megabytes))
                p.quiet { (help) }
            })
            .actions(Button::submit("Send the file").icon(Icon::Upload).render())
            .render()
    }

    fn files(&self) -> Markup {
        if self.editions.is_empty() {
            return html! { p.quiet { "Nothing has come yet." } };
        }
        html! {
            ol.editions {
                @for e in &self.editions {
                    li {
                        (file(&self.slug, &e.file))
                        p.quiet { "Version " (e.number) " · " (e.by.as_deref().unwrap_or("People360")) " · " (self.moment.ago(e.at)) }
                        @if let Some(refused) = &e.refused { p.quiet { "Refused: " (refused) } }
                    }
                }
            }
        }
    }
}

/// The form.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub kinds: Vec<Kind>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let kinds = self.kinds.iter().map(|k| Choice::new(k.id.to_string(), &k.fields.name)).collect();
        self.entry.page(form_section(
            "Document",
            None,
            html! {
                (Field::text("title", "Title").value(&d.title).error(e.of("title")).required().attr("maxlength", "200"))
                (Field::select("kind", "Kind", kinds).value(&d.kind).error(e.of("kind")).help("The kind says who sees it."))
                (Field::date("expires", "Expires").help("The last day on which it is good.").value(&d.expires).error(e.of("expires")).optional())
            },
        ))
    }
}
