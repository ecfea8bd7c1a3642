//! Settings of support: queues, calendars, what is promised, canned replies.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone, code,
        field_row, form_section, stack,
    },
};
use domain::{
    CannedReplyId, Errors, QueueId, SlaPolicyId, Slug, SupportCalendarId,
    access::Rights,
    crm::{customers::Health, leads::assignment::How},
    paths,
    support::{
        calendars::{self, Named as Calendar, WEEK},
        canned::{self, Canned, PLACES},
        policies::{self, Policy, TIMES},
        queues::{self, HOWS, Queue},
        sla::{Clock, calendar::words},
        tickets::{Kind, LONGEST, Priority},
    },
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// What every page of these has.
pub struct Frame {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub errors: Errors,
}

impl Frame {
    pub(super) fn page(&self, place: &str, head: &PageHead, body: Markup) -> Markup {
        settings::page(&self.slug, &self.rights, place, head, body)
    }

    /// What is wrong with the page as a whole.
    pub(super) fn problem(&self) -> Markup {
        html! { @if let Some(problem) = self.errors.of("") { (Alert::new(Tone::Bad, problem).announce()) } }
    }

    pub(super) fn form(&self, action: String, once: &str, version: Option<i32>) -> Form {
        let form =
            Form::post(action, self.csrf.as_str()).once(once).problem(self.errors.of("")).errors(errors(&self.errors));
        match version {
            Some(version) => form.version(version),
            None => form,
        }
    }

    pub(super) fn post(&self, action: String, button: Button) -> Markup {
        html! { form method="post" action=(action) { input type="hidden" name="_csrf" value=(self.csrf); (button) } }
    }
}

/// The queues in their order.
pub struct Queues {
    pub frame: Frame,
    pub queues: Vec<Queue>,
    pub calendars: Vec<Calendar>,
    pub members: Vec<Named>,
}

impl View for Queues {
    fn title(&self) -> String {
        "Queues".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let head = PageHead::new("Queues")
            .lead(html! { "Where tickets wait. Each queue numbers its tickets, works by a calendar, and may give them to somebody who is there." })
            .actions(html! {
                (Button::link("Mail kept aside", paths::support_mails(&f.slug)).icon(Icon::Mail))
                (Button::link("New queue", paths::support_queue_new(&f.slug)).primary().icon(Icon::Plus))
            });
        let calendar = |q: &Queue| self.calendars.iter().find(|c| c.id == q.calendar).map_or("", |c| c.name.as_str());
        let rows = self.queues.iter().map(|q| {
            let people: Vec<&str> = q
                .pool
                .iter()
                .filter_map(|seat| self.members.iter().find(|m| m.id == seat.member))
                .map(|m| m.name.as_str())
                .collect();
            let state =
                if q.archived { Badge::new(Tone::Neutral, "Out of use") } else { Badge::new(Tone::Good, "In use") };
            let cells = vec![
                html! { a href=(paths::support_queue(&f.slug, q.id)) { (q.name) } },
                html! { (q.prefix) "-" },
                html! { (calendar(q)) },
                html! { (q.how_words()) @if q.how.is_some() { ": " (people.join(", ")) } },
                state.render(),
            ];
            Row::new(q.id.to_string(), &q.name, cells).brief([html! { (q.prefix) "-" }, html! { (q.how_words()) }])
        });
        let columns = vec![
            Column::new("Queue"),
            Column::new("Numbers"),
            Column::new("Calendar").minor(),
            Column::new("New tickets go").minor(),
            Column::new("State").stays(),
        ];
        let body = stack(html! {
            (f.problem())
            (Card::new("Queues", Table::new("Queues", columns, rows.collect()).render()).flush())
        });
        f.page(&paths::support_queues(&f.slug), &head, body)
    }
}

/// A queue as typed.
pub struct QueueForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<(QueueId, i32, bool)>,
    pub draft: queues::Draft,
    /// Where mail for it goes; none where mail comes in under no domain.
    pub address: Option<String>,
    /// Member and most; some rows are empty.
    pub pool: Vec<[String; 2]>,
    pub calendars: Vec<Calendar>,
    pub members: Vec<Named>,
}

