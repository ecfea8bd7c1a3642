//! `/dev/gallery`: every component in every state, in both themes and at every width.
//! What is not shown here is not in `ui`.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use domain::Day;
use maud::{Markup, PreEscaped, Render, html};

use crate::{View, ui::*};

/// The page of components. Needs nothing, so it can be looked at without signing in.
pub struct Gallery;

/// Anchor, name, what it shows.
type Part = (&'static str, &'static str, fn() -> Markup);

const LONG: &str = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Department of Administrative Affairs";

impl View for Gallery {
    fn title(&self) -> String {
        "Gallery".into()
    }

    fn body(&self) -> Markup {
        let parts: &[Part] = &[
            ("colour", "Colour and type", colours),
            ("buttons", "Buttons", buttons),
            ("badges", "Badges and avatars", badges),
            ("fields", "Fields", fields),
            ("forms", "Forms", forms),
            ("tables", "Tables and lists", tables),
            ("navigation", "Navigation", navigation),
            ("cards", "Cards, facts and numbers", cards),
            ("timeline", "Timeline", timeline),
            ("notices", "Alerts and toasts", notices),
            ("overlays", "Dialogs, drawers and menus", overlays),
            ("states", "Empty, wrong, loading", states),
            ("text", "Text", text),
            ("icons", "Icons", icons),
        ];
        html! {
            div.gallery {
                (PageHead::new("Gallery").lead(html! { "Every component in every state." }))
                nav.gallery-index aria-label="Components" { @for (id, name, _) in parts { a href={ "#" (id) } { (name) } } }
                @for (id, name, part) in parts {
                    section.gallery-part id=(id) { h2 { (name) } (part()) }
                }
            }
        }
    }
}

/// One line of the page: what it shows, and the thing.
fn show(what: &str, body: Markup) -> Markup {
    html! { div.gallery-show { p.gallery-what { (what) } div.gallery-body { (body) } } }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 10, 12, 0, 0).single().unwrap_or_default()
}

