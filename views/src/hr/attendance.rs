//! Attendance: one's own week with the clock, weeks that wait for approval, and one of somebody else's.

use super::unlinked;
use crate::{
    Moment, View,
    form::errors,
    ui::{
        Alert, Badge, Button, Card, Column, EmptyState, ErrorSummary, Facts, Field, Form, Icon, PageHead, RecordPage,
        Row, Table, Time, Tone, actions, dash, field_row, stack,
    },
};
use chrono::{Datelike, Days};
use domain::{
    AttendanceId, Day, Errors, MemberId, Slug, draft,
    hr::attendance::{Draft, Kind, Press, Sheet, Span, State, hours},
    paths,
};
use maud::{Markup, Render, html};

draft! {
    /// What the small forms of these pages ask.
    Asked { comment, why, employee, hours, from, to, version }
}

/// The clock: what goes on, and the buttons that fit.
pub fn clock(slug: &Slug, csrf: &str, running: Option<&Span>, moment: Moment, back: &str) -> Markup {
    let forgotten = running.is_some_and(|s| moment.now - s.from > domain::hr::attendance::FORGOTTEN);
    let running = running.filter(|_| !forgotten);
    let button = |press: Press, button: Button| {
        let press = match press {
            Press::Work => "work",
            Press::Break => "break",
            Press::Out => "out",
        };
        html! {
            form method="post" action=(paths::attendance_clock(slug)) {
                input type="hidden" name="_csrf" value=(csrf);
                input type="hidden" name="back" value=(back);
                input type="hidden" name="to" value=(press);
                (button)
            }
        }
    };
    html! {
        div.clock {
            p.clock-words {
                @match running {
                    None => { "You are not at work." }
                    Some(s) if s.kind == Kind::Work => { "At work since " (moment.at(s.from)) }
                    Some(s) => { "On a break since " (moment.at(s.from)) }
                }
            }
            div.actions {
                @match running.map(|s| s.kind) {
                    None => { (button(Press::Work, Button::submit("Clock in").primary().icon(Icon::PlayerPlay))) }
                    Some(Kind::Work) => {
                        (button(Press::Break, Button::submit("Take a break").icon(Icon::PlayerPause)))
                        (button(Press::Out, Button::submit("Clock out").primary().icon(Icon::PlayerStop)))
                    }
                    Some(Kind::Break) => {
                        (button(Press::Out, Button::submit("Clock out").icon(Icon::PlayerStop)))
                        (button(Press::Work, Button::submit("Back to work").primary().icon(Icon::PlayerPlay)))
                    }
                }
            }
        }
    }
}

/// A moment as the clock on the wall showed it to whoever was at work.
fn wall(span: &Span, at: chrono::DateTime<chrono::Utc>) -> String {
    at.with_timezone(&span.zone).format("%H:%M").to_string()
}

fn state(state: State) -> Badge {
    let tone = match state {
        State::Open => Tone::Neutral,
        State::Submitted => Tone::Info,
        State::Approved => Tone::Good,
        State::Returned => Tone::Warning,
    };
    Badge::new(tone, state.label())
}

fn next(day: Day, n: u64) -> Day {
    Day(day.0.checked_add_days(Days::new(n)).unwrap_or(day.0))
}

/// The days of a week with what was worked, and the sum.
fn days(sheet: &Sheet, moment: Moment) -> Markup {
    let (minutes, over) = (sheet.minutes(moment.now), sheet.overtime(moment.now));
    let rows = (0..7usize).map(|n| {
        let day = next(sheet.week, n as u64);
        let spans: Vec<_> = sheet.spans.iter().filter(|s| s.day() == day).collect();
        let when = html! {
            @for s in &spans {
                span.attendance-span.is-break[s.kind == Kind::Break] {
                    @if s.forgotten { (wall(s, s.from)) "–? " (Badge::new(Tone::Bad, "Not clocked out")) }
                    @else {
                        (wall(s, s.from)) "–" @if let Some(until) = s.until { (wall(s, until)) } @else { "now" }
                        @if s.kind == Kind::Break { " break" } @if s.rest > 0 { " (" (s.rest) " min break)" }
                    }
                } " "
            }
        };
        let name = day.0.format("%A").to_string();
        let total = html! { @if minutes[n] > 0 { (hours(minutes[n])) } @else { (dash()) } };
        let beyond = html! { @if over[n] > 0 { (Badge::new(Tone::Warning, format!("+{}", hours(over[n])))) } @else { (dash()) } };
        let at_all = html! { @if spans.is_empty() { (dash()) } @else { (when) } };
        let cells = vec![html! { (name) " " span.quiet { (day.short()) } }, at_all, total, beyond];
        Row::new(day.to_string(), name, cells).brief([when])
    });
    let columns = vec![
        Column::new("Day"),
        Column::new("When"),
        Column::new("Worked").numeric().stays(),
        Column::new("Overtime").numeric().stays(),
    ];
    Table::new("Days of the week", columns, rows.collect()).render()
}