impl View for QueueForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Queue {}", self.draft.name) } else { "New queue".into() }
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let head = PageHead::new(self.title()).crumb("Queues", paths::support_queues(&f.slug));
        let action = match self.editing {
            Some((id, ..)) => paths::support_queue(&f.slug, id),
            None => paths::support_queue_new(&f.slug),
        };
        let calendars = self.calendars.iter().map(|c| Choice::new(c.id.to_string(), &c.name)).collect();
        let mut hows = vec![Choice::new("none", "They wait to be taken")];
        hows.extend(HOWS.map(|h| {
            Choice::new(
                h.key(),
                if h == How::RoundRobin { "In turns" } else { "To whoever has the fewest open tickets" },
            )
        }));
        let form = f
            .form(action, &self.once, self.editing.map(|(_, version, _)| version))
            .body(html! {
                (form_section("Queue", None, html! {
                    (field_row(html! {
                        (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60"))
                        (Field::text("prefix", "Prefix of numbers").value(&d.prefix).error(e.of("prefix")).required().help("SUP makes SUP-1001, SUP-1002 and so on. Tickets keep the number that they have.").attr("maxlength", "8"))
                    }))
                    (field_row(html! {
                        (Field::select("calendar", "Calendar", calendars).value(&d.calendar).error(e.of("calendar")))
                        (Field::number("reopen_days", "Days to open again").value(if d.reopen_days.is_empty() { "14" } else { &d.reopen_days }).error(e.of("reopen_days")).help("So long after solving an answer opens the ticket again. Later it makes a new one, linked with it."))
                    }))
                }))
                (form_section("Mail", None, html! {
                    (Field::checkbox("acknowledges", "Tell whoever writes in that it arrived").value(&d.acknowledges).help("With the number of their ticket. Programs that answer by themselves are told nothing."))
                    (Field::checkbox("surveys", "Ask how it was").value(&d.surveys).help("Once a ticket, an hour after it is solved: five answers in a mail, and a comment if they like."))
                }))
                (form_section("New tickets", Some("Whoever is away, has no access any more or has enough is passed over. The ticket says so."), html! {
                    (Field::select("how", "They go", hows).value(if d.how.is_empty() { "none" } else { &d.how }).error(e.of("how")))
                    @if let Some(problem) = e.of("pool") { p.field-error { (problem) } }
                    @for (n, row) in self.pool.iter().enumerate() { (self.seat(n, row)) }
                }))
            })
            .actions(html! { (Button::submit("Save queue").primary()) (Button::link("Cancel", paths::support_queues(&f.slug))) });
        let body = stack(html! {
            (form)
            @if let Some((id, _, archived)) = self.editing {
                (self.mail(id))
                @if archived { (Card::new("Out of use", f.post(paths::support_queue_restoral(&f.slug, id), Button::submit("Use it again").icon(Icon::ArrowBackUp)))) }
                @else {
                    (Card::new("Take out of use", html! {
                        p.quiet { "No new ticket comes in here. Those that are here stay." }
                        (f.post(paths::support_queue_archival(&f.slug, id), Button::submit("Take out of use").icon(Icon::Archive)))
                    }))
                }
            }
        });
        f.page(&paths::support_queues(&f.slug), &head, body)
    }
}

impl QueueForm {
    /// The address of a queue that is there.
    fn mail(&self, id: QueueId) -> Markup {
        let f = &self.frame;
        let body = html! {
            @match &self.address {
                Some(address) => {
                    p { "What is sent here becomes a ticket. Have your own address, like support@your-company, forward to it." }
                    p.copy-line {
                        span id="queue-address" { (code(address)) }
                        (Button::new("Copy").small().attr("data-copy", "#queue-address").attr("hidden", "hidden"))
                    }
                }
                None => { p.quiet { "Mail cannot come in yet: whoever runs People360 sets " (code("INBOUND_MAIL_DOMAIN")) " first." } }
            }
        };
        let card = Card::new("Address for mail", body);
        match &self.address {
            Some(_) => card
                .actions(f.post(
                    paths::support_queue_rotation(&f.slug, id),
                    Button::submit("New address").small().icon(Icon::Refresh),
                ))
                .render(),
            None => card.render(),
        }
    }

    fn seat(&self, n: usize, [member, most]: &[String; 2]) -> Markup {
        let members =
            self.members.iter().map(|m| Choice::new(m.id.to_string(), format!("{} ({})", m.name, m.email))).collect();
        field_row(html! {
            (Field::select("member", format!("Person {}", n + 1), members).id(format!("f-member-{n}")).empty_choice("Nobody").value(member))
            (Field::number("most", "At most, open").id(format!("f-most-{n}")).value(most))
        })
    }
}

