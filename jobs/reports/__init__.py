"""Weekly summaries and monthly reports: collected by one named document, kept as data, shown as HTML and PDF.

The data decide everything: a page is made from them alone, with no clock and no chance, so that the same data give
the same bytes. A report whose data changed, because an event came late, is a new version beside the old one.
"""
