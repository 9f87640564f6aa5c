-- Outages are there for weeks ahead. These views show what has happened by now, as far as each feed has come.
CREATE VIEW reach AS
SELECT f.utility, u.utility AS called, u.province, f.allowed,
    feed_up_to(f.feed_id, f.every, f.late, now()) AS up_to
  FROM feeds f JOIN utilities u ON u.number = f.utility;

CREATE VIEW ohub.utilities AS
SELECT u.utility, province, sum(customers)::bigint AS customers, count(*) AS feeders, crews
  FROM utilities u JOIN feeders f ON f.utility = u.number
 GROUP BY u.number;
COMMENT ON VIEW ohub.utilities
    IS 'Utilities with the customers they serve and the crews on duty. The names are invented.';

CREATE VIEW ohub.feeders AS
SELECT feeder, u.utility, province, town, customers, overhead, lat, lon
  FROM feeders f JOIN utilities u ON u.number = f.utility;
COMMENT ON VIEW ohub.feeders IS 'Lines of about 2,000 customers each.';

CREATE VIEW ohub.storms AS
SELECT storm_id, storm, kind, province, starts_at, CASE WHEN ends_at <= now() THEN ends_at END AS ends_at
  FROM storms
 WHERE starts_at <= now();
COMMENT ON VIEW ohub.storms IS 'Storms that caused outages; without ends_at one is under way.';

CREATE VIEW ohub.outages AS
SELECT outage_id, called AS utility, province, town, feeder, lat, lon, storm_id, cause, equipment,
    o.customers,
       CASE WHEN restored_at <= up_to THEN 0 WHEN some_back_at <= up_to THEN o.customers - some_back
            ELSE o.customers END AS customers_out,
       CASE WHEN restored_at <= up_to THEN 'restored' WHEN on_site_at <= up_to THEN 'repair'
            WHEN assigned_at <= up_to THEN 'crew on its way' ELSE 'reported' END AS state,
       CASE WHEN assigned_at <= up_to THEN crew END AS crew,
       started_at, CASE WHEN assigned_at <= up_to THEN assigned_at END AS assigned_at,
       CASE WHEN on_site_at <= up_to THEN on_site_at END AS on_site_at,
       CASE WHEN on_site_at <= up_to THEN estimate ELSE first_estimate END AS estimated_at, first_estimate,
       CASE WHEN restored_at <= up_to THEN restored_at END AS restored_at
  FROM outages o JOIN reach USING (utility) JOIN feeders USING (feeder_id) JOIN crews USING (crew_id)
 WHERE started_at <= up_to;
COMMENT ON VIEW ohub.outages
    IS 'Outages: reported, crew on its way, repair, restored. customers is how many lost power, customers_out how many still are without.';
COMMENT ON COLUMN ohub.outages.estimated_at
    IS 'when power should be back: guessed at first, set anew by the crew on site';

CREATE VIEW ohub.changes AS
SELECT at, started_at, outage_id, called AS utility, province, storm_id, change
  FROM outages JOIN reach USING (utility),
       LATERAL (VALUES (started_at, customers), (some_back_at, -some_back),
           (restored_at, some_back - customers)) AS each (at, change)
 WHERE at <= up_to AND change <> 0;
COMMENT ON VIEW ohub.changes
    IS 'How many customers lost power or got it back, and when: the sum up to a time is how many were without.';

CREATE VIEW ohub.outage_states AS
SELECT outage_id, state, since
  FROM outages JOIN reach USING (utility),
       LATERAL (VALUES ('reported', started_at), ('crew on its way', assigned_at), ('repair', on_site_at),
           ('restored', restored_at)) AS each (state, since)
 WHERE since <= up_to;
COMMENT ON VIEW ohub.outage_states IS 'Each state of an outage, and since when.';

CREATE VIEW ohub.crews AS
SELECT crew, called AS utility, province, outage_id,
       CASE WHEN on_site_at <= up_to THEN 'at work' WHEN outage_id IS NOT NULL THEN 'on its way'
           ELSE 'ready' END AS state
  FROM crews c JOIN reach USING (utility)
       LEFT JOIN outages o ON o.crew_id = c.crew_id AND started_at > up_to - interval '7 days'
           AND assigned_at <= up_to AND restored_at > up_to
 WHERE outage_id IS NOT NULL OR week = extract(epoch FROM up_to - timestamptz '2020-01-06Z')::bigint
     / 604800 % 2;
COMMENT ON VIEW ohub.crews
    IS 'Crews on duty at this moment, and those who still work on what they began in the week before.';

CREATE VIEW ohub.feeds AS
SELECT called AS utility, province, up_to, allowed FROM reach;
COMMENT ON VIEW ohub.feeds
    IS 'How far the reports of each utility have come, and how far behind they may be.';
