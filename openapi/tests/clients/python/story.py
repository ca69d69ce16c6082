"""The story of the contract in Python.

The types come from openapi.json: where the document is wrong about a member, mypy refuses this, and
where it is wrong about an answer, the generated client cannot read it.
"""

import os
from typing import Any, TypeVar
from uuid import uuid4

from maillage_client import AuthenticatedClient, Client
from maillage_client.api.amendments import accept_amendment, comment_amendment, get_amendment
from maillage_client.api.audit import list_audit
from maillage_client.api.charters import (
    adapt_charter,
    amend_charter,
    compare_charter_texts,
    create_charter,
    get_charter,
    get_charter_draft,
    get_charter_version,
    list_charters,
    publish_charter,
    share_charter,
    write_charter_draft,
)
from maillage_client.api.commons import search
from maillage_client.api.directory import list_directory
from maillage_client.api.groups import list_groups
from maillage_client.api.inbox import list_inbox
from maillage_client.api.insights import get_insight, list_insights
from maillage_client.api.sessions import get_me, log_in, log_out, refresh
from maillage_client.models import (
    AdaptationInput,
    AmendmentAcceptanceInput,
    AmendmentInput,
    AmendmentView,
    AudienceInputType1,
    AuditRecordPage,
    CardPage,
    CharterBody,
    CharterDraftView,
    CharterInput,
    CharterVersionView,
    CharterView,
    Clause,
    CommentInput,
    CommentView,
    ComparisonView,
    DirectoryEntryPage,
    GroupPage,
    HitPage,
    InsightView,
    LoginInput,
    MeView,
    NoticePage,
    ProblemView,
    PublicationInput,
    RefreshInput,
    ShareInput,
    ShareView,
    TokensView,
    TopicsView,
)
from maillage_client.types import Response

BASE = os.environ.get("MAILLAGE_BASE", "http://127.0.0.1:8080")
PASSWORD = "sept-herons-sur-la-passerelle"
PONTOISE = "219505005"

T = TypeVar("T")
told = 0


def step(what: str) -> None:
    global told
    told += 1
    print(f"{told}. {what}")


def good(answer: Response[Any], status: int, kind: type[T]) -> T:
    """What went well, with its answer."""
    assert answer.status_code == status, answer.content
    assert isinstance(answer.parsed, kind), answer.parsed
    return answer.parsed


def refused(answer: Response[Any], status: int, code: str) -> None:
    """What was refused, with its problem."""
    problem = good(answer, status, ProblemView)
    assert (problem.status, problem.code) == (status, code), problem


def etag(answer: Response[Any]) -> str:
    tag = answer.headers["ETag"]
    assert tag.startswith('"')
    return tag


def log_in_as(email: str) -> TokensView:
    client = Client(base_url=BASE)
    body = LoginInput(email=email, password=PASSWORD)
    return good(log_in.sync_detailed(client=client, body=body), 201, TokensView)


def client_of(tokens: TokensView) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=BASE, token=tokens.access_token)


first = log_in_as("director@agglo.demo.example")
assert first.token_type == "Bearer"
step("logs in")

again = RefreshInput(refresh_token=first.refresh_token)
tokens = good(refresh.sync_detailed(client=Client(base_url=BASE), body=again), 200, TokensView)
assert tokens.refresh_token != first.refresh_token
step("refreshes its session")

agglo = client_of(tokens)
me = good(get_me.sync_detailed(client=agglo), 200, MeView)
assert me.roles == ["director"] and "create" in me.abilities
step("asks who it is")

entries = good(
    list_directory.sync_detailed(
        client=agglo, q="pontoise", type_="commune", department="95", limit=5
    ),
    200,
    DirectoryEntryPage,
)
assert PONTOISE in [it.siren for it in entries.items]
step("looks up the directory")

charter = CharterInput(
    title="Charte des SDK (Python)",
    summary="Essai, fictif.",
    tags=["sdk"],
    body=CharterBody(
        preamble="Fictif.",
        variables=[],
        clauses=[
            Clause(
                id="controle-humain", title="Contrôle humain", text="Un agent relit.", lock="free"
            ),
            Clause(id="formation", title="Formation", text="Deux heures.", lock="free"),
        ],
    ),
)
key = str(uuid4())
made = create_charter.sync_detailed(client=agglo, body=charter, idempotency_key=key)
id = good(made, 201, CharterView).id
assert made.headers["Location"] == f"/v1/charters/{id}"
step("creates a charter")

replayed = create_charter.sync_detailed(client=agglo, body=charter, idempotency_key=key)
assert good(replayed, 201, CharterView).id == id
assert replayed.headers["Idempotent-Replayed"] == "true"
assert replayed.content == made.content
step("creates it again with the same key: one effect, one answer")

charter.title = "Autre"
refused(
    create_charter.sync_detailed(client=agglo, body=charter, idempotency_key=key),
    422,
    "idempotency_key_reused",
)
step("is refused the key for something else")

draft = get_charter_draft.sync_detailed(id, client=agglo)
body = good(draft, 200, CharterDraftView).body
assert isinstance(body.clauses, list) and len(body.clauses) == 2
step("reads the draft")

