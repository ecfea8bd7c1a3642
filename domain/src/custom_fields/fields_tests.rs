use super::*;
use crate::Currency;
use uuid::Uuid;

pub(super) fn field(kind: Kind) -> CustomField {
    CustomField {
        id: CustomFieldId(Uuid::nil()),
        version: 1,
        noun: Target::Employees,
        name: name("thing"),
        label: "Thing".into(),
        kind,
        class: FieldClass::Directory,
        options: vec!["Small".into(), "Extra large".into()],
        help: None,
        required: false,
        archived: false,
    }
}

#[test]
fn each_kind_reads_what_it_holds_and_shows_it_again() {
    let c = Conventions { currency: Currency::EUR, dates: crate::DateOrder::Dmy };
    for (kind, typed, kept, shown, words) in [
        (Kind::Text, "  two words ", json!("two words"), "two words", "two words"),
        (Kind::Number, "1,250.50", json!("1250.5"), "1250.5", "1250.5"),
        (Kind::Number, "1.250,5", json!("1250.5"), "1250.5", "1250.5"),
        (Kind::Number, "1,250,000", json!("1250000"), "1250000", "1250000"),
        (Kind::Number, "1.250.000", json!("1250000"), "1250000", "1250000"),
        (Kind::Number, "0,750", json!("0.75"), "0.75", "0.75"),
        (Kind::Number, "2,1250", json!("2.1250"), "2.1250", "2.1250"),
        (Kind::Number, "12,5", json!("12.5"), "12.5", "12.5"),
        (Kind::Number, "-3", json!("-3"), "-3", "-3"),
        (Kind::Money, "1,200.50", json!({ "minor": 120_050, "currency": "EUR" }), "1200.50", "€1,200.50"),
        (Kind::Date, "3/4/2024", json!("2024-04-03"), "2024-04-03", "3 Apr 2024"),
        (Kind::YesNo, "Ja", json!(true), "yes", "Yes"),
        (Kind::YesNo, "0", json!(false), "no", "No"),
        (Kind::Choice, "extra-LARGE", json!("Extra large"), "Extra large", "Extra large"),
        (Kind::Person, "12 · Ada", json!("12"), "12", "12"),
    ] {
        let field = field(kind);
        let read = field.read(typed, &c).unwrap_or_else(|e| panic!("{typed}: {e}")).expect("something");
        assert_eq!((&read, text(&read).as_str()), (&kept, shown), "{typed}");
        assert_eq!(field.words(&read), words, "{typed}");
        assert_eq!(field.read(&text(&read), &c).expect("it is read again"), Some(kept), "{typed}");
    }
    for (kind, typed) in [
        (Kind::Number, "many"),
        // Thousands to some, decimals to others.
        (Kind::Number, "1,250"),
        (Kind::Number, "-1.250"),
        (Kind::Number, "1e400"),
        (Kind::Money, "12 pounds"),
        (Kind::Date, "2024-02-30"),
        (Kind::YesNo, "perhaps"),
        (Kind::Choice, "Medium"),
        (Kind::Text, "a\u{7}b"),
    ] {
        assert!(field(kind).read(typed, &c).is_err(), "{typed}");
    }
    for kind in Kind::ALL {
        assert_eq!(field(kind).read("  ", &c), Ok(None));
    }
}

#[test]
fn a_field_has_rules_of_its_own() {
    let draft = |label: &str, kind: &str, options: &str| Draft {
        noun: "employees".into(),
        label: label.into(),
        kind: kind.into(),
        options: options.into(),
        ..Draft::default()
    };
    let made = draft("T-shirt size", "choice", "S\n M \n\nL").parse().expect("a field");
    assert_eq!((made.key.as_str(), made.options), ("t_shirt_size", vec!["S".into(), "M".into(), "L".into()]));
    assert_eq!(draft("Größe", "text", "").parse().expect("a field").key, "gro_e");
    assert_eq!(draft("2nd office", "text", "").parse().expect("a field").key, "f_2nd_office");
    assert_eq!(draft("名前", "text", "").parse().expect("a field").key, "field");
    for (wrong, field) in [
        (draft("", "text", ""), "label"),
        (draft("Email", "text", ""), "label"),
        (draft("A", "sound", ""), "kind"),
        (Draft { required: "true".into(), ..draft("A", "file", "") }, "required"),
        (draft("A", "choice", " \n"), "options"),
        (draft("A", "choice", "a\nA"), "options"),
        (Draft { key: "9x".into(), ..draft("A", "text", "") }, "key"),
        (Draft { noun: "customers".into(), class: "pay".into(), ..draft("A", "text", "") }, "class"),
        (Draft { class: "secret".into(), ..draft("A", "text", "") }, "class"),
        (Draft { noun: "tasks".into(), ..draft("A", "text", "") }, "noun"),
    ] {
        assert!(wrong.parse().is_err_and(|e| e.of(field).is_some()), "{wrong:?}");
    }
}

#[test]
fn a_question_is_understood_by_the_kind_of_its_field() {
    let c = Conventions::default();
    let asked = |pairs: &[(&str, &str)]| {
        let mut asked = Asked::default();
        for (name, value) in pairs {
            asked.0.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        asked
    };
    let some = |s: &str| Some(s.to_owned());
    for (kind, pairs, bounds) in [
        (Kind::Text, &[("custom-thing", "ab")][..], Bounds::Contains("ab".into())),
        (Kind::Choice, &[("custom-thing", "S"), ("custom-thing", "L")], Bounds::OneOf(vec!["S".into(), "L".into()])),
        (Kind::YesNo, &[("custom-thing", "no")], Bounds::Is(false)),
        (Kind::Number, &[("custom-thing-from", "3")], Bounds::Between(some("3"), None)),
        (Kind::Money, &[("custom-thing-to", "12.50")], Bounds::Between(None, some("1250"))),
        (
            Kind::Date,
            &[("custom-thing-from", "2024-01-01"), ("custom-thing-to", "2024-02-01")],
            Bounds::Between(some("2024-01-01"), some("2024-02-01")),
        ),
        (Kind::Number, &[("custom-thing-from", "many")], Bounds::Never),
        (Kind::YesNo, &[("custom-thing", "perhaps")], Bounds::Never),
        (Kind::Text, &[("custom-thing-from", "a")], Bounds::Never),
    ] {
        assert_eq!(asked(pairs).bounds(&field(kind), &c), Some(bounds), "{pairs:?}");
    }
    let both = asked(&[("custom-thing-from", "1"), ("custom-thing-to", "2"), ("custom-other", "x")]);
    assert_eq!(both.names(), ["custom-other", "custom-thing"]);
    assert_eq!(both.without("custom-thing").names(), ["custom-other"]);
    assert_eq!(asked(&[]).bounds(&field(Kind::Text), &c), None);
}

#[test]
fn of_a_form_it_takes_what_is_a_custom_fields() {
    let answered: Answered =
        serde_json::from_value(json!({ "custom-a": "1", "first_name": "Ada", "n": 3 })).expect("answers");
    assert_eq!(answered.0.into_iter().collect::<Vec<_>>(), [("custom-a".to_owned(), "1".to_owned())]);
    assert!(std::ptr::eq(name("same"), name("same")), "a name is kept once");
}
