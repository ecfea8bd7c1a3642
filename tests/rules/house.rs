//! Rules about the source itself. Each list of exceptions may only shrink: what needs no exception any more must go.

use std::{
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Files longer than 600 lines, and why.
const LONG: &[(&str, &str)] = &[];

/// Where markup may be taken as it is, and why.
const TRUSTED: &[(&str, &str)] = &[
    ("views/src/gallery.rs", "shows a page's head inside of a page, which has its one h1 already"),
    (
        "views/src/hr/careers/machine.rs",
        "JSON in a data block, with no `<` in it, and an element that HTML takes for a void one",
    ),
    ("views/src/inbound.rs", "what strangers wrote as HTML, cleaned before it was kept"),
    ("views/src/mail/paper.rs", "the style sheet of mail programs that are dark"),
];

/// Where a style may be inline, and why.
const INLINE: &[(&str, &str)] = &[
    ("views/src/mail/", "mail programs know no style sheets"),
    ("views/src/ui/attrs.rs", "where such attributes are refused"),
];

/// Where a float is named, and why.
const FLOATS: &[(&str, &str)] = &[
    ("domain/src/import.rs", "whether a cell is a number for Excel; no amount is read so"),
    ("domain/src/colour.rs", "how bright a colour is; no amount"),
];

/// Where a noun has no file at its path, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "store/src/workspace/",
        "who is who is known before a workspace is: store/src/identity.rs and store/src/workspace.rs",
    ),
    ("store/src/automation/", "what a definition is made of is the domain's alone"),
    ("views/src/automation/", "as above; people and merge fields are parts of other pages"),
    ("src/automation/", "as above"),
    ("store/src/support/language", "a guess of the domain's alone"),
    ("store/src/support/snooze", "it is a field of a ticket: store/src/support/tickets/snooze.rs"),
    ("store/src/support/sla", "the clocks of tickets are store/src/support/clocks.rs"),
    ("views/src/support/", "messages and clocks are parts of a ticket's page, the rest are settings of support"),
    ("src/support/", "as above"),
    ("src/hr/timeline.rs", "its lines are told on the page of the record: src/hr/employees.rs"),
    ("src/crm/timeline.rs", "as above: src/crm/customers.rs and src/crm/contacts.rs"),
    ("store/src/hr/payroll", "the engine thinks before anything is kept: its tables, jobs and pages stand on it"),
    ("views/src/hr/payroll", "as above"),
    ("src/hr/payroll", "as above"),
    ("tests/hr/payroll", "as above; its golden cases and properties are beside the code"),
    ("store/src/hr/reviews", "as the engine of payroll: its rules come first"),
    ("views/src/hr/reviews", "as above"),
    ("src/hr/reviews", "as above"),
    ("tests/hr/reviews", "as above"),
    ("tests/support/", "stories of the desk, which go through several nouns, are tests/tickets"),
    ("tests/automation/", "stories of the engine and of the screens, which go through several nouns"),
];

struct Source {
    /// From the root: `src/web/form.rs`.
    path: String,
    /// Without unit tests.
    text: String,
    lines: usize,
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

/// Product code: what is built into the server.
fn sources() -> Vec<Source> {
    let mut found = vec![];
    for folder in ["domain/src", "store/src", "views/src", "jobs/src", "src"] {
        files(&Path::new(ROOT).join(folder), ".rs", &mut found);
    }
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        let lines = text.lines().count();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        Source { path: path.strip_prefix(ROOT).expect("below the root").display().to_string(), text, lines }
    };
    found.into_iter().map(read).filter(|s| !s.path.ends_with("_tests.rs")).collect()
}

/// Lines with one of these words, outside of comments; without those on the list, which must all be needed.
fn offenders(sources: &[Source], words: &[&str], listed: &[(&str, &str)]) -> Vec<String> {
    let mut found = vec![];
    let mut used = vec![];
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            let code = line.split("// ").next().unwrap_or_default();
            if line.trim_start().starts_with("//") || !words.iter().any(|w| code.contains(w)) {
                continue;
            }
            match listed.iter().find(|(path, _)| source.path.starts_with(path)) {
                Some((path, _)) => used.push(*path),
                None => found.push(format!("{}:{}: {}", source.path, number + 1, line.trim())),
            }
        }
    }
    for (path, why) in listed {
        assert!(used.contains(path), "{path} ({why}) needs no exception any more: take it off the list");
    }
    found
}