fn totals(sheet: &Sheet, moment: Moment) -> Markup {
    let (worked, over): (i64, i64) = (sheet.minutes(moment.now).iter().sum(), sheet.overtime(moment.now).iter().sum());
    let mut facts = Facts::new()
        .text("Worked", hours(worked))
        .text("To be worked", hours(sheet.due.left()))
        .fact("Overtime", html! { @if over > 0 { (Badge::new(Tone::Warning, hours(over))) } @else { "None" } })
        .fact("State", state(sheet.state).render());
    if sheet.due.off > 0 {
        facts = facts.text("Time off and holidays", hours(sheet.due.off));
    }
    if let Some(name) = &sheet.decided_by {
        facts = facts.text("Decided by", name);
    }
    facts.render()
}

/// One's own week.
pub struct Own {
    pub slug: Slug,
    pub csrf: String,
    pub once: AttendanceId,
    /// None: the reader is no employee here.
    pub sheet: Option<Sheet>,
    pub running: Option<Span>,
    pub week: Day,
    /// The Monday of today's week.
    pub this_week: Day,
    pub today: Day,
    pub moment: Moment,
    pub may_write: bool,
    pub may_see_others: bool,
    /// The reader, where they may say which record is theirs.
    pub may_link: Option<MemberId>,
    pub draft: Draft,
    pub asked: Asked,
    pub errors: Errors,
}

impl View for Own {
    fn title(&self) -> String {
        "Attendance".into()
    }

    fn body(&self) -> Markup {
        let team = html! { @if self.may_see_others { (Button::link("Team", paths::timesheets(&self.slug)).icon(Icon::Users)) } };
        let head = PageHead::new(self.title()).actions(team);
        let Some(sheet) = &self.sheet else {
            let none = unlinked(Icon::Clock, &self.slug, self.may_link, "Then your days are written here.");
            return html! { div.list-page { (head) (none) } };
        };
        let to = |day: Day| format!("{}?week={day}", paths::attendance(&self.slug));
        let before = Day(self.week.0.checked_sub_days(Days::new(7)).unwrap_or(self.week.0));
        let weeks = html! {
            (Button::link("Week before", to(before)).small().icon(Icon::ChevronLeft))
            @if self.week != self.this_week { (Button::link("This week", paths::attendance(&self.slug)).small()) }
            @if self.week < self.this_week { (Button::link("Next week", to(next(self.week, 7))).small().icon_after(Icon::ChevronRight)) }
        };
        let notice = (sheet.state == State::Returned).then(|| {
            Alert::new(Tone::Warning, "This week was returned to you")
                .text(html! { (sheet.comment.as_deref().unwrap_or_default()) })
                .render()
        });
        let theirs = self.may_write && sheet.state.is_theirs();
        let main = stack(html! {
            @if let Some(words) = self.errors.of("") { (Alert::new(Tone::Bad, words).announce()) }
            @if !self.errors.is_empty() { (ErrorSummary(&errors(&self.errors))) }
            @if self.may_write { (Card::bare(self.clock(sheet))) }
            @for s in sheet.spans.iter().filter(|s| s.forgotten) { @if theirs { (self.forgotten(s)) } }
            (Card::new(format!("Week from {}", self.week.short()), days(sheet, self.moment)).actions(weeks).flush())
            // What was typed for a week that is locked by now is not lost.
            @if theirs || !self.draft.day.is_empty() { (Card::new("Write down a day", self.write(None))) }
            @if theirs { (self.corrections(sheet)) }
        });
        let side = stack(html! {
            (Card::new("This week", totals(sheet, self.moment)))
            @if theirs { (Card::new("Hand it in", self.submit())) }
            @if self.may_write && sheet.state == State::Submitted { (Card::new("Handed in", self.take_back())) }
        });
        RecordPage { head, notice, tabs: None, main, side: Some(side) }.render()
    }
}

