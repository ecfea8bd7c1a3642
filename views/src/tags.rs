//! Tags: on a record, in a list, and the names to choose from.

use crate::{
    View,
    ui::{Button, Card, Choice, Filter, Icon, dash},
};
use domain::{
    paths::Pages,
    tags::{LONGEST, Tag},
};
use maud::{Markup, Render, html};

/// A tag with its colour and word.
pub fn tag(tag: &Tag) -> Markup {
    html! { span class={ "tag tag-" (tag.colour.key()) } { (tag.name) } }
}

/// Those of a row.
pub fn cell(tags: &[Tag]) -> Markup {
    if tags.is_empty() {
        return dash();
    }
    html! { span.tags { @for t in tags { (tag(t)) } } }
}

/// The filter of a list, where there are tags to filter by.
pub fn filter(names: &[String], now: &[String]) -> Filter {
    let choices = names.iter().map(|name| Choice::new(name, name)).collect();
    Filter::new("tag", "Tag", now.first().cloned().unwrap_or_default(), choices)
}

/// The tags of a record, and a field for one more.
pub struct OnRecord {
    pub tags: Vec<Tag>,
    pub pages: Pages,
    pub id: String,
    pub csrf: String,
    /// Where it asks what tags there are.
    pub options: String,
    pub may_write: bool,
}

impl Render for OnRecord {
    fn render(&self) -> Markup {
        let body = html! {
            @if self.tags.is_empty() { p.quiet { "None yet." } }
            @else {
                ul.tags {
                    @for t in &self.tags {
                        li class={ "tag tag-" (t.colour.key()) } {
                            (t.name)
                            @if self.may_write {
                                form method="post" action=(self.pages.tags_removal(&self.id)) {
                                    input type="hidden" name="_csrf" value=(self.csrf);
                                    input type="hidden" name="tag" value=(t.name);
                                    button type="submit" aria-label={ "Take off " (t.name) } { (Icon::X) }
                                }
                            }
                        }
                    }
                }
            }
            @if self.may_write {
                form.quick-add method="post" action=(self.pages.tags(&self.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    label.visually-hidden for="add-tag" { "Add a tag" }
                    (input("add-tag", &self.options, "tag-names"))
                    (Button::submit("Add tag").small())
                }
            }
        };
        Card::new("Tags", body).render()
    }
}

/// A field that knows the tags there are, from the moment that somebody comes to it.
fn input(id: &str, options: &str, list: &str) -> Markup {
    html! {
        input.input id=(id) type="text" name="tag" list=(list) maxlength=(LONGEST) placeholder="Tag" autocomplete="off"
            hx-get=(options) hx-trigger="focus once" hx-target={ "#" (list) } hx-swap="outerHTML";
        (names(list, &[]))
    }
}

fn names(id: &str, tags: &[Tag]) -> Markup {
    html! { datalist id=(id) { @for t in tags { option value=(t.name) {} } } }
}

/// What a list does with the ticked rows.
pub fn bulk(pages: &Pages, options: &str) -> Markup {
    html! {
        span.bulk-tag {
            label.visually-hidden for="bulk-tag" { "Tag" }
            (input("bulk-tag", options, "tag-names"))
            (Button::submit("Add tag").small().attr("formaction", pages.all_tags()))
            (Button::submit("Take tag off").small().ghost().attr("formaction", pages.all_tags_removal()))
        }
    }
}

/// The tags that there are.
pub struct Options(pub Vec<Tag>);

impl View for Options {
    fn title(&self) -> String {
        "Tags".into()
    }

    fn body(&self) -> Markup {
        names("tag-names", &self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "tag-names").then(|| self.body())
    }
}
