//! The frame around every view: head of the document, sidebar, top bar, and the plainer
//! frames of public and sign-in pages.

mod places;

use maud::{DOCTYPE, Markup, html};
use places::{CREATE, GROUPS, Item};

use crate::{
    Frame, View,
    assets::{APP_CSS, APP_JS, FAVICON_SVG, HTMX_JS},
    ui::{Avatar, AvatarSize, Button, Dialog, Icon, Menu, Toast, kbd, toast_region},
};

pub use crate::ui::Density;

/// Light, dark, or what the device says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// What a form or cookie sent; anything unknown follows the device.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// `data-theme`; the system's has none.
    fn attribute(self) -> Option<&'static str> {
        (self != Theme::System).then(|| self.as_str())
    }
}

/// What the frame needs to know of the request.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// None when nobody is signed in, or no workspace is open.
    pub workspace: Option<WorkspaceChrome>,
    pub csrf: String,
    pub theme: Theme,
    pub density: Density,
    /// Path of the page, for what is current in the navigation.
    pub path: String,
    pub toasts: Vec<Toast>,
    /// Above the page's content: an unconfirmed email address.
    pub alert: Option<Markup>,
}

/// The open workspace and who works in it.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceChrome {
    pub name: String,
    pub slug: String,
    pub person: String,
    pub email: String,
    pub role: String,
    pub permissions: Vec<&'static str>,
    /// The company's colour, if it has chosen one.
    pub accent: Option<String>,
    /// Addresses of the logo, and of the person's photo.
    pub logo: Option<String>,
    pub photo: Option<String>,
    /// Notifications that they have not read.
    pub unread: i64,
}

impl WorkspaceChrome {
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.contains(&permission)
    }

    /// A path in this workspace: `at("/hr/employees")`.
    pub fn at(&self, path: &str) -> String {
        format!("/w/{}{path}", self.slug)
    }
}

/// Where the switcher's other workspaces go.
pub const OTHERS: &str = "other-workspaces";

fn visible<'a>(items: &'a [Item], workspace: &'a WorkspaceChrome) -> impl Iterator<Item = &'a Item> {
    items.iter().filter(|item| item.permission.is_none_or(|p| workspace.may(p)))
}

/// A view in the frame that it asks for.
pub fn render(chrome: &Chrome, view: &dyn View) -> Markup {
    let (title, body) = (view.title(), view.body());
    match view.frame() {
        Frame::App => page(chrome, &title, body),
        Frame::Public => public(chrome, &title, view.home(), body),
        Frame::Auth => auth(chrome, &title, body),
        Frame::Bare => document_with(
            &Chrome { theme: view.theme().unwrap_or(chrome.theme), ..chrome.clone() },
            &title,
            "frame-bare",
            html! { main id="main" tabindex="-1" { (body) } (toast_region(&chrome.toasts)) },
            &view.head(),
        ),
    }
}

/// Signed in: the shell. Otherwise: the public frame.
pub fn page(chrome: &Chrome, view_title: &str, body: Markup) -> Markup {
    match &chrome.workspace {
        Some(workspace) => shell(chrome, workspace, view_title, body),
        None => public(chrome, view_title, None, body),
    }
}

fn document(chrome: &Chrome, title: &str, class: &str, body: Markup) -> Markup {
    document_with(chrome, title, class, body, &html! {})
}

fn document_with(chrome: &Chrome, title: &str, class: &str, body: Markup, head: &Markup) -> Markup {
    let place = chrome.workspace.as_ref().map_or("People360", |w| &w.name);
    // The token travels as a header with what htmx sends; forms carry it as a field.
    let headers = format!(r#"{{"x-csrf-token":"{}"}}"#, chrome.csrf.replace(['"', '\\'], ""));
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[chrome.theme.attribute()] data-density=(chrome.density.as_str()) {
            head {
                meta charset="utf-8";
                title { @if title.is_empty() { (place) } @else { (title) " · " (place) } }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(match chrome.theme { Theme::System => "light dark", Theme::Light => "light", Theme::Dark => "dark" });
                meta name="htmx-config" content=r#"{"includeIndicatorCSS":false,"defaultTimeout":30000}"#;
                link rel="icon" type="image/svg+xml" href=(FAVICON_SVG);
                link rel="stylesheet" href=(APP_CSS);
                @if let Some((workspace, accent)) = chrome.workspace.as_ref().and_then(|w| Some((w, w.accent.as_ref()?))) {
                    link rel="stylesheet" href=(domain::paths::theme(&workspace.slug, accent.trim_start_matches('#')));
                }
                script src=(HTMX_JS) defer {}
                script src=(APP_JS) defer {}
                (head)
            }
            body class=(class) hx-headers:inherited=(headers) {
                a.skip href="#main" { "Skip to content" }
                (body)
            }
        }
    }
}

