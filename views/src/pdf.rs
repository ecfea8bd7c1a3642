//! Documents on paper: blocks of text set in pages, as a PDF whose words can be marked and searched.
//!
//! The font is in the file, so that it looks alike everywhere; it has Latin, Greek and Cyrillic letters.

use crate::prose::{Block, Run};
use domain::Day;
use krilla::{
    Document,
    geom::Point,
    metadata::{DateTime, Metadata},
    page::PageSettings,
    surface::Surface,
    text::{Font, TextDirection},
};
use skrifa::{
    MetadataProvider,
    instance::{LocationRef, Size},
};
use std::sync::LazyLock;

/// All lengths are points, 72 an inch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    width: f32,
    height: f32,
}

impl Paper {
    pub const A4: Self = Self { width: 595.28, height: 841.89 };
    pub const LETTER: Self = Self { width: 612.0, height: 792.0 };

    /// What is usual in a country, by its ISO 3166 code.
    pub fn of(country: Option<&str>) -> Self {
        if matches!(country, Some("US" | "CA" | "MX" | "PH")) { Self::LETTER } else { Self::A4 }
    }
}

/// What stands around the text.
pub struct Sheet<'a> {
    pub paper: Paper,
    pub title: &'a str,
    /// Whose it is: at the foot of each page.
    pub company: &'a str,
    pub day: Day,
}

const MARGIN: f32 = 68.0;
const BODY: f32 = 10.5;
const FOOT: f32 = 8.5;
/// From one line to the next, in sizes of the letters.
const LEADING: f32 = 1.42;
/// How far a list is moved in.
const INDENT: f32 = 18.0;

struct Face {
    font: Font,
    bytes: &'static [u8],
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        Self { font: Font::new(bytes.into(), 0).expect("our own font can be read"), bytes }
    }

    fn reader(&self) -> skrifa::FontRef<'static> {
        skrifa::FontRef::new(self.bytes).expect("our own font can be read")
    }

    /// How wide a text of this size is, without what letters do to each other, which only makes it less.
    fn width(&self, text: &str, size: f32) -> f32 {
        let font = self.reader();
        let (letters, widths) = (font.charmap(), font.glyph_metrics(Size::new(size), LocationRef::default()));
        text.chars().map(|c| letters.map(c).and_then(|g| widths.advance_width(g)).unwrap_or(size / 2.0)).sum()
    }
}

struct Faces {
    regular: Face,
    bold: Face,
    italic: Face,
}

static FACES: LazyLock<Faces> = LazyLock::new(|| Faces {
    regular: Face::new(include_bytes!("../../assets/vendor/fonts/SourceSans3_400Regular.ttf")),
    bold: Face::new(include_bytes!("../../assets/vendor/fonts/SourceSans3_700Bold.ttf")),
    italic: Face::new(include_bytes!("../../assets/vendor/fonts/SourceSans3_400Regular_Italic.ttf")),
});

fn face(bold: bool, italic: bool) -> &'static Face {
    match (bold, italic) {
        (true, _) => &FACES.bold,
        (false, true) => &FACES.italic,
        (false, false) => &FACES.regular,
    }
}

/// Letters that the font does not have, each once: they would be boxes.
pub fn unprintable(blocks: &[Block]) -> Vec<char> {
    let font = FACES.regular.reader();
    let known = font.charmap();
    let letters = blocks.iter().flat_map(Block::runs).flat_map(|r| r.text.chars());
    let mut lacking: Vec<char> = letters.filter(|c| !c.is_whitespace() && known.map(*c).is_none()).collect();
    lacking.sort_unstable();
    lacking.dedup();
    lacking
}

/// A piece of a line.
struct Piece {
    x: f32,
    text: String,
    bold: bool,
    italic: bool,
}

struct Line {
    size: f32,
    pieces: Vec<Piece>,
    rule: bool,
}

