//! Makes `views::assets`: every file a browser asks for, named by its content, compressed once.
//!
//! - `assets/vendor/tabler.css` and `assets/css/*.css` (in the order of their names) are one sheet;
//! - `assets/vendor/icons/*.svg` are one sprite, and the `Icon` enum;
//! - `app.js`, and `focus.js` and `board.js` behind it, are one script; htmx and the favicon are themselves.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../assets");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo:rerun-if-changed={}", root.display());
    println!("cargo:rerun-if-changed=build.rs");

    let icons = icons(&root.join("vendor/icons"));
    let files = [
        File::new("APP_CSS", "app", "css", "text/css; charset=utf-8", stylesheet(&root).into_bytes()),
        File::new(
            "HTMX_JS",
            "htmx",
            "js",
            "text/javascript; charset=utf-8",
            read(&root.join("vendor/htmx.min.js")).into_bytes(),
        ),
        File::new(
            "APP_JS",
            "app",
            "js",
            "text/javascript; charset=utf-8",
            script(&["app.js", "focus.js", "board.js"].map(|name| read(&root.join(name))).concat()).into_bytes(),
        ),
        File::new("ICONS_SVG", "icons", "svg", "image/svg+xml", sprite(&icons).into_bytes()),
        File::new("FAVICON_SVG", "favicon", "svg", "image/svg+xml", read(&root.join("favicon.svg")).into_bytes()),
    ];

    let mut code = String::new();
    let mut keep = Vec::new();
    for file in &files {
        file.compress(&out, &mut keep);
        file.declare(&mut code);
    }
    let names: Vec<&str> = files.iter().map(|f| f.konst).collect();
    writeln!(code, "static ALL: [Asset; {}] = [", files.len()).expect("strings grow");
    for file in &files {
        file.list(&mut code);
    }
    writeln!(code, "];\n// {}", names.join(" ")).expect("strings grow");
    icon_enum(&icons, &mut code);
    fs::write(out.join("assets.rs"), code).expect("OUT_DIR can be written");
    sweep(&out, &keep);
}

struct File {
    konst: &'static str,
    name: String,
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl File {
    fn new(konst: &'static str, stem: &str, ext: &str, content_type: &'static str, bytes: Vec<u8>) -> Self {
        let hash: String = Sha256::digest(&bytes).iter().take(6).fold(String::new(), |mut s, b| {
            write!(s, "{b:02x}").expect("strings grow");
            s
        });
        Self { konst, name: format!("{stem}.{hash}.{ext}"), content_type, bytes }
    }

    /// Slow at the best quality, so done once for each content: the name is its hash.
    fn compress(&self, out: &Path, keep: &mut Vec<String>) {
        let plain = out.join(&self.name);
        let br = out.join(format!("{}.br", self.name));
        let gz = out.join(format!("{}.gz", self.name));
        for path in [&plain, &br, &gz] {
            keep.push(path.file_name().expect("it has one").to_string_lossy().into_owned());
        }
        if gz.exists() && br.exists() && plain.exists() {
            return;
        }
        fs::write(&plain, &self.bytes).expect("OUT_DIR can be written");
        let mut small = Vec::new();
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            size_hint: self.bytes.len(),
            ..Default::default()
        };
        brotli::BrotliCompress(&mut self.bytes.as_slice(), &mut small, &params).expect("memory doesn't fail");
        fs::write(&br, small).expect("OUT_DIR can be written");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&self.bytes).expect("memory doesn't fail");
        fs::write(&gz, gzip.finish().expect("memory doesn't fail")).expect("OUT_DIR can be written");
    }

    fn declare(&self, code: &mut String) {
        writeln!(code, "pub const {}: &str = \"/assets/{}\";", self.konst, self.name).expect("strings grow");
    }

    fn list(&self, code: &mut String) {
        writeln!(
            code,
            "    Asset {{ path: {k}, content_type: {t:?}, bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{n}\")), \
             br: Some(include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{n}.br\"))), \
             gz: Some(include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{n}.gz\"))) }},",
            k = self.konst,
            t = self.content_type,
            n = self.name,
        )
        .expect("strings grow");
    }
}

