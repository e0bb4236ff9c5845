"""The pages: how they are built and how they are served. What they do in a browser is under tests/browser."""
