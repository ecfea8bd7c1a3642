//! Public forms: what each asks, how its answers are read, and what was made of them.

mod log;
#[cfg(test)]
#[path = "forms/forms_tests.rs"]
mod tests;

pub use log::{Capture, Drop, Dropped, LONGEST, QUICKEST, Stamp, State, WAITS};

use super::Draft as LeadDraft;
use crate::{
    Conventions, Errors, LeadFormId, MemberId,
    colour::Colour,
    crm::leads,
    draft,
    draft::{Field, FieldClass},
    text::Words,
};
use std::collections::BTreeMap;

pub const WORDS: Words = Words { one: "form", many: "forms" };

/// Sites that one form may be shown on.
const SITES: usize = 20;

/// What a form may ask beside name and email, in its order.
pub const ASKS: [(&str, &str); 7] = [
    ("phone", "Phone"),
    ("company", "Company"),
    ("job_title", "Job title"),
    ("website", "Website"),
    ("size", "Employees"),
    ("country", "Country"),
    ("message", "Message"),
];

/// What the address of the page brings along.
pub const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

draft! {
    /// A form as typed. Of what it asks each is `""`, `optional` or `required`; what is ticked is `true`.
    Draft { name, key, title, intro, button, thanks, accent, look, phone, company, job_title, website, size, country, message,
        consent, consent_required, confirms, source, campaign, owner, origins }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    /// Its part of the public address.
    pub key: String,
    pub title: String,
    pub intro: Option<String>,
    pub button: String,
    pub thanks: String,
    /// `#rrggbb`
    pub accent: Option<String>,
    /// Light or dark, whatever the visitor's device is.
    pub look: Option<Look>,
    /// Keys of [`ASKS`], in its order.
    pub asked: Vec<String>,
    pub required: Vec<String>,
    /// What somebody agrees to, as they read it.
    pub consent: Option<String>,
    pub consent_required: bool,
    /// A lead comes in when the owner of its address has confirmed it.
    pub confirms: bool,
    pub source: Option<String>,
    pub campaign: Option<String>,
    pub owner: Option<MemberId>,
    /// Sites that may show it in a frame: `https://www.acme.com`.
    pub origins: Vec<String>,
}

/// How a form looks on the site that it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Light,
    Dark,
}

impl Look {
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub id: LeadFormId,
    pub version: i32,
    pub fields: Fields,
    pub archived: bool,
    /// Which of its keys a program has; 0: no program may send it.
    pub round: i32,
}

