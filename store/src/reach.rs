//! How far a right reaches, in SQL: the condition that every read and every write of a scoped noun carries (DOMAIN:
//! Permissions). It is applied where the rows are found, never to what was found.
//!
//! The conditions are constants: who the reader is stands in the transaction's settings (`house.me()`), so that a
//! statement is prepared once for everybody.

use crate::{Error, Result, TenantTx};
use domain::{
    access::{Permission, Rights, Scope, of_others},
    workspace::access::Subject,
};
use uuid::Uuid;

/// A noun whose records are somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One's own record; those of everyone below.
    Employees,
    /// What one owns; what they own.
    Customers,
    /// What one owns; what they own.
    Contacts,
    /// What one owns; what they own.
    Deals,
    /// What one owns; what they own.
    Leads,
    /// What is assigned to one; to them.
    Tickets,
    /// What is assigned to one, or was made by one; to them, or by them.
    Tasks,
    /// As tasks: to change.
    Activities,
    /// To see: those to which one is invited, too; to which they are.
    ActivitiesSeen,
    /// Of one's own record; of everyone below.
    Documents,
    /// In which one has something to do; those about everyone below. Nobody sees all of their own.
    Checklists,
    /// What one has; what everyone below has.
    Assets,
    /// For which one hires, or has asked; they do. To change: those who interview alone are none of them.
    Postings,
    /// To see: for which one interviews, too.
    PostingsSeen,
    /// Who has applied for those.
    Candidates,
    CandidatesSeen,
    /// For those.
    Applications,
    ApplicationsSeen,
    /// One's own weeks; theirs.
    Timesheets,
    /// Oneself; everyone below, who is a member.
    Members,
    /// Nobody's in particular: whoever has the right has it for all of them.
    Whole,
}

