//! What a CV says, as words to be searched. A file is a stranger's: it is read off the threads that serve, within limits of bytes,
//! pages and time, and whatever goes wrong with it costs nothing but its words.

use crate::storage::{DOCX, PDF, TEXT};
use std::io::{Cursor, Read};

/// Pages that are read.
const PAGES: usize = 60;
/// Bytes of a document once it is unpacked, and letters that are kept.
const UNPACKED: u64 = 24 * 1024 * 1024;
const LETTERS: usize = 100_000;

/// The words of a file of this kind; none where it has none that can be read.
pub fn read(media_type: &str, content: &[u8]) -> Option<String> {
    let text = match media_type {
        t if t == PDF.name => pdf(content)?,
        t if t == DOCX.name => docx(content)?,
        t if t == TEXT.name => String::from_utf8_lossy(content).into_owned(),
        _ => return None,
    };
    let plain = text.replace('\0', " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!plain.is_empty()).then(|| plain.chars().take(LETTERS).collect())
}

fn pdf(content: &[u8]) -> Option<String> {
    let document = lopdf::Document::load_mem(content).ok()?;
    let mut text = String::new();
    for page in document.get_pages().into_keys().take(PAGES) {
        // A page that cannot be read keeps nobody from the next one.
        text.push_str(&document.extract_text(&[page]).unwrap_or_default());
        text.push('\n');
        if text.len() > 4 * LETTERS {
            break;
        }
    }
    Some(text)
}

fn docx(content: &[u8]) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).ok()?;
    let entry = archive.by_name("word/document.xml").ok()?;
    // Counted as it is unpacked, whatever the archive says of itself.
    let mut xml = Vec::new();
    entry.take(UNPACKED + 1).read_to_end(&mut xml).ok()?;
    if xml.len() as u64 > UNPACKED {
        return None;
    }
    Some(words(&String::from_utf8_lossy(&xml)))
}

/// The text of a Word document: what stands between its elements, with a space where a paragraph or a cell ends.
fn words(xml: &str) -> String {
    let mut text = String::new();
    let mut rest = xml;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else { break };
        if ["/w:p", "w:br", "w:tab", "/w:tc"].iter().any(|end| tag.starts_with(end)) {
            text.push(' ');
        }
        rest = behind;
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    named.iter().fold(text, |text, (name, sign)| text.replace(name, sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(name: &str, content: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(name, options).expect("an entry");
        zip.write_all(content).expect("it is packed");
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn a_word_document_says_what_is_in_it() {
        let xml = b"<w:p><w:r><w:t>Welding &amp; sol</w:t></w:r><w:r><w:t>dering</w:t></w:r></w:p><w:p>Oslo</w:p>";
        assert_eq!(read(DOCX.name, &packed("word/document.xml", xml)).as_deref(), Some("Welding & soldering Oslo"));
    }

    #[test]
    fn what_cannot_be_read_has_no_words() {
        let bomb = packed("word/document.xml", &vec![b'a'; usize::try_from(UNPACKED).expect("it fits") + 10]);
        assert!(bomb.len() < 100_000, "it looks harmless");
        for (kind, content) in [
            (DOCX.name, bomb),
            (DOCX.name, packed("other.xml", b"x")),
            (DOCX.name, b"PK\x03\x04 and no more".to_vec()),
            (PDF.name, b"%PDF-1.7 and no more".to_vec()),
            (PDF.name, vec![]),
            (TEXT.name, b" \n ".to_vec()),
            ("image/png", b"x".to_vec()),
        ] {
            assert_eq!(read(kind, &content), None, "{kind}");
        }
        assert_eq!(read(TEXT.name, b"Lamps\0\n  and cables").as_deref(), Some("Lamps and cables"));
    }
}
