//! Clients: when they enter, as what, and what they leave behind.

mod archive;
mod assertions;
mod clients;
mod entering;
mod events;
mod jobs;
mod meter;
mod webhooks;
