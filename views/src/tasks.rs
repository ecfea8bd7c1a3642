//! Tasks: the list, one of them, the form, and the card on the record that they are about.

use crate::{
    Moment, View,
    activities::Next,
    activity,
    activity::Happened,
    form::Entry,
    list,
    saved_views::Saved,
    ui::{
        Badge, BulkBar, Button, Card, Chip, Choice, Column, EmptyState, Facts, Field, Filter as Select, FilterBar,
        Icon, ListPage, ListResults, PageHead, Pager, RecordPage, Row, Tab as Link, Table, Tabs, Time, Tone, dash,
        field_row, form_section, stack,
    },
};
use domain::{
    Day, MemberId, Slug, TaskId,
    list::Slice,
    paths, recurrence,
    reminders::clock,
    tasks::{Draft, Due, Filter, Named, Order, Priority, State, Tab, Task, WORDS, When},
    workspace::{access::Subject, members},
};
use maud::{Markup, Render, html};

/// The part that a search or a tick swaps.
pub const RESULTS: &str = "tasks";
/// The card on a record.
pub const CARD: &str = "record-tasks";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub once: TaskId,
    pub filter: Filter,
    pub page: Slice<Task>,
    pub today: Day,
    /// The name of the record that is asked about.
    pub about: Option<String>,
    pub may_write: bool,
    pub saved: Saved,
}

impl View for Index {
    fn title(&self) -> String {
        "Tasks".into()
    }

