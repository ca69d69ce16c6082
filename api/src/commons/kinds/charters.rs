//! `/v1/charters`.

use maillage_domain::commons::Charter;

super::kind_routes!(Charter, "Charters", "charter", "charters");
