//! Paths of mail that comes in.

use super::fill;

paths! {
    /// Where a mail service brings raw messages.
    INBOUND_MAIL inbound_mail(secret) = "/inbound/mail/{secret}";
    MAILS mails(slug) = "/w/{slug}/crm/mail";
    MAIL mail(slug, id) = "/w/{slug}/crm/mail/{id}";
    MAIL_RETRY mail_retry(slug, id) = "/w/{slug}/crm/mail/{id}/retry";
    MAIL_DISMISSAL mail_dismissal(slug, id) = "/w/{slug}/crm/mail/{id}/dismissal";
    MAIL_PRIVACY mail_privacy(slug, id) = "/w/{slug}/crm/mail/{id}/privacy";
    /// Files it on a record that somebody names.
    MAIL_FILING mail_filing(slug, id) = "/w/{slug}/crm/mail/{id}/filing";
    MAIL_FILING_REMOVAL mail_filing_removal(slug, id) = "/w/{slug}/crm/mail/{id}/filing/removal";
    /// Makes a contact of an address that nobody has.
    MAIL_CONTACT mail_contact(slug, id) = "/w/{slug}/crm/mail/{id}/contact";
    MAIL_LEAD mail_lead(slug, id) = "/w/{slug}/crm/mail/{id}/lead";
    MAIL_DOOR mail_door(slug) = "/w/{slug}/settings/inbound-mail";
    MAIL_DOOR_ROTATION mail_door_rotation(slug) = "/w/{slug}/settings/inbound-mail/rotation";
    MAIL_DOOR_CLOSURE mail_door_closure(slug) = "/w/{slug}/settings/inbound-mail/closure";
}
