//! What an address of ours means. Behind the workspace's name stands, with a hyphen, the secret of its drop address (and
//! behind a plus the end of a deal's id), or, with a dot, the key of a form for leads, which is no secret. With an underscore
//! begins what is for support: a queue's prefix and its secret, or a ticket and our mark that we have given that address out.

use crate::{DealId, Slug, TicketId};
use uuid::Uuid;

/// Letters that the part before the @ may have (RFC 5321 §4.5.3.1.1).
const LOCAL: usize = 64;

/// What somebody means who writes to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// To be filed. Whether the secret holds is not asked here.
    Drop { slug: Slug, tag: String, deal: Option<String> },
    /// A lead, by this form.
    Form { slug: Slug, key: String },
    /// A ticket, in the queue of this secret; without it the prefix tells whose it was.
    Queue { slug: Slug, prefix: String, tag: String },
    /// An answer: the end of a ticket's id, and the mark that is to be looked at.
    Reply { slug: Slug, ticket: String, mark: String },
}

impl Meant {
    pub const fn slug(&self) -> &Slug {
        match self {
            Self::Drop { slug, .. } | Self::Form { slug, .. } | Self::Queue { slug, .. } | Self::Reply { slug, .. } => {
                slug
            }
        }
    }
}

/// `None`: it is no address at this domain, or none of these.
pub fn meant(address: &str, domain: &str) -> Option<Meant> {
    let address = super::normal(address);
    let (local, at) = address.rsplit_once('@')?;
    if at != domain {
        return None;
    }
    let (local, plus) = local.split_once('+').map_or((local, None), |(local, plus)| (local, Some(plus.to_owned())));
    if let Some((slug, key)) = local.split_once('.') {
        let key = Some(key).filter(|k| crate::crm::leads::forms::is_key(k))?;
        return Some(Meant::Form { slug: Slug::parse(slug).ok()?, key: key.to_owned() });
    }
    if let Some((slug, rest)) = local.split_once('_') {
        let slug = Slug::parse(slug).ok()?;
        if let Some((prefix, tag)) = rest.split_once('-') {
            return Some(Meant::Queue { slug, prefix: prefix.to_owned(), tag: tag.to_owned() });
        }
        let (ticket, mark) = rest.split_at_checked(TAG).filter(|(_, mark)| mark.len() == MARK)?;
        return Some(Meant::Reply { slug, ticket: ticket.to_owned(), mark: mark.to_owned() });
    }
    let (slug, tag) = local.rsplit_once('-')?;
    Some(Meant::Drop { slug: Slug::parse(slug).ok()?, tag: tag.to_owned(), deal: plus.filter(|p| !p.is_empty()) })
}

/// The secret address of a workspace.
pub fn drop_address(slug: &Slug, tag: &str, domain: &str) -> String {
    format!("{slug}-{tag}@{domain}")
}

/// The same for one deal.
pub fn deal_address(slug: &Slug, tag: &str, domain: &str, deal: DealId) -> String {
    format!("{slug}-{tag}+{}@{domain}", id_tag(deal.0))
}

/// The end of an id, which is drawn by chance.
pub fn id_tag(id: Uuid) -> String {
    id.to_string().split_off(24)
}

/// Letters of [`id_tag`], and of the mark behind it.
const TAG: usize = 12;
pub const MARK: usize = 10;

/// The address of a queue: whoever writes there has a ticket.
pub fn queue_address(slug: &Slug, prefix: &str, tag: &str, domain: &str) -> String {
    format!("{slug}_{}-{tag}@{domain}", prefix.to_lowercase())
}

/// The address for answers to what we have written in a ticket.
pub fn reply_address(slug: &Slug, ticket: TicketId, mark: &str, domain: &str) -> String {
    format!("{slug}_{}{mark}@{domain}", id_tag(ticket.0))
}

/// The same in a mailbox elsewhere that takes what stands behind a plus: `support+…@example.com`. `None`: it would be too long.
pub fn signed_address(inbox: &str, ticket: TicketId, mark: &str) -> Option<String> {
    let (local, at) = inbox.rsplit_once('@')?;
    let plus = format!("{}{mark}", id_tag(ticket.0));
    (local.len() + 1 + plus.len() <= LOCAL && !local.contains('+')).then(|| format!("{local}+{plus}@{at}"))
}