impl Kind {
    /// Empty where nothing is asked by whose it is.
    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Deals => "deals",
            Self::Leads => "leads",
            Self::Tickets => "tickets",
            Self::Tasks => "tasks",
            Self::Activities | Self::ActivitiesSeen => "activities",
            Self::Documents => "documents",
            Self::Checklists => "checklists",
            Self::Assets => "assets",
            Self::Postings | Self::PostingsSeen => "postings",
            Self::Candidates | Self::CandidatesSeen => "candidates",
            Self::Applications | Self::ApplicationsSeen => "applications",
            Self::Timesheets => "timesheets",
            Self::Members => "members",
            Self::Whole => "",
        }
    }

    /// The condition on the noun's row `e`; `None`: there is none, all of them are within reach.
    pub(crate) const fn condition(self, scope: Option<Scope>) -> Option<&'static str> {
        match (self, scope) {
            (_, Some(Scope::All)) | (Self::Whole, Some(_)) => None,
            (_, None) => Some("false"),
            (Self::Employees, Some(Scope::Own)) => Some("e.id = house.me()"),
            (Self::Employees, Some(Scope::Team)) => Some("e.id in (select house.team())"),
            (Self::Customers | Self::Contacts | Self::Deals | Self::Leads, Some(Scope::Own)) => {
                Some("e.owner_id = house.me_member()")
            }
            (Self::Customers | Self::Contacts | Self::Deals | Self::Leads, Some(Scope::Team)) => {
                Some("e.owner_id in (select house.team_members())")
            }
            (Self::Tickets, Some(Scope::Own)) => Some("e.assignee_id = house.me_member()"),
            (Self::Tickets, Some(Scope::Team)) => Some("e.assignee_id in (select house.team_members())"),
            (Self::Documents, Some(Scope::Own)) => Some("e.employee_id = house.me()"),
            (Self::Documents, Some(Scope::Team)) => Some("e.employee_id in (select house.team())"),
            (Self::Checklists, Some(Scope::Own)) => Some(MINE),
            (Self::Checklists, Some(Scope::Team)) => Some(TEAMS),
            (Self::Assets, Some(Scope::Own)) => Some("e.holder_id = house.me()"),
            (Self::Assets, Some(Scope::Team)) => Some("e.holder_id in (select house.team())"),
            (Self::PostingsSeen, Some(Scope::Own)) => Some(HIRES_IN_ANY_WAY),
            (Self::PostingsSeen, Some(Scope::Team)) => Some(
                "(e.created_by in (select house.team_members()) or e.id in (select t.posting_id from posting_team t \
                 where t.member_id in (select house.team_members())))",
            ),
            (Self::Postings, Some(Scope::Own)) => Some(
                "(e.created_by = house.me_member() or e.id in (select t.posting_id from posting_team t \
                 where t.member_id = house.me_member() and t.role <> 'interviewer'))",
            ),
            (Self::Postings, Some(Scope::Team)) => Some(
                "(e.created_by in (select house.team_members()) or e.id in (select t.posting_id from posting_team t \
                 where t.member_id in (select house.team_members()) and t.role <> 'interviewer'))",
            ),
            (Self::Candidates, Some(Scope::Own)) => Some(
                "e.id in (select a.candidate_id from applications a join posting_team t on t.tenant_id = a.tenant_id \
                 and t.posting_id = a.posting_id where t.member_id = house.me_member() and t.role <> 'interviewer')",
            ),
            (Self::Candidates, Some(Scope::Team)) => Some(
                "e.id in (select a.candidate_id from applications a join posting_team t on t.tenant_id = a.tenant_id \
                 and t.posting_id = a.posting_id where t.member_id in (select house.team_members()) and t.role <> 'interviewer')",
            ),
            (Self::CandidatesSeen, Some(Scope::Own)) => Some(
                "e.id in (select a.candidate_id from applications a join posting_team t on t.tenant_id = a.tenant_id \
                 and t.posting_id = a.posting_id where t.member_id = house.me_member())",
            ),
            (Self::CandidatesSeen, Some(Scope::Team)) => Some(
                "e.id in (select a.candidate_id from applications a join posting_team t on t.tenant_id = a.tenant_id \
                 and t.posting_id = a.posting_id where t.member_id in (select house.team_members()))",
            ),
            (Self::Applications, Some(Scope::Own)) => Some(
                "e.posting_id in (select t.posting_id from posting_team t where t.member_id = house.me_member() and t.role <> 'interviewer')",
            ),
            (Self::Applications, Some(Scope::Team)) => Some(
                "e.posting_id in (select t.posting_id from posting_team t where t.member_id in (select house.team_members()) and t.role <> 'interviewer')",
            ),
            (Self::ApplicationsSeen, Some(Scope::Own)) => {
                Some("e.posting_id in (select t.posting_id from posting_team t where t.member_id = house.me_member())")
            }
            (Self::ApplicationsSeen, Some(Scope::Team)) => Some(
                "e.posting_id in (select t.posting_id from posting_team t where t.member_id in (select house.team_members()))",
            ),
            (Self::Timesheets, Some(Scope::Own)) => Some("e.employee_id = house.me()"),
            (Self::Timesheets, Some(Scope::Team)) => Some("e.employee_id in (select house.team())"),
            (Self::Members, Some(Scope::Own)) => Some("e.id = house.me_member()"),
            (Self::Members, Some(Scope::Team)) => Some("e.id in (select house.team_members())"),
            (Self::Activities, Some(Scope::Own)) => {
                Some("(e.owner_id = house.me_member() or e.created_by = house.me_member())")
            }
            (Self::Activities, Some(Scope::Team)) => {
                Some("(e.owner_id in (select house.team_members()) or e.created_by in (select house.team_members()))")
            }
            (Self::ActivitiesSeen, Some(Scope::Own)) => Some(TAKES_PART),
            (Self::ActivitiesSeen, Some(Scope::Team)) => Some(
                "(e.owner_id in (select house.team_members()) or e.created_by in (select house.team_members()) \
                 or e.id in (select t.activity_id from activity_attendees t where t.member_id in (select house.team_members())))",
            ),
            (Self::Tasks, Some(Scope::Own)) => {
                Some("(e.assignee_id = house.me_member() or e.created_by = house.me_member())")
            }
            (Self::Tasks, Some(Scope::Team)) => Some(
                "(e.assignee_id in (select house.team_members()) or e.created_by in (select house.team_members()))",
            ),
        }
    }
}

/// A call or meeting in which the reader takes part.
pub(crate) const TAKES_PART: &str = "(e.owner_id = house.me_member() or e.created_by = house.me_member() \
    or e.id in (select t.activity_id from activity_attendees t where t.member_id = house.me_member()))";