/// Calendars by name.
pub struct Calendars {
    pub frame: Frame,
    pub calendars: Vec<Calendar>,
}

impl View for Calendars {
    fn title(&self) -> String {
        "Support hours".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let head = PageHead::new("Support hours")
            .lead(html! { "When a team is at work. Promised times count these hours alone. A ticket keeps the hours that it came in under." })
            .actions(Button::link("New calendar", paths::support_calendar_new(&f.slug)).primary().icon(Icon::Plus).render());
        let rows = self.calendars.iter().map(|c| {
            let open: Vec<String> = WEEK
                .iter()
                .zip(&c.calendar.week)
                .filter(|(_, spans)| !spans.is_empty())
                .map(|((_, name), spans)| format!("{} {}", &name[..3], words(spans)))
                .collect();
            let cells = vec![
                html! { a href=(paths::support_calendar(&f.slug, c.id)) { (c.name) } },
                html! { (c.calendar.zone.name()) },
                html! { (open.join("; ")) },
                html! { (c.calendar.days.len()) },
            ];
            Row::new(c.id.to_string(), &c.name, cells).brief([html! { (c.calendar.zone.name()) }])
        });
        let columns = vec![
            Column::new("Calendar"),
            Column::new("Zone"),
            Column::new("Hours").minor(),
            Column::new("Special days").numeric(),
        ];
        let body = stack(html! {
            (f.problem())
            (Card::new("Calendars", Table::new("Calendars", columns, rows.collect()).render()).flush())
        });
        f.page(&paths::support_calendars(&f.slug), &head, body)
    }
}

/// A calendar as typed.
pub struct CalendarForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<(SupportCalendarId, i32)>,
    pub draft: calendars::Draft,
}

impl View for CalendarForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Calendar {}", self.draft.name) } else { "New calendar".into() }
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let head = PageHead::new(self.title()).crumb("Support hours", paths::support_calendars(&f.slug));
        let action = match self.editing {
            Some((id, _)) => paths::support_calendar(&f.slug, id),
            None => paths::support_calendar_new(&f.slug),
        };
        let zones = chrono_tz::TZ_VARIANTS.iter().map(|z| Choice::new(z.name(), z.name())).collect();
        let form = f
            .form(action, &self.once, self.editing.map(|(_, version)| version))
            .body(html! {
                (form_section("Calendar", None, html! {
                    (field_row(html! {
                        (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60"))
                        (Field::select("zone", "Time zone", zones).value(&d.zone).error(e.of("zone")))
                    }))
                }))
                (form_section("Hours", Some("Like 9-12:30, 13-17:30. Around the clock is 0-24. Empty is closed."), html! {
                    @for pair in WEEK.chunks(2) {
                        (field_row(html! { @for (key, name) in pair { (Field::text(*key, *name).value(d.get(key)).error(e.of(key))) } }))
                    }
                }))
                (form_section("Special days", Some("Holidays, half ones, and days unlike their weekday, one a line."), html! {
                    (Field::textarea("days", "Days").rows(8).value(&d.days).error(e.of("days")).optional()
                        .help("2026-12-24: 9-13 Christmas Eve. 2026-12-25: closed Christmas Day."))
                }))
            })
            .actions(html! { (Button::submit("Save calendar").primary()) (Button::link("Cancel", paths::support_calendars(&f.slug))) });
        let body = stack(html! {
            (form)
            @if let Some((id, _)) = self.editing {
                (Card::new("Remove this calendar", html! {
                    p.quiet { "Only one that no queue goes by can be removed." }
                    (f.post(paths::support_calendar_removal(&f.slug, id), Button::submit("Remove calendar").danger().icon(Icon::Trash)))
                }))
            }
        });
        f.page(&paths::support_calendars(&f.slug), &head, body)
    }
}

/// What is promised, in order.
pub struct Policies {
    pub frame: Frame,
    pub policies: Vec<Policy>,
    pub queues: Vec<Queue>,
}

