drop table client_calls, client_requests;
