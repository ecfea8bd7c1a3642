//! The address by which a quote is answered: it says which, and whoever has it may. Nothing of it is stored; what is
//! withdrawn it opens no more.

use crate::seal::{Seal, purpose};
use domain::{QuoteId, TenantId};
use uuid::Uuid;

pub fn token(seal: &Seal, tenant: TenantId, quote: QuoteId) -> String {
    seal.sign(purpose::QUOTE, &[&tenant.0.as_bytes()[..], quote.0.as_bytes()].concat())
}

pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, QuoteId)> {
    let content = seal.read(purpose::QUOTE, token)?;
    let (tenant, quote) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), QuoteId(Uuid::from_slice(quote).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_its_quote_and_nothing_else() {
        let (seal, tenant, quote) = (Seal::new("secret"), TenantId(Uuid::from_u128(1)), QuoteId(Uuid::from_u128(2)));
        let address = token(&seal, tenant, quote);
        assert_eq!(read(&seal, &address), Some((tenant, quote)));
        assert_eq!(read(&Seal::new("another"), &address), None);
        assert_eq!(read(&seal, &address[1..]), None);
    }
}