/// A head among others: a page has one `h1`, and here it is the gallery's.
fn unheaded(head: &PageHead) -> Markup {
    PreEscaped(head.render().0.replace("<h1>", r#"<p class="gallery-h1">"#).replace("</h1>", "</p>"))
}

fn colours() -> Markup {
    html! {
        (show("Grounds", html! { div.swatches { @for name in ["ground", "side", "surface", "raised", "sunken", "hover", "active"] { span class={ "swatch swatch-" (name) } { (name) } } } }))
        (show("Accent and meanings", html! { div.swatches { @for (tone, name) in TONES { span class={ "swatch swatch-tone " (tone.class()) } { (name) } } } }))
        (show("Text", html! {
            p { "Body, 14: People and customers in one place." }
            p.quiet { "Quiet, for what explains." }
            p { a href="#colour" { "A link" } " in a sentence" }
            p.numeric { "1,234,567.89 and 9,876,543.21 have figures of one width" }
        }))
        (show("Headings", html! { p.stat-value { "28 for the few big numbers" } p.gallery-h1 { "20 for the heading" } p.gallery-h2 { "14 for a section" } }))
    }
}

const TONES: [(Tone, &str); 6] = [
    (Tone::Neutral, "Neutral"),
    (Tone::Accent, "Accent"),
    (Tone::Good, "Good"),
    (Tone::Warning, "Warning"),
    (Tone::Bad, "Bad"),
    (Tone::Info, "Information"),
];

fn buttons() -> Markup {
    let variants = [
        (Variant::Primary, "Primary"),
        (Variant::Secondary, "Secondary"),
        (Variant::Ghost, "Ghost"),
        (Variant::Danger, "Danger"),
        (Variant::Plain, "Plain"),
    ];
    let row = |of: &dyn Fn(Button) -> Button| {
        actions(html! { @for (v, name) in variants { (of(Button::new(name).variant(v))) } })
    };
    html! {
        (show("Default", row(&|b| b)))
        (show("With icon", row(&|b| b.icon(Icon::Plus))))
        (show("Small, medium, large", actions(html! {
            (Button::new("Small").small()) (Button::new("Medium")) (Button::new("Large").large())
        })))
        (show("Disabled", row(&|b| b.disabled(true))))
        (show("Busy", row(&|b| b.busy(true).disabled(true))))
        (show("Pressed", actions(html! { (Button::new("Following").icon(Icon::UserPlus).pressed(true)) (Button::new("Follow").icon(Icon::UserPlus).pressed(false)) })))
        (show("Icon only", actions(html! { (Button::new("Edit").icon_only(Icon::Pencil)) (Button::new("More").ghost().icon_only(Icon::Dots)) (Button::new("Archive").danger().small().icon_only(Icon::Archive)) })))
        (show("Links", actions(html! { (Button::link("Open", "#buttons").icon_after(Icon::ArrowRight)) (Button::link("Nowhere to go", "#buttons").disabled(true)) })))
        (show("Long", actions(html! { (Button::new(LONG)) })))
    }
}

fn badges() -> Markup {
    html! {
        (show("With a dot", actions(html! { @for (tone, name) in TONES { (Badge::new(tone, name)) } })))
        (show("With an icon", actions(html! { @for (tone, name) in TONES { (Badge::new(tone, name).icon(tone.icon())) } })))
        (show("Word only", actions(html! { @for (tone, name) in TONES { (Badge::new(tone, name).plain()) } })))
        (show("Long", html! { (Badge::new(Tone::Warning, LONG)) }))
        (show("Avatars", actions(html! {
            @for name in ["Georgi Facello", "Bezalel Simmel", "Parto Bamford", "Mei Tanaka", "Kyoichi Maliniak", "Anneke Preusig", "Plato", "李 小龍", "Saniya Kalloufi", "Elif Demir"] { (Avatar::new(name)) }
        })))
        (show("Sizes and shapes", actions(html! {
            @for size in [AvatarSize::Small, AvatarSize::Medium, AvatarSize::Large, AvatarSize::Huge] { (Avatar::new("Georgi Facello").size(size)) (Avatar::new("Acme Corporation").square().size(size)) }
        })))
        (show("Identity", html! {
            (stack(html! {
                (Identity::new("Georgi Facello").detail("Senior Engineer").href("#badges"))
                (Identity::new("Acme Corporation").detail("Technology").square())
                (Identity::new(LONG).detail(LONG))
            }))
        }))
    }
}

fn choices() -> Vec<Choice> {
    vec![
        Choice::new("full", "Full time"),
        Choice::new("part", "Part time").help("Hours are set in the contract"),
        Choice::new("none", "Not offered here").disabled(),
    ]
}

fn fields() -> Markup {
    let one = |state: &str, f: &dyn Fn(Field) -> Field| {
        html! {
            div.gallery-fields {
                (f(Field::text("g-text", "Text").placeholder("As on the contract").id(format!("t-{state}"))))
                (f(Field::email("g-email", "Email").value("ann@acme.example").id(format!("e-{state}"))))
                (f(Field::password("g-password", "Password").id(format!("p-{state}"))))
                (f(Field::number("g-number", "Number").value("40").id(format!("n-{state}"))))
                (f(Field::money("g-money", "Money", "EUR").value("60,117.00").id(format!("m-{state}"))))
                (f(Field::date("g-date", "Date").value("2026-03-10").id(format!("d-{state}"))))
                (f(Field::select("g-select", "Select", choices()).empty_choice("Not set").id(format!("s-{state}"))))
                (f(Field::text("g-affix", "With fixed text").before("people360.example/w/").value("acme").id(format!("a-{state}"))))
                (f(Field::textarea("g-area", "Several lines").value("Talked about the move to Berlin.").rows(3).id(format!("x-{state}"))))
                (f(Field::radio(format!("g-radio-{state}"), "One of several", choices()).value("full").id(format!("r-{state}"))))
                (f(Field::checkbox("g-check", "Send a welcome mail").value("true").id(format!("c-{state}"))))
                (f(Field::file("g-file", "File", ".csv,.xlsx").id(format!("f-{state}"))))
            }
        }
    };
    html! {
        (show("Default, with help", one("default", &|f| f.help("What it is for, in a line."))))
        (show("Required, optional", html! { div.gallery-fields { (Field::text("g-req", "Name").required()) (Field::text("g-opt", "Nickname").optional()) } }))
        (show("Wrong", one("wrong", &|f| f.error(Some("What is wrong and how to put it right")))))
        (show("Disabled", one("off", &|f| f.disabled(true))))
        (show("Long", html! { div.gallery-fields {
            (Field::text("g-long", LONG).value(LONG).help(LONG).error(Some(LONG)))
            (Field::select("g-long-select", "Select", vec![Choice::new("1", LONG)]).value("1"))
        } }))
    }
}

fn forms() -> Markup {
    html! {
        (show("Everything that can be wrong with it", html! {
            (Form::post("#forms", "")
                .conflict(Some(Conflict { who: Some("Leon DasSarma".into()), when: "2 minutes ago".into(), fields: vec![
                    Differs { field: "job_title", label: "Job title".into(), yours: "Senior Engineer".into(), now: "Staff Engineer".into() },
                    Differs { field: "phone", label: "Phone".into(), yours: String::new(), now: "+49 30 901820".into() },
                ] }))
                .problem(Some("The server could not be asked. Nothing was saved."))
                .errors(vec![FieldError::new("g-first", "First name is missing"), FieldError::new("g-mail", "Email is no email address")])
                .body(html! {
                    (form_section("Person", Some("Shown in lists and on the org chart."), html! {
                        (field_row(html! {
                            (Field::text("g-first", "First name").required().error(Some("First name is missing")))
                            (Field::text("g-last", "Last name").value("Facello").required())
                        }))
                        (Field::email("g-mail", "Work email").value("georgi@").error(Some("This is no email address")))
                    }))
                })
                .actions(html! { (Button::submit("Save").primary()) (Button::link("Cancel", "#forms").ghost()) }))
        }))
    }
}

fn sample_table(selected: bool) -> Table {
    let columns = vec![
        Column::new("Name").sort("#tables", Some(Direction::Ascending)),
        Column::new("Department").sort("#tables", None).minor(),
        Column::new("Salary").sort("#tables", None).numeric(),
        Column::new("Status").stays(),
        Column::new("Actions").label_hidden(),
    ];
    let row = |i: usize, name: &str, tone, status| {
        Row::new(
            i.to_string(),
            name,
            vec![
                html! { (Identity::new(name).href("#tables")) },
                html! { "Development" },
                html! { "60,117.00" },
                html! { (Badge::new(tone, status)) },
                html! { (Button::new(format!("More about {name}")).ghost().small().icon_only(Icon::Dots)) },
            ],
        )
        .brief([html! { "Development" }, html! { "60,117.00" }])
        .selected(selected && i == 1)
    };
    Table::new(
        "People",
        columns,
        vec![
            row(0, "Georgi Facello", Tone::Good, "Active"),
            row(1, "Bezalel Simmel", Tone::Warning, "On leave"),
            row(2, LONG, Tone::Neutral, "Left"),
        ],
    )
}

fn bar() -> FilterBar {
    FilterBar::new("#tables", "gallery-list")
        .search("Search name, email, number", "fac")
        .filter(Filter::new(
            "department",
            "Department",
            "d",
            vec![Choice::new("d", "Development"), Choice::new("s", "Sales")],
        ))
        .filter(Filter::new("status", "Status", "", vec![Choice::new("a", "Active")]))
        .after(
            ColumnChooser {
                action: "#tables".into(),
                csrf: "token".into(),
                columns: ["Department", "Salary", "Status"]
                    .iter()
                    .map(|c| ColumnChoice { key: (*c).into(), label: (*c).into(), shown: *c != "Status" })
                    .collect(),
                keep: vec![("q".into(), "fac".into())],
            }
            .render(),
        )
}

fn tables() -> Markup {
    let results = ListResults {
        id: "gallery-list".into(),
        above: None,
        chips: vec![Chip::new("Joined", "after 1 Jan 2014", "#tables"), Chip::new("Manager", LONG, "#tables")],
        clear: "#tables".into(),
        bulk: Some(BulkBar::new(
            "gallery-bulk",
            "",
            "people",
            html! { (Button::submit("Archive").small().icon(Icon::Archive)) },
        )),
        table: sample_table(true).selectable("id", "gallery-bulk"),
        empty: EmptyState::new(Icon::Users, "Nobody found", "No one matches this search."),
        pager: Pager::new(Count::capped(1001, 1000), "person", "people", 3)
            .previous(Some("#tables".into()))
            .next(Some("#tables".into())),
    };
    html! {
        (show("Filters, chips, selection, pager", html! { div.stack { (bar()) (results) } }))
        (show("Compact", sample_table(false).density(Density::Compact).render()))
        (show("Counts", html! {
            (Pager::new(Count::exact(1), "person", "people", 1))
            (Pager::new(Count::exact(85), "person", "people", 50).next(Some("#tables".into())))
            (Pager::new(Count::exact(0), "person", "people", 0))
        }))
    }
}

fn navigation() -> Markup {
    html! {
        (show("Breadcrumbs", Breadcrumbs::new().to("People", "#navigation").to("Employees", "#navigation").render()))
        (show("Tabs", Tabs::new("Views", vec![
            Tab::new("Everyone", "#navigation", true).count("10,000"), Tab::new("Working now", "#navigation", false).count("8,064"), Tab::new("Left", "#navigation", false),
        ]).render()))
        (show("Steps", html! { (stack(html! {
            (Stepper::new(&["File", "Columns", "Preview", "Import"], 0))
            (Stepper::new(&["File", "Columns", "Preview", "Import"], 2).link(0, "#navigation").link(1, "#navigation"))
            (Stepper::new(&["File", "Columns", "Preview", "Import"], 4))
        })) }))
        (show("Page head", unheaded(&PageHead::new("Georgi Facello")
            .crumb("Employees", "#navigation")
            .mark(Avatar::new("Georgi Facello").size(AvatarSize::Huge).render())
            .facts(Badge::new(Tone::Good, "Active").render())
            .lead(html! { span { "Senior Engineer" } span { "Development" } })
            .actions(html! { (Button::new("Edit").icon(Icon::Pencil)) }))))
        (show("Page head, long", unheaded(&PageHead::new(LONG).actions(html! { (Button::new("Edit")) }))))
    }
}

fn cards() -> Markup {
    html! {
        (show("Card", Card::new("Work", Facts::new().text("Number", "10001").text("Department", "Development").text("End date", "").fact("Manager", Identity::new("Leon DasSarma").render()).text("Motto", LONG).columns().render())
            .note("As of today").actions(html! { (Button::new("Edit").ghost().small()) }).render()))
        (show("Flush", Card::new("People", sample_table(false).render()).flush().render()))
        (show("Bare", Card::bare(html! { p { "Content that is separate." } }).render()))
        (show("Numbers", stats(&[
            Stat::new("Employees", "8,064").href("#cards").trend(Trend::UpGood, "41 more than last month"),
            Stat::new("Open complaints", "12").trend(Trend::UpBad, "3 more than last week"),
            Stat::new("Left", "22").trend(Trend::DownGood, "9 fewer than last month"),
            Stat::new("Revenue", "$1.2 M").trend(Trend::DownBad, "8 % less than last quarter"),
            Stat::new("Customers", "85").trend(Trend::Flat, "As many as last month").note("3 without an owner"),
        ])))
        (show("Side by side", columns(html! { (Card::bare(html! { "One" })) (Card::bare(html! { "Two" })) })))
    }
}

fn timeline() -> Markup {
    let at = |minutes| Time::ago(&(now() - Duration::minutes(minutes)), now());
    show(
        "Changes, a note, a machine's doing",
        Timeline::new(vec![
            Entry::new("Ann Lee", html! { "changed 4 fields" }, at(0)).changes(vec![
                Change::new("Job title", Some("Engineer".into()), Some("Senior Engineer".into())),
                Change::new("Manager", None, Some("Leon DasSarma".into())),
                Change::new("Phone", Some("+49 30 901820".into()), None),
                Change::new("Salary", None, None),
            ]),
            Entry::new("Leon DasSarma", html! { "wrote" }, at(95))
                .note("Would like to start in April.\nWill ask again next week."),
            Entry::new("Import", html! { "by Ann Lee" }, at(3000)).icon(Icon::FileImport),
        ])
        .older(Some("#timeline".into()))
        .render(),
    )
}

fn notices() -> Markup {
    html! {
        (show("Alerts", html! { (stack(html! { @for (tone, name) in TONES { (Alert::new(tone, name).text(html! { "What it means, and what to do." })) } })) }))
        (show("With a way on", Alert::new(Tone::Info, "Confirm your email address").actions(html! { (Button::new("Send again").small()) }).render()))
        (show("Toasts", html! { div.gallery-toasts { (stack(html! {
            (Toast::bad("Could not archive: someone else changed it"))
            (Toast::new(Tone::Neutral, "Saved").link("Open", "#notices"))
            (Toast::bad("Archived 12 people").undo("#notices", "", vec![]))
        })) } }))
    }
}

fn overlays() -> Markup {
    html! {
        (show("Dialog, drawer, confirmation", html! {
            (actions(html! {
                (Button::new("Dialog").opens_dialog("g-dialog"))
                (Button::new("Drawer").opens_dialog("g-drawer"))
                (Button::new("Delete 12 people").danger().opens_dialog("g-confirm"))
            }))
            (Dialog::new("g-dialog", "Invite a colleague", html! { (Field::email("g-invite", "Work email").help("They get a link that works for a week.")) })
                .actions(html! { (Button::new("Send invitation").primary()) }))
            (Dialog::drawer("g-drawer", "Georgi Facello", Facts::new().text("Number", "10001").text("Department", "Development").render())
                .actions(html! { (Button::new("Open record")) }))
            (Confirm { id: "g-confirm".into(), title: "Delete 12 people".into(), text: "Their records, files and history go for good. This can't be undone.".into(), verb: "Delete 12 people".into(), action: "#overlays".into(), csrf: String::new(), fields: vec![] })
        }))
        (show("Menus", actions(html! {
            (menu_button(Button::new("Actions").icon_after(Icon::ChevronDown), Menu::new("g-menu")
                .link(Some(Icon::Pencil), "Edit", "#overlays").link(Some(Icon::Download), "Export", "#overlays").line()
                .danger(Some(Icon::Archive), "Archive", "#overlays", "", vec![])))
            (menu_button(Button::new("Sort by").icon_after(Icon::ChevronDown), Menu::new("g-sort").head("Sort by").choice("Name", "#overlays", true).choice("Start date", "#overlays", false)))
            (menu_button(Button::new("More").icon_only(Icon::Dots), Menu::new("g-end").end().link(None, LONG, "#overlays")))
        })))
    }
}

fn states() -> Markup {
    html! {
        (show("Nothing yet", EmptyState::new(Icon::Building, "No customers yet", "The companies you sell to and look after, and everything that happened with them.")
            .actions(html! { (Button::new("Import a file").icon(Icon::FileImport)) (Button::new("Add the first one").icon(Icon::Plus)) }).render()))
        (show("Something wrong", html! { div.empty.error-state {
            // The real one has the page's h1.
            span class={ "empty-icon " (Tone::Bad.class()) } { (Icon::AlertTriangle) }
            p.error-code { "Error 500" } p.empty-title { strong { "That did not work" } }
            p.empty-text { "Nothing was saved. Try again; if it stays, tell your administrator the reference below." }
            p.error-reference { "Reference " (code("01JQ8Z2M4X")) }
        } }))
        (show("Loading", html! { (skeleton_rows(3)) (spinner("Loading")) }))
        (show("Progress", html! { (stack(html! {
            (Progress::new("g-progress", "Importing", 6120, Some(9960)).detail("6,120 of 9,960 rows"))
            (Progress::new("g-unknown", "Reading the file", 0, None))
            (Progress::new("g-done", "Imported", 9960, Some(9960)))
        })) }))
    }
}

fn text() -> Markup {
    html! {
        (show("Moments", html! { p {
            (Time::ago(&now(), now())) ", " (Time::ago(&(now() - Duration::minutes(5)), now())) ", "
            (Time::ago(&(now() - Duration::hours(3)), now())) ", " (Time::ago(&(now() - Duration::days(30)), now())) ", "
            (Time::day(Day(NaiveDate::from_ymd_opt(2014, 6, 26).unwrap_or_default())))
        } }))
        (show("Keys and code", html! { p { (kbd("Ctrl K")) " " (kbd("g")) (kbd("e")) " " (code("01JQ8Z2M4X")) " " (dash()) } (code_block("first_name;last_name;email\nGeorgi;Facello;georgi@acme.example")) }))
    }
}

fn icons() -> Markup {
    html! { div.gallery-icons { @for icon in Icon::ALL { span { (icon) (icon.name()) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_nothing_is_inline() {
        let out = Gallery.body().0;
        let mut ids: Vec<&str> = out.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(!out.contains(" style=") && !out.contains("<script"));
        assert_eq!(out.matches("<h1").count(), 1);
        // maud writes `.a class=(b)` as two attributes, of which browsers drop the second.
        for tag in out.split('<') {
            assert!(tag.split('>').next().unwrap_or("").matches(" class=").count() < 2, "two classes: <{tag}");
        }
    }
}