impl Own {
    /// The clock, unless its week is out of one's hands.
    fn clock(&self, sheet: &Sheet) -> Markup {
        let locked = self.week == self.this_week && !sheet.state.is_theirs();
        if locked && self.running.is_none() {
            // Until somebody has answered, it is taken back on this very page.
            let way = match sheet.state {
                State::Submitted => "Take it back to go on with it.",
                _ => "Ask for it to be returned to go on with it.",
            };
            return html! {
                div.clock { p.clock-words { "This week is handed in, so the clock rests until Monday. " (way) } }
            };
        }
        let back = format!("{}?week={}", paths::attendance(&self.slug), self.week);
        clock(&self.slug, &self.csrf, self.running.as_ref(), self.moment, &back)
    }

    /// "When did you stop?", beside the day on which nobody said.
    fn forgotten(&self, s: &Span) -> Markup {
        let text = html! {
            p { "You clocked in at " (wall(s, s.from)) " and never out. The day counts for nothing until you say when you stopped." }
            (self.write(Some(s)))
        };
        Alert::new(Tone::Bad, format!("Not clocked out on {}", s.day().short())).text(text).render()
    }

    /// A stretch, new or in place of another one.
    fn write(&self, of: Option<&Span>) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let replaces = of.map(|s| s.id.to_string()).unwrap_or_default();
        let here = d.replaces == replaces && !(d.day.is_empty() && d.from.is_empty());
        let value = |typed: &str, usual: String| if here { typed.to_owned() } else { usual };
        let wrong = |field: &str| e.of(field).filter(|_| here).map(str::to_owned);
        let id = |field: &str| {
            if here && of.is_some() || of.is_none() { format!("f-{field}") } else { format!("f-{field}-{replaces}") }
        };
        let day = of.map_or(if self.week == self.this_week { self.today } else { self.week }, Span::day);
        let until = of.and_then(|s| s.until.filter(|_| !s.forgotten).map(|u| wall(s, u)));
        html! {
            form.attendance-form method="post" action=(paths::attendance_entries(&self.slug)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="_once" value=(self.once);
                @if of.is_some() { input type="hidden" name="replaces" value=(replaces); }
                (Field::date("day", "Day").id(id("day")).value(value(&d.day, day.to_string())).error(wrong("day")))
                (Field::text("from", "From").id(id("from")).value(value(&d.from, of.map(|s| wall(s, s.from)).unwrap_or_default())).error(wrong("from")).placeholder("9:00").attr("size", "6"))
                (Field::text("until", "Until").id(id("until")).value(value(&d.until, until.unwrap_or_default())).error(wrong("until")).placeholder("17:00").attr("size", "6"))
                (Field::text("rest", "Break, minutes").id(id("rest")).value(value(&d.rest, of.map(|s| s.rest.to_string()).unwrap_or_default())).error(wrong("rest")).placeholder("0").attr("inputmode", "numeric").attr("size", "4"))
                (Field::text("reason", if of.is_some() { "Why" } else { "Note" }).id(id("reason")).value(value(&d.reason, String::new())).error(wrong("reason")).attr("maxlength", "300"))
                (Button::submit(if of.is_some() { "Correct it" } else { "Write it down" }))
            }
        }
    }

    /// What was written, each to be corrected or taken out.
    fn corrections(&self, sheet: &Sheet) -> Markup {
        let written: Vec<_> =
            sheet.spans.iter().filter(|s| s.until.is_some() && !s.forgotten && s.kind == Kind::Work).collect();
        if written.is_empty() {
            return html! {};
        }
        let body = html! {
            ul.plain-list {
                @for s in written {
                    li {
                        details.attendance-correction open[self.draft.replaces == s.id.to_string()] {
                            summary { (s.day().short()) ", " (wall(s, s.from)) "–" (s.until.map(|u| wall(s, u)).unwrap_or_default()) @if let Some(reason) = &s.reason { span.quiet { " · " (reason) } } }
                            (self.write(Some(s)))
                            form.attendance-form method="post" action=(paths::attendance_removal(&self.slug, s.id)) {
                                input type="hidden" name="_csrf" value=(self.csrf);
                                (Field::text("why", "Why it is wrong").id(format!("f-why-{}", s.id)).attr("maxlength", "300"))
                                (Button::submit("Take it out").ghost())
                            }
                        }
                    }
                }
            }
        };
        Card::new("Correct what is written", body)
            .note("What was there stays in the trail; the correction stands beside it with your reason")
            .render()
    }

    fn take_back(&self) -> Markup {
        html! {
            p.quiet { "It waits for approval. Until somebody has answered, you can take it back and change it." }
            form method="post" action=(paths::attendance_withdrawal(&self.slug)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="week" value=(self.week);
                (Button::submit("Take it back").icon(Icon::ArrowBackUp))
            }
        }
    }

    fn submit(&self) -> Markup {
        html! {
            p.quiet {
                "Your manager is asked to approve it. It is locked then"
                @if self.week == self.this_week { ", and the clock rests for the days of it that are left" } "."
            }
            form method="post" action=(paths::attendance_submission(&self.slug)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="week" value=(self.week);
                (Button::submit("Submit the week").icon(Icon::Send))
            }
        }
    }
}