#[test]
fn product_code_does_not_give_up_without_words() {
    let sources = sources();
    assert!(sources.len() > 80, "only {} files were found", sources.len());
    let words = [".unwrap()", "todo!", "unimplemented!", "dbg!(", ".expect(\"\")", "panic!("];
    assert_eq!(offenders(&sources, &words, &[]), [""; 0]);
    // An expectation says why it holds; a word or two do not.
    let short = |line: &str| {
        line.split(".expect(\"").nth(1).and_then(|l| l.split('"').next()).is_some_and(|w| w.split(' ').count() < 2)
    };
    let mute: Vec<_> = sources
        .iter()
        .flat_map(|s| s.text.lines().filter(|l| short(l)).map(move |l| format!("{}: {}", s.path, l.trim())))
        .collect();
    assert_eq!(mute, [""; 0], "an invariant in words");
}

#[test]
fn pages_have_no_inline_style_or_script() {
    let views: Vec<_> =
        sources().into_iter().filter(|s| s.path.starts_with("views/") || s.path.starts_with("src/")).collect();
    let words = [" style=", "\"style\"", "onclick", "onchange", "onsubmit", "onload", "hx-on", "js:", "javascript:"];
    let allowed = |line: &String| line.contains("safe_href") || line.contains("\"javascript:");
    let found: Vec<_> = offenders(&views, &words, INLINE).into_iter().filter(|l| !allowed(l)).collect();
    assert_eq!(found, [""; 0], "the content security policy forbids it");
}

#[test]
fn only_components_take_markup_as_it_is() {
    let others: Vec<_> = sources().into_iter().filter(|s| !s.path.starts_with("views/src/ui/")).collect();
    assert_eq!(offenders(&others, &["PreEscaped"], TRUSTED), [""; 0]);
}

/// Whatever can be printed is, one day, in a log.
#[test]
fn what_holds_a_secret_cannot_be_printed() {
    let secrets = ["database_url:", "redis_url:", "secret_key:", "smtp_url:", "password_hash:"];
    let mut holders = 0;
    for source in sources() {
        for (start, _) in source.text.match_indices("pub struct ") {
            let body = source.text[start..].split("\n}").next().unwrap_or_default();
            if !secrets.iter().any(|s| body.contains(s)) {
                continue;
            }
            holders += 1;
            let before = source.text[..start].lines().rev().take_while(|l| l.starts_with("#[") || l.starts_with("///"));
            let printed = before.into_iter().any(|l| l.contains("Debug") || l.contains("Serialize"));
            assert!(!printed, "{}: {}", source.path, body.lines().next().unwrap_or_default());
        }
    }
    assert!(holders >= 3, "only {holders} were found");
}

#[test]
fn no_float_comes_near_money() {
    let money: Vec<_> =
        sources().into_iter().filter(|s| s.path.starts_with("domain/") || s.path.starts_with("store/")).collect();
    assert_eq!(offenders(&money, &["f32", "f64"], FLOATS), [""; 0]);
    let mut migrations = vec![];
    files(&Path::new(ROOT).join("migrations"), ".sql", &mut migrations);
    for path in migrations {
        let text = fs::read_to_string(&path).expect("a migration").to_lowercase();
        let float = text.lines().find(|l| {
            !l.trim_start().starts_with("--")
                && ["double precision", " real", "float", " money"].iter().any(|w| l.contains(w))
        });
        assert_eq!(float, None, "{}", path.display());
    }
}

#[test]
fn a_file_holds_one_subject() {
    for (path, why) in LONG {
        let long = sources().iter().any(|s| s.path == *path && s.lines > 600);
        assert!(long, "{path} ({why}) is short enough: take it off the list");
    }
    let long: Vec<_> = sources()
        .into_iter()
        .filter(|s| s.lines > 600 && !LONG.iter().any(|(path, _)| *path == s.path))
        .map(|s| format!("{}: {} lines", s.path, s.lines))
        .collect();
    assert_eq!(long, [""; 0], "split by noun, then by aspect");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|s| s.text.contains("fn ") && !s.text.starts_with("//!"))
        .map(|s| s.path)
        .collect();
    assert_eq!(silent, [""; 0]);
}

#[test]
fn every_migration_says_why() {
    let mut migrations = vec![];
    files(&Path::new(ROOT).join("migrations"), ".sql", &mut migrations);
    assert!(migrations.len() > 4);
    for path in migrations {
        let text = fs::read_to_string(&path).expect("a migration");
        assert!(text.starts_with("-- ") && text.lines().next().is_some_and(|l| l.len() > 20), "{}", path.display());
    }
}

