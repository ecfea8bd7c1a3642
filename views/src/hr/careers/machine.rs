//! The careers site as machines read it: structured data, the sitemap, and feeds.

use super::Frame;
use crate::prose::{self, Prose};
use domain::{
    hr::{
        careers::Opening,
        postings::{Employment, Per, Workplace},
    },
    paths,
};
use maud::{Markup, PreEscaped, Render, html};
use serde_json::{Value, json};

/// A job as schema.org knows it, for search engines. It is data and no script: nothing of it runs.
pub fn job_posting(frame: &Frame, o: &Opening, country: Option<&str>) -> Markup {
    // No `<` can end the element, whatever somebody has written.
    let json = structured(frame, o, country).to_string().replace('<', "\\u003c");
    html! { script type="application/ld+json" { (PreEscaped(json)) } }
}

fn structured(frame: &Frame, o: &Opening, country: Option<&str>) -> Value {
    let html = Prose(&prose::read(&o.description, str::to_owned)).render().into_string();
    let kind = match o.employment {
        Employment::FullTime => "FULL_TIME",
        Employment::PartTime => "PART_TIME",
        Employment::Contract => "CONTRACTOR",
        Employment::Temporary => "TEMPORARY",
        Employment::Internship => "INTERN",
    };
    let mut organisation = json!({
        "@type": "Organization",
        "name": frame.company,
        "sameAs": frame.at(&paths::careers(&frame.slug)),
    });
    if frame.logo.is_some() {
        organisation["logo"] = frame.at(&frame.picture()).into();
    }
    let mut job = json!({
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": o.title,
        "description": html,
        "identifier": { "@type": "PropertyValue", "name": frame.company, "value": o.id },
        "datePosted": o.published_at.date_naive().to_string(),
        "employmentType": kind,
        "hiringOrganization": organisation,
        "url": frame.at(&paths::careers_job(&frame.slug, &o.handle)),
    });
    if let Some(last) = o.closes_on {
        job["validThrough"] = format!("{last}T23:59").into();
    }
    if let Some(location) = &o.location {
        let mut address = json!({ "@type": "PostalAddress", "addressLocality": location });
        if let Some(country) = country {
            address["addressCountry"] = country.into();
        }
        job["jobLocation"] = json!({ "@type": "Place", "address": address });
    }
    if o.workplace == Workplace::Remote {
        job["jobLocationType"] = "TELECOMMUTE".into();
        if let Some(country) = country {
            job["applicantLocationRequirements"] = json!({ "@type": "Country", "name": country });
        }
    }
    if let Some(s) = &o.salary {
        let unit = match s.per {
            Per::Year => "YEAR",
            Per::Month => "MONTH",
            Per::Hour => "HOUR",
        };
        let [from, to] = s.decimals();
        let mut value = json!({ "@type": "QuantitativeValue", "unitText": unit });
        for (name, amount) in [("minValue", from), ("maxValue", to)] {
            if let Some(amount) = amount {
                value[name] = amount.into();
            }
        }
        job["baseSalary"] = json!({ "@type": "MonetaryAmount", "currency": s.currency.code(), "value": value });
    }
    job
}

/// Every page of the site, for search engines.
pub fn sitemap(frame: &Frame, openings: &[Opening]) -> String {
    xml(&html! {
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            url { loc { (frame.at(&paths::careers(&frame.slug))) } }
            @for o in openings {
                url {
                    loc { (frame.at(&paths::careers_job(&frame.slug, &o.handle))) }
                    lastmod { (o.updated_at.to_rfc3339()) }
                }
            }
        }
    })
}

