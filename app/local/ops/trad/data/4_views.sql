-- Rows are there for weeks ahead. These views show what has happened by now, as far as each feed has come.
CREATE VIEW reach AS
SELECT feed_id, feed, market, of, allowed, feed_up_to(feed_id, every, late, now()) AS up_to FROM feeds;

CREATE VIEW trad.markets AS
SELECT market, currency, usd, zone, opens, closes, cut_off, settles_after FROM markets;
COMMENT ON VIEW trad.markets
    IS 'Markets with local hours, the last minute to deliver on a due date, and working days to settlement; usd is what its currency is worth, fixed.';

CREATE VIEW trad.counterparties AS
SELECT counterparty_id, counterparty, kind, country FROM counterparties;
COMMENT ON VIEW trad.counterparties IS 'Who is traded with. The names are invented.';

CREATE VIEW trad.instruments AS
SELECT symbol, market, lot FROM instruments;
COMMENT ON VIEW trad.instruments IS 'What is traded, and in lots of how many.';

CREATE VIEW trad.orders AS
SELECT order_id, market, symbol, counterparty_id, desk, side, trade_date, quantity, limit_price, placed_at,
       CASE WHEN closed_at <= up_to THEN ends ELSE 'open' END AS state,
       CASE WHEN closed_at <= up_to THEN closed_at END AS closed_at,
       CASE WHEN closed_at <= up_to THEN filled END AS filled
  FROM orders JOIN reach USING (market)
 WHERE of = 'orders' AND placed_at <= up_to;
COMMENT ON VIEW trad.orders
    IS 'Orders: open until closed_at, then filled, part filled, cancelled or rejected.';

CREATE VIEW trad.executions AS
SELECT execution_id, order_id, market, symbol, executed_at, quantity, price
  FROM executions JOIN reach USING (market)
 WHERE of = 'orders' AND executed_at <= up_to;
COMMENT ON VIEW trad.executions IS 'Each fill of an order; price in the currency of its market.';

CREATE VIEW trad.settlements AS
SELECT instruction_id, reference, order_id, market, counterparty_id, side, symbol, trade_date, due_date,
    cut_off_at,
       amount, currency, amount_usd, instructed_at,
       CASE WHEN matched_at <= up_to THEN matched_at END AS matched_at,
       CASE WHEN settled_at <= up_to THEN settled_at END AS settled_at,
       CASE WHEN settled_at <= up_to THEN 'settled' WHEN cut_off_at + interval '8 min' < up_to THEN 'failing'
            WHEN matched_at <= up_to THEN 'matched' ELSE 'unmatched' END AS state,
       CASE WHEN cut_off_at + interval '8 min' < up_to THEN late_because END AS late_because
  FROM instructions JOIN reach USING (market)
 WHERE of = 'settlement' AND instructed_at <= up_to;
COMMENT ON VIEW trad.settlements
    IS 'An instruction for each order that was filled: unmatched, matched, settled, or failing since its cut-off passed.';
COMMENT ON COLUMN trad.settlements.late_because
    IS 'why it was not settled by its cut-off: break or no securities';

CREATE VIEW trad.breaks AS
SELECT break_id, instruction_id, market, counterparty_id, kind, difference_usd, opened_at,
       CASE WHEN taken_at <= up_to THEN owner END AS owner,
       CASE WHEN resolved_at <= up_to THEN resolved_at END AS resolved_at,
       CASE WHEN resolved_at <= up_to THEN 'resolved' WHEN asked_at <= up_to THEN 'with counterparty'
            WHEN taken_at <= up_to THEN 'in work' ELSE 'new' END AS state
  FROM breaks JOIN reach USING (market)
 WHERE of = 'settlement' AND opened_at <= up_to;
COMMENT ON VIEW trad.breaks IS 'Instructions on which the two sides disagree, until resolved_at.';

CREATE VIEW trad.feeds AS
SELECT feed, market, of, up_to, allowed FROM reach;
COMMENT ON VIEW trad.feeds IS 'How far each source has delivered, and how far behind it may be.';

CREATE VIEW trad.calendar AS
SELECT day, occasion(day) AS occasion
  FROM generate_series(-90, 0) AS n, LATERAL (SELECT current_date + n) AS on_it (day)
 WHERE extract(isodow FROM day) < 6 AND occasion(day) IS NOT NULL;
COMMENT ON VIEW trad.calendar IS 'Days on which more is traded than on others.';

CREATE VIEW trad.break_states AS
SELECT break_id, state, since
  FROM breaks JOIN reach USING (market),
       LATERAL (VALUES ('new', opened_at), ('in work', taken_at), ('with counterparty', asked_at),
           ('resolved', resolved_at)) AS states (state, since)
 WHERE of = 'settlement' AND since <= up_to;
COMMENT ON VIEW trad.break_states IS 'Each state of a break, and since when.';
