//! Job and pay over time: the tab of an employee's record, and the forms of its rows.

use crate::{
    View,
    form::errors,
    hr::employees::{head, options, place, suggested, types},
    record::Record,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Facts, Field, Form, Icon, PageHead, Row, Table, Time, Tone,
        dash, field_row, form_page, stack,
    },
};
use domain::{
    Day, Errors, PositionId, Slug,
    hr::{
        employees::{Employee, Manager},
        employment::{Job, JobDraft, PAY_REASONS, Pay, PayDraft, REASONS, in_force},
    },
    paths::{self, Pages},
};
use maud::{Markup, Render, html};

/// The tab's key.
pub const TAB: &str = "history";

/// The tab.
pub struct History {
    pub slug: Slug,
    pub record: Record,
    pub employee: Employee,
    pub jobs: Vec<Job>,
    pub pay: Vec<Pay>,
    pub today: Day,
    /// The day that is asked about.
    pub on: Day,
    pub may_write: bool,
    pub may_write_pay: bool,
    /// Whether it is the reader's own.
    pub own: bool,
}

impl View for History {
    fn title(&self) -> String {
        format!("{}: job and pay", self.employee.name())
    }

    fn body(&self) -> Markup {
        let photo = self.employee.photo.as_ref().map(|p| crate::hr::employees::photo(&self.slug, p));
        self.record.page(head(&self.employee, photo.as_deref()), || (self.main(), html! {}))
    }
}

impl History {
    fn main(&self) -> Markup {
        let id = self.employee.id;
        let plan = |label: &str, href: String| Button::link(label, href).small().icon(Icon::Plus);
        let jobs = Card::new("Job", self.jobs_table()).flush().actions(html! {
            @if self.may_write { (plan("Change job", paths::employee_job_new(&self.slug, id))) }
        });
        let note = match self.own && self.may_write && !self.may_write_pay {
            true => "Your own pay somebody else changes",
            false => "Seen by those whose role opens pay",
        };
        let pay = Card::new("Pay", self.pay_table()).flush().note(note).actions(html! {
            @if self.may_write_pay { (plan("Change pay", paths::employee_pay_new(&self.slug, id))) }
        });
        stack(html! {
            (self.as_of())
            (jobs)
            @if self.employee.sight.pay { (pay) }
        })
    }

