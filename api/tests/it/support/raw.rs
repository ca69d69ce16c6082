//! Requests byte by byte, for what no well-behaved client would send.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::App;

impl App {
    /// Sends these bytes and reads what comes back until the server hangs up, however rudely.
    pub fn raw(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let sent = stream.write_all(request.as_ref());
        let mut answer = Vec::new();
        match sent.and_then(|()| stream.read_to_end(&mut answer)) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
            _ => {}
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}