    fn body(&self) -> Markup {
        let path = paths::tasks(&self.slug);
        let due = Due::ALL.into_iter().map(|d| Choice::new(d.key(), d.label())).collect();
        let done = vec![Choice::new("done", "Done")];
        let filters = FilterBar::new(&path, RESULTS)
            .search("Search tasks", &self.filter.q)
            .filter(Select::new("due", "Due", &self.filter.due, due))
            .filter(Select::new("state", "State", &self.filter.state, done).nothing("Open"))
            .keep("of", &self.filter.of)
            .keep("about", &self.filter.about)
            .keep("assignee", self.filter.assignee.map(|m| m.to_string()).unwrap_or_default())
            .keep("view", &self.filter.view)
            .keep("sort", &self.filter.sort);
        ListPage { head: self.head(), tabs: Some(self.tabs()), filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        let actions = html! {
            @if self.may_write { (Button::link("New task", paths::task_new(&self.slug)).primary().icon(Icon::Plus).key("c")) }
        };
        let head = PageHead::new("Tasks").actions(actions);
        match self.may_write {
            true => head.lead(quick(&self.slug, &self.csrf, self.once, None, &self.url(&self.filter))),
            false => head,
        }
    }

    fn tabs(&self) -> Tabs {
        let open = self.saved.open().is_some();
        let tab = |tab: Tab| {
            // What a view asks is left behind with it.
            let asked = if open { Filter::default() } else { self.filter.from_top() };
            let view = if tab == Tab::default() { self.saved.everything() } else { "" };
            let filter = Filter { of: tab.key().to_owned(), view: view.to_owned(), ..asked };
            Link::new(tab.label(), self.url(&filter), !open && self.filter.tab() == tab)
        };
        Tabs::new("Whose", Tab::ALL.map(tab).into_iter().chain(self.saved.tabs()).collect())
    }

    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let columns = vec![
            list::sorted("Task", Order::Title, sort, to),
            Column::new("About").minor(),
            Column::new(if self.filter.tab() == Tab::Mine { "From" } else { "Assigned to" }).minor(),
            list::sorted("Priority", Order::Priority, sort, to),
            list::sorted("Due", Order::Due, sort, to).stays(),
        ];
        let rows = self.page.rows.iter().map(|t| self.row(t));
        let mut table = Table::new("Tasks", columns, rows.collect()).swaps(RESULTS);
        if self.may_write {
            table = table.selectable("ids", list::selection(WORDS));
        }
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            id: RESULTS.into(),
            above: self.saved.bar(&self.filter.kept(), !self.filter.narrows() && self.filter.sort.is_empty()),
            chips: self.chips(),
            clear: paths::tasks(&self.slug),
            bulk: self.may_write.then(|| self.bulk()),
            table,
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "task", "tasks", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn row(&self, t: &Task) -> Row {
        let person = match self.filter.tab() {
            Tab::Mine if t.created_by.as_ref().is_some_and(|c| c.id == t.assignee.id) => dash(),
            Tab::Mine => t.created_by.as_ref().map_or_else(|| html! { "People360" }, |c| html! { (c.name) }),
            _ => html! { (t.assignee.name) },
        };
        let cells = vec![
            html! {
                div.task-cell {
                    @if self.may_write { (self.tick(t)) }
                    a.task-title.is-done[t.is_done()] href=(paths::task(&self.slug, t.id)) { (t.title) }
                    @if let Some(repeat) = &t.repeat { span.activity-icon title={ "Repeats " (repeat.words()) } { (Icon::Refresh) span.visually-hidden { "Repeats " (repeat.words()) } } }
                }
            },
            t.about.as_ref().map_or_else(dash, |a| about(&self.slug, a)),
            person,
            priority(t.priority),
            due(t, self.today),
        ];
        let high = (t.priority == Priority::High).then(|| priority(t.priority));
        let brief = high.into_iter().chain(t.about.as_ref().map(|a| html! { (a.name) }));
        Row::new(t.id.to_string(), &t.title, cells).brief(brief)
    }

    /// The circle before a task, which is a form of its own.
    fn tick(&self, t: &Task) -> Markup {
        tick(&self.slug, &self.csrf, t, &self.url(&self.filter), Some(RESULTS), None)
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let assignee = self.page.rows.iter().map(|t| t.assignee.name.clone()).next();
        let whose = f.assignee.map(|_| assignee.unwrap_or_else(|| "one member".to_owned())).unwrap_or_default();
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("About", self.about.clone().unwrap_or_default(), Filter { about: String::new(), ..f.clone() }),
            ("Of", whose, Filter { assignee: None, ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        chips
    }

    fn bulk(&self) -> BulkBar {
        let (label, icon, action) = match self.filter.state() {
            State::Open => ("Done", Icon::Check, paths::task_completions(&self.slug)),
            State::Done => ("Open again", Icon::ArrowBackUp, paths::task_reopenings(&self.slug)),
        };
        let buttons = html! {
            input type="hidden" name="back" value=(self.url(&self.filter));
            (Button::submit(label).icon(icon).small().attr("formaction", action))
        };
        BulkBar::new(list::selection(WORDS), self.csrf.as_str(), WORDS.many, buttons)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No task fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show what is open", paths::tasks(&self.slug)).render());
        }
        let (title, text) = match self.filter.tab() {
            Tab::Mine => (
                "Nothing to do",
                "What you are asked to do, and what you plan yourself, stands here until it is done. Type a task above, or add one on the record that it is about.",
            ),
            Tab::Delegated => (
                "Nothing is out with others",
                "Tasks that you give to somebody else stay in sight here until they are done.",
            ),
            Tab::All => ("No open tasks", "The open tasks of everyone whose work you may see stand here."),
        };
        EmptyState::new(Icon::CircleCheck, title, text)
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::tasks(&self.slug), filter)
    }
}

/// A field and Enter: all that most tasks need. What is wrong with it is told on the whole form.
fn quick(slug: &Slug, csrf: &str, once: TaskId, about: Option<Subject>, back: &str) -> Markup {
    html! {
        form.quick-add method="post" action=(paths::task_new(slug)) {
            input type="hidden" name="_csrf" value=(csrf);
            input type="hidden" name="_once" value=(once);
            // Back into the field: several tasks go in a row.
            input type="hidden" name="back" value={ (back) "#quick-task" };
            @if let Some(about) = about { input type="hidden" name="about" value=(about.key()); }
            label.visually-hidden for="quick-task" { "Add a task" }
            input.input id="quick-task" type="text" name="title" placeholder="Add a task and press Enter" required maxlength="200" autocomplete="off";
            (Button::submit("Add").small())
        }
    }
}

/// The circle before a task. `target`: the part that it swaps; `key`: the key that presses it in its row.
pub(crate) fn tick(slug: &Slug, csrf: &str, t: &Task, back: &str, target: Option<&str>, key: Option<&str>) -> Markup {
    let (action, label) = match t.is_done() {
        false => (paths::task_completion(slug, t.id), format!("Mark “{}” done", t.title)),
        true => (paths::task_reopening(slug, t.id), format!("Open “{}” again", t.title)),
    };
    html! {
        form.task-tick method="post" action=(action) hx-post=[target.map(|_| &action)] hx-target=[target.map(|t| format!("#{t}"))] hx-swap=[target.map(|_| "outerHTML")] {
            input type="hidden" name="_csrf" value=(csrf);
            input type="hidden" name="back" value=(back);
            button.tick.is-done[t.is_done()] type="submit" data-row-key=[key] aria-label=(label) title=(if t.is_done() { "Open again" } else { "Done" }) { (Icon::Check) }
        }
    }
}

pub(crate) fn about(slug: &Slug, named: &Named) -> Markup {
    html! { a href=(record(slug, named.subject)) { (named.name) } }
}

/// Where a record is.
pub fn record(slug: &Slug, subject: Subject) -> String {
    match subject {
        Subject::Employee(id) => paths::employee(slug, id),
        Subject::Customer(id) => paths::customer(slug, id),
        Subject::Contact(id) => paths::contact(slug, id),
        Subject::Deal(id) => paths::deal(slug, id),
        Subject::Lead(id) => paths::lead(slug, id),
        Subject::Ticket(id) => paths::ticket(slug, id),
    }
}

fn priority(priority: Priority) -> Markup {
    match priority {
        Priority::High => Badge::new(Tone::Warning, "High").render(),
        Priority::Normal => html! { span.quiet { "Normal" } },
        Priority::Low => html! { span.quiet { "Low" } },
    }
}

/// The day, and what it means today.
fn due(t: &Task, today: Day) -> Markup {
    let Some(day) = t.due else { return dash() };
    html! {
        span.task-due {
            (Time::day(day))
            @if let Some(time) = t.due_time { (clock(time)) }
            @match t.when(today) {
                When::Overdue => { (Badge::new(Tone::Bad, "Overdue")) }
                When::Today => { (Badge::new(Tone::Info, "Today")) }
                When::Whenever => {}
            }
        }
    }
}

/// One task, with what happened to it.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub task: Task,
    pub today: Day,
    pub history: Vec<Happened>,
    pub moment: Moment,
    pub may_write: bool,
    /// Once it is done, where there is a record to go on with.
    pub next: Option<Next>,
}

