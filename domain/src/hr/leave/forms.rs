//! What people type about leave, and what it means.

use super::{
    Colour, Office, Unit,
    ledger::Kind,
    pattern::Pattern,
    policy::{Audience, Gain, Per, Rounding, Terms},
    requests::Span,
};
use crate::{
    DateOrder, Day, Errors, LeavePolicyId, LeaveTypeId, draft, hr::employees::EmploymentType, text::Words,
    workspace::settings::DAYS,
};
use rust_decimal::Decimal;

pub const TYPE: Words = Words { one: "kind of leave", many: "kinds of leave" };
pub const POLICY: Words = Words { one: "policy", many: "policies" };

/// Letters of a reason, and of a note beside an answer.
pub const REASON: usize = 500;

draft! {
    TypeDraft { name, unit, paid, colour, needs_reason, limited, steps, patience }
}

draft! {
    PolicyDraft {
        name, kind, year_month, year_day, audience, employment, location, from, annual, per, gain, rounding, milestones,
        by_fte, waiting, balance_cap, yearly_cap, carry, carry_limit, carry_months, overdraft,
    }
}

draft! {
    RequestDraft { employee, kind, from, to, from_midday, to_midday, hours, reason }
}

draft! {
    AdjustmentDraft { kind, what, amount, on, expires, reason }
}

draft! {
    EnrolDraft { policy, from }
}

draft! {
    PatternDraft {
        from, mon, tue, wed, thu, fri, sat, sun, half_mon, half_tue, half_wed, half_thu, half_fri, half_sat, half_sun,
    }
}

draft! {
    BlackoutDraft { name, from, to, department }
}

draft! {
    CoverDraft { department, least }
}

draft! {
    DelegateDraft { to, from, until }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeFields {
    pub name: String,
    pub unit: Unit,
    pub paid: bool,
    pub colour: Colour,
    pub needs_reason: bool,
    pub limited: bool,
    pub steps: Vec<Office>,
    pub patience: i32,
}

/// Kinds of leave that a company begins with.
pub fn usual() -> [TypeFields; 4] {
    let kind = |name: &str, colour, paid, limited, steps: &[Office]| TypeFields {
        name: name.into(),
        unit: Unit::Days,
        paid,
        colour,
        needs_reason: false,
        limited,
        steps: steps.to_vec(),
        patience: 5,
    };
    [
        kind("Vacation", Colour::Green, true, true, &[Office::Manager]),
        kind("Sick leave", Colour::Red, true, false, &[]),
        kind("Parental leave", Colour::Purple, true, false, &[Office::Manager, Office::People]),
        TypeFields {
            needs_reason: true,
            ..kind("Unpaid leave", Colour::Orange, false, false, &[Office::Manager, Office::People])
        },
    ]
}

/// Who is asked, as the form offers it.
pub const STEPS: [(&str, &str, &[Office]); 5] = [
    ("manager", "The manager", &[Office::Manager]),
    ("manager,people", "The manager, then HR", &[Office::Manager, Office::People]),
    ("manager,above", "The manager, then the manager’s manager", &[Office::Manager, Office::Above]),
    ("people", "HR", &[Office::People]),
    ("", "Nobody: it is taken when it is told", &[]),
];

/// Offices as their column and the form have them.
pub fn steps_key(steps: &[Office]) -> String {
    steps.iter().map(|s| s.key()).collect::<Vec<_>>().join(",")
}

fn number(text: &str) -> Result<Decimal, &'static str> {
    let amount: Option<Decimal> = text.trim().replace(',', ".").replace('−', "-").parse().ok();
    let fits = |d: &Decimal| d.abs() <= Decimal::from(10_000) && d.normalize().scale() <= 4;
    amount.filter(fits).ok_or("A number, like 25 or 2.5.")
}

fn positive(text: &str) -> Result<Decimal, &'static str> {
    number(text).and_then(|d| if d < Decimal::ZERO { Err("This cannot be less than zero.") } else { Ok(d) })
}

fn count(text: &str, most: u32) -> Result<u32, String> {
    text.trim().parse().ok().filter(|n| *n <= most).ok_or_else(|| format!("A whole number up to {most}."))
}

impl TypeDraft {
    pub fn of(kind: &super::Type) -> Self {
        let on = |yes: bool| if yes { "on".to_owned() } else { String::new() };
        Self {
            name: kind.name.clone(),
            unit: kind.unit.key().into(),
            paid: on(kind.paid),
            colour: kind.colour.key().into(),
            needs_reason: on(kind.needs_reason),
            limited: on(kind.limited),
            steps: steps_key(&kind.steps),
            patience: kind.patience.to_string(),
        }
    }

