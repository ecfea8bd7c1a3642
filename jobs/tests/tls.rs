//! A mail server with a certificate of its own making, which nobody here knows: it gets nothing. That mail goes to one
//! whose certificate is known, `tests/faults` proves.

use crate::rig::Rig;
use jobs::drain;
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// aiosmtpd, which offers STARTTLS, and would take mail without it as well.
struct Stranger {
    port: u16,
    child: Child,
}

impl Stranger {
    async fn start(home: &Path) -> Self {
        let python = std::env::var("PEOPLE360_TEST_SINK")
            .expect("PEOPLE360_TEST_SINK names no Python with aiosmtpd: run bin/test, which makes one");
        let (certificate, key) = (home.join("certificate.pem"), home.join("key.pem"));
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
        openssl.args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]);
        let made = openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate).output().expect("openssl is there");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let mut command = Command::new(python);
        command.args(["-m", "aiosmtpd", "-n", "-l", &format!("localhost:{port}"), "--no-requiretls", "--tlscert"]);
        command.arg(&certificate).arg("--tlskey").arg(&key);
        command.args(["-c", "aiosmtpd.handlers.Mailbox"]).arg(home.join("maildir"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Self { port, child: child.expect("it starts") };
        let answers = async {
            while tokio::net::TcpStream::connect(("localhost", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(crate::rig::DEADLINE, answers).await.expect("it answers");
        server
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _waited_already = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_certificate_nobody_knows_gets_nothing_demanded_or_not() {
    let mut rig = Rig::new().await;
    let server = Stranger::start(&rig.home).await;
    let tenant = rig.workspace("acme").await;
    // The last one shows that it would have taken it.
    for (tls, state) in [("?tls=required", "queued"), ("", "queued"), ("?tls=none", "sent")] {
        rig.config.smtp_url = Some(format!("smtp://localhost:{}{tls}", server.port));
        let id = rig.report(tenant).await;
        drain(&rig.product()).await.expect("a drain");
        let row = rig.row(tenant, id).await;
        let arrived = std::fs::read_dir(rig.home.join("maildir/new")).map_or(0, Iterator::count);
        assert_eq!((row.state.as_str(), arrived > 0), (state, state == "sent"), "{tls}: {row:?}");
        let says = row.last_answer.unwrap_or_default();
        assert_eq!(says.contains("certificate"), state == "queued", "{tls}: {says}");
    }
}
