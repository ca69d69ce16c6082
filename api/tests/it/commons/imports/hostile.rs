//! What is sent to do harm, or by mistake: refused with the reason, and nothing is left behind.

use reqwest::Method;
use serde_json::json;
use zip::CompressionMethod::{Deflated, Stored};

use super::{DOCX, MARKDOWN, ODT, at, draft, odt, packed, send, words};
use crate::support::{Shelf, World};

const MIB: usize = 1024 * 1024;

#[actix_web::test]
async fn a_file_that_is_refused_says_why_and_leaves_nothing() {
    let world = World::new().await;
    let director = &world.agglo_director;
    let id = Shelf::Charters.create(director, "Charte", "Texte.").await;
    let before = world.app.database.footprint(world.agglo.id.0).await;
    let bomb = packed(&[("content.xml", &vec![b' '; 32 * MIB + 1])], Deflated);
    assert!(bomb.len() < 200_000);
    let mut encrypted = odt("<text:h>A</text:h>");
    encrypt(&mut encrypted);
    let doctype = b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>";
    let headings = "# Titre\n\nTexte.\n\n".repeat(10_000);
    let names: Vec<String> = (0..=2_000).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let long = format!(
        "# A\n\n# B\n\n{}\n\n# {}\n",
        "mot ".repeat(5_001),
        "x".repeat(201)
    );
    for (kind, file, broken) in [
        (MARKDOWN, vec![], " import_without_headings"),
        (
            MARKDOWN,
            b"Une lettre.".to_vec(),
            " import_without_headings",
        ),
        (MARKDOWN, b"# \xe9t\xe9".to_vec(), " import_malformed"),
        (MARKDOWN, b"mot ".repeat(10 * MIB / 4), " import_too_large"),
        (MARKDOWN, headings.into_bytes(), "/clauses clauses_too_many"),
        (MARKDOWN, long.into_bytes(), "/clauses/1/text text_too_long"),
        (ODT, vec![], " import_malformed"),
        (ODT, b"# Objet".to_vec(), " import_malformed"),
        (
            ODT,
            odt("<text:p>Une lettre.</text:p>"),
            " import_without_headings",
        ),
        (ODT, odt(&"<a>".repeat(200)), " import_too_deep"),
        (
            ODT,
            odt(&"<text:p/>".repeat(50_001)),
            " import_too_many_parts",
        ),
        (ODT, bomb, " import_unpacks_too_large"),
        (ODT, encrypted, " import_encrypted"),
        (
            ODT,
            packed(&[("content.xml", doctype)], Deflated),
            " import_doctype",
        ),
        (ODT, packed(&many, Stored), " import_too_many_parts"),
        (DOCX, odt("<text:h>A</text:h>"), " import_malformed"),
        (
            DOCX,
            packed(&[("word/document.xml", doctype)], Deflated),
            " import_doctype",
        ),
    ] {
        let draft = Shelf::Charters.at(&id, "/draft/imports");
        for path in [
            at(Shelf::Charters, "title=T"),
            at(Shelf::Templates, "title=T"),
            draft,
        ] {
            let refused = send(&director.anyway(), &path, kind, file.clone()).await;
            assert_eq!(refused.problem(422), "file_refused", "{broken}");
            assert_eq!(refused.broken()[0], broken, "{path}");
            let detail = refused.json()["errors"][0]["detail"].clone();
            assert_ne!(detail, "Valeur refusée.", "{broken}");
        }
    }
    assert_eq!(world.app.database.footprint(world.agglo.id.0).await, before);
}

/// Says of every entry that a password protects it.
fn encrypt(zip: &mut [u8]) {
    for at in 0..zip.len() - 8 {
        match &zip[at..at + 4] {
            b"PK\x03\x04" => zip[at + 6] |= 1,
            b"PK\x01\x02" => zip[at + 8] |= 1,
            _ => {}
        }
    }
}

