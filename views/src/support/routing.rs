//! Rules by which new tickets go somewhere.

use super::settings::Frame;
use crate::{
    View,
    crm::leads::rules::person,
    ui::{
        Button, Card, Choice, Column, EmptyState, Field, Icon, PageHead, Row, Table, dash, field_row, form_section,
        stack,
    },
};
use domain::{
    RoutingRuleId,
    crm::{
        customers::Health,
        leads::assignment::{How, Member},
    },
    paths,
    support::{
        language::Language,
        queues::Queue,
        routing::{Channel, Draft, HOWS, Rule},
        tickets::{Kind, Priority},
    },
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The rules in their order, and who of their people is there.
pub struct Index {
    pub frame: Frame,
    pub rules: Vec<Rule>,
    /// Those whom the rules name, as they are today.
    pub people: Vec<Member>,
    pub queues: Vec<Queue>,
}

const fn how(how: How) -> &'static str {
    match how {
        How::LeastLoaded => "Fewest open tickets",
        how => how.label(),
    }
}

impl View for Index {
    fn title(&self) -> String {
        "Routing".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let head = PageHead::new("Routing")
            .lead(html! { "Where new tickets go. The first rule that fits decides; what no rule says, the queue does. Whoever is away, has left or has enough is passed over, and the ticket says so." })
            .actions(Button::link("New rule", paths::routing_rule_new(&f.slug)).primary().icon(Icon::Plus).render());
        let body = stack(html! {
            (f.problem())
            @if self.rules.is_empty() { (EmptyState::new(Icon::GitBranch, "No rules yet", "Without a rule a ticket stays in the queue that it came to. A rule says for which tickets it is, and which queue, priority or person they get.")) }
            @else { (Card::new("Rules", self.table()).flush()) }
        });
        f.page(&paths::routing_rules(&f.slug), &head, body)
    }
}

impl Index {
    fn table(&self) -> Markup {
        let f = &self.frame;
        let last = self.rules.len().saturating_sub(1);
        let rows = self.rules.iter().enumerate().map(|(n, r)| {
            let step = |to: &'static str, label: String, icon: Icon, off: bool| {
                html! {
                    form method="post" action=(paths::routing_rule_move(&f.slug, r.id)) {
                        input type="hidden" name="_csrf" value=(f.csrf);
                        input type="hidden" name="to" value=(to);
                        (Button::submit(label).ghost().small().icon_only(icon).disabled(off))
                    }
                }
            };
            let then = html! {
                ul.plain-list {
                    @if let Some(queue) = r.then.queue { li { "Queue " (self.queue(queue)) } }
                    @if let Some(priority) = r.then.priority { li { "Priority " (priority.label().to_lowercase()) } }
                    @if let Some(chosen) = r.then.how { li { (how(chosen)) } }
                }
            };
            let cells = vec![
                html! { a href=(paths::routing_rule(&f.slug, r.id)) { (r.name) } },
                html! { (self.when(r)) },
                then.clone(),
                html! { @if r.then.pool.is_empty() { (dash()) } @else { ul.plain-list.lead-pool { @for seat in &r.then.pool { @if let Some(m) = self.people.iter().find(|m| m.id == seat.member) { li { (person(m, seat.most)) } } } } } },
                html! { div.stage-steps {
                    (step("up", format!("Move {} up", r.name), Icon::ArrowUp, n == 0))
                    (step("down", format!("Move {} down", r.name), Icon::ArrowDown, n == last))
                } },
            ];
            Row::new(r.id.to_string(), &r.name, cells).brief([html! { (self.when(r)) }, then])
        });
        let columns = vec![
            Column::new("Rule"),
            Column::new("For"),
            Column::new("Then"),
            Column::new("Among").minor(),
            Column::new("Order").label_hidden().stays(),
        ];
        Table::new("Rules", columns, rows.collect()).render()
    }

    fn queue(&self, id: domain::QueueId) -> &str {
        self.queues.iter().find(|q| q.id == id).map_or("that is gone", |q| q.name.as_str())
    }

    fn when(&self, r: &Rule) -> String {
        let w = &r.when;
        let any = |what: &str, all: &[String]| (!all.is_empty()).then(|| format!("{what} {}", all.join(" or ")));
        let all = [
            w.channel.map(|c| c.label().to_lowercase()),
            w.queue.map(|id| format!("to queue {}", self.queue(id))),
            w.kind.map(|k| format!("type {}", k.label().to_lowercase())),
            any("from", &w.domains),
            w.tag.as_ref().map(|t| format!("customers tagged {t}")),
            w.health.map(|h| format!("customers who are {}", h.label().to_lowercase())),
            any("subject says", &w.words),
            w.language.map(|l| format!("in {}", l.label())),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        let words = if all.is_empty() { "every ticket".into() } else { all.join(", and ") };
        words[..1].to_uppercase() + &words[1..]
    }
}

