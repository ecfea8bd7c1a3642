//! The front page.

use crate::web::{Public, Result, Routes, Screen, session};
use axum::extract::Request;
use domain::paths;
use views::landing::Landing;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LANDING, show)
}

/// Must show whatever is gone behind it: who cannot be recognised now is greeted like a stranger.
async fn show(who: Public, screen: Screen, request: Request) -> Result {
    let (parts, _) = request.into_parts();
    let login = session::login(&parts).await.unwrap_or_default();
    let workspaces = match login {
        Some(login) => match who.identity().await {
            Ok(mut tx) => store::identity::workspaces(&mut tx, login.account).await.unwrap_or_default(),
            Err(_) => vec![],
        },
        None => vec![],
    };
    let signed_in = workspaces.first().map(|(w, _)| (w.name.clone(), w.slug.to_string()));
    Ok(screen.show_public(&Landing { signed_in }))
}
