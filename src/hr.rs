//! People: routes of the department.

pub mod assets;
pub mod attendance;
pub mod checklists;
pub mod employees;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    attendance::routes(assets::routes(checklists::routes(employees::routes(r))))
}
