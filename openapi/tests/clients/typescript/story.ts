// The story of the contract in TypeScript. The types come from openapi.json: where the document is
// wrong about a member, this does not compile, and where it is wrong about an answer, it fails.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

const base = process.env["MAILLAGE_BASE"] ?? "http://127.0.0.1:8080";
const password = "sept-herons-sur-la-passerelle";
const pontoise = "219505005";

let told = 0;
function step(what: string): void {
  told += 1;
  console.log(`${told}. ${what}`);
}

function clientOf(token?: string) {
  const headers: Record<string, string> = { "Accept-Language": "en" };
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  // Lists are tables too, for those who ask: here they are JSON.
  return createClient<paths, "application/json" | "application/problem+json">({
    baseUrl: base,
    headers,
  });
}

/** What went well, with its answer. */
function good<D>(answer: { data?: D; error?: unknown; response: Response }, status: number): D & {} {
  assert.equal(answer.response.status, status, JSON.stringify(answer.error));
  assert.ok(answer.data !== undefined && answer.data !== null);
  return answer.data;
}

/** What was refused, with its problem. */
function refused(
  answer: { error?: Schemas["ProblemView"]; response: Response },
  status: number,
  code: string,
): void {
  assert.equal(answer.response.status, status, JSON.stringify(answer.error));
  assert.equal(answer.error?.code, code);
  assert.equal(answer.error?.status, status);
}

function etag(answer: { response: Response }): string {
  const tag = answer.response.headers.get("ETag");
  assert.ok(tag !== null && tag.startsWith('"'));
  return tag;
}

async function logIn(email: string): Promise<Schemas["TokensView"]> {
  return good(await clientOf().POST("/v1/sessions", { body: { email, password } }), 201);
}

const first = await logIn("director@agglo.demo.example");
assert.equal(first.token_type, "Bearer");
step("logs in");

const tokens = good(
  await clientOf().POST("/v1/sessions/refresh", { body: { refresh_token: first.refresh_token } }),
  200,
);
assert.notEqual(tokens.refresh_token, first.refresh_token);
step("refreshes its session");

const agglo = clientOf(tokens.access_token);
const me = good(await agglo.GET("/v1/me"), 200);
assert.deepEqual(me.roles, ["director"]);
assert.ok(me.abilities.includes("create"));
step("asks who it is");

const found = good(
  await agglo.GET("/v1/directory", {
    params: { query: { q: "pontoise", type: "commune", department: "95", limit: 5 } },
  }),
  200,
);
assert.ok(found.items.some((it) => it.siren === pontoise));
step("looks up the directory");

const charter: Schemas["CharterInput"] = {
  title: "Charte des SDK (TypeScript)",
  summary: "Essai, fictif.",
  tags: ["sdk"],
  body: {
    preamble: "Fictif.",
    variables: [],
    clauses: [
      { id: "controle-humain", title: "Contrôle humain", text: "Un agent relit.", lock: "free" },
      { id: "formation", title: "Formation", text: "Deux heures.", lock: "free" },
    ],
  },
};
const key = crypto.randomUUID();
const create = () =>
  agglo.POST("/v1/charters", { params: { header: { "Idempotency-Key": key } }, body: charter });
const made = await create();
const id = good(made, 201).id;
assert.equal(made.response.headers.get("Location"), `/v1/charters/${id}`);
step("creates a charter");

const again = await create();
assert.equal(good(again, 201).id, id);
assert.equal(again.response.headers.get("Idempotent-Replayed"), "true");
step("creates it again with the same key: one effect, one answer");

const other = { ...charter, title: "Autre" };
refused(
  await agglo.POST("/v1/charters", {
    params: { header: { "Idempotency-Key": key } },
    body: other,
  }),
  422,
  "idempotency_key_reused",
);
step("is refused the key for something else");

const at = { path: { id } };
const draft = await agglo.GET("/v1/charters/{id}/draft", { params: at });
const body = good(draft, 200).body;
assert.equal(body.clauses?.length, 2);
step("reads the draft");

const text: Schemas["CharterBody"] = { ...body, preamble: "Fictif, et relu." };
const write = (tag?: string) =>
  agglo.PUT("/v1/charters/{id}/draft", {
    params: { ...at, header: tag === undefined ? {} : { "If-Match": tag } },
    body: text,
  });
const written = await write(etag(draft));
assert.equal(good(written, 200).body.preamble, text.preamble);
step("edits it");

refused(await write(etag(draft)), 412, "stale");
step("is refused what is stale");

refused(await write(), 428, "precondition_required");
step("is asked for the precondition it left out");

const published = good(
  await agglo.POST("/v1/charters/{id}/publications", {
    params: { ...at, header: { "If-Match": etag(written) } },
    body: { note: "Première version." },
  }),
  201,
);
assert.equal(published.number, 1);
step("publishes");

const version = { path: { id, number: published.number } };
const read = await agglo.GET("/v1/charters/{id}/versions/{number}", { params: version });
assert.equal(good(read, 200).digest, published.digest);
const unchanged = await agglo.GET("/v1/charters/{id}/versions/{number}", {
  params: { ...version, header: { "If-None-Match": etag(read) } },
});
assert.equal(unchanged.response.status, 304);
step("reads the version, and is told that it has it");

