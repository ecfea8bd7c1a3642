//! Mails: written once, rendered as HTML for mail programs and as plain text.
//!
//! Mail programs know neither our stylesheet nor much of CSS, so styles stand inline here, and here only. What
//! `<style>` adds is dark mode, for those that read it.

mod digest;

pub use digest::{digest, notices, subject as digest_subject};

use domain::{import::Target, workspace::Workspace};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A message without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// One line, free of control characters.
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The address is to be proved: the first look at the workspace doesn't wait for it.
pub fn verification(workspace: &Workspace, name: &str, url: &str) -> Mail {
    Letter {
        workspace: &workspace.name,
        subject: format!("Confirm your email address for {}", workspace.name),
        title: "Confirm your email address".into(),
        hello: name,
        paragraphs: vec![
            format!("You have signed up for the workspace {} with this address. Please confirm that it is yours.", workspace.name),
        ],
        facts: vec![],
        button: Some(("Confirm address", url.to_owned())),
        after: vec!["The link works once, for three days.".into()],
        why: format!("You get this because somebody signed up for People360 with this address and made the workspace {}. If that was not you, do nothing: without the link nobody can confirm it.", workspace.name),
    }
    .write()
}

pub fn password_reset(workspace: &Workspace, name: &str, url: &str) -> Mail {
    Letter {
        workspace: &workspace.name,
        subject: "Choose a new password".into(),
        title: "Choose a new password".into(),
        hello: name,
        paragraphs: vec!["Somebody, hopefully you, has asked for a new password for your account at People360.".into()],
        facts: vec![],
        button: Some(("Choose a new password", url.to_owned())),
        after: vec![
            "The link works once, for one hour. When you have chosen a password, you are signed out everywhere else.".into(),
        ],
        why: "You get this because a new password was asked for on the sign-in page. If that was not you, do nothing: your password stays as it is.".into(),
    }
    .write()
}

/// To the address that somebody wants to change to.
pub fn email_change(workspace: &Workspace, name: &str, email: &str, url: &str) -> Mail {
    Letter {
        workspace: &workspace.name,
        subject: "Confirm your new email address".into(),
        title: "Confirm your new email address".into(),
        hello: name,
        paragraphs: vec![format!("You want to sign in to People360 with {email} from now on. Confirm that it is yours.")],
        facts: vec![],
        button: Some(("Use this address", url.to_owned())),
        after: vec!["The link works once, for one day. Until then you sign in with the address that you have.".into()],
        why: "You get this because this address was typed in on the page of somebody's account. If that was not you, do nothing: nothing changes.".into(),
    }
    .write()
}

/// To the address that somebody had.
pub fn email_changed(workspace: &Workspace, name: &str, new: &str) -> Mail {
    Letter {
        workspace: &workspace.name,
        subject: "Your email address was changed".into(),
        title: "Your email address was changed".into(),
        hello: name,
        paragraphs: vec![format!(
            "You sign in to People360 with {new} from now on; this address is not asked for any more."
        )],
        facts: vec![],
        button: None,
        after: vec![
            "If that was not you, somebody else has your password: ask the owner of your workspace for help at once."
                .into(),
        ],
        why: "You get this because this was the address of your account until now.".into(),
    }
    .write()
}

/// `role` as a person says it.
pub fn invitation(workspace: &Workspace, invited_by: &str, role: &str, url: &str) -> Mail {
    Letter {
        workspace: &workspace.name,
        subject: format!("{invited_by} invites you to {}", workspace.name),
        title: format!("Join {}", workspace.name),
        hello: "",
        paragraphs: vec![format!(
            "{invited_by} invites you to the workspace {} at People360, where {} looks after its people and its customers. Your role there: {role}.",
            workspace.name, workspace.name
        )],
        facts: vec![],
        button: Some(("Accept the invitation", url.to_owned())),
        after: vec!["The invitation stands for seven days.".into()],
        why: format!("You get this because {invited_by} entered your address. If you don't know them, do nothing."),
    }
    .write()
}