/// Weeks of others: what waits, and all of one week.
pub struct Team {
    pub slug: Slug,
    pub csrf: String,
    pub week: Day,
    pub this_week: Day,
    /// A page of them, whether it is the first, and where the next one begins.
    pub sheets: Vec<Sheet>,
    pub from_top: bool,
    pub next: Option<String>,
    pub moment: Moment,
    pub today: Day,
    pub may_export: bool,
    pub may_set_up: bool,
    pub asked: Asked,
    pub errors: Errors,
}

impl View for Team {
    fn title(&self) -> String {
        "Timesheets".into()
    }

    fn body(&self) -> Markup {
        let to = |day: Day| format!("{}?week={day}", paths::timesheets(&self.slug));
        let before = Day(self.week.0.checked_sub_days(Days::new(7)).unwrap_or(self.week.0));
        let weeks = html! {
            (Button::link("Week before", to(before)).small().icon(Icon::ChevronLeft))
            @if self.week < self.this_week { (Button::link("Next week", to(next(self.week, 7))).small().icon_after(Icon::ChevronRight)) }
        };
        let head = PageHead::new(self.title()).crumb("Attendance", paths::attendance(&self.slug));
        let (waiting, others): (Vec<_>, Vec<_>) = self.sheets.iter().partition(|s| s.state == State::Submitted);
        let main = stack(html! {
            @if waiting.is_empty() && !self.from_top {}
            @else if waiting.is_empty() { (EmptyState::new(Icon::CircleCheck, "Nothing waits for you", "Weeks that are handed in to you stand here until you have answered.")) }
            @else { (Card::new("Waiting for approval", self.table(&waiting)).flush()) }
            @if others.is_empty() { (Card::new(format!("Week from {}", self.week.short()), html! { p.quiet { @if waiting.is_empty() { "Nobody has written anything in this week." } @else { "Nobody else has written anything in this week." } } }).actions(weeks)) }
            @else { (Card::new(format!("Week from {}", self.week.short()), self.table(&others)).actions(weeks).flush()) }
            @if !self.from_top || self.next.is_some() { (self.pages(&to(self.week))) }
        });
        let side = (self.may_export || self.may_set_up).then(|| {
            stack(html! {
                @if self.may_export { (Card::new("For payroll", self.export())) }
                @if self.may_set_up { (Card::new("Weekly hours", self.hours())) }
            })
        });
        RecordPage { head, notice: None, tabs: None, main, side }.render()
    }
}

impl Team {
    /// Back to the first page, and on to the next.
    fn pages(&self, here: &str) -> Markup {
        actions(html! {
            @if !self.from_top { (Button::link("First page", here).small().icon(Icon::ChevronLeft)) }
            @if let Some(next) = &self.next {
                (Button::link("More weeks", format!("{here}&after={}", crate::encode(next))).small().icon_after(Icon::ChevronRight))
            }
        })
    }

    fn table(&self, sheets: &[&Sheet]) -> Markup {
        let rows = sheets.iter().map(|s| {
            let worked: i64 = s.minutes(self.moment.now).iter().sum();
            let over: i64 = s.overtime(self.moment.now).iter().sum();
            let href = s.id.map(|id| paths::timesheet(&self.slug, id)).unwrap_or_default();
            let flags = html! {
                @if s.spans.iter().any(|s| s.forgotten) { (Badge::new(Tone::Bad, "Not clocked out")) }
                @else { (state(s.state)) }
            };
            let cells = vec![
                html! { a href=(href) { (s.person.name) } },
                Time::day(s.week).render(),
                html! { (hours(worked)) },
                html! { @if over > 0 { (Badge::new(Tone::Warning, format!("+{}", hours(over)))) } @else { (dash()) } },
                flags,
            ];
            let beyond = (over > 0).then(|| html! { "+" (hours(over)) " overtime" });
            let brief = [Time::day(s.week).render(), html! { (hours(worked)) }];
            Row::new(href, &s.person.name, cells).brief(brief.into_iter().chain(beyond))
        });
        let columns = vec![
            Column::new("Person"),
            Column::new("Week from").numeric().minor(),
            Column::new("Worked").numeric().minor(),
            Column::new("Overtime").numeric().minor(),
            Column::new("State").stays(),
        ];
        Table::new("Timesheets", columns, rows.collect()).render()
    }

