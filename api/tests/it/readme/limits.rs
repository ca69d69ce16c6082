//! The limits that the README states are those of the code.

use clap::CommandFactory as _;
use maillage_api::commons::bulk::MAX_ITEMS;
use maillage_api::http::{MAX_FORM, body, page, sheet};
use maillage_domain::commons::limits;
use maillage_domain::evaluation::RESPONDENTS;
use maillage_domain::evaluation::disclosure::Parameters;
use maillage_domain::groups::GroupUseCase;
use maillage_domain::identity::{ACCESS_LIFETIME, MAX_PASSWORD, MIN_PASSWORD, REFRESH_LIFETIME};
use maillage_domain::partners::webhooks::MAX_ENDPOINTS;
use maillage_domain::partners::{JOB_KEPT, MAX_OPEN_JOBS};
use maillage_infra::partners::meter::{DAYS_KEPT, MAX_NOTED, REQUESTS_KEPT};

use super::{Flags, section, table};

/// `1000000` as people read it: `1,000,000`.
fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let group = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = group
        .map(|chunk| String::from_utf8(chunk.to_vec()).unwrap())
        .collect();
    groups.join(",")
}

/// The value that a source file gives a constant which it keeps to itself.
#[track_caller]
fn written(source: &'static str, constant: &str) -> &'static str {
    let (_, rest) = source
        .split_once(&format!("const {constant}: "))
        .expect(constant);
    let (_, value) = rest.split_once(" = ").unwrap();
    value.split(';').next().unwrap()
}

#[test]
fn the_limits_are_those_of_the_code() {
    let throttle = include_str!("../../../../infra/src/identity/throttle.rs");
    let kept = include_str!("../../../../infra/src/trail/idempotency.rs");
    let invitation = include_str!("../../../../domain/src/identity/invitation.rs");
    let defaults = Flags::command();
    let default = |id: &str| {
        let mut arguments = defaults.get_arguments();
        let argument = arguments.find(|it| it.get_id() == id).unwrap();
        grouped(argument.get_default_values()[0].to_string_lossy())
    };
    assert_eq!(written(throttle, "WINDOW"), "TimeDelta::minutes(15)");
    assert_eq!(written(kept, "KEPT"), "chrono::TimeDelta::hours(24)");
    assert_eq!(written(invitation, "LIFETIME"), "TimeDelta::days(7)");
    let words = format!("more than {} words and signs", grouped(limits::EDITS));
    assert!(section("Limits").contains(&words));
    let search = written(include_str!("../../../src/commons/search.rs"), "MAX_TEXT");
    let directory = written(
        include_str!("../../../src/identity/directory.rs"),
        "MAX_TEXT",
    );
    assert_eq!(search, directory);
    let key = written(include_str!("../../../src/ctx.rs"), "MAX_KEY");
    let hub = include_str!("../../../src/partners/events/hub.rs");
    let code = [
        ("Body of a request", format!("{} MiB", body::MAX_BODY >> 20)),
        ("Form sent to `/oauth`", format!("{} KiB", MAX_FORM >> 10)),
        ("Items of a bulk request", grouped(MAX_ITEMS)),
        (
            "Lines of an import",
            grouped(maillage_documents::limits::LINES),
        ),
        (
            "Bytes of one of its lines",
            format!("{} MiB", maillage_documents::limits::LINE >> 20),
        ),
        ("Jobs of a caller that wait or run", grouped(MAX_OPEN_JOBS)),
        (
            "A job is kept once it has ended",
            format!("{} days", JOB_KEPT.num_days()),
        ),
        (
            "A file that becomes a draft",
            format!("{} MiB", maillage_documents::limits::FILE >> 20),
        ),
        (
            "Rows of a table that becomes figures",
            grouped(maillage_documents::limits::OBSERVATIONS),
        ),
        (
            "Columns of such a table",
            grouped(maillage_documents::limits::OBSERVED),
        ),
        (
            "Characters of one of its cells",
            grouped(maillage_documents::limits::CELL),
        ),
        (
            "Faults of such a table that are told one by one",
            grouped(maillage_documents::limits::FAULTS),
        ),
        (
            "Items of a page, unless asked otherwise",
            grouped(page::DEFAULT_LIMIT),
        ),
        ("Items of a page", grouped(page::MAX_LIMIT)),
        ("Items of a list that are counted", grouped(page::MAX_TOTAL)),
        (
            "Rows of a list as a table (CSV, ODS, XLSX)",
            grouped(sheet::MAX_ROWS),
        ),
        (
            "Characters (UTF-16 units) of one of its cells",
            grouped(maillage_documents::limits::CELL_UNITS),
        ),
        (
            "Clauses of a body, all levels together",
            grouped(limits::CLAUSES),
        ),
        ("Levels of clauses", grouped(limits::DEPTH)),
        ("Characters of one Markdown text", grouped(limits::TEXT)),
        ("Characters of a title", grouped(limits::TITLE)),
        ("Characters of all texts of a body", grouped(limits::TOTAL)),
        ("Variables of a body", grouped(limits::VARIABLES)),
        (
            "Characters of a paragraph of a protocol",
            grouped(limits::PARAGRAPH),
        ),
        ("Entries of a list of a protocol", grouped(limits::ENTRIES)),
        (
            "Characters of the id of an indicator",
            grouped(limits::INDICATOR_ID),
        ),
        ("Tags of a resource", grouped(limits::TAGS)),
        ("Grants of a resource", grouped(limits::SHARES)),
        (
            "Sources of clauses that a text includes",
            grouped(limits::INCLUDED),
        ),
        (
            "Amendments of a collectivité to one source that wait for a decision",
            grouped(limits::AMENDMENTS),
        ),
        ("Comments on an amendment", grouped(limits::COMMENTS)),
        (
            "Collectivités that agree, before a source is told of deviations",
            limits::REPORTING.to_string(),
        ),
        (
            "Use cases that a group adds to the catalogue",
            grouped(GroupUseCase::MOST),
        ),
        (
            "Collectivités behind a pooled figure of results that nobody sees, at least",
            grouped(Parameters::IN_USE.minimum() + Parameters::IN_USE.colluders()),
        ),
        (
            "Batches of such figures, for each use case and indicator, a month",
            "1".to_owned(),
        ),
        (
            "People behind what they say of themselves, where it is shown by itself, at least",
            grouped(RESPONDENTS),
        ),
        ("Characters of a search", search.to_owned()),
        ("Characters of an `Idempotency-Key`", key.to_owned()),
        (
            "An answer is kept for its `Idempotency-Key`",
            "24 hours".to_owned(),
        ),
        (
            "Endpoints of webhooks of a collectivité",
            grouped(MAX_ENDPOINTS),
        ),
        (
            "Event streams that one caller holds open in a process",
            written(hub, "PER_CALLER").to_owned(),
        ),
        (
            "Event streams that all callers hold open in a process",
            written(hub, "PER_PROCESS").replace('_', ","),
        ),
        (
            "Seconds that an event stream lasts",
            default("stream_seconds"),
        ),
        ("Characters of a password, at least", grouped(MIN_PASSWORD)),
        ("Characters of a password", grouped(MAX_PASSWORD)),
        (
            "Attempts to log in to an account from an address, in 15 minutes",
            written(throttle, "PER_PAIR").to_owned(),
        ),
        (
            "Attempts to log in to an account from all addresses, in 15 minutes",
            written(throttle, "PER_ACCOUNT").replace('_', ","),
        ),
        (
            "Attempts to log in from an address, in 15 minutes",
            written(throttle, "PER_ADDRESS").to_owned(),
        ),
        (
            "An access token is good for",
            format!("{} minutes", ACCESS_LIFETIME.num_minutes()),
        ),
        (
            "A session lasts without being refreshed",
            format!("{} days", REFRESH_LIFETIME.num_days()),
        ),
        ("An invitation stands", "7 days".to_owned()),
        (
            "Requests of a collectivité, a minute",
            default("tenant_quota"),
        ),
        ("Requests of a client, a minute", default("client_quota")),
        (
            "A request of a client can be looked up",
            format!("{} hours", REQUESTS_KEPT.num_hours()),
        ),
        ("Calls of a client are counted", format!("{DAYS_KEPT} days")),
        (
            "Requests that a process notes before it writes them",
            grouped(MAX_NOTED),
        ),
        (
            "Requests of an address without a token, a minute",
            default("anonymous_quota"),
        ),
    ];
    let told: Vec<_> = table("Limits", "what")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let code: Vec<_> = code
        .into_iter()
        .map(|(what, limit)| (what.to_owned(), limit))
        .collect();
    assert_eq!(told, code);
}
