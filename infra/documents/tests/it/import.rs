//! Files of others: what becomes a clause, a title, a text, a variable.

use maillage_documents::{Format, ImportError, Imported, import};
use maillage_domain::commons::{Body, Clause, Lock, VariableType};

use crate::support::packed;

fn markdown(text: &str) -> Imported {
    import(text.as_bytes(), Format::Markdown).unwrap()
}

/// The clauses as lines: depth, id, title.
fn shown(clauses: &[Clause]) -> Vec<String> {
    fn add(clauses: &[Clause], depth: usize, lines: &mut Vec<String>) {
        for clause in clauses {
            lines.push(format!(
                "{}{} = {}",
                "  ".repeat(depth),
                clause.id,
                clause.title
            ));
            add(&clause.clauses, depth + 1, lines);
        }
    }
    let mut lines = Vec::new();
    add(clauses, 0, &mut lines);
    lines
}

#[test]
fn headings_are_clauses_and_what_stands_before_them_is_the_preamble() {
    let Imported { title, body } = markdown(
        "# Charte des usages\n\nAvant *tout*.\n\n## Objet\n\nTexte.\n\n- un\n- deux\n\n### Portée\n\n## Objet\n\nUn autre.\n",
    );
    assert_eq!(title.as_deref(), Some("Charte des usages"));
    assert_eq!(body.preamble, "Avant _tout_.");
    assert_eq!(
        shown(&body.clauses),
        ["objet = Objet", "  portee = Portée", "objet-2 = Objet"]
    );
    assert_eq!(body.clauses[0].text, "Texte.\n\n- un\n- deux");
    assert_eq!(body.clauses[0].lock, Lock::Recommended);
    assert!(body.violations().is_empty());
}

