//! What strangers write as HTML: nothing of it runs, nothing is fetched, nothing covers the page.

use ammonia::Builder;
use domain::inbound::BLOCKED;
use std::borrow::Cow;

/// Bytes of HTML that are cleaned; of more the text alone is kept.
const MOST: usize = 1024 * 1024;

/// `None`: it is too much, or nothing is left of it.
pub(super) fn clean(html: &str) -> Option<String> {
    if html.len() > MOST {
        return None;
    }
    let mut builder = Builder::default();
    builder
        .add_url_schemes(["cid"])
        .rm_url_schemes([
            "ftp",
            "ftps",
            "irc",
            "ircs",
            "magnet",
            "news",
            "nntp",
            "sms",
            "sip",
            "sips",
            "ssh",
            "xmpp",
            "geo",
            "bitcoin",
            "mms",
            "im",
            "gopher",
            "svn",
            "git",
            "webcal",
            "openpgp4fpr",
            "smsto",
            "mailto_",
            "wtai",
            "url",
            "wss",
            "ws",
        ])
        .rm_tags(["map", "area"])
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        // Pictures that came with the message stay. Those that tell somebody that it was read wait until they are asked for: no
        // browser fetches anything by such a name.
        .attribute_filter(|tag, attribute, value| match (tag, attribute) {
            ("img", "src") if value.trim_start().to_ascii_lowercase().starts_with("cid:") => Some(Cow::Borrowed(value)),
            ("img", "src") if value.trim_start().to_ascii_lowercase().starts_with("https://") => {
                Some(Cow::Owned(format!("{BLOCKED}{}", value.trim())))
            }
            (_, "src" | "background" | "cite" | "longdesc") => None,
            _ => Some(Cow::Borrowed(value)),
        });
    let cleaned = builder.clean(html).to_string().replace('\0', "");
    (!cleaned.trim().is_empty()).then_some(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        let dirty = "<p onclick=alert(1) style=\"position:fixed\" class=x id=main>Hello <b>you</b></p><script>alert(1)</script>\
            <img src=\"https://spy.example/p.gif\" alt=\"Logo\"><img src=\"http://plain.example/p.gif\"><img src=\"cid:a@b\"><a href=\"javascript:alert(1)\">x</a>\
            <a href=\"https://acme.example/a\">y</a><form action=/w/acme><input name=a></form><iframe src=//x></iframe>\
            <style>body{display:none}</style><svg onload=alert(1)></svg><base href=//x><meta http-equiv=refresh content=0>";
        let cleaned = clean(dirty).expect("something is left");
        for gone in [
            "alert",
            "src=\"https://spy.example",
            "plain.example",
            "style",
            "class",
            "id=",
            "<form",
            "<input",
            "<iframe",
            "<svg",
            "<base",
            "<meta",
            "display:none",
        ] {
            assert!(!cleaned.contains(gone), "{gone} in {cleaned}");
        }
        assert!(cleaned.contains("src=\"blocked:https://spy.example/p.gif\""), "{cleaned}");
        for stays in ["<b>you</b>", "src=\"cid:a@b\"", "alt=\"Logo\"", "https://acme.example/a", "noopener"] {
            assert!(cleaned.contains(stays), "{stays} is not in {cleaned}");
        }
        assert_eq!(clean("<script>1</script>"), None);
        assert_eq!(clean(&"x".repeat(MOST + 1)), None);
        // As deep as a bomb is.
        assert!(clean(&("<div>".repeat(20_000) + "deep")).is_some());
    }
}
