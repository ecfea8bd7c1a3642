//! The digest: what waits and what has changed, in sections whose every line opens something.

use super::{
    Mail,
    paper::{FONT, LINK, Paper, SMALL, css},
};
use domain::workspace::Workspace;
use maud::{Markup, html};

pub struct Digest<'a> {
    pub subject: String,
    pub title: String,
    /// Whom it greets; nobody if empty.
    pub hello: &'a str,
    /// What it is about, in a sentence; empty if that is clear.
    pub lead: String,
    pub sections: Vec<Section>,
    /// Its words, and the whole address that it opens.
    pub button: Option<(String, String)>,
    /// Why one gets it: a sentence.
    pub why: String,
    /// Where one chooses what it tells, and when it comes.
    pub settings_url: Option<&'a str>,
    /// The page on which one ends it; `jobs::mail::Unsubscribe` tells its address.
    pub unsubscribe_url: Option<&'a str>,
}

/// One subject of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    /// The number that sums it up, at the right of its heading; empty if there is none.
    pub figure: String,
    /// How the figure moved.
    pub trend: Option<Trend>,
    pub lines: Vec<Line>,
    /// What is not listed: its words ("7 more"), and where they are.
    pub more: Option<(String, String)>,
}

/// A line: what it is about is its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub label: String,
    /// The whole address.
    pub url: String,
    /// Said below it, quietly; empty if nothing is.
    pub detail: String,
    /// At the right; empty if there is none.
    pub value: String,
    pub trend: Option<Trend>,
}

/// How something moved against the period before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    pub way: Way,
    /// What that means: more deals are good, more late tickets are not.
    pub tone: Tone,
    /// `2 more than last week`: an arrow alone says nothing to those who do not see it.
    pub words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
    Level,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Neutral,
}

pub fn sections(workspace: &Workspace, digest: &Digest<'_>) -> Mail {
    Paper {
        subject: digest.subject.clone(),
        title: digest.title.clone(),
        hello: digest.hello,
        paragraphs: Some(digest.lead.clone()).filter(|l| !l.is_empty()).into_iter().collect(),
        sections: &digest.sections,
        button: digest.button.clone(),
        why: digest.why.clone(),
        settings: digest.settings_url,
        unsubscribe: digest.unsubscribe_url,
        ..Paper::of(workspace)
    }
    .write()
}

impl Way {
    const fn arrow(self) -> &'static str {
        match self {
            Self::Up => "▲",
            Self::Down => "▼",
            Self::Level => "▬",
        }
    }
}

impl Trend {
    fn text(&self) -> String {
        format!("{} {}", self.way.arrow(), self.words)
    }

    fn html(&self) -> Markup {
        let (class, colour) = match self.tone {
            Tone::Good => ("good", "color:#1a7a42;"),
            Tone::Bad => ("bad", "color:#c0392b;"),
            Tone::Neutral => ("quiet", "color:#5b6675;"),
        };
        html! { span class=(class) style=(css(colour, "font-size:12px;")) { span aria-hidden="true" { (self.way.arrow()) } " " (self.words) } }
    }
}

impl Section {
    /// As plain text: the heading with its line below, each address below what it belongs to.
    pub(super) fn text(&self) -> String {
        let side = |value: &str, trend: &Option<Trend>| {
            let trend = trend.as_ref().map(Trend::text).unwrap_or_default();
            [value, &trend].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
        };
        let joined =
            |label: &str, side: String| if side.is_empty() { label.to_owned() } else { format!("{label}: {side}") };
        let heading = joined(&self.heading, side(&self.figure, &self.trend));
        let mut out = String::new();
        if !heading.is_empty() {
            out = format!("{heading}\n{}", "-".repeat(heading.chars().count().min(76)));
        }
        for line in &self.lines {
            let gap = if out.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{gap}{}", joined(&line.label, side(&line.value, &line.trend))));
            if !line.detail.is_empty() {
                out.push_str(&format!("\n  {}", line.detail));
            }
            if !line.url.is_empty() {
                out.push_str(&format!("\n  {}", line.url));
            }
        }
        if let Some((words, url)) = &self.more {
            out.push_str(&format!("\n{words}:\n  {url}"));
        }
        out
    }

