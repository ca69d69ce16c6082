//! Imports over HTTP: files that become drafts, and files that are refused.

mod drafts;
mod hostile;
mod replays;
mod story;

use std::io::{Cursor, Write as _};

use reqwest::Method;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Actor, Response, Shelf};

const MARKDOWN: &str = "text/markdown";
const ODT: &str = "application/vnd.oasis.opendocument.text";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Sends a file of this type.
async fn send(actor: &Actor, path: &str, kind: &str, file: impl Into<Vec<u8>>) -> Response {
    let actor = actor.with("content-type", kind);
    actor.ask(Method::POST, path, Some(file.into())).await
}

/// Where a resource of this kind begins as a file, with what the file does not say.
fn at(shelf: Shelf, query: &str) -> String {
    let purpose = match shelf {
        Shelf::Charters => "",
        Shelf::Templates => "use=dpia",
    };
    format!("{}/imports?{purpose}&{query}", shelf.path())
}

/// A published version as a file, byte for byte.
async fn file(actor: &Actor, shelf: Shelf, id: &str, format: &str) -> Vec<u8> {
    let path = shelf.at(
        id,
        &format!("/versions/1/document?format={format}&locks=true"),
    );
    let request = actor.app.client.get(actor.app.url(&path));
    let request = request.bearer_auth(actor.token.clone().unwrap());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

/// A package of these files, as they are or made small.
fn packed(files: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An ODT whose text is this XML.
fn odt(text: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><office:body><office:text>\
         {text}</office:text></office:body></office:document-content>"
    );
    let files = [
        ("mimetype", ODT.as_bytes()),
        ("content.xml", content.as_bytes()),
    ];
    packed(&files, zip::CompressionMethod::Deflated)
}

/// A DOCX whose body is this XML.
fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:type=\"paragraph\" w:styleId=\"Titre1\">\
        <w:name w:val=\"heading 1\"/></w:style></w:styles>";
    let files = [
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
    ];
    packed(&files, zip::CompressionMethod::Deflated)
}

/// What the draft of a resource says.
async fn draft(actor: &Actor, shelf: Shelf, id: &str) -> Value {
    actor.get(&shelf.at(id, "/draft")).await.expect(200)["body"].clone()
}

/// The titles and texts of clauses, with those below, in reading order.
fn words(clauses: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for clause in clauses.as_array().into_iter().flatten() {
        let of = |name: &str| clause[name].as_str().unwrap_or_default().to_owned();
        found.push((of("title"), of("text")));
        found.extend(words(&clause["clauses"]));
    }
    found
}