const groups = good(await agglo.GET("/v1/groups"), 200);
const group = groups.items.find((it) => it.state === "active");
assert.ok(group);
const share = good(
  await agglo.POST("/v1/charters/{id}/shares", {
    params: at,
    body: { audience: { type: "group", id: group.id }, level: "reuse" },
  }),
  201,
);
assert.equal(share.audience_name, group.name);
step("shares it with its group");

const member = clientOf((await logIn("ai-lead@pontoise.demo.example")).access_token);
const seen = good(await member.GET("/v1/charters/{id}", { params: at }), 200);
assert.equal(seen.access, "reuse");
assert.ok(seen.abilities.includes("adapt"));
step("as another collectivity: sees it");

const hits = good(
  await member.GET("/v1/search", { params: { query: { q: "charte sdk typescript" } } }),
  200,
);
assert.ok(hits.items.some((it) => it.id === id));
step("finds it by its words");

const adapted = good(
  await member.POST("/v1/charters/{id}/adaptations", { params: at, body: {} }),
  201,
).id;
step("adapts it");

const own = { path: { id: adapted } };
const mine = await member.GET("/v1/charters/{id}/draft", { params: own });
const practised = good(mine, 200).body;
for (const clause of practised.clauses ?? []) {
  if (clause.id === "formation") clause.text = "Une journée.";
}
good(
  await member.PUT("/v1/charters/{id}/draft", {
    params: { ...own, header: { "If-Match": etag(mine) } },
    body: practised,
  }),
  200,
);
const director = clientOf((await logIn("director@pontoise.demo.example")).access_token);
const ready = await director.GET("/v1/charters/{id}/draft", { params: own });
good(
  await director.POST("/v1/charters/{id}/publications", {
    params: { ...own, header: { "If-Match": etag(ready) } },
    body: { note: "Adoptée." },
  }),
  201,
);
step("changes a clause, and its director publishes");

const compared = good(
  await member.GET("/v1/charters/{id}/comparison", {
    params: { ...own, query: { from: "source", to: "latest" } },
  }),
  200,
);
assert.ok(typeof compared !== "string");
const words = compared.clauses.find((it) => it.clause === "formation")?.text;
assert.ok(words?.some((it) => it.change === "added" && it.text.includes("Une journée")));
step("compares it with its source");

const amendment = good(
  await member.POST("/v1/charters/{id}/amendments", {
    params: at,
    body: { clauses: ["formation"], reason: "Deux heures ne suffisent pas." },
  }),
  201,
).id;
step("proposes what it practises");

const inbox = good(await agglo.GET("/v1/inbox", { params: { query: { unread: true } } }), 200);
assert.ok(inbox.items.some((it) => it.amendment === amendment));
step("as the first again: finds it in the inbox");

good(
  await agglo.POST("/v1/amendments/{id}/comments", {
    params: { path: { id: amendment } },
    body: { text: "Merci." },
  }),
  201,
);
step("comments");

const proposal = await agglo.GET("/v1/amendments/{id}", { params: { path: { id: amendment } } });
assert.equal(good(proposal, 200).state, "proposed");
const settled = good(
  await agglo.POST("/v1/amendments/{id}/acceptance", {
    params: { path: { id: amendment }, header: { "If-Match": etag(proposal) } },
    body: { reason: "Repris." },
  }),
  200,
);
assert.equal(settled.state, "accepted");
assert.equal(settled.settlement?.into_version, 2);
step("accepts");

const ids = new Set<string>();
let cursor: string | null = null;
do {
  const page: Schemas["CardPage"] = good(
    await agglo.GET("/v1/charters", {
      params: { query: cursor === null ? { limit: 1 } : { limit: 1, cursor } },
    }),
    200,
  );
  page.items.forEach((it) => ids.add(it.id));
  cursor = page.next;
} while (cursor !== null);
assert.ok(ids.size > 1 && ids.has(id));
step("lists page by page");

const insights = good(await agglo.GET("/v1/insights"), 200);
const topic = insights.topics[0];
assert.ok(topic);
const insight = good(
  await agglo.GET("/v1/insights/{use_case}/{indicator}", {
    params: { path: { use_case: topic.use_case, indicator: topic.indicator } },
  }),
  200,
);
assert.equal(insight.use_case_name, topic.use_case_name);
step("reads what results show together");

const auditor = clientOf((await logIn("administrator@agglo.demo.example")).access_token);
const trail = good(await auditor.GET("/v1/audit", { params: { query: { limit: 3 } } }), 200);
assert.equal(trail.items.length, 3);
assert.ok(trail.next !== null);
step("as its administrator: reads the audit trail");

const left = await agglo.DELETE("/v1/sessions/current");
assert.equal(left.response.status, 204);
step("logs out");

refused(await agglo.GET("/v1/me"), 401, "unauthenticated");
step("is refused afterwards");
