-- Files that others sent, and the rows of them that could not be used.
create table submission (
	id bigint primary key,
	kind text not null,         -- dm01, wlmds, ris, targets
	sender text not null,       -- org.code, or several joined by +
	period_from bigint,         -- first day
	period_to bigint,           -- last day
	name text not null,         -- the file's own
	sha256 text not null,       -- of its bytes; names the kept file
	size bigint not null,       -- bytes
	how text not null,          -- command, upload, watch, demo
	who text not null,
	received_at bigint not null,
	state bigint not null,      -- see submissions: submission_states
	reason text not null,       -- why it was refused
	rows_all bigint not null,
	rows_good bigint not null,
	rows_bad bigint not null,
	replaced_by bigint          -- the newer submission
);
create index submission_period on submission (kind, sender, period_to);
create index submission_received on submission (received_at, id);
create index submission_sha256 on submission (sha256);
-- Two programs may be sent the same at the same moment: one of them wins.
create unique index submission_once on submission (sha256) where state = 1;
create unique index submission_counts on submission
	(kind, sender, period_from, period_to) where state = 1;

create table submission_notice (
	submission bigint not null,
	n bigint not null,
	bucket text not null,       -- a data-quality bucket, or notice
	words text not null,
	rows_in bigint not null,    -- rows concerned
	primary key (submission, n)
) $clustered;

create table quarantine (
	id bigint primary key,
	submission bigint not null,
	line bigint not null,       -- in the file, from 1
	field text not null,        -- the column at fault, or empty
	reason text not null,
	row_text text not null,     -- as it came
	corrected text,             -- as replayed
	state text not null,        -- open, replayed, dismissed
	who text,
	why text,
	settled_at bigint
);
create index quarantine_submission on quarantine (submission, line);
create index quarantine_open on quarantine (submission) where state = 'open';

-- Weekly waiting list rows of the files that count.
create table wlmds (
	submission bigint not null,
	line bigint not null,
	org text not null,
	week bigint not null,       -- the Sunday
	list_type text not null,    -- ORTT, IRTT, PLN, ...
	patient text not null,      -- LOCAL_PATIENT_IDENTIFIER
	pathway_id text not null,   -- PATIENT_PATHWAY_IDENTIFIER
	test bigint not null,       -- Diagnostic_Modality
	clock_start bigint,         -- day
	due bigint,                 -- Planned_Diagnostic_Due_Date
	site text not null,
	commissioner text not null,
	priority text not null,
	bucket text not null,       -- empty, or why it is for review
	primary key (submission, line)
) $clustered;
