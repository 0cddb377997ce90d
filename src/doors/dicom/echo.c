/* SPDX-License-Identifier: MIT */
/* echo.c: C-ECHO, PS3.4 A and PS3.7 9.1.5. */
#include "doors/dicom/services.h"

bool echo_answer(struct visit *visit, const struct service *service,
    const struct message *m, struct err *err)
{
	(void)service;
	visit->door->echoed++;
	return say_instead(visit, m, STATUS_SUCCESS, NULL, err);
}
