//! Time off of a company: kinds, policies, and requests that wait, made by the product's own functions.

use super::Company;
use domain::{
    Day, EmployeeId, LeavePolicyId, LeaveRequestId, LeaveRuleId, LeaveTypeId, MemberId,
    access::Role,
    hr::leave::{
        Colour, Office, Unit,
        forms::{BlackoutFields, PolicyFields, RequestFields, TypeFields},
        policy::{Audience, Terms},
        requests::Span,
    },
};
use store::{Desk, Who, hr::leave};

/// A day of 2026.
pub fn day(month: u32, day: u32) -> Day {
    Day::new(2026, month, day).expect("a day")
}

pub fn kind(name: &str, limited: bool, steps: &[Office]) -> TypeFields {
    TypeFields {
        name: name.into(),
        unit: Unit::Days,
        paid: true,
        colour: Colour::Blue,
        needs_reason: false,
        limited,
        steps: steps.to_vec(),
        patience: 5,
    }
}

impl Company<'_> {
    pub async fn leave_type(&self, fields: &TypeFields) -> LeaveTypeId {
        let mut tx = self.begin().await;
        let id = tx.id();
        leave::add_type(&mut tx, id, fields).await.expect("a kind of leave");
        tx.commit().await.expect("it is kept");
        id
    }

    /// A policy for everybody, from the first day of 2026 on.
    pub async fn leave_policy(&self, name: &str, kind: LeaveTypeId, terms: Terms) -> LeavePolicyId {
        let mut tx = self.begin().await;
        let id = tx.id();
        let fields = PolicyFields {
            name: name.into(),
            kind,
            year: (1, 1),
            audience: Audience::Everybody,
            from: day(1, 1),
            terms,
        };
        leave::policies::add(&mut tx, id, &fields).await.expect("a policy");
        tx.commit().await.expect("it is kept");
        id
    }

    /// Vacation of 25 days a year, given at once, for which the manager is asked.
    pub async fn vacation(&self) -> LeaveTypeId {
        let id = self.leave_type(&kind("Vacation", true, &[Office::Manager])).await;
        self.leave_policy("Usual", id, Terms { annual: 25.into(), ..Terms::default() }).await;
        id
    }

    /// Somebody asks for leave for themselves; it waits for whoever is asked.
    pub async fn leave_request(
        &self,
        member: MemberId,
        employee: EmployeeId,
        kind: LeaveTypeId,
        span: Span,
    ) -> LeaveRequestId {
        let own = Desk {
            who: Who::Member(member),
            rights: Role::Employee.rights(),
            employee: Some(employee),
            ..self.desk(Role::Owner).await
        };
        let mut tx = self.app.db.begin(own).await.expect("a transaction");
        let id = tx.id();
        let fields = RequestFields { kind, span, reason: Some("Rest".into()) };
        leave::requests::ask(&mut tx, id, employee, &fields).await.unwrap_or_else(|e| panic!("{span:?}: {e}"));
        tx.commit().await.expect("it is kept");
        id
    }

    /// What is asked about a request now; nothing that there is, where nobody is asked.
    pub async fn open_step(&self, request: LeaveRequestId) -> String {
        let mut tx = self.begin().await;
        let request = leave::requests::find(&mut tx, request).await.expect("a request");
        request.open_step().map_or_else(|| uuid::Uuid::new_v4().to_string(), |step| step.id.to_string())
    }

    /// A blackout that harms nobody, and a cover.
    pub async fn leave_rules(&self, name: &str) -> (LeaveRuleId, LeaveRuleId) {
        let mut tx = self.begin().await;
        let (blackout, cover) = (tx.id(), tx.id());
        let fields = BlackoutFields {
            name: name.into(),
            from: Day::new(2027, 1, 2).expect("a day"),
            to: Day::new(2027, 1, 3).expect("a day"),
            department: Some(format!("Nobody’s {name}")),
        };
        leave::rules::add_blackout(&mut tx, blackout, &fields).await.expect("a blackout");
        leave::rules::add_cover(&mut tx, cover, (&format!("Nobody’s {name}"), 1)).await.expect("a cover");
        tx.commit().await.expect("they are kept");
        (blackout, cover)
    }
}
