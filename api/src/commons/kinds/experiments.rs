//! `/v1/experiments`: protocols, which are replicated rather than adapted.

use maillage_domain::commons::Experiment;

super::kind_routes!(
    Experiment,
    "Experiments",
    "experiment",
    "experiments",
    "/v1/experiments:bulk",
    "replicate_experiment" at "/{id}/replications",
    "indicator-temps"
);
