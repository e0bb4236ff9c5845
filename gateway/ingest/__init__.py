"""How do events come in?

Bytes become elements (`split`, `gunzip`), elements become events (`decode`), events become rows (`write`,
`group_commit`), and every refusal has one of the closed list of codes (`codes`). Acknowledged means committed:
an outcome is told only after its transaction. A refused event never blocks its neighbours. Repeating an event
changes nothing, so whatever was cut short may simply be sent again.
"""
