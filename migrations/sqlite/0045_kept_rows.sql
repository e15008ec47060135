-- On PostgreSQL alone asking whether a row is there leaves a mark in it.
SELECT 1;
