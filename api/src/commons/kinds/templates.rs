//! `/v1/templates`.

use maillage_domain::commons::Template;

super::kind_routes!(Template, "Templates", "template", "templates");
