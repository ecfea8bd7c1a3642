//! Data in, markup out. A view is plain data with a title, a body and the parts of it that
//! can be asked for alone; it knows the domain and never the store.

use maud::Markup;

pub mod assets;
pub mod gallery;
pub mod landing;
pub mod layout;
pub mod mail;
pub mod ui;

/// A page. `part` answers for the element of that id alone, which is what htmx swaps.
pub trait View {
    /// For the window's title; the body has its own `h1`.
    fn title(&self) -> String;

    /// What stands in the frame, from its `h1` on.
    fn body(&self) -> Markup;

    /// The element with this id, whole, if this view can render it alone.
    fn part(&self, _id: &str) -> Option<Markup> {
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