/// The mark: a person in a ring that comes round.
pub fn logo() -> Markup {
    html! {
        span.logo {
            svg.logo-mark viewBox="0 0 32 32" aria-hidden="true" {
                rect.logo-ground width="32" height="32" rx="8" {}
                circle.logo-line cx="16" cy="16" r="9.25" stroke-dasharray="45 13.1" stroke-dashoffset="-6" {}
                circle.logo-dot cx="16" cy="13.4" r="2.9" {}
                path.logo-line d="M10.8 20.6c.7-2.7 2.7-4 5.2-4s4.5 1.3 5.2 4" {}
            }
            span.logo-word { "People" span { "360" } }
        }
    }
}

fn shell(chrome: &Chrome, workspace: &WorkspaceChrome, title: &str, body: Markup) -> Markup {
    document(
        chrome,
        title,
        "frame-app",
        html! {
            div.app {
                (sidebar(chrome, workspace))
                (topbar(chrome, workspace))
                main.main id="main" tabindex="-1" {
                    @if let Some(alert) = &chrome.alert { div.main-alert { (alert) } }
                    (body)
                }
            }
            (palette(workspace))
            (shortcuts(workspace))
            (toast_region(&chrome.toasts))
        },
    )
}

fn sidebar(chrome: &Chrome, workspace: &WorkspaceChrome) -> Markup {
    // Of two that fit, the one that says more: members are settings, too.
    let fits =
        GROUPS.iter().flat_map(|g| visible(g.items, workspace)).map(|i| (workspace.at(i.path), i.path.is_empty()));
    let here = fits
        .filter(|(href, exact)| current(&chrome.path, href, *exact).is_some())
        .map(|(href, _)| href)
        .max_by_key(String::len);
    html! {
        nav.sidebar id="sidebar" aria-label="Main" popover {
            div.sidebar-head {
                a.sidebar-logo href=(workspace.at("")) aria-label="People360, home" { (logo()) }
                button.button.button-ghost.button-icon.sidebar-close type="button" popovertarget="sidebar" popovertargetaction="hide" aria-label="Close" { (Icon::X) }
            }
            div.sidebar-groups {
                @for group in GROUPS {
                    @let items: Vec<&Item> = visible(group.items, workspace).collect();
                    @if !items.is_empty() {
                        div.sidebar-group {
                            // A group of one item that has its name needs no heading.
                            @if let Some(label) = group.label.filter(|label| !matches!(items[..], [only] if only.label == *label)) { p.sidebar-label { (label) } }
                            ul {
                                @for item in items {
                                    @let href = workspace.at(item.path);
                                    li {
                                        a.sidebar-item href=(href) title=(item.label) data-go=[item.key] aria-current=[here.as_deref().filter(|h| *h == href).and_then(|_| current(&chrome.path, &href, item.path.is_empty()))] {
                                            (item.icon) span { (item.label) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            div.sidebar-foot {
                button.sidebar-item type="button" data-help title="Keyboard shortcuts" command="show-modal" commandfor="shortcuts" { (Icon::HelpCircle) span { "Shortcuts" } (kbd("?")) }
            }
        }
    }
}

/// A list's item stays current on its records' pages.
fn current(path: &str, href: &str, exact: bool) -> Option<&'static str> {
    let rest = path.split('?').next().unwrap_or(path).strip_prefix(href)?;
    match rest {
        "" | "/" => Some("page"),
        deeper if !exact && deeper.starts_with('/') => Some("true"),
        _ => None,
    }
}

fn topbar(chrome: &Chrome, workspace: &WorkspaceChrome) -> Markup {
    let switcher = Menu::new("switcher")
        .head("Workspaces")
        .choice(&workspace.name, workspace.at(""), true)
        .other(html! {
            // The others come when the menu opens: no page asks for them.
            div id=(OTHERS) hx-get=(format!("{}?in={}", domain::paths::WORKSPACES, workspace.slug)) hx-trigger="toggle from:#switcher once" hx-target=(format!("#{OTHERS}")) hx-swap="outerHTML" {}
        })
        .line()
        .link(Some(Icon::LayoutList), "All workspaces", domain::paths::WORKSPACES);
    let mut create = Menu::new("create").end();
    for item in visible(CREATE, workspace) {
        create = create.link(Some(item.icon), item.label, workspace.at(item.path));
    }
    let may_create = visible(CREATE, workspace).next().is_some();
    html! {
        header.topbar {
            button.button.button-ghost.button-icon.topbar-menu type="button" popovertarget="sidebar" aria-label="Menu" { (Icon::Menu2) }
            button.switcher type="button" popovertarget="switcher" {
                (face(&workspace.name, &workspace.logo).square().size(AvatarSize::Small))
                span.switcher-name { (workspace.name) }
                (Icon::Selector)
            }
            (switcher)
            a.topbar-search href=(workspace.at("/search")) data-palette role="button" {
                (Icon::Search) span { "Search" } (kbd("Ctrl K"))
            }
            div.topbar-end {
                @if may_create {
                    (Button::new("Create").icon_only(Icon::Plus).opens("create").attr("data-create", "true"))
                    (create)
                }
                (crate::notices::bell(&workspace.slug, workspace.unread))
                button.person type="button" popovertarget="person" {
                    (face(&workspace.person, &workspace.photo))
                    span.visually-hidden { "You: " (workspace.person) }
                }
                (person_menu(chrome, workspace))
            }
        }
    }
}

/// With a picture, where there is one.
fn face(name: &str, picture: &Option<String>) -> Avatar {
    let avatar = Avatar::new(name);
    match picture {
        Some(href) => avatar.photo(href),
        None => avatar,
    }
}

fn person_menu(chrome: &Chrome, workspace: &WorkspaceChrome) -> Markup {
    Menu::new("person")
        .end()
        .other(html! {
            div.person-card {
                (face(&workspace.person, &workspace.photo).size(AvatarSize::Large))
                div {
                    p.person-name { (workspace.person) }
                    p.person-detail { (workspace.email) }
                    p.person-detail { (workspace.role) }
                }
            }
        })
        .line()
        .link(Some(Icon::UserCheck), "My profile", workspace.at("/hr/my-profile"))
        .link(Some(Icon::Photo), "Name and photo", workspace.at("/settings/profile"))
        .link(Some(Icon::ShieldLock), "Password and sign-in", workspace.at("/settings/security"))
        .line()
        .other(preferences(chrome))
        .line()
        .post(Some(Icon::Logout), "Sign out", "/logout", &chrome.csrf, Vec::new())
        .into_markup()
}

/// Theme and row height; each button sends its choice, so it works without script.
fn preferences(chrome: &Chrome) -> Markup {
    html! {
        form.preferences method="post" action="/preferences" {
            input type="hidden" name="_csrf" value=(chrome.csrf);
            input type="hidden" name="next" value=(chrome.path);
            fieldset {
                legend { "Theme" }
                div.segmented {
                    @for theme in Theme::ALL {
                        @let (icon, label) = match theme {
                            Theme::System => (Icon::DeviceDesktop, "System"),
                            Theme::Light => (Icon::Sun, "Light"),
                            Theme::Dark => (Icon::Moon, "Dark"),
                        };
                        button type="submit" name="theme" value=(theme.as_str()) aria-pressed=(theme == chrome.theme) { (icon) span { (label) } }
                    }
                }
            }
            fieldset {
                legend { "Rows" }
                div.segmented {
                    @for (density, label) in [(Density::Comfortable, "Comfortable"), (Density::Compact, "Compact")] {
                        button type="submit" name="density" value=(density.as_str()) aria-pressed=(density == chrome.density) { span { (label) } }
                    }
                }
            }
        }
    }
}

/// Search and go-to, opened by Ctrl/Cmd-K or `/`. Without script the search link is a page.
fn palette(workspace: &WorkspaceChrome) -> Markup {
    let search = workspace.at("/search");
    html! {
        dialog.dialog.palette id="palette" aria-label="Search" closedby="any" {
            form.palette-form role="search" method="get" action=(search) {
                (Icon::Search)
                input.palette-input id="palette-q" type="search" name="q" placeholder="Search people, customers, pages" aria-label="Search"
                    autocomplete="off" spellcheck="false" maxlength="200" aria-controls="palette-results"
                    hx-get=(search) hx-trigger="input changed delay:150ms" hx-target="#palette-results" hx-swap="innerHTML" hx-sync="this:replace";
                (kbd("Esc"))
            }
            div.palette-results id="palette-results" aria-live="polite" {}
            div.palette-list data-palette-list {
                p.menu-head { "Go to" }
                @for group in GROUPS {
                    @for item in visible(group.items, workspace) {
                        a.menu-item href=(workspace.at(item.path)) { (item.icon) span.menu-label { (item.label) } @if let Some(key) = item.key { (kbd("g")) (kbd(key)) } }
                    }
                }
                @if visible(CREATE, workspace).next().is_some() {
                    p.menu-head { "Create" }
                    @for item in visible(CREATE, workspace) {
                        a.menu-item href=(workspace.at(item.path)) { (Icon::Plus) span.menu-label { (item.label) } }
                    }
                }
            }
        }
    }
}

/// `?`: every key there is.
fn shortcuts(workspace: &WorkspaceChrome) -> Markup {
    let go: Vec<&Item> = GROUPS.iter().flat_map(|g| visible(g.items, workspace)).collect();
    Dialog::new(
        "shortcuts",
        "Keyboard shortcuts",
        html! {
            div.shortcut-columns {
                section {
                    h3 { "Everywhere" }
                    dl.shortcut-list {
                        div { dt { "Search" } dd { (kbd("/")) } }
                        div { dt { "Search and go to" } dd { (kbd("Ctrl K")) } }
                        div { dt { "Create" } dd { (kbd("c")) } }
                        div { dt { "Close" } dd { (kbd("Esc")) } }
                        div { dt { "This list" } dd { (kbd("?")) } }
                    }
                }
                section {
                    h3 { "Go to" }
                    dl.shortcut-list {
                        @for item in go {
                            @if let Some(key) = item.key { div { dt { (item.label) } dd { (kbd("g")) (kbd(key)) } } }
                        }
                    }
                }
                section {
                    h3 { "In a list" }
                    dl.shortcut-list {
                        div { dt { "Next row" } dd { (kbd("j")) (kbd("↓")) } }
                        div { dt { "Row before" } dd { (kbd("k")) (kbd("↑")) } }
                        div { dt { "Open" } dd { (kbd("Enter")) } }
                        div { dt { "Select" } dd { (kbd("x")) } }
                        div { dt { "Select up to here" } dd { (kbd("Shift x")) } }
                        div { dt { "Change in place" } dd { (kbd("F2")) } }
                    }
                }
                section {
                    h3 { "On a record" }
                    dl.shortcut-list { div { dt { "Edit" } dd { (kbd("e")) } } }
                }
                @if workspace.may("tickets.write") {
                    section {
                        h3 { "On a ticket" }
                        dl.shortcut-list {
                            div { dt { "Reply" } dd { (kbd("r")) } }
                            div { dt { "Internal note" } dd { (kbd("n")) } }
                            div { dt { "Send" } dd { (kbd("Ctrl Enter")) } }
                            div { dt { "Take it" } dd { (kbd("a")) } }
                            div { dt { "Solve" } dd { (kbd("s")) } }
                            div { dt { "Macros" } dd { (kbd("m")) } }
                            div { dt { "Next ticket" } dd { (kbd("→")) } }
                        }
                    }
                }
            }
        },
    )
    .into_markup()
}

/// `home` is where who is signed in goes on to.
fn public(chrome: &Chrome, title: &str, home: Option<String>, body: Markup) -> Markup {
    document(
        chrome,
        title,
        "frame-public",
        html! {
            header.public-head {
                div.public-inner {
                    a.public-logo href="/" aria-label="People360, home" { (logo()) }
                    nav.public-nav aria-label="Account" {
                        @match home {
                            Some(home) => { (Button::link("Go to your workspace", home).small().icon_after(Icon::ArrowRight)) }
                            None => {
                                (Button::link("Sign in", "/login").ghost().small())
                                (Button::link("Create workspace", "/signup").small())
                            }
                        }
                    }
                }
            }
            main.public-main id="main" tabindex="-1" {
                @if let Some(alert) = &chrome.alert { div.main-alert { (alert) } }
                (body)
            }
            footer.public-foot { div.public-inner { p { "People360" } p { "People and customers in one place" } } }
            (toast_region(&chrome.toasts))
        },
    )
}

fn auth(chrome: &Chrome, title: &str, body: Markup) -> Markup {
    document(
        chrome,
        title,
        "frame-auth",
        html! {
            div.auth {
                header { a.auth-logo href="/" aria-label="People360, home" { (logo()) } }
                main.auth-main id="main" tabindex="-1" {
                    @if let Some(alert) = &chrome.alert { div.main-alert { (alert) } }
                    (body)
                }
            }
            (toast_region(&chrome.toasts))
        },
    )
}

trait IntoMarkup {
    fn into_markup(self) -> Markup;
}

impl<T: maud::Render> IntoMarkup for T {
    fn into_markup(self) -> Markup {
        self.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(permissions: Vec<&'static str>) -> Chrome {
        Chrome {
            workspace: Some(WorkspaceChrome {
                name: "Acme".into(),
                slug: "acme".into(),
                person: "Ann Lee".into(),
                permissions,
                ..Default::default()
            }),
            csrf: "t0ken".into(),
            path: "/w/acme/hr/employees/1".into(),
            ..Default::default()
        }
    }

    #[test]
    fn each_key_goes_to_one_place() {
        let mut keys: Vec<_> = GROUPS.iter().flat_map(|g| g.items).filter_map(|item| item.key).collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all, "{keys:?}");
    }

    #[test]
    fn what_the_role_may_not_see_is_not_there() {
        let out = page(&workspace(vec!["employees.read"]), "Employees", html! {}).0;
        assert!(out.contains("/w/acme/hr/employees\""));
        assert!(!out.contains("/crm/customers"));
        assert!(!out.contains("/settings/members"));
        assert!(!out.contains("/hr/employees/new"));
    }

    #[test]
    fn a_group_of_one_does_not_say_its_name_twice() {
        let out = page(&workspace(vec!["employees.read", "customers.read"]), "x", html! {}).0;
        let sidebar = &out[out.find("<nav").expect("a sidebar")..out.find("</nav>").expect("its end")];
        assert_eq!(sidebar.matches(">Customers<").count(), 1, "{sidebar}");
        assert!(sidebar.contains(">People<"), "{sidebar}");
    }

    #[test]
    fn the_list_stays_current_on_a_record() {
        assert_eq!(current("/w/acme/hr/employees/1", "/w/acme/hr/employees", false), Some("true"));
        assert_eq!(current("/w/acme/hr/employees?q=x", "/w/acme/hr/employees", false), Some("page"));
        assert_eq!(current("/w/acme/hr/employees", "/w/acme", true), None);
        assert_eq!(current("/w/acme2", "/w/acme", true), None);
    }

    #[test]
    fn no_page_needs_inline_style_or_script() {
        let out = page(&workspace(vec!["employees.read", "employees.write"]), "x", html! {}).0;
        assert!(!out.contains("style="));
        assert!(!out.contains(" onclick") && !out.contains("hx-on") && !out.contains("js:"));
        assert_eq!(out.matches("<script").count(), out.matches("<script src=\"/assets/").count());
    }
}
