//! A receiver of webhooks: keeps a ledger of what came, and answers as it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A message as it came in.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn kind(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        body["type"].as_str().unwrap().to_owned()
    }
}

/// All that came, and which messages came to each path.
#[derive(Clone, Default)]
pub struct Kept {
    received: Vec<Received>,
    pub distinct: BTreeMap<String, BTreeSet<String>>,
}

impl Deref for Kept {
    type Target = [Received];

    fn deref(&self) -> &[Received] {
        &self.received
    }
}

type Ledger = Arc<(Mutex<Kept>, Notify)>;

pub struct Receiver {
    pub address: String,
    ledger: Ledger,
}

impl Receiver {
    /// A receiver that answers each message with the status that `answer` says; with none, it never
    /// answers.
    pub async fn answering(answer: fn(&Received) -> Option<u16>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let ledger = Ledger::default();
        let kept = Arc::clone(&ledger);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receive(stream, Arc::clone(&kept), answer));
            }
        });
        Self { address, ledger }
    }

    pub async fn new() -> Self {
        Self::answering(|_| Some(204)).await
    }

    pub fn received(&self) -> Kept {
        self.ledger.0.lock().unwrap().clone()
    }

    /// Waits until the ledger is as `enough` says.
    pub async fn until(&self, enough: impl Fn(&Kept) -> bool) -> Kept {
        loop {
            let told = self.ledger.1.notified();
            if enough(&self.ledger.0.lock().unwrap()) {
                return self.received();
            }
            told.await;
        }
    }
}

async fn receive(stream: TcpStream, ledger: Ledger, answer: fn(&Received) -> Option<u16>) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut lines, mut line) = (Vec::new(), String::new());
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        let Some((first, rest)) = lines.split_first() else {
            return;
        };
        let header = |line: &String| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        };
        let headers: BTreeMap<_, _> = rest.iter().map(header).collect();
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        let received = Received {
            path: first.split(' ').nth(1).unwrap().to_owned(),
            headers,
            body: String::from_utf8(body).unwrap(),
        };
        let status = answer(&received);
        {
            let (path, id) = (received.path.clone(), received.id().to_owned());
            let mut kept = ledger.0.lock().unwrap();
            kept.distinct.entry(path).or_default().insert(id);
            kept.received.push(received);
        }
        ledger.1.notify_waiters();
        let Some(status) = status else {
            // Holds the connection and says nothing.
            let _ = stream.read(&mut [0]).await;
            return;
        };
        let reply = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}
