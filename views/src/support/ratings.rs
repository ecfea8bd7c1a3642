//! How those who asked found it: asked on a page behind their mail, and told in a report.

use super::reports::{Open, tabs};
use crate::{
    Frame, Moment, View,
    form::errors,
    ui::{
        Alert, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Tab, Table, Tabs, Tone,
        dash, dashboard_page, stack,
    },
};
use domain::{
    Errors, Slug, paths,
    support::{
        ratings::{COMMENT, Draft, Line, Report, SCORES, words},
        reports::By,
    },
};
use maud::{Markup, Render, html};

/// The question, for whoever has asked.
pub struct Ask {
    pub token: String,
    pub csrf: String,
    pub company: String,
    /// The company's colour, and its help pages.
    pub accent: Option<String>,
    pub slug: Slug,
    pub number: String,
    pub subject: String,
    /// What they have answered before.
    pub answered: Option<u8>,
    pub draft: Draft,
    pub errors: Errors,
}

impl View for Ask {
    fn title(&self) -> String {
        format!("How was our help with {}?", self.number)
    }

    fn frame(&self) -> Frame {
        Frame::Bare
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let choices = SCORES.map(|(score, words)| Choice::new(score.to_string(), words)).to_vec();
        let words_of = if self.answered.is_some() { "Change my answer" } else { "Send my answer" };
        html! {
            @if let Some(accent) = &self.accent { link rel="stylesheet" href=(paths::public_form_theme(accent.trim_start_matches('#'))); }
            div.portal {
            header.portal-head { a.portal-company href=(paths::public_help(&self.slug)) { (self.company) } }
            div.portal-body {
                (PageHead::new(self.title()).lead(html! { (self.company) " asks about “" (self.subject) "”." }))
                @if let Some(score) = self.answered {
                    (Alert::new(Tone::Good, format!("Thank you. You have answered: {}", words(score).to_lowercase())))
                }
                (Card::bare(Form::post(paths::ticket_rating(&self.token), self.csrf.as_str())
                    .problem(e.of(""))
                    .errors(errors(e))
                    .body(html! {
                        (Field::radio("score", "How was it?", choices).value(&d.score).error(e.of("score")).required())
                        (Field::textarea("comment", "Anything to add").value(&d.comment).error(e.of("comment")).optional().rows(4).attr("maxlength", COMMENT.to_string()))
                    })
                    .actions(Button::submit(words_of).primary().render())
                    .render()))
            }
            }
        }
    }
}

/// The report.
pub struct Satisfaction {
    pub slug: Slug,
    pub report: Report,
    pub moment: Moment,
}

impl View for Satisfaction {
    fn title(&self) -> String {
        "Satisfaction".into()
    }

    fn body(&self) -> Markup {
        let r = &self.report;
        let head = PageHead::new("Satisfaction")
            .crumb("Tickets", paths::tickets(&self.slug))
            .lead(html! { "How those who asked found it, in the last six months. Each queue says in its settings whether it asks." });
        let tab = |by: By| {
            let href = if by == By::default() {
                paths::satisfaction(&self.slug)
            } else {
                format!("{}?by={}", paths::satisfaction(&self.slug), by.key())
            };
            Tab::new(by.label(), href, r.by == by)
        };
        dashboard_page(
            &head,
            stack(html! {
                (tabs(&self.slug, Open::Satisfaction))
                (Tabs::new("By", By::OF_RATINGS.map(tab).to_vec()))
                @if r.all.asked == 0 { (EmptyState::new(Icon::ThumbUp, "Nobody was asked yet", "Choose “Ask how it was” in a queue’s settings: whoever had a ticket gets one question an hour after it is solved.")) }
                @else {
                    (Card::new("Answers", self.table()).flush())
                    @if !r.told.is_empty() { (Card::new("What they said", self.told()).flush()) }
                }
            }),
        )
    }
}

impl Satisfaction {
    fn table(&self) -> Markup {
        let row = |line: &Line, name: String| {
            let percent = |n: Option<i64>| html! { @match n { Some(n) => { (n) " %" } None => { (dash()) } } };
            let mean =
                html! { @match line.mean() { Some(n) => { (n / 10) "." (n % 10) " of 5" } None => { (dash()) } } };
            let cells = vec![
                html! { (name) },
                html! { (line.asked) },
                html! { (line.answered) " " span.quiet { (percent(line.rate())) } },
                html! { strong { (percent(line.share())) } },
                mean.clone(),
            ];
            let brief = [
                html! { (line.answered) " of " (line.asked) " answered" },
                html! { (percent(line.share())) " content, " (mean) },
            ];
            Row::new(name.clone(), name, cells).brief(brief)
        };
        let whose = match self.report.by {
            By::Queue => "Queue",
            By::Agent => "Agent",
            By::Customer => "Customer",
        };
        let mut rows = vec![row(&self.report.all, "All".into())];
        rows.extend(self.report.lines.iter().map(|l| row(l, l.whose.clone().unwrap_or_else(|| "Nobody".into()))));
        let columns = vec![
            Column::new(whose),
            Column::new("Asked").numeric(),
            Column::new("Answered").numeric(),
            Column::new("Content").numeric(),
            Column::new("Mean").numeric(),
        ];
        Table::new("Answers", columns, rows).render()
    }

    fn told(&self) -> Markup {
        let rows = self.report.told.iter().map(|t| {
            let said = html! { @match &t.comment { Some(comment) => { (comment) } None => { (dash()) } } };
            let cells = vec![
                html! { a href=(paths::ticket(&self.slug, t.ticket)) { (t.number) " " (t.name) } },
                html! { (words(t.score)) },
                said.clone(),
                html! { (t.agent.as_deref().unwrap_or("Nobody")) },
                self.moment.ago(t.at).render(),
            ];
            Row::new(t.ticket.to_string(), &t.number, cells).brief([html! { (words(t.score)) }, said])
        });
        let columns = vec![
            Column::new("Ticket"),
            Column::new("Answer"),
            Column::new("Comment").minor(),
            Column::new("Agent").minor(),
            Column::new("When").minor(),
        ];
        Table::new("What they said", columns, rows.collect()).render()
    }
}
