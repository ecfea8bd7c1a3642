//! Files that are not what they say, are too much, or come while the storage is away.

use super::{PDF, upload};
use crate::support::{Browser, Company, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::EmployeeId;
use jobs::storage::Place;
use std::path::PathBuf;

async fn at_documents(company: &Company<'_>) -> (EmployeeId, Browser) {
    company.kind("Certificate").await;
    let ada = company.employee(&[]).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    (ada, owner)
}

fn folder(app: &TestApp) -> PathBuf {
    match &app.config.storage {
        Place::Folder(path) => path.clone(),
        Place::Bucket(_) => panic!("tests keep files in a folder"),
    }
}

/// Objects of the workspace in the storage.
fn kept(app: &TestApp, company: &Company<'_>) -> usize {
    std::fs::read_dir(folder(app).join(company.tenant.to_string())).map_or(0, Iterator::count)
}

const TYPED: &[(&str, &str)] = &[("kind", "Certificate"), ("title", "First aid"), ("expires", "2030-01-01")];

#[tokio::test]
async fn what_a_file_is_its_content_says() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, mut owner) = at_documents(&company).await;
    // A bomb: an archive whose first entry says that it unpacks to four gigabytes.
    let mut bomb = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".to_vec();
    bomb.extend([0; 4]);
    bomb.extend(1_000_u32.to_le_bytes());
    bomb.extend(u32::MAX.to_le_bytes());
    bomb.extend([4, 0, 0, 0]);
    bomb.extend(b"zero");
    bomb.extend([0; 1_000]);
    for (name, bytes, words) in [
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(), "HTML, SVG"),
        ("photo.png", b"<?xml version='1.0'?><svg onload=alert(1)/>".to_vec(), "HTML, SVG"),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>".to_vec(), "HTML, SVG"),
        ("everything.docx", bomb, "archive"),
        ("setup.pdf", b"MZ\x90\0\x03\0\0\0".to_vec(), "not kept here"),
        ("empty.pdf", vec![], "empty"),
    ] {
        let page = upload(&mut owner, "Add", TYPED, name, bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {page}");
        assert!(page.error("file").contains(words), "{name}: {}", page.error("file"));
        assert_eq!((page.value("title"), page.value("expires")), ("First aid".into(), "2030-01-01".into()), "{name}");
    }
    assert_eq!(kept(&app, &company), 0);
    // What is a text is one whatever it is called, and goes out as one.
    let page = upload(&mut owner, "Add", TYPED, "script.html", b"Just words.".to_vec()).await;
    assert!(page.says("“First aid” was added."), "{page}");
    let path = page.link("script.html.txt").expect("its file");
    let file = owner.request(axum::http::Method::GET, &format!("{path}?show=1"), &[], vec![]).await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment"), "{}", file.header("content-disposition"));
    app.run_jobs().await;
}

#[tokio::test]
async fn two_hundred_megabytes_are_refused_and_nothing_of_them_is_kept() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, mut owner) = at_documents(&company).await;
    let mut large = PDF.to_vec();
    large.resize(200 * 1024 * 1024, b' ');
    let page = upload(&mut owner, "Add", TYPED, "everything.pdf", large).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("file").contains("larger than 25 MB"), "{}", page.error("file"));
    assert_eq!(page.value("title"), "First aid");
    assert_eq!(kept(&app, &company), 0);
    // One that does not say how long it is, is found out on its way.
    let form = owner.form("Add").set("kind", "Certificate").set("title", "First aid").set("expires", "2030-01-01");
    let mut large = PDF.to_vec();
    large.resize(26 * 1024 * 1024, b' ');
    let page = owner.send_once(&form.file("file", "everything.pdf", large), &[("content-length", "0")]).await;
    assert!(page.error("file").contains("larger than 25 MB"), "{page}");
    assert_eq!(kept(&app, &company), 0);
    // And the largest that may be is taken.
    let mut large = PDF.to_vec();
    large.resize(25 * 1024 * 1024, b' ');
    let page = upload(&mut owner, "Add", TYPED, "everything.pdf", large).await;
    assert!(page.says("“First aid” was added."), "{page}");
    assert_eq!(kept(&app, &company), 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_storage_that_is_away_loses_nothing_and_heals_by_itself() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, mut owner) = at_documents(&company).await;
    let (before, file) = company.document(ada, "Certificate", "There before", None).await;
    // The disk is gone: a file stands where the folder was.
    let (place, aside) = (folder(&app), folder(&app).with_extension("aside"));
    std::fs::rename(&place, &aside).expect("a folder");
    std::fs::write(&place, "in the way").expect("a file");
    owner.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    let page = upload(&mut owner, "Add", TYPED, "a.pdf", PDF).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
    assert!(page.error("file").contains("what you typed is still here"), "{}", page.error("file"));
    assert_eq!(page.value("title"), "First aid");
    // Half way: larger than what is held in memory, so that the storage fails in the middle.
    let mut large = PDF.to_vec();
    large.resize(12 * 1024 * 1024, b' ');
    let page = upload(&mut owner, "Add", &[], "b.pdf", large).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
    // What is there cannot be opened, and says so; the rest of the product goes on.
    let opened = owner.get(&company.at(&format!("/files/{file}"))).await;
    assert!(
        opened.status == StatusCode::SERVICE_UNAVAILABLE && opened.says("storage of files cannot be reached"),
        "{opened}"
    );
    let page = owner.get(&company.at(&format!("/hr/documents/{before}"))).await;
    assert!(page.status == StatusCode::OK && page.says("There before"), "{page}");
    let page = owner.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    assert!(!page.rows().concat().concat().contains("First aid"), "no row without its file: {page}");
    // It is back.
    std::fs::remove_file(&place).expect("a file");
    std::fs::rename(&aside, &place).expect("a folder");
    let page = upload(&mut owner, "Add", TYPED, "a.pdf", PDF).await;
    assert!(page.says("“First aid” was added."), "{page}");
    assert_eq!(owner.get(&company.at(&format!("/files/{file}"))).await.status, StatusCode::OK);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_bucket_that_cannot_be_reached_is_told_of_soon() {
    let app = TestApp::with(|s| s.storage_url = Some("s3://people?endpoint=http://127.0.0.1:9".into())).await;
    let company = app.company("acme").await;
    let (_, mut owner) = at_documents(&company).await;
    let begun = std::time::Instant::now();
    let page = upload(&mut owner, "Add", TYPED, "a.pdf", PDF).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
    assert_eq!(page.value("title"), "First aid");
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    app.run_jobs().await;
}

#[tokio::test]
async fn what_never_became_a_file_is_swept_and_what_did_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, mut owner) = at_documents(&company).await;
    company.document(ada, "Certificate", "Stays", None).await;
    // A file that has arrived, and an answer that was wrong.
    let page = upload(&mut owner, "Add", &[("kind", "Certificate"), ("expires", "never")], "a.pdf", PDF).await;
    assert!(page.error("file").contains("again"), "{page}");
    assert_eq!(kept(&app, &company), 2);
    let sweep = async || {
        jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
        app.run_jobs().await;
    };
    sweep().await;
    assert_eq!(kept(&app, &company), 2, "it may still be on its way");
    app.clock.advance(Duration::days(2));
    sweep().await;
    assert_eq!(kept(&app, &company), 1);
}
