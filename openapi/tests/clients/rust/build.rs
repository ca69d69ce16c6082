//! Generates the client from the document that stands at `MAILLAGE_OPENAPI`.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=MAILLAGE_OPENAPI");
    let document = env::var("MAILLAGE_OPENAPI").expect("MAILLAGE_OPENAPI names the document");
    println!("cargo::rerun-if-changed={document}");
    let document = fs::read_to_string(document).expect("the document is there");
    let document = serde_json::from_str(&document).expect("the document is OpenAPI 3.0");
    let mut settings = progenitor_impl::GenerationSettings::default();
    settings.with_interface(progenitor_impl::InterfaceStyle::Builder);
    let mut generator = progenitor_impl::Generator::new(&settings);
    let tokens = generator.generate_tokens(&document).expect("a client");
    let file = syn::parse2(tokens).expect("Rust");
    let to = env::var("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&to).join("client.rs"), prettyplease::unparse(&file)).expect("written");
}