    /// What held, or will hold, on the day asked about.
    fn as_of(&self) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let ask = html! {
            form.as-of method="get" action=(paths::employee_history(&self.slug, self.employee.id)) {
                (Field::date("on", "On").value(self.on.to_string()))
                (Button::submit("Show").small())
                @if self.on != self.today { a href=(paths::employee_history(&self.slug, self.employee.id)) { "Today" } }
            }
        };
        let e = &self.employee;
        let there = e.start_date.is_none_or(|s| s <= self.on) && e.end_date.is_none_or(|end| self.on <= end);
        let job = in_force(&self.jobs, self.on);
        let pay = in_force(&self.pay, self.on).and_then(|p| p.salary);
        let facts = job.map(|j| {
            Facts::new()
                .maybe("Job title", text(&j.job_title))
                .maybe("Department", text(&j.department))
                .maybe("Location", text(&j.location))
                .maybe("Manager", j.manager.as_ref().map(|m| self.person(m)))
                .maybe("Employment type", j.employment_type.map(|t| html! { (t.label()) }))
                .fact("FTE", html! { (j.fte) })
                .maybe("Position", j.position.as_ref().map(|(_, title)| html! { (title) }))
                .where_open(e.sight.pay, "Salary, a year", pay.map(|p| html! { (p) }))
                .columns()
        });
        let card = Card::new(
            if self.on == self.today { "As of today" } else { "As of that day" },
            html! {
                (ask)
                @if !there { p.quiet { "Not employed on this day." } }
                @if let Some(facts) = facts.filter(|_| there) { (facts) }
            },
        );
        card.render()
    }

    /// Whose first day is to come is shown as they will be then.
    fn now(&self) -> Day {
        self.employee.start_date.map_or(self.today, |start| start.max(self.today))
    }

    fn person(&self, m: &Manager) -> Markup {
        html! { a href=(paths::employee(&self.slug, m.id)) { (m.name) } }
    }

    fn standing(&self, from: Day, now: bool) -> Markup {
        html! {
            @if now { " " (Badge::new(Tone::Good, "Now")) }
            @else if from > self.today { " " (Badge::new(Tone::Info, "Planned")) }
        }
    }

    fn jobs_table(&self) -> Markup {
        if self.jobs.is_empty() {
            return EmptyState::new(Icon::Calendar, "Nothing yet", "Each change of job gets a row with its day.")
                .render();
        }
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        let now = in_force(&self.jobs, self.now()).map(|j| j.id);
        let rows = self.jobs.iter().rev().map(|j| {
            let from = html! {
                @if self.may_write { a href=(paths::job_row(&self.slug, j.id)) { (Time::day(j.from)) } }
                @else { (Time::day(j.from)) }
                (self.standing(j.from, now == Some(j.id)))
                @if j.refused { " " (Badge::new(Tone::Warning, "Not in effect")) }
            };
            let cells = vec![
                from,
                j.to.map_or_else(dash, |d| Time::day(d).render()),
                text(&j.job_title),
                text(&j.department),
                text(&j.location),
                j.manager.as_ref().map_or_else(dash, |m| self.person(m)),
                j.employment_type.map_or_else(dash, |t| html! { (t.label()) }),
                html! { (j.fte) },
                text(&j.reason),
            ];
            let some = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
            let brief = [
                some(&j.job_title),
                some(&j.department),
                some(&j.location),
                j.manager.as_ref().map(|m| html! { "Manager: " (m.name) }),
                j.employment_type.map(|t| html! { (t.label()) }),
                Some(html! { "FTE " (j.fte) }),
                j.to.map(|d| html! { "until " (Time::day(d)) }),
                some(&j.reason),
            ];
            Row::new(j.id.to_string(), j.from.to_string(), cells).brief(brief.into_iter().flatten())
        });
        let columns = vec![
            Column::new("From"),
            Column::new("To").minor(),
            Column::new("Job title"),
            Column::new("Department"),
            Column::new("Location").minor(),
            Column::new("Manager"),
            Column::new("Type").minor(),
            Column::new("FTE").numeric(),
            Column::new("Why"),
        ];
        Table::new("Job over time", columns, rows.collect()).render()
    }

    fn pay_table(&self) -> Markup {
        if self.pay.is_empty() {
            return EmptyState::new(Icon::Calendar, "No pay yet", "Each change of pay gets a row with its day.")
                .render();
        }
        let now = in_force(&self.pay, self.now()).map(|p| p.id);
        let before = std::iter::once(None).chain(self.pay.iter().map(|p| p.salary));
        let mut rows: Vec<Row> = self
            .pay
            .iter()
            .zip(before)
            .map(|(p, before)| {
                let from = html! {
                    @if self.may_write_pay { a href=(paths::pay_row(&self.slug, p.id)) { (Time::day(p.from)) } }
                    @else { (Time::day(p.from)) }
                    (self.standing(p.from, now == Some(p.id)))
                };
                let salary = p.salary.map_or_else(|| html! { span.quiet { "none agreed" } }, |s| html! { (s) });
                let change = p.salary.and_then(|now| now.change_from(before)).map(|c| html! { (c) });
                let reason = p.reason.as_ref().map(|r| html! { (r) });
                let cells = vec![
                    from,
                    p.to.map_or_else(dash, |d| Time::day(d).render()),
                    salary,
                    change.clone().unwrap_or_else(dash),
                    reason.clone().unwrap_or_else(dash),
                ];
                let to = p.to.map(|d| html! { "until " (Time::day(d)) });
                Row::new(p.id.to_string(), p.from.to_string(), cells).brief([to, change, reason].into_iter().flatten())
            })
            .collect();
        rows.reverse();
        let columns = vec![
            Column::new("From"),
            Column::new("To").minor(),
            Column::new("Salary, a year").numeric().stays(),
            Column::new("Change").numeric(),
            Column::new("Why"),
        ];
        Table::new("Pay over time", columns, rows).render()
    }
}

/// Whose row it is, and which.
pub struct Of {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub employee: Employee,
    /// Where the form goes; none yet: a new row.
    pub row: Option<String>,
    pub version: i32,
    /// What it says now: somebody else was faster.
    pub stale: Option<String>,
    pub errors: Errors,
    pub sent: bool,
}

