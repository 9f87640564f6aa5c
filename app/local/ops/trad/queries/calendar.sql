SELECT day AS "time", occasion AS text FROM calendar ORDER BY day DESC
