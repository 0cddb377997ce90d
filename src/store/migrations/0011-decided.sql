-- What people decided about a study, and what was found wrong with it, is read
-- from the journal when its page is opened; of all entries these are few.
create index journal_decided on journal (subject, seq) where kind in (
	'study.hold', 'study.deletion.proposed', 'study.deletion.confirmed',
	'study.deletion.withdrawn', 'study.deletion.done', 'study.damaged',
	'study.mended');