impl View for Show {
    fn title(&self) -> String {
        self.task.title.clone()
    }

    fn body(&self) -> Markup {
        let t = &self.task;
        let state = match t.is_done() {
            true => Badge::new(Tone::Good, "Done"),
            false => Badge::new(Tone::Neutral, "Open"),
        };
        let (action, label, icon) = match t.is_done() {
            true => (paths::task_reopening(&self.slug, t.id), "Open again", Icon::ArrowBackUp),
            false => (paths::task_completion(&self.slug, t.id), "Done", Icon::Check),
        };
        let actions = html! {
            @if self.may_write {
                (Button::link("Edit", paths::task_edit(&self.slug, t.id)).icon(Icon::Pencil).key("e"))
                form method="post" action=(action) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="back" value=(paths::task(&self.slug, t.id));
                    (Button::submit(label).primary().icon(icon))
                }
            }
        };
        let head =
            PageHead::new(&t.title).crumb("Tasks", paths::tasks(&self.slug)).facts(state.render()).actions(actions);
        let facts = Facts::new()
            .text("Assigned to", &t.assignee.name)
            .maybe("Due", t.due.map(|_| due(t, self.today)))
            .fact("Priority", priority(t.priority))
            .maybe("Repeats", t.repeat.as_ref().map(|r| html! { (r.words()) }))
            .maybe("Reminder", t.remind.filter(|_| !t.is_done()).map(|r| html! { (r.words()) }))
            .maybe("About", t.about.as_ref().map(|a| about(&self.slug, a)))
            .text("Made by", t.created_by.as_ref().map_or("People360", |c| c.name.as_str()))
            .maybe(
                "Done",
                t.done_at.map(|at| {
                    html! {
                        @if let Some(by) = &t.done_by { (by.name) " · " } (self.moment.ago(at))
                    }
                }),
            )
            .columns();
        let main = stack(html! {
            @if let Some(next) = &self.next { (next) }
            (Card::new("Task", facts.render()))
            @if let Some(details) = &t.details { (Card::new("Details", html! { p.written { (details) } })) }
        });
        let side = Card::new("History", activity::timeline(&self.history, WORDS.one, self.moment, None));
        RecordPage { head, notice: None, tabs: None, main, side: Some(side.render()) }.render()
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    /// Who may be given a task.
    pub members: Vec<members::Named>,
    pub me: MemberId,
    /// Whether it is about a record that the reader may not see: it stays so unless they say another.
    pub about_hidden: bool,
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
        let name = |m: &members::Named| if m.id == self.me { format!("{} (me)", m.name) } else { m.name.clone() };
        let people = self.members.iter().map(|m| Choice::new(m.id.to_string(), name(m))).collect();
        let priorities = Priority::ALL.into_iter().map(|p| Choice::new(p.key(), p.label())).collect();
        let priority = if d.priority.is_empty() { Priority::default().key() } else { &d.priority };
        let help = match self.about_hidden {
            true => "It is about a record that you may not see, and stays so unless you name another.",
            false => "A person, customer, contact, deal or lead: type a name, and choose.",
        };
        html! {
            input type="hidden" name="back" value=(d.back);
            (form_section("What is to be done", None, html! {
                (Field::text("title", "Title").value(&d.title).error(e.of("title")).required().attr("maxlength", "200"))
                (Field::textarea("details", "Details").value(&d.details).error(e.of("details")).optional())
                (field_row(html! {
                    (Field::select("assignee", "Assigned to", people).value(&d.assignee).error(e.of("assignee")))
                    (Field::select("priority", "Priority", priorities).value(priority).error(e.of("priority")))
                }))
                (field_row(html! {
                    (Field::date("due", "Due").value(&d.due).error(e.of("due")).optional())
                    (Field::time("due_time", "Time").value(&d.due_time).error(e.of("due_time")).optional())
                }))
                (field_row(html! {
                    (about_field("About", &d.about, &self.entry.pages.options()).error(e.of("about")).optional().help(help))
                }))
                (options(&[]))
            }))
            (form_section("Reminder", None, html! { (crate::reminders::fields(&d.remind, &d.remind_day, &d.remind_time, e)) }))
            (self.repeats())
        }
    }
}

