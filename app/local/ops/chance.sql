-- Chance that is the same each time: a number within 0 and 1 for a key, and another for each salt.
CREATE FUNCTION chance(key bigint, salt bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((hashint8extended(key, 4711 + salt) & 4294967295) + 0.5) / 4294967296::float8;

-- About as often as by Gauss: mean 0, deviation 1, never beyond 3.5.
CREATE FUNCTION bell(key bigint, salt bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (chance(key, salt) + chance(key, salt + 1000) + chance(key, salt + 2000) + chance(key, salt + 3000)
        - 2)
        * sqrt(3::float8);

-- One of these words, by a chance.
CREATE FUNCTION pick(words text[], by double precision) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN words[1 + floor(array_length(words, 1) * by)::int];

-- The days that are being loaded: the first, and how many.
CREATE FUNCTION first_day() RETURNS date
    LANGUAGE sql STABLE
    RETURN current_setting('demo.first')::date;
CREATE FUNCTION many_days() RETURNS integer
    LANGUAGE sql STABLE
    RETURN current_setting('demo.beyond')::date - current_setting('demo.first')::date;

-- How far a feed has come: it delivers so often and so late, and in one hour of thirty it hangs until the next.
CREATE FUNCTION feed_up_to(feed bigint, every interval, late interval, asked timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN CASE
        WHEN chance(feed * 10000000 + floor(extract(epoch FROM asked) / 3600)::bigint, 1) < 1 / 30.0
        THEN least(date_bin('1 hour', asked, '2000-01-01Z'), date_bin(every, asked - late, '2000-01-01Z'))
        ELSE date_bin(every, asked - late, '2000-01-01Z')
    END;

-- From here on rows are there; `load.py` moves it.
CREATE TABLE loaded (beyond date NOT NULL);
