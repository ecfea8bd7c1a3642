//! A file's rows as text, packed: one string and the places where its cells end.

/// What was read of a file. A hundred thousand rows cost little more than their text.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub headers: Vec<String>,
    text: String,
    ends: Vec<u32>,
    /// Line, and where its cells end in `ends`.
    rows: Vec<(u32, u32)>,
}

impl Table {
    pub fn new(headers: Vec<String>) -> Self {
        Self { headers, ..Self::default() }
    }

    /// Adds a row; one without a single word in it is passed over, and so are empty cells beyond the header.
    pub fn push<'a>(&mut self, line: u32, cells: impl Iterator<Item = &'a str>) {
        let (text, first) = (self.text.len(), self.ends.len());
        let mut last = first;
        for cell in cells {
            self.text.push_str(cell);
            self.ends.push(place(self.text.len()));
            if !cell.trim().is_empty() {
                last = self.ends.len();
            }
        }
        if last == first {
            self.text.truncate(text);
            self.ends.truncate(first);
            return;
        }
        let width = first + self.headers.len();
        self.ends.truncate(last.max(width.min(self.ends.len())));
        self.text.truncate(self.ends.last().map_or(0, |end| *end as usize));
        self.rows.push((line, place(self.ends.len())));
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes that its cells take.
    pub fn bytes(&self) -> usize {
        self.text.len() + 4 * self.ends.len()
    }

    pub fn row(&self, index: usize) -> Row<'_> {
        let first = if index == 0 { 0 } else { self.rows[index - 1].1 as usize };
        let (line, end) = self.rows[index];
        Row { table: self, line, first, end: end as usize }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|i| self.row(i))
    }

    /// The index of the row at this line.
    pub fn at_line(&self, line: u32) -> Option<usize> {
        self.rows.binary_search_by_key(&line, |(l, _)| *l).ok()
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("a file is far smaller than 4 GB")
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    /// Line of the file on which it begins, the header being 1 where it is the first.
    pub line: u32,
    first: usize,
    end: usize,
}

impl<'a> Row<'a> {
    /// The cell as it stands in the file; empty where the row has none.
    pub fn cell(&self, column: usize) -> &'a str {
        let at = self.first + column;
        if at >= self.end {
            return "";
        }
        let from = if at == 0 { 0 } else { self.table.ends[at - 1] as usize };
        &self.table.text[from..self.table.ends[at] as usize]
    }

    /// How many cells it has; a whole row has as many as the header.
    pub fn width(&self) -> usize {
        self.end - self.first
    }

    pub fn cells(self) -> impl Iterator<Item = &'a str> {
        (0..self.width()).map(move |i| self.cell(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_again() {
        let mut table = Table::new(vec!["a".into(), "b".into()]);
        for (line, cells) in [(2, "x,"), (3, " , "), (4, "ä,y,,"), (5, "z"), (6, "1,2,3"), (7, ",q")] {
            table.push(line, cells.split(','));
        }
        let read: Vec<_> = table.rows().map(|r| (r.line, r.width(), r.cell(0), r.cell(1), r.cell(2))).collect();
        assert_eq!(
            read,
            [
                (2, 2, "x", "", ""),
                (4, 2, "ä", "y", ""),
                (5, 1, "z", "", ""),
                (6, 3, "1", "2", "3"),
                (7, 2, "", "q", "")
            ]
        );
        assert_eq!((table.len(), table.at_line(5), table.at_line(3)), (5, Some(2), None));
    }
}
