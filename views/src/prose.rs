//! Text with a little form, as people write it into policies and letters: headings, lists, bold and italic. Read by a
//! CommonMark parser, of which only that much is kept; everything else stays the words that it is.

use maud::{Markup, Render, html};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Words of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// A line break is `\n`.
    pub text: String,
    pub bold: bool,
    pub italic: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// From 1, the largest, to 3.
    Heading(u8, Vec<Run>),
    Paragraph(Vec<Run>),
    /// How deep it is, from 0, and what stands before it: `•`, `2.`.
    Item(u8, String, Vec<Run>),
    /// Words, and an amount at the end of their line.
    Amount(Vec<Run>, String),
    Rule,
}

impl Block {
    pub fn runs(&self) -> &[Run] {
        match self {
            Self::Heading(_, runs) | Self::Paragraph(runs) | Self::Item(_, _, runs) | Self::Amount(runs, _) => runs,
            Self::Rule => &[],
        }
    }
}

/// Reads a text. `fill` puts the record's fields into its places, after its form is known: what stands in a field is
/// words, whatever it looks like.
pub fn read(text: &str, fill: impl Fn(&str) -> String) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::empty()) {
        reader.take(event);
    }
    reader.end(Block::Paragraph);
    for block in &mut reader.blocks {
        if let Block::Heading(_, runs) | Block::Paragraph(runs) | Block::Item(_, _, runs) = block {
            runs.iter_mut().for_each(|run| run.text = fill(&run.text));
        }
    }
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    bold: usize,
    italic: usize,
    /// The next number of each list that is open; `None`: it has no numbers.
    lists: Vec<Option<u64>>,
    /// What stands before the next words.
    mark: Option<String>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Strong) => self.bold += 1,
            Event::End(TagEnd::Strong) => self.bold = self.bold.saturating_sub(1),
            Event::Start(Tag::Emphasis) => self.italic += 1,
            Event::End(TagEnd::Emphasis) => self.italic = self.italic.saturating_sub(1),
            Event::Start(Tag::List(first)) => {
                self.end(Block::Paragraph);
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.end(Block::Paragraph);
                self.lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.end(Block::Paragraph);
                self.mark = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "•".to_owned(),
                });
            }
            Event::End(TagEnd::Heading(level)) => {
                let level = match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    _ => 3,
                };
                self.end(|runs| Block::Heading(level, runs));
            }
            // Within a line.
            Event::End(TagEnd::Link | TagEnd::Image) => {}
            Event::End(_) => self.end(Block::Paragraph),
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => self.say(&words),
            // Who types a letter means the line to end where they ended it.
            Event::SoftBreak | Event::HardBreak => self.say("\n"),
            Event::Rule => {
                self.end(Block::Paragraph);
                self.blocks.push(Block::Rule);
            }
            _ => {}
        }
    }

    fn say(&mut self, words: &str) {
        let (bold, italic) = (self.bold > 0, self.italic > 0);
        match self.runs.last_mut() {
            Some(last) if (last.bold, last.italic) == (bold, italic) => last.text.push_str(words),
            _ => self.runs.push(Run { text: words.to_owned(), bold, italic }),
        }
    }

    fn end(&mut self, block: impl FnOnce(Vec<Run>) -> Block) {
        let runs = std::mem::take(&mut self.runs);
        if runs.is_empty() {
            return;
        }
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        self.blocks.push(match self.mark.take() {
            Some(mark) => Block::Item(depth, mark, runs),
            None => block(runs),
        });
    }
}

/// On a page. Its headings are below the page's own.
pub struct Prose<'a>(pub &'a [Block]);

impl Render for Prose<'_> {
    fn render(&self) -> Markup {
        html! {
            div.prose {
                @for block in self.0 {
                    @match block {
                        Block::Heading(1, runs) => { h2 { (words(runs)) } }
                        Block::Heading(2, runs) => { h3 { (words(runs)) } }
                        Block::Heading(_, runs) => { h4 { (words(runs)) } }
                        Block::Paragraph(runs) => { p { (words(runs)) } }
                        Block::Item(depth, mark, runs) => {
                            p.prose-item.is-deep[*depth > 0] { span.prose-mark { (mark) } span { (words(runs)) } }
                        }
                        Block::Amount(runs, amount) => { p { (words(runs)) " " (amount) } }
                        Block::Rule => { hr; }
                    }
                }
            }
        }
    }
}

fn words(runs: &[Run]) -> Markup {
    let lines = |text: &str| {
        html! { @for (n, line) in text.split('\n').enumerate() { @if n > 0 { br; } (line) } }
    };
    html! {
        @for run in runs {
            @match (run.bold, run.italic) {
                (false, false) => { (lines(&run.text)) }
                (true, false) => { strong { (lines(&run.text)) } }
                (false, true) => { em { (lines(&run.text)) } }
                (true, true) => { strong { em { (lines(&run.text)) } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_form_and_a_field_has_none() {
        let text = "# Offer\n\nDear **{{name}}**,\nwelcome.\n\n1. One\n2. *Two* <script>\n   - Deep\n\n---\nEnd";
        let blocks = read(text, |words| words.replace("{{name}}", "# **Ada** <b>"));
        let run = |text: &str, bold, italic| Run { text: text.into(), bold, italic };
        assert_eq!(
            blocks,
            [
                Block::Heading(1, vec![run("Offer", false, false)]),
                Block::Paragraph(vec![
                    run("Dear ", false, false),
                    run("# **Ada** <b>", true, false),
                    run(",\nwelcome.", false, false)
                ]),
                Block::Item(0, "1.".into(), vec![run("One", false, false)]),
                Block::Item(0, "2.".into(), vec![run("Two", false, true), run(" <script>", false, false)]),
                Block::Item(1, "•".into(), vec![run("Deep", false, false)]),
                Block::Rule,
                Block::Paragraph(vec![run("End", false, false)]),
            ]
        );
        let page = Prose(&blocks).render().into_string();
        assert!(
            page.contains("<strong># **Ada** &lt;b&gt;</strong>,<br>welcome.") && !page.contains("<script"),
            "{page}"
        );
    }
}
