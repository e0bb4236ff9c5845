"""Processes killed in the midst of their work, by the real commands: what was acknowledged is there, once."""
