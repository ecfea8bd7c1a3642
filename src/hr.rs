//! People: routes of the department.

pub mod employees;
pub mod leave;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    leave::routes(employees::routes(r))
}
