"""The explorer: drag a policy lever, and see the probabilities of the plan's indicators move.

`panel` puts widgets together, for a notebook or for a web page; `levers` and `choice` say what can
be set and what has been set, `fragments` and `fan` write what is seen, `words` has the texts.
"""
