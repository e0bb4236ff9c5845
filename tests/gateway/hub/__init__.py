"""Live groups: what is shared, when it is computed, from where changes are heard."""