impl View for Policies {
    fn title(&self) -> String {
        "Promised times".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let head = PageHead::new("Promised times")
            .lead(html! { "The first policy that fits a ticket when it comes in is its own, and stays so. Times count the hours of its queue’s calendar." })
            .actions(Button::link("New policy", paths::sla_policy_new(&f.slug)).primary().icon(Icon::Plus).render());
        let last = self.policies.len().saturating_sub(1);
        let rows = self.policies.iter().enumerate().map(|(n, p)| {
            let step = |to: &'static str, label: String, icon: Icon, off: bool| {
                html! {
                    form method="post" action=(paths::sla_policy_move(&f.slug, p.id)) {
                        input type="hidden" name="_csrf" value=(f.csrf);
                        input type="hidden" name="to" value=(to);
                        (Button::submit(label).ghost().small().icon_only(icon).disabled(off))
                    }
                }
            };
            let cells = vec![
                html! { a href=(paths::sla_policy(&f.slug, p.id)) { (p.name) } },
                html! { (self.when(p)) },
                html! { ul.plain-list { @for (priority, _) in TIMES { @let words = p.words(priority); @if !words.is_empty() { li { strong { (priority.label()) ": " } (words) } } } } },
                html! { div.stage-steps {
                    (step("up", format!("Move {} up", p.name), Icon::ArrowUp, n == 0))
                    (step("down", format!("Move {} down", p.name), Icon::ArrowDown, n == last))
                } },
            ];
            Row::new(p.id.to_string(), &p.name, cells).brief([html! { (self.when(p)) }])
        });
        let columns = vec![
            Column::new("Policy"),
            Column::new("For"),
            Column::new("Promises").minor(),
            Column::new("Order").label_hidden().stays(),
        ];
        let body = stack(html! {
            (f.problem())
            @if self.policies.is_empty() { (EmptyState::new(Icon::Clock, "Nothing is promised", "Without a policy no clock runs. A policy says for which tickets it is, and how soon somebody answers and solves them.")) }
            @else { (Card::new("Policies", Table::new("Policies", columns, rows.collect()).render()).flush()) }
        });
        f.page(&paths::sla_policies(&f.slug), &head, body)
    }
}

impl Policies {
    fn when(&self, p: &Policy) -> String {
        let queue = p.when.queue.map(|id| {
            let name = self.queues.iter().find(|q| q.id == id).map_or("one that is gone", |q| q.name.as_str());
            format!("queue {name}")
        });
        let all = [
            queue,
            p.when.priority.map(|p| format!("priority {}", p.label().to_lowercase())),
            p.when.kind.map(|k| format!("type {}", k.label().to_lowercase())),
            p.when.health.map(|h| format!("customers who are {}", h.label().to_lowercase())),
            p.when.tag.as_ref().map(|t| format!("customers tagged {t}")),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        if all.is_empty() { "Every ticket".into() } else { all.join(", and ") }
    }
}

/// A policy as typed.
pub struct PolicyForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<(SlaPolicyId, i32)>,
    pub draft: policies::Draft,
    pub queues: Vec<Queue>,
    /// Names of all tags.
    pub tags: Vec<String>,
}

