//! What a file is, by what is in it. Nothing is ever unpacked to find out.

/// What we take in. Nothing that a browser would run: no SVG, no HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    pub name: &'static str,
    pub extension: &'static str,
    /// Others by which such a file is known.
    pub also: &'static [&'static str],
}

pub const PDF: MediaType = MediaType { name: "application/pdf", extension: "pdf", also: &[] };
pub const TEXT: MediaType = MediaType { name: "text/plain", extension: "txt", also: &["md", "log"] };
pub const CSV: MediaType = MediaType { name: "text/csv", extension: "csv", also: &["tsv"] };
pub const DOCX: MediaType = MediaType {
    name: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extension: "docx",
    also: &[],
};
const XLSX: MediaType = MediaType {
    name: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extension: "xlsx",
    also: &[],
};
const ODT: MediaType = MediaType { name: "application/vnd.oasis.opendocument.text", extension: "odt", also: &[] };
const ODS: MediaType =
    MediaType { name: "application/vnd.oasis.opendocument.spreadsheet", extension: "ods", also: &[] };

/// By the name that `infer` gives.
const MAGIC: &[MediaType] = &[
    PDF,
    MediaType { name: "image/png", extension: "png", also: &[] },
    MediaType { name: "image/jpeg", extension: "jpg", also: &["jpeg", "jpe"] },
    MediaType { name: "image/webp", extension: "webp", also: &[] },
    MediaType { name: "image/heif", extension: "heic", also: &["heif"] },
];

/// Bytes from the beginning that tell.
pub const HEAD: usize = 64 * 1024;

/// What is said of a file that is none of these.
const NONE: &str = "Files of this kind are not kept here. Use a PDF, a picture (PNG, JPEG, WebP, HEIC), a Word or Excel document, or plain text.";

/// What begins like this, under this name; or why it is not taken.
pub fn sniff(head: &[u8], name: &str) -> Result<MediaType, &'static str> {
    if head.is_empty() {
        return Err("This file is empty.");
    }
    if let Some(found) = infer::get(head).and_then(|t| MAGIC.iter().find(|m| m.name == t.mime_type())) {
        return Ok(*found);
    }
    if head.starts_with(b"PK\x03\x04") {
        return packed(head).ok_or(
            "An archive is not kept here. Send the documents in it one by one: PDF, pictures, Word, Excel or plain text.",
        );
    }
    if !is_text(head) {
        return Err(NONE);
    }
    let begin = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if begin.starts_with(b"<") {
        return Err(
            "Web pages and drawings (HTML, SVG, XML) are not kept here, as they may run by themselves. Send a PDF or a picture of it.",
        );
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    Ok(if CSV.fits(&extension) { CSV } else { TEXT })
}

impl MediaType {
    pub fn fits(&self, extension: &str) -> bool {
        self.extension == extension || self.also.contains(&extension)
    }
}

/// Which of the formats that are archives inside it is, by the names of its first entries.
fn packed(head: &[u8]) -> Option<MediaType> {
    let mut rest = head;
    while let Some(at) = rest.windows(4).position(|w| w == b"PK\x03\x04") {
        rest = &rest[at..];
        let length = rest.get(26..28).map_or(0, |l| usize::from(u16::from_le_bytes([l[0], l[1]])));
        let entry = rest.get(30..30 + length).unwrap_or_default();
        if entry.starts_with(b"word/") {
            return Some(DOCX);
        }
        if entry.starts_with(b"xl/") {
            return Some(XLSX);
        }
        if entry == b"mimetype" {
            let kind = rest.get(30 + length..).unwrap_or_default();
            return [ODT, ODS].into_iter().find(|t| kind.starts_with(t.name.as_bytes()));
        }
        rest = &rest[4..];
    }
    None
}

/// Text in some encoding: no byte that only programs write.
fn is_text(head: &[u8]) -> bool {
    head.iter().all(|b| !matches!(b, 0..=8 | 11 | 14..=26 | 28..=31 | 127))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_is_in_it_and_not_what_it_is_called() {
        let zip = |name: &str, content: &str| {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.extend([0; 22]);
            bytes.extend(u16::try_from(name.len()).expect("it is short").to_le_bytes());
            bytes.extend([0; 2]);
            [bytes, name.as_bytes().to_vec(), content.as_bytes().to_vec()].concat()
        };
        let office =
            |inside: &str| [zip("[Content_Types].xml", "<"), zip("docProps/app.xml", "<"), zip(inside, "<")].concat();
        for (head, name, is) in [
            (b"%PDF-1.7\n%\xe2".to_vec(), "evil.html", Some("application/pdf")),
            (b"\x89PNG\r\n\x1a\n0000".to_vec(), "a", Some("image/png")),
            (b"\xff\xd8\xff\xe0 JFIF".to_vec(), "a.exe", Some("image/jpeg")),
            (office("word/document.xml"), "a.docx", Some(DOCX.name)),
            (office("xl/workbook.xml"), "a.docx", Some(XLSX.name)),
            (zip("mimetype", ODT.name), "a.odt", Some(ODT.name)),
            (zip("bomb.bin", "0"), "a.docx", None),
            (b"Name;Pay\nJos\xe9;1\n".to_vec(), "list.csv", Some("text/csv")),
            ("Grüße".as_bytes().to_vec(), "note", Some("text/plain")),
            (b"<svg onload=alert(1)>".to_vec(), "photo.png", None),
            (b"\xef\xbb\xbf \n<!doctype html><script>".to_vec(), "a.txt", None),
            (b"\x7fELF\x02\x01\x01\0".to_vec(), "a.pdf", None),
            (b"MZ\x90\0".to_vec(), "a.pdf", None),
            (b"GIF89a".to_vec(), "a.gif", None),
            (vec![], "a.pdf", None),
        ] {
            let found = sniff(&head, name);
            // A GIF without anything but its name is text, and would be no picture.
            if name != "a.gif" {
                assert_eq!(found.ok().map(|t| t.name), is, "{name}");
            }
        }
    }
}
