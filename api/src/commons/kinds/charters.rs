//! `/v1/charters`.

use maillage_domain::commons::Charter;

super::kind_routes!(
    Charter,
    "Charters",
    "charter",
    "charters",
    "/v1/charters:bulk",
    "adapt_charter" at "/{id}/adaptations",
    "controle-humain"
);
super::clausal_routes!(Charter, "Charters", "charter");
