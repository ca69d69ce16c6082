//! The edge around what goes wrong: a panic is answered, logged and counted like everything else.

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse, body, web};
use clap::Parser;
use maillage_api::http::edge::edge;
use maillage_api::server;
use maillage_api::settings::Settings;
use maillage_api::state::State;
use maillage_infra::ambient::Clock;
use maillage_infra::identity::Keys;
use serde_json::Value;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

async fn fall() -> HttpResponse {
    panic!("on purpose, with a secret")
}

#[actix_web::test]
async fn a_panic_is_a_problem_that_is_counted() {
    let Flags { settings } = Flags::parse_from(["maillage"]);
    let keys = Keys::ephemeral("https://maillage.test").unwrap();
    // Nobody asks the database, so there need be none.
    let shared = server::shared(&settings, "postgres://nowhere", keys, Clock::default()).unwrap();
    let state = State::of(shared, 1).unwrap();
    let app = App::new()
        .app_data(web::Data::new(state.clone()))
        .route("/fall/{number}", web::get().to(fall))
        .wrap(from_fn(edge));
    let app = init_service(app).await;
    let request = TestRequest::get()
        .uri("/fall/7")
        .insert_header(("x-request-id", "fallen"));
    let failed = try_call_service(&app, request.to_request()).await;
    let response = failed.unwrap_err().error_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(header("content-type"), "application/problem+json");
    assert_eq!(header("x-request-id"), "fallen");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let told = body::to_bytes(response.into_body()).await.unwrap();
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told["code"], "internal_error");
    assert!(!told.to_string().contains("secret"));
    let counted = "{method=\"GET\",route=\"/fall/{number}\",status=\"500\"} 1";
    let metrics = state.metrics.render();
    assert!(metrics.contains(counted), "{metrics}");
}
