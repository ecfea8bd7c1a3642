//! The form of a ticket.

use crate::{
    View,
    custom_fields::{self, Inputs},
    form::Entry,
    ui::{Choice, Field, field_row, form_section},
};
use domain::{
    draft::FieldClass,
    support::{
        queues::Queue,
        tickets::{Draft, Kind, LONGEST, Priority, Status},
    },
    workspace::members::Named,
};
use maud::{Markup, html};

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub queues: Vec<Queue>,
    /// Who may have a ticket.
    pub members: Vec<Named>,
    pub currency: String,
    /// Where people are suggested for fields that name one, to whoever may see them.
    pub people: Option<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        self.entry.page(self.fields())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let new = self.entry.editing.is_none();
        let or = |value: &str, usual: &'static str| if value.is_empty() { usual.to_owned() } else { value.to_owned() };
        let queues = self.queues.iter().filter(|q| !q.archived || q.name == d.queue);
        let queues: Vec<Choice> = queues.map(|q| Choice::new(&q.name, format!("{} ({})", q.name, q.prefix))).collect();
        let priorities = Priority::ALL.map(|p| Choice::new(p.key(), p.label())).to_vec();
        let kinds = Kind::ALL.map(|k| Choice::new(k.key(), k.label())).to_vec();
        let statuses = Status::ALL.map(|s| Choice::new(s.key(), s.label())).to_vec();
        let owners = self.members.iter().map(|m| Choice::new(&m.email, format!("{} ({})", m.name, m.email))).collect();
        let custom = Inputs {
            fields: &self.entry.custom,
            said: &d.custom,
            errors: e,
            currency: &self.currency,
            people: self.people.clone(),
        };
        let suggests = |field: Field, list: &'static str, target: &'static str| {
            field
                .attr("list", list)
                .attr("autocomplete", "off")
                .attr("hx-get", self.entry.pages.options())
                .attr("hx-trigger", "input changed delay:200ms")
                .attr("hx-target", target)
                .attr("hx-swap", "outerHTML")
        };
        let requester = Field::text("requester", "Requester").value(&d.requester).error(e.of("requester")).required();
        let customer = Field::text("customer", "Customer").value(&d.customer).error(e.of("customer")).optional();
        html! {
            (form_section("Request", None, html! {
                (Field::text("name", "Subject").value(&d.name).error(e.of("name")).required().attr("maxlength", "200"))
                (field_row(html! {
                    (suggests(requester.help("A contact, or any email address."), "requesters", "#requesters"))
                    (suggests(customer.help(if new { "Left empty, it is the company that the contact is with." } else { "" }), "customers", "#customers"))
                }))
                (options("requesters", &[]))
                (options("customers", &[]))
                @if new {
                    (Field::textarea("message", "What they wrote").value(&d.message).error(e.of("message")).rows(6).optional()
                        .attr("maxlength", LONGEST.to_string()))
                }
            }))
            (form_section("Work", None, html! {
                (field_row(html! {
                    (Field::select("queue", "Queue", queues).value(&d.queue).error(e.of("queue")))
                    (Field::select("kind", "Type", kinds).value(or(&d.kind, Kind::default().key())).error(e.of("kind")))
                }))
                (field_row(html! {
                    (Field::select("priority", "Priority", priorities).value(or(&d.priority, Priority::default().key())).error(e.of("priority")))
                    (Field::select("status", "Status", statuses).value(or(&d.status, Status::default().key())).error(e.of("status")))
                }))
                (Field::select("assignee", "Assignee", owners).empty_choice(if new { "Whom the queue says" } else { "Nobody" })
                    .value(&d.assignee).error(e.of("assignee")).optional())
            }))
            @if custom.any(FieldClass::Directory) {
                (form_section("Details", None, html! { (custom.of(FieldClass::Directory)) (custom_fields::people(&self.entry.custom)) }))
            }
        }
    }
}

fn options(id: &str, names: &[String]) -> Markup {
    html! { datalist id=(id) { @for name in names { option value=(name) {} } } }
}

/// Whom a field could mean, as the view that answers htmx.
pub struct Options {
    pub requesters: Vec<String>,
    pub customers: Vec<String>,
}

impl View for Options {
    fn title(&self) -> String {
        "Requesters and customers".into()
    }

    fn body(&self) -> Markup {
        html! { (options("requesters", &self.requesters)) (options("customers", &self.customers)) }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        match id {
            "requesters" => Some(options(id, &self.requesters)),
            "customers" => Some(options(id, &self.customers)),
            _ => None,
        }
    }
}
