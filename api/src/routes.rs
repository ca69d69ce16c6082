//! Every address of the API, one line per capability; the contract is collected from here.

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::commons::{amendments, catalogues, comments, inbox, kinds, search, settlements};
use crate::evaluation;
use crate::groups::{group, participants, use_cases};
use crate::identity::{collectivities, directory, invitations, me, memberships, sessions};
use crate::partners::webhooks::{deliveries, endpoints};
use crate::partners::{
    clients, discovery, events, exports, following, imports, jobs, tokens, usage,
};
use crate::{health, trail};

/// Registers everything that stands in the contract.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .configure(identity)
        .configure(groups)
        .configure(commons)
        .configure(partners)
        .service(trail::list_audit)
        .service(trail::verify_audit)
        .service(health::live)
        .service(health::ready)
        .service(health::metrics)
        .service(health::jwks);
}

fn identity(config: &mut ServiceConfig<'_>) {
    config
        .service(directory::list_directory)
        .service(directory::get_directory_entry)
        .service(directory::extend_directory)
        .service(collectivities::register_collectivity)
        .service(collectivities::invite_administrator)
        .service(sessions::log_in)
        .service(sessions::refresh)
        .service(sessions::log_out)
        .service(me::get_me)
        .service(invitations::invite)
        .service(invitations::list_invitations)
        .service(invitations::accept_invitation)
        .service(invitations::revoke_invitation)
        .service(memberships::list_memberships)
        .service(memberships::get_membership)
        .service(memberships::change_roles)
        .service(memberships::revoke_membership);
}

fn partners(config: &mut ServiceConfig<'_>) {
    config
        .service(clients::register_client)
        .service(clients::list_clients)
        .service(clients::get_client)
        .service(clients::change_client)
        .service(clients::revoke_client)
        .service(clients::rotate_client)
        .service(usage::get_client_usage)
        .service(usage::list_client_requests)
        .service(usage::get_own_usage)
        .service(usage::list_own_requests)
        .service(endpoints::register_webhook_endpoint)
        .service(endpoints::list_webhook_endpoints)
        .service(endpoints::get_webhook_endpoint)
        .service(endpoints::change_webhook_endpoint)
        .service(endpoints::remove_webhook_endpoint)
        .service(endpoints::rotate_webhook_secret)
        .service(endpoints::test_webhook_endpoint)
        .service(deliveries::list_webhook_deliveries)
        .service(deliveries::get_webhook_delivery)
        .service(deliveries::replay_webhook_deliveries)
        .service(jobs::list_jobs)
        .service(jobs::get_job)
        .service(jobs::cancel_job)
        .service(following::follow_job)
        .service(jobs::get_job_result)
        .service(exports::export_collectivity)
        .service(imports::import_resources)
        .service(imports::import_people)
        .service(imports::import_groups)
        .service(tokens::issue_token)
        .service(tokens::revoke_token)
        .service(tokens::introspect_token)
        .service(discovery::authorization_server)
        .service(events::list_events)
        .service(events::stream::stream_events);
}

fn groups(config: &mut ServiceConfig<'_>) {
    config
        .service(group::form_group)
        .service(group::list_groups)
        .service(group::suggest_groups)
        .service(group::get_group)
        .service(group::describe_group)
        .service(use_cases::list_group_use_cases)
        .service(use_cases::add_group_use_case)
        .service(participants::list_participants)
        .service(participants::invite_to_group)
        .service(participants::get_participant)
        .service(participants::change_group_role)
        .service(participants::leave_group)
        .service(participants::accept_group)
        .service(participants::decline_group)
        .service(participants::suspend_participant)
        .service(participants::resume_participant);
}

fn commons(config: &mut ServiceConfig<'_>) {
    config
        .service(search::search)
        .service(amendments::get_amendment)
        .service(settlements::plan_amendment)
        .service(settlements::accept_amendment)
        .service(settlements::decline_amendment)
        .service(settlements::withdraw_amendment)
        .service(comments::list_comments)
        .service(comments::comment_amendment)
        .service(evaluation::reduction::reduce_figures)
        .service(evaluation::insights::list_insights)
        .service(evaluation::insights::get_insight)
        .service(evaluation::forest::draw_insight)
        .service(inbox::list_inbox)
        .service(inbox::mark_notice)
        .service(kinds::charters::create_bulk)
        .service(kinds::templates::create_bulk)
        .service(kinds::experiments::create_bulk)
        .service(catalogues::list_use_cases)
        .service(catalogues::list_indicators)
        .service(
            scope::scope("/v1/charters")
                .configure(kinds::charters::routes)
                .configure(kinds::charters::clausal::routes),
        )
        .service(
            scope::scope("/v1/templates")
                .configure(kinds::templates::routes)
                .configure(kinds::templates::clausal::routes),
        )
        .service(
            scope::scope("/v1/experiments")
                .configure(kinds::experiments::routes)
                .configure(evaluation::routes),
        );
}
