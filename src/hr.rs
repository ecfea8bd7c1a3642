//! People: routes of the department.

pub mod employees;
pub mod employment;
pub mod leave;
pub mod organisation;
pub mod positions;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = employees::routes(r);
    let r = employment::routes(r);
    let r = leave::routes(r);
    let r = organisation::routes(r);
    let r = positions::routes(r);
    let r = crate::imports::job_history(r);
    crate::imports::pay_history(r)
}
