-- The journal: what happened, in order, never changed.  Each entry's hash
-- covers the one before it, so a change or a gap can be seen.
create table journal (
	seq bigint primary key,     -- from 1, without gaps
	at bigint not null,         -- of its commit, microseconds UTC
	kind text not null,         -- what happened
	subject text not null,      -- to what
	who text not null,          -- a name, or the program's part
	detail text not null,       -- JSON, or empty
	hash bytea not null         -- SHA-256 over the one before and these
) $clustered;
-- One row, whose lock is the journal's: the newest entry.
create table journal_head (
	one bigint primary key,
	seq bigint not null,        -- journal.seq
	hash bytea not null,        -- journal.hash
	check (one = 1)
);
