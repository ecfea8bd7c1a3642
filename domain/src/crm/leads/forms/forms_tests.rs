use super::*;
use crate::CaptureId;
use chrono::{DateTime, Duration};

fn form(change: impl FnOnce(&mut Draft)) -> Fields {
    let mut draft = Draft { name: "Contact".into(), ..Draft::usual() };
    change(&mut draft);
    let (fields, errors) = draft.read();
    assert!(errors.is_empty(), "{errors:?}");
    fields
}

fn answers(all: &[(&str, &str)]) -> Answers {
    all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn an_address_is_made_of_the_name_unless_it_is_typed() {
    for (name, key, is) in
        [("Talk to us!", "", "talk-to-us"), ("  ", "x", "x"), ("你好", "", "form"), ("A", "Fair-2026", "fair-2026")]
    {
        let (fields, _) = Draft { name: name.into(), key: key.into(), ..Draft::default() }.read();
        assert_eq!(fields.key, is, "{name} {key}");
    }
    for bad in ["a b", "-a", "ä", "../x", &"a".repeat(41)] {
        assert!(address(bad).is_err(), "{bad}");
    }
}

#[test]
fn sites_are_origins_and_cannot_end_the_header() {
    assert_eq!(
        origins("www.acme.com\r\nhttps://Acme.com/contact, http://localhost:8080 acme.com").expect("sites"),
        ["https://www.acme.com", "https://acme.com", "http://localhost:8080"]
    );
    for bad in ["*", "https://*", "acme.com;script-src", "javascript:alert(1)", "https://a.b'", "ftp://acme.com"] {
        assert!(origins(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_form_is_what_its_draft_says() {
    let fields = form(|d| {
        d.phone = "required".into();
        d.origins = "acme.com".into();
        d.accent = "#2f6fed".into();
    });
    assert_eq!(Draft::of(&fields).read().0, fields);
    assert_eq!(
        (fields.asked.as_slice(), fields.required.as_slice()),
        (&["phone", "company", "message"].map(String::from)[..], &["phone".to_owned()][..])
    );
}

#[test]
fn what_is_not_asked_is_not_taken() {
    let form = form(|d| d.message = String::new());
    let sent = form.read(&answers(&[
        ("name", "Ada"),
        ("email", "ada@lamps.example"),
        ("phone", "+49 30 1234567"),
        ("message", "hello"),
        ("status", "converted"),
        ("owner", "boss@acme.example"),
        ("consent", "true"),
    ]));
    let sent = sent.expect("it holds");
    assert_eq!((sent.lead.phone, sent.lead.owner, sent.message), (None, None, None));
    assert_eq!(sent.lead.status, leads::Status::New);
    assert_eq!(sent.lead.source.as_deref(), Some("Website"));
}

#[test]
fn what_is_required_is_told_beside_its_field() {
    let form = form(|d| d.company = "required".into());
    let errors = form.read(&answers(&[("name", "Ada"), ("email", "nope")])).expect_err("it does not hold");
    let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["company", "consent", "email"]);
    let errors = form.read(&Answers::new()).expect_err("nothing was sent");
    assert!(errors.of("email").is_some() && errors.of("name").is_some());
}

#[test]
fn a_link_tells_where_somebody_comes_from() {
    let form = form(|d| d.source = String::new());
    let long = "x".repeat(500);
    let sent = form.read(&answers(&[
        ("name", "Ada"),
        ("email", "ada@lamps.example"),
        ("consent", "true"),
        ("utm_source", "news\u{0}letter"),
        ("utm_campaign", "Spring"),
        ("utm_term", &long),
    ]));
    let sent = sent.expect("it holds");
    assert_eq!(sent.lead.source.as_deref(), Some("news letter"));
    assert_eq!(sent.lead.campaign.as_deref(), Some("Spring"));
    assert_eq!(sent.utm["utm_term"].len(), 100);
    assert!(sent.consent.is_some_and(|c| c.starts_with("I agree")));
}

#[test]
fn who_is_faster_than_anybody_types_is_a_machine() {
    let at = DateTime::from_timestamp(1_000_000, 0).expect("a moment");
    let stamp = Stamp { at, once: CaptureId(uuid::Uuid::nil()) };
    let cases = [(0, Err(Drop::Quick)), (1, Err(Drop::Quick)), (2, Ok(())), (86_400, Ok(())), (86_401, Err(Drop::Old))];
    for (after, is) in cases {
        assert_eq!(stamp.judge(at + Duration::seconds(after)), is, "{after}");
    }
    assert_eq!(stamp.judge(at - Duration::hours(1)), Err(Drop::Quick), "from the future");
}
