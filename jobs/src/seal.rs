//! Tokens of one-time links: an id and its signature. Nothing that opens anything is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::Aead};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of the signature that a token carries: 128 bits.
const SIGNATURE: usize = 16;

#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    pub fn new(secret_key: &str) -> Self {
        Self(<Hmac<Sha256> as Mac>::new_from_slice(secret_key.as_bytes()).expect("HMAC takes keys of any length"))
    }

    /// The token of this id for this purpose, 43 letters fit for a URL.
    pub fn seal(&self, purpose: &str, id: Uuid) -> String {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.mac(purpose, id).finalize().into_bytes()[..SIGNATURE]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The id in the token, if it was sealed for this purpose. Takes the same time for any wrong signature.
    pub fn open(&self, purpose: &str, token: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|b| b.len() == 16 + SIGNATURE)?;
        let (id, signature) = bytes.split_at(16);
        let id = Uuid::from_slice(id).ok()?;
        self.mac(purpose, id).verify_truncated_left(signature).ok()?;
        Some(id)
    }

    /// A token that says what `content` says, for whoever may read it, and that nobody else can make. For a URL.
    pub fn sign(&self, purpose: &str, content: &[u8]) -> String {
        let signature = self.signature(purpose, content).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&signature[..SIGNATURE], content].concat())
    }

    /// What a token of [`sign`](Self::sign) says, if it was signed for this purpose.
    pub fn read(&self, purpose: &str, token: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (signature, content) = bytes.split_at_checked(SIGNATURE)?;
        self.signature(purpose, content).verify_truncated_left(signature).ok()?;
        Some(content.to_vec())
    }

    /// The mark of any text for this purpose, 43 letters: whoever brings both back had them from us.
    pub fn mark(&self, purpose: &str, text: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(b"mark\0");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(text);
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Whether this is the [`mark`](Self::mark) of that text. Takes the same time for any wrong one.
    pub fn is_mark(&self, purpose: &str, text: &[u8], mark: &str) -> bool {
        let expected = self.mark(purpose, text);
        let differ = expected.bytes().zip(mark.bytes()).fold(0, |d, (a, b)| d | (a ^ b));
        mark.len() == expected.len() && differ == 0
    }

    /// Encrypts what is to be kept, for this purpose alone (XChaCha20-Poly1305, a random nonce in front).
    pub fn hide(&self, purpose: &str, secret: &[u8]) -> Vec<u8> {
        let nonce: [u8; 24] = rand::random();
        let sealed = self.cipher(purpose).encrypt(&nonce.into(), secret).expect("it fits into memory");
        [&nonce[..], &sealed[..]].concat()
    }

    /// What was hidden for this purpose; `None` for anything else, or under another key.
    pub fn show(&self, purpose: &str, hidden: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = hidden.split_at_checked(24)?;
        let nonce: [u8; 24] = nonce.try_into().ok()?;
        self.cipher(purpose).decrypt(&nonce.into(), sealed).ok()
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        let mut mac = self.0.clone();
        mac.update(b"cipher\0");
        mac.update(purpose.as_bytes());
        XChaCha20Poly1305::new(&mac.finalize().into_bytes())
    }

    fn signature(&self, purpose: &str, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(b"signed\0");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(content);
        mac
    }

    fn mac(&self, purpose: &str, id: Uuid) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(b"one-time link\0");
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(id.as_bytes());
        mac
    }
}

/// What tokens are sealed for.
pub mod purpose {
    /// An account's number: for this employee alone.
    pub fn iban(employee: uuid::Uuid) -> String {
        format!("iban/{employee}")
    }

    /// A file that was brought: for this import alone.
    pub fn import_file(import: uuid::Uuid) -> String {
        format!("import_file/{import}")
    }

    /// The password of a mailbox that is read: for this mailbox alone.
    pub fn inbox(inbox: uuid::Uuid) -> String {
        format!("inbox/{inbox}")
    }

    /// A password that was typed into a form, until the form is saved: for whoever typed it, and where it is to open.
    pub fn typed_password(member: uuid::Uuid, opens: &str) -> String {
        format!("typed_password/{member}/{opens}")
    }

