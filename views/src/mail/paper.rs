//! What all mails are written on: one column that fits a phone, light and dark, the company's head, and why one gets it.

use super::{Mail, digest::Section};
use domain::workspace::Workspace;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A mail's parts, in the order in which they stand.
pub(super) struct Paper<'a> {
    pub workspace: &'a Workspace,
    pub subject: String,
    pub title: String,
    /// Whom it greets; nobody if empty.
    pub hello: &'a str,
    pub paragraphs: Vec<String>,
    pub facts: Vec<(String, String)>,
    pub sections: &'a [Section],
    pub button: Option<(String, String)>,
    pub after: Vec<String>,
    /// Why one gets it, and what to do if one should not.
    pub why: String,
    /// The page on which one ends it, for mail that one may do without.
    pub unsubscribe: Option<&'a str>,
    /// Where one chooses what to get, and when.
    pub settings: Option<&'a str>,
}

impl<'a> Paper<'a> {
    /// An empty one.
    pub fn of(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            subject: String::new(),
            title: String::new(),
            hello: "",
            paragraphs: vec![],
            facts: vec![],
            sections: &[],
            button: None,
            after: vec![],
            why: String::new(),
            unsubscribe: None,
            settings: None,
        }
    }

    pub fn write(&self) -> Mail {
        Mail {
            subject: one_line(&self.subject),
            text: self.text(),
            html: self.html().into_string(),
            logo: self.workspace.logo.is_some(),
            reply_to: None,
        }
    }

    fn text(&self) -> String {
        let mut parts = vec![self.title.clone()];
        if !self.hello.is_empty() {
            parts.push(format!("Hello {},", self.hello));
        }
        parts.extend(self.paragraphs.iter().cloned());
        if !self.facts.is_empty() {
            let lines: Vec<String> = self.facts.iter().map(|(label, value)| format!("{label}: {value}")).collect();
            parts.push(lines.join("\n"));
        }
        parts.extend(self.sections.iter().map(Section::text));
        if let Some((label, url)) = &self.button {
            parts.push(format!("{label}:\n{url}"));
        }
        parts.extend(self.after.iter().cloned());
        let wrapped: Vec<String> = parts.iter().map(|p| wrap(p, 76)).collect();
        let mut foot = format!("{}\n{}\n", wrap(&self.workspace.name, 76), wrap(&self.why, 76));
        for (label, url) in self.ways_out() {
            foot.push_str(&format!("\n{label}:\n{url}\n"));
        }
        format!("{}\n\n-- \n{foot}", wrapped.join("\n\n"))
    }

    fn html(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="supported-color-schemes" content="light dark";
                    title { (self.subject) }
                    style { (PreEscaped(DARK)) }
                }
                body.page style="margin:0;padding:0;background:#f4f5f7;" {
                    // What lists of mail show behind the subject.
                    div style="display:none;max-height:0;overflow:hidden;" { (self.paragraphs.first().map_or("", String::as_str)) }
                    table.page role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f5f7;" {
                        tr { td align="center" style="padding:24px 12px;" {
                            table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;" {
                                tr { td.quiet style=(css(SMALL, "padding:0 4px 12px;font-weight:600;")) { (self.head()) } }
                                tr { td.card style="background:#ffffff;border:1px solid #e3e6ea;border-radius:10px;padding:28px 24px;" {
                                    h1.ink style=(css(FONT, "margin:0 0 16px;font-size:21px;line-height:1.3;color:#1c232d;")) { (self.title) }
                                    @if !self.hello.is_empty() { (paragraph(&format!("Hello {},", self.hello))) }
                                    @for p in &self.paragraphs { (paragraph(p)) }
                                    @if !self.facts.is_empty() { (facts(&self.facts)) }
                                    @for section in self.sections { (section.html()) }
                                    @if let Some((label, url)) = &self.button { (button(label, url)) }
                                    @for p in &self.after { (paragraph(p)) }
                                } }
                                tr { td.quiet style=(css(SMALL, "padding:14px 4px 0;")) {
                                    (self.why)
                                    @for (label, url) in self.ways_out() {
                                        " · " a.link href=(url) style=(LINK) { (label) }
                                    }
                                } }
                            }
                        } }
                    }
                }
            }
        }
    }

    /// The logo stands on a light tile: most are drawn for paper, and would vanish in the dark.
    fn head(&self) -> Markup {
        html! {
            @if self.workspace.logo.is_some() {
                img src="cid:logo" alt="" height="24" style="height:24px;width:auto;max-width:160px;vertical-align:middle;background:#ffffff;border-radius:5px;padding:4px;margin-right:8px;";
            }
            (self.workspace.name)
        }
    }

    fn ways_out(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let settings = self.settings.map(|url| ("Choose what you get", url));
        settings.into_iter().chain(self.unsubscribe.map(|url| ("Unsubscribe", url)))
    }
}

pub(super) const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
pub(super) const SMALL: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:13px;line-height:1.5;color:#5b6675;";
pub(super) const LINK: &str = "color:#2463c6;";
const DARK: &str = "@media (prefers-color-scheme:dark){\
    .page{background:#12161c!important}.card{background:#1b212a!important;border-color:#303844!important}\
    .ink{color:#e8ecf1!important}.quiet{color:#9aa5b4!important}.link{color:#8db8ff!important}.line{border-color:#303844!important}\
    .good{color:#63c98b!important}.bad{color:#ff9a8f!important}}";

pub(super) fn css(first: &str, then: &str) -> String {
    format!("{first}{then}")
}

fn paragraph(text: &str) -> Markup {
    html! { p.ink style=(css(FONT, "margin:0 0 16px;font-size:15px;line-height:1.55;color:#1c232d;")) { (text) } }
}

/// The address stands below the button as well, for those whose mail program shows no links.
fn button(label: &str, url: &str) -> Markup {
    html! {
        table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 12px;" {
            tr { td style="background:#2463c6;border-radius:7px;" {
                a href=(url) style=(css(FONT, "display:inline-block;padding:11px 20px;font-size:15px;font-weight:600;color:#ffffff;text-decoration:none;")) { (label) }
            } }
        }
        p.quiet style=(css(SMALL, "margin:0 0 16px;word-break:break-all;")) {
            "Or open this address: " a.link href=(url) style=(LINK) { (url) }
        }
    }
}

fn facts(facts: &[(String, String)]) -> Markup {
    html! {
        table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;" {
            @for (label, value) in facts {
                tr {
                    th.quiet.line scope="row" align="left" style=(css(SMALL, "padding:6px 12px 6px 0;border-bottom:1px solid #e3e6ea;font-weight:400;vertical-align:top;")) { (label) }
                    td.ink.line align="right" style=(css(FONT, "padding:6px 0;border-bottom:1px solid #e3e6ea;font-size:14px;color:#1c232d;word-break:break-word;")) { (value) }
                }
            }
        }
    }
}

/// A header has one line, whatever a workspace or a file is called.
fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// Lines of at most `width` letters where there are blanks to break at; an address is never broken.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let line = |line: &str| {
        let mut out = String::new();
        let mut used = 0;
        // What is set in stays so.
        let inset: String = line.chars().take_while(|c| *c == ' ').collect();
        out.push_str(&inset);
        let before = inset.chars().count();
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if used > 0 && before + used + 1 + length > width {
                out.push('\n');
                out.push_str(&inset);
                used = 0;
            } else if used > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
        out
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
