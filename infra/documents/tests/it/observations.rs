//! Observations as CSV: what is read of them, and what is refused by its place.

use maillage_documents::limits;
use maillage_documents::observations::{Reduced, reduce};
use maillage_domain::evaluation::{Count, Figures, Group, Reduction};
use proptest::prelude::*;

use Reduction::{Events, Means, Paired, Proportion};

fn reduced(text: impl AsRef<[u8]>, reduction: Reduction) -> Reduced {
    reduce(text.as_ref(), reduction).unwrap()
}

/// The faults, each as `place slug`.
fn faults(text: impl AsRef<[u8]>, reduction: Reduction) -> Vec<String> {
    let faults = reduce(text.as_ref(), reduction).unwrap_err();
    assert!(faults.total >= faults.first.len());
    let told = faults.first.iter();
    told.map(|it| format!("{} {}", it.pointer.as_str(), it.code))
        .collect()
}

const TWO: Figures = Figures::Means {
    treated: Group {
        n: 2,
        mean: 2.0,
        sd: std::f64::consts::SQRT_2,
    },
    control: Group {
        n: 2,
        mean: 4.5,
        sd: 0.0,
    },
};

#[test]
fn spreadsheets_of_either_language_are_read() {
    for text in [
        "group,value\ntreated,1\ntreated,3\ncontrol,4.5\ncontrol,4.5\n",
        "\u{feff}groupe;valeur\r\nessai;1,0\r\nessai;3\r\ntémoin;4,5\r\nTEMOIN;4,5\r\n",
        "Valeur\tGROUPE\n 1 \tEssai\n+3\ttreated\n45e-1\tcontrol\n\n\n.45E1\ttémoin",
        "\"groupe\";\"valeur\"\n\"essai\";\"1,\"\n\"essai\";\"3\"\n;\n\"témoin\";\"4,5\"\n\"témoin\";\"4,50\"\n",
        "groupe;effectif;moyenne;écart-type\ntémoin;2;4,5;0\nessai;2;2;1,4142135623730951\n",
    ] {
        let read = reduced(text, Means);
        assert_eq!(read.figures, TWO, "{text}");
        assert_eq!(read.rows, if text.contains("effectif") { 2 } else { 4 });
        assert_eq!(read.ignored, Vec::<String>::new());
    }
}

#[test]
fn differences_are_after_minus_before() {
    let paired = Figures::Paired {
        n: 2,
        mean: -3.0,
        sd: std::f64::consts::SQRT_2,
    };
    for text in [
        "avant;après\n10,5;8,5\n9;5\n",
        "after,before\n8.5,10.5\n5,9\n",
        "difference\n-2\n-4\n",
        "Écart\n-2,0\n-4,0\n",
        "n;mean;sd\n2;-3;1.4142135623730951\n",
    ] {
        assert_eq!(reduced(text, Paired).figures, paired, "{text}");
    }
}

#[test]
fn what_happened_is_counted() {
    let treated = Count { events: 2, n: 3 };
    let control = Count { events: 0, n: 1 };
    for text in [
        "groupe;évènement\nessai;oui\nessai;NON\nessai;1\ntémoin;0\n",
        "group,événement\ntreated,yes\ntreated,no\ntreated,yes\ncontrol,no\n",
        "group;n;events\ncontrol;1;0\ntreated;3;2\n",
    ] {
        let events = Figures::Events { treated, control };
        assert_eq!(reduced(text, Events).figures, events, "{text}");
    }
    for text in ["event\n1\n0\noui\n", "n,évènements\n3,2\n"] {
        let proportion = Figures::Proportion(treated);
        assert_eq!(reduced(text, Proportion).figures, proportion, "{text}");
    }
}

#[test]
fn other_columns_are_named_and_nothing_else_is_told_of_them() {
    let text = "Nom;groupe;Service;valeur;;\nMme Durand;essai;État civil;1;;\n\
        =1+1;essai;Accueil;3;;x\n;témoin;;4,5;;\n;témoin;;4,5;;\n";
    let read = reduced(text, Means);
    assert_eq!(read.figures, TWO);
    assert_eq!(read.ignored, ["Nom", "Service", "#6"]);
    // Figures that nobody asked for are other columns as well.
    let read = reduced("difference;group\n-2;x\n-4;\n", Paired);
    assert_eq!(read.ignored, ["group"]);
}