/// Files of contents that are gone.
fn sweep(out: &Path, keep: &[String]) {
    for entry in fs::read_dir(out).expect("OUT_DIR can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != "assets.rs" && !keep.contains(&name) {
            // A leftover costs nothing but room.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn sorted(dir: &Path, ext: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == ext))
        .collect();
    paths.sort();
    paths
}

fn stylesheet(root: &Path) -> String {
    let mut css = String::new();
    let tabler = root.join("vendor/tabler.css");
    for path in std::iter::once(tabler).chain(sorted(&root.join("css"), "css")) {
        css.push_str(&minify(&read(&path)));
    }
    css
}

/// Takes comments and indentation away; brotli does the rest. Strings are left alone.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    out.push_str(rest);
    let mut small = String::with_capacity(out.len());
    for line in out.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let line = line.strip_suffix(" {").map_or_else(|| line.to_owned(), |l| format!("{l}{{"));
        match line.split_once(": ") {
            Some((name, value))
                if line.ends_with(';')
                    && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') =>
            {
                small.push_str(name);
                small.push(':');
                small.push_str(value);
            }
            _ => {
                small.push_str(&line);
                // A selector or value that goes on in the next line needs its space.
                if !line.ends_with(['{', '}', ';', ',']) {
                    small.push(' ');
                }
            }
        }
    }
    small.replace(";}", "}")
}

/// Comments that stand on lines of their own aren't sent.
fn script(js: &str) -> String {
    js.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//")).fold(String::new(), |mut all, line| {
        all.push_str(line);
        all.push('\n');
        all
    })
}

/// (name, what is inside the `svg`) of each icon.
fn icons(dir: &Path) -> Vec<(String, String)> {
    sorted(dir, "svg")
        .into_iter()
        .map(|path| {
            let svg = read(&path);
            let name = path.file_stem().expect("it has one").to_string_lossy().into_owned();
            let start = svg.find("<svg").and_then(|s| svg[s..].find('>').map(|e| s + e + 1)).expect("an svg");
            let end = svg.rfind("</svg>").expect("an svg");
            let inside: String = svg[start..end]
                .lines()
                .map(str::trim)
                .filter(|l| !l.contains("M0 0h24v24H0z"))
                .collect::<String>()
                .replace(" />", "/>");
            (name, inside)
        })
        .collect()
}

fn sprite(icons: &[(String, String)]) -> String {
    let mut svg = String::from(r#"<svg xmlns="http://www.w3.org/2000/svg">"#);
    for (name, inside) in icons {
        write!(svg, r#"<symbol id="{name}" viewBox="0 0 24 24">{inside}</symbol>"#).expect("strings grow");
    }
    svg.push_str("</svg>");
    svg
}

fn icon_enum(icons: &[(String, String)], code: &mut String) {
    let variant = |name: &str| -> String {
        name.split('-')
            .map(|w| {
                w.chars().next().into_iter().flat_map(char::to_uppercase).chain(w.chars().skip(1)).collect::<String>()
            })
            .collect()
    };
    code.push_str("/// The icons of the sprite; a file in `assets/vendor/icons` makes one (see `bin/vendor`).\n");
    code.push_str("#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Icon {\n");
    for (name, _) in icons {
        writeln!(code, "    {},", variant(name)).expect("strings grow");
    }
    code.push_str("}\n\nimpl Icon {\n    pub const ALL: &'static [Icon] = &[");
    for (name, _) in icons {
        write!(code, "Icon::{}, ", variant(name)).expect("strings grow");
    }
    code.push_str(
        "];\n\n    /// Its id in the sprite.\n    pub fn name(self) -> &'static str {\n        match self {\n",
    );
    for (name, _) in icons {
        writeln!(code, "            Icon::{} => {name:?},", variant(name)).expect("strings grow");
    }
    code.push_str("        }\n    }\n}\n");
}
