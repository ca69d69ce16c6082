drop function shared_results(text, text);
drop table results, trial_entries, trials;
