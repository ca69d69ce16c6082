//! What several tests start from.

use tokio_postgres::{Client, NoTls};

/// A plain connection, for what no caller of the store can ask.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
