//! Evaluation over HTTP: trials, their journals and results, and what the network shows together.

pub mod figures;
pub mod forest;
pub mod insights;
pub mod journal;
mod page;
pub mod reduction;
pub mod results;
mod sets;
pub mod trials;

use utoipa_actix_web::service_config::ServiceConfig;

/// What stands below `/v1/experiments`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(trials::get_trial)
        .service(trials::step_trial)
        .service(trials::write_impacts)
        .service(journal::list_journal)
        .service(journal::note)
        .service(results::list_results)
        .service(results::get_result)
        .service(results::record_result)
        .service(results::share_result);
}
