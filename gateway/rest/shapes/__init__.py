"""What the routes answer, by noun: a class per object of the answer, and what makes it of an operation's data.

Attributes become camelCase in JSON. The OpenAPI document is written from these classes.
"""
