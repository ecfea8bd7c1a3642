//! Leads of a company and the forms by which they come in, made by the product's own functions.

use super::{Company, Page};
use chrono::Duration;
use domain::{
    LeadFormId, LeadId,
    crm::leads::{Draft, Lead, forms},
};
use store::crm::leads;

impl Company<'_> {
    /// A lead of the owner's making, with these fields.
    pub async fn lead(&self, fields: &[(&str, &str)]) -> LeadId {
        let mut tx = self.begin().await;
        let mut draft = Draft { name: "Ada".into(), ..Draft::default() };
        fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
        let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
        let id = tx.id();
        leads::add(&mut tx, id, &fields).await.unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }

    pub async fn lead_now(&self, lead: LeadId) -> Lead {
        leads::find(&mut self.begin().await, lead).await.expect("a lead")
    }

    /// All leads, the newest first.
    pub async fn leads(&self) -> Vec<Lead> {
        leads::list(&mut self.begin().await, &Default::default()).await.expect("leads").rows
    }

    /// A form as most have it, with these fields besides.
    pub async fn lead_form(&self, name: &str, fields: &[(&str, &str)]) -> LeadFormId {
        let mut draft = forms::Draft { name: name.into(), ..forms::Draft::usual() };
        fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
        let (fields, errors) = draft.read();
        assert!(errors.is_empty(), "{draft:?}: {errors:?}");
        let mut tx = self.begin().await;
        let id = tx.id();
        leads::forms::add(&mut tx, id, &fields).await.expect("a form");
        tx.commit().await.expect("it is kept");
        id
    }

    pub async fn lead_form_id(&self, key: &str) -> LeadFormId {
        leads::forms::open(&mut self.begin().await, key).await.expect("a form").id
    }

    /// Somebody opens a form of this address, takes their time, and sends it.
    pub async fn sent(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        let mut visitor = self.app.browser();
        visitor.get(address).await;
        self.app.clock.advance(Duration::seconds(20));
        let mut form = visitor.form("Send").set("consent", "true");
        for (name, value) in fields {
            form = form.set(name, value);
        }
        visitor.send(form).await
    }
}
