//! How long each format takes, and how large it is: the demonstration, up to 300 clauses of its text,
//! and as much as a body may hold.
//!
//! `cargo run --release -p maillage-documents --example figures [FOLDER]`; the files of the
//! demonstration are left in the folder, to look at.

use std::time::{Duration, Instant};

use maillage_documents::{Format, import, render};
use maillage_domain::commons::document::{Annexes, Cover, Document, Owner};
use maillage_domain::commons::{CharterBody, Clause, KindName, Values};
use maillage_domain::value::Digest;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../data/demo/charter.json"))?;
    let body = file.get("body").cloned().unwrap_or_default();
    let demo: CharterBody = serde_json::from_value(body)?;
    for (name, body) in [
        ("demonstration", &demo),
        ("10 clauses", &repeated(&demo, 10)?),
        ("100 clauses", &repeated(&demo, 100)?),
        ("300 clauses", &repeated(&demo, 300)?),
        ("1,000 clauses of 900 characters", &largest(&demo, 1_000)?),
        ("60 clauses of 15,000 characters", &largest(&demo, 60)?),
    ] {
        let document = document(body)?;
        for format in Format::ALL {
            let (file, out) = median(|| render(&document, *format))?;
            if let Some(folder) = std::env::args().nth(1)
                && name == "demonstration"
            {
                std::fs::write(format!("{folder}/charte.{format}"), &file)?;
            }
            print!("{name}: {format} {} bytes, made in {out:?}", file.len());
            if format.is_read() {
                let (_, read) = median(|| import(&file, *format))?;
                print!(", read in {read:?}");
            }
            println!();
        }
    }
    // The longest text there may be, of what is dear to set.
    for text in [
        "> ".repeat(10_000),
        "mot ".repeat(5_000),
        "x".repeat(20_000),
        format!(
            "|{}\n|{}\n{}",
            " a |".repeat(12),
            "-|".repeat(12),
            "| b ".repeat(4_900)
        ),
        "[^1]".repeat(2_000) + "\n\n[^1]: " + &"note ".repeat(2_000),
    ] {
        let mut body = demo.clone();
        let clause = Clause {
            text,
            clauses: Vec::new(),
            ..body.clauses.swap_remove(0)
        };
        let start = Instant::now();
        let sample: String = clause.text.chars().take(8).collect();
        body.clauses = vec![clause];
        let file = render(&document(&body)?, Format::Pdf)?;
        println!(
            "20,000 of {sample:?}: pdf {} bytes, made in {:?}",
            file.len(),
            start.elapsed()
        );
    }
    // As much as is read at all, of signs that parsers have stumbled over.
    for signs in [
        "[", "*a ", "> ", "- ", "`", "<a ", "| a ", "![](", "**a *b ", "(a](",
    ] {
        let text = format!("# A\n\n{}", signs.repeat(1_400_000 / signs.len()));
        let start = Instant::now();
        let refused = import(text.as_bytes(), Format::Markdown).is_err();
        println!(
            "1.4 MB of {signs:?}: refused {refused} after {:?}",
            start.elapsed()
        );
    }
    Ok(())
}

/// The median of five runs, after one that does not count.
fn median<T, E>(run: impl Fn() -> Result<T, E>) -> Result<(T, Duration), E> {
    let mut made = run()?;
    let mut times = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        made = run()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok((made, times.into_iter().nth(2).unwrap_or_default()))
}

fn document(body: &CharterBody) -> Result<Document, Box<dyn std::error::Error>> {
    let cover = Cover {
        title: "Charte des usages de l'intelligence artificielle".to_owned(),
        owner: Owner {
            name: "Communauté d'agglomération du Pays des Sources".to_owned(),
            siren: "200054781".parse()?,
        },
        kind: KindName::Charter,
        version: 1,
        digest: Digest::ZERO,
        published_on: chrono::NaiveDate::default(),
        adoption: None,
    };
    let values = Values::default().with_defaults(&body.variables);
    let annexes = Annexes {
        locks: true,
        deviations: None,
    };
    Ok(Document::new(cover, body, &values, annexes))
}

/// Nearly as much text as a body may hold, in `count` clauses: read back it has a few more marks.
fn largest(body: &CharterBody, count: usize) -> Result<CharterBody, Box<dyn std::error::Error>> {
    let mut body = repeated(body, count)?;
    for clause in &mut body.clauses {
        let words = clause.text.chars().chain("\n\n".chars()).cycle();
        clause.text = words.take(900_000 / count).collect();
        clause.title.truncate(clause.title.floor_char_boundary(9));
    }
    Ok(body)
}

/// The clauses of `body` over and over, up to `count` of them, all at the top.
fn repeated(body: &CharterBody, count: usize) -> Result<CharterBody, Box<dyn std::error::Error>> {
    fn flat(clauses: &[Clause], all: &mut Vec<Clause>) {
        for clause in clauses {
            all.push(Clause {
                clauses: Vec::new(),
                ..clause.clone()
            });
            flat(&clause.clauses, all);
        }
    }
    let mut all = Vec::new();
    flat(&body.clauses, &mut all);
    let mut clauses: Vec<Clause> = all.iter().cycle().take(count).cloned().collect();
    for (index, clause) in clauses.iter_mut().enumerate() {
        clause.id = format!("c{index}").parse()?;
    }
    Ok(CharterBody {
        clauses,
        ..body.clone()
    })
}
