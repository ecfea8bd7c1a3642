//! Customers: routes of the department.

pub mod customers;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    customers::routes(r)
}
