SELECT town || ', ' || feeder AS place, lat, lon, customers_out AS "customers out", state
  FROM outages
 WHERE state <> 'restored' AND started_at > now() - interval '7 days' AND province = ANY({{ provinces }})
 ORDER BY customers_out DESC
