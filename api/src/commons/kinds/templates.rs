//! `/v1/templates`.

use maillage_domain::commons::Template;

super::kind_routes!(
    Template,
    "Templates",
    "template",
    "templates",
    "/v1/templates:bulk",
    "adapt_template" at "/{id}/adaptations",
    "controle-humain"
);
super::clausal_routes!(Template, "Templates", "template");
