//! Evaluation over HTTP: trials from the idea to what the network shows.

mod figures;
mod groups;
mod insights;
mod releases;
mod trials;

use maillage_domain::access::Role;
use maillage_domain::identity::BodyType;
use maillage_infra::testing::Tenant;
use serde_json::{Value, json};

use crate::support::{Actor, App, Response, experiment};

/// A collectivity with two who may decide, and an experiment that is published.
struct Lab {
    tenant: Tenant,
    lead: Actor,
    deputy: Actor,
    id: String,
}

impl Lab {
    async fn new(app: &App, use_case: &str) -> Self {
        Self::of(app, use_case, BodyType::Commune).await
    }

    /// One of this type.
    async fn of(app: &App, use_case: &str, body_type: BodyType) -> Self {
        let siren = app.database.siren();
        let tenant = app.database.tenant_of(siren, body_type).await;
        let lead = app.member(&tenant, &[Role::Director]).await;
        let deputy = app.member(&tenant, &[Role::Director]).await;
        let mut input = experiment("Comptes rendus");
        input["body"]["use_case"] = json!(use_case);
        let made = lead.post("/v1/experiments", input).await;
        made.expect(201);
        let lab = Self {
            tenant,
            lead,
            deputy,
            id: made.id(),
        };
        let publication = lab.at("/publications");
        lab.lead
            .anyway()
            .post(&publication, json!({}))
            .await
            .expect(201);
        lab
    }

    fn at(&self, rest: &str) -> String {
        format!("/v1/experiments/{}{rest}", self.id)
    }

    async fn step(&self, by: &Actor, turn: Value) -> Response {
        by.anyway().post(&self.at("/trial/steps"), turn).await
    }

    /// Takes the trial to where results are reported.
    async fn run(&self) {
        let qualification = json!({ "ai_act": "minimal", "dpia": "done",
            "social_committee": "not_required" });
        let turn = json!({ "to": "qualified", "qualification": qualification });
        self.step(&self.lead, turn).await.expect(200);
        let turn = json!({ "to": "authorised" });
        self.step(&self.deputy, turn).await.expect(200);
        let turn = json!({ "to": "running" });
        self.step(&self.lead, turn).await.expect(200);
    }

    /// Reports minutes saved within pairs.
    async fn report(&self, n: u32, mean: f64, sd: f64) -> Response {
        let first = self.lead.with("if-none-match", "*");
        first
            .put(&self.at("/results/temps"), paired(n, mean, sd))
            .await
    }

    async fn share(&self, how: &str) {
        let sharing = self.at("/results/temps/sharing");
        let shared = self
            .lead
            .anyway()
            .put(&sharing, json!({ "sharing": how }))
            .await;
        shared.expect(200);
    }
}

fn paired(n: u32, mean: f64, sd: f64) -> Value {
    json!({ "figures": { "type": "paired", "n": n, "mean": mean, "sd": sd },
        "evidence": "measured", "origin": "staff", "from": "2026-01-05", "until": "2026-03-27",
        "caveats": "Chez nous, à Exempleville." })
}
