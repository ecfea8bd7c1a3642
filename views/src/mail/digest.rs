//! The digest, and notices in a mail.

use super::{FONT, Mail, SMALL, button, css, dark, number, one_line, wrap};
use domain::{
    digest::{Block, Digest, Trend},
    notifications::Notification,
    workspace::Workspace,
};
use maud::{DOCTYPE, Markup, html};

/// What both are made of.
struct Sheet<'a> {
    workspace: &'a str,
    subject: String,
    title: String,
    lead: String,
    body: Markup,
    body_text: String,
    button: (&'static str, String),
    why: String,
    settings: String,
}

/// `base`: the workspace's home, which the lines' paths are behind.
pub fn digest(workspace: &Workspace, name: &str, digest: &Digest, base: &str) -> Mail {
    let day = domain::digest::WEEKDAYS[weekday(digest)];
    let subject = subject(workspace, digest);
    Sheet {
        workspace: &workspace.name,
        subject,
        title: format!("{day} at {}", workspace.name),
        lead: format!("Hello {name}, this is what has changed and what waits. {}.", digest.period.words()),
        body: html! { @for block in &digest.blocks { (section(block, base)) } },
        body_text: digest.blocks.iter().map(|b| section_text(b, base)).collect::<Vec<_>>().join("\n\n"),
        button: ("Open People360", base.to_owned()),
        why: format!("You get this because you chose a digest in {}, or look after others there.", workspace.name),
        settings: format!("{base}/settings/notifications"),
    }
    .write()
}

/// What a digest is called: what is in it, the first things first.
pub fn subject(workspace: &Workspace, digest: &Digest) -> String {
    let first: Vec<String> =
        digest.blocks.iter().take(2).map(|b| format!("{}: {}", b.title, number(b.count))).collect();
    match first.is_empty() {
        true => format!("{}: nothing new", workspace.name),
        false => format!("{}: {}", workspace.name, first.join(", ")),
    }
}

fn weekday(digest: &Digest) -> usize {
    use chrono::Datelike;
    digest.period.day.0.weekday().num_days_from_monday() as usize
}

/// "12 ▲ 3"; and aloud.
fn trend(block: &Block) -> Option<(&'static str, String)> {
    Some(match block.trend()? {
        Trend::Up(n) => ("▲", format!("{} more than before", number(n))),
        Trend::Down(n) => ("▼", format!("{} fewer than before", number(n))),
        Trend::Same => ("=", "as before".to_owned()),
    })
}

fn section(block: &Block, base: &str) -> Markup {
    let more = more(block);
    html! {
        table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px;" {
            tr {
                td style="padding:0 12px 6px 0;" {
                    a.ink href=(format!("{base}{}", block.path)) style=(css(FONT, "font-size:16px;font-weight:600;color:#1c232d;text-decoration:none;")) { (block.title) }
                }
                td align="right" style="padding:0 0 6px;white-space:nowrap;" {
                    span.ink style=(css(FONT, "font-size:16px;font-weight:600;color:#1c232d;")) { (number(block.count)) }
                    @if let Some((arrow, words)) = trend(block) {
                        " " span.quiet title=(words) style=(SMALL) { (arrow) " " (words) }
                    }
                }
            }
            @for line in &block.lines {
                tr { td.line colspan="2" style="padding:7px 0;border-top:1px solid #e3e6ea;" {
                    a.link href=(format!("{base}{}", line.path)) style=(css(FONT, "font-size:14px;color:#2463c6;text-decoration:none;")) { (line.text) }
                    @if !line.detail.is_empty() { " " span.quiet style=(SMALL) { (line.detail) } }
                } }
            }
            @if more > 0 {
                tr { td.line colspan="2" style="padding:7px 0;border-top:1px solid #e3e6ea;" {
                    a.link href=(format!("{base}{}", block.path)) style=(css(FONT, "font-size:14px;color:#2463c6;text-decoration:none;")) { "And " (number(more)) " more" }
                } }
            }
        }
    }
}

fn more(block: &Block) -> i64 {
    let shown = i64::try_from(block.lines.len()).unwrap_or(i64::MAX);
    if shown == 0 { 0 } else { (block.count - shown).max(0) }
}

fn section_text(block: &Block, base: &str) -> String {
    let words = trend(block).map(|(arrow, words)| format!(" ({arrow} {words})")).unwrap_or_default();
    let mut lines =
        vec![format!("{}: {}{words}\n{base}{}", block.title.to_uppercase(), number(block.count), block.path)];
    for line in &block.lines {
        let detail = if line.detail.is_empty() { String::new() } else { format!(" ({})", line.detail) };
        lines.push(format!("* {}{detail}\n  {base}{}", line.text, line.path));
    }
    match more(block) {
        0 => {}
        n => lines.push(format!("* And {} more", number(n))),
    }
    lines.join("\n")
}

