//! A line to a server that can be cut and mended: what it is like when PostgreSQL or Redis is gone.

use std::{path::PathBuf, sync::Mutex, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    task::{JoinHandle, JoinSet},
};

/// Bytes go through it both ways, as long as it is whole.
pub struct Cable {
    /// The server's URL, by way of this cable.
    pub url: String,
    here: Place,
    there: Place,
    running: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Clone, Debug)]
enum Place {
    Port(u16),
    Host(String),
    Socket(PathBuf),
}

impl Cable {
    /// To Redis, or to PostgreSQL: both may be at a port; PostgreSQL may be at a socket.
    pub async fn to(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (server, path) = rest.split_once('/').map_or((rest, String::new()), |(s, p)| (s, format!("/{p}")));
        let (login, host) = server.rsplit_once('@').map_or((String::new(), server), |(l, h)| (format!("{l}@"), h));
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "5432"));
        let cable = match name.starts_with("%2F") {
            true => {
                // The path of a socket may be short only.
                let folder =
                    std::env::temp_dir().join(format!("p3-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]));
                std::fs::create_dir_all(&folder).expect("a directory can be made");
                let file = format!(".s.PGSQL.{port}");
                let here = folder.display().to_string().replace('/', "%2F");
                Self {
                    url: format!("{scheme}://{login}{here}:{port}{path}"),
                    here: Place::Socket(folder.join(&file)),
                    there: Place::Socket(PathBuf::from(decoded(name)).join(&file)),
                    running: Mutex::default(),
                }
            }
            false => {
                let port =
                    TcpListener::bind("127.0.0.1:0").await.and_then(|l| l.local_addr()).expect("a free port").port();
                Self {
                    url: format!("{scheme}://{login}127.0.0.1:{port}{path}"),
                    here: Place::Port(port),
                    there: Place::Host(host.to_owned()),
                    running: Mutex::default(),
                }
            }
        };
        cable.mend().await;
        cable
    }

    /// Every connection breaks, and nobody answers any more.
    pub async fn cut(&self) {
        let running = self.running.lock().expect("nobody panicked with it").take();
        if let Some(running) = running {
            running.abort();
            let _ended = running.await;
        }
        if let Place::Socket(path) = &self.here {
            let _gone = std::fs::remove_file(path);
        }
    }

    pub async fn mend(&self) {
        let there = self.there.clone();
        let running = match &self.here {
            Place::Socket(path) => {
                let listener = UnixListener::bind(path).expect("a socket of our own");
                tokio::spawn(async move {
                    let mut lines = JoinSet::new();
                    while let Ok((stream, _)) = listener.accept().await {
                        lines.spawn(carry(stream, there.clone()));
                    }
                })
            }
            Place::Port(port) => {
                let listener = TcpListener::bind(("127.0.0.1", *port)).await.expect("our own port");
                tokio::spawn(async move {
                    let mut lines = JoinSet::new();
                    while let Ok((stream, _)) = listener.accept().await {
                        lines.spawn(carry(stream, there.clone()));
                    }
                })
            }
            Place::Host(host) => panic!("{host} is not ours"),
        };
        *self.running.lock().expect("nobody panicked with it") = Some(running);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        if let Place::Socket(path) = &self.here {
            let _gone = path.parent().map(std::fs::remove_dir_all);
        }
    }
}

async fn carry(mut from: impl AsyncRead + AsyncWrite + Unpin, there: Place) {
    // Whoever hangs up first ends it.
    let _ended = match there {
        Place::Socket(path) => match UnixStream::connect(path).await {
            Ok(mut to) => copy_bidirectional(&mut from, &mut to).await,
            Err(e) => Err(e),
        },
        Place::Host(host) => match TcpStream::connect(host).await {
            Ok(mut to) => copy_bidirectional(&mut from, &mut to).await,
            Err(e) => Err(e),
        },
        Place::Port(port) => panic!("port {port} is where it begins"),
    };
}

/// A percent-encoded path.
fn decoded(path: &str) -> String {
    let bytes = path.bytes().collect::<Vec<_>>();
    let mut out = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|c| str::from_utf8(c).ok());
        match code.and_then(|c| u8::from_str_radix(c, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).expect("a path in UTF-8")
}

/// Waits until it is so.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "it did not come to this: {what}");
}
