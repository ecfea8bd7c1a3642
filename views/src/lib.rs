//! Data in, markup out. A view is plain data with a title, a body and the parts of it that
//! can be asked for alone; it knows the domain and never the store.

use maud::Markup;

pub mod activities;
pub mod activity;
pub mod archivals;
pub mod assets;
pub mod automation;
pub mod bulk;
pub mod crm;
pub mod custom_fields;
pub mod dev;
pub mod feeds;
pub mod form;
pub mod gallery;
pub mod hr;
pub mod imports;
pub mod inbound;
pub mod landing;
pub mod layout;
pub mod list;
pub mod mail;
pub mod my_day;
pub mod notes;
pub mod notices;
pub mod pdf;
pub mod problem;
pub mod prose;
pub mod record;
pub mod reminders;
pub mod saved_views;
pub mod settings;
pub mod support;
pub mod tags;
pub mod tasks;
pub mod ui;
pub mod workspace;

/// A page. `part` answers for the element of that id alone, which is what htmx swaps.
pub trait View {
    /// For the window's title; the body has its own `h1`.
    fn title(&self) -> String;

    /// What stands in the frame, from its `h1` on.
    fn body(&self) -> Markup;

    /// What stands in the head of the document besides: for those who show a link to a public page.
    fn head(&self) -> Markup {
        maud::html! {}
    }

    /// The element with this id, whole, if this view can render it alone.
    fn part(&self, _id: &str) -> Option<Markup> {
        None
    }

    /// On a public page: where who is signed in goes on to.
    fn home(&self) -> Option<String> {
        None
    }

    /// Light or dark, where that is not the reader's to choose.
    fn theme(&self) -> Option<layout::Theme> {
        None
    }

    /// The frame it stands in.
    fn frame(&self) -> Frame {
        Frame::App
    }
}

/// What is around a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// Sidebar and top bar; the public frame for who isn't signed in.
    #[default]
    App,
    /// Landing, careers, help: the name on top, one column.
    Public,
    /// Sign-up, login, reset: one centred column.
    Auth,
    /// Nothing: documents to print, frames of others.
    Bare,
}

/// Percent-encodes all but what RFC 3986 calls unreserved, for values in links.
pub fn encode(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ => write!(out, "%{byte:02X}").expect("writing to a string succeeds"),
        }
    }
    out
}

/// Now, and where the reader's workspace is: what it takes to put a time into words.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: chrono::DateTime<chrono::Utc>,
    pub zone: chrono_tz::Tz,
}

impl Moment {
    /// To the minute, for whoever has to prove something.
    pub fn at(&self, at: chrono::DateTime<chrono::Utc>) -> ui::Time {
        ui::Time::at(&at.with_timezone(&self.zone))
    }

    pub fn ago(&self, at: chrono::DateTime<chrono::Utc>) -> ui::Time {
        ui::Time::ago(&at.with_timezone(&self.zone), self.now)
    }
}
