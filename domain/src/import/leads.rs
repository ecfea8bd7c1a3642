//! Leads as an import knows them: by email, else by name; the owner by a member's email.

use super::{Noun, Target};
use crate::{
    Conventions, Email, Errors,
    crm::leads::{Draft, Fields, Status},
    custom_fields::Custom,
};

/// The noun of [`crate::crm::leads`].
#[derive(Debug, Clone, Copy)]
pub struct Leads;

impl Noun for Leads {
    const TARGET: Target = Target::Leads;
    const DATES: &'static [&'static str] = &[];
    const AMOUNTS: &'static [&'static str] = &[];
    const KEYS: [&'static str; 2] = ["email", "name"];
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const STEPS: usize = 1;
    type Draft = Draft;
    type Fields = Fields;

    fn get<'a>(draft: &'a Draft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut Draft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(draft: &Draft, c: &Conventions) -> Result<Fields, Errors> {
        let fields = draft.parse(c)?;
        if fields.status == Status::Converted {
            return Err(Errors::one("status", "A lead is converted on its own page, where its customer is made."));
        }
        Ok(fields)
    }

    fn draft(f: &Fields) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        Draft {
            name: f.name.clone(),
            email: f.email.as_ref().map(|e| e.as_str().to_owned()).unwrap_or_default(),
            phone: text(&f.phone),
            company: text(&f.company),
            job_title: text(&f.job_title),
            website: text(&f.website),
            size: f.size.map(|s| s.to_string()).unwrap_or_default(),
            country: f.country.map(|c| c.code().to_owned()).unwrap_or_default(),
            source: text(&f.source),
            campaign: text(&f.campaign),
            utm_source: text(&f.utm_source),
            utm_medium: text(&f.utm_medium),
            utm_campaign: text(&f.utm_campaign),
            utm_term: text(&f.utm_term),
            utm_content: text(&f.utm_content),
            owner: f.owner.as_ref().map(|o| o.as_str().to_owned()).unwrap_or_default(),
            status: f.status.key().to_owned(),
            reason: text(&f.reason),
            custom: f.custom.values.answered(),
        }
    }

    fn keys(draft: &Draft, _: &Conventions) -> [Option<String>; 2] {
        // People may share a name: it tells one from another only where nothing else does.
        match Email::parse(&draft.email) {
            Ok(email) => [Some(email.normal()), None],
            Err(_) => [None, lower(&draft.name)],
        }
    }

    fn link(_: &Draft, _: &Conventions) -> Option<String> {
        None
    }

    fn owner(draft: &Draft, c: &Conventions) -> Option<String> {
        let owner = Draft { name: "-".into(), owner: draft.owner.clone(), ..Draft::default() };
        if draft.owner.trim().is_empty() { None } else { owner.parse(c).ok()?.owner.map(|o| o.normal()) }
    }

    fn take(into: &mut Fields, from: &Fields, field: &str) -> bool {
        macro_rules! take {
            ($($name:ident),*) => { match field {
                $(stringify!($name) => {
                    let differs = into.$name != from.$name;
                    if differs { into.$name = from.$name.clone(); }
                    differs
                })*
                custom => into.custom.take(&from.custom, custom),
            } };
        }
        take!(
            name,
            email,
            phone,
            company,
            job_title,
            website,
            size,
            country,
            source,
            campaign,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_term,
            utm_content,
            status,
            reason
        )
    }

    fn alike(draft: &Draft) -> Vec<(&'static str, String)> {
        let email = lower(&draft.email).map(|email| ("email", email));
        let phone = lower(&draft.phone).map(|phone| ("phone", phone));
        // Two namesakes at two companies are two people.
        let company = lower(&draft.company).unwrap_or_default();
        let name = lower(&draft.name).map(|name| ("name", format!("{name}\n{company}")));
        [email, phone, name].into_iter().flatten().collect()
    }

    fn custom(fields: &mut Fields) -> &mut Custom {
        &mut fields.custom
    }

    fn title(f: &Fields) -> String {
        f.name.clone()
    }

    fn unknown(word: &str) -> String {
        format!("No lead is called {word}.")
    }
}

fn lower(name: &str) -> Option<String> {
    Some(name.trim().to_lowercase()).filter(|n| !n.is_empty())
}
