//! More than sixty addresses that lead to this machine or beside it, in every notation.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use maillage_infra::outbound::{Egress, Failure, Names, PORTS, Rules};
use reqwest::header::HeaderMap;

use super::receivers::{Trap, status};

/// A resolver that says these addresses of every name.
pub struct Told(pub Vec<IpAddr>);

impl Names for Told {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let told = self.0.clone();
        Box::pin(async move { Ok(told) })
    }
}

/// A resolver that says one thing first, and another ever after.
struct Rebinding(Mutex<Vec<IpAddr>>, AtomicUsize);

impl Names for Rebinding {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let mut told = self.0.lock().unwrap();
        let next = if told.len() > 1 {
            told.remove(0)
        } else {
            told[0]
        };
        Box::pin(async move { Ok(vec![next]) })
    }
}

/// Hosts that are this machine, or what stands beside it.
const HOSTS: &[&str] = &[
    // This machine, in every notation.
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "0x7F.1",
    "0x7f.0x0.0x0.0x1",
    "127.0.0.0x1",
    "00000177.0.0.01",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "１２７.0.0.1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:0001::1]",
    "[2001::7f00:1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[100::1]",
    "[2001:db8::1]",
    "[::ffff:10.0.0.1]",
    // What stands beside it.
    "10.0.0.1",
    "012.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "0xc0a80001",
    "3232235521",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    // Names of this machine and this network.
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "metadata",
    "ip6-localhost",
    "printer.local",
    "127.0.0.1.nip.example",
    "a.127.0.0.1.example",
];

/// Whole addresses: what stands around the host misleads. `{}` is the port of the trap.
const ADDRESSES: &[&str] = &[
    "https://example.org@127.0.0.1:{}/",
    "https://example.org:443@127.0.0.1:{}/",
    "https://127.0.0.1:{}\\@example.org/",
    "https://127.0.0.1:{}#@example.org/",
    "https://127.0.0.1:{}?@example.org/",
    "https:127.0.0.1:{}/",
    "https:///127.0.0.1:{}/",
    "https:\\\\127.0.0.1:{}\\",
    "https://127.0.0.1\t:{}/",
    "\u{a0}https://127.0.0.1:{}/",
    "https://user:pass@example.org/",
    "https://@example.org/",
    "http://127.0.0.1:{}/",
    "HTTP://127.0.0.1:{}/",
    "http://example.org/",
    "ftp://127.0.0.1:{}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{}/_POST",
    "unix:/run/postgresql",
    "data:text/plain,x",
    "//127.0.0.1:{}/",
    "127.0.0.1:{}",
    "https://",
    "https://:{}/",
    "https://[::1",
    "https://[v1.x]/",
    "https://1.1.1.1:22/",
    "https://1.1.1.1:25/",
    "https://1.1.1.1:5432/",
    "https://1.1.1.1:6379/",
    "https://1.1.1.1:0/",
    "https://1.1.1.1:65536/",
];

/// A client as in production, but for the port of the trap and who knows names.
fn egress(port: u16, names: Arc<dyn Names>) -> Egress {
    Egress::with(Rules {
        networks: Vec::new(),
        ports: PORTS.into_iter().chain([port]).collect(),
        names,
        patience: Duration::from_secs(60),
    })
    .unwrap()
}

async fn post(egress: &Egress, address: &str) -> Result<u16, Failure> {
    egress
        .post(address, HeaderMap::new(), "{}".to_owned())
        .await
}

#[tokio::test]
async fn no_hostile_address_reaches_this_machine() {
    let four = Trap::on("127.0.0.1", status("200 OK", "")).await;
    let home = vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
    let egress = egress(four.port, Arc::new(Told(home)));
    let port = four.port.to_string();
    let hosts = HOSTS
        .iter()
        .map(|host| format!("https://{host}:{port}/crochet"));
    let whole = ADDRESSES.iter().map(|address| address.replace("{}", &port));
    let all: Vec<_> = hosts.chain(whole).collect();
    assert!(all.len() >= 60, "{}", all.len());
    for address in &all {
        assert_eq!(
            post(&egress, address).await,
            Err(Failure::Refused),
            "{address}"
        );
    }
    assert_eq!(four.visits(), 0);
}

/// What the names above are said to be matters, not what they are called.
#[tokio::test]
async fn a_name_is_as_good_as_its_worst_address() {
    let trap = Trap::on("127.0.0.1", status("200 OK", "")).await;
    let address = format!("https://receveur.example:{}/", trap.port);
    let inner = "127.0.0.1 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 10.1.2.3 172.16.1.1 \
        192.168.1.1 169.254.169.254 100.64.1.1 fd00::1 fe80::1 0.0.0.0 ::";
    for inner in inner.split_whitespace() {
        let inner: IpAddr = inner.parse().unwrap();
        for told in [vec![inner], vec!["1.1.1.1".parse().unwrap(), inner]] {
            let egress = egress(trap.port, Arc::new(Told(told)));
            assert_eq!(
                post(&egress, &address).await,
                Err(Failure::Refused),
                "{inner}"
            );
        }
    }
    assert_eq!(trap.visits(), 0);
}

/// What is judged is what is connected to: there is no second look-up to answer otherwise.
#[tokio::test]
async fn a_name_that_moves_home_is_not_followed() {
    let trap = Trap::on("127.0.0.1", status("200 OK", "")).await;
    let address = format!("https://receveur.example:{}/", trap.port);
    // From a block for documentation, which is within: nothing is called in this test.
    let moved = ["127.0.0.1", "127.0.0.1"].map(|it| it.parse().unwrap());
    let names = Arc::new(Rebinding(Mutex::new(moved.to_vec()), AtomicUsize::new(0)));
    let egress = egress(trap.port, Arc::clone(&names) as Arc<dyn Names>);
    for asked in 1..=3 {
        assert_eq!(
            egress.admits(&address),
            Ok(()),
            "a name is not asked for beforehand"
        );
        assert_eq!(post(&egress, &address).await, Err(Failure::Refused));
        assert_eq!(
            names.1.load(Ordering::SeqCst),
            asked,
            "asked for once a connection"
        );
    }
    assert_eq!(trap.visits(), 0);
}

/// The same addresses do reach the trap where the settings let them: it is the filter that refuses.
#[tokio::test]
async fn the_trap_would_have_seen_them() {
    let trap = Trap::on("127.0.0.1", status("200 OK", "")).await;
    let near = super::receivers::at_home(Duration::from_secs(60));
    let mut reached = 0;
    for host in HOSTS {
        let address = format!("http://{host}:{}/", trap.port);
        reached += usize::from(post(&near, &address).await.is_ok());
    }
    assert_eq!(trap.visits(), reached);
    assert!(reached >= 25, "{reached}");
}
