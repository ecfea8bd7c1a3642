//! Page or fragment: decided here, nowhere else.

use crate::web::{
    access::{Allowed, App, SignedIn},
    client, csrf,
    error::{Error, Result},
    session::{self, Toast},
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::{
    access::{Actor, Permission},
    workspace::Workspace,
};
use std::sync::Arc;
use store::Entry;
use tower_sessions::Session;
use views::{
    View,
    layout::{self, Chrome, Density, Theme, WorkspaceChrome},
    problem::Problem,
};

/// What the request tells about how its answer is shown.
#[derive(Clone)]
pub struct Screen(Arc<Inner>);

struct Inner {
    /// Some: htmx asks for a part, by the id of its target.
    target: Option<String>,
    current_url: Option<String>,
    path: String,
    csrf: String,
    theme: Theme,
    density: Density,
    toasts: Vec<Toast>,
    session: Option<Session>,
}

impl FromRequestParts<App> for Screen {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        if let Some(known) = parts.extensions.get::<Screen>() {
            return Ok(known.clone());
        }
        let mut screen = Self::read(parts, app);
        // Notices are for whole pages that a person looks at; a fragment would swallow them.
        if let (Some(session), true, None) = (&screen.session, parts.method == axum::http::Method::GET, &screen.target)
        {
            // A page that needs the session fails by its own first argument; one that does not must still show.
            screen.toasts = session::take_toasts(session).await.unwrap_or_default();
        }
        let screen = Self(Arc::new(screen));
        parts.extensions.insert(screen.clone());
        Ok(screen)
    }
}

impl Screen {
    /// Without a look into the session: for errors, which must be shown when it is gone.
    pub(crate) fn bare(parts: &mut Parts, app: &App) -> Self {
        Self(Arc::new(Self::read(parts, app)))
    }

    fn read(parts: &Parts, app: &App) -> Inner {
        let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        // htmx 4 names its target `tag#id`; a request for the whole page, or for the history, is no part.
        let partial = header("hx-request") == Some("true")
            && header("hx-request-type") != Some("full")
            && header("hx-history-restore-request").is_none();
        let id = |t: &str| t.rsplit_once('#').map_or(t, |(_, id)| id).to_owned();
        Inner {
            target: partial.then(|| header("hx-target").map(id).unwrap_or_default()),
            current_url: header("hx-current-url").map(local),
            path: parts.uri.path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default(),
            csrf: csrf::token(parts, app),
            theme: Theme::parse(client::cookie(&parts.headers, "theme").unwrap_or_default()),
            density: Density::parse(client::cookie(&parts.headers, "density").unwrap_or_default()),
            toasts: vec![],
            session: parts.extensions.get::<Session>().cloned(),
        }
    }

    pub fn htmx(&self) -> bool {
        self.0.target.is_some()
    }

    /// Whether htmx asks for this part.
    pub fn wants(&self, part: &str) -> bool {
        self.0.target.as_deref() == Some(part)
    }

    /// What only the whole page shows: asked for then, and left at its default for a part.
    pub async fn for_page<T: Default, E>(&self, asked: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        if self.htmx() { Ok(T::default()) } else { asked.await }
    }

    /// The token that this visitor's forms carry.
    pub fn csrf(&self) -> &str {
        &self.0.csrf
    }

    /// Path and query of the page in the browser, when htmx asks.
    pub fn current_url(&self) -> Option<String> {
        self.0.current_url.clone()
    }

    /// Path and query of this request.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// A view in the workspace's shell.
    pub fn show<P: Permission>(&self, who: &Allowed<P>, view: &dyn View) -> Response {
        self.render(&self.chrome(who), view, StatusCode::OK)
    }

    /// As [`show`](Self::show), with a status: 422 for a form that is shown again, 409 for a stale one.
    pub fn show_as<P: Permission>(&self, status: StatusCode, who: &Allowed<P>, view: &dyn View) -> Response {
        self.render(&self.chrome(who), view, status)
    }

    /// A view for anybody.
    pub fn show_public(&self, view: &dyn View) -> Response {
        self.render(&self.plain(), view, StatusCode::OK)
    }

    pub fn show_public_as(&self, status: StatusCode, view: &dyn View) -> Response {
        self.render(&self.plain(), view, status)
    }

    /// A view for somebody with an account, outside of any workspace.
    pub fn show_signed_in(&self, who: &SignedIn, view: &dyn View) -> Response {
        self.show_signed_in_as(StatusCode::OK, who, view)
    }

    pub fn show_signed_in_as(&self, status: StatusCode, _: &SignedIn, view: &dyn View) -> Response {
        self.render(&self.plain(), view, status)
    }

    /// After a change: on to `path` with a notice there.
    pub async fn done(&self, path: impl Into<String>, toast: Toast) -> Result {
        if let Some(session) = &self.0.session {
            session::leave_toast(session, toast).await?;
        }
        Ok(self.go(path))
    }