    pub fn read(&self) -> Result<TypeFields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let unit = e.take("unit", Unit::parse(&self.unit).ok_or("Choose days or hours."));
        let colour = e.take("colour", Colour::parse(&self.colour).ok_or("Choose a colour."));
        let steps = STEPS.iter().find(|(key, ..)| *key == self.steps).map(|(.., steps)| steps.to_vec());
        let steps = e.take("steps", steps.ok_or("Choose who is asked."));
        let patience = match self.patience.trim() {
            "" => Some(5),
            text => e.take("patience", count(text, 60)),
        };
        e.or(TypeFields {
            name,
            unit: unit.unwrap_or_default(),
            paid: !self.paid.is_empty(),
            colour: colour.unwrap_or_default(),
            needs_reason: !self.needs_reason.is_empty(),
            limited: !self.limited.is_empty(),
            steps: steps.unwrap_or_default(),
            patience: patience.and_then(|p| i32::try_from(p).ok()).unwrap_or(5).max(1),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFields {
    pub name: String,
    pub kind: LeaveTypeId,
    pub year: (u32, u32),
    pub audience: Audience,
    pub from: Day,
    pub terms: Terms,
}

impl PolicyDraft {
    /// The form of another version, filled from this one.
    pub fn of(policy: &super::policy::Policy, from: Day) -> Self {
        let terms = policy.versions.last().map(|v| v.terms.clone()).unwrap_or_default();
        let (audience, value) = policy.audience.key();
        let some = |d: Option<Decimal>| d.map(|d| d.normalize().to_string()).unwrap_or_default();
        let value_of = |kind: &str| if audience == kind { value.to_owned() } else { String::new() };
        let milestones = terms.milestones.iter().map(|(years, annual)| format!("{years}: {}", annual.normalize()));
        Self {
            name: policy.name.clone(),
            kind: policy.kind.to_string(),
            year_month: policy.year.0.to_string(),
            year_day: policy.year.1.to_string(),
            audience: audience.into(),
            employment: value_of("employment"),
            location: value_of("location"),
            from: from.to_string(),
            annual: terms.annual.normalize().to_string(),
            per: terms.per.key().into(),
            gain: terms.gain.key().into(),
            rounding: terms.rounding.key().into(),
            milestones: milestones.collect::<Vec<_>>().join("\n"),
            by_fte: if terms.by_fte { "on".into() } else { String::new() },
            waiting: if terms.waiting_months == 0 { String::new() } else { terms.waiting_months.to_string() },
            balance_cap: some(terms.balance_cap),
            yearly_cap: some(terms.yearly_cap),
            carry: match terms.carry_limit {
                None => "all",
                Some(limit) if limit.is_zero() => "none",
                Some(_) => "some",
            }
            .into(),
            carry_limit: some(terms.carry_limit.filter(|l| !l.is_zero())),
            carry_months: terms.carry_months.map(|m| m.to_string()).unwrap_or_default(),
            overdraft: if terms.overdraft.is_zero() { String::new() } else { terms.overdraft.normalize().to_string() },
        }
    }

    pub fn read(&self, dates: DateOrder) -> Result<PolicyFields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        let kind = e.take("kind", self.kind.parse::<LeaveTypeId>().map_err(|_| "Choose a kind of leave."));
        let month = e.take("year_month", count(&self.year_month, 12)).filter(|m| *m > 0);
        let day = e.take("year_day", count(&self.year_day, 28)).filter(|d| *d > 0);
        if (month.is_none() || day.is_none()) && e.of("year_month").is_none() && e.of("year_day").is_none() {
            e.add("year_day", "A month and a day from 1 to 28.");
        }
        let audience = match self.audience.as_str() {
            "employment" => match EmploymentType::parse(&self.employment) {
                Ok(t) => Audience::Employment(t.key().into()),
                Err(_) => {
                    e.add("employment", "Choose an employment type.");
                    Audience::Chosen
                }
            },
            "location" => match self.location.trim() {
                "" => {
                    e.add("location", "Choose a location.");
                    Audience::Chosen
                }
                name => Audience::Location(name.to_owned()),
            },
            "everybody" => Audience::Everybody,
            _ => Audience::Chosen,
        };
        let from = e.take("from", Day::parse(&self.from, dates));
        let terms = self.terms(&mut e);
        match (kind, from, month, day) {
            (Some(kind), Some(from), Some(month), Some(day)) => {
                e.or(PolicyFields { name, kind, year: (month, day), audience, from, terms })
            }
            _ => Err(e),
        }
    }

    fn terms(&self, e: &mut Errors) -> Terms {
        let annual = e.take("annual", positive(&self.annual));
        let per = e.take("per", Per::parse(&self.per).ok_or("Choose how often."));
        let gain = e.take("gain", Gain::parse(&self.gain).ok_or("Choose when."));
        let rounding = e.take("rounding", Rounding::parse(&self.rounding).ok_or("Choose how it is rounded."));
        let mut milestones = vec![];
        for line in self.milestones.lines().filter(|l| !l.trim().is_empty()) {
            let read = line
                .split_once([':', '='])
                .and_then(|(years, annual)| Some((count(years, 60).ok().filter(|y| *y > 0)?, positive(annual).ok()?)));
            match read {
                Some(milestone) => milestones.push(milestone),
                None => e.add(
                    "milestones",
                    format!("“{}” is not like “5: 27”: years of service, then days a year.", line.trim()),
                ),
            }
        }
        milestones.sort_unstable();
        let carry_limit = match self.carry.as_str() {
            "none" => Some(Decimal::ZERO),
            "some" if self.carry_limit.trim().is_empty() => {
                e.add("carry_limit", "Say how much goes over.");
                None
            }
            "some" => e.take("carry_limit", positive(&self.carry_limit)),
            _ => None,
        };
        let months = |e: &mut Errors, field, text: &str| e.optional(field, text, |t| count(t, 120));
        Terms {
            annual: annual.unwrap_or_default(),
            per: per.unwrap_or_default(),
            gain: gain.unwrap_or_default(),
            rounding: rounding.unwrap_or_default(),
            milestones,
            by_fte: !self.by_fte.is_empty(),
            waiting_months: months(e, "waiting", &self.waiting).unwrap_or_default(),
            balance_cap: e.optional("balance_cap", &self.balance_cap, positive),
            yearly_cap: e.optional("yearly_cap", &self.yearly_cap, positive),
            carry_limit,
            carry_months: months(e, "carry_months", &self.carry_months).filter(|m| *m > 0),
            overdraft: e.optional("overdraft", &self.overdraft, positive).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFields {
    pub kind: LeaveTypeId,
    pub span: Span,
    pub reason: Option<String>,
}

impl RequestDraft {
    pub fn read(&self, dates: DateOrder) -> Result<RequestFields, Errors> {
        let mut e = Errors::default();
        let kind = e.take("kind", self.kind.parse::<LeaveTypeId>().map_err(|_| "Choose what kind of leave it is."));
        let from = e.take("from", Day::parse(&self.from, dates));
        // One day is the usual case, and needs no second date.
        let to = match self.to.trim() {
            "" => from,
            to => e.take("to", Day::parse(to, dates)),
        };
        let minutes = e.optional("hours", &self.hours, |text| {
            let hours =
                positive(&text.replace(":15", ".25").replace(":30", ".5").replace(":45", ".75").replace(":00", ""));
            let minutes = hours.ok().and_then(|h| i16::try_from((h * Decimal::from(60)).round()).ok());
            minutes.filter(|m| (1..=1_440).contains(m)).ok_or("Hours, like 2 or 1:30.")
        });
        if minutes.is_some() && from != to {
            e.add("hours", "Hours are of one day. Leave this empty for several days.");
        }
        let reason = e.text("reason", &self.reason, REASON);
        let half = |text: &String| !text.is_empty() && minutes.is_none();
        match (kind, from, to) {
            (Some(kind), Some(from), Some(to)) => {
                let (from_midday, to_midday) = (half(&self.from_midday), half(&self.to_midday));
                e.or(RequestFields { kind, span: Span { from, to, from_midday, to_midday, minutes }, reason })
            }
            _ => Err(e),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustmentFields {
    pub kind: LeaveTypeId,
    pub what: Kind,
    pub amount: Decimal,
    pub on: Day,
    pub expires: Option<Day>,
    pub reason: String,
}

impl AdjustmentDraft {
    pub fn read(&self, dates: DateOrder) -> Result<AdjustmentFields, Errors> {
        let mut e = Errors::default();
        let kind = e.take("kind", self.kind.parse::<LeaveTypeId>().map_err(|_| "Choose a kind of leave."));
        let what = if self.what == "encashment" { Kind::Encashment } else { Kind::Adjustment };
        let amount = e.take("amount", number(&self.amount)).filter(|a| !a.is_zero());
        if amount.is_none() && e.of("amount").is_none() {
            e.add("amount", "Say by how much.");
        }
        if what == Kind::Encashment && amount.is_some_and(|a| a < Decimal::ZERO) {
            e.add("amount", "Say how much is paid out, without a minus.");
        }
        let on = e.take("on", Day::parse(&self.on, dates));
        let expires = e.optional("expires", &self.expires, |t| Day::parse(t, dates));
        if expires.zip(on).is_some_and(|(x, on)| x < on) {
            e.add("expires", "This is before it begins to count.");
        }
        let reason = e.required("reason", &self.reason, 300);
        match (kind, amount, on) {
            (Some(kind), Some(amount), Some(on)) => {
                let amount = if what == Kind::Encashment { -amount } else { amount };
                let expires = expires.filter(|_| amount > Decimal::ZERO);
                e.or(AdjustmentFields { kind, what, amount, on, expires, reason })
            }
            _ => Err(e),
        }
    }
}

impl EnrolDraft {
    pub fn read(&self, dates: DateOrder) -> Result<(LeavePolicyId, Day), Errors> {
        let mut e = Errors::default();
        let policy = e.take("policy", self.policy.parse::<LeavePolicyId>().map_err(|_| "Choose a policy."));
        let from = e.take("from", Day::parse(&self.from, dates));
        match (policy, from) {
            (Some(policy), Some(from)) => e.or((policy, from)),
            _ => Err(e),
        }
    }
}

impl PatternDraft {
    pub fn of(pattern: &Pattern, from: Day) -> Self {
        let mut draft = Self { from: from.to_string(), ..Self::default() };
        for (at, (key, _)) in DAYS.iter().enumerate() {
            let minutes = pattern.minutes[at];
            if minutes > 0 {
                let text = format!("{}:{:02}", minutes / 60, minutes % 60);
                draft.set(key, text.trim_end_matches(":00").to_owned());
            }
            if pattern.half[at] {
                draft.set(&format!("half_{key}"), "on".into());
            }
        }
        draft
    }

    pub fn read(&self, dates: DateOrder) -> Result<(Day, Pattern), Errors> {
        let mut e = Errors::default();
        let from = e.take("from", Day::parse(&self.from, dates));
        let mut pattern = Pattern { minutes: [0; 7], half: [false; 7] };
        for (at, (key, _)) in DAYS.iter().enumerate() {
            let text = self.get(key).trim();
            if text.is_empty() {
                continue;
            }
            let read = match text.split_once(':') {
                Some((h, m)) => h
                    .parse::<i16>()
                    .ok()
                    .zip(m.parse::<i16>().ok().filter(|m| (0..60).contains(m)))
                    .and_then(|(h, m)| h.checked_mul(60)?.checked_add(m)),
                None => positive(text).ok().and_then(|h| i16::try_from((h * Decimal::from(60)).round()).ok()),
            };
            match read.filter(|m| (0..=1_440).contains(m)) {
                Some(minutes) => pattern.minutes[at] = minutes,
                None => e.add(key, "Hours, like 8 or 7:24."),
            }
            pattern.half[at] = !self.get(&format!("half_{key}")).is_empty();
        }
        if pattern.week() == 0 && e.is_empty() {
            e.add("mon", "Say on which days they work.");
        }
        match from {
            Some(from) => e.or((from, pattern)),
            None => Err(e),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlackoutFields {
    pub name: String,
    pub from: Day,
    pub to: Day,
    pub department: Option<String>,
}

impl BlackoutDraft {
    pub fn read(&self, dates: DateOrder) -> Result<BlackoutFields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        let from = e.take("from", Day::parse(&self.from, dates));
        let to = e.take("to", Day::parse(&self.to, dates));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            e.add("to", "The last day is before the first one.");
        }
        let department = e.line("department", &self.department, 100);
        match (from, to) {
            (Some(from), Some(to)) => e.or(BlackoutFields { name, from, to, department }),
            _ => Err(e),
        }
    }
}

impl CoverDraft {
    pub fn read(&self) -> Result<(String, i32), Errors> {
        let mut e = Errors::default();
        let department = e.required("department", &self.department, 100);
        let least = e.take("least", count(&self.least, 1_000)).filter(|n| *n > 0);
        if least.is_none() && e.of("least").is_none() {
            e.add("least", "At least one person.");
        }
        match least.and_then(|n| i32::try_from(n).ok()) {
            Some(least) => e.or((department, least)),
            None => Err(e),
        }
    }
}

impl DelegateDraft {
    pub fn read(&self, dates: DateOrder) -> Result<(crate::MemberId, Option<Day>, Option<Day>), Errors> {
        let mut e = Errors::default();
        let to = e.take("to", self.to.parse::<crate::MemberId>().map_err(|_| "Choose somebody."));
        let from = e.optional("from", &self.from, |t| Day::parse(t, dates));
        let until = e.optional("until", &self.until, |t| Day::parse(t, dates));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            e.add("until", "The last day is before the first one.");
        }
        match to {
            Some(to) => e.or((to, from, until)),
            None => Err(e),
        }
    }
}