#[test]
fn assets_are_named_by_what_is_in_them() {
    // `views::assets` has the names with their fingerprints; a path written by hand would be cached for ever.
    let listed = [
        ("src/web/assets.rs", "the route that serves them"),
        ("views/src/assets.rs", "where the names are made"),
        ("domain/src/paths.rs", "what a company owns is called so, too"),
    ];
    let found = offenders(&sources(), &["/assets/"], &listed);
    let found: Vec<_> = found.into_iter().filter(|l| !l.contains("include!") && !l.contains("include_")).collect();
    assert_eq!(found, [""; 0]);
}

/// The gallery shows them all; it does not need them.
#[test]
fn each_icon_of_the_sprite_is_in_use() {
    let mut icons = vec![];
    files(&Path::new(ROOT).join("assets/vendor/icons"), ".svg", &mut icons);
    let pages: Vec<_> = sources().into_iter().filter(|s| s.path != "views/src/gallery.rs").collect();
    let mut used: Vec<&str> = pages.iter().flat_map(|s| s.text.split("Icon::").skip(1)).collect();
    used.iter_mut().for_each(|t| *t = t.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default());
    let name = |path: &PathBuf| path.file_stem().expect("it has one").to_string_lossy().into_owned();
    let variant = |name: &str| -> String {
        let upper = |w: &str| w[..1].to_uppercase() + &w[1..];
        name.split('-').map(upper).collect()
    };
    let idle: Vec<_> = icons.iter().map(name).filter(|n| !used.contains(&variant(n).as_str())).collect();
    assert!(icons.len() > 20, "only {} were found", icons.len());
    assert_eq!(idle, [""; 0], "take them off the list in bin/vendor, and their files away");
}

/// A setting that is documented is read, and the other way round.
#[test]
fn the_example_of_settings_has_those_that_are_read() {
    let file = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).expect("a file");
    let setting = |n: &&str| n.len() > 3 && n.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let source = file("src/config.rs") + &file("src/cli.rs");
    let mut read: Vec<_> = source.split('"').filter(setting).collect();
    let example = file(".env.example");
    let names = example.lines().filter_map(|l| l.split_once('=')).map(|(name, _)| name.trim_start_matches('#'));
    let mut told: Vec<_> = names.filter(setting).collect();
    // `seed demo` takes it from the environment of that one command.
    read.retain(|n| *n != "DEMO_PASSWORD");
    read.sort();
    read.dedup();
    told.sort();
    assert_eq!(told, read, "left: .env.example");
    let readme = file("README.md");
    let missing: Vec<_> = read.iter().filter(|n| !readme.contains(&format!("`{n}`"))).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "in the README's table");
}

/// One noun, one path, in every tree; so `bin/where` finds it, and so do people.
#[test]
fn a_noun_has_the_same_path_in_every_tree() {
    let mut found = vec![];
    files(&Path::new(ROOT).join("domain/src"), ".rs", &mut found);
    let inside = |path: PathBuf| {
        path.strip_prefix(Path::new(ROOT).join("domain/src")).expect("it was found there").display().to_string()
    };
    // Of a department, and no aspect of a noun. Imports, paths, custom fields and mail that comes in serve several nouns, and
    // stand beside the departments.
    let beside = |p: &String| ["import/", "paths/", "custom_fields/", "inbound/"].iter().any(|dir| p.starts_with(dir));
    let noun = |p: &String| p.matches('/').count() == 1 && !beside(p);
    let nouns: Vec<_> = found.into_iter().map(inside).filter(noun).collect();
    assert!(["hr/employees.rs", "crm/customers.rs"].iter().all(|n| nouns.contains(&(*n).into())), "{nouns:?}");
    let trees = ["domain/src", "store/src", "views/src", "src", "tests"];
    let places = nouns.iter().flat_map(|noun| trees.map(|tree| format!("{tree}/{noun}")));
    let empty: Vec<_> = places.filter(|place| !Path::new(ROOT).join(place).is_file()).collect();
    for (place, why) in ELSEWHERE {
        let needed = empty.iter().any(|p| p.starts_with(place));
        assert!(needed, "{place} ({why}) needs no exception any more: take it off the list");
    }
    let missing: Vec<_> = empty.iter().filter(|p| !ELSEWHERE.iter().any(|(place, _)| p.starts_with(place))).collect();
    assert_eq!(missing, [""; 0]);
}
