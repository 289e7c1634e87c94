/* SPDX-License-Identifier: MIT */
/* deflate FILE: writes the table of calls that traces have to it, as the bytes of an array. Runs while the library is built. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "core/trace.h"

int main(int argc, char **argv)
{
    uLongf size = compressBound(trace_table_size());
    Bytef *bytes = malloc(size);
    FILE *out = argc == 2 && bytes ? fopen(argv[1], "w") : NULL;
    if (!out || compress2(bytes, &size, (const Bytef *)trace_table, trace_table_size(), Z_BEST_COMPRESSION) != Z_OK)
        return EXIT_FAILURE;
    for (uLongf i = 0; i < size; i++)
        fprintf(out, "%d,\n", bytes[i]);
    free(bytes);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
