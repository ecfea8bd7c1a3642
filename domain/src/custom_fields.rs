//! Custom fields: what a workspace adds to its employees and customers, of which kind it is, and how it is read.

mod asked;
mod values;

pub use asked::{Asked, Bounds};
pub use values::{Answered, Custom, Values, file, person, shown, text};

use crate::{
    Conventions, CustomFieldId, Day, Errors, Money,
    draft::FieldClass,
    import::{Target, normal},
};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeSet, HashSet},
    sync::{LazyLock, Mutex, PoisonError},
};

/// Fields in use that a noun may have.
pub const MOST: i64 = 50;
/// All that a noun may ever have, archived ones among them: their values are kept.
pub const MOST_EVER: i64 = 100;
/// Options that one may choose from.
const OPTIONS: usize = 100;

/// Before a field's key where it stands beside fields that every workspace has: `custom-t_shirt_size`.
pub const PREFIX: &str = "custom-";

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Text,
    Number,
    Money,
    Date,
    YesNo,
    Choice,
    /// An employee.
    Person,
    /// Brought on the record, not in its form.
    File,
}

impl Kind {
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Number, Self::Money, Self::Date, Self::YesNo, Self::Choice, Self::Person, Self::File];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::Person => "person",
            Self::File => "file",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Money => "Amount of money",
            Self::Date => "Date",
            Self::YesNo => "Yes or no",
            Self::Choice => "Choice from a list",
            Self::Person => "Person",
            Self::File => "File",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// The class of a field by its key.
pub fn class(key: &str) -> Option<FieldClass> {
    CLASSES.iter().find(|(_, k, _)| *k == key).map(|(class, ..)| *class)
}

/// Class, key, and who that is.
pub const CLASSES: [(FieldClass, &str, &str); 3] = [
    (FieldClass::Directory, "directory", "Everyone who sees the record"),
    (FieldClass::Personal, "personal", "Whoever sees personal details"),
    (FieldClass::Pay, "pay", "Whoever sees pay"),
];

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    pub id: CustomFieldId,
    pub version: i32,
    pub noun: Target,
    /// `custom-t_shirt_size`: as forms, lists and files name it.
    pub name: &'static str,
    pub label: String,
    pub kind: Kind,
    pub class: FieldClass,
    pub options: Vec<String>,
    pub help: Option<String>,
    pub required: bool,
    pub archived: bool,
}

/// The name of a key, kept for good: fields are named by `&'static str` wherever records have some. There are as many as
/// workspaces have ever thought of, which [`MOST_EVER`] bounds, and most think of the same.
pub fn name(key: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let name = format!("{PREFIX}{key}");
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name.as_str()) {
        return known;
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    names.insert(name);
    name
}

