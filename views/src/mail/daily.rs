//! What members are told by mail: the digest, and notices of the same minutes.

use super::{Digest, Line, Mail, Section, Tone, Trend, Way, sections};
use crate::mail::number;
use domain::{
    digest::{self, Block},
    notifications::Notification,
    workspace::Workspace,
};

/// `base`: the workspace's home, which the lines' paths are behind. `way_out`: where one ends the digest.
pub fn digest(workspace: &Workspace, name: &str, digest: &digest::Digest, base: &str, way_out: Option<&str>) -> Mail {
    let settings = format!("{base}/settings/notifications");
    sections(
        workspace,
        &Digest {
            subject: subject(workspace, digest),
            title: format!("{} at {}", domain::digest::WEEKDAYS[weekday(digest)], workspace.name),
            hello: name,
            lead: format!("This is what has changed and what waits. {}.", digest.period.words()),
            sections: digest.blocks.iter().map(|b| section(b, base)).collect(),
            button: Some(("Open People360".into(), base.to_owned())),
            why: format!("You get this because you chose a digest in {}, or look after others there.", workspace.name),
            settings_url: Some(&settings),
            unsubscribe_url: way_out,
        },
    )
}

/// What a digest is called: what is in it, the first things first.
pub fn subject(workspace: &Workspace, digest: &digest::Digest) -> String {
    let first: Vec<String> =
        digest.blocks.iter().take(2).map(|b| format!("{}: {}", b.title, number(b.count))).collect();
    match first.is_empty() {
        true => format!("{}: nothing new", workspace.name),
        false => format!("{}: {}", workspace.name, first.join(", ")),
    }
}

fn weekday(digest: &digest::Digest) -> usize {
    use chrono::Datelike;
    digest.period.day.0.weekday().num_days_from_monday() as usize
}

fn section(block: &Block, base: &str) -> Section {
    let line = |l: &digest::Line| Line {
        label: l.text.clone(),
        url: format!("{base}{}", l.path),
        detail: l.detail.clone(),
        value: String::new(),
        trend: None,
    };
    let here = format!("{base}{}", block.path);
    Section {
        heading: block.title.to_owned(),
        figure: number(block.count),
        trend: block.trend().map(trend),
        lines: block.lines.iter().map(line).collect(),
        more: match more(block) {
            0 => Some(("See the list".to_owned(), here)),
            n => Some((format!("And {} more", number(n)), here)),
        },
    }
}

/// What a change means depends on what is counted, so no colour says it.
fn trend(trend: digest::Trend) -> Trend {
    let (way, words) = match trend {
        digest::Trend::Up(n) => (Way::Up, format!("{} more than before", number(n))),
        digest::Trend::Down(n) => (Way::Down, format!("{} fewer than before", number(n))),
        digest::Trend::Same => (Way::Level, "as before".to_owned()),
    };
    Trend { way, tone: Tone::Neutral, words }
}

fn more(block: &Block) -> i64 {
    let shown = i64::try_from(block.lines.len()).unwrap_or(i64::MAX);
    if shown == 0 { 0 } else { (block.count - shown).max(0) }
}

/// One notice, or those of a few minutes.
pub fn notices(workspace: &Workspace, name: &str, notices: &[Notification], base: &str, way_out: Option<&str>) -> Mail {
    notices_to_answer(workspace, name, notices, base, way_out, &|_| vec![])
}

/// The same, where some can be answered: `answers` has the words and the whole address of each answer.
pub fn notices_to_answer(
    workspace: &Workspace,
    name: &str,
    notices: &[Notification],
    base: &str,
    way_out: Option<&str>,
    answers: &dyn Fn(&Notification) -> Vec<(&'static str, String)>,
) -> Mail {
    let first = notices.first().map_or("", |n| n.title.as_str());
    let link = |n: &Notification| format!("{base}/notifications/{}", n.id);
    let line = |n: &Notification| Line {
        label: n.title.clone(),
        url: link(n),
        detail: n.body.clone().unwrap_or_default(),
        value: String::new(),
        trend: None,
    };
    let settings = format!("{base}/settings/notifications");
    let several = notices.len() > 1;
    let section = Section {
        heading: String::new(),
        figure: String::new(),
        trend: None,
        lines: notices
            .iter()
            .flat_map(|n| {
                let answer = |(words, url): (&str, String)| Line {
                    label: words.to_owned(),
                    url,
                    detail: String::new(),
                    value: String::new(),
                    trend: None,
                };
                std::iter::once(line(n)).chain(answers(n).into_iter().map(answer))
            })
            .collect(),
        more: None,
    };
    sections(
        workspace,
        &Digest {
            subject: if several { format!("{first}, and {} more", notices.len() - 1) } else { first.to_owned() },
            title: if several { format!("{} notifications", notices.len()) } else { first.to_owned() },
            hello: name,
            lead: format!("This happened in {}.", workspace.name),
            sections: vec![section],
            button: Some(match notices {
                [one] => ("Open it".into(), link(one)),
                _ => ("Open them".into(), format!("{base}/notifications")),
            }),
            why: format!("You get this because of what you chose in {}.", workspace.name),
            settings_url: Some(&settings),
            unsubscribe_url: way_out,
        },
    )
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
        let period = schedule.period(Day::new(2026, 3, 2).expect("a day"), "UTC".parse().expect("a zone"), None);
        let line = Line { text: "Ada <Byron>".into(), detail: "starts 3 Mar".into(), path: "/hr/employees/1".into() };
        let block =
            Block { title: "New people", path: "/hr/employees".into(), count: 12, before: Some(9), lines: vec![line] };
        let told = digest::Digest { period, blocks: vec![block] };
        let out = "https://x.example/unsubscribe/t";
        let mail = super::digest(&workspace(), "Ann", &told, "https://x.example/w/acme", Some(out));
        assert_eq!(mail.subject, "Acme & Sons: New people: 12");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("https://x.example/w/acme/hr/employees/1"), "{part}");
            assert!(part.contains("3 more than before") && part.contains("And 11 more"), "{part}");
            assert!(part.contains("https://x.example/w/acme/settings/notifications"));
            assert!(part.contains(out));
        }
        assert!(!mail.html.contains("<Byron>"));
    }
}
