//! Messages and answers of others, where they are kept beside the project: each is read within its time and memory, and what it says
//! anew is found. What people see as new of each answer was counted by eye.

use super::read;
use domain::inbound::fold;
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const MAIL: &str = "../../shared/data/mail";
/// What one message may take.
const TIME: Duration = Duration::from_millis(200);
const KILOBYTES: u64 = 64 * 1024;

fn samples(folder: &str) -> Vec<PathBuf> {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join(MAIL).join(folder);
    let mut all = vec![];
    if at.is_dir() {
        walk(&at, &mut all);
    } else {
        eprintln!("left out: there is no {MAIL}/{folder} here");
    }
    all.sort();
    all
}

fn walk(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => walk(&path, all),
            false if path.file_name().is_some_and(|n| n == "SOURCE.md") => {}
            false => all.push(path),
        }
    }
}

/// Kilobytes of a line of what the system says of this process.
fn memory(line: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|l| l.strip_prefix(line))?;
    value.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse().ok()
}

#[test]
fn each_message_is_read_within_its_time_and_memory() {
    let files = [samples("messages-a"), samples("messages-b")].concat();
    let (mut slowest, mut largest) = ((Duration::ZERO, PathBuf::new()), (0, PathBuf::new()));
    for file in &files {
        let raw = fs::read(file).expect("a file");
        // The most that it ever held is counted anew from here on.
        let counted = fs::write("/proc/self/clear_refs", "5").is_ok();
        let before = memory("VmRSS");
        // The machine may have been at something else: the shortest counts.
        let took = (0..3).map(|_| {
            let began = Instant::now();
            let _read = read(&raw);
            began.elapsed()
        });
        let took = took.min().expect("three of them");
        if took > slowest.0 {
            slowest = (took, file.clone());
        }
        if let (true, Some(before), Some(most)) = (counted, before, memory("VmHWM")) {
            let more = most.saturating_sub(before);
            if more > largest.0 {
                largest = (more, file.clone());
            }
        }
    }
    eprintln!("{} messages; the slowest {slowest:?}, the largest {largest:?} kB", files.len());
    // Where nothing was measured nothing is proven: some of so many take memory.
    assert!(files.is_empty() || slowest.0 > Duration::ZERO && largest.0 > 0, "{slowest:?} {largest:?}");
    assert!(slowest.0 <= TIME && largest.0 <= KILOBYTES, "{slowest:?} {largest:?}");
}

#[test]
fn what_is_new_in_an_answer_is_found() {
    let files = samples("replies");
    if files.is_empty() {
        return;
    }
    let (mut right, mut wrong) = (0, vec![]);
    for (name, lines) in NEW {
        let file = files.iter().find(|f| f.ends_with(name)).unwrap_or_else(|| panic!("{name} is not among them"));
        let text = text(file, name);
        let fresh = fold(&text).fresh;
        let found = fresh.lines().filter(|l| !l.trim().is_empty()).count();
        match found == *lines {
            true => right += 1,
            false => wrong.push(format!("{name}: {found} lines for {lines}")),
        }
    }
    let share = right * 1000 / NEW.len();
    eprintln!("{right} of {} answers ({}.{} %); not: {wrong:#?}", NEW.len(), share / 10, share % 10);
    assert!(share >= 900, "{wrong:#?}");
}

fn text(file: &Path, name: &str) -> String {
    let raw = fs::read(file).expect("a file");
    let kind = if name.ends_with(".html") { "text/html" } else { "text/plain" };
    let whole = match name.ends_with(".eml") {
        true => raw,
        false => {
            [format!("From: a@b.example\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n").into_bytes(), raw].concat()
        }
    };
    read(&whole).expect("a message").letter.text
}

