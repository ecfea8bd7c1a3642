//! One's own profile.

use super::settings::zones;
use crate::{
    View,
    form::errors,
    settings,
    ui::{Avatar, AvatarSize, Button, Card, Choice, Field, Form, Icon, PageHead, stack},
};
use chrono::{DateTime, Utc};
use domain::{Errors, Slug, access::Rights, language::Language, paths};
use maud::{Markup, Render, html};

pub struct Profile {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub member: String,
    /// The digest of the photo.
    pub photo: Option<String>,
    pub own_name: String,
    pub role: String,
    pub workspace_zone: &'static str,
    pub now: DateTime<Utc>,
    pub name: String,
    pub zone: String,
    pub language: String,
    pub errors: Errors,
}

impl View for Profile {
    fn title(&self) -> String {
        "Profile".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Profile")
            .lead(html! { "Who you are, in all of your workspaces. Here you are " strong { (self.role) } "." });
        let body = stack(html! {
            (Card::new("You", self.form()))
            (Card::new("Photo", self.photo()))
        });
        settings::page(&self.slug, &self.rights, &paths::profile(&self.slug), &head, body)
    }
}

impl Profile {
    fn form(&self) -> Markup {
        let e = &self.errors;
        Form::post(paths::profile(&self.slug), &self.csrf)
            .errors(errors(e))
            .body(html! {
                (Field::text("name", "Your name").value(&self.name).error(e.of("name")).required().autocomplete("name"))
                (Field::text("zone", "Time zone").value(&self.zone).error(e.of("zone")).optional().attr("list", "zones")
                    .placeholder(self.workspace_zone)
                    .help(format!("Times are shown in it. Empty: the workspace’s, {}.", self.workspace_zone)))
                (zones("zones"))
                (Field::select("language", "Language", Language::ALL.iter().map(|l| Choice::new(l.key(), l.name())).collect())
                    .value(&self.language).error(e.of("language")).help("People360 speaks English; others come here when it does."))
            })
            .actions(Button::submit("Save changes").primary().render())
            .render()
    }

    fn photo(&self) -> Markup {
        let mut avatar = Avatar::new(&self.own_name).size(AvatarSize::Huge);
        if let Some(digest) = &self.photo {
            avatar = avatar.photo(paths::picture_of(&self.slug, &self.member, digest));
        }
        html! {
            div.picture-now { (avatar) }
            (Form::post(paths::photo(&self.slug), &self.csrf).multipart()
                .body(html! { (Field::file("file", "Picture", ".png,.jpg,.jpeg,.webp").error(self.errors.of("file")).help("PNG, JPEG or WebP, up to 8 MB. A square is cut from the middle; where and when it was taken is not kept.")) })
                .actions(Button::submit("Use this picture").icon(Icon::Upload).render()))
            @if self.photo.is_some() {
                form.picture-away method="post" action=(paths::photo_removal(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Take the photo away").small().ghost())
                }
            }
        }
    }
}
