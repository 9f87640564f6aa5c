-- Invented utilities; places and the customers of each province are about as in Canada.
CREATE TABLE utilities (
    number smallint PRIMARY KEY, utility text NOT NULL UNIQUE, province text NOT NULL,
        crews integer NOT NULL DEFAULT 0
);
INSERT INTO utilities VALUES
    (1, 'Pacific Coast Hydro', 'British Columbia'), (2, 'Foothills Electric', 'Alberta'),
    (3, 'Parkland Grid', 'Alberta'), (4, 'Wheatbelt Power', 'Saskatchewan'),
        (5, 'Red River Hydro', 'Manitoba'),
    (6, 'Great Lakes Networks', 'Ontario'), (7, 'Lakeshore City Hydro', 'Ontario'),
        (8, 'Rideau Energy', 'Ontario'),
    (9, 'Réseau Laurentien', 'Quebec'), (10, 'Hydro Fleuve', 'Quebec'), (11, 'Fundy Power', 'New Brunswick'),
    (12, 'Bluenose Electric', 'Nova Scotia'), (13, 'Red Sands Electric', 'Prince Edward Island'),
    (14, 'Avalon Light', 'Newfoundland and Labrador'), (15, 'Klondike Energy', 'Yukon'),
    (16, 'Great Slave Power', 'Northwest Territories'), (17, 'Arctic Light', 'Nunavut');

CREATE TABLE towns (
    town text PRIMARY KEY, utility smallint NOT NULL REFERENCES utilities (number),
        lat double precision NOT NULL,
    lon double precision NOT NULL, customers integer NOT NULL
);
INSERT INTO towns VALUES
    ('Vancouver', 1, 49.25, -123.10, 1060000), ('Victoria', 1, 48.43, -123.37, 190000),
        ('Nanaimo', 1, 49.17, -123.94, 130000),
    ('Kelowna', 1, 49.89, -119.50, 210000), ('Kamloops', 1, 50.68, -120.34, 160000),
        ('Prince George', 1, 53.92, -122.75, 130000),
    ('Calgary', 2, 51.05, -114.07, 640000), ('Lethbridge', 2, 49.69, -112.83, 150000),
        ('Red Deer', 2, 52.27, -113.81, 130000),
    ('Edmonton', 3, 53.55, -113.49, 590000), ('Fort McMurray', 3, 56.73, -111.38, 60000),
        ('Grande Prairie', 3, 55.17, -118.80, 90000),
    ('Regina', 4, 50.45, -104.61, 200000), ('Saskatoon', 4, 52.13, -106.67, 220000),
        ('Prince Albert', 4, 53.20, -105.75, 120000),
    ('Winnipeg', 5, 49.90, -97.14, 410000), ('Brandon', 5, 49.85, -99.95, 110000),
        ('Thompson', 5, 55.74, -97.86, 50000),
    ('Sudbury', 6, 46.49, -81.00, 240000), ('Thunder Bay', 6, 48.38, -89.25, 160000),
        ('Barrie', 6, 44.39, -79.69, 480000),
    ('Kingston', 6, 44.23, -76.49, 300000), ('London', 6, 42.98, -81.25, 620000),
        ('Windsor', 6, 42.31, -83.04, 330000),
    ('Toronto', 7, 43.65, -79.38, 1250000), ('Mississauga', 7, 43.59, -79.64, 650000),
        ('Hamilton', 7, 43.26, -79.87, 520000),
    ('Ottawa', 8, 45.42, -75.70, 560000), ('Cornwall', 8, 45.02, -74.73, 120000),
    ('Gatineau', 9, 45.48, -75.70, 330000), ('Laval', 9, 45.61, -73.71, 560000),
        ('Saint-Jérôme', 9, 45.78, -74.00, 420000),
    ('Montréal', 10, 45.50, -73.57, 1480000), ('Québec', 10, 46.81, -71.21, 700000),
        ('Sherbrooke', 10, 45.40, -71.89, 360000),
    ('Saguenay', 10, 48.43, -71.07, 240000), ('Rimouski', 10, 48.45, -68.52, 210000),
    ('Moncton', 11, 46.09, -64.78, 160000), ('Saint John', 11, 45.27, -66.06, 130000),
        ('Fredericton', 11, 45.96, -66.64, 130000),
    ('Halifax', 12, 44.65, -63.58, 300000), ('Sydney', 12, 46.14, -60.19, 110000),
        ('Yarmouth', 12, 43.84, -66.12, 120000),
    ('Charlottetown', 13, 46.24, -63.13, 88000), ('St. John''s', 14, 47.56, -52.71, 200000),
        ('Corner Brook', 14, 48.95, -57.95, 110000),
    ('Whitehorse', 15, 60.72, -135.06, 23000), ('Yellowknife', 16, 62.45, -114.37, 21000),
        ('Iqaluit', 17, 63.75, -68.52, 14000);
