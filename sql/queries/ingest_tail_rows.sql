-- Add what was stored to what the rollups do not have yet. A name stands for :stream.
INSERT INTO :stream_tail
TABLE incoming_:stream
