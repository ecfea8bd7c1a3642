//! A face: a picture, or for who has none initials on a quiet tint that stays the same.

use maud::{Markup, Render, html};

const TINTS: u32 = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 20 px, in lines of text.
    Small,
    /// 28 px, in tables.
    #[default]
    Medium,
    /// 40 px, in lists of people.
    Large,
    /// 56 px, in the header of a record.
    Huge,
}

/// A photo or logo, or the initials of a person (round) or of an organisation (square).
#[derive(Clone, Debug)]
pub struct Avatar {
    name: String,
    size: AvatarSize,
    square: bool,
    photo: Option<String>,
}

impl Avatar {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), size: AvatarSize::default(), square: false, photo: None }
    }

    pub fn size(mut self, size: AvatarSize) -> Self {
        self.size = size;
        self
    }

    pub fn square(mut self) -> Self {
        self.square = true;
        self
    }

    /// The address of a picture, in place of the initials.
    pub fn photo(mut self, href: impl Into<String>) -> Self {
        self.photo = Some(href.into());
        self
    }
}

/// First letters of the first and last word: "Mary Ann Facello" is "MF".
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

fn tint(name: &str) -> u32 {
    // FNV-1a: the same name has the same tint on every machine and in every release.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (hash >> 8) % TINTS
}

impl Render for Avatar {
    fn render(&self) -> Markup {
        let size = match self.size {
            AvatarSize::Small => " avatar-sm",
            AvatarSize::Medium => "",
            AvatarSize::Large => " avatar-lg",
            AvatarSize::Huge => " avatar-xl",
        };
        let shape = if self.square { " avatar-square" } else { "" };
        if let Some(photo) = &self.photo {
            return html! { img class={ "avatar avatar-photo" (size) (shape) } src=(super::safe_href(photo)) alt="" loading="lazy"; };
        }
        html! {
            span class={ "avatar tint-" (tint(&self.name)) (size) (shape) } aria-hidden="true" { (initials(&self.name)) }
        }
    }
}

/// Avatar, name and a quieter second line: how a person or customer is shown in a list.
#[derive(Clone, Debug)]
pub struct Identity {
    pub name: String,
    pub detail: Option<String>,
    pub href: Option<String>,
    pub square: bool,
    /// The address of a picture.
    pub photo: Option<String>,
}

impl Identity {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), detail: None, href: None, square: false, photo: None }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    pub fn square(mut self) -> Self {
        self.square = true;
        self
    }

    pub fn photo(mut self, href: Option<String>) -> Self {
        self.photo = href;
        self
    }
}

impl Render for Identity {
    fn render(&self) -> Markup {
        let mut avatar = Avatar::new(&self.name);
        avatar.square = self.square;
        avatar.photo.clone_from(&self.photo);
        html! {
            span.identity {
                (avatar)
                span.identity-text {
                    @match &self.href {
                        Some(href) => { a.identity-name href=(super::safe_href(href)) { (self.name) } }
                        None => { span.identity-name { (self.name) } }
                    }
                    @if let Some(detail) = &self.detail { span.identity-detail { (detail) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_of_all_sorts_of_names() {
        assert_eq!(initials("Georgi Facello"), "GF");
        assert_eq!(initials("Mary Ann Facello"), "MF");
        assert_eq!(initials("Plato"), "P");
        assert_eq!(initials("(former) ßen"), "FSS");
        assert_eq!(initials("  "), "");
        assert_eq!(initials("李 小龍"), "李小");
    }
}