#[test]
fn headings_that_do_not_say_what_to_read_are_refused() {
    for (text, reduction, expected) in [
        ("", Means, vec!["/header header_missing"]),
        ("\n\n", Means, vec!["/header header_missing"]),
        (
            "essai;1\ntémoin;2\n",
            Means,
            vec![
                "/header/group column_missing",
                "/header/value column_missing",
            ],
        ),
        (
            "group\nessai\n",
            Means,
            vec!["/header/value column_missing"],
        ),
        (
            "group;n;mean\nessai;1;2\n",
            Means,
            vec!["/header/sd column_missing"],
        ),
        (
            "group;value\nessai;1\n",
            Paired,
            vec!["/header/difference column_missing"],
        ),
        (
            "group;valeur;Value\nessai;1;1\n",
            Means,
            vec!["/header/value column_duplicate"],
        ),
        (
            "avant;après;écart\n1;2;1\n",
            Paired,
            vec!["/header columns_ambiguous"],
        ),
        (
            "a\u{7};event\n",
            Proportion,
            vec!["/header text_control_character"],
        ),
    ] {
        assert_eq!(faults(text, reduction), expected, "{text}");
    }
}

#[test]
fn faults_are_told_by_line_and_column() {
    for (row, expected) in [
        ("essai;NaN", "/rows/3/value cell_number"),
        ("essai;inf", "/rows/3/value cell_number"),
        ("essai;-infinity", "/rows/3/value cell_number"),
        ("essai;1e400", "/rows/3/value cell_out_of_range"),
        ("essai;-1e31", "/rows/3/value cell_out_of_range"),
        ("essai;=1+1", "/rows/3/value cell_number"),
        ("essai;0x10", "/rows/3/value cell_number"),
        ("essai;1 234", "/rows/3/value cell_number"),
        ("essai;1.234,5", "/rows/3/value cell_number"),
        ("essai;1,2,3", "/rows/3/value cell_number"),
        ("essai;e5", "/rows/3/value cell_number"),
        ("essai;-", "/rows/3/value cell_number"),
        ("essai;", "/rows/3/value cell_missing"),
        (";1", "/rows/3/group cell_missing"),
        ("=cmd;1", "/rows/3/group cell_group"),
        ("essai;1;2", "/rows/3 row_length"),
        ("essai,1", "/rows/3 row_length"),
        ("essai", "/rows/3 row_length"),
        ("essai;\"1\n2\"", "/rows/3/value cell_line_break"),
        ("essai;1\u{0}2", "/rows/3/value text_control_character"),
    ] {
        let text = format!("groupe;valeur\nessai;1\n{row}\ntémoin;2\n");
        let told = faults(&text, Means);
        assert_eq!(told, [expected], "{row}");
    }
    // Empty lines are counted as a spreadsheet counts them.
    let told = faults("\n\nevent\n\n1\n\n;\npeut-être\n", Proportion);
    assert_eq!(told, ["/rows/8/event cell_event"]);
    for (row, expected) in [
        ("essai;1,5;0", "/rows/3/n cell_count"),
        ("essai;-1;0", "/rows/3/n cell_count"),
        ("essai;4294967296;0", "/rows/3/n cell_count"),
        ("témoin;3;1", "/rows/3/group row_repeated"),
        ("essai;2;3", "/figures/treated events_exceed_n"),
    ] {
        let told = faults(format!("group;n;events\ntémoin;3;1\n{row}\n"), Events);
        assert_eq!(told, [expected], "{row}");
    }
    let told = faults("n;mean;sd\n3;1;1\n3;1;1\n", Paired);
    assert_eq!(told, ["/rows/3/n row_repeated"]);
}

#[test]
fn one_table_has_one_decimal_mark() {
    assert_eq!(
        faults("difference\n1,5\n1\n2.5\n", Paired),
        ["/rows/4/difference decimal_marks_mixed"]
    );
    // A comma that separates cells is no mark, be it quoted.
    assert_eq!(
        faults("group,value\nessai,\"1,234\"\n", Means),
        ["/rows/2/value cell_number"]
    );
}

#[test]
fn too_few_rows_give_no_figures() {
    for (text, reduction, expected) in [
        ("group;value\n", Means, vec!["/rows rows_missing"]),
        ("group;value\n;\n", Means, vec!["/rows rows_missing"]),
        (
            "group;value\nessai;1\n",
            Means,
            vec![
                "/figures/treated n_too_small",
                "/figures/control n_too_small",
            ],
        ),
        ("difference\n1\n", Paired, vec!["/figures n_too_small"]),
        (
            "group;event\nessai;1\n",
            Events,
            vec!["/figures/control n_too_small"],
        ),
        (
            "group;n;mean;sd\nessai;3;1;-1\n",
            Means,
            vec![
                "/figures/treated sd_negative",
                "/figures/control n_too_small",
            ],
        ),
    ] {
        assert_eq!(faults(text, reduction), expected, "{text}");
    }
}