#[test]
fn numbers_in_front_of_headings_go_and_other_figures_stay() {
    let body = markdown(
        "# Préambule\n\nAvant.\n\n# Article 1er – Objet\n\n## 1.1 Portée\n\n# ARTICLE 2. Principes\n\n# 3. Usages\n\n\
         # 2026 : une année\n\n# Article 5\n\n# Article 25 du règlement\n\n# 3 choses\n",
    )
    .body;
    assert_eq!(body.preamble, "Avant.");
    let titles: Vec<_> = shown(&body.clauses)
        .iter()
        .map(|line| line.split(" = ").nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(
        titles,
        [
            "Objet",
            "Portée",
            "Principes",
            "Usages",
            "2026 : une année",
            "Article 5",
            "Article 25 du règlement",
            "3 choses"
        ]
    );
    assert_eq!(body.clauses[3].id.as_str(), "c-2026-une-annee");
}

#[test]
fn deeper_headings_than_clauses_join_their_parent() {
    let levels = (1..=6).map(|level| format!("{} N{level}\n\nt{level}\n\n", "#".repeat(level)));
    let text: String = levels.collect::<String>() + "# Fin\n";
    let body = markdown(&text).body;
    assert_eq!(shown(&body.clauses).len(), 7);
    // Office files have ten levels.
    let headings: String = (1..=8)
        .map(|level| {
            format!(
                "<text:h text:outline-level=\"{level}\">N{level}</text:h><text:p>t{level}</text:p>"
            )
        })
        .collect();
    // A second of the first level, or the first would be the title.
    let headings = headings + "<text:h>Fin</text:h>";
    let body = import(&odt(&headings), Format::Odt).unwrap().body;
    assert_eq!(shown(&body.clauses).len(), 7);
    let mut clause = &body.clauses[0];
    while let Some(below) = clause.clauses.first() {
        clause = below;
    }
    assert_eq!(clause.text, "t6\n\n**N7**\n\nt7\n\n**N8**\n\nt8");
}

#[test]
fn variables_are_declared_and_other_braces_are_words() {
    let body = markdown("# A\n\n{{collectivity.name}}, {{referent_ia}}, {{ Nom Long }}, {{collectivity.mayor}} `{{ X }}`\n").body;
    let names: Vec<_> = body
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    assert_eq!(names, ["referent_ia"]);
    assert_eq!(body.variables[0].holds, VariableType::Text);
    assert!(
        body.clauses[0]
            .text
            .contains("{{collectivity.name}}, {{referent_ia}}")
    );
    assert!(body.violations().is_empty());
}

#[test]
fn more_variables_than_a_body_may_have_are_refused_once_counted() {
    let text: String = (0..50_000).map(|n| format!("{{{{v{n}}}}} ")).collect();
    let Err(ImportError::Body(violations)) =
        import(format!("# A\n\n{text}").as_bytes(), Format::Markdown)
    else {
        panic!("kept");
    };
    assert!(
        violations
            .iter()
            .any(|violation| violation.code == "variables_too_many")
    );
}

#[test]
fn a_file_without_headings_is_refused_and_so_is_what_we_do_not_read() {
    assert_eq!(
        import(b"Texte.\n", Format::Markdown),
        Err(ImportError::NoHeadings)
    );
    assert_eq!(
        import(b"# ", Format::Markdown),
        Err(ImportError::NoHeadings)
    );
    assert_eq!(
        import("# Préambule\n".as_bytes(), Format::Markdown),
        Err(ImportError::NoHeadings)
    );
    assert_eq!(
        import(b"<h1>A</h1>", Format::Html),
        Err(ImportError::Format)
    );
    assert_eq!(import(b"%PDF-1.7", Format::Pdf), Err(ImportError::Format));
}

#[test]
fn a_body_that_may_not_be_kept_is_refused_with_every_place() {
    let text = format!("# {}\n\n# B\n\n{}\n", "t".repeat(201), "x".repeat(20_001));
    let Err(ImportError::Body(violations)) = import(text.as_bytes(), Format::Markdown) else {
        panic!("kept");
    };
    let found: Vec<_> = violations
        .iter()
        .map(|v| (v.pointer.as_str(), v.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/clauses/0/title", "text_too_long"),
            ("/clauses/1/text", "text_too_long")
        ]
    );
}

fn odt(text: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\" xmlns:style=\"s\" xmlns:fo=\"f\" xmlns:xlink=\"x\">\
         <office:automatic-styles><style:style style:name=\"T1\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\"/></style:style>\
         <style:style style:name=\"P1\" style:family=\"paragraph\" style:parent-style-name=\"Title\"/>\
         <text:list-style style:name=\"L1\"><text:list-level-style-number text:level=\"1\" style:num-format=\"1\"/></text:list-style>\
         </office:automatic-styles><office:body><office:text>{text}</office:text></office:body></office:document-content>"
    );
    packed(&[
        ("mimetype", Format::Odt.media_type()),
        ("content.xml", &content),
    ])
}

#[test]
fn an_odt_of_another_suite_is_read() {
    let file = odt("<text:p text:style-name=\"P1\">Titre</text:p>\
         <text:tracked-changes><text:p>Supprimé</text:p></text:tracked-changes>\
         <text:table-of-content><text:index-body><text:p>Contenu</text:p></text:index-body></text:table-of-content>\
         <text:h>Objet<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>Note</text:p></text:note-body></text:note></text:h>\
         <text:p>a<text:s text:c=\"4000000000\"/>b &amp; <text:span text:style-name=\"T1\">c</text:span><text:line-break/><text:a xlink:href=\"javascript:x\">d</text:a> <text:a xlink:href=\"https://e.fr\">e</text:a> &#233;</text:p>\
         <text:list text:style-name=\"L1\"><text:list-item text:start-value=\"3\"><text:p>trois</text:p><text:list><text:list-item><text:p>bis</text:p></text:list-item></text:list></text:list-item></text:list>\
         <table:table><table:table-row><table:table-cell table:number-columns-repeated=\"2\"><text:p>A</text:p></table:table-cell></table:table-row>\
         <table:table-row><table:table-cell><text:p>1</text:p><text:p>2</text:p></table:table-cell></table:table-row></table:table>\
         <text:list><text:list-item><text:h text:outline-level=\"2\">Numéroté</text:h></text:list-item></text:list>");
    let Imported { title, body } = import(&file, Format::Odt).unwrap();
    assert_eq!(title.as_deref(), Some("Titre"));
    assert_eq!(
        shown(&body.clauses),
        ["objet-note = Objet (Note)", "  numerote = Numéroté"]
    );
    assert_eq!(
        body.clauses[0].text,
        "a b & **c**\\\nd [e](<https://e.fr>) é\n\n3. trois\n   - bis\n\n| A | A |\n| --- | --- |\n| 1 2 |  |"
    );
}