const THANKS: &str = "Thank you. We will be in touch soon.";

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        let key = match self.key.trim() {
            "" => Ok(slug(&name)),
            typed => address(typed),
        };
        let how = |wanted: &[&str]| -> Vec<String> {
            ASKS.iter().map(|(key, _)| *key).filter(|key| wanted.contains(&self.get(key))).map(str::to_owned).collect()
        };
        let consent = e.text("consent", &self.consent, 1_000);
        let fields = Fields {
            title: e.line("title", &self.title, 120).unwrap_or_else(|| name.clone()),
            key: e.take("key", key).unwrap_or_default(),
            name,
            intro: e.text("intro", &self.intro, 1_000),
            button: e.line("button", &self.button, 40).unwrap_or_else(|| "Send".into()),
            thanks: e.text("thanks", &self.thanks, 500).unwrap_or_else(|| THANKS.into()),
            accent: e.optional("accent", &self.accent, Colour::parse).map(Colour::hex),
            look: e.optional("look", &self.look, |key| Look::parse(key).ok_or("Choose light or dark.")),
            asked: how(&["optional", "required"]),
            required: how(&["required"]),
            consent_required: consent.is_some() && self.consent_required == "true",
            consent,
            confirms: self.confirms == "true",
            source: e.line("source", &self.source, 100),
            campaign: e.line("campaign", &self.campaign, 100),
            owner: e.optional("owner", &self.owner, |id| id.parse().map_err(|_| "Choose a member.")),
            origins: e.take("origins", origins(&self.origins)).unwrap_or_default(),
        };
        (fields, e)
    }

    pub fn of(f: &Fields) -> Self {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let tick = |t: bool| if t { "true" } else { "" }.to_owned();
        let mut draft = Self {
            name: f.name.clone(),
            key: f.key.clone(),
            title: f.title.clone(),
            intro: text(&f.intro),
            button: f.button.clone(),
            thanks: f.thanks.clone(),
            accent: text(&f.accent),
            look: f.look.map(Look::key).unwrap_or_default().to_owned(),
            consent: text(&f.consent),
            consent_required: tick(f.consent_required),
            confirms: tick(f.confirms),
            source: text(&f.source),
            campaign: text(&f.campaign),
            owner: f.owner.map(|o| o.to_string()).unwrap_or_default(),
            origins: f.origins.join("\n"),
            ..Self::default()
        };
        for key in &f.asked {
            let how = if f.required.contains(key) { "required" } else { "optional" };
            draft.set(key, how.to_owned());
        }
        draft
    }

    /// A form as it begins: what most ask, and nothing more.
    pub fn usual() -> Self {
        Self {
            title: "Talk to us".into(),
            button: "Send".into(),
            thanks: THANKS.into(),
            company: "optional".into(),
            message: "optional".into(),
            consent: "I agree that you keep what I sent and answer me about it.".into(),
            consent_required: "true".into(),
            source: "Website".into(),
            ..Self::default()
        }
    }
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("name", "Name") },
    field("key", "Address"),
    field("title", "Title"),
    field("intro", "Introduction"),
    field("button", "Button"),
    field("thanks", "Thanks"),
    field("accent", "Colour"),
    field("look", "Look"),
    field("phone", "Phone"),
    field("company", "Company"),
    field("job_title", "Job title"),
    field("website", "Website"),
    field("size", "Employees"),
    field("country", "Country"),
    field("message", "Message"),
    field("consent", "Consent"),
    field("consent_required", "Consent is required"),
    field("confirms", "Confirmed by mail"),
    field("source", "Source"),
    field("campaign", "Campaign"),
    field("owner", "Owner"),
    field("origins", "Sites"),
];

/// `Talk to us!` as `talk-to-us`.
fn slug(name: &str) -> String {
    let mut key = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            c if c.is_ascii_alphanumeric() => key.push(c),
            _ if !key.is_empty() && !key.ends_with('-') => key.push('-'),
            _ => {}
        }
    }
    key.truncate(40);
    let key = key.trim_end_matches('-');
    if key.is_empty() { "form".into() } else { key.to_owned() }
}

/// Whether it can be a form's part of an address.
pub fn is_key(key: &str) -> bool {
    (1..=40).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !key.starts_with('-')
}

fn address(typed: &str) -> Result<String, &'static str> {
    let key = typed.to_lowercase();
    if is_key(&key) { Ok(key) } else { Err("Use up to 40 small letters, digits and hyphens, like contact-us.") }
}

/// Sites, one a line, as a frame's policy names them: scheme and host, perhaps a port, and nothing that could end the header.
fn origins(typed: &str) -> Result<Vec<String>, String> {
    let mut all: Vec<String> = vec![];
    for line in typed.split(['\n', '\r', ',', ' ']).map(str::trim).filter(|l| !l.is_empty()) {
        let lower = line.to_lowercase();
        let whole = if lower.contains("://") { lower } else { format!("https://{lower}") };
        let (scheme, rest) = whole.split_once("://").unwrap_or_default();
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (name, port) = host.split_once(':').map_or((host, None), |(n, p)| (n, Some(p)));
        let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let named = name == "localhost" || (name.contains('.') && name.split('.').all(label));
        let port = port.is_none_or(|p| p.parse::<u16>().is_ok());
        if !matches!(scheme, "https" | "http") || !named || !port || host.len() > 253 {
            return Err(format!("{line} is not a site, like https://www.acme.com."));
        }
        let origin = format!("{scheme}://{host}");
        if !all.contains(&origin) {
            all.push(origin);
        }
    }
    if all.len() > SITES { Err(format!("At most {SITES} sites.")) } else { Ok(all) }
}

