//! Forest plots of any values: nothing leaves the sheet, nothing is undefined.

use maillage_documents::forest::{Forest, Pooled, Row, Scale, svg};
use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;

use crate::forest::forest;

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -10.0..10.0_f64,
        prop::sample::select(vec![
            0.0,
            -0.0,
            1.0,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            5e-324,
            1e15,
            1e15 + 1.0,
        ]),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (value(), value(), value(), prop::option::of(value()));
    let row = row.prop_map(|(estimate, low, high, weight)| Row {
        label: "x".to_owned(),
        estimate,
        low,
        high,
        weight,
    });
    prop::collection::vec(row, 0..6)
}

fn pooled() -> impl Strategy<Value = Option<Pooled>> {
    let prediction = prop::option::of((value(), value()));
    let pooled = (value(), value(), value(), prediction);
    prop::option::of(pooled.prop_map(|(estimate, low, high, prediction)| Pooled {
        label: "y".to_owned(),
        estimate,
        low,
        high,
        prediction,
    }))
}

const LENGTHS: [&str; 10] = [
    "x", "y", "x1", "x2", "y1", "y2", "width", "height", "points", "viewBox",
];

proptest! {
    #[test]
    fn every_length_is_a_number_on_the_sheet(
        rows in rows(),
        pooled in pooled(),
        reference in prop::option::of(value()),
        linear in any::<bool>(),
    ) {
        let scale = if linear { Scale::Linear } else { Scale::Logarithmic };
        let forest = Forest { scale, reference, rows, pooled, ..forest() };
        let svg = svg(&forest);
        let read = Document::parse(&svg).unwrap();
        let root = read.root_element();
        let height: f64 = root.attribute("height").unwrap().parse().unwrap();
        for node in read.descendants() {
            for name in LENGTHS {
                let lengths = node.attribute(name).unwrap_or_default();
                for length in lengths.split([' ', ',']).filter(|it| !it.is_empty()) {
                    let length: f64 = length.parse().unwrap();
                    prop_assert!(length >= 0.0 && length <= height.max(960.0), "{name} {length}");
                }
            }
        }
    }
}
