//! People: routes of the department.

pub mod assets;
pub mod checklists;
pub mod employees;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    assets::routes(checklists::routes(employees::routes(r)))
}
