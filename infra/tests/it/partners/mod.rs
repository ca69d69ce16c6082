//! Clients: when they enter, as what, and what they leave behind.

mod assertions;
mod clients;
mod entering;
mod events;
mod webhooks;
mod jobs;