-- A crew for 60,000 customers, but nowhere fewer than two; as many rest while the others have their week.
UPDATE utilities SET crews = greatest(2, (SELECT sum(customers) / 60000 FROM towns WHERE utility = number));

CREATE TABLE feeders (
    feeder_id integer PRIMARY KEY, feeder text NOT NULL UNIQUE, utility smallint NOT NULL, town text NOT NULL,
    at smallint NOT NULL, customers integer NOT NULL, overhead boolean NOT NULL,
        lat double precision NOT NULL,
    lon double precision NOT NULL
);
-- Of about 2,000 customers each, spread around the town. `at` is its place among the feeders of its utility.
INSERT INTO feeders
SELECT row_number() OVER w,
    upper(left(translate(town, 'éè. ''-', 'ee'), 3)) || '-' || lpad(row_number() OVER w::text, 4, '0'),
       utility, town, row_number() OVER (PARTITION BY utility ORDER BY town, n) - 1,
       (2000 * (0.55 + 0.9 * chance(hashtext(town), n)))::int, chance(hashtext(town), n + 10000) < 0.72,
       round((lat + 0.05 * bell(hashtext(town), n + 20000))::numeric, 4)::float8,
       round((lon + 0.08 * bell(hashtext(town), n + 40000))::numeric, 4)::float8
  FROM towns, generate_series(1, ceil(customers / 2000.0)::int) AS n
WINDOW w AS (ORDER BY utility, town, n);
CREATE INDEX ON feeders (utility, at);

CREATE TABLE crews (
    crew_id integer PRIMARY KEY, crew text NOT NULL UNIQUE, utility smallint NOT NULL, lane smallint NOT NULL,
        week smallint NOT NULL
);
-- Of two crews with the same lane one works in even weeks, one in odd.
INSERT INTO crews
SELECT number * 1000 + lane * 2 + week,
       upper(left(translate(utility, 'éè', 'ee'), 1)) || number || '-' || lpad((lane * 2 + week + 1)::text, 3,
           '0'), number, lane, week
  FROM utilities, generate_series(0, crews - 1) AS lane, generate_series(0, 1) AS week;

CREATE TABLE storms (
    storm_id bigint PRIMARY KEY, storm text NOT NULL, kind text NOT NULL, province text NOT NULL,
        severity double precision NOT NULL,
    starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL
);
CREATE TABLE outages (
    outage_id bigint NOT NULL, utility smallint NOT NULL, feeder_id integer NOT NULL, storm_id bigint,
        cause text NOT NULL,
    equipment text NOT NULL, customers integer NOT NULL, started_at timestamptz NOT NULL,
        crew_id integer NOT NULL,
    assigned_at timestamptz NOT NULL, on_site_at timestamptz NOT NULL, first_estimate timestamptz NOT NULL,
    estimate timestamptz NOT NULL, some_back_at timestamptz NOT NULL, some_back integer NOT NULL,
        restored_at timestamptz NOT NULL
);
CREATE TABLE feeds (
    feed_id smallint PRIMARY KEY, utility smallint NOT NULL, every interval NOT NULL, late interval NOT NULL,
        allowed interval NOT NULL
);
INSERT INTO feeds
SELECT 100 + number, number, CASE WHEN crews > 30 THEN interval '1 minute' ELSE interval '5 minutes' END,
    interval '30 seconds',
       CASE WHEN crews > 30 THEN interval '5 minutes' ELSE interval '15 minutes' END
  FROM utilities;
