//! Forest plots: read back as XML, as a table and as a picture.

use maillage_documents::forest::{
    Forest, Language, Pooled, Row, Scale, Words, effect, png, svg, table,
};
use maillage_documents::limits;
use resvg::tiny_skia::Pixmap;
use resvg::usvg::roxmltree::{Document, Node};

fn row(label: &str, estimate: f64, low: f64, high: f64, weight: f64) -> Row {
    Row {
        label: label.to_owned(),
        estimate,
        low,
        high,
        weight: Some(weight),
    }
}

pub fn forest() -> Forest {
    Forest {
        title: "Délai de réponse".to_owned(),
        description: "Trois résultats, tous en dessous de zéro.".to_owned(),
        axis: "Différence (min)".to_owned(),
        scale: Scale::Linear,
        reference: Some(0.0),
        rows: vec![
            row("Cergy", -4.5, -5.9, -3.1, 0.38),
            row("Pontoise", -3.2, -5.1, -1.3, 0.33),
            row("Osny", -6.1, -8.3, -3.9, 0.29),
        ],
        pooled: Some(Pooled {
            label: "Ensemble".to_owned(),
            estimate: -4.4,
            low: -6.0,
            high: -2.8,
            prediction: Some((-8.1, -0.7)),
        }),
        words: Words {
            study: "Collectivité".to_owned(),
            effect: "Effet [IC 95 %]".to_owned(),
            weight: "Poids".to_owned(),
            prediction: "Prédiction".to_owned(),
        },
        language: Language::French,
    }
}

/// With a marker for the two forms of a space that does not break.
fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], "~")
}

fn texts(svg: &str) -> Vec<String> {
    let read = Document::parse(svg).unwrap();
    let texts = read.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| plain(node.text().unwrap())).collect()
}

fn count(svg: &str, tag: &str) -> usize {
    let read = Document::parse(svg).unwrap();
    read.descendants()
        .filter(|node| node.tag_name().name() == tag)
        .count()
}

/// How many groups have a mark of this tag beside their words.
fn marked(svg: &str, tag: &str) -> usize {
    let read = Document::parse(svg).unwrap();
    let groups = read
        .descendants()
        .filter(|node| node.tag_name().name() == "g");
    let has = |group: &Node<'_, '_>| group.children().any(|it| it.tag_name().name() == tag);
    groups.filter(has).count()
}

#[test]
fn a_drawing_opens_with_its_title_and_description_and_is_named_by_them() {
    let svg = svg(&forest());
    let read = Document::parse(&svg).unwrap();
    let root = read.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    assert_eq!(root.attribute("lang"), Some("fr"));
    let mut children = root.children().filter(Node::is_element);
    let (title, description) = (children.next().unwrap(), children.next().unwrap());
    assert_eq!(title.tag_name().name(), "title");
    assert_eq!(title.text(), Some("Délai de réponse"));
    assert_eq!(description.tag_name().name(), "desc");
    let text = description.text();
    assert_eq!(text, Some("Trois résultats, tous en dessous de zéro."));
    let ids = [title, description].map(|it| it.attribute("id").unwrap());
    let names: Vec<_> = root
        .attribute("aria-labelledby")
        .unwrap()
        .split(' ')
        .collect();
    assert_eq!(names, ids);
}

#[test]
fn the_ids_of_two_drawings_in_a_page_differ() {
    let mut other = forest();
    other.description.push('!');
    let id = |forest: &Forest| {
        let svg = svg(forest);
        let read = Document::parse(&svg).unwrap();
        read.root_element()
            .attribute("aria-labelledby")
            .unwrap()
            .to_owned()
    };
    assert_ne!(id(&forest()), id(&other));
}

#[test]
fn all_figures_stand_as_text_in_french() {
    let texts = texts(&svg(&forest()));
    for figures in [
        "Collectivité",
        "Poids",
        "Cergy",
        "−4,5 [−5,9~; −3,1]",
        "38~%",
        "−3,2 [−5,1~; −1,3]",
        "33~%",
        "−6,1 [−8,3~; −3,9]",
        "29~%",
        "−4,4 [−6,0~; −2,8]",
        "[−8,1~; −0,7]",
        "Différence (min)",
        "−8",
        "0",
    ] {
        assert!(
            texts.iter().any(|text| text == figures),
            "{figures}: {texts:?}"
        );
    }
}

#[test]
fn a_figure_beside_the_plot_is_written_like_those_on_it() {
    let beside = plain(&effect(&forest(), -4.512, -5.94, -3.08));
    assert_eq!(beside, "\u{2212}4,5 [\u{2212}5,9~; \u{2212}3,1]");
    assert!(plain(&table(&forest())).contains(&beside));
}

