//! The rules of roles.

use super::*;
use crate::Errors;

#[test]
fn reports_to_me_does_not_open_pay() {
    for role in Role::BUILT_IN {
        let (pay, personal) = (role.rights().scope(EmployeesPay::KEY), role.rights().scope(EmployeesPersonal::KEY));
        assert!(pay != Some(Scope::Team) && personal != Some(Scope::Team), "{role}");
    }
    assert_eq!(Role::Manager.rights().scope(EmployeesPay::KEY), Some(Scope::Own));
    assert_eq!(Role::Owner.rights().scope(EmployeesPay::KEY), Some(Scope::All));
}

#[test]
fn nobody_changes_their_own_pay_but_who_changes_everybodys() {
    for role in Role::BUILT_IN {
        assert!(
            matches!(role.rights().scope(EmployeesPayWrite::KEY), None | Some(Scope::All)),
            "{role} could raise themselves"
        );
    }
}

#[test]
fn only_an_owner_covers_an_owner() {
    let owner = Role::Owner.rights();
    for role in Role::BUILT_IN {
        assert!(owner.cover(&role.rights()), "{role}");
        assert_eq!(role.rights().cover(&owner), role == Role::Owner, "{role}");
    }
    assert!(!Role::SalesRep.rights().cover(&Role::SalesManager.rights()), "own is less than all");
}

#[test]
fn the_auditor_changes_nothing() {
    let rights = Role::Auditor.rights();
    let writes =
        rights.keys().into_iter().filter(|k| k.contains("write") || k.contains("import") || k.contains("archive"));
    assert_eq!(writes.collect::<Vec<_>>(), ["profile.write", "tokens.write"]);
}

#[test]
fn rights_survive_their_row() {
    for role in Role::BUILT_IN {
        let row = serde_json::to_value(role.rights().to_map()).expect("rights serialise");
        assert_eq!(Rights::from_json(&row), role.rights(), "{role}");
    }
    let strange =
        serde_json::json!({ "employees.read": "team", "moon.read": "all", "audit.read": "own", "customers.read": 7 });
    let rights = Rights::from_json(&strange);
    assert_eq!(rights.keys(), ["employees.read", "audit.read"]);
    assert_eq!(rights.scope("audit.read"), Some(Scope::All), "a right without scopes is whole");
}

#[test]
fn a_role_survives_its_two_columns() {
    for role in Role::BUILT_IN.into_iter().chain([Role::Custom(RoleId(Uuid::from_u128(7)))]) {
        assert_eq!(Role::from_row(role.key(), role.id()), Some(role));
        assert_eq!(Role::parse(&role.value()), Some(role));
    }
    assert_eq!(Role::from_row("custom", None), None);
    assert_eq!(Role::parse("emperor"), None);
}

#[test]
fn no_right_reaches_further_than_the_one_it_needs() {
    let typed = |grants: &[(&str, &str)]| Draft {
        name: "Site lead".into(),
        grants: grants.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        ..Draft::default()
    };
    for (grants, wrong) in [
        (&[("employees.read", "team"), ("employees.write", "team")][..], None),
        (&[("employees.read", "team"), ("employees.write", "all")], Some("employees.write")),
        (&[("employees.read", "all"), ("employees.pay_write", "own")], Some("employees.pay_write")),
        (&[("employees.read", "own"), ("employees.pay", "own"), ("employees.pay_write", "own")], None),
        (&[("employees.pay", "own")], Some("employees.pay")),
        (&[("customers.import", "all")], Some("customers.import")),
        (&[("audit.export", "all")], Some("audit.export")),
        (&[("audit.read", "all"), ("employees.read", "all")], Some("audit.read")),
        (&[("audit.read", "all"), ("employees.read", "all"), ("customers.read", "all")], Some("audit.read")),
        (
            &[("audit.read", "all"), ("employees.read", "all"), ("customers.read", "all"), ("tasks.read", "all")],
            Some("audit.read"),
        ),
        (
            &[
                ("audit.read", "all"),
                ("employees.read", "all"),
                ("customers.read", "all"),
                ("contacts.read", "all"),
                ("deals.read", "all"),
                ("leads.read", "all"),
                ("tickets.read", "all"),
                ("tasks.read", "all"),
                ("activities.read", "all"),
            ],
            None,
        ),
        (
            &[("employees.read", "all"), ("employees.write", "all"), ("employees.import", "all")],
            Some("employees.import"),
        ),
        (&[("employees.read", "galaxy")], Some("employees.read")),
        (&[("workspace.own", "all")], None),
    ] {
        let (fields, errors) = typed(grants).read();
        assert_eq!(errors.iter().next().map(|(field, _)| field), wrong, "{grants:?}");
        assert!(fields.rights.may("home.read") && !fields.rights.may("workspace.own"), "{grants:?}");
    }
    assert!(Draft { name: "owner ".into(), ..Draft::default() }.read().1.of("name").is_some());
}

#[test]
fn a_role_and_its_form_say_the_same() {
    let mut office = Office { role: Role::Manager, name: "Site lead".into(), ..Office::built_in(Role::Manager) };
    let (fields, errors) = Draft::of(&office).read();
    assert_eq!((fields.rights, errors), (office.rights, Errors::default()));
    office.rights = Role::Admin.rights();
    assert_eq!(Draft::of(&office).read().0.rights, office.rights);
}

#[test]
fn what_is_gained_and_lost() {
    let told: Vec<_> = changes(&Role::SalesRep.rights(), &Role::SupportManager.rights())
        .into_iter()
        .map(|c| (c.right.key, c.is_gain()))
        .collect();
    let expected = [
        ("leave.read", true),
        ("leave.kind", true),
        ("leave.approve", true),
        ("documents.read", true),
        ("checklists.read", true),
        ("checklists.write", true),
        ("assets.read", true),
        ("attendance.read", true),
        ("attendance.approve", true),
        ("postings.write", true),
        ("candidates.write", true),
        ("customers.write", true),
        ("customers.archive", false),
        ("customers.bulk", false),
        ("customers.export", true),
        ("contacts.write", true),
        ("contacts.archive", false),
        ("contacts.bulk", false),
        ("contacts.export", true),
        ("deals.write", false),
        ("deals.archive", false),
        ("deals.bulk", false),
        ("deals.export", false),
        ("quotas.read", false),
        ("leads.write", false),
        ("leads.archive", false),
        ("leads.bulk", false),
        ("leads.export", false),
        ("tickets.write", true),
        ("tickets.archive", true),
        ("tickets.bulk", true),
        ("tickets.export", true),
        ("tickets.settings", true),
        ("help.write", true),
        ("automation.read", true),
        ("automation.write", true),
        ("automation.run", true),
        ("tasks.read", true),
        ("tasks.write", true),
        ("activities.read", false),
        ("activities.write", true),
        ("activities.export", false),
        ("views.share", true),
    ];
    assert_eq!(told, expected);
}