/// A field that suggests records by their names; [`options`] stands beside it.
pub(crate) fn about_field(label: &str, value: &str, options: &str) -> Field {
    Field::text("about", label)
        .value(value)
        .attr("list", "records")
        .attr("autocomplete", "off")
        .attr("hx-get", options)
        .attr("hx-trigger", "input changed delay:200ms")
        .attr("hx-target", "#records")
        .attr("hx-swap", "outerHTML")
}

impl Edit {
    /// How it comes round.
    fn repeats(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let choices = recurrence::CHOICES.into_iter().map(|(key, words)| Choice::new(key, words)).collect();
        let help = "When it is done, the next one is made, for the next such day.";
        form_section(
            "Repeats",
            Some(help),
            html! {
                (field_row(html! {
                    (Field::select("repeat", "Repeats", choices).empty_choice("Never").value(&d.repeat).error(e.of("repeat")))
                    (Field::number("interval", "Every so many of them").value(&d.interval).error(e.of("interval")).optional().attr("min", "1").attr("max", "365").help("2: every second one."))
                }))
                fieldset.repeat-days {
                    legend { "Of weeks, on" }
                    @for (field, _, name) in recurrence::WEEKDAYS { (Field::checkbox(field, name).value(d.get(field))) }
                }
                (field_row(html! {
                    (Field::date("until", "Until").value(&d.until).error(e.of("until")).optional())
                    (Field::number("times", "Or so many times").value(&d.times).error(e.of("times")).optional().attr("min", "1").attr("max", "365"))
                }))
            },
        )
    }
}

pub(crate) fn options(records: &[Named]) -> Markup {
    html! { datalist id="records" { @for r in records { option value=(r.words) {} } } }
}

/// Records that fit what was typed.
pub struct Options(pub Vec<Named>);

impl View for Options {
    fn title(&self) -> String {
        "People and customers".into()
    }

    fn body(&self) -> Markup {
        options(&self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "records").then(|| self.body())
    }
}

/// The open tasks about a record, on its page.
pub struct OnRecord {
    pub slug: Slug,
    pub csrf: String,
    pub once: TaskId,
    pub subject: Subject,
    pub tasks: Slice<Task>,
    pub today: Day,
    pub may_write: bool,
}

/// Tasks that the card shows.
const SHOWN: usize = 5;

impl View for OnRecord {
    fn title(&self) -> String {
        "Tasks".into()
    }

    fn body(&self) -> Markup {
        let back = record(&self.slug, self.subject);
        let all = Filter { of: Tab::All.key().into(), about: self.subject.key(), ..Filter::default() };
        let all = list::url(&paths::tasks(&self.slug), &all);
        let body = html! {
            @if self.tasks.rows.is_empty() { p.quiet { "No open tasks." } }
            @else {
                ul.task-list {
                    @for t in self.tasks.rows.iter().take(SHOWN) {
                        li {
                            @if self.may_write { (tick(&self.slug, &self.csrf, t, &back, Some(CARD), None)) }
                            div.task-words {
                                a.task-title href=(paths::task(&self.slug, t.id)) { (t.title) }
                                p.quiet { (t.assignee.name) @if t.due.is_some() { " · " (due(t, self.today)) } }
                            }
                        }
                    }
                }
            }
            @if self.may_write { (quick(&self.slug, &self.csrf, self.once, Some(self.subject), &back)) }
        };
        let more = self.tasks.rows.len() > SHOWN;
        html! {
            div id=(CARD) {
                (Card::new("Tasks", body).actions(html! { a href=(all) { @if more { "All " (self.tasks.total) } @else { "All tasks" } } }))
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == CARD).then(|| self.body())
    }
}
