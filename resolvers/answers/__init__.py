"""Answers that outlive an operation: which there are, what each is about, and when one that is kept still holds.

`kind` declares a question; `address` says what a key of it is about; `codec` turns its answers into bytes; `between`
finds between which events a boundary lies; `reading` puts them together. An answer is kept with the instants between
which its boundaries may lie without changing it, so that "today, up to now" is asked again only when something
happened. Where the answers are kept is `contract.AnswerStore`'s concern; without one, everything is computed.
"""
