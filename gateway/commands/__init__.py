"""One module per command of `z402-analytics`.

A command reads the settings, opens what it needs and calls the code that does the work; it computes nothing
itself. An expected failure is raised, never printed: `failures` knows how each is told.
"""
