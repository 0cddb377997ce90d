/* SPDX-License-Identifier: MIT */
/* store.c: C-STORE, PS3.4 B and PS3.7 9.1.1.
 *
 * (1) Success is said when the instance is on disk, and not before.
 * (2) Nothing is changed on the way in: no coercion, no other syntax.
 * (3) What another instance UID than the command's is in is refused: the
 *     sender would believe that something is kept which is not.  Another class
 *     is kept, and the sender warned (B007). */
#include "doors/dicom/services.h"

#include <sys/statvfs.h>
#include <time.h>

/* A peer with a limit waits for the moment at which its bytes are due. */
static void keep_pace(const struct visit *visit)
{
	int64_t rate = visit->peer->rate_mib_s << 20;

	if (!rate)
		return;
	int64_t bytes = atomic_load(&visit->as->bytes_in);
	int64_t due = bytes / rate * US_PER_S +
	    bytes % rate * US_PER_S / rate;
	int64_t early = due - (outside_now() - visit->as->began_at);

	if (early <= 0 || early > 60 * US_PER_S)
		return;
	struct timespec nap = {.tv_sec = early / US_PER_S,
	    .tv_nsec = early % US_PER_S * 1000};

	nanosleep(&nap, NULL);
}

/* SOP Class and Instance UID stand at the very head of a data set.  Where they
 * cannot be seen (deflated, or not there) the archive judges. */
static bool is_another(struct visit *visit, const struct message *m)
{
	const struct syntax *syntax = m->context->syntax;
	struct reading how = {.syntax = syntax,
	    .stop = TAG_StudyDate,
	    .more_may_come = true};
	struct dataset head;
	struct err ignored = {0};
	struct str bytes = spool_head(&visit->spool);

	if (!syntax || syntax->deflated)
		return false;
	if (bytes.len > 4096)
		bytes.len = 4096;
	if (!dataset_read(&visit->message, bytes, &how, &head, &ignored))
		return false;
	struct str uid = dataset_raw(&head, TAG_SOPInstanceUID);

	return uid.len && !str_eq(uid, m->sop_instance);
}

static uint16_t keep(struct visit *visit, const struct message *m,
    struct err *why)
{
	struct arrival arrival = {.org = visit->peer->org,
	    .from = visit->peer->aet,
	    .syntax_uid = m->context->syntax_uid,
	    .sop_class = m->sop_class,
	    .sop_instance = m->sop_instance,
	    .bytes = &visit->spool,
	    .fd = -1};
	struct kept kept = {0};

	if (!archive_keep(visit->door->house->archive, &visit->message,
		&arrival, &kept, why))
		return status_of(why);
	if (!str_eq(kept.sop_instance, m->sop_instance)) {
		fail(why, ERR_INPUT, "the instance UID is not the command's");
		return STATUS_NOT_OF_CLASS;
	}
	if (str_eq(kept.sop_class, m->sop_class))
		return STATUS_SUCCESS;
	fail(why, ERR_INPUT, "kept; its SOP class is not the command's");
	return STATUS_OTHER_CLASS;
}

/* The largest instance for which there is room now: on its way in it may not
 * take what the archive leaves free, or many refused ones fill the disk. */
static int64_t room_for(const struct dicom_door *door)
{
	const struct dimse_limits *limits = &door->limits;
	int64_t reserve = door->house->settings.archive_reserve_mib << 20;
	struct statvfs disk;

	if (statvfs(limits->folder, &disk) < 0)
		return limits->object_size; /* the archive will say why */
	int64_t room = (int64_t)(disk.f_bavail * disk.f_frsize) - reserve;

	if (room < limits->memory)
		return limits->memory;
	return room < limits->object_size ? room : limits->object_size;
}

/* An instance that is too large, or for which there is no room: later, or
 * elsewhere. */
static uint16_t receive(struct visit *visit, const struct message *m,
    struct err *why)
{
	spool_clear(&visit->spool);
	visit->spool.limit = room_for(visit->door);
	if (!m->has_data || message_spool(visit->as, m, &visit->spool, why))
		return STATUS_SUCCESS;
	return STATUS_NO_SPACE;
}

static uint16_t take(struct visit *visit, const struct message *m,
    struct err *why)
{
	if (!str_eq(m->sop_class, m->context->abstract)) {
		fail(why, ERR_INPUT, "the class is not the context's");
		return STATUS_NO_CLASS;
	}
	if (!m->has_data) {
		fail(why, ERR_INPUT, "there is no data set");
		return STATUS_NOT_UNDERSTOOD;
	}
	if (is_another(visit, m)) {
		fail(why, ERR_INPUT, "the instance UID is not the command's");
		return STATUS_NOT_OF_CLASS;
	}
	return keep(visit, m, why);
}

static void tell(const struct visit *visit, uint16_t status,
    const struct err *why)
{
	log_line(LOG_WARN, "store", "from=\"%.*s\" status=%04x why=\"%s\"",
	    STR(visit->peer->aet), status, why->text);
}

static bool lose(struct visit *visit, const struct message *m,
    uint16_t status, const struct err *why, struct err *err)
{
	visit->door->store_refused++;
	tell(visit, status, why);
	return say_lost(visit, m, status, why, err);
}

bool store_answer(struct visit *visit, const struct service *service,
    const struct message *m, struct err *err)
{
	struct err why = {0};

	(void)service;
	uint16_t status = receive(visit, m, &why);

	if (status)
		return lose(visit, m, status, &why, err);
	status = take(visit, m, &why);
	if (status)
		tell(visit, status, &why);
	if (status == STATUS_SUCCESS || status == STATUS_OTHER_CLASS)
		visit->door->stored++;
	else
		visit->door->store_refused++;
	keep_pace(visit);
	return say(visit, m, status, why.text, err);
}
