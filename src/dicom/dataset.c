/* SPDX-License-Identifier: MIT */
/* dataset.c: asking a data set for its elements. */
#include "dicom/value.h"

/* Of a tag that came twice, the first. */
static const struct element *find_walking(const struct dataset *set,
    uint32_t tag)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (set->elements[i].tag == tag)
			return &set->elements[i];
	return NULL;
}

uint32_t dataset_place(const struct dataset *set, uint32_t tag)
{
	uint32_t low = 0, n = set->n;

	while (n) {
		uint32_t half = n / 2;

		if (set->elements[low + half].tag < tag) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low;
}

const struct element *dataset_find(const struct dataset *set, uint32_t tag)
{
	if (!set)
		return NULL;
	if (set->unordered)
		return find_walking(set, tag);
	uint32_t i = dataset_place(set, tag);
	return i < set->n && set->elements[i].tag == tag ?
	    &set->elements[i] : NULL;
}

struct str dataset_text(struct arena *arena, const struct dataset *set,
    uint32_t tag)
{
	const struct element *e = dataset_find(set, tag);

	return e ? element_text(arena, set, e) : (struct str){0};
}

struct str dataset_raw(const struct dataset *set, uint32_t tag)
{
	const struct element *e = dataset_find(set, tag);

	return e && !e->is_sequence && !e->fragments_n ?
	    value_trim(e->value) : (struct str){0};
}

bool dataset_int(const struct dataset *set, uint32_t tag, int64_t *value)
{
	const struct element *e = dataset_find(set, tag);

	return e && element_int(set, e, 0, value);
}

bool dataset_real(const struct dataset *set, uint32_t tag, double *value)
{
	const struct element *e = dataset_find(set, tag);

	return e && element_real(set, e, 0, value);
}

const struct dataset *dataset_item(const struct dataset *set, uint32_t tag,
    uint32_t i)
{
	const struct element *e = dataset_find(set, tag);

	return e && i < e->items_n ? &e->items[i] : NULL;
}