/// A rule as typed.
pub struct RuleForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<(RoutingRuleId, i32)>,
    pub draft: Draft,
    /// Member, most, words; some rows are empty.
    pub pool: Vec<[String; 3]>,
    pub queues: Vec<Queue>,
    pub tags: Vec<String>,
    pub members: Vec<Named>,
}

impl View for RuleForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Rule {}", self.draft.name) } else { "New rule".into() }
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let head = PageHead::new(self.title()).crumb("Routing", paths::routing_rules(&f.slug));
        let action = match self.editing {
            Some((id, _)) => paths::routing_rule(&f.slug, id),
            None => paths::routing_rule_new(&f.slug),
        };
        let (d, e) = (&self.draft, &f.errors);
        let form = f
            .form(action, &self.once, self.editing.map(|(_, version)| version))
            .body(html! {
                (form_section("Rule", None, html! { (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60")) }))
                (form_section("For which tickets", Some("All that is filled in holds. Without any of it the rule is for every new ticket."), self.when()))
                (form_section("Then", Some("What is left open stays as it is. In a ticket that somebody opens here, their own choice stays."), self.then()))
            })
            .actions(html! { (Button::submit("Save rule").primary()) (Button::link("Cancel", paths::routing_rules(&f.slug))) });
        let body = stack(html! {
            (form)
            @if let Some((id, _)) = self.editing {
                (Card::new("Remove this rule", html! {
                    p.quiet { "Tickets stay where it has sent them." }
                    (f.post(paths::routing_rule_removal(&f.slug, id), Button::submit("Remove rule").danger().icon(Icon::Trash)))
                }))
            }
        });
        f.page(&paths::routing_rules(&f.slug), &head, body)
    }
}

impl RuleForm {
    fn when(&self) -> Markup {
        let (d, e) = (&self.draft, &self.frame.errors);
        let queues = self.queues.iter().map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let channels = Channel::ALL.map(|c| Choice::new(c.key(), c.label())).to_vec();
        let kinds = Kind::ALL.map(|k| Choice::new(k.key(), k.label())).to_vec();
        let healths = Health::ALL.map(|h| Choice::new(h.key(), h.label())).to_vec();
        let languages = Language::ALL.map(|l| Choice::new(l.key(), l.label())).to_vec();
        let select = |name: &'static str, label: &'static str, choices: Vec<Choice>, value: &str| {
            Field::select(name, label, choices).empty_choice("Any").value(value).error(e.of(name))
        };
        html! {
            (field_row(html! {
                (select("channel", "How it comes", channels, &d.channel))
                (select("queue", "Queue it comes to", queues, &d.queue))
                (select("kind", "Type", kinds, &d.kind))
            }))
            (field_row(html! {
                (Field::text("words", "Words in its subject").value(&d.words).error(e.of("words")).help("One of them is enough: invoice, refund"))
                (Field::text("domains", "Domains of the requester").value(&d.domains).error(e.of("domains")).help("lamps.example, shop.example"))
            }))
            (field_row(html! {
                (Field::text("tag", "Tag of the customer").value(&d.tag).error(e.of("tag")).attr("list", "routing-tags"))
                (select("health", "How the customer is", healths, &d.health))
                (select("language", "Language", languages, &d.language).help("As far as a few words tell it."))
            }))
            datalist id="routing-tags" { @for tag in &self.tags { option value=(tag) {} } }
        }
    }

    fn then(&self) -> Markup {
        let (d, e) = (&self.draft, &self.frame.errors);
        let queues = self.queues.iter().filter(|q| !q.archived || q.id.to_string() == d.to_queue);
        let queues = queues.map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let priorities = Priority::ALL.into_iter().rev().map(|p| Choice::new(p.key(), p.label())).collect();
        let hows = HOWS.map(|h| Choice::new(h.key(), how(h))).to_vec();
        html! {
            (field_row(html! {
                (Field::select("to_queue", "Queue", queues).empty_choice("Stays").value(&d.to_queue).error(e.of("to_queue")))
                (Field::select("priority", "Priority", priorities).empty_choice("Stays").value(&d.priority).error(e.of("priority")))
                (Field::select("how", "Who gets it", hows).empty_choice("As the queue says").value(&d.how).error(e.of("how")))
            }))
            @if let Some(problem) = e.of("pool") { p.field-error { (problem) } }
            @for (n, row) in self.pool.iter().enumerate() { (self.seat(n + 1, row)) }
        }
    }

    fn seat(&self, n: usize, [member, most, words]: &[String; 3]) -> Markup {
        let members =
            self.members.iter().map(|m| Choice::new(m.id.to_string(), format!("{} ({})", m.name, m.email))).collect();
        field_row(html! {
            (Field::select("member", format!("Person {n}"), members).id(format!("member-{n}")).empty_choice("Nobody").value(member))
            (Field::number("most", format!("Open tickets at most, person {n}")).id(format!("most-{n}")).value(most).optional())
            (Field::text("skills", format!("What person {n} knows, by words")).id(format!("skills-{n}")).value(words).optional())
        })
    }
}
