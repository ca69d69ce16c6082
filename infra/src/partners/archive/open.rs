//! Opening an archive: nothing of it is believed before all of it was checked.

use std::io::{Read, Seek};

use maillage_domain::partners::archive::{
    ENTITIES, Entity, MAX_MANIFEST, Manifest, REFERENCES, place,
};
use maillage_domain::value::{Digest, Siren};

use super::export::{Hasher, digest};
use super::lines::Lines;
use super::zip::{Place, Reader};
use super::{ArchiveError, Seal};

/// An archive whose signature, form and digests hold.
pub(super) struct Opened<R> {
    zip: Reader<R>,
    pub(super) manifest: Manifest,
    pub(super) sha256: Digest,
}

/// What stands in an archive, in order.
fn layout() -> Vec<String> {
    let mut paths = vec![place::README.to_owned()];
    paths.extend(ENTITIES.iter().map(place::schema));
    paths.extend(REFERENCES.iter().map(place::reference_schema));
    paths.extend(ENTITIES.iter().map(place::data));
    paths.extend(REFERENCES.iter().map(place::reference));
    paths
}

impl<R: Read + Seek> Opened<R> {
    /// Checks the signature, then everything else, with the signature in mind.
    pub(super) fn new(
        mut file: R,
        signature: &str,
        keys: &str,
        wanted: Option<&Siren>,
    ) -> Result<Self, ArchiveError> {
        let seal = Seal::verify(signature, keys)?;
        let (_, sha256) = digest(&mut file)?;
        if sha256 != seal.sha256 {
            return Err(ArchiveError::Altered);
        }
        let mut zip = Reader::open(file)?;
        let manifest = read_manifest(&mut zip, &seal)?;
        let owner = &manifest.collectivity;
        if (owner.id, &owner.siren) != (seal.collectivity, &seal.siren) {
            return Err(foreign(&owner.siren, &seal.siren));
        }
        if let Some(wanted) = wanted.filter(|wanted| wanted.as_str() != owner.siren) {
            return Err(foreign(&owner.siren, wanted.as_str()));
        }
        check_layout(&zip, &manifest)?;
        for (index, entry) in manifest.entries.iter().enumerate() {
            let place = at(&zip, index)?;
            let found = measure(zip.file(&place)?)?;
            if found != (entry.bytes, place.crc, entry.sha256) {
                return Err(ArchiveError::Entry(entry.path.clone()));
            }
        }
        Ok(Self {
            zip,
            manifest,
            sha256,
        })
    }

    /// The lines of a file of the archive.
    pub(super) fn lines<'e>(
        &mut self,
        entity: &'e Entity,
        path: String,
    ) -> Result<Lines<'e, impl Read>, ArchiveError> {
        let index = self
            .manifest
            .entries
            .iter()
            .position(|entry| entry.path == path);
        let index = index.ok_or_else(|| ArchiveError::Entry(path.clone()))?;
        let place = at(&self.zip, index)?;
        Ok(Lines::of(entity, path, self.zip.file(&place)?))
    }
}

fn foreign(found: &str, wanted: &str) -> ArchiveError {
    let (found, wanted) = (found.to_owned(), wanted.to_owned());
    ArchiveError::Foreign { found, wanted }
}

fn at<R: Read + Seek>(zip: &Reader<R>, index: usize) -> Result<Place, ArchiveError> {
    let place = zip.places().get(index).cloned();
    place.ok_or_else(|| ArchiveError::Entry(place::MANIFEST.to_owned()))
}

/// The manifest is the last file, and the very one that was signed.
fn read_manifest<R: Read + Seek>(
    zip: &mut Reader<R>,
    seal: &Seal,
) -> Result<Manifest, ArchiveError> {
    let last = zip.places().last().cloned();
    let named = |place: &Place| place.name == place::MANIFEST;
    let last = last.filter(named).ok_or_else(|| ArchiveError::Layout {
        found: "fin de l'archive".to_owned(),
        wanted: place::MANIFEST.to_owned(),
    })?;
    if u64::from(last.size) > MAX_MANIFEST {
        return Err(ArchiveError::Entry(last.name));
    }
    let mut text = Vec::new();
    zip.file(&last)?.read_to_end(&mut text)?;
    let (_, crc, sha256) = measure(text.as_slice())?;
    if (crc, sha256) != (last.crc, seal.manifest) {
        return Err(ArchiveError::Entry(last.name));
    }
    Ok(Manifest::read(&text)?)
}

/// Each file is where it must be, under its name; between them and the manifest stand documents, in the
/// order of their names, and nothing else.
fn check_layout<R: Read + Seek>(zip: &Reader<R>, manifest: &Manifest) -> Result<(), ArchiveError> {
    let mut wanted = layout();
    let names = zip.places().iter().map(|place| &place.name);
    let documents: Vec<&String> = names.filter(|name| place::is_document(name)).collect();
    if documents.is_sorted() {
        wanted.extend(documents.into_iter().cloned());
    }
    let last = std::iter::once(place::MANIFEST);
    let mut expected = wanted.iter().map(String::as_str).chain(last);
    let mut found = zip.places().iter().map(|place| place.name.as_str());
    loop {
        let (found, wanted) = (found.next(), expected.next());
        if found != wanted {
            let shown = |name: Option<&str>| name.unwrap_or("fin de l'archive").to_owned();
            let (found, wanted) = (shown(found), shown(wanted));
            return Err(ArchiveError::Layout { found, wanted });
        }
        if found.is_none() {
            break;
        }
    }
    let listed = manifest.entries.iter().map(|entry| entry.path.as_str());
    if !listed.eq(wanted.iter().map(String::as_str)) {
        return Err(ArchiveError::Entry(place::MANIFEST.to_owned()));
    }
    Ok(())
}

/// The length, the checksum and the SHA-256 of what is left of `input`.
fn measure(mut input: impl Read) -> Result<(u64, u32, Digest), ArchiveError> {
    let mut hasher = Hasher::default();
    let bytes = std::io::copy(&mut input, &mut hasher)?;
    Ok((bytes, hasher.crc(), hasher.digest()?))
}