    pub(super) fn html(&self) -> Markup {
        html! {
            table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px;" {
                @if !self.heading.is_empty() || !self.figure.is_empty() { tr {
                    th.ink.line scope="col" align="left" style=(css(FONT, "padding:8px 12px 6px 0;border-bottom:2px solid #e3e6ea;font-size:15px;font-weight:600;color:#1c232d;")) { (self.heading) }
                    th.ink.line scope="col" align="right" style=(css(FONT, "padding:8px 0 6px;border-bottom:2px solid #e3e6ea;font-size:15px;font-weight:600;color:#1c232d;")) {
                        (self.figure)
                        @if let Some(trend) = &self.trend { @if !self.figure.is_empty() { br; } (trend.html()) }
                    } }
                }
                @for line in &self.lines {
                    tr {
                        td.ink.line align="left" style=(css(FONT, "padding:8px 12px 8px 0;border-bottom:1px solid #e3e6ea;font-size:14px;line-height:1.4;color:#1c232d;vertical-align:top;word-break:break-word;")) {
                            @if line.url.is_empty() { (line.label) } @else { a.link href=(line.url) style=(LINK) { (line.label) } }
                            @if !line.detail.is_empty() { div.quiet style=(SMALL) { (line.detail) } }
                        }
                        td.ink.line align="right" style=(css(FONT, "padding:8px 0;border-bottom:1px solid #e3e6ea;font-size:14px;line-height:1.4;color:#1c232d;vertical-align:top;")) {
                            (line.value)
                            @if let Some(trend) = &line.trend { @if !line.value.is_empty() { br; } (trend.html()) }
                        }
                    }
                }
                @if let Some((words, url)) = &self.more {
                    tr { td colspan="2" style=(css(SMALL, "padding:8px 0 0;")) { a.link href=(url) style=(LINK) { (words) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        Workspace {
            id: domain::TenantId("00000000-0000-0000-0000-000000000000".parse().expect("an id")),
            slug: domain::Slug::parse("acme").expect("a slug"),
            name: "Acme <Lamps>".to_owned(),
            zone: "UTC".parse().expect("a zone"),
            currency: domain::Currency::from_code("USD").expect("a currency"),
            dates: domain::DateOrder::Mdy,
            accent: None,
            logo: Some("digest".to_owned()),
        }
    }

    #[test]
    fn a_digest_says_the_same_in_both_parts() {
        let trend = Trend { way: Way::Up, tone: Tone::Bad, words: "2 more than last week".into() };
        let line = Line {
            label: "Ada <Byron>".into(),
            url: "https://x.example/a".into(),
            detail: "since Monday".into(),
            value: "3 days".into(),
            trend: None,
        };
        let section = Section {
            heading: "Approvals waiting".into(),
            figure: "8".into(),
            trend: Some(trend),
            lines: vec![line],
            more: Some(("7 more".into(), "https://x.example/all".into())),
        };
        let mail = sections(
            &workspace(),
            &Digest {
                subject: "Your Thursday".into(),
                title: "Your Thursday".into(),
                hello: "Ann",
                lead: "What waits for you.".into(),
                sections: vec![section],
                button: None,
                why: "You get this each weekday at 08:00.".into(),
                settings_url: Some("https://x.example/s"),
                unsubscribe_url: Some("https://x.example/u"),
            },
        );
        let text = "Approvals waiting: 8, \u{25b2} 2 more than last week\n---------------------------------------------\n\
                    Ada <Byron>: 3 days\n  since Monday\n  https://x.example/a\n7 more:\n  https://x.example/all\n";
        assert!(mail.text.contains(text), "{}", mail.text);
        assert!(
            mail.text.ends_with("Choose what you get:\nhttps://x.example/s\n\nUnsubscribe:\nhttps://x.example/u\n")
        );
        for part in
            ["Ada &lt;Byron&gt;", "2 more than last week", "href=\"https://x.example/all\"", "cid:logo", "Unsubscribe"]
        {
            assert!(mail.html.contains(part), "{part} is missing in {}", mail.html);
        }
        assert!(mail.logo && !mail.html.contains("<Byron>") && !mail.html.contains("<Lamps>"));
    }

    #[test]
    fn a_notice_says_the_same_in_both_parts() {
        let notice = crate::mail::Notice {
            subject: "A deal\nslips".into(),
            title: "A deal slips".into(),
            hello: "",
            paragraphs: vec!["It was to close last week.".into()],
            facts: vec![("Amount".into(), "9,000 <USD>".into())],
            button: Some(("Open the deal".into(), "https://x.example/d".into())),
            why: "You own it.".into(),
            unsubscribe_url: None,
        };
        let mail = crate::mail::notice(&workspace(), &notice);
        assert_eq!(mail.subject, "A deal slips");
        assert!(mail.text.contains("Amount: 9,000 <USD>\n\nOpen the deal:\nhttps://x.example/d\n"), "{}", mail.text);
        assert!(mail.html.contains("9,000 &lt;USD&gt;") && !mail.html.contains("Unsubscribe"));
    }
}
