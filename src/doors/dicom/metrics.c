/* SPDX-License-Identifier: MIT */
/* metrics.c: what happened at the DICOM door, in numbers (Prometheus text
 * 0.0.4).  Labels are operations and results; never an AE title. */
#include "doors/dicom/services.h"

static void add_side(struct dicom_counts *n, const struct side *side)
{
	if (!side->listener)
		return;
	struct listener_counts is = listener_counts(side->listener);

	n->open += is.open;
	n->served += is.served;
	n->rejected += is.rejected;
	n->aborted += is.aborted;
}

struct dicom_counts dicom_counts(struct dicom_door *door)
{
	struct dicom_counts n = {.strangers = door->strangers,
	    .echoed = door->echoed,
	    .stored = door->stored,
	    .store_refused = door->store_refused,
	    .found = door->found,
	    .matches = door->matches,
	    .moved = door->moved,
	    .got = door->got,
	    .sent = door->sent,
	    .send_failed = door->send_failed,
	    .committed = door->committed};

	add_side(&n, &door->plain);
	add_side(&n, &door->secure);
	return n;
}

static void family(struct out *out, const char *name, const char *type,
    const char *sentence)
{
	out_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, sentence, name,
	    type);
}

static void labelled(struct out *out, const char *name, const char *label,
    const char *value, int64_t n)
{
	out_printf(out, "%s{%s=\"%s\"} %lld\n", name, label, value,
	    (long long)n);
}

void dicom_metrics(struct dicom_door *door, struct out *out)
{
	struct dicom_counts n = dicom_counts(door);
	static const char *const associations =
	    "ribble_dicom_associations_total";
	static const char *const operations = "ribble_dicom_operations_total";
	static const char *const instances = "ribble_dicom_instances_total";

	family(out, "ribble_dicom_associations_open", "gauge",
	    "Associations that are open.");
	out_printf(out, "ribble_dicom_associations_open %lld\n",
	    (long long)n.open);
	family(out, associations, "counter", "Associations, by their end.");
	labelled(out, associations, "end", "served", n.served);
	labelled(out, associations, "end", "rejected", n.rejected);
	labelled(out, associations, "end", "aborted", n.aborted);
	labelled(out, associations, "end", "stranger", n.strangers);
	family(out, operations, "counter", "Operations that were asked for.");
	labelled(out, operations, "operation", "echo", n.echoed);
	labelled(out, operations, "operation", "store",
	    n.stored + n.store_refused);
	labelled(out, operations, "operation", "find", n.found);
	labelled(out, operations, "operation", "move", n.moved);
	labelled(out, operations, "operation", "get", n.got);
	labelled(out, operations, "operation", "commit", n.committed);
	family(out, instances, "counter", "Instances, by what became of them.");
	labelled(out, instances, "end", "kept", n.stored);
	labelled(out, instances, "end", "refused", n.store_refused);
	labelled(out, instances, "end", "sent", n.sent);
	labelled(out, instances, "end", "not_sent", n.send_failed);
	family(out, "ribble_dicom_matches_total", "counter",
	    "Matches told to those who asked.");
	out_printf(out, "ribble_dicom_matches_total %lld\n",
	    (long long)n.matches);
}
