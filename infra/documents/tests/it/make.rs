//! x

use crate::support::demo;
use maillage_documents::{Format, render};

#[test]
fn make() {
    for format in Format::ALL {
        let t = std::time::Instant::now();
        let bytes = render(&demo(), *format).unwrap();
        println!("{format} {} {:?}", bytes.len(), t.elapsed());
        std::fs::write(format!("/tmp/vera/demo.{format}"), bytes).unwrap();
    }
}
