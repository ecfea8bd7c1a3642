//! Letters: templates with places for an employee's fields, filled and kept as a document.

use crate::{
    Day, DocumentKindId, Errors, LetterId,
    automation::{fields::Facts, merge},
    custom_fields::{CustomField, Kind, PREFIX},
    draft,
    draft::{Field, FieldClass},
    hr::{
        details::{self, Details},
        employees::{self, Employee},
    },
    text::Words,
};

pub const WORDS: Words = Words { one: "template", many: "templates" };

/// Letters that a template may have.
pub const LONGEST: usize = 15_000;

draft! {
    Draft { name, kind, body }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    /// What it becomes when it is kept with an employee.
    pub kind: DocumentKindId,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub id: LetterId,
    pub version: i32,
    pub kind_name: String,
    pub fields: Fields,
}

/// Places that are no field of the record: key, and what stands there.
pub const PLACES: &[(&str, &str)] = &[
    ("company", "The company’s name"),
    ("company_address", "The company’s address"),
    ("today", "Today’s date"),
    ("author", "Whoever makes the letter"),
];

/// Fields of the employee that a letter may have, in the order in which the form offers them.
pub const RECORD: &[(&str, &str)] = &[
    ("name", "Name"),
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("number", "Employee number"),
    ("email", "Email"),
    ("phone", "Phone"),
    ("job_title", "Job title"),
    ("department", "Department"),
    ("location", "Location"),
    ("manager", "Manager"),
    ("employment_type", "Employment type"),
    ("fte", "FTE"),
    ("start_date", "Start date"),
    ("end_date", "End date"),
    ("probation_end", "End of probation"),
    ("preferred_name", "Preferred name"),
    ("birth_date", "Birth date"),
    ("nationality", "Nationality"),
    ("home_address", "Home address"),
    ("salary", "Salary, a year"),
];

/// Every place that there is, by key and label: these fields of the workspace's own as well. A file has no words.
pub fn places(own: &[CustomField]) -> impl Iterator<Item = (&'static str, &str)> {
    let own = own.iter().filter(|f| f.kind != Kind::File).map(|f| (f.name, f.label.as_str()));
    RECORD.iter().chain(PLACES).copied().chain(own)
}

/// What a letter knows: the record as its reader sees it, and what stands around it. What they may not see is not
/// there, and leaves what stands instead of it.
pub fn facts(employee: &Employee, details: &Details, own: &[CustomField], around: &Around<'_>) -> Facts {
    let (e, private) = (employee, &details.private);
    let mut f = Facts::default();
    let day = |day: Option<Day>| day.map(|d| d.long());
    f.text("name", Some(e.name()));
    f.text("first_name", Some(e.first_name.clone()));
    f.text("last_name", Some(e.last_name.clone()));
    f.text("number", Some(e.number.clone()));
    for (key, value) in [
        ("email", &e.email),
        ("phone", &e.phone),
        ("job_title", &e.job_title),
        ("department", &e.department),
        ("location", &e.location),
    ] {
        f.text(key, value.clone());
    }
    f.text("manager", e.manager.as_ref().map(|m| m.name.clone()));
    f.text("employment_type", e.employment_type.map(|t| t.label()));
    f.text("fte", Some(e.fte.to_string()));
    f.text("probation_end", day(details.probation_end));
    f.text("preferred_name", details.preferred_name.clone());
    f.text("nationality", private.nationality.map(|c| c.name()));
    // A line each, as on an envelope.
    f.text("home_address", Some(private.address().join("\n")).filter(|address| !address.is_empty()));
    f.text("start_date", day(e.start_date));
    f.text("end_date", day(e.end_date));
    f.text("birth_date", day(e.birth_date));
    f.text("salary", e.salary.map(|s| s.to_string()));
    f.text("company", Some(around.company));
    f.text("company_address", Some(around.address));
    f.text("author", Some(around.author));
    f.text("today", Some(around.today.long()));
    for field in own.iter().filter(|f| f.kind != Kind::File) {
        let value = e.custom.class(field.class).get(field.key());
        f.text(field.name, value.map(|value| field.words(value)));
    }
    f
}

