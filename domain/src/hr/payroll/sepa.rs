//! The file by which a bank in the euro area pays a batch: SEPA credit transfer, ISO 20022 pain.001.001.09, as the European
//! Payments Council's guidelines (EPC132-08) use it. One file, one debtor, one day.

use super::bank::{Batch, Payment};
use crate::{Currency, Day, Money, hr::details::bank};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use std::io;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

/// Payments of one file; a bank takes no more.
pub const MOST: usize = 50_000;
/// The largest payment that SEPA knows, in cents (EPC132-08, AT-04).
const LARGEST: i64 = 99_999_999_999;

/// Who pays, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Unique for the bank; at most 35 signs.
    pub message: String,
    pub made: DateTime<Utc>,
    /// On which day it is to be done.
    pub on: Day,
    pub debtor: String,
    pub iban: String,
    pub bic: Option<String>,
    /// What stands on each account statement, like "Salary March 2026".
    pub purpose: String,
}

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// SEPA pays euros.
    Currency(Currency),
    Empty,
    TooMany,
    TooLarge(String),
    /// What is wrong with the company's own account.
    Debtor(&'static str),
    Message,
}

impl Refused {
    pub fn words(&self) -> String {
        match self {
            Self::Currency(c) => format!("SEPA pays euros, and this run is in {}. Use the CSV file.", c.code()),
            Self::Empty => "There is nothing to pay.".into(),
            Self::TooMany => format!("A file has at most {MOST} payments."),
            Self::TooLarge(reference) => format!("The payment {reference} is too large for SEPA."),
            Self::Debtor(words) => format!("The company’s account: {words}"),
            Self::Message => "The file needs a mark of at most 35 letters, digits and dashes.".into(),
        }
    }
}

/// The file as text.
pub fn pain_001(batch: &Batch, order: &Order) -> Result<String, Refused> {
    if batch.currency != Currency::EUR {
        return Err(Refused::Currency(batch.currency));
    }
    if batch.payments.is_empty() {
        return Err(Refused::Empty);
    }
    if batch.payments.len() > MOST {
        return Err(Refused::TooMany);
    }
    if let Some(large) = batch.payments.iter().find(|p| p.amount > LARGEST) {
        return Err(Refused::TooLarge(large.reference.clone()));
    }
    let mark = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if order.message.is_empty() || order.message.len() > 35 || !order.message.chars().all(mark) {
        return Err(Refused::Message);
    }
    let iban = bank::iban(&order.iban).map_err(Refused::Debtor)?;
    let bic = order.bic.as_deref().map(bank::bic).transpose().map_err(Refused::Debtor)?;
    let order = Order { iban, bic, ..order.clone() };
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    document(&mut xml, batch, &order).expect("a buffer in memory takes what is written");
    Ok(String::from_utf8(xml.into_inner()).expect("what was written is text"))
}

type Xml = Writer<Vec<u8>>;

fn document(xml: &mut Xml, batch: &Batch, order: &Order) -> io::Result<()> {
    let (count, sum) = (batch.payments.len().to_string(), decimal(batch.total()));
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("Document").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|xml| {
        within(xml, "CstmrCdtTrfInitn", |xml| {
            within(xml, "GrpHdr", |xml| {
                text(xml, "MsgId", &order.message)?;
                text(xml, "CreDtTm", &order.made.to_rfc3339_opts(SecondsFormat::Secs, true))?;
                text(xml, "NbOfTxs", &count)?;
                text(xml, "CtrlSum", &sum)?;
                within(xml, "InitgPty", |xml| text(xml, "Nm", &latin(&order.debtor, 70)))
            })?;
            within(xml, "PmtInf", |xml| {
                text(xml, "PmtInfId", &order.message)?;
                text(xml, "PmtMtd", "TRF")?;
                // One booking for all: a statement of the company shows nobody's pay.
                text(xml, "BtchBookg", "true")?;
                text(xml, "NbOfTxs", &count)?;
                text(xml, "CtrlSum", &sum)?;
                within(xml, "PmtTpInf", |xml| {
                    within(xml, "SvcLvl", |xml| text(xml, "Cd", "SEPA"))?;
                    within(xml, "CtgyPurp", |xml| text(xml, "Cd", "SALA"))
                })?;
                within(xml, "ReqdExctnDt", |xml| text(xml, "Dt", &order.on.to_string()))?;
                within(xml, "Dbtr", |xml| text(xml, "Nm", &latin(&order.debtor, 70)))?;
                account(xml, "DbtrAcct", &order.iban)?;
                agent(xml, "DbtrAgt", order.bic.as_deref())?;
                text(xml, "ChrgBr", "SLEV")?;
                batch.payments.iter().try_for_each(|p| payment(xml, p, order))
            })
        })
    })?;
    Ok(())
}