/// A job for which the reader hires, or has asked.
pub(crate) const HIRES_IN_ANY_WAY: &str = "(e.created_by = house.me_member() \
    or e.id in (select t.posting_id from posting_team t where t.member_id = house.me_member()))";

/// A checklist in which the reader has something to do.
const MINE: &str = "exists (select from checklist_items i join tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id \
    where i.tenant_id = e.tenant_id and i.checklist_id = e.id and t.assignee_id = house.me_member())";
const TEAMS: &str = "(e.employee_id in (select house.team()) and e.employee_id is distinct from house.me() \
    or exists (select from checklist_items i join tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id \
    where i.tenant_id = e.tenant_id and i.checklist_id = e.id and t.assignee_id = house.me_member()))";

/// ` and …` for the rows that this right reaches.
pub(crate) fn narrow(q: &mut sqlx::QueryBuilder<sqlx::Postgres>, kind: Kind, scope: Option<Scope>) {
    if let Some(condition) = kind.condition(scope) {
        q.push(" and ").push(condition);
    }
}

/// As [`narrow`], for a question that is narrow already by something else: the team is found once and its rows by their
/// ids, where the planner, which expects one row, would find the team again for each (5.9 ms instead of 0.3).
pub(crate) fn narrow_by_id(q: &mut sqlx::QueryBuilder<sqlx::Postgres>, kind: Kind, scope: Option<Scope>) {
    match (kind, scope) {
        (Kind::Employees, Some(Scope::Team)) => {
            q.push(" and e.id = any(array(select house.team()))");
        }
        _ => narrow(q, kind, scope),
    }
}

/// A right as an SQL expression on the row `e`: whether it reaches it.
pub(crate) const fn reaches(kind: Kind, scope: Option<Scope>) -> &'static str {
    match kind.condition(scope) {
        None => "true",
        Some(condition) => condition,
    }
}

/// The noun of a record that other nouns belong to.
pub const fn kind(subject: Subject) -> Kind {
    match subject {
        Subject::Employee(_) => Kind::Employees,
        Subject::Customer(_) => Kind::Customers,
        Subject::Contact(_) => Kind::Contacts,
        Subject::Deal(_) => Kind::Deals,
        Subject::Lead(_) => Kind::Leads,
        Subject::Ticket(_) => Kind::Tickets,
    }
}

/// Whether there is such a record, and this scope reaches it.
pub(crate) async fn reaches_record(tx: &mut TenantTx, subject: Subject, scope: Option<Scope>) -> Result<bool> {
    let kind = kind(subject);
    let mut q = sqlx::QueryBuilder::new("select exists (select from ");
    q.push(kind.table()).push(" e where e.id = ").push_bind(subject.id());
    narrow(&mut q, kind, scope);
    q.push(")");
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// Those of `ids` that this right reaches, in no order. Asks nothing where it reaches all.
pub async fn within<P: Permission>(tx: &mut TenantTx, kind: Kind, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let scope = tx.scope::<P>();
    let Some(condition) = kind.condition(scope) else { return Ok(ids.to_vec()) };
    if scope.is_none() || ids.is_empty() {
        return Ok(vec![]);
    }
    let mut q = sqlx::QueryBuilder::new("select e.id from ");
    q.push(kind.table()).push(" e where e.id = any(").push_bind(ids.to_vec()).push(") and ").push(condition);
    if not_oneself::<P>(kind, scope) {
        q.push(" and e.id is distinct from house.me()");
    }
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// Whoever looks after their team's records looks after no record of their own: what they want changed there, they ask
/// for as everybody does. Whoever is given their own, or all, has it.
pub(crate) fn not_oneself<P: Permission>(kind: Kind, scope: Option<Scope>) -> bool {
    kind == Kind::Employees && scope == Some(Scope::Team) && of_others(P::KEY)
}

/// The record, if this right reaches it; else there is none (DOMAIN: what is not yours is not found).
pub async fn hold<P: Permission>(tx: &mut TenantTx, kind: Kind, id: Uuid) -> Result<()> {
    match within::<P>(tx, kind, &[id]).await?.is_empty() {
        true => Err(Error::NotFound),
        false => Ok(()),
    }
}

/// The lower of two rights: an export shows no more than the list.
pub(crate) fn lower<A: Permission, B: Permission>(rights: &Rights) -> Option<Scope> {
    rights.scope(A::KEY).min(rights.scope(B::KEY))
}
