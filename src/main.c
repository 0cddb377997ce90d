/* SPDX-License-Identifier: MIT */
/* main.c: the door that people knock at; doors/command/commands.c has the
 * rest. */
#include "doors/command/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
