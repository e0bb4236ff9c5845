"""Files of payments over HTTP: finished ones at `/exports/{id}`, small ones streamed as they are made."""
