drop function count_adaptations(uuid), search_candidates(text, text, integer);
drop table search_documents, shares, drafts, versions, resources cascade;
drop function shares_reach_search();
drop text search configuration maillage;
