//! Which rights others stand on.

use super::choosable;
use crate::access::Right;

/// The rights that another one may not go beyond: nobody changes what they do not see, a file brings in every class of
/// field, and the trail tells of people, customers, deals, tasks and calls alike.
pub(super) fn needs(right: &Right) -> impl Iterator<Item = &'static Right> {
    let (resource, action) = right.key.split_once('.').unwrap_or_default();
    let needed: Vec<String> = match (right.key, action.strip_suffix("_write")) {
        ("employees.import", _) => {
            ["read", "write", "personal_write", "pay_write"].map(|a| format!("employees.{a}")).into()
        }
        ("contacts.import", _) => ["read", "write"].map(|a| format!("contacts.{a}")).into(),
        ("deals.import", _) => ["read", "write"].map(|a| format!("deals.{a}")).into(),
        ("leads.import", _) => ["read", "write"].map(|a| format!("leads.{a}")).into(),
        // What is expected is told beside what there is.
        ("quotas.read" | "forecast.adjust", _) => vec!["deals.read".into()],
        // Whoever makes pipelines and prices sees what is sold.
        ("pipelines.write", _) => ["deals.read".into()].into(),
        ("customers.import", _) => ["read", "write"].map(|a| format!("customers.{a}")).into(),
        // A document is seen no further than whose it is; that there are kinds is no secret.
        ("documents.read", _) => ["employees.read".into()].into(),
        ("documents.settings", _) => vec![],
        ("recruiting.settings", _) => ["postings.read".into()].into(),
        // Of one's own, however far one sees.
        ("assets.confirm" | "attendance.write", _) => vec![],
        ("audit.read", _) => ["employees", "customers", "contacts", "deals", "leads", "tickets", "tasks", "activities"]
            .map(|of| format!("{of}.read"))
            .into(),
        (_, Some(class)) if right.class.is_some() => vec![format!("{resource}.{class}")],
        (_, _) if action == "read" => vec![],
        _ => vec![format!("{resource}.read")],
    };
    choosable().filter(move |r| needed.iter().any(|n| n == r.key))
}
