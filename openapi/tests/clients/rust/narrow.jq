# What progenitor cannot read of a document of OpenAPI 3.0, and what the story does not need:
# one type for what goes well and one for what does not, JSON only.
def operations: ["log_in", "refresh", "log_out", "get_me", "list_directory", "create_charter",
  "get_charter_draft", "write_charter_draft", "publish_charter", "get_charter",
  "get_charter_version", "list_charters", "list_groups", "share_charter", "search",
  "adapt_charter", "compare_charter_texts", "amend_charter", "list_inbox", "comment_amendment",
  "get_amendment", "accept_amendment", "list_insights", "get_insight",
  "list_audit"];

# openapi-down-convert leaves `null` where it is one choice of several.
def nullable:
  if type == "object" and any(.oneOf[]?; .type? == "null") then
    [.oneOf[] | select(.type? != "null")] as $choices
    | del(.oneOf) + (if $choices | length == 1 then { allOf: $choices } else { oneOf: $choices } end)
    | .nullable = true
  else . end;

# A bound was a number of its own in 3.1 and is a word about another one in 3.0.
def bounds:
  if type == "object" and (.exclusiveMinimum? | type) == "number" then
    .minimum = .exclusiveMinimum | .exclusiveMinimum = true
  else . end
  | if type == "object" and (.exclusiveMaximum? | type) == "number" then
    .maximum = .exclusiveMaximum | .exclusiveMaximum = true
  else . end;

# A page for people beside the JSON; `return=minimal`; what one has already.
def answers:
  with_entries(select(.key != "304"))
  | if has("200") or has("201") then del(."204") else . end
  | map_values(if .content? and (.content | has("application/json")) then
      .content |= { "application/json" } else . end);

.paths |= (map_values(with_entries(select(
    .value | type == "object" and (.operationId as $id | operations | index($id) != null))))
  | with_entries(select(.value | length > 0)))
| .paths[][].responses |= answers
# A problem is JSON.
| .components.responses[].content |= { "application/json": ."application/problem+json" }
| walk(nullable | bounds)
| walk(if type == "object" then del(.examples) else . end)