fn payment(xml: &mut Xml, payment: &Payment, order: &Order) -> io::Result<()> {
    within(xml, "CdtTrfTxInf", |xml| {
        within(xml, "PmtId", |xml| text(xml, "EndToEndId", &payment.reference))?;
        within(xml, "Amt", |xml| {
            let amount = xml.create_element("InstdAmt").with_attribute(("Ccy", "EUR"));
            amount.write_text_content(BytesText::new(&decimal(payment.amount))).map(drop)
        })?;
        if payment.bic.is_some() {
            agent(xml, "CdtrAgt", payment.bic.as_deref())?;
        }
        within(xml, "Cdtr", |xml| text(xml, "Nm", &latin(&payment.holder, 70)))?;
        account(xml, "CdtrAcct", &payment.iban)?;
        within(xml, "RmtInf", |xml| text(xml, "Ustrd", &latin(&order.purpose, 140)))
    })
}

fn account(xml: &mut Xml, name: &str, iban: &str) -> io::Result<()> {
    within(xml, name, |xml| within(xml, "Id", |xml| text(xml, "IBAN", iban)))
}

/// A bank by its code; where none is known, the IBAN says which it is.
fn agent(xml: &mut Xml, name: &str, bic: Option<&str>) -> io::Result<()> {
    within(xml, name, |xml| {
        within(xml, "FinInstnId", |xml| match bic {
            Some(bic) => text(xml, "BICFI", bic),
            None => within(xml, "Othr", |xml| text(xml, "Id", "NOTPROVIDED")),
        })
    })
}

fn within(xml: &mut Xml, name: &str, inside: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    xml.create_element(name).write_inner_content(inside).map(drop)
}

fn text(xml: &mut Xml, name: &str, content: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(content)).map(drop)
}

fn decimal(cents: i64) -> String {
    Money::new(cents, Currency::EUR).decimal().to_string()
}

/// In the signs that every bank of the area takes (EPC217-08): letters without marks, digits and a few others.
fn latin(input: &str, most: usize) -> String {
    let mut out = String::new();
    for c in input.trim().chars() {
        match c {
            _ if c.is_ascii_alphanumeric() || " /-?:().,'+".contains(c) => out.push(c),
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'œ' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'Ä' | 'Æ' => out.push_str("Ae"),
            'Ö' | 'Œ' => out.push_str("Oe"),
            'Ü' => out.push_str("Ue"),
            '&' => out.push('+'),
            '’' | '‘' => out.push('\''),
            '–' | '—' | '_' => out.push('-'),
            _ => out.push(bare(c)),
        }
    }
    let cut: String = out.chars().take(most).collect();
    // The schema wants a sign; a name in another script has none of these.
    let kept = cut.trim().trim_start_matches('/').trim();
    if kept.is_empty() { "NOTPROVIDED".to_owned() } else { kept.to_owned() }
}

/// A letter without its mark; another script's becomes a dot.
fn bare(c: char) -> char {
    const BARE: [(&str, char); 32] = [
        ("àáâãåāăą", 'a'),
        ("ÀÁÂÃÅĀĂĄ", 'A'),
        ("çćĉċč", 'c'),
        ("ÇĆĈĊČ", 'C'),
        ("ďđð", 'd'),
        ("ĎĐÐ", 'D'),
        ("èéêëēĕėęě", 'e'),
        ("ÈÉÊËĒĔĖĘĚ", 'E'),
        ("ĝğġģ", 'g'),
        ("ĜĞĠĢ", 'G'),
        ("ìíîïĩīĭįı", 'i'),
        ("ÌÍÎÏĨĪĬĮİ", 'I'),
        ("ķ", 'k'),
        ("Ķ", 'K'),
        ("ĺļľŀł", 'l'),
        ("ĹĻĽĿŁ", 'L'),
        ("ñńņňŋ", 'n'),
        ("ÑŃŅŇŊ", 'N'),
        ("òóôõøōŏő", 'o'),
        ("ÒÓÔÕØŌŎŐ", 'O'),
        ("ŕŗř", 'r'),
        ("ŔŖŘ", 'R'),
        ("śŝşšș", 's'),
        ("ŚŜŞŠȘ", 'S'),
        ("ţťŧț", 't'),
        ("ŢŤŦȚ", 'T'),
        ("ùúûũūŭůűų", 'u'),
        ("ÙÚÛŨŪŬŮŰŲ", 'U'),
        ("ýÿŷ", 'y'),
        ("ÝŸŶ", 'Y'),
        ("źżž", 'z'),
        ("ŹŻŽ", 'Z'),
    ];
    BARE.iter().find(|(marked, _)| marked.contains(c)).map_or('.', |(_, bare)| *bare)
}

#[cfg(test)]
mod sepa_tests;