#[actix_web::test]
async fn a_file_has_at_most_10_mib() {
    let world = World::new().await;
    let director = &world.agglo_director;
    // A picture fills the file up; nobody looks at it.
    let content =
        "<a xmlns:office=\"o\" xmlns:text=\"t\"><office:text><text:h>A</text:h></office:text></a>";
    let filled = |length: usize| {
        let picture = vec![b'.'; length];
        let files = [
            ("content.xml", content.as_bytes()),
            ("Pictures/a.png", &picture),
        ];
        packed(&files, Stored)
    };
    let rest = filled(0).len();
    let most = filled(10 * MIB - rest);
    assert_eq!(most.len(), 10 * MIB);
    let path = at(Shelf::Charters, "");
    send(director, &path, ODT, most).await.expect(201);
    let before = world.app.database.footprint(world.agglo.id.0).await;
    let more = filled(10 * MIB - rest + 1);
    let refused = send(director, &path, ODT, more.clone()).await;
    assert_eq!(refused.problem(413), "file_too_large");
    // Nor in pieces, whose sum nobody tells beforehand.
    let token = director.token.as_deref().unwrap();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {ODT}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .into_bytes();
    for piece in more.chunks(MIB) {
        request.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        request.extend(piece);
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");
    let answer = world.app.raw(request);
    assert!(answer.contains("\"code\":\"file_too_large\""), "{answer}");
    assert_eq!(world.app.database.footprint(world.agglo.id.0).await, before);
}

#[actix_web::test]
async fn other_formats_are_told_which_ones_are_read() {
    let world = World::new().await;
    let director = &world.agglo_director;
    let id = Shelf::Charters.create(director, "Charte", "Texte.").await;
    for path in [
        at(Shelf::Charters, ""),
        Shelf::Charters.at(&id, "/draft/imports"),
    ] {
        for kind in [
            "application/json",
            "application/pdf",
            "text/html",
            "text/plain",
            "application/msword",
            "application/zip",
            "multipart/form-data; boundary=x",
            "markdown",
            "",
        ] {
            let refused = send(&director.anyway(), &path, kind, "# Objet\n").await;
            assert_eq!(refused.problem(415), "unsupported_file", "{kind}");
        }
        let none = director.ask(Method::POST, &path, None).await;
        assert_eq!(none.problem(415), "unsupported_file");
    }
    // And where JSON is read, no file is.
    let refused = send(director, "/v1/charters", MARKDOWN, "# Objet\n").await;
    assert_eq!(refused.problem(415), "unsupported_media_type");
}

#[actix_web::test]
async fn a_script_is_words() {
    let world = World::new().await;
    let (director, shelf) = (&world.agglo_director, Shelf::Charters);
    let text = "# Objet <script>alert(1)</script>\n\n<script>alert(2)</script>\n\n\
        <img src=x onerror=alert(3)> [ici](javascript:alert(4)) ![x](data:text/html,5)\n\n\
        {{7*7}} {{constructor}} #read(\"/etc/passwd\")\n";
    let made = send(director, &at(shelf, "title=Essai"), MARKDOWN, text).await;
    made.expect(201);
    let body = draft(director, shelf, &made.id()).await;
    let told = words(&body["clauses"]);
    assert!(told[0].0.contains("<script>"), "{told:?}");
    assert!(!told[0].1.contains("javascript:"), "{told:?}");
    let mut given = body.clone();
    given["variables"] = json!([{ "name": "constructor", "label": "C", "default": "rien" }]);
    let own = shelf.at(&made.id(), "/draft");
    director.anyway().put(&own, given).await.expect(200);
    shelf.publish(director, &made.id()).await.expect(201);
    let page = shelf.at(&made.id(), "/versions/1/document?format=html");
    let page = director.get(&page).await.body;
    for bad in ["<script", "<img", "javascript:", "data:text"] {
        assert!(!page.contains(bad), "{bad}: {page}");
    }
    assert!(page.contains("&lt;script&gt;"), "{page}");
}

#[actix_web::test]
async fn who_reads_english_is_told_in_english() {
    let world = World::new().await;
    let director = world.agglo_director.with("accept-language", "en");
    let refused = send(&director, &at(Shelf::Charters, ""), MARKDOWN, "Texte.").await;
    let problem = refused.expect(422);
    assert_eq!(problem["title"], "File refused");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("The file has no heading"), "{detail}");
}
