//! ZIP, the little of it that an archive needs: files stored as they are, one after the other.
//!
//! Our own, because a library writes what its version writes: these bytes must be the same for ever.
//! The reader takes nothing but what the writer writes, bit by bit. Whoever opens the archive with
//! another program and closes it again has another file, even if it says the same.
//!
//! No ZIP64: an archive ends at 4 GiB, which the writer says instead of going wrong.

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use maillage_domain::value::Digest;
use sha2::{Digest as _, Sha256};

/// The longest name of a file in it.
const MAX_NAME: usize = 200;
/// The most files in it.
const MAX_FILES: usize = 60_000;
/// What stands before each file, without its name.
const LOCAL: u64 = 30;
/// What stands at the end.
const END: usize = 22;
/// 1980-01-01, the first day that ZIP knows: no moment stands in an archive.
const DAY: u16 = 0x21;
/// ZIP 1.0 is all that stored files need.
const VERSION: u16 = 10;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;

/// Where a file stands, and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) size: u32,
    pub(super) crc: u32,
    offset: u32,
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl Place {
    /// What all headers share: version, flags, method, time, day, checksum, sizes, length of the name.
    fn common(&self) -> Vec<u8> {
        let length = u16::try_from(self.name.len()).unwrap_or(u16::MAX);
        let mut bytes = Vec::new();
        for word in [VERSION, FLAGS, 0, 0, DAY] {
            bytes.extend(word.to_le_bytes());
        }
        for word in [self.crc, self.size, self.size] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(length.to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }

    fn local(&self) -> Vec<u8> {
        [
            b"PK\x03\x04",
            self.common().as_slice(),
            self.name.as_bytes(),
        ]
        .concat()
    }

    fn central(&self) -> Vec<u8> {
        let made_by = VERSION.to_le_bytes();
        let nothing = [0_u8; 10];
        [
            b"PK\x01\x02",
            made_by.as_slice(),
            self.common().as_slice(),
            nothing.as_slice(),
            self.offset.to_le_bytes().as_slice(),
            self.name.as_bytes(),
        ]
        .concat()
    }

    fn start(&self) -> u64 {
        u64::from(self.offset) + LOCAL + self.name.len() as u64
    }

    fn end(&self) -> u64 {
        self.start() + u64::from(self.size)
    }
}

/// The directory with what ends the archive; nothing where there is no room for it.
fn closing(places: &[Place]) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = places.iter().flat_map(Place::central).collect();
    let files = u16::try_from(places.len()).ok()?;
    let length = u32::try_from(bytes.len()).ok()?;
    let offset = u32::try_from(places.last().map_or(0, Place::end)).ok()?;
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(files.to_le_bytes());
    bytes.extend(files.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend([0, 0]);
    Some(bytes)
}

/// Writes an archive, a file at a time.
pub(super) struct Writer<W> {
    out: W,
    places: Vec<Place>,
    at: u64,
    open: Option<Open>,
}

struct Open {
    place: Place,
    crc: crc32fast::Hasher,
    sha: Sha256,
    size: u64,
}

impl<W: Write + Seek> Writer<W> {
    pub(super) fn new(out: W) -> Self {
        let (places, at, open) = (Vec::new(), 0, None);
        Self {
            out,
            places,
            at,
            open,
        }
    }

    /// Begins a file.
    pub(super) fn begin(&mut self, name: &str) -> io::Result<()> {
        if self.places.len() >= MAX_FILES || name.len() > MAX_NAME {
            return Err(invalid("trop de fichiers pour une archive ZIP"));
        }
        let place = Place {
            name: name.to_owned(),
            size: 0,
            crc: 0,
            offset: u32::try_from(self.at).map_err(|_| too_large())?,
        };
        // Checksum and size are written once they are known.
        self.out.write_all(&place.local())?;
        self.open = Some(Open {
            place,
            crc: crc32fast::Hasher::new(),
            sha: Sha256::new(),
            size: 0,
        });
        Ok(())
    }

    /// Adds to the file that was begun.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let open = self
            .open
            .as_mut()
            .ok_or_else(|| invalid("no file was begun"))?;
        open.crc.update(bytes);
        open.sha.update(bytes);
        open.size += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// Ends the file: its size and its SHA-256.
    pub(super) fn end(&mut self) -> io::Result<(u64, Digest)> {
        let mut open = self
            .open
            .take()
            .ok_or_else(|| invalid("no file was begun"))?;
        open.place.size = u32::try_from(open.size).map_err(|_| too_large())?;
        open.place.crc = open.crc.finalize();
        self.at = open.place.end();
        if u32::try_from(self.at).is_err() {
            return Err(too_large());
        }
        self.out
            .seek(SeekFrom::Start(u64::from(open.place.offset)))?;
        self.out.write_all(&open.place.local())?;
        self.out.seek(SeekFrom::Start(self.at))?;
        self.places.push(open.place);
        let sha: [u8; 32] = open.sha.finalize().into();
        let digest = Digest::from_bytes(&sha).map_err(io::Error::other)?;
        Ok((open.size, digest))
    }

    /// Ends the archive.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let closing = closing(&self.places).ok_or_else(too_large)?;
        self.out.write_all(&closing)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn too_large() -> io::Error {
    invalid("l'archive dépasserait 4 Gio, ce que le format ZIP ne permet pas")
}

/// Reads an archive that the writer wrote; any other is refused with what is wrong.
pub(super) struct Reader<R> {
    input: R,
    places: Vec<Place>,
}

/// Takes a number of `N` bytes from `bytes` at `at`.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The longest directory that is read: that of as many files with names as long as there may be.
const MAX_DIRECTORY: u64 = (MAX_FILES * (46 + MAX_NAME)) as u64;

impl<R: Read + Seek> Reader<R> {
    pub(super) fn open(mut input: R) -> io::Result<Self> {
        let length = input.seek(SeekFrom::End(0))?;
        let cut = || invalid("ce n'est pas une archive ZIP, ou elle est tronquée");
        let tail = length.checked_sub(END as u64).ok_or_else(cut)?;
        input.seek(SeekFrom::Start(tail))?;
        let mut end = [0; END];
        input.read_exact(&mut end)?;
        if !end.starts_with(b"PK\x05\x06") {
            return Err(cut());
        }
        let offset = number(&end, 16).map_or(0, |bytes| u64::from(u32::from_le_bytes(bytes)));
        let size = length
            .checked_sub(offset)
            .filter(|size| *size <= MAX_DIRECTORY);
        let size = size.ok_or_else(cut)?;
        input.seek(SeekFrom::Start(offset))?;
        let mut directory = Vec::new();
        (&mut input).take(size).read_to_end(&mut directory)?;
        let places = places(&directory)?;
        // What we would have written is what must stand there: comments, extra fields, other
        // methods, gaps, and names that say otherwise elsewhere have no room.
        if closing(&places).as_deref() != Some(directory.as_slice()) {
            return Err(invalid(
                "la table des fichiers n'est pas celle qu'écrit maillage export",
            ));
        }
        let mut at = 0;
        for place in &places {
            input.seek(SeekFrom::Start(at))?;
            let wanted = place.local();
            let mut found = vec![0; wanted.len()];
            input.read_exact(&mut found)?;
            if u64::from(place.offset) != at || found != wanted {
                let what = format!(
                    "l'en-tête de « {} » n'est pas celui qu'écrit maillage export",
                    place.name
                );
                return Err(invalid(&what));
            }
            at = place.end();
        }
        Ok(Self { input, places })
    }

    /// The files, in the order in which they stand.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Goes to the beginning of a file, and reads as far as it goes.
    pub(super) fn file(&mut self, place: &Place) -> io::Result<io::Take<&mut R>> {
        self.input.seek(SeekFrom::Start(place.start()))?;
        Ok((&mut self.input).take(u64::from(place.size)))
    }
}

/// What the directory says, each name once. Names are compared with what an archive has by whoever
/// opens it: none is ever a path of this machine.
fn places(directory: &[u8]) -> io::Result<Vec<Place>> {
    let broken = || invalid("la table des fichiers de l'archive est illisible");
    let (mut places, mut names) = (Vec::new(), HashSet::new());
    let mut at = 0;
    while directory.get(at..at + 4) == Some(b"PK\x01\x02") {
        let word = |offset| number(directory, at + offset).map(u32::from_le_bytes);
        let length = number(directory, at + 28)
            .map(u16::from_le_bytes)
            .map(usize::from);
        let length = length
            .filter(|length| *length <= MAX_NAME)
            .ok_or_else(broken)?;
        let name = directory
            .get(at + 46..at + 46 + length)
            .ok_or_else(broken)?;
        let name = std::str::from_utf8(name).map_err(|_| broken())?.to_owned();
        if !names.insert(name.clone()) {
            return Err(invalid(&format!(
                "« {name} » figure deux fois dans l'archive"
            )));
        }
        let place = (word(16), word(24), word(42));
        let (Some(crc), Some(size), Some(offset)) = place else {
            return Err(broken());
        };
        places.push(Place {
            name,
            size,
            crc,
            offset,
        });
        at += 46 + length;
    }
    Ok(places)
}
