//! What routes of leads and their forms name, and what their forms hold, for the walk along every route.

use super::access::Named;
use crate::support::Company;
use domain::{import::Target, workspace::access::Subject};

#[derive(Clone)]
pub(super) struct Leads {
    pub(super) leads: Named,
    form: String,
    /// Not the last one.
    rule: String,
    converted: String,
    member: String,
    file_field: String,
    /// Of the lead.
    file: String,
    /// A lead of the same owner, to be merged, and a merge.
    with: String,
    merge: String,
}

impl Leads {
    pub(super) async fn of(company: &Company<'_>, round: &str) -> Self {
        let (name, retired) = (format!("Lead {round}"), format!("Retiredlead{round}."));
        company.lead(&[("name", &retired)]).await;
        let changed = company.lead(&[("name", &format!("Changed lead {round}"))]).await.0;
        let file = format!("Name\nImported lead {round}\n");
        let lead = company.lead(&[("name", &name)]).await;
        Self {
            leads: Named {
                record: lead.to_string(),
                import: company.import(Target::Leads, &file).await.to_string(),
                archival: company.archival(Target::Leads, &retired).await.to_string(),
                view: company.view(Target::Leads, &name).await.to_string(),
                change: company.bulk_change(Target::Leads, changed, "source", "Fair").await.to_string(),
            },
            form: company.lead_form(&format!("Form {round}"), &[]).await.to_string(),
            rule: {
                let member = company.member(domain::access::Role::Owner).await.member;
                let rule = company.lead_rule(&format!("Rule {round}"), member).await;
                company.lead_rule(&format!("Rule behind {round}"), member).await;
                rule.to_string()
            },
            converted: company.converted(&format!("Converted {round}"), "").await.to_string(),
            member: company.member(domain::access::Role::Owner).await.member.to_string(),
            file_field: company.file_field(Target::Leads, round).await.to_string(),
            file: company.record_file(Subject::Lead(lead), "four.txt").await.to_string(),
            with: company.lead(&[("name", &format!("With {round}"))]).await.to_string(),
            merge: merged(company, "").await,
        }
    }

    /// The same, where the lead is this member's.
    pub(super) async fn owned(&self, company: &Company<'_>, owner: &str, name: &str) -> Self {
        let record = company.lead(&[("name", &format!("Lead {name}")), ("owner", owner)]).await;
        let file = company.record_file(Subject::Lead(record), "four.txt").await.to_string();
        let record = record.to_string();
        let converted = company.converted(&format!("Converted {name}"), owner).await.to_string();
        let with = company.lead(&[("name", &format!("With {name}")), ("owner", owner)]).await.to_string();
        let merge = merged(company, owner).await;
        Self { leads: Named { record, ..self.leads.clone() }, converted, with, merge, file, ..self.clone() }
    }

    pub(super) fn misplaced(&self, leads: &Named) -> Self {
        Self {
            leads: leads.clone(),
            form: self.rule.clone(),
            rule: self.form.clone(),
            converted: self.form.clone(),
            merge: self.form.clone(),
            ..self.clone()
        }
    }

    /// The id that such a route names, where it is one of these.
    pub(super) fn id(&self, path: &str) -> Option<&str> {
        match path {
            p if p.contains("/leads/merges/{id}") => Some(&self.merge),
            p if p.contains("/lead-forms/{id}") => Some(&self.form),
            p if p.contains("/lead-rules/{id}") => Some(&self.rule),
            p if p.ends_with("/conversion/reversal") => Some(&self.converted),
            _ => None,
        }
    }

    /// What its form would hold, where it is one of these.
    pub(super) fn fields(&self, path: &str, round: &str) -> Option<Vec<(&'static str, String)>> {
        let named = format!("{} {round}", path.len());
        let once = || ("_once", uuid::Uuid::new_v4().to_string());
        Some(match path {
            p if p.contains("/leads/{id}/field-files") => vec![("field", self.file_field.clone())],
            p if p.ends_with("/leads/new") || p.ends_with("/leads/{id}/edit") => {
                vec![("name", format!("Person {named}")), ("_version", "1".into()), once()]
            }
            p if p.ends_with("/leads/{id}/files/removal") => vec![("file", self.file.clone())],
            p if p.ends_with("/leads/{id}/merge") => vec![("with", self.with.clone()), once()],
            p if p.ends_with("/duplicates/leads") => {
                vec![("one", self.leads.record.clone()), ("other", self.with.clone())]
            }
            p if p.ends_with("/leads/imports/{id}/mapping") => vec![("column", "name".into())],
            p if p.ends_with("/leads/changes") || p.ends_with("/leads/changes/new") => vec![
                ("ids", self.leads.record.clone()),
                ("versions", "1".into()),
                ("once", uuid::Uuid::new_v4().to_string()),
                ("field", "source".into()),
                ("shown", "source".into()),
                ("value", "Word of mouth".into()),
                ("look", "yes".into()),
            ],
            p if p.ends_with("/lead-forms/new") || p.ends_with("/lead-forms/{id}/edit") => {
                vec![("name", format!("Form of {named}")), ("_version", "1".into()), once()]
            }
            p if p.ends_with("/leads/{id}/conversion") => {
                vec![("name", format!("Firm {named}")), ("_version", "1".into()), once()]
            }
            p if p.ends_with("/lead-rules/new") || p.ends_with("/lead-rules/{id}") => vec![
                ("name", format!("Rule of {named}")),
                ("how", "person".into()),
                ("member", self.member.clone()),
                ("_version", "1".into()),
                once(),
            ],
            p if p.ends_with("/lead-rules/{id}/move") => vec![("to", "down".into())],
            // The settings are one record, which both of them change.
            p if p.ends_with("/lead-fallback") => vec![("fallback", self.member.clone()), ("_version", "0".into())],
            p if p.ends_with("/lead-scoring") => vec![("half_life", "20".into()), ("_version", "1".into())],
            _ => return None,
        })
    }
}

/// Two of this owner's that have become one.
async fn merged(company: &Company<'_>, owner: &str) -> String {
    let named = |what: &str| format!("{what} {}", uuid::Uuid::new_v4().simple());
    let lead = async |what: &str| company.lead(&[("name", &*named(what)), ("owner", owner)]).await.0;
    let two = (lead("Stays").await, lead("Goes").await);
    company.merged(domain::crm::duplicates::Noun::Leads, two, &[]).await.to_string()
}

/// A note stands beside a lead as beside anybody.
#[test]
fn a_lead_is_a_subject() {
    let id = uuid::Uuid::from_u128(4);
    assert_eq!(Subject::parse(&format!("lead:{id}")), Some(Subject::Lead(id.into())));
}
