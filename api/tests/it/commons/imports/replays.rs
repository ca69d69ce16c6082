//! The same key gives one effect, and means the same file (L9).

use super::{DOCX, MARKDOWN, ODT, at, odt, send};
use crate::support::{Shelf, World};

#[actix_web::test]
async fn a_file_that_is_sent_again_is_imported_once() {
    let world = World::new().await;
    let director = world.agglo_director.with("idempotency-key", "envoi-1");
    let file = odt("<text:h>Objet</text:h><text:p>Texte.</text:p>");
    for shelf in Shelf::ALL {
        let path = at(shelf, "title=Un");
        let made = send(&director, &path, ODT, file.clone()).await;
        made.expect(201);
        let again = send(&director, &path, ODT, file.clone()).await;
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.bytes(), made.bytes());
        assert_eq!(again.header("location"), made.header("location"));
        let listed = world.agglo_director.get(shelf.path()).await;
        assert_eq!(listed.ids(), [made.id()]);
        // Other bytes, another title, or the same bytes as something else, are another request.
        let other = odt("<text:h>Objet</text:h><text:p>Texte !</text:p>");
        for (path, kind, file) in [
            (path.clone(), ODT, other),
            (at(shelf, "title=Deux"), ODT, file.clone()),
            (at(shelf, ""), ODT, file.clone()),
        ] {
            let refused = send(&director, &path, kind, file).await;
            assert_eq!(refused.problem(422), "idempotency_key_reused");
        }
        let text = "# Objet\n\nTexte.\n";
        let refused = send(&director, &path, MARKDOWN, text).await;
        assert_eq!(refused.problem(422), "idempotency_key_reused");
        let refused = send(&director, &path, DOCX, file.clone()).await;
        assert_eq!(refused.problem(422), "file_refused");
        assert_eq!(world.agglo_director.get(shelf.path()).await.ids().len(), 1);
    }
}

#[actix_web::test]
async fn a_draft_is_replaced_once() {
    let world = World::new().await;
    let (director, shelf) = (&world.agglo_director, Shelf::Charters);
    let id = shelf.create(director, "Charte", "Ancien.").await;
    let (path, own) = (shelf.at(&id, "/draft/imports"), shelf.at(&id, "/draft"));
    let keyed = director
        .matching(&director.get(&own).await)
        .with("idempotency-key", "envoi-2");
    let written = send(&keyed, &path, MARKDOWN, "# A\n").await;
    written.expect(200);
    // Stale by now, and answered all the same: it was done.
    let again = send(&keyed, &path, MARKDOWN, "# A\n").await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.bytes(), written.bytes());
    assert_eq!(director.get(&own).await.etag(), written.etag());
    // What was refused is kept for no one: the same key may send a better file.
    let keyed = director.anyway().with("idempotency-key", "envoi-3");
    let refused = send(&keyed, &path, MARKDOWN, "Sans titre.").await;
    assert_eq!(refused.problem(422), "file_refused");
    send(&keyed, &path, MARKDOWN, "# B\n").await.expect(200);
}
