//! The bank's file.

use super::{
    super::{calculation::calculate, samples_tests::*},
    *,
};
use crate::{hr::payroll::bank::Account, hr::payroll::bank::payments};
use quick_xml::{Reader, events::Event as Read};

fn batch() -> Batch {
    let of = |n: u128, salary| {
        let mut input = input(month("2026-03-01"));
        input.facts.employee = id(n);
        input.facts.pay = vec![pay("2020-01-01", salary)];
        calculate(&small(), &input)
    };
    let account = |holder: &str, bic: Option<&str>| Account {
        holder: holder.into(),
        iban: "DE89 3704 0044 0532 0130 00".into(),
        bic: bic.map(str::to_owned),
    };
    let accounts = [(id(1), account("Jürgen <Łukasz> & Söhne", Some("DEUTDEFF"))), (id(2), account("山田", None))];
    payments(&[of(1, 300_000), of(2, 123_457)], &accounts.into(), "2026-03", Currency::EUR)
}

fn order() -> Order {
    Order {
        message: "PAY-2026-03".into(),
        made: "2026-03-27T09:00:00Z".parse().expect("a moment"),
        on: day("2026-03-31"),
        debtor: "Acme & Co".into(),
        iban: "GB29NWBK60161331926819".into(),
        bic: None,
        purpose: "Salary March 2026".into(),
    }
}

/// All that stands in elements of a name, by somebody else's reading.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut inside, mut found) = (false, vec![]);
    loop {
        match reader.read_event().expect("well-formed") {
            Read::Start(e) => inside = e.name().as_ref() == name,
            Read::End(_) => inside = false,
            Read::Text(t) if inside => found.push(t.to_string()),
            Read::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn the_file_pays_what_the_batch_does() {
    let xml = pain_001(&batch(), &order()).expect("a file");
    // 3,000.00 less 5 %; 1,234.57 less 61.73.
    assert_eq!(texts(&xml, "InstdAmt"), ["2850.00", "1172.84"]);
    assert_eq!(texts(&xml, "CtrlSum"), ["4022.84", "4022.84"]);
    assert_eq!(texts(&xml, "NbOfTxs"), ["2", "2"]);
    assert_eq!(texts(&xml, "EndToEndId"), ["2026-03-000001", "2026-03-000002"]);
    assert_eq!(texts(&xml, "IBAN"), ["GB29NWBK60161331926819", "DE89370400440532013000", "DE89370400440532013000"]);
    assert_eq!(texts(&xml, "Nm"), ["Acme + Co", "Acme + Co", "Juergen .Lukasz. + Soehne", ".."]);
    assert_eq!(texts(&xml, "BICFI"), ["DEUTDEFF"]);
    assert_eq!(texts(&xml, "CreDtTm"), ["2026-03-27T09:00:00Z"]);
    assert_eq!(texts(&xml, "Dt"), ["2026-03-31"]);
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">"));
}

#[test]
fn what_no_bank_takes_is_refused() {
    let refused = |batch: &Batch, order: &Order| pain_001(batch, order).expect_err("refused").words();
    let (batch, order) = (batch(), order());
    let yen = Batch { currency: Currency::JPY, ..batch.clone() };
    assert_eq!(refused(&yen, &order), "SEPA pays euros, and this run is in JPY. Use the CSV file.");
    assert_eq!(refused(&Batch { payments: vec![], ..batch.clone() }, &order), "There is nothing to pay.");
    let mut large = batch.clone();
    large.payments[0].amount = 100_000_000_000;
    assert_eq!(refused(&large, &order), "The payment 2026-03-000001 is too large for SEPA.");
    let wrong = Order { iban: "DE00".into(), ..order.clone() };
    assert!(refused(&batch, &wrong).starts_with("The company’s account: This is not an IBAN."));
    for message in ["", "a b", &"x".repeat(36)] {
        assert_eq!(pain_001(&batch, &Order { message: message.into(), ..order.clone() }), Err(Refused::Message));
    }
}

#[test]
fn names_are_in_signs_that_every_bank_takes() {
    for (name, wanted) in [
        ("  Ångström, Åse ", "Angstroem, Ase"),
        ("Dvořák & Šťastný", "Dvorak + Stastny"),
        ("O’Neill – Weiß", "O'Neill - Weiss"),
        ("//x", "x"),
        ("", "NOTPROVIDED"),
    ] {
        assert_eq!(latin(name, 70), wanted);
    }
    assert_eq!(latin(&"ß".repeat(70), 70).len(), 70);
}
