//! What happened, told to whoever listens. Written in the transaction of the change.
//!
//! Names and fields outlive a deploy: add, never rename.

use crate::{CustomerId, EmployeeId, ImportId, InvitationId, MemberId, import::Target};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    WorkspaceCreated { owner: MemberId },
    MemberInvited { invitation: InvitationId },
    MemberJoined { member: MemberId },
    EmployeeAdded { employee: EmployeeId },
    EmployeeChanged { employee: EmployeeId, fields: Vec<String> },
    EmployeesArchived { employees: Vec<EmployeeId> },
    EmployeesRestored { employees: Vec<EmployeeId> },
    CustomerAdded { customer: CustomerId },
    CustomerChanged { customer: CustomerId, fields: Vec<String> },
    CustomersArchived { customers: Vec<CustomerId> },
    CustomersRestored { customers: Vec<CustomerId> },
    Imported { import: ImportId, target: Target },
    ImportUndone { import: ImportId, target: Target },
}