/// What such an address means, if it is one of this mailbox; the mark is to be looked at.
pub fn answered(address: &str, inbox: &str, slug: &Slug) -> Option<Meant> {
    let address = super::normal(address);
    let (local, at) = address.rsplit_once('@')?;
    let (local, plus) = local.split_once('+')?;
    let (ticket, mark) = plus.split_at_checked(TAG).filter(|(_, mark)| mark.len() == MARK)?;
    let ours = inbox.rsplit_once('@') == Some((local, at));
    ours.then(|| Meant::Reply { slug: slug.clone(), ticket: ticket.to_owned(), mark: mark.to_owned() })
}

/// The address by which a form makes leads of mail; `None`: together the names are too long for one.
pub fn form_address(slug: &Slug, key: &str, domain: &str) -> Option<String> {
    (slug.as_str().len() + 1 + key.len() <= LOCAL).then(|| format!("{slug}.{key}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_meant() {
        let slug = Slug::parse("acme-lamps").expect("a slug");
        let deal: DealId = "0198f0a0-0000-7000-8000-0123456789ab".parse().expect("an id");
        let domain = "in.example.com";
        let drop = |deal: Option<&str>| Meant::Drop {
            slug: slug.clone(),
            tag: "k3v9q2xw7a".into(),
            deal: deal.map(str::to_owned),
        };
        for (address, is) in [
            (drop_address(&slug, "k3v9q2xw7a", domain), Some(drop(None))),
            (deal_address(&slug, "k3v9q2xw7a", domain, deal), Some(drop(Some("0123456789ab")))),
            (
                queue_address(&slug, "SUP", "k3v9q2xw7a", domain),
                Some(Meant::Queue { slug: slug.clone(), prefix: "sup".into(), tag: "k3v9q2xw7a".into() }),
            ),
            (
                reply_address(&slug, TicketId(deal.0), "k3v9q2xw7a", domain),
                Some(Meant::Reply { slug: slug.clone(), ticket: "0123456789ab".into(), mark: "k3v9q2xw7a".into() }),
            ),
            ("acme-lamps_0123456789ab@in.example.com".into(), None),
            (" ACME-Lamps-K3V9q2xw7a@In.Example.com ".into(), Some(drop(None))),
            (
                form_address(&slug, "contact-us", domain).expect("it is short"),
                Some(Meant::Form { slug: slug.clone(), key: "contact-us".into() }),
            ),
            ("acme-lamps-k3v9q2xw7a@elsewhere.example".into(), None),
            ("postmaster@in.example.com".into(), None),
            ("acme-lamps.@in.example.com".into(), None),
            ("@in.example.com".into(), None),
            ("none".into(), None),
        ] {
            assert_eq!(meant(&address, domain), is, "{address}");
        }
        let signed = signed_address("help@acme.example", TicketId(deal.0), "k3v9q2xw7a").expect("it is short");
        let reply = Meant::Reply { slug: slug.clone(), ticket: "0123456789ab".into(), mark: "k3v9q2xw7a".into() };
        assert_eq!(answered(&signed.to_uppercase(), "help@acme.example", &slug), Some(reply));
        for other in ["help@acme.example", "sales@acme.example"] {
            assert_eq!(answered(&signed.replace("help+", "hello+"), other, &slug), None);
        }
        assert_eq!(answered("help+x@acme.example", "help@acme.example", &slug), None);
        assert_eq!(signed_address(&format!("{}@x.example", "a".repeat(60)), TicketId(deal.0), "k3v9q2xw7a"), None);
        let longest = Slug::parse(&"a".repeat(40)).expect("a slug");
        assert!(deal_address(&longest, "k3v9q2xw7a", "x", deal).split('@').next().is_some_and(|l| l.len() <= LOCAL));
        assert!(reply_address(&longest, TicketId(deal.0), "k3v9q2xw7a", "x").find('@').is_some_and(|l| l <= LOCAL));
        assert!(queue_address(&longest, "ABCDEFGH", "k3v9q2xw7a", "x").find('@').is_some_and(|l| l <= LOCAL));
        assert_eq!(form_address(&longest, &"b".repeat(40), "x"), None);
    }
}
