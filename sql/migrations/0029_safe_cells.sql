-- A text that no spreadsheet takes for a formula, also where it splits lines at semicolons or tabs, as Excel does in
-- many countries: quotes in the middle of such a cell are none, and a line's end in it ends the row. So what is behind
-- a separator gets an apostrophe in front as well, if it begins with = + - @, also in full width or behind one quote.
CREATE OR REPLACE FUNCTION safe_cell(cell text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT
        CASE WHEN ascii(cell) IN (9, 10, 13, 43, 45, 61, 64, 65291, 65293, 65309, 65312) THEN '''' ELSE '' END
        || CASE
            WHEN cell ~ '[;\t\r\n]' THEN regexp_replace(cell, '([;\t\r\n])(?="?[=+@＝＋－＠-])', '\1''', 'g')
            ELSE cell
        END
$$;
