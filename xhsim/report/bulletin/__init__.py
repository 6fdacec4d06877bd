"""The bulletin: one page on the lights of a monitored study, and an annex, in HTML or Word."""