#[test]
fn what_is_no_table_in_utf_8_is_refused_whole() {
    let latin = b"groupe;valeur\nt\xe9moin;1\n";
    let wide: Vec<u8> = "group;value\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (file, code) in [
        (latin.to_vec(), " csv_encoding"),
        ([b"\xff\xfe", wide.as_slice()].concat(), " csv_encoding"),
        (b"group;value\nessai;\"1\nessai;2\n".to_vec(), " csv_quotes"),
    ] {
        assert_eq!(faults(file, Means), [code]);
    }
    // A cell that takes the rows after it in is seen, however its marks add up.
    let text = "group;value;note\nessai;1;\"a\nessai;2;b\nessai;3;\"c\nessai;4;d\n";
    assert_eq!(faults(text, Means)[0], "/rows/2/note cell_line_break");
    // Zeros between letters: what is left of it has no known heading.
    assert_eq!(faults(wide, Means), ["/header text_control_character"]);
}

#[test]
fn a_table_has_its_limits() {
    let rows = |n: usize| format!("event\n{}", "1\n".repeat(n));
    let most = limits::OBSERVATIONS as usize;
    let read = reduced(rows(most), Proportion);
    assert_eq!(read.rows as usize, most);
    assert_eq!(faults(rows(most + 1), Proportion), ["/rows rows_too_many"]);

    let wide = |n: usize| format!("event{}\n1{}\n", ";x".repeat(n - 1), ";".repeat(n - 1));
    let read = reduced(wide(limits::OBSERVED), Proportion);
    assert_eq!(read.ignored.len(), limits::OBSERVED - 1);
    let told = faults(wide(limits::OBSERVED + 1), Proportion);
    assert_eq!(told, ["/header columns_too_many"]);

    let long = |n: usize| format!("event;note\n1;{}\n", "é".repeat(n));
    reduced(long(limits::CELL), Proportion);
    let told = faults(long(limits::CELL + 1), Proportion);
    assert_eq!(told, ["/rows/2/note cell_too_long"]);
    let heading = format!("event;{}\n1;\n", "é".repeat(limits::CELL + 1));
    assert_eq!(faults(heading, Proportion), ["/header cell_too_long"]);

    let bad = faults(format!("event\n{}", "x\n".repeat(50)), Proportion);
    assert_eq!(bad.len(), limits::FAULTS);
    let all = reduce(
        format!("event\n{}", "x\n".repeat(50)).as_bytes(),
        Proportion,
    );
    assert_eq!(all.unwrap_err().total, 50);
}

#[test]
fn no_fault_says_what_stood_in_a_cell() {
    let text = "groupe;valeur;Agent\nDurand;Durand;Durand\nessai;Durand\n";
    let told = format!("{:?}", reduce(text.as_bytes(), Means).unwrap_err());
    assert!(!told.contains("Durand"), "{told}");
}

#[test]
fn the_worst_four_mebibytes_are_read_or_refused() {
    const LENGTH: usize = 4 * 1024 * 1024;
    for part in [
        ";", "\n", "\"", "\"\"", "event;", "a", "1\n", ";\n", "\t,;", "é", "event\n",
    ] {
        for start in ["", "event;note\n"] {
            let text = format!("{start}{}", part.repeat(LENGTH / part.len()));
            let told = reduce(text.as_bytes(), Proportion);
            assert!(told.is_err(), "{start}{part}");
        }
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "(group|value|event|[;,\t\n\"0-9.e-]){0,80}") {
        for reduction in [Means, Paired, Events, Proportion] {
            let _ = reduce(&bytes, reduction);
            let _ = reduce(text.as_bytes(), reduction);
        }
    }

    #[test]
    fn what_is_written_is_read(values in prop::collection::vec(-1e6_f64..1e6, 2..60), comma in any::<bool>()) {
        let rows: Vec<String> = values.iter().map(|value| {
            let text = value.to_string();
            if comma { text.replace('.', ",") } else { text }
        }).collect();
        let read = reduced(format!("écart\n{}", rows.join("\n")), Paired);
        let Figures::Paired { n, mean, .. } = read.figures else { panic!() };
        prop_assert_eq!(n as usize, values.len());
        let plain = values.iter().sum::<f64>() / values.len() as f64;
        prop_assert!((mean - plain).abs() <= 1e-9 * 1e6, "{} {}", mean, plain);
    }
}