#[test]
fn a_docx_of_another_suite_is_read() {
    let w = "xmlns:w=\"w\" xmlns:r=\"r\"";
    let document = format!(
        "<w:document {w}><w:body>\
         <w:p><w:pPr><w:pStyle w:val=\"Titre\"/></w:pPr><w:r><w:t>Charte</w:t></w:r></w:p>\
         <w:p><w:pPr><w:pStyle w:val=\"TM1\"/></w:pPr><w:r><w:t>Objet 1</w:t></w:r></w:p>\
         <w:p><w:pPr><w:pStyle w:val=\"Titre1\"/></w:pPr><w:r><w:t>Ob</w:t></w:r><w:r><w:t>jet</w:t></w:r></w:p>\
         <w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">gras </w:t></w:r><w:r><w:rPr><w:b w:val=\"0\"/></w:rPr><w:t>non</w:t></w:r>\
         <w:del><w:r><w:delText>supprimé</w:delText></w:r></w:del><w:ins><w:r><w:t>, ajouté</w:t></w:r></w:ins>\
         <w:hyperlink r:id=\"r1\"><w:r><w:t>lien</w:t></w:r></w:hyperlink><w:r><w:footnoteReference w:id=\"2\"/></w:r></w:p>\
         <w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"7\"/></w:numPr></w:pPr><w:r><w:t>un</w:t></w:r></w:p>\
         <w:p><w:pPr><w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"7\"/></w:numPr></w:pPr><w:r><w:t>sous</w:t></w:r></w:p>\
         <w:p><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr><w:r><w:t>Par niveau</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>encadré</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
         <w:sectPr/></w:body></w:document>"
    );
    let styles = format!(
        "<w:styles {w}><w:style w:styleId=\"Titre\"><w:name w:val=\"Title\"/></w:style>\
         <w:style w:styleId=\"TM1\"><w:name w:val=\"toc 1\"/></w:style>\
         <w:style w:styleId=\"Titre1\"><w:name w:val=\"heading 1\"/></w:style></w:styles>"
    );
    let numbering = format!(
        "<w:numbering {w}><w:abstractNum w:abstractNumId=\"3\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/></w:lvl>\
         <w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"bullet\"/></w:lvl></w:abstractNum><w:num w:numId=\"7\"><w:abstractNumId w:val=\"3\"/></w:num></w:numbering>"
    );
    let links = "<Relationships><Relationship Id=\"r1\" Target=\"https://e.fr\" TargetMode=\"External\"/></Relationships>";
    let notes = format!(
        "<w:footnotes {w}><w:footnote w:id=\"2\"><w:p><w:r><w:t>la note</w:t></w:r></w:p></w:footnote></w:footnotes>"
    );
    let file = packed(&[
        ("word/document.xml", &document),
        ("word/styles.xml", &styles),
        ("word/numbering.xml", &numbering),
        ("word/_rels/document.xml.rels", links),
        ("word/footnotes.xml", &notes),
    ]);
    let Imported { title, body } = import(&file, Format::Docx).unwrap();
    assert_eq!(title.as_deref(), Some("Charte"));
    assert_eq!(
        shown(&body.clauses),
        ["objet = Objet", "  par-niveau = Par niveau"]
    );
    assert_eq!(
        body.clauses[0].text,
        "**gras** non, ajouté[lien](<https://e.fr>)[^1]\n\n1. un\n   - sous\n\n[^1]: la note"
    );
    assert_eq!(body.clauses[0].clauses[0].text, "encadré");
}
