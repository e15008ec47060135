-- PostgreSQL alone has several writers; here there is nothing to hold.
SELECT 1;
