//! The rules of the domain, tested as a whole: one binary, its folders mirror `domain/src`.

#[cfg(test)]
mod access;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod commons;
#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod partners;
#[cfg(test)]
mod value;
