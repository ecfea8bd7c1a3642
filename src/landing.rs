//! The front page.

use crate::web::{Public, Result, Routes, Screen};
use domain::paths;
use views::landing::Landing;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LANDING, show)
}

async fn show(_: Public, screen: Screen) -> Result {
    Ok(screen.show_public(&Landing { signed_in: None }))
}
