//! How many there are, and the way to the next ones (key-set pages: there is no page 7).

use maud::{Markup, Render, html};

use super::{Icon, filter::SYNC};

/// A count that stopped counting at its cap: "1,000+".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub n: u64,
    /// True when there are more than `n`.
    pub more: bool,
}

impl Count {
    pub fn exact(n: u64) -> Self {
        Self { n, more: false }
    }

    /// `n` as counted with a limit of `cap + 1`.
    pub fn capped(n: u64, cap: u64) -> Self {
        Self { n: n.min(cap), more: n > cap }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", thousands(self.n), if self.more { "+" } else { "" })
    }
}

impl Render for Count {
    fn render(&self) -> Markup {
        html! { (self.to_string()) }
    }
}

/// 1234567 as "1,234,567".
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Footer of a list: count on the left, newer and older pages on the right.
#[derive(Clone, Debug)]
pub struct Pager {
    count: Count,
    one: String,
    many: String,
    shown: usize,
    previous: Option<String>,
    next: Option<String>,
    target: Option<String>,
}

impl Pager {
    /// `one` and `many` are the noun: "employee", "employees"; `shown` is how many this page lists.
    pub fn new(count: Count, one: impl Into<String>, many: impl Into<String>, shown: usize) -> Self {
        Self { count, one: one.into(), many: many.into(), shown, previous: None, next: None, target: None }
    }

    pub fn previous(mut self, href: Option<String>) -> Self {
        self.previous = href;
        self
    }

    pub fn next(mut self, href: Option<String>) -> Self {
        self.next = href;
        self
    }

    /// Links swap the element of this id instead of loading the page.
    pub fn swaps(mut self, id: impl Into<String>) -> Self {
        self.target = Some(format!("#{}", id.into()));
        self
    }

    fn step(&self, href: &Option<String>, words: &str, rel: &str, icon: Icon, after: bool) -> Markup {
        // With an id, the focus is still on it after the swap.
        let id = self.target.as_ref().map(|target| format!("{}-{rel}", target.trim_start_matches('#')));
        html! {
            @match href {
                Some(href) => {
                    a.button.button-sm id=[id] href=(href) rel=(rel) hx-get=[self.target.as_ref().map(|_| href)] hx-target=[self.target.as_ref()]
                        hx-swap=[self.target.as_ref().map(|_| "outerHTML show:top")] hx-push-url=[self.target.as_ref().map(|_| "true")]
                        hx-sync=[self.target.as_ref().map(|_| SYNC)] {
                        @if !after { (icon) } span.button-label { (words) } @if after { (icon) }
                    }
                }
                None => {
                    a.button.button-sm role="link" aria-disabled="true" {
                        @if !after { (icon) } span.button-label { (words) } @if after { (icon) }
                    }
                }
            }
        }
    }
}

impl Render for Pager {
    fn render(&self) -> Markup {
        let noun = if self.count.n == 1 && !self.count.more { &self.one } else { &self.many };
        html! {
            footer.pager {
                p.pager-count role="status" {
                    @if self.shown as u64 != self.count.n || self.count.more { span.pager-shown { (self.shown) " of " } }
                    strong { (self.count) } " " (noun)
                }
                @if self.previous.is_some() || self.next.is_some() {
                    nav.pager-steps aria-label="Pages" {
                        (self.step(&self.previous, "Previous", "prev", Icon::ChevronLeft, false))
                        (self.step(&self.next, "Next", "next", Icon::ChevronRight, true))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stop_at_their_cap() {
        assert_eq!(Count::exact(85).to_string(), "85");
        assert_eq!(Count::capped(1001, 1000).to_string(), "1,000+");
        assert_eq!(Count::capped(1000, 1000).to_string(), "1,000");
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