    fn export(&self) -> Markup {
        let first = self.today.first_of_month();
        Form::get(paths::attendance_export(&self.slug))
            .body(html! {
                (field_row(html! {
                    (Field::date("from", "From").value(first.to_string()).required())
                    (Field::date("to", "Until").value(self.today.to_string()).required())
                }))
                p.quiet { "Approved weeks only: employee number, day, minutes worked, minutes of overtime." }
            })
            .actions(Button::submit("Download CSV").icon(Icon::Download).render())
            .render()
    }

    fn hours(&self) -> Markup {
        let (a, e) = (&self.asked, &self.errors);
        Form::post(paths::attendance_hours(&self.slug), &self.csrf)
            .errors(errors(e))
            .body(html! {
                (Field::text("employee", "Person").value(&a.employee).error(e.of("employee"))
                    .attr("list", "managers").attr("autocomplete", "off")
                    .attr("hx-get", paths::employee_options(&self.slug)).attr("hx-trigger", "input changed delay:200ms")
                    .attr("hx-target", "#managers").attr("hx-swap", "outerHTML"))
                (super::employees::options(&[]))
                (Field::text("hours", "Hours a week").value(&a.hours).error(e.of("hours")).help("Left empty, the working time of the workspace counts for them."))
            })
            .actions(Button::submit("Save hours").render())
            .render()
    }
}

/// Somebody's week, to be approved.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub sheet: Sheet,
    pub moment: Moment,
    /// Whether the reader decides about it.
    pub may_decide: bool,
    pub asked: Asked,
    pub errors: Errors,
}

impl View for Show {
    fn title(&self) -> String {
        format!("{}, week from {}", self.sheet.person.name, self.sheet.week.short())
    }

    fn body(&self) -> Markup {
        let s = &self.sheet;
        let id = s.id.map(|id| id.to_string()).unwrap_or_default();
        let approve = html! {
            @if self.may_decide && s.state == State::Submitted {
                form method="post" action=(paths::timesheet_approval(&self.slug, &id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="version" value=(s.version);
                    (Button::submit("Approve").primary().icon(Icon::Check))
                }
            }
        };
        let head = PageHead::new(&s.person.name)
            .crumb("Attendance", paths::attendance(&self.slug))
            .crumb("Timesheets", paths::timesheets(&self.slug))
            .facts(state(s.state).render())
            .lead(html! { "Week " (s.week.0.iso_week().week()) ", from " (Time::day(s.week)) })
            .actions(approve);
        let notice = self.errors.of("").map(|words| Alert::new(Tone::Bad, words).announce().render());
        let reasons: Vec<_> = s.spans.iter().filter(|s| s.reason.is_some()).collect();
        let main = stack(html! {
            (Card::new("Days", days(s, self.moment)).flush())
            @if !reasons.is_empty() {
                (Card::new("Corrections and notes", html! { ul.plain-list { @for s in reasons { li { (s.day().short()) ", " (wall(s, s.from)) ": " (s.reason.as_deref().unwrap_or_default()) } } } }))
            }
        });
        let returns = self.may_decide && matches!(s.state, State::Submitted | State::Approved);
        let side = stack(html! {
            (Card::new("Sum", totals(s, self.moment)))
            @if returns {
                (Card::new("Return it", Form::post(paths::timesheet_return(&self.slug, &id), &self.csrf)
                    .body(html! { input type="hidden" name="version" value=(s.version); (Field::text("comment", "What is to be looked at").value(&self.asked.comment).error(self.errors.of("comment")).attr("maxlength", "300")) })
                    .actions(Button::submit("Return").icon(Icon::ArrowBackUp).render()).render()))
            }
        });
        RecordPage { head, notice, tabs: None, main, side: Some(side) }.render()
    }
}
