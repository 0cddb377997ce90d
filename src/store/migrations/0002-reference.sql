-- Who is in the network: organisations, sites, commissioners, and the local
-- codes that trusts use for tests.  Filled from the network's own lists; a
-- site or commissioner that a file names first is made known unnamed.
create table org (
	code text primary key,      -- ODS code
	name text not null,
	short text not null,        -- for narrow places
	kind text not null,         -- trust, icb, region, nation
	sort bigint not null        -- order in which people expect them
);
create table site (
	id bigint primary key,      -- small number, used in events and tallies
	code text not null unique,  -- ODS site code
	name text,                  -- null until someone says
	org text not null,          -- org.code it was first seen under
	kind text                   -- hospital, cdc
);
create table commissioner (
	id bigint primary key,      -- small number, used in events and tallies
	code text not null unique,  -- ODS code of the sub-ICB location
	name text                   -- null until someone says
);
create table test_code (
	provider text not null,     -- org.code that uses it
	code text not null,         -- as written in its files, lower case
	test bigint not null,       -- the test's number
	primary key (provider, code)
) $clustered;
create table kept (
	name text primary key,      -- a fact that the program keeps for itself
	value bigint not null
);
