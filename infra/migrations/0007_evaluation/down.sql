drop function released_figures(text, text), shared_results(text, text, bigint);
revoke select on directory_entries from maillage_context;
drop policy disclosure_reads on collectivities;
drop table release_batches, releases, shown_figures, results, trial_entries, trials;
