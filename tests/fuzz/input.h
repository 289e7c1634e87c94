/* SPDX-License-Identifier: MIT */
/* The fuzzer's bytes, taken piece by piece. */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "hook/event.h"

struct input {
    const uint8_t *p;
    size_t len;
};

/* A number of so many bytes; zeroes follow the end of the input. */
uint64_t input_number(struct input *input, size_t bytes);

/* An event with any call and any arguments. Each string lies alone in memory, so that reading past it is seen. */
void input_event(struct input *input, struct hook_event *ret);
void input_event_free(struct hook_event *event);

#endif
