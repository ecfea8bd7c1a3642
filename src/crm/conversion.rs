//! Converting a lead, taking that back, and taking a lead that nobody has.

use crate::web::{
    Allowed, Confirmed, Error, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::{Late, Nothing},
};
use domain::{
    Errors, LeadConversionId, LeadId,
    access::{ContactsWrite, CustomersWrite, DealsWrite, LeadsWrite, Permission},
    crm::leads::{
        Lead,
        conversion::{Draft, expected},
    },
    paths,
};
use store::{
    TenantTx,
    crm::leads::{self, assigning, conversion},
    reach::{self, Kind},
};
use views::crm::leads::Convert;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LEAD_CONVERSION, ask)
        .post(paths::LEAD_CONVERSION, convert)
        .post(paths::LEAD_CONVERSION_REVERSAL, undo)
        .post(paths::LEAD_TAKING, take)
}

type Seller = Allowed<LeadsWrite>;

/// Customers that a lead may be already, shown to choose from.
const SIMILAR: usize = 8;

/// Which customer it becomes, and what there is to sell.
struct ConvertForm;

/// Whose what is made will be: the lead's owner's, or whoever's who converts it.
fn owner(who: &Seller, lead: &Lead) -> String {
    lead.owner.as_ref().map_or_else(|| who.email.clone(), |o| o.email.clone())
}

async fn open(who: &Seller, id: LeadId) -> Result<(TenantTx, Lead)> {
    let mut tx = who.begin().await?;
    reach::hold::<LeadsWrite>(&mut tx, Kind::Leads, id.0).await?;
    let lead = leads::find(&mut tx, id).await?;
    Ok((tx, lead))
}

impl FormPage for ConvertForm {
    type Guard = Seller;
    type Draft = Draft;
    type Fields = ();

    /// What is typed is read together with the lead, where it is at hand.
    fn parse(_: &Seller, _: &Draft) -> Result<(), Errors> {
        Ok(())
    }

    async fn page(who: &Seller, sheet: Sheet<Draft>) -> Result {
        let (mut tx, lead) = open(who, LeadId(sheet.id.ok_or(Error::NotFound)?)).await?;
        let similar = conversion::similar(&mut tx, &lead, SIMILAR).await?;
        let errors = match sheet.late {
            Some(Late::Sent(_)) => Errors::one("", "This form was sent before, for another lead."),
            _ => sheet.errors,
        };
        let view = Convert {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            similar,
            same: conversion::same_contact(&mut tx, &lead).await?,
            may_contacts: who.actor.may(ContactsWrite::KEY),
            may_customers: who.actor.may(CustomersWrite::KEY),
            may_deals: who.actor.may(DealsWrite::KEY),
            currency: who.workspace.currency.code().to_owned(),
            stale: sheet.late == Some(Late::Stale),
            draft: sheet.draft,
            errors,
            lead,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn ask(who: Seller, screen: Screen, Record(id): Record<LeadId>) -> Result {
    let (mut tx, lead) = open(&who, id).await?;
    if lead.converted_at.is_some() {
        return Ok(screen.go(paths::lead(who.slug(), id)));
    }
    let mut draft = Draft::of(&lead);
    draft.close_on = expected(tx.today()).0.to_string();
    // One that is certainly the same is proposed.
    let similar = conversion::similar(&mut tx, &lead, SIMILAR).await?;
    if let Some(same) = similar.iter().find(|s| s.why != "has a name that is close") {
        draft.customer = same.id.to_string();
    }
    if !who.actor.may(ContactsWrite::KEY) {
        draft.contact = String::new();
    }
    if !who.actor.may(DealsWrite::KEY) {
        draft.deal = String::new();
    }
    drop(tx);
    ConvertForm::page(&who, Sheet { draft, id: Some(id.0), ..Sheet::blank(screen, who.app()) }).await
}

async fn convert(who: Seller, screen: Screen, Record(id): Record<LeadId>, form: Valid<ConvertForm>) -> Result {
    let (mut tx, lead) = open(&who, id).await?;
    let read = form.draft.read(&lead, &owner(&who, &lead), &who.workspace.conventions());
    let done = match read {
        Ok(fields) => conversion::convert(&mut tx, LeadConversionId(form.once), (id, form.version), &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    form.settle(tx, done).await?;
    let toast =
        Toast::good(format!("{} is converted.", lead.name)).undo(paths::lead_conversion_reversal(who.slug(), id), &[]);
    screen.done(paths::lead(who.slug(), id), toast).await
}

async fn undo(who: Seller, screen: Screen, Record(id): Record<LeadId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let stays = conversion::undo(&mut tx, id).await?;
    tx.commit().await?;
    let words = match stays.is_empty() {
        true => "It is a lead again; what was made of it is in the archive.".to_owned(),
        false => format!("It is a lead again. {}", stays.join(" ")),
    };
    screen.done(paths::lead(who.slug(), id), Toast::good(words)).await
}

async fn take(who: Seller, screen: Screen, Record(id): Record<LeadId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    assigning::take(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::lead(who.slug(), id), Toast::good("The lead is yours.")).await
}
