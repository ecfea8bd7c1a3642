//! A mailbox as others run them: Dovecot, with a certificate of its own making, which goes with the test; and a mail server that
//! takes what we send.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

pub const USER: &str = "help@acme.example";
pub const PASSWORD: &str = "of \"tests\" ü";
/// How long a server may take to come up, or to go.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

pub struct Dovecot {
    pub home: PathBuf,
    pub tls: u16,
    pub starttls: u16,
    program: PathBuf,
    child: Option<Child>,
}

impl Dovecot {
    pub fn start() -> Self {
        let program = std::env::var("PEOPLE360_TEST_DOVECOT")
            .expect("PEOPLE360_TEST_DOVECOT names no Dovecot to read mail from: run bin/test, which installs one");
        let home = std::env::temp_dir().join(format!("people360-imap-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(home.join("mail")).expect("a directory");
        certificate(&home);
        let (tls, starttls) = (free_port(), free_port());
        let mut server = Self { home, tls, starttls, program: program.into(), child: None };
        server.configure();
        server.up();
        server
    }

    /// The file that makes its certificate one that is trusted.
    pub fn authority(&self) -> PathBuf {
        self.home.join("certificate.pem")
    }

    fn configure(&self) {
        let (home, tls, starttls) = (self.home.display(), self.tls, self.starttls);
        let root = output(Command::new("id").arg("-u")).trim() == "0";
        // Root lends mail to an account that can do nothing; anybody else runs all of it as themselves.
        let (me, mine) = (output(Command::new("id").arg("-un")), output(Command::new("id").arg("-gn")));
        let (user, group) = if root { ("nobody", "nogroup") } else { (me.trim(), mine.trim()) };
        let own = match root {
            true => String::new(),
            false => format!(
                "default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n"
            ),
        };
        let alone = if root { "" } else { "chroot =\n" };
        let config = format!(
            "base_dir = {home}/run\nstate_dir = {home}/run\nlog_path = {home}/dovecot.log\nprotocols = imap\nlisten = 127.0.0.1\n\
             ssl = required\nssl_cert = <{home}/certificate.pem\nssl_key = <{home}/key.pem\nmail_location = maildir:{home}/mail/%u\n\
             first_valid_uid = 1\n{own}\
             passdb {{\n  driver = passwd-file\n  args = scheme=PLAIN username_format=%u {home}/passwd\n}}\n\
             userdb {{\n  driver = static\n  args = uid={user} gid={group} home={home}/mail/%u\n}}\n\
             service anvil {{\n{alone}}}\nservice stats {{\n{alone}}}\n\
             service imap-login {{\n{alone}  inet_listener imap {{\n    port = {starttls}\n  }}\n  inet_listener imaps {{\n    port = {tls}\n    ssl = yes\n  }}\n}}\n"
        );
        std::fs::write(self.home.join("dovecot.conf"), config).expect("a file");
        std::fs::write(self.home.join("passwd"), format!("{USER}:{{PLAIN}}{PASSWORD}\n")).expect("a file");
        if root {
            output(Command::new("chown").arg("nobody").arg(self.home.join("mail")));
        }
    }

    pub fn up(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-F").arg("-c").arg(self.home.join("dovecot.conf"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child = Some(child.expect("Dovecot starts"));
        let (tls, log) = (self.tls, self.home.join("dovecot.log"));
        waits(
            || TcpStream::connect(("127.0.0.1", tls)).is_ok(),
            || format!("Dovecot does not answer: {}", std::fs::read_to_string(&log).unwrap_or_default()),
        );
    }

    pub fn down(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _asked = self.doveadm(&["stop"], b"");
        let tls = self.tls;
        waits(|| matches!(child.try_wait(), Ok(Some(_))), || "Dovecot does not end".into());
        waits(|| TcpStream::connect(("127.0.0.1", tls)).is_err(), || "Dovecot still answers".into());
    }

    fn doveadm(&self, args: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new(self.program.with_file_name("doveadm"));
        if !command.get_program().to_string_lossy().contains("sbin") || !Path::new(command.get_program()).exists() {
            command = Command::new("doveadm");
        }
        command.arg("-c").arg(self.home.join("dovecot.conf")).args(args);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("doveadm comes with Dovecot");
        child.stdin.take().expect("it reads").write_all(input).expect("it reads all");
        child.wait_with_output().expect("it ends")
    }

    /// Somebody writes to the mailbox.
    pub fn bring(&self, raw: &str) {
        let done = self.doveadm(&["save", "-u", USER, "-m", "INBOX"], raw.as_bytes());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Makes a folder.
    pub fn folder(&self, name: &str) {
        let done = self.doveadm(&["mailbox", "create", "-u", USER, name], b"");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// How many messages of a folder fit, in words of IMAP: `ALL`, `SEEN`.
    pub fn count(&self, folder: &str, which: &str) -> usize {
        let done = self.doveadm(&["search", "-u", USER, "mailbox", folder, which], b"");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).lines().count()
    }

    /// The server cannot read the messages of the mailbox, or can again.
    pub fn lock(&self, locked: bool) {
        use std::os::unix::fs::PermissionsExt;
        let mode = if locked { 0o000 } else { 0o600 };
        for folder in ["new", "cur"] {
            let files = std::fs::read_dir(self.home.join("mail").join(USER).join(folder));
            for file in files.into_iter().flatten().flatten() {
                let mode = std::fs::Permissions::from_mode(mode);
                std::fs::set_permissions(file.path(), mode).expect("it is ours");
            }
        }
    }

    /// Numbers all messages anew, as a server does that was moved.
    pub fn number_anew(&mut self) {
        self.down();
        let mail = self.home.join("mail").join(USER);
        for entry in std::fs::read_dir(&mail).expect("a mailbox").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                std::fs::remove_file(entry.path()).expect("it goes");
            }
        }
        // The number is a moment, in seconds: another one than before.
        let before = std::fs::metadata(&mail).and_then(|m| m.modified()).expect("a moment");
        waits(|| before.elapsed().is_ok_and(|e| e.as_millis() > 1_100), || "time stands still".into());
        self.up();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _asked = self.doveadm(&["stop"], b"");
            let _ended_already = child.kill();
            let _waited_already = child.wait();
        }
        let _gone = std::fs::remove_dir_all(&self.home);
    }
}

