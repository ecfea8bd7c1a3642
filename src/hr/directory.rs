//! The directory.

use crate::web::{Allowed, Query, Result, Routes, Screen};
use domain::{
    EmployeeId,
    access::{DirectoryRead, EmployeesRead},
    hr::directory::Filter,
    paths,
};
use store::{
    hr::directory,
    reach::{self, Kind},
};
use views::hr::directory::Directory;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::DIRECTORY, show)
}

async fn show(who: Allowed<DirectoryRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = directory::list(&mut tx, &filter).await?;
    let (departments, locations) = screen.for_page(directory::choices(&mut tx)).await?;
    let coming = screen.for_page(directory::coming(&mut tx)).await?;
    let ids: Vec<_> = page.rows.iter().map(|p| p.id.0).collect();
    let open = reach::within::<EmployeesRead>(&mut tx, Kind::Employees, &ids).await?;
    let open = open.into_iter().map(EmployeeId).collect();
    Ok(screen.show(&who, &Directory { slug: who.slug().clone(), filter, page, departments, locations, coming, open }))
}
