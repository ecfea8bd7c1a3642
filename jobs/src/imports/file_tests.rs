//! Files as people bring them.

use super::{
    file::{Sheet, read},
    workbook::unpacks,
};
use domain::import::Target;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn good(bytes: &[u8]) -> Sheet {
    read(bytes, Target::Employees).expect("a table")
}

fn bad(bytes: &[u8]) -> String {
    read(bytes, Target::Employees).expect_err("no table").0
}

fn rows(sheet: &Sheet) -> Vec<(u32, Vec<&str>)> {
    sheet.table.rows().map(|r| (r.line, r.cells().collect())).collect()
}

const TEXT: &str = "First name,Last name,Department\nJürgen,Müller,Prüfung\nZoë,Ångström,Ventes à l’étranger\n";

#[test]
fn each_encoding_tells_itself() {
    let wide = |le: bool, mark: bool| {
        let units = mark.then_some(0xfeff).into_iter().chain(TEXT.encode_utf16());
        units.flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() }).collect::<Vec<u8>>()
    };
    let (western, _, lossy) = encoding_rs::WINDOWS_1252.encode(TEXT);
    assert!(!lossy);
    let files: [(Vec<u8>, &str); 7] = [
        (TEXT.into(), "UTF-8"),
        ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), "UTF-8"),
        (wide(true, true), "UTF-16"),
        (wide(false, true), "UTF-16"),
        (wide(true, false), "UTF-16"),
        (wide(false, false), "UTF-16"),
        (western.into_owned(), "Windows-1252"),
    ];
    for (bytes, encoding) in files {
        let sheet = good(&bytes);
        assert_eq!(sheet.source.encoding.as_deref(), Some(encoding));
        assert_eq!(sheet.table.headers, ["First name", "Last name", "Department"]);
        assert_eq!(rows(&sheet)[0], (2, vec!["Jürgen", "Müller", "Prüfung"]));
        assert_eq!(rows(&sheet)[1].1[2], "Ventes à l’étranger");
    }
}

#[test]
fn each_delimiter_tells_itself() {
    for delimiter in [',', ';', '\t', '|'] {
        let text =
            "First name;Last name;Salary;Location\nAda;Byron;\"1.234,50\";\"Rome, Italy\"\nBen;Cole;\"5;6|7\t8,9\";\n"
                .replace(';', &delimiter.to_string());
        let sheet = good(text.as_bytes());
        assert_eq!(sheet.source.delimiter, Some(delimiter));
        assert_eq!(rows(&sheet)[0].1, ["Ada", "Byron", "1.234,50", "Rome, Italy"]);
    }
    // Excel says it itself; and a single column needs none.
    let sheet = good(b"sep=;\r\nFirst name;Last name\r\nAda;Byron\r\n");
    assert_eq!((sheet.source.delimiter, rows(&sheet)), (Some(';'), vec![(3, vec!["Ada", "Byron"])]));
    assert_eq!(good(b"First name\nAda, Countess\n").source.headers, ["First name"]);
}

#[test]
fn lines_are_those_of_the_file() {
    let text = "\n\nFirst name,Last name\nAda,\"By\nron\"\n\n,\nBen,Cole\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
        let lines: Vec<u32> = good(text.as_bytes()).table.rows().map(|r| r.line).collect();
        assert_eq!(lines, [4, 8], "{text:?}");
    }
}

#[test]
fn rows_of_another_width_are_kept_as_they_are() {
    let sheet = good(b"First name,Last name,Phone\nAda,Byron\nBen,Cole,1,2\nCy,Dunn,5,,\n");
    assert_eq!(sheet.table.rows().map(|r| r.width()).collect::<Vec<_>>(), [2, 4, 3]);
}

#[test]
fn what_is_no_table_says_so() {
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 512], wide("EncryptedPackage")].concat();
    let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect();
    let long = format!("First name,Last name\nAda,\"Byron\n{}", "Ben,Cole\n".repeat(5000));
    let many = format!("First name\n{}", "A\n".repeat(100_001));
    for (bytes, told) in [
        (b"".to_vec(), "empty"),
        (b"\xef\xbb\xbf \r\n\r\n".to_vec(), "empty"),
        (b",,\n,,\n".to_vec(), "empty"),
        (b"First name,Last name\n".to_vec(), "no rows"),
        (b"10001,Georgi,Facello,1953-09-02\n10002,Bezalel,Simmel,1964-06-02\n".to_vec(), "no header"),
        (b"1,2,3\n4,5,6\n".to_vec(), "no header"),
        (b"%PDF-1.7\n".to_vec(), "PDF"),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "picture"),
        (b"First name,Last name\nAda,By\0ron\n".to_vec(), "Line 2 holds a letter that no text has"),
        (noise, "This is no table"),
        (locked, "password"),
        (b"PK\x03\x04 and no more".to_vec(), "cannot be read"),
        (long.into_bytes(), "quotation mark"),
        // Too short to be a cell that is too long, and two people would be lost in it.
        (
            b"First name,Last name\nAda,\"Byron\nBen,Cole\nCy,Dee\n".to_vec(),
            "line 2 is never closed, so the 2 lines after it",
        ),
        (many.into_bytes(), "more than 100,000 rows"),
    ] {
        let message = bad(&bytes);
        assert!(message.contains(told), "{message} does not say {told}");
    }
}

