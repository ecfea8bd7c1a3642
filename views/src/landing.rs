//! `/`: what this is, to someone who has never heard of it. Says only what is so.

use maud::{Markup, html};

use crate::{
    Frame, View,
    layout::logo,
    ui::{Badge, Button, Column, Count, Icon, Identity, Pager, Row, Tab, Table, Tabs, Tone, kbd},
};

/// The landing page; (workspace name, slug) when signed in.
pub struct Landing {
    pub signed_in: Option<(String, String)>,
}

impl Landing {
    fn ways_in(&self) -> Markup {
        html! {
            div.actions {
                @match &self.signed_in {
                    Some((name, slug)) => {
                        (Button::link(format!("Open {name}"), format!("/w/{slug}")).primary().large().icon_after(Icon::ArrowRight))
                    }
                    None => {
                        (Button::link("Create your workspace", "/signup").primary().large().icon_after(Icon::ArrowRight))
                        (Button::link("Sign in", "/login").large())
                    }
                }
            }
        }
    }
}

impl View for Landing {
    fn title(&self) -> String {
        "People and customers in one place".into()
    }

    fn frame(&self) -> Frame {
        Frame::Public
    }

    fn home(&self) -> Option<String> {
        self.signed_in.as_ref().map(|(_, slug)| format!("/w/{slug}"))
    }

    fn body(&self) -> Markup {
        html! {
            div.landing {
                section.hero {
                    h1 { "Your people and your customers, in " span { "one place" } }
                    p.hero-lead {
                        "People360 is the workspace in which a company runs both: who works for you and who buys from you. "
                        "One search, one history, one set of permissions."
                    }
                    (self.ways_in())
                    p.hero-note { (Icon::Server) "Open source under Apache 2.0. Run it on a server of your own." }
                }
                div.landing-picture { (picture()) }
                section.worlds aria-labelledby="worlds" {
                    h2 id="worlds" { "Two worlds that belong together" }
                    p.landing-lead { "The person who looks after a customer works at your company. Most companies keep the two in different programs. Here they are one." }
                    div.world-pair {
                        (world(Icon::Users, "People", "tint-0", &[
                            "Everyone with their job, team, place and manager",
                            "Salaries and birth dates only for those who may see them",
                            "What changed, when, and by whom, on every record",
                        ]))
                        (world(Icon::Building, "Customers", "tint-6", &[
                            "Companies with their owner, industry, size and parent",
                            "Owners are your own colleagues, one link away",
                            "The same search, filters and history as for people",
                        ]))
                    }
                }
                section.reasons aria-labelledby="reasons" {
                    h2 id="reasons" { "Made to be worked in all day" }
                    div.reason-grid {
                        (reason(Icon::ShieldLock, "Each company for itself", html! { "The database itself keeps workspaces apart, row by row. It doesn't rely on every line of our code remembering to." }))
                        (reason(Icon::Rocket, "Fast, and it stays fast", html! { "Pages are made on the server and weigh less than a photo: under 60 kB. Lists search as you type, with ten people or a hundred thousand." }))
                        (reason(Icon::FileSpreadsheet, "Bring what you have", html! { "CSV and Excel, whatever the encoding. Columns are matched for you, mistakes are shown by row and cell, and an import can be undone." }))
                        (reason(Icon::ArrowBackUp, "Nothing gets lost", html! { "Things are archived, not gone, with a way back. When two people edit the same record, neither overwrites the other unseen." }))
                        (reason(Icon::Command, "At home on the keyboard", html! { (kbd("/")) " searches, " (kbd("c")) " creates, " (kbd("j")) " and " (kbd("k")) " move, " (kbd("?")) " shows the rest. With a mouse it is just as good." }))
                        (reason(Icon::Server, "Yours to run", html! { "One program, PostgreSQL and Redis. No trackers, no fonts or scripts from elsewhere, and your data stays where you put it." }))
                    }
                }
                section.closing {
                    h2 { "See it with your own data" }
                    p { "A workspace takes a minute. Bring a spreadsheet." }
                    (self.ways_in())
                }
            }
        }
    }
}

fn world(icon: Icon, name: &str, tint: &'static str, points: &[&str]) -> Markup {
    html! {
        div.world {
            span class={ "world-icon " (tint) } { (icon) }
            h3 { (name) }
            ul { @for point in points { li { (Icon::Check) span { (point) } } } }
        }
    }
}

fn reason(icon: Icon, title: &str, text: Markup) -> Markup {
    html! { div.reason { (icon) h3 { (title) } p { (text) } } }
}

/// The employee list, made of the components that make the real one.
fn picture() -> Markup {
    const PEOPLE: [(&str, &str, &str, &str, &str, Tone); 7] = [
        ("Amara Okafor", "Head of Design", "Design", "4 Mar 2019", "Active", Tone::Good),
        ("Jonas Lindqvist", "Account Executive", "Sales", "16 Sep 2021", "Active", Tone::Good),
        ("Mei Tanaka", "Senior Engineer", "Engineering", "1 Feb 2020", "Left", Tone::Neutral),
        ("Rafael Costa", "Support Lead", "Support", "12 Jul 2018", "Active", Tone::Good),
        ("Elif Demir", "Engineer", "Engineering", "1 Apr 2026", "Active", Tone::Good),
        ("Thomas Weber", "Controller", "Finance", "20 May 2017", "Active", Tone::Good),
        ("Priya Natarajan", "People Partner", "People", "8 Nov 2022", "Active", Tone::Good),
    ];
    let columns = vec![
        Column::new("Name"),
        Column::new("Job title").minor(),
        Column::new("Department").minor(),
        Column::new("Start date").numeric().minor(),
        Column::new("Status"),
    ];
    let rows = PEOPLE
        .iter()
        .map(|(name, title, department, start, status, tone)| {
            Row::new(
                *name,
                *name,
                vec![
                    html! { (Identity::new(*name)) },
                    html! { (title) },
                    html! { (department) },
                    html! { (start) },
                    html! { (Badge::new(*tone, *status)) },
                ],
            )
        })
        .collect();
    html! {
        // A picture, though made of real parts: nothing in it can be reached or read out.
        figure.picture role="img" aria-label="The list of employees in People360, with name, job title, department, start date and status" {
            div.picture-frame inert {
                div.picture-side {
                    (logo())
                    ul {
                        @for (icon, label, current) in [(Icon::Home, "Home", false), (Icon::Users, "Employees", true), (Icon::Building, "Customers", false), (Icon::UserCheck, "Members", false)] {
                            li class={ "sidebar-item" } aria-current=[current.then_some("page")] { (icon) span { (label) } }
                        }
                    }
                }
                div.picture-main {
                    div.picture-head {
                        p.picture-title { "Employees" }
                        span.button { (Icon::FileImport) span { "Import" } }
                        span.button.button-primary { (Icon::Plus) span { "New employee" } }
                    }
                    (Tabs::new("Status", ["Everyone", "Active", "Upcoming", "Left", "Archived"].map(|l| Tab::new(l, "#", l == "Everyone")).into()))
                    (Table::new("Employees", columns, rows))
                    (Pager::new(Count::exact(7), "employee", "employees", 7))
                }
            }
        }
    }
}
