//! People: routes of the department.

pub mod documents;
pub mod employees;
pub mod letters;
mod photo;
pub mod policies;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = employees::routes(r);
    let r = photo::routes(r);
    let r = documents::routes(r);
    let r = letters::routes(r);
    policies::routes(r)
}