/// One notice, or those of a few minutes.
pub fn notices(workspace: &Workspace, name: &str, notices: &[Notification], base: &str) -> Mail {
    let first = notices.first().map_or("", |n| n.title.as_str());
    let link = |n: &Notification| format!("{base}/notifications/{}", n.id);
    let subject = match notices.len() {
        0 | 1 => first.to_owned(),
        n => format!("{first}, and {} more", n - 1),
    };
    let text = |n: &Notification| {
        let body = n.body.as_deref().map(|b| format!("\n{}", wrap(b, 76))).unwrap_or_default();
        format!("* {}{body}\n  {}", n.title, link(n))
    };
    Sheet {
        workspace: &workspace.name,
        title: if notices.len() == 1 { first.to_owned() } else { format!("{} notifications", notices.len()) },
        subject,
        lead: format!("Hello {name}, this happened in {}.", workspace.name),
        body: html! {
            @for n in notices {
                p.ink style=(css(FONT, "margin:0 0 16px;font-size:15px;line-height:1.55;color:#1c232d;")) {
                    a.link href=(link(n)) style="color:#2463c6;text-decoration:none;font-weight:600;" { (n.title) }
                    @if let Some(body) = &n.body { br; (body) }
                }
            }
        },
        body_text: notices.iter().map(text).collect::<Vec<_>>().join("\n\n"),
        button: match notices {
            [one] => ("Open it", link(one)),
            _ => ("Open them", format!("{base}/notifications")),
        },
        why: format!("You get this because of what you chose in {}.", workspace.name),
        settings: format!("{base}/settings/notifications"),
    }
    .write()
}

impl Sheet<'_> {
    fn write(&self) -> Mail {
        Mail { subject: one_line(&self.subject), text: self.text(), html: self.html().into_string() }
    }

    fn text(&self) -> String {
        let (label, url) = &self.button;
        format!(
            "{}\n\n{}\n\n{}\n\n{label}:\n{url}\n\n-- \n{}\n{}\nChange what we send: {}\n",
            wrap(&self.title, 76),
            wrap(&self.lead, 76),
            self.body_text,
            wrap(self.workspace, 76),
            wrap(&self.why, 76),
            self.settings
        )
    }

    fn html(&self) -> Markup {
        let (label, url) = &self.button;
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
                    div style="display:none;max-height:0;overflow:hidden;" { (self.lead) }
                    table.page role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f5f7;" {
                        tr { td align="center" style="padding:24px 12px;" {
                            table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;" {
                                tr { td.quiet style=(css(SMALL, "padding:0 4px 12px;font-weight:600;")) { (self.workspace) } }
                                tr { td.card style="background:#ffffff;border:1px solid #e3e6ea;border-radius:10px;padding:28px 24px;" {
                                    h1.ink style=(css(FONT, "margin:0 0 12px;font-size:21px;line-height:1.3;color:#1c232d;")) { (self.title) }
                                    p.quiet style=(css(SMALL, "margin:0 0 20px;")) { (self.lead) }
                                    (self.body)
                                    (button(label, url))
                                } }
                                tr { td.quiet style=(css(SMALL, "padding:14px 4px 0;")) {
                                    (self.why) " " a.link href=(self.settings) style="color:#2463c6;" { "Change what we send" } "."
                                } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Day, Slug, TenantId,
        digest::{Line, Rhythm, Schedule},
    };

    fn workspace() -> Workspace {
        Workspace {
            id: TenantId("00000000-0000-0000-0000-000000000000".parse().expect("an id")),
            slug: Slug::parse("acme").expect("a slug"),
            name: "Acme & Sons".to_owned(),
            zone: "UTC".parse().expect("a zone"),
            currency: domain::Currency::from_code("USD").expect("a currency"),
            dates: domain::DateOrder::Mdy,
            accent: None,
            logo: None,
        }
    }

    #[test]
    fn every_line_links_to_its_page_in_both_parts() {
        let schedule = Schedule { rhythm: Rhythm::Daily, weekday: 1, hour: 8 };
        let period = schedule.period(Day::new(2026, 3, 2).expect("a day"), "UTC".parse().expect("a zone"));
        let line = Line { text: "Ada <Byron>".into(), detail: "starts 3 Mar".into(), path: "/hr/employees/1".into() };
        let block =
            Block { title: "New people", path: "/hr/employees".into(), count: 12, before: Some(9), lines: vec![line] };
        let mail = digest(&workspace(), "Ann", &Digest { period, blocks: vec![block] }, "https://x.example/w/acme");
        assert_eq!(mail.subject, "Acme & Sons: New people: 12");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("https://x.example/w/acme/hr/employees/1"), "{part}");
            assert!(part.contains("3 more than before") && part.contains("And 11 more"), "{part}");
            assert!(part.contains("https://x.example/w/acme/settings/notifications"));
        }
        assert!(!mail.html.contains("<Byron>"));
    }
}