impl View for PolicyForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Policy {}", self.draft.name) } else { "New policy".into() }
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let head = PageHead::new(self.title()).crumb("Promised times", paths::sla_policies(&f.slug));
        let action = match self.editing {
            Some((id, _)) => paths::sla_policy(&f.slug, id),
            None => paths::sla_policy_new(&f.slug),
        };
        let queues = self.queues.iter().map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let priorities = Priority::ALL.map(|p| Choice::new(p.key(), p.label())).to_vec();
        let kinds = Kind::ALL.map(|k| Choice::new(k.key(), k.label())).to_vec();
        let healths = Health::ALL.map(|h| Choice::new(h.key(), h.label())).to_vec();
        let any = |name: &'static str, label: &'static str, choices: Vec<Choice>| {
            Field::select(name, label, choices).empty_choice("Any").value(d.get(name)).error(e.of(name))
        };
        let form = f
            .form(action, &self.once, self.editing.map(|(_, version)| version))
            .body(html! {
                (form_section("Policy", None, html! {
                    (field_row(html! {
                        (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60"))
                        (Field::number("warn", "Warn at, %").value(if d.warn.is_empty() { "80" } else { &d.warn }).error(e.of("warn")).help("Of the time. Whoever has the ticket is told."))
                    }))
                }))
                (form_section("For which tickets", Some("All that is chosen holds. Without any, it is for every ticket."), html! {
                    (field_row(html! { (any("queue", "Queue", queues)) (any("priority", "Priority", priorities)) }))
                    (field_row(html! { (any("kind", "Type", kinds)) (any("health", "How the customer is", healths)) }))
                    (Field::text("tag", "Tag of the customer").value(&d.tag).error(e.of("tag")).optional().attr("list", "tag-names"))
                    datalist id="tag-names" { @for name in &self.tags { option value=(name) {} } }
                }))
                (form_section("Times", Some("Hours, like 8 or 1:30, or minutes, like 45 min. Empty: none is promised."), html! {
                    @for (priority, names) in TIMES {
                        fieldset.sla-times {
                            legend { (priority.label()) }
                            div.field-row {
                                @for (clock, name) in Clock::ALL.into_iter().zip(names) { (Field::text(name, clock.label()).value(d.get(name)).error(e.of(name))) }
                            }
                        }
                    }
                }))
            })
            .actions(html! { (Button::submit("Save policy").primary()) (Button::link("Cancel", paths::sla_policies(&f.slug))) });
        let body = stack(html! {
            (form)
            @if let Some((id, _)) = self.editing {
                (Card::new("Remove this policy", html! {
                    p.quiet { "Tickets keep what they were promised by it." }
                    (f.post(paths::sla_policy_removal(&f.slug, id), Button::submit("Remove policy").danger().icon(Icon::Trash)))
                }))
            }
        });
        f.page(&paths::sla_policies(&f.slug), &head, body)
    }
}

/// Canned replies by name.
pub struct CannedReplies {
    pub frame: Frame,
    pub canned: Vec<Canned>,
}

impl View for CannedReplies {
    fn title(&self) -> String {
        "Canned replies".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let new = || Button::link("New reply", paths::canned_reply_new(&f.slug)).primary().icon(Icon::Plus);
        let head = PageHead::new("Canned replies")
            .lead(html! { "Answers that are written once. Whoever answers chooses one, and changes what is to be changed before it goes out." })
            .actions(new().render());
        let rows = self.canned.iter().map(|c| {
            let begin: String = c.body.chars().take(120).collect();
            let cells = vec![html! { a href=(paths::canned_reply(&f.slug, c.id)) { (c.name) } }, html! { (begin) }];
            Row::new(c.id.to_string(), &c.name, cells)
        });
        let body = stack(html! {
            (f.problem())
            @if self.canned.is_empty() { (EmptyState::new(Icon::Copy, "No canned replies yet", "What you answer often, such as where an invoice is, needs to be written only once.")) }
            @else { (Card::new("Replies", Table::new("Replies", vec![Column::new("Reply"), Column::new("Begins").minor()], rows.collect()).render()).flush()) }
        });
        f.page(&paths::canned_replies(&f.slug), &head, body)
    }
}

/// A canned reply as typed.
pub struct CannedForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<(CannedReplyId, i32)>,
    pub draft: canned::Draft,
}

impl View for CannedForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Reply {}", self.draft.name) } else { "New reply".into() }
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let head = PageHead::new(self.title()).crumb("Canned replies", paths::canned_replies(&f.slug));
        let action = match self.editing {
            Some((id, _)) => paths::canned_reply(&f.slug, id),
            None => paths::canned_reply_new(&f.slug),
        };
        let form = f
            .form(action, &self.once, self.editing.map(|(_, version)| version))
            .body(html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "80"))
                (Field::textarea("body", "Text").rows(10).value(&d.body).error(e.of("body")).required()
                    .attr("maxlength", LONGEST.to_string()).attr("data-merge", "true"))
                div.merge-places {
                    p.quiet { "Places that are filled in:" }
                    @for (place, words) in PLACES {
                        (Button::new(*words).small().ghost().attr("data-insert", format!("{{{{{place}}}}}")).attr("title", format!("{{{{{place}}}}}")))
                    }
                }
            })
            .actions(html! { (Button::submit("Save reply").primary()) (Button::link("Cancel", paths::canned_replies(&f.slug))) });
        let body = stack(html! {
            (form)
            @if let Some((id, _)) = self.editing {
                (Card::new("Remove this reply", f.post(paths::canned_reply_removal(&f.slug, id), Button::submit("Remove reply").danger().icon(Icon::Trash))))
            }
        });
        f.page(&paths::canned_replies(&f.slug), &head, body)
    }
}