/// What stands in a letter besides the record.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    pub company: &'a str,
    pub address: &'a str,
    pub author: &'a str,
    pub today: Day,
}

/// Places that stay empty in a letter of these words: what its reader may not see, or nobody has filled in.
pub fn empty<'a>(body: &'a str, facts: &Facts) -> Vec<&'a str> {
    let mut lacking = vec![];
    for place in merge::places(body) {
        if facts.get(place).is_none() && !lacking.contains(&place) {
            lacking.push(place);
        }
    }
    lacking
}

/// The class that a place of a letter is of: a letter is at least as closed as what it merges.
fn class_of(place: &str, own: &[CustomField]) -> FieldClass {
    if place == "name" || PLACES.iter().any(|(key, _)| *key == place) {
        return FieldClass::Directory;
    }
    // Several fields in one.
    if place == "home_address" {
        return FieldClass::Personal;
    }
    let known = employees::FIELDS.iter().chain(details::FIELDS).find(|f| f.key == place).map(|f| f.class);
    // What nobody has classed is closed.
    known.or_else(|| own.iter().find(|f| f.name == place).map(|f| f.class)).unwrap_or(FieldClass::Pay)
}

/// Whether documents of this class keep a place from whoever may not see it on the record.
pub fn closes(class: FieldClass, place: &str, own: &[CustomField]) -> bool {
    match class_of(place, own) {
        FieldClass::Directory => true,
        FieldClass::Terms | FieldClass::Personal => matches!(class, FieldClass::Personal | FieldClass::Pay),
        FieldClass::Pay | FieldClass::Health => class == FieldClass::Pay,
    }
}

/// The places of a letter that documents of this class would open to more people than the record does, as they are called.
pub fn too_open<'f>(class: FieldClass, body: &str, own: &'f [CustomField]) -> Vec<&'f str> {
    let open = merge::places(body).into_iter().filter(|place| !closes(class, place, own)).collect::<Vec<_>>();
    places(own).filter(|(key, _)| open.contains(key)).map(|(_, label)| label).collect()
}

/// The first place of these words that there is none of.
pub fn unknown<'b>(body: &'b str, own: &[CustomField]) -> Option<&'b str> {
    merge::places(body).into_iter().find(|place| !places(own).any(|(key, _)| key == *place))
}

/// What is wrong with such a place.
pub fn not_there(place: &str) -> String {
    format!("There is no field called {{{{{place}}}}}. Choose one of those below.")
}