/// RSS 2.0.
pub fn rss(frame: &Frame, openings: &[Opening]) -> String {
    let title = format!("Jobs at {}", frame.company);
    xml(&html! {
        rss version="2.0" {
            channel {
                title { (title) }
                // A void element in HTML, and none here.
                (element("link", &frame.at(&paths::careers(&frame.slug))))
                description { (title) }
                @for o in openings {
                    @let url = frame.at(&paths::careers_job(&frame.slug, &o.handle));
                    item {
                        title { (o.title) ", " (o.place()) }
                        (element("link", &url))
                        guid { (url) }
                        pubDate { (o.published_at.to_rfc2822()) }
                        description { (o.brief(500)) }
                    }
                }
            }
        }
    })
}

/// JSON Feed 1.1.
pub fn json_feed(frame: &Frame, openings: &[Opening]) -> Value {
    let items: Vec<Value> = openings
        .iter()
        .map(|o| {
            let url = frame.at(&paths::careers_job(&frame.slug, &o.handle));
            let tags: Vec<String> = o.department.iter().cloned().chain([o.place()]).collect();
            json!({
                "id": url,
                "url": url,
                "title": o.title,
                "content_text": o.brief(2_000),
                "date_published": o.published_at.to_rfc3339(),
                "date_modified": o.updated_at.to_rfc3339(),
                "tags": tags,
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("Jobs at {}", frame.company),
        "home_page_url": frame.at(&paths::careers(&frame.slug)),
        "feed_url": frame.at(&paths::careers_json(&frame.slug)),
        "items": items,
    })
}

fn element(name: &str, text: &str) -> Markup {
    let text = html! { (text) }.into_string();
    PreEscaped(format!("<{name}>{text}</{name}>"))
}

fn xml(body: &Markup) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", body.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, Day, PostingId, Slug, hr::postings::Salary};

    fn frame() -> Frame {
        Frame {
            slug: Slug::parse("acme").expect("a slug"),
            company: "Acme & <Sons>".into(),
            accent: None,
            logo: Some("0123456789abcdef".into()),
            origin: "https://acme.example".into(),
        }
    }

    fn opening() -> Opening {
        Opening {
            id: PostingId(uuid::Uuid::from_u128(7)),
            handle: "designer-7".into(),
            title: "Designer </script><b>".into(),
            department: None,
            location: Some("Berlin".into()),
            workplace: Workplace::Remote,
            employment: Employment::PartTime,
            description: "# Lamps\n\n**Bright** ones.".into(),
            salary: Some(Salary {
                from: Some(5_000_000),
                to: None,
                currency: Currency::EUR,
                per: Per::Year,
                shown: true,
            }),
            closes_on: Day::new(2026, 4, 1),
            published_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn structured_data_says_what_search_engines_ask_for_and_ends_no_element() {
        let told = job_posting(&frame(), &opening(), Some("DE")).into_string();
        assert_eq!(told.matches("</script>").count(), 1, "{told}");
        let inner = told.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</script>")).expect("an element").0;
        let json: Value = serde_json::from_str(inner).expect("it is JSON");
        for required in ["title", "description", "datePosted", "hiringOrganization", "jobLocation", "validThrough"] {
            assert!(!json[required].is_null(), "{required}");
        }
        assert_eq!(json["employmentType"], "PART_TIME");
        assert_eq!(json["jobLocationType"], "TELECOMMUTE");
        assert_eq!(json["applicantLocationRequirements"]["name"], "DE");
        assert_eq!(json["baseSalary"]["value"]["minValue"], "50000.00");
        assert_eq!(json["hiringOrganization"]["name"], "Acme & <Sons>");
        assert!(json["description"].as_str().expect("words").contains("<strong>Bright</strong>"));
    }

    #[test]
    fn feeds_and_sitemap_are_well_formed() {
        for told in [sitemap(&frame(), &[opening()]), rss(&frame(), &[opening()])] {
            assert!(told.starts_with("<?xml") && !told.contains("<b>") && !told.contains("<Sons>"), "{told}");
            assert!(told.contains("https://acme.example/careers/acme/designer-7"), "{told}");
        }
        assert_eq!(json_feed(&frame(), &[opening()])["items"][0]["title"], "Designer </script><b>");
    }
}
