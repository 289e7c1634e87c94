/* SPDX-License-Identifier: MIT */
/* A request -> the event and the facts that a decision is made of. */
#ifndef EMBED_REQUEST_H
#define EMBED_REQUEST_H

#include "core/facts.h"
#include "hook/policy.h"

struct embed_question {
    struct hook_event event;
    struct facts facts;
    struct arena arena;
    char scratch[2048] __attribute__((aligned(8)));
};

/* The request must outlive the question. Returns 0, -EINVAL for a symbol that is not known, or -ENOMEM; to be
 * released in any case. */
int embed_ask(struct embed_question *ret, const struct hook_request *request);
void embed_release(struct embed_question *question);

#endif