/// aiosmtpd: what we send lies in its folder.
pub struct Sink {
    pub url: String,
    folder: PathBuf,
    child: Child,
}

impl Sink {
    pub fn start(home: &Path) -> Self {
        let python = std::env::var("PEOPLE360_TEST_SINK")
            .expect("PEOPLE360_TEST_SINK names no Python with aiosmtpd: run bin/test, which makes one");
        let (port, folder) = (free_port(), home.join("sent"));
        let mut command = Command::new(python);
        command.args(["-m", "aiosmtpd", "-n", "-l", &format!("localhost:{port}"), "-c", "aiosmtpd.handlers.Mailbox"]);
        let child = command.arg(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server =
            Self { url: format!("smtp://localhost:{port}?tls=none"), folder, child: child.expect("it starts") };
        waits(|| TcpStream::connect(("localhost", port)).is_ok(), || "aiosmtpd does not answer".into());
        server
    }

    /// What arrived with these words in it, as it came.
    pub fn arrived(&self, words: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.join("new")).map(|d| d.flatten().collect::<Vec<_>>());
        let all = files.unwrap_or_default().into_iter().map(|f| std::fs::read(f.path()).expect("it can be read"));
        all.map(|raw| String::from_utf8_lossy(&raw).into_owned()).filter(|m| m.contains(words)).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _waited_already = self.child.wait();
    }
}

fn certificate(home: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    openssl.args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.arg("-keyout").arg(home.join("key.pem")).arg("-out").arg(home.join("certificate.pem"));
    output(&mut openssl);
}

fn output(command: &mut Command) -> String {
    let done = command.output().expect("it starts");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

fn waits(until: impl FnMut() -> bool, words: impl Fn() -> String) {
    let (mut until, began) = (until, std::time::Instant::now());
    while !until() {
        assert!(began.elapsed() < PATIENCE, "{}", words());
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
}
