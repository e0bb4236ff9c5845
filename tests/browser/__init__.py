"""The pages in a real browser, against the real gateway.

Needs a Chromium: Debian's, any on the PATH, one that Playwright installed, or what Z402_CHROMIUM names. Without one
these tests are skipped, saying so.
"""