impl CustomField {
    /// Without the prefix: as records keep it, and programs know it.
    pub fn key(&self) -> &'static str {
        self.name.strip_prefix(PREFIX).unwrap_or(self.name)
    }

    /// What was typed, as records keep it; nothing typed is nothing kept. A person is still their number.
    pub fn read(&self, input: &str, c: &Conventions) -> Result<Option<Json>, String> {
        let mut e = Errors::default();
        let input = input.trim();
        if input.is_empty() {
            return Ok(None);
        }
        let own = |e: &str| e.to_owned();
        let value = match self.kind {
            Kind::Text => match e.line("", input, 500) {
                Some(line) => json!(line),
                None => return e.of("").map_or(Ok(None), |why| Err(why.to_owned())),
            },
            Kind::Number => json!(number(input)?.to_string()),
            Kind::Money => {
                let money = Money::parse(input, c.currency).map_err(own)?;
                json!({ "minor": money.minor, "currency": money.currency.code() })
            }
            Kind::Date => json!(Day::parse(input, c.dates).map_err(own)?.to_string()),
            Kind::YesNo => json!(yes(input).ok_or("Use yes or no.")?),
            Kind::Choice => {
                let same = |o: &&String| o.as_str() == input || normal(o) == normal(input) && !normal(o).is_empty();
                let exact = self.options.iter().find(|o| o.as_str() == input);
                let found = exact.or_else(|| self.options.iter().find(same));
                json!(found.ok_or_else(|| format!("Use one of {}.", self.some_options()))?)
            }
            Kind::Person => json!(crate::hr::employees::number_in(input)),
            Kind::File => return Err("A file is brought on the record itself.".into()),
        };
        Ok(Some(value))
    }

    /// The first few, for a message.
    fn some_options(&self) -> String {
        let some: Vec<&str> = self.options.iter().map(String::as_str).take(8).collect();
        let more = if self.options.len() > some.len() { " …" } else { "" };
        format!("{}{more}", some.join(", "))
    }

    /// A value as people read it.
    pub fn words(&self, value: &Json) -> String {
        match (self.kind, value) {
            (Kind::Date, Json::String(day)) => day.parse().map_or_else(|_| day.clone(), |d| Day(d).short()),
            (Kind::YesNo, Json::Bool(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
            (Kind::Person, person) => person["name"].as_str().map_or_else(|| text(person), str::to_owned),
            _ => values::shown(value),
        }
    }
}

/// An exact number, in either notation: `1,250.5`, `1.250,5`. Three digits behind a single mark are thousands to some and
/// decimals to others: whoever writes them so is asked, as with money.
fn number(input: &str) -> Result<Decimal, String> {
    const WRONG: &str = "This is not a number, like 1250 or 12.5.";
    let bare: String = input.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’')).collect();
    let grouped = |mark: char| {
        let mut groups = bare.trim_start_matches('-').split(mark);
        groups.next().is_some_and(|g| (1..=3).contains(&g.len()) && g != "0") && groups.all(|g| g.len() == 3)
    };
    let (commas, dots) = (bare.matches(',').count(), bare.matches('.').count());
    let plain = match (commas, dots) {
        (1.., 1..) if bare.rfind(',') > bare.rfind('.') => bare.replace('.', "").replace(',', "."),
        (1.., 1..) => bare.replace(',', ""),
        (1, 0) if grouped(',') => return Err(either(&bare, ',')),
        (0, 1) if grouped('.') => return Err(either(&bare, '.')),
        (2.., 0) if grouped(',') => bare.replace(',', ""),
        (0, 2..) if grouped('.') => bare.replace('.', ""),
        (1, 0) => bare.replace(',', "."),
        _ => bare,
    };
    let value: Decimal = plain.parse().map_err(|_| WRONG)?;
    if value.abs() > Decimal::from(1_000_000_000_000_i64) || value.scale() > 9 {
        return Err("Use a number of at most twelve digits, with at most nine decimals.".into());
    }
    let mut value = value.normalize();
    // Written again it says what it is: see above.
    if value.scale() == 3 && (Decimal::ONE..Decimal::ONE_THOUSAND).contains(&value.abs()) {
        value.rescale(4);
    }
    Ok(value)
}

/// The two numbers that one may mean.
fn either(bare: &str, mark: char) -> String {
    format!("Thousands or decimals? Write {} or {}0.", bare.replace(mark, ""), bare.replace(mark, "."))
}

/// Yes or no, as people and programs write it.
pub(crate) fn yes(input: &str) -> Option<bool> {
    match normal(input).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "on" | "ja" | "oui" | "si" | "sí" => Some(true),
        "no" | "n" | "false" | "0" | "off" | "nein" | "non" | "nee" => Some(false),
        _ => None,
    }
}

crate::draft! {
    /// A field as it is typed: options one a line, the last two `true` or empty.
    Draft { noun, label, key, kind, class, options, help, required }
}

/// What a field is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub noun: Target,
    pub label: String,
    pub key: String,
    pub kind: Kind,
    pub class: FieldClass,
    pub options: Vec<String>,
    pub help: Option<String>,
    pub required: bool,
}

impl Draft {
    pub fn of(field: &CustomField) -> Self {
        let key = CLASSES.iter().find(|(class, ..)| *class == field.class).map_or("", |(_, key, _)| key);
        Self {
            noun: field.noun.key().into(),
            label: field.label.clone(),
            key: field.key().into(),
            kind: field.kind.key().into(),
            class: key.into(),
            options: field.options.join("\n"),
            help: field.help.clone().unwrap_or_default(),
            required: if field.required { "true".into() } else { String::new() },
        }
    }

