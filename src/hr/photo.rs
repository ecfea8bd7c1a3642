//! An employee's photo, made anew from what was brought, like members' own.

use crate::{
    hr::employees::with_photo,
    web::{
        Allowed, Confirmed, Record, Result, Routes, Screen, Toast, Upload,
        form::Nothing,
        picture::{self, Cut},
    },
    workspace::activity::Asked,
};
use domain::{EmployeeId, access::EmployeesWrite, paths};
use store::workspace::pictures;

pub fn routes(r: Routes) -> Routes {
    r.post(paths::EMPLOYEE_PHOTO, bring).post(paths::EMPLOYEE_PHOTO_REMOVAL, remove)
}

async fn bring(who: Allowed<EmployeesWrite>, screen: Screen, Record(id): Record<EmployeeId>, upload: Upload) -> Result {
    // Nobody decodes a picture for a record that is not theirs.
    pictures::hold_employee(&mut who.begin().await?, id).await?;
    let photo = match picture::read(upload, Cut::Square(256)).await {
        Ok(photo) => photo,
        Err(errors) => {
            let wrong = errors.of("file").map(str::to_owned);
            return with_photo(&who, &screen, id, Asked::overview(), wrong).await;
        }
    };
    let mut tx = who.begin().await?;
    pictures::set_employee_photo(&mut tx, id, Some(&photo)).await?;
    tx.commit().await?;
    screen.done(paths::employee(who.slug(), id), Toast::good("The photo is set.")).await
}

async fn remove(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    pictures::set_employee_photo(&mut tx, id, None).await?;
    tx.commit().await?;
    screen.done(paths::employee(who.slug(), id), Toast::good("The photo is gone.")).await
}
