//! What forecasts of a company stand on, made by the product's own functions.

use super::Company;
use domain::{
    AdjustmentId, Currency, Day, ExchangeRateId, MemberId, Money,
    crm::{
        forecast::{
            adjustments::{About, Fields},
            fiscal::Span,
            quotas::Set,
        },
        rates,
    },
};
use store::crm::forecast;

impl Company<'_> {
    /// What one of this currency is worth in the workspace's, from a day on.
    pub async fn rate(&self, currency: &str, on: &str, rate: &str) -> ExchangeRateId {
        let currency = Currency::from_code(currency).expect("a currency");
        let told = rates::Fields { currency, on: Day(on.parse().expect("a day")), rate: rate.parse().expect("a rate") };
        let mut tx = self.begin().await;
        store::crm::rates::write(&mut tx, Currency::USD, &[told]).await.expect("it is written");
        let all = store::crm::rates::of(&mut tx, Currency::USD, currency).await.expect("rates");
        tx.commit().await.expect("it is kept");
        all.iter().find(|r| r.told.on == told.on).expect("it is there").id
    }

    /// What is expected of somebody in the quarter that begins on this day, in cents.
    pub async fn quota(&self, member: MemberId, from: &str, minor: i64) {
        let mut tx = self.begin().await;
        let fiscal = forecast::fiscal(&mut tx).await.expect("a fiscal year");
        let from = Day(from.parse().expect("a day"));
        let amount = Some(Money::new(minor, Currency::USD));
        let set = Set { member, from, version: 0, amount };
        // One that is there already stays.
        forecast::quotas::set(&mut tx, fiscal, Span::Quarter, Currency::USD, &[set]).await.expect("it is set");
        tx.commit().await.expect("it is kept");
    }

    /// What the owner thinks of somebody's commit of this quarter.
    pub async fn adjustment(&self, member: MemberId, minor: i64) -> AdjustmentId {
        let desk = self.desk(domain::access::Role::Owner).await;
        let mut tx = self.app.db.begin(desk).await.expect("a transaction");
        let fiscal = forecast::fiscal(&mut tx).await.expect("a fiscal year");
        let (id, period) = (tx.id(), fiscal.period(Span::Quarter, tx.today()));
        let amount = Money::new(minor, Currency::USD);
        let fields = Fields { member, about: About::Commit, amount, reason: "They always say so".into() };
        forecast::adjustments::add(&mut tx, id, &period, &fields).await.expect("it is kept");
        tx.commit().await.expect("it is kept");
        id
    }

    pub async fn member_of(&self, email: &str) -> MemberId {
        MemberId(self.read(&format!("select id from members where email = '{email}'")).await)
    }
}