    /// The rules of a field that need no other one.
    pub fn parse(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let noun =
            e.take("noun", Target::parse(&self.noun).filter(|n| n.has_own_fields()).ok_or("Choose one of them."));
        let label = e.required("label", &self.label, 60);
        let key = if self.key.trim().is_empty() { key_of(&label) } else { self.key.trim().to_owned() };
        if !is_key(&key) {
            e.add("key", "Use small letters, digits and _, with a letter first: t_shirt_size.");
        }
        if noun.is_some_and(|n| n.fields().iter().any(|f| normal(f.label) == normal(&label))) {
            e.add("label", "Every record has a field of this name already. Choose another one.");
        }
        let kind = e.take("kind", Kind::parse(&self.kind).ok_or("Choose one of them."));
        let classed = class(&self.class).ok_or("Choose one of them.");
        let class = e.take("class", if self.class.is_empty() { Ok(FieldClass::Directory) } else { classed });
        let told = noun.filter(|n| {
            matches!(n, Target::Customers | Target::Contacts | Target::Deals | Target::Leads | Target::Tickets)
        });
        if let Some(noun) = told.filter(|_| class.is_some_and(|c| c != FieldClass::Directory)) {
            let (one, many) = noun.words();
            let capital = many[..1].to_uppercase() + &many[1..];
            e.add("class", format!("{capital} have no such details: whoever sees the {one} sees the field."));
        }
        let options = if kind == Some(Kind::Choice) { self.options(&mut e) } else { vec![] };
        let help = e.line("help", &self.help, 200);
        let required = !self.required.is_empty();
        if required && kind == Some(Kind::File) {
            e.add("required", "A file is brought once the record is there, so a form cannot ask for it.");
        }
        match (noun, kind, class) {
            (Some(noun), Some(kind), Some(class)) => {
                e.or(Fields { noun, label, key, kind, class, options, help, required })
            }
            _ => Err(e),
        }
    }

    fn options(&self, e: &mut Errors) -> Vec<String> {
        let lines = self.options.lines().map(str::trim).filter(|l| !l.is_empty());
        let options: Vec<String> = lines.map(str::to_owned).collect();
        let different: BTreeSet<String> = options.iter().map(|o| o.to_lowercase()).collect();
        if options.is_empty() {
            e.add("options", "Write what there is to choose from, each on a line of its own.");
        } else if different.len() < options.len() {
            e.add("options", "One of them is there twice.");
        } else if options.len() > OPTIONS || options.iter().any(|o| o.chars().count() > 100) {
            e.add("options", format!("Use at most {OPTIONS} options of at most 100 letters each."));
        }
        options
    }
}

fn is_key(key: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    key.len() <= 40 && key.starts_with(|c: char| c.is_ascii_lowercase()) && key.chars().all(fine)
}

/// `T-shirt size` as `t_shirt_size`.
fn key_of(label: &str) -> String {
    let mut key = String::new();
    for c in label.chars() {
        let plain = match c.to_lowercase().next().unwrap_or(c) {
            'ä' | 'à' | 'á' | 'â' | 'å' | 'ã' => 'a',
            'ö' | 'ò' | 'ó' | 'ô' | 'ø' | 'õ' => 'o',
            'ü' | 'ù' | 'ú' | 'û' => 'u',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ñ' => 'n',
            'ç' => 'c',
            c if c.is_ascii_alphanumeric() => c,
            _ => '_',
        };
        if plain != '_' || !key.ends_with('_') {
            key.push(plain);
        }
    }
    let key: String = key.trim_matches('_').chars().take(40).collect();
    match key.chars().next() {
        Some(c) if c.is_ascii_lowercase() => key.trim_end_matches('_').to_owned(),
        Some(_) => format!("f_{key}").chars().take(40).collect(),
        None => "field".into(),
    }
}

/// Reads all that was said of these fields; an empty answer takes a value away.
pub fn read<'f>(
    fields: impl IntoIterator<Item = &'f CustomField>,
    said: &Answered,
    c: &Conventions,
) -> (Vec<(&'f CustomField, Option<Json>)>, Errors) {
    let (mut read, mut errors) = (vec![], Errors::default());
    for field in fields {
        let Some(input) = said.get(field.name) else { continue };
        match field.read(input, c) {
            Ok(None) if field.required => errors.add(field.name, "Please fill this in."),
            Ok(value) => read.push((field, value)),
            Err(why) => errors.add(field.name, why),
        }
    }
    (read, errors)
}

#[cfg(test)]
mod fields_tests;
