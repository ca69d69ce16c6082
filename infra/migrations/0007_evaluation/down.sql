drop function released_figures(text, text), shared_results(text, text);
drop policy disclosure_reads on collectivities;
drop table release_batches, releases, shown_figures, results, trial_entries, trials;