#[test]
fn inches_in_the_last_line_and_cells_of_several_lines_are_no_broken_quotes() {
    for text in ["First name,Last name\nAda,Byron 5\" tall\n", "First name,Last name\nAda,\"By\n\"\"ron\"\"\"\n"] {
        assert_eq!(good(text.as_bytes()).table.len(), 1, "{text}");
    }
}

#[test]
fn quotation_marks_within_others_are_told() {
    let text =
        "First name,Last name\nAda,\"Ann \"the\" Boss\"\nBen,\"Cole, \"\"Jr\"\"\"\nCy,5\" tall\nDi,\"\"\nEd,\"x\"\r\n";
    let sheet = good(text.as_bytes());
    assert_eq!((sheet.source.odd_quotes, sheet.table.len()), (vec![2], 5));
}

#[test]
fn a_bomb_does_not_burst() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let packed = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("xl/workbook.xml", packed).expect("a part");
    std::io::Write::write_all(&mut zip, &vec![b' '; 1024 * 1024]).expect("room");
    let bytes = zip.finish().expect("an archive").into_inner();
    assert!(bytes.len() < 10_000);
    assert!(unpacks(&bytes, 1024 * 1024).is_ok());
    assert!(unpacks(&bytes, 1024 * 1024 - 1).expect_err("a bomb").0.contains("too large"));
}

/// A workbook of one row, with one shared text.
fn made(text: &str, row: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, body) in [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        ("xl/sharedStrings.xml", format!(r#"<sst xmlns="{main}"><si><t>{text}</t></si></sst>"#)),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="{main}"><sheetData>{row}</sheetData></worksheet>"#)),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut zip, body.as_bytes()).expect("room");
    }
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn a_long_text_is_refused_before_each_cell_copies_it() {
    let row = |cells: &str| format!(r#"<row r="1">{cells}</row>"#);
    let shared = |column: &str| format!(r#"<c r="{column}1" t="s"><v>0</v></c>"#);
    let long = bad(&made(&"a".repeat(1024 * 1024), &row(&(shared("A") + &shared("B")))));
    assert!(long.contains("longer than 32,767"), "{long}");
    let wide = bad(&made("Number", &row(&(shared("A") + &shared("WB")))));
    assert!(wide.contains("more than 500 columns"), "{wide}");
}

#[test]
fn a_workbook_is_read_like_its_csv() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").expect("a name");
    let sheet = book.add_worksheet().set_name("Staff").expect("a name");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, header) in (0..).zip(["Number", "First name", "Last name", "Start date", "Salary", ""]) {
        sheet.write(2, column, header).expect("a cell");
    }
    sheet.write(4, 0, 10_001).expect("a cell");
    sheet.write(4, 1, "Ada").expect("a cell");
    sheet.write(4, 2, "=cmd()").expect("a cell");
    sheet.write_with_format(4, 3, ExcelDateTime::from_ymd(1986, 6, 26).expect("a day"), &date).expect("a cell");
    sheet.write(4, 4, 0.1 + 0.2).expect("a cell");
    sheet.write(5, 1, "Ben").expect("a cell");
    book.add_worksheet();
    let bytes = book.save_to_buffer().expect("a workbook");
    let read = good(&bytes);
    assert_eq!(
        rows(&read),
        [(5, vec!["10001", "Ada", "=cmd()", "1986-06-26", "0.3"]), (6, vec!["", "Ben", "", "", ""])]
    );
    assert_eq!((read.source.sheet.as_deref(), read.source.more_sheets), (Some("Staff"), 1));
    assert_eq!(read.source.headers.len(), 5);
    assert!(bad(&Workbook::new().save_to_buffer().expect("a workbook")).contains("nothing in it"));
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
