-- Lines that a file of books lacks, as their amounts round to nothing: how many, and what they come to.

ALTER TABLE export_requests
    ADD COLUMN omitted_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN omitted_value numeric NOT NULL DEFAULT 0.00;
