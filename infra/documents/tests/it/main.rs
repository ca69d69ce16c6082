//! Documents out and in, each read back by a reader of its format.

#[cfg(test)]
mod forest;
#[cfg(test)]
mod forest_extremes;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod import;
#[cfg(test)]
mod observations;
#[cfg(test)]
mod office;
#[cfg(test)]
mod pdf;
#[cfg(test)]
mod rendering;
#[cfg(test)]
mod round;
#[cfg(test)]
mod sheets;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod support;
