//! What belongs to a job: the team on its page, and the pages on which questions and stages are written as a whole.

use crate::{
    View,
    ui::{
        Alert, Avatar, AvatarSize, Button, Card, Choice, Dialog, Field, Form, Icon, PageHead, Tone, field_row,
        form_page, form_section,
    },
};
use domain::{
    Errors, PostingId, Slug,
    hr::postings::{Posting, QuestionKind, StageKind, TeamMember, TeamRole, TypedQuestions, TypedStages, YesNo},
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

const TEAM: &str = "hiring-team";
/// Empty rows behind those that there are.
const MORE: usize = 3;

/// Who hires for it; for whoever may change that, with the form in a dialog.
pub(super) fn team(
    slug: &Slug,
    csrf: &str,
    (id, version): (PostingId, i32),
    (team, members): (&[TeamMember], &[Named]),
    errors: &Errors,
    may: bool,
) -> Markup {
    let body = html! {
        @if team.is_empty() { p.quiet { "Nobody yet." } } @else {
            ul.hiring-team {
                @for t in team { li { (Avatar::new(&t.name).size(AvatarSize::Small)) span { (t.name) span.quiet { " · " (t.role.label()) } } } }
            }
        }
    };
    let error = errors.of("team");
    let people = || members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect::<Vec<_>>();
    let roles = || TeamRole::ALL.iter().map(|r| Choice::new(r.key(), r.label())).collect::<Vec<_>>();
    let form = || {
        let rows = (0..team.len() + MORE).map(|n| {
            let (member, role) = team.get(n).map_or((String::new(), TeamRole::Interviewer), |t| (t.member.to_string(), t.role));
            html! {
                div.team-row {
                    (Field::select("member", format!("Person {}", n + 1), people()).id(format!("team-member-{n}")).empty_choice("Nobody").value(member).label_hidden())
                    (Field::select("role", format!("Role {}", n + 1), roles()).id(format!("team-role-{n}")).value(role.key()).label_hidden())
                }
            }
        });
        let form = Form::post(paths::posting_team(slug, id), csrf)
            .version(version)
            .body(html! {
                p.quiet { "Whoever is on the team sees this job and whoever applies for it, whatever their role is." }
                @if let Some(error) = error { p.field-error role="alert" { (error) } }
                @for row in rows { (row) }
            })
            .actions(Button::submit("Save team").primary().render());
        let dialog = Dialog::new(TEAM, "Hiring team", form.render());
        if error.is_some() { dialog.open().render() } else { dialog.render() }
    };
    html! {
        (Card::new("Hiring team", body).actions(html! {
            @if may { (Button::new("Change team").ghost().small().icon(Icon::Users).opens_dialog(TEAM)) }
        }))
        @if may { (form()) }
    }
}

fn page(slug: &Slug, posting: &Posting, title: &str, lead: &str, form: Form) -> Markup {
    let head = PageHead::new(title)
        .crumb("Jobs", paths::postings(slug))
        .crumb(&posting.title, paths::posting(slug, posting.id))
        .lead(html! { (lead) });
    form_page(&head, form.render())
}

fn problems(errors: &Errors, of: &str) -> Markup {
    let all: Vec<&str> =
        errors.iter().filter(|(field, _)| *field == of || field.is_empty()).map(|(_, words)| words).collect();
    html! {
        @if !all.is_empty() {
            (Alert::new(Tone::Bad, "Nothing was saved yet").text(html! { ul { @for words in &all { li { (words) } } } }).announce())
        }
    }
}

/// The questions of a job, as typed.
pub struct Questions {
    pub slug: Slug,
    pub csrf: String,
    pub posting: Posting,
    pub typed: TypedQuestions,
    pub errors: Errors,
}

impl View for Questions {
    fn title(&self) -> String {
        format!("Questions of {}", self.posting.title)
    }

    fn body(&self) -> Markup {
        let rows = (0..self.typed.question.len() + MORE).map(|n| self.row(n));
        let form = Form::post(paths::posting_questions(&self.slug, self.posting.id), self.csrf.as_str())
            .version(self.posting.version)
            .body(html! { (problems(&self.errors, "questions")) @for row in rows { (row) } })
            .actions(html! {
                (Button::submit("Save questions").primary())
                (Button::link("Cancel", paths::posting(&self.slug, self.posting.id)))
            })
            .sticky()
            .guard();
        let lead = "Name, email address and CV are asked of everybody. A row without a question is none.";
        page(&self.slug, &self.posting, "Questions", lead, form)
    }
}

impl Questions {
    fn row(&self, n: usize) -> Markup {
        let of = |list: &[String]| list.get(n).cloned().unwrap_or_default();
        let t = &self.typed;
        let kinds = QuestionKind::ALL.iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let outs = YesNo::ALL.iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let kind = if of(&t.kind).is_empty() { QuestionKind::Text.key().to_owned() } else { of(&t.kind) };
        let place = if of(&t.place).is_empty() { (n + 1).to_string() } else { of(&t.place) };
        let id = |name: &str| format!("{name}-{n}");
        form_section(
            &format!("Question {}", n + 1),
            None,
            html! {
                input type="hidden" name="id" value=(of(&t.id));
                (field_row(html! {
                    (Field::text("question", "Question").id(id("question")).value(of(&t.question)).attr("maxlength", "300"))
                    (Field::select("kind", "Answered by", kinds).id(id("kind")).value(kind))
                }))
                (Field::textarea("options", "Answers to choose from").id(id("options")).rows(2).value(of(&t.options)).optional().help("One in each line; for “One of several” alone."))
                (field_row(html! {
                    (Field::select("required", "Must be answered", vec![Choice::new("yes", "Yes")]).id(id("required")).empty_choice("No").value(of(&t.required)))
                    (Field::select("knock_out", "Rules out", outs).id(id("knock-out")).empty_choice("Nothing").value(of(&t.knock_out)).help("Flags who answers so. A person still decides."))
                    (Field::number("place", "Place").id(id("place")).value(place))
                }))
            },
        )
    }
}

/// The stages of a job, as typed.
pub struct Stages {
    pub slug: Slug,
    pub csrf: String,
    pub posting: Posting,
    pub typed: TypedStages,
    pub errors: Errors,
}

impl View for Stages {
    fn title(&self) -> String {
        format!("Stages of {}", self.posting.title)
    }

    fn body(&self) -> Markup {
        let rows = (0..self.typed.name.len() + MORE).map(|n| self.row(n));
        let form = Form::post(paths::posting_stages(&self.slug, self.posting.id), self.csrf.as_str())
            .version(self.posting.version)
            .body(html! { (problems(&self.errors, "stages")) @for row in rows { (row) } })
            .actions(html! {
                (Button::submit("Save stages").primary())
                (Button::link("Cancel", paths::posting(&self.slug, self.posting.id)))
            })
            .sticky()
            .guard();
        let lead = "Through these an application goes. One is for new applications, one for those who are hired, one for those who are rejected. A row without a name is none.";
        page(&self.slug, &self.posting, "Stages", lead, form)
    }
}

impl Stages {
    fn row(&self, n: usize) -> Markup {
        let of = |list: &[String]| list.get(n).cloned().unwrap_or_default();
        let t = &self.typed;
        let kinds = StageKind::ALL.iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let kind = if of(&t.kind).is_empty() { StageKind::Interview.key().to_owned() } else { of(&t.kind) };
        let place = if of(&t.place).is_empty() { (n + 1).to_string() } else { of(&t.place) };
        let id = |name: &str| format!("{name}-{n}");
        html! {
            div.stage-row role="group" aria-label=(format!("Stage {}", n + 1)) {
                input type="hidden" name="id" value=(of(&t.id));
                (Field::text("name", "Name").id(id("name")).value(of(&t.name)).attr("maxlength", "60"))
                (Field::select("kind", "For", kinds).id(id("kind")).value(kind))
                (Field::number("place", "Place").id(id("place")).value(place))
            }
        }
    }
}
