CREATE INDEX ON outages (started_at);
CREATE INDEX ON outages (restored_at);
CREATE INDEX ON outages (storm_id) WHERE storm_id IS NOT NULL;
ALTER TABLE outages ADD PRIMARY KEY (outage_id);
