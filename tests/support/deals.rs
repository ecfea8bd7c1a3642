//! Deals of a company, made by the product's own functions.

use super::Company;
use domain::{
    DealId, LossReasonId, PipelineId, StageId,
    crm::{
        deals::{
            Deal, Draft,
            moves::{Move, Said},
        },
        pipelines::{Pipeline, State},
    },
};
use store::crm::{deals, pipelines};

impl Company<'_> {
    /// A deal of the owner's making, with these fields.
    pub async fn deal(&self, fields: &[(&str, &str)]) -> DealId {
        self.deals([fields.to_vec()]).await[0]
    }

    pub async fn deals<'f>(&self, all: impl IntoIterator<Item = Vec<(&'f str, &'f str)>>) -> Vec<DealId> {
        let mut tx = self.begin().await;
        let mut ids = vec![];
        for fields in all {
            let mut draft = Draft { name: "Lamps".into(), ..Draft::default() };
            fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
            let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
            let id = tx.id();
            ids.push(deals::add(&mut tx, id, &fields).await.unwrap_or_else(|e| panic!("{draft:?}: {e:?}")));
        }
        tx.commit().await.expect("they are kept");
        self.app.run_jobs().await;
        ids
    }

    /// Moves a deal to a stage of this name; a lost one for its price.
    pub async fn moved(&self, deal: DealId, stage: &str) {
        let to = self.stage(stage).await;
        let mut tx = self.begin().await;
        let now = deals::find(&mut tx, deal).await.expect("a deal");
        let (_, stage) = pipelines::find_stage(&mut tx, to).await.expect("a stage");
        let closed = (stage.state != State::Open).then(|| tx.today());
        let loss_reason = (stage.state == State::Lost).then(|| "Price".to_owned());
        let said = Said { close_on: closed, loss_reason, ..Said::default() };
        deals::move_to(&mut tx, deal, now.version, &Move { stage: to, said }).await.expect("it moves");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
    }

    pub async fn deal_now(&self, deal: DealId) -> Deal {
        deals::find(&mut self.begin().await, deal).await.expect("a deal")
    }

    /// The pipeline that the workspace began with.
    pub async fn pipeline(&self) -> Pipeline {
        pipelines::all(&mut self.begin().await).await.expect("pipelines").swap_remove(0)
    }

    /// A stage of the first pipeline.
    pub async fn stage(&self, name: &str) -> StageId {
        let pipeline = self.pipeline().await;
        pipeline.stages.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no stage {name}")).id
    }

    /// A pipeline without deals, and a stage of it that may go.
    pub async fn another_pipeline(&self, name: &str) -> (PipelineId, StageId) {
        let mut tx = self.begin().await;
        let id = tx.id();
        pipelines::add(&mut tx, id, name).await.expect("a pipeline");
        let pipeline = pipelines::find(&mut tx, id).await.expect("it is there");
        tx.commit().await.expect("it is kept");
        (id, pipeline.stages[0].id)
    }

    /// A product, and its price from today on.
    pub async fn product(&self, name: &str) -> (domain::ProductId, domain::PriceId) {
        use domain::crm::products::Draft;
        let mut tx = self.begin().await;
        let id = tx.id();
        let (fields, _) = Draft { name: name.into(), ..Draft::default() }.read(&Default::default());
        store::crm::products::add(&mut tx, id, &fields).await.expect("a product");
        let price = domain::Money::new(1_000, domain::Currency::USD);
        let today = tx.today();
        store::crm::products::add_price(&mut tx, id, (price, today, None)).await.expect("a price");
        let product = store::crm::products::find(&mut tx, id).await.expect("it is there");
        tx.commit().await.expect("it is kept");
        (id, product.prices[0].id)
    }

    /// A draft of a quote of one line.
    pub async fn quote(&self, deal: DealId) -> domain::QuoteId {
        use domain::crm::quotes::LinesDraft;
        let mut tx = self.begin().await;
        let draft = LinesDraft { name: vec!["Lamp".into()], unit: vec!["10".into()], ..LinesDraft::default() };
        let (lines, currency) = draft.read(&Default::default(), |_, _| None).expect("lines");
        store::crm::quotes::set_deal_lines(&mut tx, deal, None, &lines, Some(currency)).await.expect("they are kept");
        let (id, expires) = (tx.id(), domain::Day(tx.today().0 + chrono::Duration::days(30)));
        store::crm::quotes::add(&mut tx, id, deal, currency, expires).await.expect("a quote");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }

    pub async fn loss_reason(&self, name: &str) -> LossReasonId {
        let mut tx = self.begin().await;
        let id = tx.id();
        pipelines::add_loss_reason(&mut tx, id, name).await.expect("a reason");
        tx.commit().await.expect("it is kept");
        id
    }
}
