//! Signing in, choosing a workspace, and getting back in when the password is gone.

use super::strength::new_password;
use crate::{
    Frame, View,
    form::{errors, words},
    layout::OTHERS,
    ui::{Alert, Avatar, AvatarSize, Badge, Button, Field, Form, Icon, Tone, auth_page},
};
use domain::{Errors, paths, workspace::Workspace};
use maud::{Markup, Render, html};

pub struct SignIn {
    pub csrf: String,
    pub email: String,
    pub problem: Option<String>,
    /// Where to go on to.
    pub next: String,
    /// A form that came too late, sealed.
    pub resume: Option<String>,
}

impl View for SignIn {
    fn title(&self) -> String {
        "Sign in".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let mut form = Form::post(paths::LOGIN, &self.csrf)
            .hidden("next", &self.next)
            .problem(self.problem.clone())
            .body(html! {
                (Field::email("email", "Work email").value(&self.email).required().autocomplete("username").autofocus())
                (Field::password("password", "Password").required().autocomplete("current-password"))
                p.field-aside { a href=(paths::PASSWORD_RESET) { "Forgot your password?" } }
            })
            .actions(Button::submit("Sign in").primary().wide().render());
        if let Some(resume) = &self.resume {
            form = form.hidden("resume", resume);
        }
        let lead = self.resume.as_ref().map(|_| {
            html! { "Your session ended while you were writing. Sign in, and what you typed comes with you." }
        });
        let foot = html! { "New here? " a href=(paths::SIGNUP) { "Create a workspace" } };
        auth_page("Sign in", lead, form.render(), Some(foot))
    }
}

/// The second factor, behind the password.
pub struct EnterCode {
    pub csrf: String,
    pub email: String,
    pub problem: Option<String>,
}

impl View for EnterCode {
    fn title(&self) -> String {
        "Enter your code".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let form = Form::post(paths::LOGIN_CODE, &self.csrf)
            .problem(self.problem.clone())
            .body(html! {
                p.auth-who { (Avatar::new(&self.email)) span { (self.email) } }
                (Field::text("code", "Code").required().autocomplete("one-time-code").autofocus()
                    .help("Six digits from the app on your phone. Without your phone, one of your recovery codes."))
            })
            .actions(Button::submit("Sign in").primary().wide().render());
        let foot = html! { a href=(paths::LOGIN) { "Sign in as somebody else" } };
        auth_page("Enter your code", None, form.render(), Some(foot))
    }
}

/// After signing in again: what was typed, waiting to be sent.
pub struct Resume {
    pub action: String,
    pub fields: Vec<(String, String)>,
    pub csrf: String,
    /// The form is one that takes files.
    pub multipart: bool,
    /// There were files with it, which are not kept.
    pub left_out: bool,
}

impl View for Resume {
    fn title(&self) -> String {
        "Welcome back".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let shown: Vec<_> = self
            .fields
            .iter()
            .filter(|(n, v)| !n.starts_with('_') && !v.is_empty() && !n.contains("password"))
            .collect();
        let mut form = Form::post(&self.action, &self.csrf);
        if self.multipart {
            form = form.multipart();
        }
        for (name, value) in &self.fields {
            form = form.hidden(name, value);
        }
        let form = form
            .body(html! {
                dl.facts {
                    @for (name, value) in shown.iter().take(30) { dt { (words(name)) } dd { (value) } }
                }
                @if self.left_out { p.quiet { "The files that were with it are not kept. Add them once this is saved." } }
            })
            .actions(html! {
                (Button::submit("Save what I typed").primary())
                (Button::link("Throw it away", paths::WORKSPACES))
            });
        auth_page(
            "Welcome back",
            Some(html! { "You are signed in again. Nothing of this was lost:" }),
            form.render(),
            None,
        )
    }
}

/// Asks for a reset link.
pub struct Forgot {
    pub csrf: String,
    pub email: String,
    pub errors: Errors,
    /// The same words whether or not there is such an account.
    pub sent: bool,
}

