//! The drawing as PNG, by resvg with the fonts of the binary.
//!
//! resvg because Typst brings it along, and because it knows no network and no script. Nothing of
//! the machine is read: no font, no file.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::Forest;
use super::svg::{Signs, drawing};
use crate::RenderError;
use crate::limits;
use crate::pdf::{FAMILIES, FONTS};

/// How much larger than the drawing.
const TIMES: f64 = 2.0;

static KNOWN: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut known = Database::new();
    for font in FONTS.iter() {
        known.load_font_source(Source::Binary(Arc::new(font.data().clone())));
    }
    known.set_serif_family(FAMILIES[0]);
    Arc::new(known)
});

/// The plot as a picture.
pub fn png(forest: &Forest) -> Result<Vec<u8>, RenderError> {
    let drawing = drawing(forest, Signs::Known);
    let options = Options {
        fontdb: Arc::clone(&KNOWN),
        font_family: FAMILIES[0].to_owned(),
        // There is no image in a drawing; were there one, it would not be fetched.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(&drawing.text, &options).map_err(|_| RenderError::Picture)?;
    let (width, height) = (drawing.width, drawing.height);
    let times = TIMES.min((limits::PIXELS / (width * height)).sqrt());
    let side = |length: f64| (length * times).floor().max(1.0) as u32;
    let mut pixels = Pixmap::new(side(width), side(height)).ok_or(RenderError::Picture)?;
    pixels.fill(Color::WHITE);
    let times = Transform::from_scale(times as f32, times as f32);
    resvg::render(&tree, times, &mut pixels.as_mut());
    pixels.encode_png().map_err(|_| RenderError::Picture)
}
