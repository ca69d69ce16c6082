//! Texts too long to be compared word by word: sentence by sentence, or as a whole.

use maillage_domain::commons::compare::{PieceChange, compare};
use maillage_domain::commons::merge::{Choices, Origin, Sides, merge};
use maillage_domain::commons::{CharterBody, limits};

use crate::commons::fixture::charter;

/// A text of 600 sentences, some of them other words.
fn text(changed: impl Fn(usize) -> bool, word: &str) -> String {
    let sentence = |n: usize| match changed(n) {
        true => format!("La phrase {n} {word} ici."),
        false => format!("La phrase {n} se trouve ici."),
    };
    let text = (0..600).map(sentence).collect::<Vec<_>>().join(" ");
    assert!(text.chars().count() <= limits::TEXT);
    text
}

/// The merged text and where it comes from; the same with the sides swapped.
fn merged(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let one = |mine: &str, theirs: &str| {
        let (base, mine, theirs) = (charter(base), charter(mine), charter(theirs));
        let sides = Sides {
            base: &base,
            mine: &mine,
            theirs: &theirs,
        };
        let merge = merge(sides, &Choices::new());
        let origin = merge.steps[1].changes[0].1;
        let body = merge.settled().ok()?;
        assert_eq!(origin, Origin::Words);
        Some(body.clauses[0].text.clone())
    };
    let merged = one(mine, theirs);
    assert_eq!(merged, one(theirs, mine));
    merged
}

#[test]
fn a_few_words_of_a_long_text_merge_word_by_word() {
    let base = text(|_| false, "");
    let (mine, theirs) = (text(|n| n == 100, "est"), text(|n| n == 500, "reste"));
    let both = mine.replace("phrase 500 se trouve", "phrase 500 reste");
    assert_eq!(merged(&base, &mine, &theirs), Some(both));
    // In one sentence too, as long as each side keeps to one part of it.
    let mine = base.replace("La phrase 300 se", "Une phrase 300 se");
    let theirs = base.replace("phrase 300 se trouve ici.", "phrase 300 se trouve là.");
    assert!(merged(&base, &mine, &theirs).is_some());
}

#[test]
fn changes_all_over_a_long_text_merge_sentence_by_sentence() {
    let base = text(|_| false, "");
    let mine = text(|n| n % 10 == 0, "est");
    let theirs = text(|n| n % 10 == 5, "reste");
    let both = merged(&base, &mine, &theirs).unwrap();
    assert_eq!(both.matches(" est ici.").count(), 60);
    assert_eq!(both.matches(" reste ici.").count(), 60);
    assert_eq!(both.matches(" se trouve ici.").count(), 480);
    // Within a sentence nothing is told apart any more: somebody chooses.
    let theirs = base.replace("La phrase 0 se", "Une phrase 0 se");
    assert_eq!(merged(&base, &mine, &theirs), None);
    let mine = text(|n| n == 0, "est");
    assert!(merged(&base, &mine, &theirs).is_some());
}

#[test]
fn a_long_text_without_sentences_is_one() {
    let words = |word: &str| format!("{word} ").repeat(3_000);
    let base = words("un deux");
    let mine = format!("x {} y", base.trim());
    assert_eq!(merged(&base, &mine, &words("deux un")), None);
}

#[test]
fn however_a_comparison_cuts_it_tells_both_texts_whole() {
    let base = text(|_| false, "");
    let words = "un deux ".repeat(2_400);
    for (from, to) in [
        (base.clone(), text(|n| n == 3, "est")),
        (base.clone(), text(|n| n % 2 == 0, "est")),
        (base, words.clone()),
        (words, "trois ".repeat(3_000)),
        (String::new(), "a, ".repeat(6_000)),
    ] {
        let side = |body: &CharterBody| body.clauses[0].text.clone();
        let (from, to) = (charter(&from), charter(&to));
        let told = &compare(&from, &to).clauses[0].text;
        let without = |gone: PieceChange| -> String {
            let pieces = told.iter().filter(|piece| piece.change != gone);
            pieces.map(|piece| piece.text.as_str()).collect()
        };
        assert_eq!(without(PieceChange::Added), side(&from));
        assert_eq!(without(PieceChange::Removed), side(&to));
    }
}
