//! Attributes that a caller hangs on a component. maud wants attribute names at
//! compile time; components want to pass `hx-*` and `data-*` through. This is the
//! one place where that happens, and where what the CSP forbids is refused.

use maud::{Markup, PreEscaped, Render, html};

/// An ordered set of attributes; the last word on a name wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attrs(Vec<(&'static str, Option<String>)>);

impl Attrs {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `name="value"`.
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.put(name, Some(value.into()));
        self
    }

    /// Sets `name="value"` if there is a value.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets a bare attribute such as `disabled` if `on`.
    pub fn flag(mut self, name: &'static str, on: bool) -> Self {
        if on {
            self.put(name, None);
        }
        self
    }

    /// Adds everything in `more`; its values win, but classes add up.
    pub fn and(mut self, more: &Attrs) -> Self {
        for (name, value) in &more.0 {
            match (*name, value) {
                ("class", Some(class)) => {
                    let all = match self.get("class") {
                        Some(have) => format!("{have} {class}"),
                        None => class.clone(),
                    };
                    self.put("class", Some(all));
                }
                _ => self.put(name, value.clone()),
            }
        }
        self
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(have, _)| *have == name).and_then(|(_, value)| value.as_deref())
    }

    fn put(&mut self, name: &'static str, value: Option<String>) {
        assert!(allowed(name), "{name} would need inline style or script, which the CSP refuses");
        match self.0.iter_mut().find(|(have, _)| *have == name) {
            Some(slot) => slot.1 = value,
            None => self.0.push((name, value)),
        }
    }
}

fn allowed(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_'));
    plain && name != "style" && !name.starts_with("on") && !name.starts_with("hx-on")
}

/// An element whose attributes are only known at run time.
pub fn element(tag: &'static str, attrs: &Attrs, body: Markup) -> Markup {
    let mut out = open(tag, attrs);
    out.push_str(&body.0);
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
    PreEscaped(out)
}

/// The same for `input` and its like, which have no end tag.
pub fn void_element(tag: &'static str, attrs: &Attrs) -> Markup {
    PreEscaped(open(tag, attrs))
}

fn open(tag: &str, attrs: &Attrs) -> String {
    let mut out = format!("<{tag}");
    for (name, value) in &attrs.0 {
        out.push(' ');
        out.push_str(name);
        if let Some(value) = value {
            out.push_str("=\"");
            value.render_to(&mut out);
            out.push('"');
        }
    }
    out.push('>');
    out
}

/// `html! {}` by a name, for components that may have nothing to say.
pub fn nothing() -> Markup {
    html! {}
}

/// Only addresses that a link may safely have: paths of our own, https, http, mailto and tel.
/// maud escapes text but not `javascript:`.
pub fn safe_href(href: &str) -> &str {
    let lower = href.trim_start().to_ascii_lowercase();
    let scheme = lower.split(['/', '?', '#']).next().unwrap_or("");
    match scheme.split_once(':') {
        None => href,
        Some(("http" | "https" | "mailto" | "tel", _)) => href,
        Some(_) => "#",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_the_last_one_wins() {
        let attrs = Attrs::new().set("title", "a").set("title", "\"><b>").flag("hidden", true).flag("disabled", false);
        assert_eq!(element("p", &attrs, html! { "x" }).0, r#"<p title="&quot;&gt;&lt;b&gt;" hidden>x</p>"#);
    }

    #[test]
    #[should_panic(expected = "CSP")]
    fn inline_style_is_refused() {
        let _ = Attrs::new().set("style", "color:red");
    }

    #[test]
    fn links_cannot_run_script() {
        assert_eq!(safe_href("javascript:alert(1)"), "#");
        assert_eq!(safe_href("  JavaScript:alert(1)"), "#");
        assert_eq!(safe_href("data:text/html,x"), "#");
        assert_eq!(safe_href("/w/acme?q=a:b"), "/w/acme?q=a:b");
        assert_eq!(safe_href("mailto:ann@acme.example"), "mailto:ann@acme.example");
        assert_eq!(safe_href("https://acme.example/"), "https://acme.example/");
    }
}
