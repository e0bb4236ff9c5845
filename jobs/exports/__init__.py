"""Files of a merchant's payments: rows for people and programs, books for accountants.

A file follows from its `ExportSpec` and the events alone: no clock, no random number, so that the same is made again
byte for byte. It is written from one snapshot as it is read, whoever waits for it: an HTTP answer, a job, a command.
PostgreSQL makes the text of payments; what is booked passes here event by event.
"""
