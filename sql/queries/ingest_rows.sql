-- Store what was copied; both tables have the same columns in the same order. A name stands for :stream.
INSERT INTO :stream
TABLE incoming_:stream
