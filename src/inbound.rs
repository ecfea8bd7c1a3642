//! Mail that comes in: the door for a mail service, what came in and what was done with it, and the settings.

mod door;
mod mails;
mod settings;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = door::routes(r);
    let r = mails::routes(r);
    settings::routes(r)
}

use crate::web::{Allowed, access::App};
use domain::{
    DealId,
    access::Permission,
    inbound::{deal_address, drop_address},
};
use store::{TenantTx, inbound};

/// The address to which members send copies, for this deal or for anybody; `None`: there is none, or it is closed.
pub async fn copies_to<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    deal: Option<DealId>,
) -> Result<Option<String>, store::Error> {
    let Some(domain) = domain_of(who.app()) else { return Ok(None) };
    let door = inbound::door(tx).await?;
    let tag = jobs::inbound::drop_tag(who.app().seal(), who.workspace.id, door.drop_round);
    let slug = who.slug();
    Ok((!door.closed).then(|| match deal {
        Some(deal) => deal_address(slug, &tag, domain, deal),
        None => drop_address(slug, &tag, domain),
    }))
}

fn domain_of(app: &App) -> Option<&str> {
    app.config().inbound_domain.as_deref()
}
