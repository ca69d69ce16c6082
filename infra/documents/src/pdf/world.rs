//! All that Typst may see: one source, one file of data, the fonts of the binary.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

const SOURCE: &str = include_str!("document.typ");

/// The fonts that documents use. Typst's assets have more, for mathematics.
pub static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let fonts = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
    let used = fonts.filter(|font| FAMILIES.contains(&font.info().family.as_str()));
    used.collect()
});

/// Their families, the preferred one first; `document.typ` names the same.
pub const FAMILIES: [&str; 3] = [
    "Libertinus Serif",
    "New Computer Modern",
    "DejaVu Sans Mono",
];

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// What one document is made from.
pub struct Fixed {
    source: Source,
    data_id: FileId,
    data: Bytes,
}

impl Fixed {
    /// The fixed source with the data of one document.
    pub fn new(data: Vec<u8>) -> Option<Self> {
        let file = |path| {
            let path = VirtualPath::new(path).ok()?;
            Some(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        Some(Self {
            source: Source::new(file("/document.typ")?, SOURCE.to_owned()),
            data_id: file("/document.json")?,
            data: Bytes::new(data),
        })
    }
}

impl World for Fixed {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() {
            Ok(self.source.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
