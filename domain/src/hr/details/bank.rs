//! Where somebody's pay goes.

use iban::{Iban, IbanLike};

/// What stands for the digits that are not shown.
pub const MASK: &str = "••••";

/// An account as it is shown: of its number no more than the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bank {
    pub version: i32,
    pub holder: Option<String>,
    pub last_four: Option<String>,
    pub bic: Option<String>,
}

impl Bank {
    pub fn is_empty(&self) -> bool {
        self.holder.is_none()
    }

    /// `•••• 3000`
    pub fn masked(&self) -> Option<String> {
        self.last_four.as_ref().map(|four| format!("{MASK} {four}"))
    }
}

/// The end by which somebody knows their own account again.
pub fn last_four(iban: &str) -> String {
    let from = iban.len().saturating_sub(4);
    iban.get(from..).unwrap_or_default().to_owned()
}

/// An account's number whose check digits and length are right (ISO 13616), without blanks.
pub(in crate::hr) fn iban(input: &str) -> Result<String, &'static str> {
    let plain: String = input.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    match plain.parse::<Iban>() {
        Ok(iban) => Ok(iban.electronic_str().to_owned()),
        Err(_) => Err("This is not an IBAN. Look for a digit that is missing, wrong or swapped."),
    }
}

/// A bank's code (ISO 9362): four letters, a country, two signs, and perhaps three for the branch.
pub(in crate::hr) fn bic(input: &str) -> Result<String, &'static str> {
    let plain: String = input.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let letters = plain.len() >= 6 && plain.bytes().take(6).all(|b| b.is_ascii_uppercase());
    let fine = letters && plain.bytes().all(|b| b.is_ascii_alphanumeric()) && matches!(plain.len(), 8 | 11);
    if fine { Ok(plain) } else { Err("A BIC has 8 or 11 letters and digits, like DEUTDEFF.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_right_by_its_check_digits() {
        for (typed, kept) in [
            ("DE89 3704 0044 0532 0130 00", Some("DE89370400440532013000")),
            ("gb29nwbk60161331926819", Some("GB29NWBK60161331926819")),
            ("DK50-0040-0440-1162-43", Some("DK5000400440116243")),
            ("DE89 3704 0044 0532 0130 01", None),
            ("DE89 3704 0044 0532 0130", None),
            ("12345678", None),
            ("Ünïcode", None),
        ] {
            assert_eq!(iban(typed).ok().as_deref(), kept, "{typed}");
        }
        assert_eq!(last_four("DE89370400440532013000"), "3000");
        assert_eq!(last_four("1"), "1");
    }

    #[test]
    fn a_bank_is_known_by_eight_or_eleven_signs() {
        for (typed, kept) in
            [("deutdeff", Some("DEUTDEFF")), ("DABADKKK XXX", Some("DABADKKKXXX")), ("DEUT", None), ("1EUTDEFF", None)]
        {
            assert_eq!(bic(typed).ok().as_deref(), kept, "{typed}");
        }
    }
}
