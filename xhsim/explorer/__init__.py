"""The explorer: drag a policy lever, and see the probabilities of the plan's indicators move.

`content` collects what a page shows, from `levers`, `unknowns`, `known_figures`, `rules` and
`dependence`; `record` has the numbers of the draws, and `page` puts the file together. `server` and
`notebook` are its other doors, and `choice` reads what has been chosen. `browser` runs in the page.
"""
