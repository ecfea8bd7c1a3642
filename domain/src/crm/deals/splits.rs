//! Who shares in a deal: always the whole of it, in hundredths of a percent.

use super::Owner;
use crate::{Errors, MemberId, Money};
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// The whole, in hundredths of a percent.
pub const WHOLE: u32 = 10_000;
/// Who may share in one deal.
pub const MOST: usize = 10;

/// One's share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub member: Owner,
    /// In hundredths of a percent.
    pub share: u32,
}

/// `33.33` as hundredths of a percent.
pub fn share(input: &str) -> Result<u32, &'static str> {
    const WRONG: &str = "This is not a percentage, like 33.33.";
    let text = input.trim().trim_end_matches('%').trim().replace(',', ".");
    let exact: Decimal = text.parse().map_err(|_| WRONG)?;
    if exact.normalize().scale() > 2 {
        return Err("Use at most two decimals.");
    }
    let hundredths = (exact * Decimal::ONE_HUNDRED).to_u32().ok_or(WRONG)?;
    if (1..=WHOLE).contains(&hundredths) { Ok(hundredths) } else { Err("Use more than 0 and at most 100 percent.") }
}

/// A share as people read it: `33.33 %`.
pub fn words(share: u32) -> String {
    format!("{} %", Decimal::new(share.into(), 2).normalize())
}

/// How a deal is shared out, as its form carries it: never empty.
pub fn mark(shares: impl Iterator<Item = (MemberId, u32)>) -> String {
    let mut all: Vec<String> = shares.map(|(member, share)| format!("{member}:{share}")).collect();
    all.sort_unstable();
    if all.is_empty() { "nobody".into() } else { all.join(",") }
}

/// What is typed as member and percentage, row by row, as shares that are the whole together. Empty rows are none. Where
/// only members are named, they share alike, by the largest remainder.
pub fn read(rows: &[(String, String)]) -> Result<Vec<(MemberId, u32)>, Errors> {
    let mut e = Errors::default();
    let rows: Vec<_> = rows.iter().filter(|(member, share)| !(member.is_empty() && share.trim().is_empty())).collect();
    if rows.len() > MOST {
        e.add("splits", "At most ten people share in a deal.");
    }
    let alike = !rows.is_empty() && rows.iter().all(|(_, share)| share.trim().is_empty());
    let even = evenly(rows.len());
    let mut shares: Vec<(MemberId, u32)> = vec![];
    for (n, (member, typed)) in rows.iter().enumerate() {
        let Ok(member) = member.parse::<MemberId>() else {
            e.add("splits", "Choose who has this share.");
            continue;
        };
        let share = if alike { Ok(even[n]) } else { share(typed) };
        match share {
            _ if shares.iter().any(|(known, _)| *known == member) => e.add("splits", "Everybody has one share."),
            Ok(share) => shares.push((member, share)),
            Err(why) => e.add("splits", why),
        }
    }
    let sum: u32 = shares.iter().map(|(_, share)| share).sum();
    if e.is_empty() && !shares.is_empty() && sum != WHOLE {
        e.add("splits", format!("These are {} together. Shares are 100 % together.", words(sum)));
    }
    e.or(shares)
}

/// The whole in so many parts, by the largest remainder.
pub fn evenly(parts: usize) -> Vec<u32> {
    let n = u32::try_from(parts.max(1)).unwrap_or(1);
    let (each, over) = (WHOLE / n, WHOLE % n);
    (0..u32::try_from(parts).unwrap_or(0)).map(|i| each + u32::from(i < over)).collect()
}

/// What each has of the amount: together exactly that.
pub fn portions(amount: Money, splits: &[Split]) -> Vec<Money> {
    amount.split(&splits.iter().map(|s| s.share).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn rows(typed: &[(u128, &str)]) -> Vec<(String, String)> {
        let id = |n: u128| if n == 0 { String::new() } else { Uuid::from_u128(n).to_string() };
        typed.iter().map(|(n, share)| (id(*n), (*share).to_owned())).collect()
    }

    #[test]
    fn shares_are_the_whole_or_refused() {
        for (typed, told) in [
            (&[][..], Some(vec![])),
            (&[(0, "")], Some(vec![])),
            (&[(1, "100")], Some(vec![10_000])),
            (&[(1, "60"), (2, "40 %"), (0, " ")], Some(vec![6_000, 4_000])),
            (&[(1, "33,33"), (2, "33.33"), (3, "33.34")], Some(vec![3_333, 3_333, 3_334])),
            (&[(1, ""), (2, ""), (3, "")], Some(vec![3_334, 3_333, 3_333])),
            (&[(1, "50")], None),
            (&[(1, "50"), (1, "50")], None),
            (&[(1, "60"), (2, "50")], None),
            (&[(0, "100")], None),
            (&[(1, "99.999"), (2, "0.001")], None),
            (&[(1, "0"), (2, "100")], None),
            (&[(1, "half")], None),
        ] {
            let read = read(&rows(typed)).ok().map(|s| s.into_iter().map(|(_, share)| share).collect::<Vec<_>>());
            assert_eq!(read, told, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn even_shares_are_the_whole(parts in 1usize..=10) {
            let shares = evenly(parts);
            prop_assert_eq!(shares.iter().sum::<u32>(), WHOLE);
            prop_assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1);
        }

        #[test]
        fn portions_are_the_amount(minor in 0i64..1_000_000_000_000, parts in 1usize..=10) {
            let owner = |n: usize| Owner { id: Uuid::from_u128(n as u128).into(), name: String::new(), email: String::new() };
            let splits: Vec<_> =
                evenly(parts).into_iter().enumerate().map(|(n, share)| Split { member: owner(n), share }).collect();
            let portions = portions(Money::new(minor, Currency::JPY), &splits);
            prop_assert_eq!(portions.iter().map(|m| m.minor).sum::<i64>(), minor);
        }
    }
}
