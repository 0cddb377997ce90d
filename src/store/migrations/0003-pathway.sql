-- The spine: a request and what happened to it.  Events are the truth; the
-- pathway's row is their fold, kept beside them so that lists are quick.
create table pathway (
	id bigint primary key,      -- made by the program, in order of time
	provider text not null,     -- org.code that holds the request
	accession text not null,    -- its number there
	patient text not null,      -- the provider's patient number
	test bigint not null,       -- 1..15 are DM01's; 0 unknown
	priority bigint,            -- see events: priorities
	source bigint,              -- see events: patient_sources
	planned bigint,             -- 1 no, 2 yes
	due bigint,                 -- day on which a planned test is due
	site bigint not null,       -- site.id of the scan, else of the request, else 0
	site_request bigint,        -- site.id
	site_scan bigint,           -- site.id
	site_report bigint,         -- site.id
	commissioner bigint,        -- commissioner.id
	scan_provider bigint,       -- see events: provider_kinds
	report_provider bigint,     -- see events: provider_kinds
	state bigint not null,      -- see events: story_states
	requested_at bigint,        -- microseconds UTC, as all that end in _at
	appointment_at bigint,      -- the one that stands
	performed_at bigint,
	reported_at bigint,
	list bigint not null,       -- clock_list now, or done from
	clock_start bigint,         -- day on which the clock in force started
	stopped bigint,             -- day of the test
	open bigint not null        -- 1 until done or withdrawn
);
create unique index pathway_accession on pathway (provider, accession);
create index pathway_open on pathway (id) where open = 1;
-- The tests done, for the lists behind activity numbers: each provider, test
-- and stream is one short walk, and a walk for one site reads no other rows.
create index pathway_done on pathway (provider, test, list, stopped, site)
	where stopped is not null;

create table event (
	pathway bigint not null,    -- pathway.id
	at bigint not null,         -- when it happened
	kind bigint not null,       -- see events: event_kinds
	submission bigint not null, -- the file that told it
	line bigint not null,       -- and its line there
	appointment_at bigint,      -- booked for
	due bigint,                 -- day
	test bigint, priority bigint, source bigint, planned bigint,
	site_request bigint, site_scan bigint, site_report bigint,
	provider_kind bigint, commissioner bigint, -- null: as before
	primary key (pathway, at, kind, submission)
) $clustered;

-- Stretches of time on one list.  At the end of a day d with valid_from <= d
-- < valid_to the request is on it and has waited d - clock_start days.
create table clock (
	org text not null,          -- the pathway's provider
	test bigint not null,
	list bigint not null,       -- see measures: clock_list
	clock_start bigint not null, -- day
	pathway bigint not null,    -- pathway.id
	valid_from bigint not null, -- day
	valid_to bigint,            -- day; null while it lasts
	site bigint not null,       -- pathway.site
	primary key (org, test, list, clock_start, pathway, valid_from)
) $clustered;
-- Who waits now, longest first, without all the waits that have ended; and
-- the long ones among those that have: a wait of 13 weeks or more on some past
-- day can have begun at any time before it.  Both hold all that is asked of
-- them, or SQLite would take the primary key instead.
create index clock_now on clock (org, test, list, clock_start, pathway,
	valid_from, valid_to, site) where valid_to is null;
create index clock_long on clock (org, test, list, clock_start, pathway,
	valid_from, valid_to, site) where valid_to - clock_start >= 91;
create index clock_planned on clock (org, test, valid_to) where list = 2;

-- Who waits now, in counts small enough to sum for every page.
create table waiting_now (
	org text not null,
	test bigint not null,
	site bigint not null,
	priority bigint not null,   -- 0 unknown
	state bigint not null,      -- story_states
	list bigint not null,       -- 1 waiting; 2 planned, waiting from clock_start
	clock_start bigint not null, -- day; for planned tests the due day
	n bigint not null,
	primary key (org, test, site, priority, state, list, clock_start)
) $clustered;
