"""Questions asked of a study: ensembles, attainment, comparisons."""
