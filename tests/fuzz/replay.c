/* SPDX-License-Identifier: MIT */
/* replay RUNS FILE...: a fuzzer's function on each of the files and, RUNS times, on what chance makes of one of them: the same
 * each time. It stands in for libFuzzer where there is none. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4096, CHANGES = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint64_t state = 88172645463325252u;

static uint64_t chance(uint64_t most)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % most;
}

static size_t load(const char *path, uint8_t *ret)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    size_t len = fread(ret, 1, LONGEST, file);
    fclose(file);
    return len;
}

/* In memory of its own, so that reading past it is seen. */
static void run(const uint8_t *bytes, size_t len)
{
    uint8_t *alone = malloc(len + !len);
    memcpy(alone, bytes, len);
    LLVMFuzzerTestOneInput(alone, len);
    free(alone);
}

/* Some bytes become others, and the rest longer or shorter. */
static size_t change(uint8_t *bytes, size_t len)
{
    size_t wanted = chance(4) ? len : chance(LONGEST);
    for (; len < wanted; len++)
        bytes[len] = (uint8_t)chance(256);
    for (uint64_t n = chance(CHANGES) + 1; wanted && n > 0; n--)
        bytes[chance(wanted)] = (uint8_t)(chance(2) ? chance(256) : chance(4));
    return wanted;
}

int main(int argc, char **argv)
{
    static uint8_t bytes[LONGEST];
    if (argc < 3)
        return 2;
    for (int i = 2; i < argc; i++)
        run(bytes, load(argv[i], bytes));
    for (long runs = atol(argv[1]); runs > 0; runs--)
        run(bytes, change(bytes, load(argv[2 + chance((uint64_t)argc - 2)], bytes)));
    return 0;
}
