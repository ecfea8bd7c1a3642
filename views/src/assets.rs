//! Files a browser asks for, embedded and compressed by `build.rs`. Their names carry the hash
//! of their content, so `/assets/…` may be kept for ever.

/// One file in the encodings it can be sent in.
pub struct Asset {
    /// Where a page asks for it: `/assets/app.0123456789ab.css`.
    pub path: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    pub br: Option<&'static [u8]>,
    pub gz: Option<&'static [u8]>,
}

/// The asset of this file name (what follows `/assets/`).
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(name))
}

/// All of them.
pub fn all() -> &'static [Asset] {
    &ALL
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_asks_for_is_found() {
        let css = APP_CSS.strip_prefix("/assets/").unwrap();
        assert!(find(css).is_some_and(|a| a.content_type.starts_with("text/css")));
        assert!(find("app.css").is_none());
        assert!(find("../Cargo.toml").is_none());
    }

    /// The whole first view is to stay under 60 kB; this is what it costs besides its HTML.
    #[test]
    fn the_first_view_is_light() {
        let mut sum = 0;
        for asset in all() {
            let br = asset.br.map_or(asset.bytes.len(), <[u8]>::len);
            println!(
                "{:<28} {:>7} {:>6} br {:>6} gz",
                asset.path,
                asset.bytes.len(),
                br,
                asset.gz.map_or(0, <[u8]>::len)
            );
            sum += br;
        }
        println!("{sum} together");
        assert!(sum < 48_000, "{sum} bytes");
        assert!(all().len() <= 9);
    }

    #[test]
    fn the_style_keeps_our_rules() {
        let css = std::str::from_utf8(ALL[0].bytes).unwrap();
        assert!(!css.contains("!important"), "no !important");
        assert!(!css.contains("http:") && !css.contains("https:"), "nothing from elsewhere");
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }
}
