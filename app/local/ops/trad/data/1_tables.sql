CREATE TABLE markets (
    number smallint PRIMARY KEY, market text NOT NULL UNIQUE, currency text NOT NULL, zone text NOT NULL,
    opens time NOT NULL, closes time NOT NULL, cut_off time NOT NULL, settles_after smallint NOT NULL,
    usd double precision NOT NULL, orders_a_day integer NOT NULL
);
INSERT INTO markets VALUES
    (1, 'New York',  'USD', 'America/New_York', '09:30', '16:00', '15:30', 1, 1,      700),
    (2, 'Toronto',   'CAD', 'America/Toronto',  '09:30', '16:00', '15:00', 1, 0.72,   220),
    (3, 'London',    'GBP', 'Europe/London',    '08:00', '16:30', '14:55', 2, 1.31,   430),
    (4, 'Frankfurt', 'EUR', 'Europe/Berlin',    '09:00', '17:30', '16:00', 2, 1.15,   360),
    (5, 'Tokyo',     'JPY', 'Asia/Tokyo',       '09:00', '15:30', '14:00', 2, 0.0066, 380),
    (6, 'Hong Kong', 'HKD', 'Asia/Hong_Kong',   '09:30', '16:00', '15:45', 2, 0.128,  240);

CREATE TABLE counterparties (
    counterparty_id smallint PRIMARY KEY, counterparty text NOT NULL UNIQUE, kind text NOT NULL,
        country text NOT NULL,
    breaks double precision NOT NULL, shorts double precision NOT NULL
);
-- Invented names. `breaks` and `shorts`: how often its instructions break, or come without the securities.
INSERT INTO counterparties VALUES
    (1, 'Alderbrook Securities', 'Broker', 'United States', 0.021, 0.018),
    (2, 'Meridian Prime', 'Prime broker', 'United States', 0.027, 0.026),
    (3, 'Castellan Bank', 'Bank', 'United Kingdom', 0.018, 0.013),
    (4, 'Northlight Custody', 'Custodian', 'United States', 0.009, 0.007),
    (5, 'Rheinufer Bank', 'Bank', 'Germany', 0.017, 0.015),
    (6, 'Kestrel Markets', 'Broker', 'United Kingdom', 0.068, 0.048),
    (7, 'Sakuragi Securities', 'Broker', 'Japan', 0.015, 0.011),
    (8, 'Harbour & Wynn', 'Broker', 'Hong Kong', 0.042, 0.057),
    (9, 'Laurentian Trust', 'Custodian', 'Canada', 0.011, 0.009),
    (10, 'Pemberton Capital', 'Fund', 'United Kingdom', 0.033, 0.022),
    (11, 'Bluewater Funds', 'Fund', 'United States', 0.024, 0.020),
    (12, 'Oststern Invest', 'Fund', 'Germany', 0.030, 0.026),
    (13, 'Granite Peak', 'Fund', 'United States', 0.019, 0.018),
    (14, 'Maple Ridge Dealers', 'Broker', 'Canada', 0.028, 0.024),
    (15, 'Victoria Peak Bank', 'Bank', 'Hong Kong', 0.022, 0.020),
    (16, 'Hanagawa Trust', 'Custodian', 'Japan', 0.009, 0.007),
    (17, 'Thameside Brokers', 'Broker', 'United Kingdom', 0.045, 0.031),
    (18, 'Falkenberg & Co', 'Bank', 'Germany', 0.018, 0.015),
    (19, 'Silverlake Execution', 'Broker', 'United States', 0.051, 0.040),
    (20, 'Corvus Quant', 'Fund', 'United States', 0.078, 0.035);

CREATE TABLE instruments (
    market text NOT NULL REFERENCES markets (market), number smallint NOT NULL, symbol text PRIMARY KEY,
    price double precision NOT NULL, lot integer NOT NULL, UNIQUE (market, number)
);
INSERT INTO instruments
SELECT m.market, n,
       (ARRAY['N', 'T', 'L', 'F', 'J', 'H'])[m.number]
           || translate(lpad(((m.number * 7919 + n * 104729) % 10000)::text, 4, '0'), '0123456789',
               'ABCDEGKMPR'),
       round((exp(3.6 + 0.9 * bell(m.number * 100 + n, 20)) * CASE m.currency WHEN 'JPY' THEN 40
           ELSE 1 END)::numeric, 2),
       CASE m.currency WHEN 'JPY' THEN 100 WHEN 'HKD' THEN 100 ELSE 1 END
  FROM markets m, generate_series(1, 20) AS n;

CREATE TABLE orders (
    order_id bigint NOT NULL, market text NOT NULL, symbol text NOT NULL, counterparty_id smallint NOT NULL,
    desk text NOT NULL, side text NOT NULL, trade_date date NOT NULL, quantity bigint NOT NULL,
    limit_price numeric NOT NULL, placed_at timestamptz NOT NULL, closed_at timestamptz NOT NULL,
        ends text NOT NULL,
    filled bigint NOT NULL, fills smallint NOT NULL
);
CREATE TABLE executions (
    execution_id bigint NOT NULL, order_id bigint NOT NULL, market text NOT NULL, symbol text NOT NULL,
    executed_at timestamptz NOT NULL, quantity bigint NOT NULL, price numeric NOT NULL
);
CREATE TABLE instructions (
    instruction_id bigint NOT NULL, reference text NOT NULL, order_id bigint NOT NULL, market text NOT NULL,
    counterparty_id smallint NOT NULL, side text NOT NULL, symbol text NOT NULL, trade_date date NOT NULL,
    due_date date NOT NULL, cut_off_at timestamptz NOT NULL, amount numeric NOT NULL, currency text NOT NULL,
    amount_usd numeric NOT NULL, instructed_at timestamptz NOT NULL, matched_at timestamptz NOT NULL,
    settled_at timestamptz NOT NULL, late_because text
);
CREATE TABLE breaks (
    break_id bigint NOT NULL, instruction_id bigint NOT NULL, market text NOT NULL,
        counterparty_id smallint NOT NULL,
    kind text NOT NULL, difference_usd numeric NOT NULL, owner text NOT NULL, opened_at timestamptz NOT NULL,
    taken_at timestamptz NOT NULL, asked_at timestamptz NOT NULL, resolved_at timestamptz NOT NULL
);

CREATE TABLE feeds (
    feed_id smallint PRIMARY KEY, feed text NOT NULL, market text NOT NULL REFERENCES markets (market),
        of text NOT NULL,
    every interval NOT NULL, late interval NOT NULL, allowed interval NOT NULL
);
INSERT INTO feeds
SELECT number, market || ' orders', market, 'orders', interval '5 seconds', interval '2 seconds',
    interval '1 minute' FROM markets
UNION ALL
SELECT number + 10, market || ' depository', market, 'settlement', '5 minutes', '40 seconds', '15 minutes'
    FROM markets;

-- So many working days later, from a working day on; and the working day that a day is or comes before.
CREATE FUNCTION workdays(day date, later integer) RETURNS date LANGUAGE sql IMMUTABLE
    RETURN day + later + 2 * ((extract(isodow FROM day)::int - 1 + later) / 5);
CREATE FUNCTION workday(day date) RETURNS date LANGUAGE sql IMMUTABLE
    RETURN day + CASE extract(isodow FROM day) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END;
-- On the last working day of a month funds move; on its third Friday options end.
CREATE FUNCTION occasion(day date) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN extract(month FROM workdays(day, 1)) <> extract(month FROM day) THEN 'month end'
                WHEN extract(isodow FROM day) = 5 AND extract(day FROM day) BETWEEN 15
                    AND 21 THEN 'expiry' END;