/// Sets the text and gives the file.
pub fn render(sheet: &Sheet<'_>, blocks: &[Block]) -> Result<Vec<u8>, String> {
    let pages = pages(sheet.paper, blocks);
    let mut document = Document::new();
    document.set_metadata(metadata(sheet));
    for (n, page) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(sheet.paper.width, sheet.paper.height).ok_or("no such paper")?;
        let mut paper = document.start_page_with(settings);
        let mut surface = paper.surface();
        for (y, line) in page {
            if line.rule {
                draw(&mut surface, MARGIN, *y, &FACES.regular, line.size, &"–".repeat(24));
            }
            for piece in &line.pieces {
                draw(&mut surface, piece.x, *y, face(piece.bold, piece.italic), line.size, &piece.text);
            }
        }
        let foot = match pages.len() {
            1 => sheet.company.to_owned(),
            all => format!("{} · {} / {all}", sheet.company, n + 1),
        };
        let width = FACES.regular.width(&foot, FOOT);
        let x = ((sheet.paper.width - width) / 2.0).max(MARGIN / 2.0);
        draw(&mut surface, x, sheet.paper.height - MARGIN / 2.0, &FACES.regular, FOOT, &foot);
        surface.finish();
        paper.finish();
    }
    document.finish().map_err(|e| format!("{e:?}"))
}

fn metadata(sheet: &Sheet<'_>) -> Metadata {
    use chrono::Datelike;
    let day = sheet.day.0;
    let part = |n: u32| u8::try_from(n).unwrap_or(1);
    let made = DateTime::new(u16::try_from(day.year()).unwrap_or(0)).month(part(day.month())).day(part(day.day()));
    Metadata::new()
        .title(sheet.title.to_owned())
        .authors(vec![sheet.company.to_owned()])
        .creator("People360".to_owned())
        .creation_date(made)
}

/// The faces know no letters that run from right to left: guessing by the first letter would turn whole lines of others round.
fn draw(surface: &mut Surface<'_>, x: f32, y: f32, face: &Face, size: f32, text: &str) {
    surface.draw_text(Point::from_xy(x, y), face.font.clone(), size, text, false, TextDirection::LeftToRight);
}

/// Lines with where they stand, page by page; at least one page.
fn pages(paper: Paper, blocks: &[Block]) -> Vec<Vec<(f32, Line)>> {
    let end = paper.height - MARGIN;
    let mut pages = vec![vec![]];
    let mut y = MARGIN;
    for block in blocks {
        let (size, before, lines) = set(paper, block);
        let step = size * LEADING;
        if y > MARGIN {
            y += before;
        }
        // A heading does not stay behind alone.
        let together = if matches!(block, Block::Heading(..)) { 3.0 } else { 1.0 };
        if y + step * together > end && y > MARGIN {
            pages.push(vec![]);
            y = MARGIN;
        }
        for line in lines {
            if y + step > end {
                pages.push(vec![]);
                y = MARGIN;
            }
            y += step;
            pages.last_mut().expect("there is one").push((y, line));
        }
    }
    pages
}

/// A block's size, the room before it, and its lines.
fn set(paper: Paper, block: &Block) -> (f32, f32, Vec<Line>) {
    let width = paper.width - 2.0 * MARGIN;
    match block {
        Block::Heading(level, runs) => {
            let size = [18.0, 13.5, 11.5][usize::from(level.clamp(&1, &3) - 1)];
            let bold: Vec<Run> = runs.iter().map(|r| Run { bold: true, ..r.clone() }).collect();
            (size, size * 0.9, wrap(&bold, size, 0.0, width))
        }
        Block::Paragraph(runs) => (BODY, BODY * 0.7, wrap(runs, BODY, 0.0, width)),
        Block::Item(depth, mark, runs) => {
            let indent = INDENT * (f32::from(*depth) + 1.0);
            let mut lines = wrap(runs, BODY, indent, width);
            if let Some(first) = lines.first_mut() {
                let x = MARGIN + indent - INDENT;
                first.pieces.insert(0, Piece { x, text: mark.clone(), bold: false, italic: false });
            }
            (BODY, BODY * 0.25, lines)
        }
        Block::Amount(runs, amount) => {
            let wide = FACES.bold.width(amount, BODY);
            let mut lines = wrap(runs, BODY, 0.0, width - wide - INDENT);
            if let Some(first) = lines.first_mut() {
                let bold = runs.iter().any(|r| r.bold);
                let x = MARGIN + width - face(bold, false).width(amount, BODY);
                first.pieces.push(Piece { x, text: amount.clone(), bold, italic: false });
            }
            (BODY, BODY * 0.7, lines)
        }
        Block::Rule => (BODY, BODY * 0.7, vec![Line { size: BODY, pieces: vec![], rule: true }]),
    }
}