#[test]
fn all_figures_stand_as_text_in_english() {
    let mut forest = forest();
    forest.language = Language::English;
    forest.rows[0].weight = Some(0.004);
    let texts = texts(&svg(&forest));
    for figures in ["−4.5 [−5.9, −3.1]", "0.4%", "33.0%", "[−8.1, −0.7]"] {
        assert!(
            texts.iter().any(|text| text == figures),
            "{figures}: {texts:?}"
        );
    }
}

#[test]
fn shapes_tell_results_from_what_they_show_together() {
    let svg = svg(&forest());
    assert_eq!(count(&svg, "polygon"), 1, "one diamond, no arrow");
    assert_eq!(
        marked(&svg, "rect"),
        4,
        "three squares and a prediction interval"
    );
    assert!(svg.contains("stroke-dasharray"));
}

#[test]
fn words_are_black_on_white_and_nothing_is_fetched() {
    let svg = svg(&forest());
    let read = Document::parse(&svg).unwrap();
    assert_eq!(read.root_element().attribute("fill"), Some("#000"));
    for node in read.descendants().filter(Node::is_element) {
        let is_text = node.has_tag_name(("http://www.w3.org/2000/svg", "text"));
        assert!(!is_text || node.attribute("fill").is_none());
        for name in ["href", "src", "style", "class"] {
            assert_eq!(node.attribute(name), None);
        }
    }
    assert_eq!(svg.matches("http").count(), 1, "the namespace alone");
    assert!(!svg.contains("url("));
}

#[test]
fn a_square_grows_with_its_weight() {
    let svg = svg(&forest());
    let read = Document::parse(&svg).unwrap();
    let squares = read
        .descendants()
        .filter(|it| it.attribute("fill") == Some("#333"));
    let sides: Vec<f64> = squares
        .map(|it| it.attribute("width").unwrap().parse().unwrap())
        .collect();
    assert!(sides[0] > sides[1] && sides[1] > sides[2], "{sides:?}");
}

#[test]
fn an_interval_much_wider_than_most_leaves_the_axis_by_arrows() {
    let mut forest = forest();
    forest.rows[2].low = -600.0;
    forest.rows[2].high = 600.0;
    let svg = svg(&forest);
    assert_eq!(count(&svg, "polygon"), 3, "a diamond and two arrows");
    assert!(texts(&svg).contains(&"−6,1 [−600,0~; 600,0]".to_owned()));
}

#[test]
fn what_a_logarithm_does_not_have_keeps_its_figures_and_has_no_mark() {
    let mut forest = forest();
    forest.scale = Scale::Logarithmic;
    forest.reference = Some(1.0);
    forest.pooled = None;
    forest.rows = vec![
        row("a", 0.5, 0.25, 1.0, 0.5),
        row("b", 2.0, 0.0, 8.0, 0.2),
        row("c", -1.0, -2.0, -0.5, 0.3),
    ];
    let svg = svg(&forest);
    assert_eq!(marked(&svg, "rect"), 2);
    assert_eq!(marked(&svg, "line"), 2);
    assert_eq!(count(&svg, "polygon"), 1, "zero is without end");
    assert!(texts(&svg).iter().any(|text| text.starts_with("−1,0")));
}

#[test]
fn equal_ratios_are_equally_far() {
    let mut forest = forest();
    forest.scale = Scale::Logarithmic;
    forest.reference = None;
    forest.pooled = None;
    forest.rows = [0.25, 1.0, 4.0]
        .map(|it| row("a", it, it, it, 0.3))
        .to_vec();
    let svg = svg(&forest);
    let read = Document::parse(&svg).unwrap();
    let squares = read
        .descendants()
        .filter(|it| it.attribute("fill") == Some("#333"));
    let at: Vec<f64> = squares
        .map(|it| it.attribute("x").unwrap().parse().unwrap())
        .collect();
    assert!((at[1] - at[0] - (at[2] - at[1])).abs() < 0.3, "{at:?}");
}

#[test]
fn the_same_plot_gives_the_same_bytes() {
    assert_eq!(svg(&forest()), svg(&forest()));
    assert_eq!(table(&forest()), table(&forest()));
    assert_eq!(png(&forest()).unwrap(), png(&forest()).unwrap());
}

