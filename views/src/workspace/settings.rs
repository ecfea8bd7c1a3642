//! A workspace's settings: general, working time, security policy, danger zone.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, Card, Choice, Column, Conflict, EmptyState, Field, Form, Icon,
        PageHead, Row, Table, Tone, field_row, form_section, stack,
    },
};
use domain::{
    Errors, Slug,
    access::Rights,
    colour::Colour,
    paths,
    places::Country,
    workspace::{
        holidays::Calendar as HolidayCalendar,
        settings::{DAYS, General as Draft, IDLE, Policy as PolicyDraft, WorkingTime},
    },
};
use maud::{Markup, Render, html};

pub struct General {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub version: i32,
    pub was: String,
    pub tenant: String,
    /// The digest of the logo.
    pub logo: Option<String>,
    pub draft: Draft,
    pub errors: Errors,
    pub conflict: Option<Conflict>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// All zones, for a list to type into.
pub fn zones(id: &str) -> Markup {
    html! { datalist id=(id) { @for zone in chrono_tz::TZ_VARIANTS { option value=(zone.name()) {} } } }
}

impl View for General {
    fn title(&self) -> String {
        "General".into()
    }

    fn body(&self) -> Markup {
        let head =
            PageHead::new("General").lead(html! { "How your company is called, looks, and writes dates and amounts." });
        let body = stack(html! {
            (Card::new("Company", self.form()))
            (Card::new("Logo", self.logo()))
        });
        settings::page(&self.slug, &self.rights, &paths::general(&self.slug), &head, body)
    }
}

impl General {
    fn form(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let mut countries: Vec<_> = Country::all().collect();
        countries.sort_by_key(Country::name);
        let countries = countries.iter().map(|c| Choice::new(c.code(), c.name())).collect();
        let currencies = domain::money::currencies()
            .map(|c| Choice::new(c.code(), format!("{} · {}", c.code(), c.name())))
            .collect();
        let dates = vec![Choice::new("mdy", "Month first: 12/31/2026"), Choice::new("dmy", "Day first: 31/12/2026")];
        let months = (1..).zip(MONTHS).map(|(n, name)| Choice::new(n.to_string(), name)).collect();
        let swatch = Colour::parse(&d.accent).ok().filter(|c| c.is_corrected());
        Form::post(paths::general(&self.slug), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .errors(errors(e))
            .conflict(self.conflict.clone())
            .body(html! {
                (Field::text("name", "Company name").value(&d.name).error(e.of("name")).required())
                (Field::textarea("address", "Address").value(&d.address).error(e.of("address")).optional().rows(3))
                (field_row(html! {
                    (Field::select("country", "Country", countries).empty_choice("Not set").value(&d.country).error(e.of("country")).optional())
                    (Field::text("zone", "Time zone").value(&d.zone).error(e.of("zone")).required().attr("list", "zones"))
                }))
                (zones("zones"))
                (field_row(html! {
                    (Field::select("currency", "Currency", currencies).value(&d.currency).error(e.of("currency")))
                    (Field::select("date_order", "Dates", dates).value(&d.date_order).error(e.of("date_order")))
                }))
                (field_row(html! {
                    (Field::select("fiscal_month", "Fiscal year begins in", months).value(&d.fiscal_month).error(e.of("fiscal_month")))
                    (Field::number("fiscal_day", "On day").value(&d.fiscal_day).error(e.of("fiscal_day")).attr("min", "1").attr("max", "28"))
                }))
                (Field::text("accent", "Accent colour").value(&d.accent).error(e.of("accent")).optional().placeholder("#2f6fed")
                    .help(if swatch.is_some() { "It is too light for white words, so a darker shade of it is used." } else { "Of buttons and links, like #2f6fed. Made darker or lighter where it could not be read." }))
                p.quiet { "Amounts that are there already keep the currency they have." }
            })
            .actions(Button::submit("Save changes").primary().render())
            .guard()
            .render()
    }

    fn logo(&self) -> Markup {
        html! {
            div.picture-now {
                @match &self.logo {
                    Some(digest) => img.picture-logo src=(paths::picture_of(&self.slug, &self.tenant, digest)) alt=(format!("The logo of {}", self.draft.name)) height="48";
                    None => { (Avatar::new(&self.draft.name).square().size(AvatarSize::Large)) span.quiet { "No logo yet: the first letters stand in for it." } }
                }
            }
            (Form::post(paths::logo(&self.slug), &self.csrf).multipart()
                .body(html! { (Field::file("file", "Picture", ".png,.jpg,.jpeg,.webp").error(self.errors.of("file")).help("PNG, JPEG or WebP, up to 8 MB. It is made small, and nothing else of the file is kept.")) })
                .actions(Button::submit("Use this picture").icon(Icon::Upload).render()))
            @if self.logo.is_some() {
                form.picture-away method="post" action=(paths::logo_removal(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Take the logo away").small().ghost())
                }
            }
        }
    }
}

/// Working time and holiday calendars.
pub struct Calendar {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub version: i32,
    pub once: String,
    pub was: String,
    pub conflict: Option<Conflict>,
    pub calendars: Vec<HolidayCalendar>,
    pub draft: WorkingTime,
    pub errors: Errors,
    /// The name of a calendar to come, and what is wrong with it.
    pub name: String,
    pub name_errors: Errors,
}

impl View for Calendar {
    fn title(&self) -> String {
        "Working time and holidays".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).lead(html! { "What a usual week is, and on which days nobody works." });
        let body = stack(html! {
            (Card::new("Working time", self.working_time()))
            (Card::new("Holiday calendars", self.holidays()).flush())
            (Card::new("Add a calendar", self.add()))
        });
        settings::page(&self.slug, &self.rights, &paths::calendar(&self.slug), &head, body)
    }
}

impl Calendar {
    fn working_time(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let starts = vec![Choice::new("1", "Monday"), Choice::new("7", "Sunday"), Choice::new("6", "Saturday")];
        Form::post(paths::calendar(&self.slug), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .errors(errors(e))
            .problem(e.of(""))
            .conflict(self.conflict.clone())
            .body(html! {
                fieldset.field.is-wrong[e.of("days").is_some()] id="f-days" tabindex="-1" {
                    legend.field-label { "Working days" }
                    div.weekdays {
                        @for (key, day) in DAYS {
                            label.choice { input.check type="checkbox" name=(key) value="on" checked[!d.get(key).is_empty()]; span.choice-label { (day) } }
                        }
                    }
                    @if let Some(words) = e.of("days") { p.field-error { (words) } }
                }
                (field_row(html! {
                    (Field::text("hours", "Hours a day").value(&d.hours).error(e.of("hours")).required().help("Like 8, 7.5 or 7:30."))
                    (Field::select("week_start", "The week begins on", starts).value(&d.week_start))
                }))
            })
            .actions(Button::submit("Save changes").primary().render())
            .render()
    }

    fn holidays(&self) -> Markup {
        let rows = self.calendars.iter().map(|c| {
            let name = html! {
                a href=(paths::holiday_calendar(&self.slug, c.id)) { (c.name) }
                @if c.is_default { " " (Badge::new(Tone::Good, "Everybody’s")) }
            };
            let make = html! {
                @if !c.is_default {
                    form method="post" action=(paths::holiday_calendar_default(&self.slug, c.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Make it everybody’s").small())
                    }
                }
            };
            let brief = html! { (c.days) @if c.days == 1 { " day" } @else { " days" } };
            Row::new(c.id.to_string(), &c.name, vec![name, html! { (c.days) }, make]).brief([brief])
        });
        let columns =
            vec![Column::new("Calendar"), Column::new("Days").numeric(), Column::new("Actions").label_hidden().stays()];
        if self.calendars.is_empty() {
            return EmptyState::new(
                Icon::History,
                "No holidays yet",
                "Make a calendar, then bring an .ics file or add its days by hand. Leave and deadlines will go by it.",
            )
            .render();
        }
        Table::new("Holiday calendars", columns, rows.collect()).render()
    }

    fn add(&self) -> Markup {
        html! {
            (Form::post(paths::holiday_calendars(&self.slug), &self.csrf).once(&self.once).problem(self.name_errors.of(""))
                .body(html! { (Field::text("name", "Name").value(&self.name).error(self.name_errors.of("name")).required().placeholder("Germany, Berlin")) })
                .actions(Button::submit("Add calendar").icon(Icon::Plus).render()))
        }
    }
}

/// What is demanded of everybody's sign-in.
pub struct Policy {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub version: i32,
    /// Whether the reader has a second factor of their own.
    pub own_factor: bool,
    pub members: i64,
    pub draft: PolicyDraft,
    pub was: String,
    pub errors: Errors,
    pub conflict: Option<Conflict>,
}

impl View for Policy {
    fn title(&self) -> String {
        "Security policy".into()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let head = PageHead::new(self.title())
            .lead(html! { "What this workspace demands of everybody’s sign-in. It holds from their next click." });
        let idle = IDLE.iter().map(|(n, words)| Choice::new(n.to_string(), *words)).collect();
        let form = Form::post(paths::policy(&self.slug), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .errors(errors(e))
            .problem(e.of(""))
            .conflict(self.conflict.clone())
            .body(html! {
                (form_section("Second factor", None, html! {
                    (Field::checkbox("second_factor", "Everybody needs a second factor").value(if d.second_factor.is_empty() { "" } else { "true" }).error(e.of("second_factor"))
                        .help(format!("Whoever of the {} has none must set one up before anything else opens.", members(self.members))))
                    @if !self.own_factor { p { a href=(paths::security(&self.slug)) { "Set up your own first" } } }
                }))
                (form_section("Sessions", None, html! {
                    (field_row(html! {
                        (Field::select("idle", "End without use after", idle).value(&d.idle).error(e.of("idle")))
                        (Field::number("days", "End in any case after").value(&d.days).error(e.of("days")).after("days").attr("min", "1").attr("max", "90"))
                    }))
                }))
                (form_section("Invitations", None, html! {
                    (Field::text("domains", "Email domains").value(&d.domains).error(e.of("domains")).optional().placeholder("acme.com, acme.co.uk")
                        .help("Only addresses of these can be invited. Empty: any. Who is a member already stays one."))
                }))
            })
            .actions(Button::submit("Save policy").primary().render());
        settings::page(&self.slug, &self.rights, &paths::policy(&self.slug), &head, Card::bare(form.render()).render())
    }
}

fn members(n: i64) -> String {
    if n == 1 { "1 member".into() } else { format!("{n} members") }
}

/// What only an owner does, and seldom.
pub struct Danger {
    pub slug: Slug,
    pub rights: Rights,
    pub company: String,
}

impl View for Danger {
    fn title(&self) -> String {
        "Danger zone".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).lead(html! { "What only an owner does, and seldom." });
        let body = stack(html! {
            (Card::new("Hand it over", html! {
                p { "Give another member the role Owner; then change your own. A workspace always has at least one owner." }
                (Button::link("Choose a member", paths::members(&self.slug)))
            }))
            (Card::new("Export everything", html! {
                p { "Lists go out one by one, each from its own page. A file with all of " (self.company) " comes with the console for whole workspaces, which is not built yet." }
            }))
            (Card::new("Delete the workspace", html! {
                (Alert::new(Tone::Info, "Not built yet").text(html! { "Whoever runs this installation can close a workspace until then." }))
            }))
        });
        settings::page(&self.slug, &self.rights, &paths::danger(&self.slug), &head, body)
    }
}
