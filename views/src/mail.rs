//! Mails: written once, rendered as HTML for mail programs and as plain text.
//!
//! Mail programs know neither our stylesheet nor much of CSS, so styles stand inline here, and here only. What
//! `<style>` adds is dark mode, for those that read it.

mod daily;
mod digest;
mod notice;
mod paper;

pub use daily::{digest, notices, notices_to_answer, subject as digest_subject};
pub use digest::{Digest, Line, Section, Tone, Trend, Way, sections};
pub use notice::{Notice, notice};

use domain::{Email, import::Target, workspace::Workspace};
use paper::Paper;

/// A message without its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// One line, free of control characters.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Whether its head shows the workspace's logo, which travels along as `cid:logo`.
    pub logo: bool,
    /// Whom an answer goes to, if not to us.
    pub reply_to: Option<Email>,
}

/// The address is to be proved: the first look at the workspace doesn't wait for it.
pub fn verification(workspace: &Workspace, name: &str, url: &str) -> Mail {
    Paper {
        subject: format!("Confirm your email address for {}", workspace.name),
        title: "Confirm your email address".into(),
        hello: name,
        paragraphs: vec![
            format!("You have signed up for the workspace {} with this address. Please confirm that it is yours.", workspace.name),
        ],
        button: Some(("Confirm address".into(), url.to_owned())),
        after: vec!["The link works once, for three days.".into()],
        why: format!("You get this because somebody signed up for People360 with this address and made the workspace {}. If that was not you, do nothing: without the link nobody can confirm it.", workspace.name),
        ..Paper::of(workspace)
    }
    .write()
}

pub fn password_reset(workspace: &Workspace, name: &str, url: &str) -> Mail {
    Paper {
        subject: "Choose a new password".into(),
        title: "Choose a new password".into(),
        hello: name,
        paragraphs: vec!["Somebody, hopefully you, has asked for a new password for your account at People360.".into()],
        button: Some(("Choose a new password".into(), url.to_owned())),
        after: vec![
            "The link works once, for one hour. When you have chosen a password, you are signed out everywhere else.".into(),
        ],
        why: "You get this because a new password was asked for on the sign-in page. If that was not you, do nothing: your password stays as it is.".into(),
        ..Paper::of(workspace)
    }
    .write()
}

/// To the address that somebody wants to change to.
pub fn email_change(workspace: &Workspace, name: &str, email: &str, url: &str) -> Mail {
    Paper {
        subject: "Confirm your new email address".into(),
        title: "Confirm your new email address".into(),
        hello: name,
        paragraphs: vec![format!("You want to sign in to People360 with {email} from now on. Confirm that it is yours.")],
        button: Some(("Use this address".into(), url.to_owned())),
        after: vec!["The link works once, for one day. Until then you sign in with the address that you have.".into()],
        why: "You get this because this address was typed in on the page of somebody's account. If that was not you, do nothing: nothing changes.".into(),
        ..Paper::of(workspace)
    }
    .write()
}

/// To the address that somebody had.
pub fn email_changed(workspace: &Workspace, name: &str, new: &str) -> Mail {
    Paper {
        subject: "Your email address was changed".into(),
        title: "Your email address was changed".into(),
        hello: name,
        paragraphs: vec![format!(
            "You sign in to People360 with {new} from now on; this address is not asked for any more."
        )],
        after: vec![
            "If that was not you, somebody else has your password: ask the owner of your workspace for help at once."
                .into(),
        ],
        why: "You get this because this was the address of your account until now.".into(),
        ..Paper::of(workspace)
    }
    .write()
}

/// `role` as a person says it.
pub fn invitation(workspace: &Workspace, invited_by: &str, role: &str, url: &str) -> Mail {
    Paper {
        subject: format!("{invited_by} invites you to {}", workspace.name),
        title: format!("Join {}", workspace.name),
        paragraphs: vec![format!(
            "{invited_by} invites you to the workspace {} at People360, where {} looks after its people and its customers. Your role there: {role}.",
            workspace.name, workspace.name
        )],
        button: Some(("Accept the invitation".into(), url.to_owned())),
        after: vec!["The invitation stands for seven days.".into()],
        why: format!("You get this because {invited_by} entered your address. If you don't know them, do nothing."),
        ..Paper::of(workspace)
    }
    .write()
}

/// Asks the owner of an address whether they have sent a form. Nothing that was typed into it stands here: anybody can type
/// anybody's address.
pub fn form_confirmation(workspace: &Workspace, title: &str, url: &str) -> Mail {
    Paper {
        subject: format!("Confirm what you sent to {}", workspace.name),
        title: "Was it you?".into(),
        paragraphs: vec![format!(
            "Somebody has sent the form “{title}” to {} with this address. Please confirm that it was you, and what you sent arrives.",
            workspace.name
        )],
        button: Some(("Yes, it was me".into(), url.to_owned())),
        after: vec!["The link works for seven days.".into()],
        why: format!("You get this because this address was typed into a form of {}. If that was not you, do nothing: without the link nothing of it arrives.", workspace.name),
        ..Paper::of(workspace)
    }
    .write()
}

