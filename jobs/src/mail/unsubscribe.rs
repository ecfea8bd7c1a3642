//! The way out of mail that one may do without (RFC 8058): one click, from any mail program, without signing in.

use crate::{Context, Seal, seal::purpose};
use domain::{MailId, MemberId, TenantId, mail::List, paths};
use uuid::Uuid;

/// Who may end which mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsubscribe {
    /// A member, by their preference.
    Member(MemberId, List),
    /// Whoever this message went to, outside: their address gets no more such mail.
    Address(MailId),
}

/// Stands where a list does.
const ADDRESS: &str = "address";

impl Unsubscribe {
    /// The page on which that mail is ended; its address goes into the mail and into its headers.
    pub fn url(&self, cx: &Context, tenant: TenantId) -> String {
        cx.url(&paths::unsubscribe(token(&cx.seal, tenant, self)))
    }
}

/// The token names workspace, member or message, and list. It does not run out: a mail is read years later.
pub fn token(seal: &Seal, tenant: TenantId, of: &Unsubscribe) -> String {
    let (id, list) = match of {
        Unsubscribe::Member(member, list) => (member.0, list.key()),
        Unsubscribe::Address(mail) => (mail.0, ADDRESS),
    };
    seal.sign(purpose::UNSUBSCRIBE, &[tenant.0.as_bytes(), id.as_bytes(), list.as_bytes()].concat())
}

/// What a token says, if it is one of ours.
pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, Unsubscribe)> {
    let content = seal.read(purpose::UNSUBSCRIBE, token)?;
    let (tenant, rest) = content.split_at_checked(16)?;
    let (id, list) = rest.split_at_checked(16)?;
    let id = Uuid::from_slice(id).ok()?;
    let of = match std::str::from_utf8(list).ok()? {
        ADDRESS => Unsubscribe::Address(MailId(id)),
        list => Unsubscribe::Member(MemberId(id), List::parse(list)?),
    };
    Some((TenantId(Uuid::from_slice(tenant).ok()?), of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_who_ends_what_where() {
        let seal = Seal::new("secret");
        let tenant = TenantId(Uuid::from_u128(1));
        let member = Unsubscribe::Member(MemberId(Uuid::from_u128(2)), List::Imports);
        for of in [member, Unsubscribe::Address(MailId(Uuid::from_u128(3)))] {
            let token = token(&seal, tenant, &of);
            assert_eq!(read(&seal, &token), Some((tenant, of)));
            assert_eq!(read(&Seal::new("another"), &token), None);
        }
        assert_eq!(read(&seal, "nonsense"), None);
        let content = [tenant.0.as_bytes(), &[2; 16][..], b"no such list"].concat();
        assert_eq!(read(&seal, &seal.sign(purpose::UNSUBSCRIBE, &content)), None);
    }
}
