//! Leads of a company and the forms by which they come in, made by the product's own functions.

use super::{Company, Page};
use chrono::Duration;
use domain::{
    LeadFormId, LeadId,
    crm::leads::{Draft, Lead, assignment, conversion, forms},
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

    /// A lead that has become a customer of this name, and a deal; whose it is, if anybody's.
    pub async fn converted(&self, name: &str, owner: &str) -> LeadId {
        let lead = self.lead(&[("name", name), ("company", name), ("owner", owner)]).await;
        let mut tx = self.begin().await;
        let now = leads::find(&mut tx, lead).await.expect("a lead");
        let fields = conversion::Draft::of(&now).read(&now, owner, &Default::default()).expect("it can be converted");
        let id = tx.id();
        leads::conversion::convert(&mut tx, id, (lead, now.version), &fields).await.expect("it is converted");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        lead
    }

    /// A rule of assignment by which this member gets every lead.
    pub async fn lead_rule(&self, name: &str, member: domain::MemberId) -> domain::LeadRuleId {
        let pool = vec![assignment::Seat { member, most: None, words: vec![] }];
        let fields =
            leads::assigning::RuleFields { name: name.into(), when: vec![], how: assignment::How::Person, pool };
        let mut tx = self.begin().await;
        let id = tx.id();
        leads::assigning::add_rule(&mut tx, id, &fields).await.expect("a rule");
        tx.commit().await.expect("it is kept");
        id
    }

    /// Somebody is away today and tomorrow.
    pub async fn away(&self, member: domain::MemberId) {
        use super::leave::{day, kind};
        let employee = self.employee(&[("last_name", "Away")]).await;
        self.link(member, employee).await;
        let kind = self.leave_type(&kind("Holiday kind", false, &[])).await;
        self.leave_policy("Any", kind, Default::default()).await;
        self.leave_request(member, employee, kind, domain::hr::leave::requests::Span::whole(day(3, 2), day(3, 3)))
            .await;
        self.app.run_jobs().await;
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
