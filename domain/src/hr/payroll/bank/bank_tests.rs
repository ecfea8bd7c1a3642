//! Who is paid where, and who is not.

use super::{
    super::{calculation::calculate, samples_tests::*},
    *,
};

fn outcomes() -> Vec<Outcome> {
    let of = |n, held: Option<&str>, salary| {
        let mut input = input(month("2026-03-01"));
        input.facts.employee = id(n);
        input.held = held.map(str::to_owned);
        input.facts.pay = vec![pay("2020-01-01", salary)];
        calculate(&small(), &input)
    };
    let mut all: Vec<_> = [300_000, 100_000, 0].into_iter().zip(1..).map(|(salary, n)| of(n, None, salary)).collect();
    all.extend([of(4, Some("Why"), 300_000), of(5, None, 200_000), of(6, None, 200_000)]);
    all
}

fn account(iban: &str) -> Account {
    Account { holder: "Ada Byron".into(), iban: iban.into(), bic: None }
}

fn accounts() -> BTreeMap<EmployeeId, Account> {
    [
        (id(1), account("DE89 3704 0044 0532 0130 00")),
        (id(2), Account { bic: Some("deutdeff".into()), holder: "=cmd()".into(), ..account("GB29NWBK60161331926819") }),
        (id(3), account("DE89370400440532013000")),
        (id(4), account("DE89370400440532013000")),
        // A digit swapped.
        (id(5), account("DE89370400440532013001")),
    ]
    .into()
}

#[test]
fn a_batch_pays_who_can_be_paid_and_says_who_cannot() {
    let batch = payments(&outcomes(), &accounts(), "2026-03 /x", Currency::EUR);
    let paid: Vec<_> = batch.payments.iter().map(|p| (p.employee, p.amount, p.reference.as_str())).collect();
    assert_eq!(paid, [(id(1), 285_000, "2026-03x-000001"), (id(2), 95_000, "2026-03x-000002")]);
    assert_eq!(batch.total(), 380_000);
    let left: Vec<_> = batch.left_out.iter().map(|(id, net, why)| (*id, *net, why.words())).collect();
    assert_eq!(
        left,
        [
            (id(3), 0, "Nothing to pay"),
            (id(4), 285_000, "Withheld"),
            (id(5), 190_000, "This is not an IBAN. Look for a digit that is missing, wrong or swapped."),
            (id(6), 190_000, "No bank account"),
        ]
    );
}

#[test]
fn rows_are_what_a_spreadsheet_may_open() {
    let rows = payments(&outcomes(), &accounts(), "2026-03", Currency::EUR).rows();
    assert_eq!(rows[0], ["Reference", "Account holder", "IBAN", "BIC", "Amount", "Currency"]);
    assert_eq!(rows[1], ["2026-03-000001", "Ada Byron", "DE89370400440532013000", "", "2850.00", "EUR"]);
    assert_eq!(rows[2], ["2026-03-000002", "'=cmd()", "GB29NWBK60161331926819", "DEUTDEFF", "950.00", "EUR"]);
}

#[test]
fn an_account_is_masked_wherever_it_is_printed() {
    let batch = payments(&outcomes(), &accounts(), "2026-03", Currency::EUR);
    let printed = format!("{:?} {:?}", batch.payments, accounts());
    assert!(printed.contains("•••• 3000") && !printed.contains("DE89"), "{printed}");
}
