//! What a structure may say, and in which order it is calculated.

use super::{
    super::{
        samples_tests::{code, d, day},
        tables::{Band, Edition, Reading},
    },
    *,
};

fn component(name: &str, kind: Kind, method: Method) -> Component {
    Component { code: code(name), name: name.to_uppercase(), kind, method, rounding: Default::default() }
}

fn formula(text: &str) -> Method {
    Method::Formula { formula: text.into() }
}

fn structure(components: Vec<Component>) -> Structure {
    let edition = Edition { from: day("2026-01-01"), bands: vec![Band { from: d("0"), value: d("10") }] };
    Structure {
        name: "Staff".into(),
        version: 1,
        from: day("2026-01-01"),
        currency: Currency::EUR,
        components,
        tables: vec![Table { code: code("levy"), name: "Levy".into(), editions: vec![edition] }],
        inputs: vec![code("children")],
    }
}

fn wrong(components: Vec<Component>) -> Vec<String> {
    Plan::of(structure(components)).expect_err("wrong").into_iter().map(|w| w.words).collect()
}

#[test]
fn components_are_ordered_by_what_they_need() {
    let plan = Plan::of(structure(vec![
        component(
            "tax",
            Kind::Deduction,
            Method::Table { table: code("levy"), of: code("taxable"), reading: Reading::Bracket },
        ),
        component("taxable", Kind::Information, formula("gross - pension - 100 * children")),
        component("pension", Kind::Deduction, Method::Percent { of: code("basic"), rate: d("5") }),
        component("bonus", Kind::Earning, formula("basic * 10% + ytd_bonus * 0")),
        component("basic", Kind::Earning, Method::Salary),
    ]))
    .expect("a plan");
    let order: Vec<_> = plan.in_order().map(|(c, _)| c.code.as_str()).collect();
    assert_eq!(order, ["basic", "bonus", "pension", "taxable", "tax"]);
}

#[test]
fn a_circle_is_refused_by_name() {
    let circle = wrong(vec![
        component("a", Kind::Deduction, formula("b + 1")),
        component("b", Kind::Deduction, Method::Percent { of: code("c"), rate: d("5") }),
        component("c", Kind::Deduction, formula("max(a, 2)")),
    ]);
    assert_eq!(circle, ["These need each other in a circle: a → b → c → a."]);
    let own = wrong(vec![component("a", Kind::Deduction, formula("a + 1"))]);
    assert_eq!(own, ["These need each other in a circle: a → a."]);
    let gross = wrong(vec![component("bonus", Kind::Earning, Method::Percent { of: Code::gross(), rate: d("5") })]);
    assert_eq!(gross, ["These need each other in a circle: bonus → bonus."], "an earning is a part of the gross");
}

#[test]
fn what_nobody_knows_is_told_all_at_once() {
    let all = wrong(vec![
        component("a", Kind::Deduction, formula("basics * 2 + bracket(tax, 1)")),
        component("b", Kind::Deduction, formula("1 +")),
        component("c", Kind::Deduction, Method::Percent { of: code("d"), rate: d("1") }),
        component(
            "e",
            Kind::Deduction,
            Method::Table { table: code("t"), of: Code::gross(), reading: Reading::Lookup },
        ),
        component("e", Kind::Deduction, formula("ytd_nothing")),
    ]);
    assert_eq!(
        all,
        [
            "There are two of e.",
            "Something is missing at the end.",
            "There is no component or input ‘basics’.",
            "There is no table ‘tax’.",
            "There is no component ‘d’.",
            "There is no table ‘t’.",
            "There is no component or input ‘ytd_nothing’.",
        ]
    );
}

#[test]
fn a_structure_is_bounded() {
    let many = (0..=most::COMPONENTS).map(|n| component(&format!("c{n}"), Kind::Earning, Method::Given)).collect();
    assert_eq!(wrong(many), [format!("A structure has at most {} components.", most::COMPONENTS)]);
    let twice = ["a", "b"].map(|n| component(n, Kind::Earning, Method::Salary));
    assert_eq!(wrong(twice.into()), ["The agreed pay is in one component only."]);
    assert_eq!(wrong(vec![component("a", Kind::Deduction, Method::Salary)]), ["The agreed pay is an earning."]);
}

#[test]
fn versions_are_values_and_the_last_one_that_has_begun_holds() {
    let first = structure(vec![component("basic", Kind::Earning, Method::Salary)]);
    let second = Structure { version: 2, from: day("2026-07-01"), ..first.clone() };
    let versions = [first.clone(), second.clone()];
    for (on, version) in [("2025-12-31", None), ("2026-06-30", Some(1)), ("2026-07-31", Some(2))] {
        assert_eq!(in_force(&versions, day(on)).map(|s| s.version), version, "{on}");
    }
    let json = serde_json::to_string(&first).expect("it serialises");
    assert_eq!(serde_json::from_str::<Structure>(&json).expect("it reads"), first);
    let print = |s: &Structure| Plan::of(s.clone()).expect("a plan").fingerprint().to_owned();
    assert_eq!(print(&first), print(&first.clone()));
    assert_ne!(print(&first), print(&second), "another version is another fingerprint");
}