    pub const VERIFICATION: &str = "verification";
    pub const PASSWORD_RESET: &str = "password_reset";
    pub const INVITATION: &str = "invitation";
    pub const EMAIL_CHANGE: &str = "email_change";
    pub const UNSUBSCRIBE: &str = "unsubscribe";
    /// Where mail servers bring what bounced.
    pub const BOUNCES: &str = "bounces";
    /// Where a mail service brings what comes in.
    pub const INBOUND: &str = "inbound";
    /// The secret in the address to which members send copies.
    pub const DROP: &str = "drop";
    /// The secret in the address of a queue.
    pub const QUEUE: &str = "queue_address";
    /// The mark in the address for answers to a ticket.
    pub const TICKET: &str = "ticket_address";
    /// The question how somebody found our help.
    pub const RATING: &str = "ticket_rating";
    pub const HOOK: &str = "hook";
    /// A page to apply for a job, as it was shown; a CV that came with it; and how an application stands.
    pub const APPLICATION: &str = "application";
    pub const APPLICATION_CV: &str = "application_cv";
    pub const APPLICATION_STATUS: &str = "application_status";
    /// A public form as it was shown.
    pub const FORM: &str = "form_stamp";
    /// By which a program sends a form.
    pub const FORM_KEY: &str = "form_key";
    /// That somebody sent a form, from their mail.
    pub const FORM_CONFIRMATION: &str = "form_confirmation";
    /// A calendar that another program reads.
    pub const FEED: &str = "feed";
    /// Yes or no to a request for leave, from a mail.
    pub const LEAVE_ANSWER: &str = "leave_answer";
    /// The link into a portal, and what stays in the browser of whoever has used it.
    pub const PORTAL_LINK: &str = "portal_link";
    pub const PORTAL_SESSION: &str = "portal_session";
    /// A quote, for whoever it is offered to.
    pub const QUOTE: &str = "quote";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_shows_for_its_purpose_only() {
        let seal = Seal::new("secret");
        let hidden = seal.hide("a", b"twenty bytes of it");
        assert_eq!(seal.show("a", &hidden).as_deref(), Some(&b"twenty bytes of it"[..]));
        assert_ne!(seal.hide("a", b"twenty bytes of it"), hidden, "twice is not the same");
        assert_eq!(seal.show("b", &hidden), None);
        assert_eq!(Seal::new("another").show("a", &hidden), None);
        let mut forged = hidden.clone();
        forged[30] ^= 1;
        assert_eq!(seal.show("a", &forged), None);
        assert_eq!(seal.show("a", &hidden[..20]), None);
    }

    #[test]
    fn what_is_signed_is_read_for_its_purpose_only() {
        let seal = Seal::new("secret");
        let token = seal.sign("a", b"anything");
        assert_eq!(seal.read("a", &token).as_deref(), Some(&b"anything"[..]));
        assert_eq!(seal.read("b", &token), None);
        assert_eq!(Seal::new("another").read("a", &token), None);
        for i in 0..token.len() {
            let forged = format!("{}{}{}", &token[..i], if &token[i..=i] == "A" { "Q" } else { "A" }, &token[i + 1..]);
            assert_eq!(seal.read("a", &forged), None, "{i}");
        }
        assert_eq!(seal.read("a", &token[..10]), None);
    }

    #[test]
    fn a_token_opens_for_its_purpose_only() {
        let (seal, id) = (Seal::new("secret"), Uuid::from_u128(7));
        let token = seal.seal(purpose::INVITATION, id);
        assert_eq!(token.len(), 43);
        assert_eq!(seal.open(purpose::INVITATION, &token), Some(id));
        assert_eq!(seal.open(purpose::VERIFICATION, &token), None);
        assert_eq!(Seal::new("another").open(purpose::INVITATION, &token), None);
        assert_eq!(seal.open(purpose::INVITATION, &token[..42]), None);
        assert_eq!(seal.open(purpose::INVITATION, ""), None);
        let other = seal.seal(purpose::INVITATION, Uuid::from_u128(8));
        let forged = format!("{}{}", &other[..21], &token[21..]);
        assert_eq!(seal.open(purpose::INVITATION, &forged), None);
    }
}