impl Of {
    fn page(&self, title: &str, action: String, removal: Option<String>, fields: Markup) -> Markup {
        let back = paths::employee_history(&self.slug, self.employee.id);
        let head = PageHead::new(title)
            .crumb("Employees", paths::employees(&self.slug))
            .crumb(self.employee.name(), back.clone());
        let changed = self.stale.as_ref().map(|now| {
            format!(
                "Somebody has changed this row since you opened it. It says now: {now}. Save again to have it as below."
            )
        });
        let problem = match (self.sent, &changed) {
            (true, _) => Some("This form was sent before, with other answers. Send it again to add these as well."),
            (false, Some(changed)) => Some(changed.as_str()),
            (false, None) => self.errors.of(""),
        };
        let form = Form::post(action, &self.csrf)
            .once(&self.once)
            .version(self.version)
            .problem(problem)
            .errors(errors(&self.errors))
            .body(fields)
            .actions(html! {
                (Button::submit("Save").primary())
                (Button::link("Cancel", back))
            })
            .guard();
        let remove = removal.map(|action| {
            Form::post(action, &self.csrf)
                .body(html! { p.quiet { "Takes this row out; what was before it goes on." } })
                .actions(Button::submit("Remove this row").danger().render())
                .render()
        });
        form_page(
            &head,
            html! {
                (form)
                @if let Some(remove) = remove { (Card::new("Was it wrong?", remove)) }
            },
        )
    }
}

fn reasons(names: &'static [&'static str]) -> Markup {
    html! { datalist id="reasons" { @for name in names { option value=(name) {} } } }
}

/// The form of a row of jobs.
pub struct EditJob {
    pub of: Of,
    pub draft: JobDraft,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    pub positions: Vec<(PositionId, String)>,
}

impl View for EditJob {
    fn title(&self) -> String {
        match self.of.row {
            Some(_) => format!("{}: a row of jobs", self.of.employee.name()),
            None => format!("Change the job of {}", self.of.employee.name()),
        }
    }

    fn body(&self) -> Markup {
        let of = &self.of;
        let (action, removal) = match &of.row {
            Some(row) => (paths::job_row(&of.slug, row), Some(paths::job_row_removal(&of.slug, row))),
            None => (paths::employee_job_new(&of.slug, of.employee.id), None),
        };
        of.page(&self.title(), action, removal, self.fields())
    }
}

impl EditJob {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.draft, &self.of.errors);
        let text = |name: &'static str, label: &'static str| {
            Field::text(name, label).value(d.get(name)).error(e.of(name)).optional()
        };
        let positions = self.positions.iter().map(|(id, title)| Choice::new(id.to_string(), title)).collect();
        html! {
            (field_row(html! {
                (Field::date("from", "From").value(&d.from).error(e.of("from")).required()
                    .help("The first day on which it holds. A later day comes by itself."))
                (text("reason", "Why").attr("list", "reasons"))
            }))
            (reasons(REASONS))
            (field_row(html! {
                (text("job_title", "Job title"))
                (place(text("department", "Department"), ("department", &d.department), &self.departments, e))
            }))
            (field_row(html! {
                (place(text("location", "Location"), ("location", &d.location), &self.locations, e))
                (suggested(text("manager", "Manager").help("Type a name, and choose; or type the number."),
                    Pages::of(paths::EMPLOYEES, &self.of.slug).options()))
            }))
            (options(&[]))
            (field_row(html! {
                (Field::select("employment_type", "Employment type", types()).empty_choice("Not set").value(&d.employment_type).error(e.of("employment_type")).optional())
                (text("fte", "FTE").placeholder("100 %").help("A part of a full-time job, like 80 %."))
            }))
            @if !self.positions.is_empty() {
                (Field::select("position", "Position", positions).empty_choice("None").value(&d.position).error(e.of("position")).optional())
            }
        }
    }
}

/// The form of a row of pay.
pub struct EditPay {
    pub of: Of,
    pub draft: PayDraft,
    pub currency: String,
}

impl View for EditPay {
    fn title(&self) -> String {
        match self.of.row {
            Some(_) => format!("{}: a row of pay", self.of.employee.name()),
            None => format!("Change the pay of {}", self.of.employee.name()),
        }
    }

    fn body(&self) -> Markup {
        let of = &self.of;
        let (d, e) = (&self.draft, &of.errors);
        let (action, removal) = match &of.row {
            Some(row) => (paths::pay_row(&of.slug, row), Some(paths::pay_row_removal(&of.slug, row))),
            None => (paths::employee_pay_new(&of.slug, of.employee.id), None),
        };
        of.page(&self.title(), action, removal, html! {
            (field_row(html! {
                (Field::date("from", "From").value(&d.from).error(e.of("from")).required()
                    .help("The first day on which it holds. A later day comes by itself."))
                (Field::text("reason", "Why").value(&d.reason).error(e.of("reason")).optional().attr("list", "reasons"))
            }))
            (reasons(PAY_REASONS))
            (Field::money("salary", "Salary, a year", self.currency.as_str()).value(&d.salary).error(e.of("salary")).optional()
                .help("Empty: no pay is agreed from this day on."))
        })
    }
}
