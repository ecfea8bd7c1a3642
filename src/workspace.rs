//! Sign-up, signing in, members, home: routes of the department.

pub mod access;
pub mod activity;
pub mod audit;
pub mod bounces;
pub mod holidays;
pub mod home;
pub mod invitations;
pub mod mail;
pub mod members;
pub mod notices;
pub mod notifications;
pub mod passwords;
pub mod places;
pub mod profile;
pub mod roles;
pub mod search;
pub mod security;
pub mod sessions;
pub mod settings;
pub mod signup;
pub mod tokens;
pub mod unsubscribe;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = signup::routes(r);
    let r = sessions::routes(r);
    let r = passwords::routes(r);
    let r = invitations::routes(r);
    let r = members::routes(r);
    let r = roles::routes(r);
    let r = access::routes(r);
    let r = security::routes(r);
    let r = profile::routes(r);
    let r = notices::routes(r);
    let r = notifications::routes(r);
    let r = tokens::routes(r);
    let r = settings::routes(r);
    let r = places::routes(r);
    let r = holidays::routes(r);
    let r = audit::routes(r);
    let r = mail::routes(r);
    let r = unsubscribe::routes(r);
    let r = bounces::routes(r);
    let r = home::routes(r);
    search::routes(r)
}
