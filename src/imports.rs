//! Imports: routes of both nouns.

use crate::web::Routes;

pub fn employees(r: Routes) -> Routes {
    r
}

pub fn customers(r: Routes) -> Routes {
    r
}