/// What a company may begin with: name, the usual kind that it becomes, text.
pub const USUAL: &[(&str, &str, &str)] = &[
    (
        "Certificate of employment",
        "Certificate",
        "{{company}}\n{{company_address}}\n\n{{today}}\n\n# Certificate of employment\n\nTo whom it may concern,\n\nThis is to certify that **{{name}}** (employee number {{number}}) has been employed with {{company}} since **{{start_date|—}}**, at present as **{{job_title|member of staff}}** in {{department|our company}}, {{employment_type|in employment}}.\n\nThis certificate is issued at the request of the employee.\n\nSincerely,\n\n{{author}}\n{{company}}",
    ),
    (
        "Employment contract",
        "Contract",
        "# Employment contract\n\nbetween **{{company}}**, {{company_address|—}},\nand **{{name}}**.\n\n## 1. Position\n\n{{first_name}} works as **{{job_title|—}}** in {{department|the company}}, {{location|at the company’s place of business}}, and reports to {{manager|the management}}.\n\n## 2. Beginning\n\nThe employment begins on **{{start_date|—}}** and is {{employment_type|full-time}}.\n\n## 3. Pay\n\nThe gross yearly pay is **{{salary|—}}**, paid in twelve equal parts at the end of each month.\n\n## 4. Working time and leave\n\n- Working time and holidays follow the company’s calendar.\n- Leave follows the company’s leave policy.\n\n## 5. Confidentiality\n\nWhat is confidential stays so, during the employment and after it.\n\n---\n\n{{today}}\n\nFor {{company}}: {{author}}\n\nEmployee: {{name}}",
    ),
    (
        "Offer letter",
        "Contract",
        "{{company}}\n{{company_address}}\n\n{{today}}\n\n# An offer for you\n\nDear {{first_name}},\n\nwe are glad to offer you the position of **{{job_title|—}}** in {{department|our company}}.\n\n- First day: **{{start_date|to be agreed}}**\n- Place of work: {{location|to be agreed}}\n- Yearly gross pay: **{{salary|to be agreed}}**\n- You report to {{manager|the management}}\n\nPlease let us know within two weeks. We look forward to working with you.\n\nKind regards,\n\n{{author}}",
    ),
];

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        let kind = e.take("kind", self.kind.parse().map(DocumentKindId).map_err(|_| "Choose what it becomes."));
        let body = e.text("body", &self.body, LONGEST).unwrap_or_default();
        if body.is_empty() && e.of("body").is_none() {
            e.add("body", "Please fill this in.");
        }
        if let Err(wrong) = merge::check(&body) {
            e.add("body", wrong);
        }
        // Which fields of its own a workspace has, the store knows.
        if let Some(unknown) = unknown(&body, &[]).filter(|place| !place.starts_with(PREFIX)) {
            e.add("body", not_there(unknown));
        }
        let kind = kind.unwrap_or(DocumentKindId(uuid::Uuid::nil()));
        (Fields { name, kind, body }, e)
    }

    pub fn of(f: &Fields) -> Self {
        Self { name: f.name.clone(), kind: f.kind.to_string(), body: f.body.clone() }
    }
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: true }
}

pub const FIELDS: &[Field] = &[field("name", "Name"), field("kind", "Becomes"), field("body", "Text")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_as_closed_as_what_it_merges() {
        let open = |class| {
            RECORD.iter().chain(PLACES).map(|(key, _)| *key).filter(|key| !closes(class, key, &[])).collect::<Vec<_>>()
        };
        assert_eq!(
            open(FieldClass::Directory),
            ["end_date", "probation_end", "birth_date", "nationality", "home_address", "salary"]
        );
        assert_eq!(open(FieldClass::Personal), ["salary"]);
        assert_eq!(open(FieldClass::Pay), [""; 0]);
        assert!(!closes(FieldClass::Personal, "some_new_place", &[]), "what nobody has classed is closed");
    }

    #[test]
    fn a_template_knows_its_fields() {
        let kind = uuid::Uuid::from_u128(7).to_string();
        let typed = |body: &str| Draft { name: "Offer".into(), kind: kind.clone(), body: body.into() };
        assert!(typed("Dear {{first_name|colleague}}, {{ company }} …").read().1.is_empty());
        for wrong in ["", "Dear {{first_name", "Dear {{nickname}}"] {
            assert!(typed(wrong).read().1.of("body").is_some(), "{wrong:?}");
        }
        for (name, kind_name, body) in USUAL {
            assert_eq!(typed(body).read().1, Errors::default(), "{name}");
            assert!(crate::hr::documents::kinds::usual().iter().any(|k| k.name == *kind_name), "{name}");
        }
        let mut facts = Facts::default();
        facts.text("name", Some("Ada"));
        assert_eq!(empty("{{name}} {{salary|x}} {{salary}}", &facts), ["salary"]);
        let beside = ["name", "probation_end", "preferred_name", "nationality", "home_address"];
        for (key, _) in RECORD.iter().filter(|(key, _)| !beside.contains(key)) {
            assert!(crate::hr::employees::FIELDS.iter().any(|f| f.key == *key), "{key} is a field of employees");
        }
    }
}
