drop function received_deviations(uuid), count_adaptations(uuid), search_candidates(text, text, integer);
drop table search_documents, shares, published_deviations, deviations, inclusions, bases, drafts, versions, resources cascade;
drop function shares_reach_search();
drop function shown_words(text), asked_words(text), words_of(text);
drop text search configuration maillage;
drop function singular(text);