/// What somebody has sent, by field.
pub type Answers = BTreeMap<String, String>;

/// One sending that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The lead that it would make.
    pub lead: leads::Fields,
    pub message: Option<String>,
    /// The words that they have agreed to.
    pub consent: Option<String>,
    pub utm: BTreeMap<String, String>,
}

impl Fields {
    pub fn asks(&self, key: &str) -> bool {
        self.asked.iter().any(|a| a == key)
    }

    pub fn requires(&self, key: &str) -> bool {
        matches!(key, "name" | "email") || self.required.iter().any(|r| r == key)
    }

    /// Reads what was sent. What the form does not ask is not taken, whatever was sent.
    pub fn read(&self, answers: &Answers) -> Result<Sent, Errors> {
        let said = |key: &str| answers.get(key).map(String::as_str).unwrap_or_default();
        let mut draft = LeadDraft {
            name: said("name").to_owned(),
            email: said("email").to_owned(),
            source: self.source.clone().unwrap_or_default(),
            campaign: self.campaign.clone().unwrap_or_default(),
            ..LeadDraft::default()
        };
        for (key, _) in ASKS.iter().filter(|(key, _)| *key != "message" && self.asks(key)) {
            draft.set(key, said(key).to_owned());
        }
        // What a link brings along nobody has typed: what is too long is cut.
        let utm = UTM.iter().map(|key| ((*key).to_owned(), clean(said(key), 100)));
        let utm: BTreeMap<String, String> = utm.filter(|(_, value)| !value.is_empty()).collect();
        utm.iter().for_each(|(key, value)| draft.set(key, value.clone()));
        let brought = |key: &str| utm.get(key).cloned().unwrap_or_default();
        if draft.campaign.is_empty() {
            draft.campaign = brought("utm_campaign");
        }
        if draft.source.is_empty() {
            draft.source = brought("utm_source");
        }
        let (lead, mut errors) = draft.read(&Conventions::default());
        let message = if self.asks("message") { errors.text("message", said("message"), 4_000) } else { None };
        for key in ["email"].into_iter().chain(ASKS.iter().map(|(key, _)| *key).filter(|key| self.requires(key))) {
            if said(key).trim().is_empty() && errors.of(key).is_none() {
                errors.add(key, "Please fill this in.");
            }
        }
        let agreed = said("consent") == "true";
        if self.consent_required && !agreed {
            errors.add("consent", "Please agree to go on.");
        }
        let consent = self.consent.clone().filter(|_| agreed);
        errors.or(Sent { lead, message, consent, utm })
    }
}

/// What is kept as the consent of somebody who wrote by themselves.
pub const BY_MAIL: &str = "Wrote to us by mail";

impl Fields {
    /// What somebody is who has written to the form's own address. What a form asks for besides, nobody has asked them.
    pub fn by_mail(&self, name: &str, email: &str, message: &str) -> Result<Sent, Errors> {
        let local = email.split('@').next().unwrap_or_default();
        let draft = LeadDraft {
            name: clean(if name.trim().is_empty() { local } else { name }, 100),
            email: email.to_owned(),
            source: self.source.clone().unwrap_or_else(|| "Mail".into()),
            campaign: self.campaign.clone().unwrap_or_default(),
            ..LeadDraft::default()
        };
        let (lead, errors) = draft.read(&Conventions::default());
        let message: String = message.chars().filter(|c| !c.is_control() || *c == '\n').take(4_000).collect();
        let message = Some(message.trim().to_owned()).filter(|m| !m.is_empty());
        errors.or(Sent { lead, message, consent: Some(BY_MAIL.into()), utm: BTreeMap::new() })
    }
}

/// Words without what is no letter of a line, cut to so many.
pub fn clean(text: &str, most: usize) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    words.trim().chars().take(most).collect::<String>().trim_end().to_owned()
}
