//! The way out of mail that one may do without (RFC 8058): one click, from any mail program, without signing in.

use crate::{Context, Seal, seal::purpose};
use domain::{MemberId, TenantId, paths};
use uuid::Uuid;

/// Who may end which mail. Each member has the preference `mail.{list}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsubscribe {
    pub member: MemberId,
    /// As in [`domain::mail::LISTS`].
    pub list: &'static str,
}

impl Unsubscribe {
    /// The page on which that mail is ended; its address goes into the mail and into its headers.
    pub fn url(&self, cx: &Context, tenant: TenantId) -> String {
        cx.url(&paths::unsubscribe(token(&cx.seal, tenant, self)))
    }
}

/// The token names workspace, member and list. It does not run out: a mail is read years later.
pub fn token(seal: &Seal, tenant: TenantId, of: &Unsubscribe) -> String {
    let content = [tenant.0.as_bytes(), of.member.0.as_bytes(), of.list.as_bytes()].concat();
    seal.sign(purpose::UNSUBSCRIBE, &content)
}

/// What a token says, if it is one of ours.
pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, Unsubscribe)> {
    let content = seal.read(purpose::UNSUBSCRIBE, token)?;
    let (tenant, rest) = content.split_at_checked(16)?;
    let (member, list) = rest.split_at_checked(16)?;
    let list = domain::mail::list(std::str::from_utf8(list).ok()?)?;
    let of = Unsubscribe { member: MemberId(Uuid::from_slice(member).ok()?), list: list.key };
    Some((TenantId(Uuid::from_slice(tenant).ok()?), of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_who_ends_what_where() {
        let seal = Seal::new("secret");
        let tenant = TenantId(Uuid::from_u128(1));
        let of = Unsubscribe { member: MemberId(Uuid::from_u128(2)), list: "imports" };
        let token = token(&seal, tenant, &of);
        assert_eq!(read(&seal, &token), Some((tenant, of)));
        assert_eq!(read(&Seal::new("another"), &token), None);
        assert_eq!(read(&seal, "nonsense"), None);
        let unknown = Unsubscribe { list: "no such list", ..of };
        assert_eq!(read(&seal, &super::token(&seal, tenant, &unknown)), None);
    }
}
