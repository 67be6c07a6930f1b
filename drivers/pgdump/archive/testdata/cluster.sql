--
-- PostgreSQL database cluster dump
--

\restrict q1Q2g0PCq5tbrZd9XrUn5Km2DhyHtsIdxRC6huSapsM0xqFAK2BvUNhTqbTVz5Q

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;

--
-- User Configurations
--








\unrestrict q1Q2g0PCq5tbrZd9XrUn5Km2DhyHtsIdxRC6huSapsM0xqFAK2BvUNhTqbTVz5Q

--
-- PostgreSQL database cluster dump complete
--

