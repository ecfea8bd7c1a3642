//! The second factor: codes of an app on the phone (TOTP, RFC 6238), and recovery codes for when it is gone.

use chrono::{DateTime, Utc};
use jobs::Seal;
use rand::{Rng, distr::Alphanumeric};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Seconds that a code stands.
const STEP: u64 = 30;
/// Steps on either side that are taken: a phone's clock may be half a minute off (RFC 6238 §5.2).
const SKEW: i64 = 1;
/// Steps on either side in which a code is recognised, and refused with a word about the clock.
const RECOGNISED: i64 = 6;
/// Recovery codes that somebody gets.
pub const CODES: usize = 10;

/// What a code comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The right one, of this time step.
    Fits(i64),
    /// A right one of another time: the phone's clock is off by about so many seconds, behind if negative.
    ClockOff(i64),
    Wrong,
}

/// A new secret, 160 bits (RFC 4226 §4).
pub fn new_secret() -> Vec<u8> {
    let mut secret = vec![0_u8; 20];
    rand::rng().fill(&mut secret[..]);
    secret
}

/// What a secret is sealed for: an account's row alone.
pub fn purpose(account: domain::AccountId) -> String {
    format!("second factor {account}")
}

fn totp(secret: &[u8]) -> Option<Totp> {
    let secret = Secret::new(secret.into());
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(0).with_step_duration(STEP);
    builder.with_secret(secret).build().ok()
}

/// Judges a code; blanks in it are nothing.
pub fn check(secret: &[u8], code: &str, now: DateTime<Utc>) -> Verdict {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let (Some(totp), true) = (totp(secret), code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())) else {
        return Verdict::Wrong;
    };
    let step = now.timestamp().div_euclid(STEP.cast_signed());
    let mut verdict = Verdict::Wrong;
    // All of them each time: how long it takes tells nothing.
    for off in -RECOGNISED..=RECOGNISED {
        let at = (step + off).max(0);
        if same(&totp.generate((at * STEP.cast_signed()).unsigned_abs()).to_string(), &code) {
            verdict = match verdict {
                Verdict::Fits(_) => verdict,
                _ if off.abs() <= SKEW => Verdict::Fits(at),
                _ => Verdict::ClockOff(off * STEP.cast_signed()),
            };
        }
    }
    verdict
}

fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) == 0
}

/// The secret as people type it, in fours.
pub fn words(secret: &[u8]) -> String {
    let text = Secret::new(secret.into()).to_base32();
    text.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect::<Vec<_>>().join(" ")
}

/// What the QR code says (Key URI format).
pub fn url(secret: &[u8], email: &str) -> String {
    let secret = Secret::new(secret.into()).to_base32();
    format!("otpauth://totp/People360:{}?secret={secret}&issuer=People360", views::encode(email))
}

/// The QR code: its width in modules, and which of them are dark, row by row.
pub fn picture(url: &str) -> (usize, Vec<bool>) {
    match qrcode::QrCode::new(url) {
        Ok(code) => (code.width(), code.to_colors().into_iter().map(|c| c == qrcode::Color::Dark).collect()),
        Err(_) => (0, vec![]),
    }
}

/// Ten codes like `k3f9x-2m7qa`, 50 bits each and slowed down when guessed.
pub fn new_codes() -> Vec<String> {
    let letters = || -> String {
        let mut rng = rand::rng();
        std::iter::repeat_with(|| char::from(rng.sample(Alphanumeric)).to_ascii_lowercase())
            // What is easily taken for another letter is left out.
            .filter(|c| !matches!(c, '0' | 'o' | '1' | 'l' | 'i'))
            .take(10)
            .collect()
    };
    (0..CODES).map(|_| letters()).map(|code| format!("{}-{}", &code[..5], &code[5..])).collect()
}

/// What of a recovery code is kept.
pub fn mark(seal: &Seal, account: domain::AccountId, code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    seal.mark("recovery code", format!("{account}:{code}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a moment")
    }

    /// RFC 6238, Appendix B, the last six of eight digits.
    #[test]
    fn the_codes_are_the_standards() {
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(check(secret, code, at(seconds)), Verdict::Fits(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off_and_no_more() {
        let secret = b"12345678901234567890";
        let now = 1_234_567_890;
        for (off, verdict) in [
            (0, Verdict::Fits(now / 30)),
            (-30, Verdict::Fits(now / 30)),
            (30, Verdict::Fits(now / 30)),
            (90, Verdict::ClockOff(-90)),
            (-90, Verdict::ClockOff(90)),
            (600, Verdict::Wrong),
        ] {
            assert_eq!(check(secret, "005924", at(now + off)), verdict, "{off}");
        }
        for wrong in ["", "00592", "0059244", "00592x", "000000"] {
            assert_eq!(check(secret, wrong, at(now)), Verdict::Wrong, "{wrong}");
        }
        assert_eq!(check(secret, " 005 924 ", at(now)), Verdict::Fits(now / 30));
    }

    #[test]
    fn recovery_codes_are_ten_different_ones() {
        let codes = new_codes();
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (10, 10));
        assert!(codes.iter().all(|c| c.len() == 11 && c.as_bytes()[5] == b'-'), "{codes:?}");
        let (seal, account) = (Seal::new("secret"), domain::AccountId(uuid::Uuid::from_u128(7)));
        assert_eq!(mark(&seal, account, " K3F9X 2m7qa "), mark(&seal, account, "k3f9x-2m7qa"));
        assert_ne!(
            mark(&seal, account, "k3f9x-2m7qa"),
            mark(&seal, domain::AccountId(uuid::Uuid::from_u128(8)), "k3f9x-2m7qa")
        );
    }
}
