//! What routes of deals and pipelines name, and what their forms hold, for the walk along every route.

use super::access::Named;
use crate::support::Company;
use domain::{import::Target, workspace::access::Subject};

#[derive(Clone)]
pub(super) struct Sales {
    /// A deal as [`Named::record`] has it.
    pub(super) deal: domain::DealId,
    pub(super) deals: Named,
    /// Stands where it began.
    moved: String,
    /// A stage of the pipeline that deals are in.
    to: String,
    /// Without deals, and not the only one.
    pipeline: String,
    /// Without deals, and not the only one of its kind.
    stage: String,
    reason: String,
    product: String,
    product_import: String,
    price: String,
    /// A draft.
    quote: String,
    file_field: String,
    /// Of the deal.
    file: String,
    member: String,
    rate: String,
    /// Of the member's forecast.
    adjustment: String,
}

impl Sales {
    pub(super) async fn of(company: &Company<'_>, round: &str) -> Self {
        let (name, retired) = (format!("Deal {round}"), format!("Retireddeal{round}."));
        company.deal(&[("name", &retired)]).await;
        let changed = company.deal(&[("name", &format!("Changed {round}"))]).await.0;
        let file = format!("Name\nImported deal {round}\n");
        let (product, price) = company.product(&format!("Product {round}")).await;
        let quoted = company.deal(&[("name", &format!("Quoted {round}"))]).await;
        let deal = company.deal(&[("name", &name)]).await;
        let (pipeline, stage) = company.another_pipeline(&format!("Way {round}")).await;
        let member = company.member(domain::access::Role::Owner).await.member;
        let day =
            format!("2025-{:02}-{:02}", 1 + round.len() % 12, 1 + round.bytes().map(usize::from).sum::<usize>() % 28);
        Self {
            deal,
            deals: Named {
                record: deal.to_string(),
                import: company.import(Target::Deals, &file).await.to_string(),
                archival: company.archival(Target::Deals, &retired).await.to_string(),
                view: company.view(Target::Deals, &name).await.to_string(),
                change: company.bulk_change(Target::Deals, changed, "source", "Fair").await.to_string(),
            },
            moved: company.deal(&[("name", &format!("Moved deal {round}"))]).await.to_string(),
            to: company.stage("Meeting").await.to_string(),
            pipeline: pipeline.to_string(),
            stage: stage.to_string(),
            reason: company.loss_reason(&format!("Reason {round}")).await.to_string(),
            product: product.to_string(),
            product_import: company
                .import(Target::Products, &format!("Product,Sales price\nImported product {round},5\n"))
                .await
                .to_string(),
            price: price.to_string(),
            quote: company.quote(quoted).await.to_string(),
            file_field: company.file_field(Target::Deals, round).await.to_string(),
            file: company.record_file(Subject::Deal(deal), "three.txt").await.to_string(),
            member: member.to_string(),
            rate: company.rate("GBP", &day, "1.25").await.to_string(),
            adjustment: company.adjustment(member, 1_000).await.to_string(),
        }
    }

    /// The same, where deals are this member's.
    pub(super) async fn owned(&self, company: &Company<'_>, owner: &str, name: &str) -> Self {
        let deal = async |what: &str| company.deal(&[("name", &format!("{what} {name}")), ("owner", owner)]).await;
        let (quoted, own) = (deal("Quoted").await, deal("Deal").await);
        Self {
            deal: own,
            deals: Named { record: own.to_string(), ..self.deals.clone() },
            moved: deal("Moved").await.to_string(),
            quote: company.quote(quoted).await.to_string(),
            file: company.record_file(Subject::Deal(own), "three.txt").await.to_string(),
            adjustment: company.adjustment(company.member_of(owner).await, 1_000).await.to_string(),
            ..self.clone()
        }
    }

    pub(super) fn misplaced(&self, deals: &Named) -> Self {
        Self {
            deals: deals.clone(),
            moved: self.pipeline.clone(),
            pipeline: self.moved.clone(),
            stage: self.pipeline.clone(),
            reason: self.stage.clone(),
            product: self.price.clone(),
            product_import: self.price.clone(),
            price: self.product.clone(),
            quote: self.product.clone(),
            rate: self.product.clone(),
            adjustment: self.product.clone(),
            ..self.clone()
        }
    }