/// Breaks runs into lines at spaces; a word that is longer than a line breaks where it must.
fn wrap(runs: &[Run], size: f32, indent: f32, width: f32) -> Vec<Line> {
    let (left, right) = (MARGIN + indent, MARGIN + width);
    let mut lines = vec![Line { size, pieces: vec![], rule: false }];
    let mut x = left;
    for run in runs {
        let face = face(run.bold, run.italic);
        for (n, text) in run.text.split('\n').enumerate() {
            if n > 0 {
                lines.push(Line { size, pieces: vec![], rule: false });
                x = left;
            }
            for word in text.split_inclusive(' ') {
                let mut word = word.replace('\t', " ");
                loop {
                    let wide = face.width(word.trim_end(), size);
                    if x + wide <= right {
                        break;
                    }
                    if x > left {
                        lines.push(Line { size, pieces: vec![], rule: false });
                        x = left;
                        continue;
                    }
                    let fits = fitting(face, &word, size, right - left);
                    let rest = word.split_off(fits);
                    put(&mut lines, left, &word, run);
                    lines.push(Line { size, pieces: vec![], rule: false });
                    word = rest;
                }
                if !(x <= left && word.trim().is_empty()) {
                    put(&mut lines, x, &word, run);
                    x += face.width(&word, size);
                }
            }
        }
    }
    lines
}

/// Bytes of the longest beginning that fits, one letter at least.
fn fitting(face: &Face, word: &str, size: f32, room: f32) -> usize {
    let mut fits = word.chars().next().map_or(0, char::len_utf8);
    let mut wide = 0.0;
    for (at, letter) in word.char_indices() {
        wide += face.width(letter.encode_utf8(&mut [0; 4]), size);
        if wide > room && at > 0 {
            break;
        }
        fits = at + letter.len_utf8();
    }
    fits
}

/// Puts words on the last line; what follows in the same look is one piece with it, so that it reads as one.
fn put(lines: &mut [Line], x: f32, word: &str, run: &Run) {
    let line = lines.last_mut().expect("there is one");
    match line.pieces.last_mut() {
        Some(last) if (last.bold, last.italic) == (run.bold, run.italic) && last.x < x => last.text.push_str(word),
        _ => line.pieces.push(Piece { x, text: word.to_owned(), bold: run.bold, italic: run.italic }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose;

    fn blocks(text: &str) -> Vec<Block> {
        prose::read(text, str::to_owned)
    }

    #[test]
    fn lines_stay_on_their_paper_and_nothing_is_lost() {
        let long = "Zażółć gęślą jaźń, rødgrød med fløde. ".repeat(300);
        let text = format!("# Title\n\n{long}\n\n- {long}\n\n{}", "x".repeat(500));
        for paper in [Paper::A4, Paper::LETTER] {
            let pages = pages(paper, &blocks(&text));
            assert!(pages.len() > 2, "{}", pages.len());
            let mut letters = 0;
            for (y, line) in pages.iter().flatten() {
                assert!(*y <= paper.height - MARGIN);
                for piece in &line.pieces {
                    let end = piece.x + face(piece.bold, piece.italic).width(piece.text.trim_end(), line.size);
                    assert!(end <= paper.width - MARGIN + 1.0, "{} at {}", piece.text, piece.x);
                    letters += piece.text.chars().filter(|c| !c.is_whitespace()).count();
                }
            }
            let all = text.chars().filter(|c| !c.is_whitespace() && !"#-".contains(*c)).count();
            assert_eq!(letters, all + 1, "with the dot of the list");
        }
    }

    #[test]
    fn an_empty_text_is_a_page_and_what_the_font_lacks_is_told() {
        let sheet =
            Sheet { paper: Paper::A4, title: "Nothing", company: "Acme", day: Day::new(2026, 3, 2).expect("a day") };
        let file = render(&sheet, &[]).expect("it is made");
        assert!(file.starts_with(b"%PDF-") && file.len() > 400);
        assert_eq!(unprintable(&blocks("Grüße, 漢 Ω Ж € 漢")), ['漢']);
        assert_eq!(
            (Paper::of(Some("US")), Paper::of(Some("DK")), Paper::of(None)),
            (Paper::LETTER, Paper::A4, Paper::A4)
        );
    }
}