/// Tells whoever has applied that it came in, or that it had before. Nothing that was typed stands here: anybody can type
/// anybody's address.
pub fn application(workspace: &Workspace, job: &str, url: &str, again: bool) -> Mail {
    let (subject, title, text) = match again {
        false => (
            format!("Your application to {}", workspace.name),
            "It has arrived",
            format!("Thank you for applying to {}: {job}. Somebody reads it, and you hear from us.", workspace.name),
        ),
        true => (
            format!("You have applied to {} already", workspace.name),
            "You have applied before",
            format!(
                "Somebody, probably you, has applied to {} once more with this address: {job}. Your first application holds; what was sent now was not kept.",
                workspace.name
            ),
        ),
    };
    Paper {
        subject,
        title: title.into(),
        paragraphs: vec![text],
        button: Some(("See how it stands".into(), url.to_owned())),
        after: vec!["There you can withdraw it, and ask us to remove your data.".into()],
        why: format!("You get this because this address was typed into an application to {}. If that was not you, open the link and ask us to remove it.", workspace.name),
        ..Paper::of(workspace)
    }
    .write()
}

/// Tells somebody that they were turned down.
pub fn rejection(workspace: &Workspace, name: &str, job: &str, url: &str) -> Mail {
    Paper {
        subject: format!("Your application to {}: {job}", workspace.name),
        title: format!("Hello {name}"),
        paragraphs: vec![
            format!("Thank you for your application ({job}) and the time that you have put into it."),
            "We have decided for somebody else this time. That says nothing about you but that another one fitted a little better.".into(),
            "We wish you all the best.".into(),
        ],
        button: Some(("Your application".into(), url.to_owned())),
        after: vec!["There you can ask us to remove your data.".into()],
        why: format!("You get this because you have applied to {}.", workspace.name),
        ..Paper::of(workspace)
    }
    .write()
}

/// Brings the link by which a customer comes in to the portal.
pub fn portal_link(workspace: &Workspace, url: &str) -> Mail {
    Paper {
        subject: format!("Your link to {}", workspace.name),
        title: "Sign in".into(),
        paragraphs: vec![format!("This link opens what you have asked {}, and our answers.", workspace.name)],
        button: Some(("Sign in".into(), url.to_owned())),
        after: vec!["The link works once, and for 20 minutes.".into()],
        why: format!("You get this because somebody has asked {} for a link with this address. If that was not you, do nothing: nobody comes in without the link.", workspace.name),
        ..Paper::of(workspace)
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

/// Asks how somebody found our help: `scores` has the words of each answer and the whole address that it opens.
pub fn rating(
    workspace: &Workspace,
    (number, subject): (&str, &str),
    scores: &[(&str, String)],
    unsubscribe: &str,
) -> Mail {
    let line = |(words, url): &(&str, String)| Line {
        label: (*words).to_owned(),
        url: url.clone(),
        detail: String::new(),
        value: String::new(),
        trend: None,
    };
    let section = Section {
        heading: String::new(),
        figure: String::new(),
        trend: None,
        lines: scores.iter().map(line).collect(),
        more: None,
    };
    Paper {
        subject: format!("How was our help with “{subject}”?"),
        title: "How was our help?".into(),
        paragraphs: vec![format!("Your request “{subject}” ({number}) was solved. One click tells us how you found it; there is room for a comment behind it.")],
        sections: &[section],
        why: format!("You get this once because you wrote to {}.", workspace.name),
        unsubscribe: Some(unsubscribe),
        ..Paper::of(workspace)
    }
    .write()
}

pub fn import_report(workspace: &Workspace, name: &str, end: &ImportEnd<'_>, url: &str, unsubscribe: &str) -> Mail {
    let noun = end.target.words().1;
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
            ("File".into(), end.file_name.to_owned()),
            ("New".into(), number(end.created)),
            ("Changed".into(), number(end.changed)),
            ("As they were".into(), number(end.same)),
            ("Left out".into(), number(end.errors)),
        ],
        Ending::Undone | Ending::Failed(_) => vec![("File".into(), end.file_name.to_owned())],
    };
    Paper {
        subject: format!("{title}: {}", end.file_name),
        title,
        hello: name,
        paragraphs: vec![paragraph],
        facts,
        button: Some(("Open the import".into(), url.to_owned())),
        why: format!("You get this because you started the import in {}.", workspace.name),
        unsubscribe: Some(unsubscribe),
        ..Paper::of(workspace)
    }
    .write()
}

fn rows(n: i64) -> String {
    if n == 1 { "1 row".into() } else { format!("{} rows", number(n)) }
}

/// 10000 as 10,000.
pub(crate) fn number(n: i64) -> String {
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
        let mail = import_report(&workspace("Acme"), "Ann", &end, "https://x.example/i", "https://x.example/u");
        assert_eq!(mail.subject, "Imported employees, 40 rows left out: staff.csv");
        assert!(mail.text.contains("New: 9,960\n"));
    }
}
