//! Text with a little form, as people write it into policies and letters: headings, lists, bold, italic and links. Read by a
//! CommonMark parser, of which only that much is kept; everything else stays the words that it is.

use maud::{Markup, Render, html};
use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// Words of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// A line break is `\n`.
    pub text: String,
    pub bold: bool,
    pub italic: bool,
    /// Where it leads: to a site, or into somebody's mail.
    pub link: Option<String>,
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
    link: Option<String>,
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
            Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, .. }) => {
                self.link = target(&format!("mailto:{dest_url}"));
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link = target(&dest_url),
            Event::End(TagEnd::Link) => self.link = None,
            // Within a line.
            Event::End(TagEnd::Image) => {}
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
            Some(last) if (last.bold, last.italic) == (bold, italic) && last.link == self.link => {
                last.text.push_str(words);
            }
            _ => self.runs.push(Run { text: words.to_owned(), bold, italic, link: self.link.clone() }),
        }
    }

    fn end(&mut self, block: impl FnOnce(Vec<Run>) -> Block) {
        let runs = std::mem::take(&mut self.runs);
        if runs.is_empty() {
            return;
        }
        let runs = linked(runs);
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        self.blocks.push(match self.mark.take() {
            Some(mark) => Block::Item(depth, mark, runs),
            None => block(runs),
        });
    }
}

/// What a link may lead to: another site, or mail. Everything else stays words.
fn target(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    let known = ["https://", "http://", "mailto:"].iter().any(|s| lower.len() > s.len() && lower.starts_with(s));
    (known && !url.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| url.to_owned())
}

/// The same with links where addresses of sites stand among the words.
fn linked(runs: Vec<Run>) -> Vec<Run> {
    let mut all = vec![];
    for run in runs {
        if run.link.is_some() {
            all.push(run);
            continue;
        }
        let mut rest = run.text.as_str();
        while let Some((before, url, after)) = bare(rest) {
            if !before.is_empty() {
                all.push(Run { text: before.to_owned(), ..run.clone() });
            }
            all.push(Run { text: url.to_owned(), link: Some(url.to_owned()), ..run.clone() });
            rest = after;
        }
        if !rest.is_empty() {
            all.push(Run { text: rest.to_owned(), ..run.clone() });
        }
    }
    all
}

/// The first address of a site in a text, with what stands before and behind it. What ends a sentence is none of it.
fn bare(text: &str) -> Option<(&str, &str, &str)> {
    let scheme = |s: &'static str| text.find(s).map(|at| (at, s.len()));
    let (at, scheme) = ["https://", "http://"].into_iter().filter_map(scheme).min()?;
    let tail = &text[at..];
    let end = tail.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c)).unwrap_or(tail.len());
    let ends = |c: char| ".,;:!?'’”*_~]}".contains(c);
    let mut url = tail[..end].trim_end_matches(ends);
    if url.ends_with(')') && !url.contains('(') {
        url = url.trim_end_matches(')').trim_end_matches(ends);
    }
    (url.len() > scheme).then(|| (&text[..at], url, &tail[url.len()..]))
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
    let lines = |run: &Run| {
        let text = html! { @for (n, line) in run.text.split('\n').enumerate() { @if n > 0 { br; } (line) } };
        match &run.link {
            Some(to) => html! { a href=(to) rel="noopener nofollow ugc" target="_blank" { (text) } },
            None => text,
        }
    };
    html! {
        @for run in runs {
            @match (run.bold, run.italic) {
                (false, false) => { (lines(run)) }
                (true, false) => { strong { (lines(run)) } }
                (false, true) => { em { (lines(run)) } }
                (true, true) => { strong { em { (lines(run)) } } }
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
        let run = |text: &str, bold, italic| Run { text: text.into(), bold, italic, link: None };
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

    #[test]
    fn a_link_leads_to_a_site_or_into_mail_and_nowhere_else() {
        let page = |text: &str| {
            Prose(&read(text, |words| words.replace("{{f}}", "https://field.example"))).render().into_string()
        };
        let rel = "rel=\"noopener nofollow ugc\" target=\"_blank\"";
        for (text, told) in [
            (
                "See [the *guide*](https://example.com/guide?a=1&b=2).",
                format!(
                    "See <a href=\"https://example.com/guide?a=1&amp;b=2\" {rel}>the </a><em><a href=\"https://example.com/guide?a=1&amp;b=2\" {rel}>guide</a></em>."
                ),
            ),
            ("[Mail](mailto:a@b.example)", format!("<a href=\"mailto:a@b.example\" {rel}>Mail</a>")),
            (
                "Look at (https://example.com/a_b), or not.",
                format!("Look at (<a href=\"https://example.com/a_b\" {rel}>https://example.com/a_b</a>), or not."),
            ),
        ] {
            assert!(page(text).contains(&told), "{told} is not in {}", page(text));
        }
        for text in [
            "[x](javascript:alert(1))",
            "[x](JavaScript:alert%281%29)",
            "[x](data:text/html,<b>)",
            "[x](//evil.example)",
            "[x](/w/acme)",
            "<javascript:alert(1)>",
            "https:// and nothing",
            "{{f}}",
        ] {
            assert!(!page(text).contains("<a "), "{}", page(text));
        }
        let quoted = page("[x](<https://a.example/\"onmouseover=\"y>) https://b.example/\"onclick=\"z");
        assert!(!quoted.contains("\"onmouseover") && !quoted.contains("\"onclick"), "{quoted}");
    }
}