    /// On to `path`, without a notice.
    pub fn go(&self, path: impl Into<String>) -> Response {
        let path = path.into();
        match self.htmx() {
            true => ([("hx-redirect", path)], "").into_response(),
            false => Redirect::to(&path).into_response(),
        }
    }

    /// What was kept while somebody goes on writing: htmx has nothing to show, and a form without it comes back to its page.
    pub fn kept(&self, path: impl Into<String>) -> Response {
        if self.htmx() { StatusCode::NO_CONTENT.into_response() } else { self.go(path) }
    }

    /// After a change that stays on its page: the part that htmx asked for, as it is now, with a notice; otherwise back to
    /// `path` with it.
    pub async fn changed(&self, view: &(dyn View + Sync), path: impl Into<String>, toast: Toast) -> Result {
        let Some(part) = self.0.target.as_deref().and_then(|id| view.part(id)) else {
            return self.done(path, toast).await;
        };
        let html = part.into_string() + &self.toast(toast).out_of_band().into_string();
        Ok(([(header::CACHE_CONTROL, "private, no-store")], Html(html)).into_response())
    }

    /// What went wrong, in the shell of whoever's own workspace it went wrong in.
    pub(crate) fn problem(&self, problem: Problem, entry: Option<&Entry>) -> Response {
        let Some(e) = entry else { return self.show_public(&problem) };
        let home = Some(domain::paths::home(&e.workspace.slug));
        let chrome = self.shell(&e.workspace, &e.actor, &e.email, e.verified, e.photo.as_deref(), e.unread);
        self.render(&chrome, &Problem { home, ..problem }, StatusCode::OK)
    }

    /// A notice that htmx puts into its place, leaving the rest of the page alone.
    pub(crate) fn toast_alone(&self, toast: Toast) -> Response {
        let toast = self.toast(toast);
        ([("hx-reswap", "none")], Html(toast.out_of_band().into_string())).into_response()
    }

    /// The sign-in page in place of the one that was asked for.
    pub(crate) fn sign_in_page(&self, app: &App, wanted: &Uri) -> Response {
        let next = wanted.path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default();
        self.show_public(&crate::workspace::sessions::sign_in_view(app, self, next))
    }

    fn render(&self, chrome: &Chrome, view: &dyn View, status: StatusCode) -> Response {
        let part = self.0.target.as_deref().and_then(|id| view.part(id));
        let html = part.unwrap_or_else(|| layout::render(chrome, view));
        let headers = [(header::VARY, "HX-Request, HX-Target"), (header::CACHE_CONTROL, "private, no-store")];
        (status, headers, Html(html.into_string())).into_response()
    }

    fn plain(&self) -> Chrome {
        Chrome {
            workspace: None,
            csrf: self.0.csrf.clone(),
            theme: self.0.theme,
            density: self.0.density,
            path: self.0.path.clone(),
            toasts: self.0.toasts.iter().cloned().map(|t| self.toast(t)).collect(),
            alert: None,
        }
    }

    fn chrome<P: Permission>(&self, who: &Allowed<P>) -> Chrome {
        self.shell(&who.workspace, &who.actor, &who.email, who.verified, who.photo.as_deref(), who.unread)
    }

    fn shell(
        &self,
        workspace: &Workspace,
        actor: &Actor,
        email: &str,
        verified: bool,
        photo: Option<&str>,
        unread: i64,
    ) -> Chrome {
        let picture = |id: String, digest: &str| domain::paths::picture_of(&workspace.slug, id, digest);
        let logo = workspace.logo.as_deref().map(|digest| picture(workspace.id.to_string(), digest));
        let photo = photo.map(|digest| picture(actor.member.to_string(), digest));
        let alert = (!verified).then(|| {
            views::workspace::sessions::unverified(&domain::paths::verification(&workspace.slug), &self.0.csrf, email)
        });
        let workspace = WorkspaceChrome {
            name: workspace.name.clone(),
            slug: workspace.slug.to_string(),
            person: actor.name.clone(),
            email: email.to_owned(),
            role: actor.role_name.clone(),
            permissions: actor.rights.keys(),
            accent: workspace.accent.clone(),
            logo,
            photo,
            unread,
        };
        Chrome { workspace: Some(workspace), alert, ..self.plain() }
    }

    fn toast(&self, toast: Toast) -> views::ui::Toast {
        let mut shown = if toast.good { views::ui::Toast::good(toast.text) } else { views::ui::Toast::bad(toast.text) };
        if let Some((path, fields)) = toast.undo {
            shown = shown.undo(path, self.0.csrf.clone(), fields);
        }
        if let Some((words, path)) = toast.link {
            shown = shown.link(words, path);
        }
        shown
    }
}

/// The path of a URL that may name our own host.
fn local(url: &str) -> String {
    url.parse::<Uri>().ok().and_then(|u| u.path_and_query().map(|p| p.as_str().to_owned())).unwrap_or_default()
}