#[test]
fn hostile_words_are_words() {
    let hostile = [
        "<script>alert(1)</script>",
        "\"'><image href=\"https://example.org/a.png\"/>",
        "a\u{0}\u{1b}\u{8}\u{ffff}\u{202e}b\nc",
        "]]>&#0;&amp;<!--",
        "😀 漢字 العربية",
    ];
    let long = "é".repeat(10_000);
    for text in hostile.into_iter().chain([long.as_str()]) {
        let mut forest = forest();
        forest.title = text.to_owned();
        forest.description = text.to_owned();
        forest.axis = text.to_owned();
        forest.rows[0].label = text.to_owned();
        forest.words.effect = text.to_owned();
        let svg = svg(&forest);
        let table = table(&forest);
        for form in [&svg, &table] {
            let read = Document::parse(form).unwrap();
            let known =
                |node: &Node<'_, '_>| !["script", "image"].contains(&node.tag_name().name());
            assert!(read.descendants().all(|node| known(&node)), "{form}");
            assert!(!form.contains(['\u{0}', '\u{1b}', '\u{202e}']));
            assert!(form.len() < 40_000, "{}", form.len());
        }
        png(&forest).unwrap();
    }
}

#[test]
fn a_long_label_is_shortened_and_stands_in_full_in_the_title_of_its_line() {
    let mut forest = forest();
    let long = "Communauté d'agglomération du Grand Paris Sud Seine-Essonne-Sénart";
    forest.rows[1].label = long.to_owned();
    let svg = svg(&forest);
    let short = texts(&svg)
        .into_iter()
        .find(|text| text.ends_with('…'))
        .unwrap();
    assert!(long.starts_with(short.trim_end_matches('…')), "{short}");
    let read = Document::parse(&svg).unwrap();
    let mut titles = read
        .descendants()
        .filter(|it| it.tag_name().name() == "title");
    assert!(titles.any(|title| title.text() == Some(long)));
}

#[test]
fn two_hundred_lines_are_drawn_and_more_are_counted() {
    let mut forest = forest();
    forest.rows = (0..limits::ROWS + 7)
        .map(|n| {
            row(
                &format!("Commune {n}"),
                n as f64,
                n as f64 - 1.0,
                n as f64 + 2.0,
                0.005,
            )
        })
        .collect();
    let svg = svg(&forest);
    let texts = texts(&svg);
    assert!(texts.contains(&"Commune 199".to_owned()));
    assert!(!texts.contains(&"Commune 200".to_owned()));
    assert!(texts.contains(&"… + 7".to_owned()));
    let ends = texts.iter().filter(|text| *text == "200").count();
    assert_eq!(ends, 2, "the axis stands above as well");
    assert!(table(&forest).contains("Commune 206"));
    let picture = Pixmap::decode_png(&png(&forest).unwrap()).unwrap();
    let points = f64::from(picture.width()) * f64::from(picture.height());
    assert!(points <= limits::PIXELS);
    assert!(picture.width() > 960);
}

#[test]
fn the_table_has_a_caption_and_headings_and_every_figure() {
    let table = plain(&table(&forest()));
    let read = Document::parse(&table).unwrap();
    let text = |name: &str, scope: Option<&str>| -> Vec<String> {
        let nodes = read.descendants().filter(|it| it.tag_name().name() == name);
        let nodes = nodes.filter(|it| it.attribute("scope") == scope);
        nodes
            .map(|it| it.text().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(text("caption", None), ["Délai de réponse"]);
    assert_eq!(
        text("th", Some("col")),
        ["Collectivité", "Effet [IC 95 %]", "Poids"]
    );
    let rows = ["Cergy", "Pontoise", "Osny", "Ensemble", "Prédiction"];
    assert_eq!(text("th", Some("row")), rows);
    let cells = text("td", None);
    assert_eq!(cells.len(), 10);
    assert_eq!(cells[..2], ["−4,5 [−5,9~; −3,1]", "38~%"]);
    assert_eq!(cells[8..], ["[−8,1~; −0,7]", ""]);
}

#[test]
fn a_picture_is_twice_as_large_and_in_grey() {
    let picture = Pixmap::decode_png(&png(&forest()).unwrap()).unwrap();
    assert_eq!(picture.width(), 1920);
    let pixels = picture.pixels();
    assert!(
        pixels
            .iter()
            .all(|it| it.red() == it.green() && it.green() == it.blue())
    );
    let dark = pixels.iter().filter(|it| it.red() < 64).count();
    assert!(dark > 5_000, "{dark}");
    assert!(dark < pixels.len() / 10, "{dark}");
}

#[test]
fn a_picture_has_letters() {
    let letters = |title: &str| {
        let mut forest = forest();
        forest.title = title.to_owned();
        let picture = Pixmap::decode_png(&png(&forest).unwrap()).unwrap();
        picture.pixels().iter().filter(|it| it.red() < 64).count()
    };
    assert!(letters("Délai de réponse aux demandes") > letters("D") + 1_000);
}
