-- The systems that speak DICOM with us, each change to them, and callers that
-- nobody knows yet.
create table peer (
	id bigint primary key,
	aet text not null unique,   -- AE title, trimmed; compared as bytes
	org text not null,          -- org.code of the trust that it speaks for
	name text not null,         -- for people
	addresses text not null,    -- allowed sources: CIDR, parted by blanks; empty: any
	host text not null,         -- where we call it; empty: never
	port bigint not null,       -- 0 without a host
	tls bigint not null,        -- 1: when we call, and demanded when it calls
	certificate text not null,  -- SHA-256 that it must show, lower-case hex; or empty
	rights bigint not null,     -- bits, see peers.h: PEER_
	associations bigint not null, -- at once; 0: the program's limit
	rate_mib_s bigint not null, -- 0: no limit
	charset text not null,      -- of our answers, as (0008,0005); empty: what fits
	notify text not null,       -- AE titles told of its instances; parted by backslashes
	active bigint not null      -- 0: retired, is refused
);
create table peer_history (
	id bigint primary key,      -- in order of time
	peer bigint not null,
	at bigint not null,
	who text not null,
	why text not null,
	what text not null          -- JSON: before (null: new) and after
);
create index peer_history_peer on peer_history (peer, id);

create table stranger (
	id bigint primary key,
	calling text not null,      -- AE title that it gave, printable
	called text not null,       -- AE title that it asked for
	address text not null,
	certificate text not null,  -- the subject that it showed; or empty
	reason text not null,       -- why it was refused, the last time
	first_at bigint not null,
	last_at bigint not null,
	times bigint not null
);
create unique index stranger_once on stranger (calling, called, address);
create index stranger_last on stranger (last_at, id);
