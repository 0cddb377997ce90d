/* SPDX-License-Identifier: MIT */
/* openapi.h: JSON Schema's words; private to openapi.c and shape.c. */
#pragma once
#include "doors/web/routes.h"

void json_pair(struct json *, const char *key, const char *text);
void schema_type(struct json *, const char *type, bool nullable);
/* text int real day time flag id; false: none of them, or any. */
bool schema_word(struct json *, struct str word, bool nullable);
void schema_reference(struct json *, struct str name);
void schemas_write(struct json *); /* each of schemas.c, by its name */
void openapi_write(struct json *); /* the whole description */
