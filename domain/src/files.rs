//! Files that people bring: what they are called.

use crate::text::visible;

/// Bytes that one file may have, unless the operator says otherwise.
pub const MOST: u64 = 25 * 1024 * 1024;

/// Letters that a name keeps.
const LONGEST: usize = 120;

/// What a file is called from here on: never a path, nothing that cannot be seen, and an ending that says what it is.
/// `fits` tells whether an ending does, `ending` is the usual one.
pub fn name(given: &str, fits: impl Fn(&str) -> bool, ending: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String =
        visible(last).chars().map(|c| if c.is_control() || "<>:\"|?*".contains(c) { ' ' } else { c }).collect();
    let words = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_matches(['.', ' ']);
    let (stem, known) = match words.rsplit_once('.') {
        Some((stem, end)) if !stem.trim().is_empty() && fits(&end.to_lowercase()) => {
            (stem.trim_end_matches(['.', ' ']), end.to_lowercase())
        }
        _ => (words, ending.to_owned()),
    };
    let stem: String = stem.chars().take(LONGEST).collect();
    let stem = if stem.trim().is_empty() { "file" } else { stem.trim() };
    format!("{stem}.{known}")
}

/// A name without its ending, as the title of what is in it.
pub fn title(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.replace(['_', '-'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The header with which a file is served (RFC 6266): the name in plain letters for old programs, and as it is.
pub fn disposition(name: &str, inline: bool) -> String {
    let how = if inline { "inline" } else { "attachment" };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' { c } else { '_' }).collect();
    let whole: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// `340 kB`, `2.4 MB`.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pdf(given: &str) -> String {
        name(given, |e| e == "pdf", "pdf")
    }

    #[test]
    fn a_name_is_no_path_and_says_what_it_is() {
        for (given, is) in [
            ("../../x", "x.pdf"),
            ("..\\..\\windows\\a.pdf", "a.pdf"),
            ("/etc/passwd", "passwd.pdf"),
            ("Vertrag Müller (final).PDF", "Vertrag Müller (final).pdf"),
            ("evil.pdf.exe", "evil.pdf.exe.pdf"),
            ("gpj\u{202e}fdp.exe", "gpjfdp.exe.pdf"),
            ("..", "file.pdf"),
            ("", "file.pdf"),
            (".pdf", "pdf.pdf"),
            ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie b.pdf"),
        ] {
            assert_eq!(pdf(given), is, "{given:?}");
        }
        assert_eq!(title("Work_permit-2026.pdf"), "Work permit 2026");
        assert_eq!(
            disposition("Zażółć \"x\".pdf", false),
            "attachment; filename=\"Za____ _x_.pdf\"; filename*=UTF-8''Za%C5%BC%C3%B3%C5%82%C4%87%20%22x%22.pdf"
        );
        assert_eq!([size(12), size(340_500), size(2_450_000)], ["12 bytes", "340 kB", "2.4 MB"]);
    }

    proptest! {
        #[test]
        fn no_name_leads_anywhere(given in "\\PC{0,300}|[./\\\\]{0,20}") {
            let made = pdf(&given);
            prop_assert!(made.ends_with(".pdf") && !made.contains(['/', '\\', '\0', '\n']) && !made.starts_with('.'), "{made:?}");
            prop_assert!(made.chars().count() <= LONGEST + 4);
            let header = disposition(&made, true);
            prop_assert!(header.is_ascii() && !header.contains('\n'), "{header}");
        }
    }
}
