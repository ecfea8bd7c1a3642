//! Which crate may know which. Cargo keeps the directions; this keeps Cargo.toml.

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

fn packages() -> Vec<Package> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let offline = ["--offline".to_owned()];
    let metadata =
        MetadataCommand::new().manifest_path(manifest).no_deps().other_options(offline).exec().expect("cargo metadata");
    metadata.packages
}

/// What a crate is built with; what its tests use besides is its own affair.
fn needs(package: &Package) -> Vec<String> {
    package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development).map(|d| d.name.clone()).collect()
}

#[test]
fn there_are_five_crates_and_no_sixth_without_a_decision() {
    let mut names: Vec<_> = packages().iter().map(|p| p.name.to_string()).collect();
    names.sort();
    assert_eq!(names, ["domain", "jobs", "people360", "store", "views"]);
}

#[test]
fn the_crates_know_each_other_in_one_direction() {
    for (name, may_know) in [
        ("domain", &[][..]),
        ("store", &["domain"]),
        ("views", &["domain"]),
        ("jobs", &["domain", "store", "views"]),
        ("people360", &["domain", "store", "views", "jobs"]),
    ] {
        let package = packages().into_iter().find(|p| p.name.as_str() == name).expect("it is one of the five");
        let ours = ["domain", "store", "views", "jobs", "people360"];
        let known: Vec<_> = needs(&package).into_iter().filter(|d| ours.contains(&d.as_str())).collect();
        for other in &known {
            assert!(may_know.contains(&other.as_str()), "{name} must not know {other}");
        }
    }
}

#[test]
fn only_the_store_speaks_sql_and_only_the_edges_speak_http() {
    for (crate_, only) in [
        ("sqlx", &["store"][..]),
        ("maud", &["views", "people360"]),
        ("axum", &["people360"]),
        ("apalis", &["jobs"]),
        ("lettre", &["jobs"]),
        // The worker rings, the web hears.
        ("fred", &["jobs", "people360"]),
    ] {
        for package in packages() {
            let name = package.name.as_str();
            assert!(
                !needs(&package).contains(&crate_.to_owned()) || only.contains(&name),
                "{name} must not name {crate_}"
            );
        }
    }
}

#[test]
fn the_domain_does_nothing_but_think() {
    let domain = packages().into_iter().find(|p| p.name.as_str() == "domain").expect("it is one of the five");
    for outside in ["tokio", "sqlx", "axum", "maud", "fred", "lettre", "tracing", "hyper", "rand", "reqwest"] {
        assert!(!needs(&domain).contains(&outside.to_owned()), "domain must not name {outside}");
    }
}