impl View for Forgot {
    fn title(&self) -> String {
        "Reset your password".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let foot = Some(html! { a href=(paths::LOGIN) { "Back to sign-in" } });
        if self.sent {
            let text = html! { "If " strong { (self.email) } " has an account, a link is on its way to it. It works once, for an hour." };
            let note = Alert::new(Tone::Good, "Look into your mail").text(text).announce();
            return auth_page("Reset your password", None, note.render(), foot);
        }
        let form = Form::post(paths::PASSWORD_RESET, &self.csrf)
            .errors(errors(&self.errors))
            .body(
                Field::email("email", "Work email")
                    .value(&self.email)
                    .error(self.errors.of("email"))
                    .required()
                    .autocomplete("username")
                    .autofocus()
                    .render(),
            )
            .actions(Button::submit("Send me a link").primary().wide().render());
        auth_page(
            "Reset your password",
            Some(html! { "We send a link to your address, with which you choose a new one." }),
            form.render(),
            foot,
        )
    }
}

/// Chooses a password: behind a reset link.
pub struct NewPassword {
    pub csrf: String,
    pub action: String,
    pub errors: Errors,
}

impl View for NewPassword {
    fn title(&self) -> String {
        "Choose a new password".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let form = Form::post(&self.action, &self.csrf)
            .errors(errors(&self.errors))
            .body(new_password(
                "New password",
                "10 characters or more. Every other session of yours ends.",
                &self.errors,
            ))
            .actions(Button::submit("Save and sign in").primary().wide().render());
        auth_page("Choose a new password", None, form.render(), None)
    }
}

/// A link that no longer works, or an answer that is all there is to say.
pub struct Note {
    pub title: String,
    pub text: String,
    /// Words and path of the next step.
    pub link: (String, String),
}

impl View for Note {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let button = Button::link(&self.link.0, &self.link.1).primary().wide();
        auth_page(&self.title, Some(html! { (self.text) }), button.render(), None)
    }
}

/// A button that a person presses, so that a mail scanner that opens links uses up none.
pub struct Press {
    pub csrf: String,
    pub title: String,
    pub text: String,
    pub action: String,
    pub button: String,
}

impl View for Press {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let form = Form::post(&self.action, &self.csrf).actions(Button::submit(&self.button).primary().wide().render());
        auth_page(&self.title, Some(html! { (self.text) }), form.render(), None)
    }
}

/// The workspaces of an account.
pub struct Workspaces {
    pub csrf: String,
    pub workspaces: Vec<(Workspace, String)>,
    /// The one that the switcher was opened in.
    pub within: Option<String>,
}

impl View for Workspaces {
    fn title(&self) -> String {
        "Your workspaces".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == OTHERS).then(|| {
            let others = self.workspaces.iter().filter(|(w, _)| Some(w.slug.as_str()) != self.within.as_deref()).take(20);
            html! {
                div id=(OTHERS) {
                    @for (workspace, _) in others {
                        a.menu-item href=(paths::home(&workspace.slug)) { (Avatar::new(&workspace.name).square().size(AvatarSize::Small)) span.menu-label { (workspace.name) } }
                    }
                }
            }
        })
    }

    fn body(&self) -> Markup {
        let list = html! {
            @if self.workspaces.is_empty() {
                p.quiet { "You are a member of no workspace. Ask for an invitation, or create one of your own." }
            }
            ul.choice-list {
                @for (workspace, role) in &self.workspaces {
                    li {
                        a.choice-card href=(paths::home(&workspace.slug)) {
                            (Avatar::new(&workspace.name).square())
                            span.choice-card-text { strong { (workspace.name) } span.quiet { "/w/" (workspace.slug) } }
                            (Badge::new(Tone::Neutral, role.as_str()).plain())
                            (Icon::ChevronRight)
                        }
                    }
                }
            }
            (Form::post(paths::LOGOUT, &self.csrf).actions(html! {
                (Button::link("Create another", paths::NEW_WORKSPACE))
                (Button::submit("Sign out").ghost())
            }))
        };
        auth_page("Your workspaces", None, list, None)
    }
}

/// Above every page until the address is proven.
pub fn unverified(action: &str, csrf: &str, email: &str) -> Markup {
    let text = html! { "We sent a link to " strong { (email) } ". Follow it, so that we know where to reach you." };
    let again = html! {
        form method="post" action=(action) {
            input type="hidden" name="_csrf" value=(csrf);
            (Button::submit("Send it again").small())
        }
    };
    Alert::new(Tone::Info, "Confirm your address").text(text).actions(again).render()
}
