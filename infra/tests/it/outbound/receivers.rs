//! Who is called: answers as it is told, and remembers that somebody came.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use maillage_infra::outbound::{Egress, Failure, Rules};
use reqwest::header::HeaderMap;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::hostile::Told;

/// A listener on this machine that counts connections.
pub struct Trap {
    pub port: u16,
    visits: Arc<AtomicUsize>,
}

impl Trap {
    /// Listens on `host`, and says `answer` to whoever comes.
    pub async fn on(host: &str, answer: String) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::<AtomicUsize>::default();
        let seen = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut heard = [0; 4_096];
                    let _ = stream.read(&mut heard).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { port, visits }
    }

    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

pub fn status(line: &str, more: &str) -> String {
    format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n{more}\r\n")
}

/// A client that reaches this machine, as in development.
pub fn at_home(patience: Duration) -> Egress {
    Egress::with(Rules {
        networks: vec!["127.0.0.0/8".parse().unwrap()],
        ports: Vec::new(),
        names: Arc::new(Told(vec!["127.0.0.1".parse().unwrap()])),
        patience,
    })
    .unwrap()
}

async fn post(egress: &Egress, address: &str) -> Result<u16, Failure> {
    egress
        .post(address, HeaderMap::new(), "{}".to_owned())
        .await
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_redirect_is_an_answer_and_nobody_follows_it() {
    let trap = Trap::on("127.0.0.1", status("200 OK", "")).await;
    for code in [301, 302, 303, 307, 308] {
        let to = format!("location: http://127.0.0.1:{}/\r\n", trap.port);
        let first = Trap::on("127.0.0.1", status(&format!("{code} Elsewhere"), &to)).await;
        let address = format!("http://127.0.0.1:{}/", first.port);
        assert_eq!(post(&at_home(LONG), &address).await, Ok(code));
        assert_eq!(first.visits(), 1);
    }
    assert_eq!(trap.visits(), 0);
}

#[tokio::test]
async fn an_answer_without_end_is_taken_in_up_to_a_bound() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (cut, told) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4_096]).await.unwrap() > 0);
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head).await.unwrap();
        // Ends when the other side has had enough.
        while stream.write_all(b"400\r\n").await.is_ok()
            && stream.write_all(&[b'x'; 0x400]).await.is_ok()
            && stream.write_all(b"\r\n").await.is_ok()
        {}
        let _ = cut.send(());
    });
    let address = format!("http://127.0.0.1:{port}/");
    assert_eq!(post(&at_home(LONG), &address).await, Ok(200));
    told.await.unwrap();
}

#[tokio::test]
async fn who_never_answers_is_not_waited_for() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let hasty = at_home(Duration::from_millis(50));
    assert_eq!(post(&hasty, &address).await, Err(Failure::TimedOut));
}

#[tokio::test]
async fn nobody_listening_and_no_http_are_failures_of_their_own() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        post(&at_home(LONG), &address).await,
        Err(Failure::NotConnected)
    );
    let other = Trap::on("127.0.0.1", "220 mail.example ESMTP\r\n".to_owned()).await;
    let address = format!("http://127.0.0.1:{}/", other.port);
    assert_eq!(
        post(&at_home(LONG), &address).await,
        Err(Failure::BrokenOff)
    );
}

#[tokio::test]
async fn a_name_may_lead_home_in_development() {
    let trap = Trap::on("127.0.0.1", status("204 No Content", "")).await;
    let address = format!("http://receveur.example:{}/", trap.port);
    assert_eq!(post(&at_home(LONG), &address).await, Ok(204));
    assert_eq!(trap.visits(), 1);
}
