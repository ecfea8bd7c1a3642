//! Writes one page of every kind, with made-up people, into a folder, so that the face can be
//! looked at without a server or a database:
//! `cargo run -p views --example preview -- /tmp/preview`, then serve that folder.

use std::{fs, path::Path};

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use domain::Day;
use maud::{Markup, html};
use views::{
    Frame, View,
    assets::{self, Icon},
    gallery::Gallery,
    landing::Landing,
    layout::{self, Chrome, Density, Theme, WorkspaceChrome},
    ui::*,
};

struct Sample {
    title: &'static str,
    frame: Frame,
    body: Markup,
}

impl View for Sample {
    fn title(&self) -> String {
        self.title.into()
    }

    fn frame(&self) -> Frame {
        self.frame
    }

    fn body(&self) -> Markup {
        self.body.clone()
    }
}

fn main() -> std::io::Result<()> {
    let out = std::env::args().nth(1).expect("a folder to write into");
    let out = Path::new(&out);
    fs::create_dir_all(out.join("assets"))?;
    for asset in assets::all() {
        fs::write(out.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    let app = |title, body| Sample { title, frame: Frame::App, body };
    let auth = |title, body| Sample { title, frame: Frame::Auth, body };
    let pages: Vec<(&str, &str, Box<dyn View>)> = vec![
        ("gallery", "/dev/gallery", Box::new(Gallery)),
        ("landing", "/", Box::new(Landing { signed_in: None })),
        ("home", "/w/acme", Box::new(app("Home", home()))),
        ("list", "/w/acme/hr/employees", Box::new(app("Employees", list(false)))),
        ("empty", "/w/acme/crm/customers", Box::new(app("Customers", list(true)))),
        ("record", "/w/acme/hr/employees/1", Box::new(app("Georgi Facello", record()))),
        ("form", "/w/acme/hr/employees/1/edit", Box::new(app("New employee", form()))),
        ("import", "/w/acme/hr/employees/import", Box::new(app("Import", import()))),
        ("members", "/w/acme/settings/members", Box::new(app("Members", members()))),
        ("signup", "/signup", Box::new(auth("Create your workspace", signup()))),
        ("login", "/login", Box::new(auth("Sign in", login()))),
        ("error", "/w/acme/x", Box::new(app("Not found", error()))),
    ];
    for (name, path, view) in &pages {
        for theme in Theme::ALL {
            let public = matches!(*name, "landing" | "signup" | "login");
            let chrome = Chrome {
                workspace: (!public).then(workspace),
                csrf: "sample".into(),
                theme,
                density: Density::Comfortable,
                path: (*path).into(),
                toasts: match *name {
                    "list" => vec![Toast::good("Archived 12 employees").undo("/undo", "sample", vec![])],
                    _ => vec![],
                },
                alert: (*name == "home").then(|| {
                    Alert::new(Tone::Info, "Confirm your email address")
                        .text(html! { "We sent a link to ann@acme.example. Until then, invitations wait." })
                        .actions(html! { (Button::submit("Send again").small()) })
                        .render_markup()
                }),
            };
            let page = layout::render(&chrome, view.as_ref()).into_string();
            let suffix = if theme == Theme::System { String::new() } else { format!("-{}", theme.as_str()) };
            fs::write(out.join(format!("{name}{suffix}.html")), page)?;
        }
    }
    println!("{} pages in {}", pages.len() * Theme::ALL.len(), out.display());
    Ok(())
}

trait RenderMarkup {
    fn render_markup(&self) -> Markup;
}

impl<T: maud::Render> RenderMarkup for T {
    fn render_markup(&self) -> Markup {
        self.render()
    }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 10, 12, 0, 0).unwrap()
}

fn ago(minutes: i64) -> Time {
    Time::ago(&(now() - Duration::minutes(minutes)), now())
}

fn workspace() -> WorkspaceChrome {
    WorkspaceChrome {
        name: "Acme Industries".into(),
        slug: "acme".into(),
        person: "Ann Lee".into(),
        email: "ann@acme.example".into(),
        role: "Admin".into(),
        permissions: vec!["employees.read", "employees.write", "customers.read", "customers.write", "members.read"],
    }
}

const PEOPLE: &[(&str, &str, &str, &str, &str, Tone)] = &[
    ("Georgi Facello", "Senior Engineer", "Development", "Berlin", "Active", Tone::Good),
    ("Bezalel Simmel", "Staff", "Sales", "Lisbon", "Active", Tone::Good),
    ("Parto Bamford", "Senior Engineer", "Production", "Austin", "On leave", Tone::Warning),
    ("Chirstian Koblick", "Engineer", "Production", "Berlin", "Active", Tone::Good),
    ("Kyoichi Maliniak", "Senior Staff", "Human Resources", "Tokyo", "Active", Tone::Good),
    ("Anneke Preusig", "Senior Engineer", "Development", "Berlin", "Starts soon", Tone::Info),
    ("Tzvetan Zielinski", "Senior Staff", "Research", "Lisbon", "Active", Tone::Good),
    ("Saniya Kalloufi", "Assistant Engineer", "Development", "Austin", "Left", Tone::Neutral),
    ("Sumant Peac", "Assistant Engineer", "Quality Management", "Tokyo", "Active", Tone::Good),
    ("Duangkaew Piveteau", "Engineer", "Production", "Berlin", "Active", Tone::Good),
    ("Mary Sluis", "Staff", "Customer Service", "Lisbon", "Active", Tone::Good),
    ("Patricio Bridgland", "Senior Engineer", "Development", "Berlin", "Active", Tone::Good),
    ("Eberhardt Terkki", "Senior Staff", "Marketing", "Austin", "Active", Tone::Good),
    ("Berni Genin", "Senior Engineer", "Development", "Tokyo", "Left", Tone::Neutral),
    ("Guoxiang Nooteboom", "Engineer", "Quality Management", "Lisbon", "Active", Tone::Good),
    ("Kazuhito Cappelletti", "Staff", "Finance", "Berlin", "Active", Tone::Good),
    ("Cristinel Bouloucos", "Staff", "Sales", "Austin", "Active", Tone::Good),
    ("Kazuhide Peha", "Engineer", "Research", "Tokyo", "Active", Tone::Good),
    ("Lillian Haddadi", "Technique Leader", "Production", "Lisbon", "On leave", Tone::Warning),
    ("Mayuko Warwick", "Engineer", "Development", "Berlin", "Active", Tone::Good),
    ("Ramzi Erde", "Senior Staff", "Customer Service", "Austin", "Active", Tone::Good),
    ("Shahaf Famili", "Engineer", "Research", "Tokyo", "Active", Tone::Good),
    ("Bojan Montemayor", "Staff", "Sales", "Lisbon", "Active", Tone::Good),
    ("Suzette Pettey", "Senior Engineer", "Development", "Berlin", "Active", Tone::Good),
];

fn list(empty: bool) -> Markup {
    let columns = vec![
        Column::new("Name").sort("?sort=name", Some(Direction::Ascending)),
        Column::new("Job title").sort("?sort=title", None).minor(),
        Column::new("Department").sort("?sort=department", None).minor(),
        Column::new("Location").minor(),
        Column::new("Manager").minor(),
        Column::new("Start date").sort("?sort=-start", None).numeric().minor(),
        Column::new("Status"),
    ];
    let start = NaiveDate::from_ymd_opt(2014, 6, 26).unwrap();
    let rows = if empty {
        vec![]
    } else {
        PEOPLE
            .iter()
            .enumerate()
            .map(|(i, (name, title, department, place, status, tone))| {
                Row::new(
                    i.to_string(),
                    *name,
                    vec![
                        html! { (Identity::new(*name).href("/record.html")) },
                        html! { (title) },
                        html! { (department) },
                        html! { (place) },
                        if i % 5 == 4 {
                            dash()
                        } else {
                            html! { a href="/record.html" { (PEOPLE[(i * 7 + 3) % PEOPLE.len()].0) } }
                        },
                        html! { (Time::day(Day(start + Duration::days(i as i64 * 131)))) },
                        html! { (Badge::new(*tone, *status)) },
                    ],
                )
                .selected(i == 2 || i == 3)
            })
            .collect()
    };
    let table = Table::new("Employees", columns, rows).selectable("id", "bulk").swaps("list");
    let choices = |words: &[&str]| words.iter().map(|w| Choice::new(*w, *w)).collect::<Vec<_>>();
    ListPage {
        head: PageHead::new(if empty { "Customers" } else { "Employees" }).actions(html! {
            (Button::link("Import", "/import.html").icon(Icon::FileImport))
            (Button::link(if empty { "New customer" } else { "New employee" }, "/form.html").primary().icon(Icon::Plus))
        }),
        tabs: Some(Tabs::new("Views", vec![
            Tab::new("Everyone", "/list.html", true).count("10,000"),
            Tab::new("Working now", "/list.html?status=active", false).count("8,064"),
            Tab::new("Starting soon", "/list.html?status=future", false),
            Tab::new("Left", "/list.html?status=left", false),
        ])),
        filters: FilterBar::new("/list.html", "list")
            .search("Search name, email, number", "")
            .filter(Filter::new("department", "Department", if empty { "" } else { "Development" }, choices(&["Development", "Sales"])))
            .filter(Filter::new("location", "Location", "", choices(&["Berlin", "Lisbon"])))
            .filter(Filter::new("status", "Status", "", choices(&["Active", "Left"])))
            .after(html! {
                (ColumnChooser {
                    action: "/list.html".into(), csrf: "token".into(),
                    columns: ["Job title", "Department", "Location", "Manager"].iter().map(|c| ColumnChoice { key: (*c).into(), label: (*c).into(), shown: true }).collect(),
                    keep: vec![],
                })
                (Button::link("Export", "/export.csv").ghost().icon(Icon::Download))
            }),
        results: ListResults {
            id: "list".into(),
            chips: if empty { vec![] } else { vec![Chip::new("Department", "Development", "/list.html"), Chip::new("Joined", "after 1 Jan 2014", "/list.html")] },
            clear: "/list.html".into(),
            bulk: Some(BulkBar::new("bulk", "sample", "employees", html! {
                (Button::submit("Archive").small().icon(Icon::Archive).attr("formaction", "/archive"))
                (Button::submit("Export").small().icon(Icon::Download).attr("formaction", "/export"))
            })),
            table,
            empty: EmptyState::new(Icon::Building, "No customers yet", "The companies you sell to and look after: who they are, who looks after them, and everything that happened with them.")
                .actions(html! {
                    (Button::link("Import a file", "/import.html").icon(Icon::FileImport))
                    (Button::link("Add the first one", "/form.html").icon(Icon::Plus))
                }),
            pager: Pager::new(Count::capped(1001, 1000), "employee", "employees", PEOPLE.len()).next(Some("/list.html?after=x".into())).swaps("list"),
        },
    }
    .render_markup()
}

fn timeline() -> Timeline {
    Timeline::new(vec![
        Entry::new("Ann Lee", html! { "changed 2 fields" }, ago(4)).changes(vec![
            Change::new("Job title", Some("Engineer".into()), Some("Senior Engineer".into())),
            Change::new("Manager", None, Some("Leon DasSarma".into())),
        ]),
        Entry::new("Leon DasSarma", html! { "wrote" }, ago(190))
            .note("Talked about the move to the Berlin team. He would like to start in April."),
        Entry::new(
            "Import",
            html! { "of " a href="/import.html" { "employees_joined.csv" } " by Ann Lee" },
            ago(60 * 50),
        )
        .icon(Icon::FileImport),
    ])
    .older(Some("/record.html?before=x".into()))
}

fn record() -> Markup {
    RecordPage {
        head: PageHead::new("Georgi Facello")
            .crumb("People", "/home.html")
            .crumb("Employees", "/list.html")
            .mark(html! { (Avatar::new("Georgi Facello").size(AvatarSize::Huge)) })
            .facts(html! { (Badge::new(Tone::Good, "Active")) })
            .lead(html! { span { "Senior Engineer" } span { "Development" } span { "Berlin" } })
            .actions(html! {
                (Button::link("Edit", "/form.html").icon(Icon::Pencil).key("e"))
                (menu_button(Button::new("More").icon_only(Icon::Dots), Menu::new("record-menu").end()
                    .link(Some(Icon::Download), "Export", "#")
                    .line()
                    .danger(Some(Icon::Archive), "Archive", "/archive", "sample", vec![])))
            }),
        notice: None,
        tabs: Some(Tabs::new("Employee", vec![
            Tab::new("Overview", "/record.html", true),
            Tab::new("Timeline", "/record.html?tab=timeline", false).count(3),
            Tab::new("Team", "/record.html?tab=team", false).count(7),
        ])),
        main: html! {
            (Card::new("Work", Facts::new()
                .text("Number", "10001")
                .text("Employment", "Full time")
                .text("Department", "Development")
                .text("Location", "Berlin")
                .fact("Manager", html! { (Identity::new("Leon DasSarma").href("/record.html")) })
                .fact("Start date", html! { (Time::day(Day(NaiveDate::from_ymd_opt(2014, 6, 26).unwrap()))) })
                .text("End date", "")
                .columns().render_markup())
                .actions(html! { (Button::link("Edit", "/form.html").ghost().small()) }))
            (Card::new("Contact", Facts::new()
                .fact("Email", html! { a href="mailto:georgi@acme.example" { "georgi.facello@acme.example" } })
                .text("Phone", "+49 30 901820")
                .text("Birth date", "2 Sep 1983")
                .columns().render_markup()))
            (Card::new("Timeline", timeline().render_markup()))
        },
        side: Some(html! {
            (Card::new("Pay", Facts::new().fact("Salary", html! { span.numeric { "€60,117.00 a year" } }).text("Since", "26 Jun 2025").render_markup()))
            (Card::new("Reports to Georgi", html! { (stack(html! {
                (Identity::new("Anneke Preusig").detail("Senior Engineer").href("/record.html"))
                (Identity::new("Patricio Bridgland").detail("Senior Engineer").href("/record.html"))
                (Identity::new("Mayuko Warwick").detail("Engineer").href("/record.html"))
            })) }))
        }),
    }
    .render_markup()
}

fn form() -> Markup {
    form_page(
        &PageHead::new("New employee").crumb("People", "/home.html").crumb("Employees", "/list.html"),
        Form::post("/save", "sample")
            .version(3)
            .guard()
            .sticky()
            .errors(vec![FieldError::new("email", "Work email: this is no email address"), FieldError::new("end", "End date is before the start date")])
            .body(html! {
                (form_section("Person", None, html! {
                    (field_row(html! {
                        (Field::text("first", "First name").value("Georgi").required().autocomplete("off"))
                        (Field::text("last", "Last name").value("Facello").required().autocomplete("off"))
                    }))
                    (Field::email("email", "Work email").value("georgi@").required().error(Some("This is no email address")))
                    (field_row(html! {
                        (Field::tel("phone", "Phone").value("+49 30 901820"))
                        (Field::date("born", "Birth date").value("1983-09-02"))
                    }))
                }))
                (form_section("Work", Some("What is shown in lists and on the org chart."), html! {
                    (field_row(html! {
                        (Field::text("title", "Job title").value("Senior Engineer"))
                        (Field::select("department", "Department", vec![Choice::new("d", "Development"), Choice::new("s", "Sales")]).value("d"))
                    }))
                    (Field::select("manager", "Manager", vec![Choice::new("1", "Leon DasSarma")]).empty_choice("No manager").help("Who approves leave and sees the record."))
                    (Field::radio("type", "Employment", vec![
                        Choice::new("full", "Full time"),
                        Choice::new("part", "Part time").help("Hours are set in the contract"),
                        Choice::new("contract", "Contractor"),
                    ]).value("full"))
                    (field_row(html! {
                        (Field::date("start", "Start date").value("2014-06-26").required())
                        (Field::date("end", "End date").value("2013-06-26").error(Some("Before the start date")))
                    }))
                }))
                (form_section("Pay", Some("Seen by who may see salaries."), html! {
                    (Field::money("salary", "Salary a year", "EUR").value("60,117.00"))
                }))
            })
            .actions(html! { (Button::submit("Save employee").primary()) (Button::link("Cancel", "/list.html").ghost()) })
            .render_markup(),
    )
}

fn home() -> Markup {
    dashboard_page(
        &PageHead::new("Good morning, Ann").lead(html! { "Tuesday, 10 March" }),
        html! {
            (stats(&[
                Stat::new("Employees", "8,064").href("/list.html").trend(Trend::UpGood, "41 more than last month"),
                Stat::new("Joined this month", "63").note("12 start in the next two weeks"),
                Stat::new("Left this month", "22").trend(Trend::DownGood, "9 fewer than last month"),
                Stat::new("Customers", "85").href("/empty.html").trend(Trend::Flat, "As many as last month"),
            ]))
            (columns(html! {
                (Card::new("Recent changes: people", timeline().render_markup()))
                (Card::new("Newest customers", Table::new("Newest customers", vec![Column::new("Name"), Column::new("Industry").minor(), Column::new("Revenue").numeric()], vec![
                    Row::new("1", "Acme", vec![html! { (Identity::new("Acme Corporation").href("#").square()) }, html! { "Technology" }, html! { "$1,100.04 M" }]),
                    Row::new("2", "Betasoloin", vec![html! { (Identity::new("Betasoloin").href("#").square()) }, html! { "Medical" }, html! { "$251.41 M" }]),
                    Row::new("3", "Betatech", vec![html! { (Identity::new("Betatech").href("#").square()) }, html! { "Medical" }, html! { "$647.18 M" }]),
                    Row::new("4", "Bioholding", vec![html! { (Identity::new("Bioholding").href("#").square()) }, html! { "Retail" }, html! { "$587.34 M" }]),
                ]).render_markup()).flush().actions(html! { (Button::link("All", "/empty.html").ghost().small()) }))
            }))
        },
    )
}

fn import() -> Markup {
    wizard_page(
        &PageHead::new("Import employees")
            .crumb("Employees", "/list.html")
            .lead(html! { "employees_joined.csv · 10,000 rows · UTF-8, commas" }),
        &Stepper::new(&["File", "Columns", "Preview", "Import"], 2).link(0, "#").link(1, "#"),
        html! {
            (Alert::new(Tone::Warning, "40 of 10,000 rows have something wrong").text(html! { "They are left out; the other 9,960 go in. You get a file with the 40 to put right." }))
            (Card::new("Preview", Table::new("Preview", vec![Column::new("Row").numeric(), Column::new("Name"), Column::new("Email"), Column::new("Start date").numeric(), Column::new("What is wrong")], (0..6).map(|i| {
                Row::new(i.to_string(), PEOPLE[i].0, vec![
                    html! { (i + 2) },
                    html! { (PEOPLE[i].0) },
                    html! { (PEOPLE[i].0.to_lowercase().replace(' ', ".")) "@acme.example" },
                    html! { "26 Jun 2014" },
                    if i == 3 { html! { (Badge::new(Tone::Bad, "End date before start date").icon(Icon::AlertCircle)) } } else { dash() },
                ])
            }).collect()).density(Density::Compact).render_markup()).flush().actions(html! { (Button::link("Only wrong rows", "#").ghost().small()) }))
            (Card::bare(Progress::new("job", "Importing", 6120, Some(9960)).detail("6,120 of 9,960 rows · about 6 seconds left").render_markup()))
            (actions(html! { (Button::submit("Import 9,960 employees").primary()) (Button::link("Back", "#").ghost()) }))
        },
    )
}

fn members() -> Markup {
    settings_page(
        &PageHead::new("Members").lead(html! { "Who can open this workspace, and what they may do in it." }),
        &[("Members".into(), "/members.html".into(), true)],
        html! {
            (Card::new("Invite a colleague", Form::post("/invite", "sample").body(html! { (field_row(html! {
                (Field::email("email", "Work email").required())
                (Field::select("role", "Role", vec![Choice::new("a", "Admin"), Choice::new("m", "Manager"), Choice::new("e", "Employee")]).value("e"))
            })) }).actions(html! { (Button::submit("Send invitation").icon(Icon::Mail)) }).render_markup()))
            (Card::new("7 members", Table::new("Members", vec![Column::new("Name"), Column::new("Role"), Column::new("Last seen").minor(), Column::new("Actions").label_hidden()], (0..5).map(|i| {
                Row::new(i.to_string(), PEOPLE[i].0, vec![
                    html! { (Identity::new(PEOPLE[i].0).detail(format!("{}@acme.example", PEOPLE[i].0.to_lowercase().replace(' ', ".")))) },
                    html! { (Badge::new(if i == 0 { Tone::Accent } else { Tone::Neutral }, ["Admin", "Manager", "Employee", "Employee", "Employee"][i]).plain()) },
                    html! { (ago(i as i64 * 400)) },
                    html! { (Button::submit("Remove").ghost().small()) },
                ])
            }).collect()).render_markup()).flush())
        },
    )
}

fn signup() -> Markup {
    auth_page(
        "Create your workspace",
        Some(html! { "People and customers in one place. Ready in a minute." }),
        Form::post("/signup", "sample").body(html! {
            (Field::text("company", "Company name").required().autocomplete("organization").autofocus().attr("data-slug-from", "true"))
            (Field::text("slug", "Address").before("people360.example/w/").value("acme").required().attr("data-slug", "true").help("Lower-case letters, digits and dashes."))
            (Field::text("name", "Your name").required().autocomplete("name"))
            (Field::email("email", "Work email").required().autocomplete("email").value("ann@acme").error(Some("This is no email address")))
            (Field::password("password", "Password").required().autocomplete("new-password").help("At least 10 characters; three words are fine."))
        }).actions(html! { (Button::submit("Create workspace").primary().wide()) }).render_markup(),
        Some(html! { "Already have one? " a href="/login.html" { "Sign in" } }),
    )
}

fn login() -> Markup {
    auth_page(
        "Sign in",
        None,
        Form::post("/login", "sample")
            .problem(Some("Email or password is wrong"))
            .body(html! {
                (Field::email("email", "Work email").required().autocomplete("username").value("ann@acme.example"))
                (Field::password("password", "Password").required().autocomplete("current-password"))
            })
            .actions(html! { (Button::submit("Sign in").primary().wide()) })
            .render_markup(),
        Some(html! { a href="#" { "Forgot your password?" } " · " a href="/signup.html" { "Create a workspace" } }),
    )
}

fn error() -> Markup {
    ErrorState::new(
        "This page isn't here",
        "It was moved or archived, or it belongs to a workspace that you can't see.",
    )
    .code(404)
    .actions(html! { (Button::link("Go to home", "/home.html").icon(Icon::Home)) })
    .render_markup()
}