    /// The id that such a route names, where it is one of these.
    pub(super) fn id(&self, path: &str) -> Option<&str> {
        match path {
            p if p.contains("/deals/{id}/move") => Some(&self.moved),
            p if p.contains("/pipeline/lanes/{id}") || p.contains("/settings/stages/{id}") => Some(&self.stage),
            p if p.contains("/pipeline/{id}") || p.contains("/settings/pipelines/{id}") => Some(&self.pipeline),
            p if p.contains("/loss-reasons/{id}") => Some(&self.reason),
            p if p.contains("/crm/products/imports/{id}") => Some(&self.product_import),
            p if p.contains("/crm/products/{id}") => Some(&self.product),
            p if p.contains("/crm/prices/{id}") => Some(&self.price),
            p if p.contains("/crm/quotes/{id}") => Some(&self.quote),
            p if p.contains("/exchange-rates/{id}") => Some(&self.rate),
            p if p.contains("/adjustments/{id}") => Some(&self.adjustment),
            _ => None,
        }
    }

    /// What its form would hold, where it is one of these.
    pub(super) fn fields(&self, path: &str, round: &str) -> Option<Vec<(&'static str, String)>> {
        let named = format!("{} {round}", path.len());
        Some(match path {
            p if p.contains("/deals/{id}/field-files") => vec![("field", self.file_field.clone())],
            p if p.ends_with("/deals/new") || p.ends_with("/deals/{id}/edit") => vec![
                ("name", format!("Sale {named}")),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/deals/{id}/move") => vec![("stage", self.to.clone()), ("_version", "1".into())],
            p if p.ends_with("/deals/{id}/files/removal") => vec![("file", self.file.clone())],
            p if p.ends_with("/deals/{id}/splits") => {
                vec![("member", self.member.clone()), ("share", "100".into())]
            }
            p if p.ends_with("/products/new") || p.ends_with("/products/{id}/edit") => vec![
                ("name", format!("Product {named}")),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/settings/exchange-rates") => {
                vec![("currency", "CHF".into()), ("rate", format!("1.0{}", round.len())), ("on", "2026-02-01".into())]
            }
            p if p.ends_with("/exchange-rates/lines") => vec![("lines", "2026-02-02,SEK,0.0945".into())],
            p if p.ends_with("/crm/forecast/adjustments") => vec![
                ("member", self.member.clone()),
                ("about", "weighted".into()),
                ("amount", "-500".into()),
                ("reason", "Too sure of themselves".into()),
            ],
            p if p.ends_with("/crm/quotas") => {
                vec![("cell", format!("{}/2026-01-01/0", self.member)), ("amount", "1,000".into())]
            }
            p if p.ends_with("/crm/quotas/copies") => {
                // What the grid has set for the quarter before.
                vec![("to", "2026-04-01".into())]
            }
            p if p.ends_with("/products/{id}/prices") => vec![("amount", "12".into()), ("from", "2026-09-01".into())],
            p if p.ends_with("/deals/{id}/lines") || p.ends_with("/quotes/{id}/lines") => {
                vec![("name", format!("Line {named}")), ("unit", "5".into()), ("_version", "1".into())]
            }
            p if p.ends_with("/deals/imports/{id}/mapping") => vec![("column", "name".into())],
            p if p.ends_with("/products/imports/{id}/mapping") => {
                vec![("column", "name".into()), ("column", "price".into())]
            }
            p if p.ends_with("/deals/changes") || p.ends_with("/deals/changes/new") => vec![
                ("ids", self.deals.record.clone()),
                ("versions", "1".into()),
                ("once", uuid::Uuid::new_v4().to_string()),
                ("field", "source".into()),
                ("shown", "source".into()),
                ("value", "Word of mouth".into()),
                ("look", "yes".into()),
            ],
            p if p.ends_with("/settings/pipelines") || p.ends_with("/settings/loss-reasons") => {
                vec![("name", format!("New {named}"))]
            }
            p if p.ends_with("/settings/pipelines/{id}") => {
                vec![("name", format!("Renamed {named}")), ("_version", "1".into())]
            }
            p if p.ends_with("/stages") || p.ends_with("/settings/stages/{id}") => vec![
                ("name", format!("Stage {named}")),
                ("kind", "open".into()),
                ("probability", "30".into()),
                ("_version", "1".into()),
            ],
            p if p.ends_with("/settings/stages/{id}/move") => vec![("to", "down".into())],
            _ => return None,
        })
    }
}

/// A note stands beside a deal as beside anybody.
#[test]
fn a_deal_is_a_subject() {
    let id = uuid::Uuid::from_u128(4);
    assert_eq!(Subject::parse(&format!("deal:{id}")), Some(Subject::Deal(id.into())));
}