body.preamble = "Fictif, et relu."
written = write_charter_draft.sync_detailed(id, client=agglo, body=body, if_match=etag(draft))
assert good(written, 200, CharterDraftView).body.preamble == body.preamble
step("edits it")

stale = write_charter_draft.sync_detailed(id, client=agglo, body=body, if_match=etag(draft))
refused(stale, 412, "stale")
step("is refused what is stale")

bare = write_charter_draft.sync_detailed(id, client=agglo, body=body)
refused(bare, 428, "precondition_required")
step("is asked for the precondition it left out")

published = good(
    publish_charter.sync_detailed(
        id, client=agglo, body=PublicationInput(note="Première version."), if_match=etag(written)
    ),
    201,
    CharterVersionView,
)
assert published.number == 1
step("publishes")

read = get_charter_version.sync_detailed(id, 1, client=agglo)
assert good(read, 200, CharterVersionView).digest == published.digest
known = get_charter_version.sync_detailed(id, 1, client=agglo, if_none_match=etag(read))
assert known.status_code == 304 and not known.content
step("reads the version, and is told that it has it")

groups = good(list_groups.sync_detailed(client=agglo), 200, GroupPage)
group = next(it for it in groups.items if it.state == "active")
grant = ShareInput(audience=AudienceInputType1(id=group.id, type_="group"), level="reuse")
share = good(share_charter.sync_detailed(id, client=agglo, body=grant), 201, ShareView)
assert share.audience_name == group.name
step("shares it with its group")

member = client_of(log_in_as("ai-lead@pontoise.demo.example"))
seen = good(get_charter.sync_detailed(id, client=member), 200, CharterView)
assert seen.access == "reuse" and "adapt" in seen.abilities
step("as another collectivity: sees it")

hits = good(search.sync_detailed(client=member, q="charte sdk python"), 200, HitPage)
assert id in [it.id for it in hits.items]
step("finds it by its words")

own = good(
    adapt_charter.sync_detailed(id, client=member, body=AdaptationInput()), 201, CharterView
).id
step("adapts it")

mine = get_charter_draft.sync_detailed(own, client=member)
practised = good(mine, 200, CharterDraftView).body
assert isinstance(practised.clauses, list)
for clause in practised.clauses:
    if clause.id == "formation":
        clause.text = "Une journée."
good(
    write_charter_draft.sync_detailed(own, client=member, body=practised, if_match=etag(mine)),
    200,
    CharterDraftView,
)
director = client_of(log_in_as("director@pontoise.demo.example"))
ready = get_charter_draft.sync_detailed(own, client=director)
good(
    publish_charter.sync_detailed(
        own, client=director, body=PublicationInput(note="Adoptée."), if_match=etag(ready)
    ),
    201,
    CharterVersionView,
)
step("changes a clause, and its director publishes")

compared = good(
    compare_charter_texts.sync_detailed(own, client=member, from_="source", to="latest"),
    200,
    ComparisonView,
)
words = next(it.text for it in compared.clauses if it.clause == "formation")
assert any(it.change == "added" and "Une journée" in it.text for it in words)
step("compares it with its source")

proposed = AmendmentInput(clauses=["formation"], reason="Deux heures ne suffisent pas.")
amendment = good(
    amend_charter.sync_detailed(id, client=member, body=proposed), 201, AmendmentView
).id
step("proposes what it practises")

inbox = good(list_inbox.sync_detailed(client=agglo, unread=True), 200, NoticePage)
assert amendment in [it.amendment for it in inbox.items]
step("as the first again: finds it in the inbox")

thanks = CommentInput(text="Merci.")
good(comment_amendment.sync_detailed(amendment, client=agglo, body=thanks), 201, CommentView)
step("comments")

proposal = get_amendment.sync_detailed(amendment, client=agglo)
assert good(proposal, 200, AmendmentView).state == "proposed"
settled = good(
    accept_amendment.sync_detailed(
        amendment,
        client=agglo,
        body=AmendmentAcceptanceInput(reason="Repris."),
        if_match=etag(proposal),
    ),
    200,
    AmendmentView,
)
assert settled.state == "accepted"
assert settled.settlement is not None and settled.settlement.into_version == 2
step("accepts")

page = good(list_charters.sync_detailed(client=agglo, limit=1), 200, CardPage)
listed = [it.id for it in page.items]
while page.next_ is not None:
    page = good(
        list_charters.sync_detailed(client=agglo, limit=1, cursor=page.next_), 200, CardPage
    )
    listed += [it.id for it in page.items]
assert len(listed) > 1 and id in listed and len(set(listed)) == len(listed)
step("lists page by page")

topic = good(list_insights.sync_detailed(client=agglo), 200, TopicsView).topics[0]
insight = good(
    get_insight.sync_detailed(topic.use_case, topic.indicator, client=agglo), 200, InsightView
)
assert insight.use_case_name == topic.use_case_name
step("reads what results show together")

auditor = client_of(log_in_as("administrator@agglo.demo.example"))
trail = good(list_audit.sync_detailed(client=auditor, limit=3), 200, AuditRecordPage)
assert len(trail.items) == 3 and trail.next_ is not None
step("as its administrator: reads the audit trail")

assert log_out.sync_detailed(client=agglo).status_code == 204
step("logs out")

refused(get_me.sync_detailed(client=agglo), 401, "unauthenticated")
step("is refused afterwards")