/// How an import ended.
pub struct ImportEnd<'a> {
    pub target: Target,
    pub file_name: &'a str,
    pub ending: Ending<'a>,
    pub created: i64,
    pub changed: i64,
    pub same: i64,
    pub errors: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending<'a> {
    Done,
    Undone,
    Failed(&'a str),
}

pub fn import_report(workspace: &Workspace, name: &str, end: &ImportEnd<'_>, url: &str) -> Mail {
    let noun = match end.target {
        Target::Employees => "employees",
        Target::Customers => "customers",
    };
    let (title, paragraph) = match end.ending {
        Ending::Done if end.errors > 0 => (
            format!("Imported {noun}, {} left out", rows(end.errors)),
            "The file is in. Some rows could not go in; the import's page lists them, as a file to correct and import again.".to_owned(),
        ),
        Ending::Done => (format!("Imported {noun}"), "The file is in.".to_owned()),
        Ending::Undone => (format!("Took back an import of {noun}"), "Everything that the import changed is as it was before.".to_owned()),
        Ending::Failed(why) => (format!("Could not import {noun}"), format!("Nothing of the file went in. {why}")),
    };
    let facts = match end.ending {
        Ending::Done => vec![
            ("File", end.file_name.to_owned()),
            ("New", number(end.created)),
            ("Changed", number(end.changed)),
            ("As they were", number(end.same)),
            ("Left out", number(end.errors)),
        ],
        Ending::Undone | Ending::Failed(_) => vec![("File", end.file_name.to_owned())],
    };
    Letter {
        workspace: &workspace.name,
        subject: format!("{title}: {}", end.file_name),
        title,
        hello: name,
        paragraphs: vec![paragraph],
        facts,
        button: Some(("Open the import", url.to_owned())),
        after: vec![],
        why: format!("You get this because you started the import in {}.", workspace.name),
    }
    .write()
}

fn rows(n: i64) -> String {
    if n == 1 { "1 row".into() } else { format!("{} rows", number(n)) }
}

