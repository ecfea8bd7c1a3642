//! People: routes of the department.

pub mod employees;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    employees::routes(r)
}