/// Each answer, and how many of its lines are new.
const NEW: &[(&str, usize)] = &[
    ("crisp/correct_sig.txt", 1),
    ("crisp/email_1.txt", 5),
    ("crisp/email_10.txt", 5),
    ("crisp/email_11.txt", 5),
    ("crisp/email_12.txt", 5),
    ("crisp/email_13.txt", 5),
    ("crisp/email_14.txt", 5),
    ("crisp/email_15.txt", 5),
    ("crisp/email_16.txt", 5),
    ("crisp/email_17.txt", 5),
    ("crisp/email_18.txt", 5),
    ("crisp/email_19.txt", 1),
    ("crisp/email_2.txt", 24),
    ("crisp/email_20.txt", 1),
    ("crisp/email_21.txt", 497),
    ("crisp/email_22.txt", 5),
    ("crisp/email_23.txt", 5),
    ("crisp/email_24.txt", 5),
    ("crisp/email_25.txt", 5),
    ("crisp/email_26.txt", 5),
    ("crisp/email_2_1.txt", 1),
    ("crisp/email_3.txt", 3),
    ("crisp/email_4.txt", 1),
    ("crisp/email_5.txt", 12),
    ("crisp/email_6.txt", 1),
    ("crisp/email_7.txt", 5),
    ("crisp/email_8.txt", 5),
    ("crisp/email_9.txt", 5),
    ("crisp/email_blackberry.txt", 1),
    ("crisp/email_bullets.txt", 5),
    ("crisp/email_custom_quote_header.txt", 1),
    ("crisp/email_customer_quote_header_2.txt", 1),
    ("crisp/email_customer_quote_header_3.txt", 3),
    ("crisp/email_danish_dash_separator.txt", 5),
    ("crisp/email_emoji.txt", 1),
    ("crisp/email_en_multiline_2.txt", 5),
    ("crisp/email_finnish.txt", 5),
    ("crisp/email_fr_multiline.txt", 5),
    ("crisp/email_french_2.txt", 5),
    ("crisp/email_french_dash_separator.txt", 5),
    ("crisp/email_german.txt", 5),
    ("crisp/email_german_2.txt", 5),
    ("crisp/email_german_3.txt", 5),
    ("crisp/email_german_outlook.txt", 5),
    ("crisp/email_gmail_split_line_from.txt", 5),
    ("crisp/email_ios_outlook.txt", 5),
    ("crisp/email_ios_outlook_fr.txt", 5),
    ("crisp/email_iphone.txt", 1),
    ("crisp/email_italian.txt", 5),
    ("crisp/email_msn.txt", 5),
    ("crisp/email_multi_word_sent_from_my_mobile_device.txt", 1),
    ("crisp/email_norwegian_gmail.txt", 5),
    ("crisp/email_not_a_signature.txt", 9),
    ("crisp/email_not_a_signature_2.txt", 7),
    ("crisp/email_one_is_not_on.txt", 3),
    ("crisp/email_original_message.txt", 5),
    ("crisp/email_original_message_2.txt", 5),
    ("crisp/email_outlook_split_line_from.txt", 5),
    ("crisp/email_portuguese.txt", 5),
    ("crisp/email_reply_header.txt", 6),
    ("crisp/email_russian.txt", 5),
    ("crisp/email_sent_from.txt", 1),
    ("crisp/email_sent_from_my_not_signature.txt", 2),
    ("crisp/email_thread.txt", 1),
    ("crisp/email_tricky_10_special_chars_in_name.txt", 5),
    ("crisp/email_tricky_11_double_signature.txt", 1),
    ("crisp/email_tricky_12_no_space_after_header.txt", 5),
    ("crisp/email_tricky_13_timestamp_variations.txt", 7),
    ("crisp/email_tricky_14_long_quote_header.txt", 5),
    ("crisp/email_tricky_15_original_message_variations.txt", 5),
    ("crisp/email_tricky_16_unicode_signatures.txt", 1),
    ("crisp/email_tricky_17_forward_header.txt", 1),
    ("crisp/email_tricky_18_inline_reply.txt", 7),
    ("crisp/email_tricky_19_quote_without_header.txt", 8),
    ("crisp/email_tricky_1_on_false_positive.txt", 4),
    ("crisp/email_tricky_20_html_entities.txt", 2),
    ("crisp/email_tricky_2_url_with_wrote.txt", 3),
    ("crisp/email_tricky_3_code_block.txt", 10),
    ("crisp/email_tricky_4_from_in_body.txt", 3),
    ("crisp/email_tricky_5_mixed_languages.txt", 5),
    ("crisp/email_tricky_6_regards_in_sentence.txt", 4),
    ("crisp/email_tricky_7_multiple_dashes.txt", 9),
    ("crisp/email_tricky_8_sent_from_in_content.txt", 3),
    ("crisp/email_tricky_9_nested_quotes.txt", 1),
    ("crisp/email_unquoted_reply.txt", 1),
    ("crisp/email_with_date_headers.txt", 3),
    ("crisp/email_with_from_headers.txt", 2),
    ("crisp/email_with_regards.txt", 3),
    ("crisp/email_zoho.txt", 2),
    ("crisp/sig_no_empty_line.txt", 1),
    ("talon/OLK_SRC_BODY_SECTION.html", 1),
    ("talon/html_replies/gmail.html", 1),
    ("talon/html_replies/hotmail.html", 1),
    ("talon/html_replies/mail_ru.html", 1),
    ("talon/html_replies/ms_outlook_2003.html", 1),
    ("talon/html_replies/ms_outlook_2007.html", 1),
    ("talon/html_replies/ms_outlook_2010.html", 1),
    ("talon/html_replies/thunderbird.html", 1),
    ("talon/html_replies/windows_mail.html", 1),
    ("talon/html_replies/yandex_ru.html", 1),
    ("talon/reply-quotations-share-block.eml", 2),
    ("talon/reply-separated-by-hr.html", 2),
    ("talon/signature/emails/P/102682_R_S", 2),
    ("talon/signature/emails/P/johndoeexamplecom_body", 18),
    ("talon/signature/emails/P/unicode_msg", 6),
    ("talon/signature/emails/stripped/camel_case_body", 6),
    ("talon/signature/emails/stripped/jeff_body", 2),
    ("talon/signature/emails/stripped/johndoeexamplecom_body", 18),
    ("talon/signature/emails/stripped/long_body", 3),
    ("talon/signature/emails/stripped/short_url_body", 2),
    ("talon/signature/emails/stripped/sparse_body", 3),
    ("talon/standard_replies/android.eml", 1),
    ("talon/standard_replies/aol.eml", 1),
    ("talon/standard_replies/apple_mail.eml", 1),
    ("talon/standard_replies/apple_mail_2.eml", 1),
    ("talon/standard_replies/comcast.eml", 1),
    ("talon/standard_replies/gmail.eml", 1),
    ("talon/standard_replies/hotmail.eml", 1),
    ("talon/standard_replies/iphone.eml", 1),
    ("talon/standard_replies/iphone_reply_text", 1),
    ("talon/standard_replies/outlook.eml", 1),
    ("talon/standard_replies/sparrow.eml", 1),
    ("talon/standard_replies/sparrow_reply_text", 1),
    ("talon/standard_replies/thunderbird.eml", 1),
    ("talon/standard_replies/yahoo.eml", 1),
];