/// 10000 as 10,000.
fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "-" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What all mails are made of.
struct Letter<'a> {
    workspace: &'a str,
    subject: String,
    title: String,
    /// Whom it greets; nobody if empty.
    hello: &'a str,
    paragraphs: Vec<String>,
    facts: Vec<(&'static str, String)>,
    button: Option<(&'static str, String)>,
    after: Vec<String>,
    /// Why one gets it, and what to do if one should not.
    why: String,
}

impl Letter<'_> {
    fn write(&self) -> Mail {
        Mail { subject: one_line(&self.subject), text: self.text(), html: self.html().into_string() }
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
        if let Some((label, url)) = &self.button {
            parts.push(format!("{label}:\n{url}"));
        }
        parts.extend(self.after.iter().cloned());
        let wrapped: Vec<String> = parts.iter().map(|p| wrap(p, 76)).collect();
        format!("{}\n\n-- \n{}\n{}\n", wrapped.join("\n\n"), wrap(self.workspace, 76), wrap(&self.why, 76))
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
                    (dark())
                }
                body.page style="margin:0;padding:0;background:#f4f5f7;" {
                    // What lists of mail show behind the subject.
                    div style="display:none;max-height:0;overflow:hidden;" { (self.paragraphs.first().map_or("", String::as_str)) }
                    table.page role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f5f7;" {
                        tr { td align="center" style="padding:24px 12px;" {
                            table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;" {
                                tr { td.quiet style=(css(SMALL, "padding:0 4px 12px;font-weight:600;")) { (self.workspace) } }
                                tr { td.card style="background:#ffffff;border:1px solid #e3e6ea;border-radius:10px;padding:28px 24px;" {
                                    h1.ink style=(css(FONT, "margin:0 0 16px;font-size:21px;line-height:1.3;color:#1c232d;")) { (self.title) }
                                    @if !self.hello.is_empty() { (paragraph(&format!("Hello {},", self.hello))) }
                                    @for p in &self.paragraphs { (paragraph(p)) }
                                    @if !self.facts.is_empty() { (facts(&self.facts)) }
                                    @if let Some((label, url)) = &self.button { (button(label, url)) }
                                    @for p in &self.after { (paragraph(p)) }
                                } }
                                tr { td.quiet style=(css(SMALL, "padding:14px 4px 0;")) { (self.why) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const SMALL: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:13px;line-height:1.5;color:#5b6675;";
const DARK: &str = "@media (prefers-color-scheme:dark){\
    .page{background:#12161c!important}.card{background:#1b212a!important;border-color:#303844!important}\
    .ink{color:#e8ecf1!important}.quiet{color:#9aa5b4!important}.link{color:#8db8ff!important}.line{border-color:#303844!important}}";

fn dark() -> Markup {
    html! { style { (PreEscaped(DARK)) } }
}

fn css(first: &str, then: &str) -> String {
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
            "Or open this address: " a.link href=(url) style="color:#2463c6;" { (url) }
        }
    }
}

fn facts(facts: &[(&'static str, String)]) -> Markup {
    html! {
        table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;" {
            @for (label, value) in facts {
                tr {
                    th.quiet.line scope="row" align="left" style=(css(SMALL, "padding:6px 12px 6px 0;border-bottom:1px solid #e3e6ea;font-weight:400;white-space:nowrap;vertical-align:top;")) { (label) }
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
fn wrap(text: &str, width: usize) -> String {
    let line = |line: &str| {
        let mut out = String::new();
        let mut used = 0;
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                out.push('\n');
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, DateOrder, Slug, TenantId};

    fn workspace(name: &str) -> Workspace {
        Workspace {
            id: TenantId("00000000-0000-0000-0000-000000000000".parse().expect("an id")),
            slug: Slug::parse("acme").expect("a slug"),
            name: name.to_owned(),
            zone: "UTC".parse().expect("a zone"),
            currency: Currency::from_code("USD").expect("a currency"),
            dates: DateOrder::Mdy,
            accent: None,
            logo: None,
        }
    }

    #[test]
    fn both_parts_have_the_link_and_the_workspace() {
        let url = "https://people.example.com/verify/abc";
        let mail = verification(&workspace("Acme & Sons"), "Ann", url);
        assert_eq!(mail.subject, "Confirm your email address for Acme & Sons");
        assert!(mail.text.contains(&format!("\n{url}\n")), "{}", mail.text);
        assert!(mail.html.contains(&format!("href=\"{url}\"")));
        assert!(mail.html.contains("Acme &amp; Sons") && mail.text.contains("Acme & Sons"));
        assert!(mail.text.lines().all(|l| l.chars().count() <= 76));
    }

    #[test]
    fn a_subject_is_one_line() {
        let mail = invitation(&workspace("Acme\r\nBcc: all@example.com"), "Ann", "Manager", "https://x.example/i");
        assert_eq!(mail.subject, "Ann invites you to Acme Bcc: all@example.com");
    }

    #[test]
    fn markup_in_names_is_text() {
        let mail = invitation(&workspace("<b>Acme</b>"), "<script>x</script>", "Manager", "https://x.example/i");
        assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>Acme"));
    }

    #[test]
    fn an_import_report_counts() {
        let end = ImportEnd {
            target: Target::Employees,
            file_name: "staff.csv",
            ending: Ending::Done,
            created: 9960,
            changed: 0,
            same: 0,
            errors: 40,
        };
        let mail = import_report(&workspace("Acme"), "Ann", &end, "https://x.example/i");
        assert_eq!(mail.subject, "Imported employees, 40 rows left out: staff.csv");
        assert!(mail.text.contains("New: 9,960\n"));
    }
}
