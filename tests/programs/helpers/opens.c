/* SPDX-License-Identifier: MIT */
/* opens COUNT FILE: opens and closes the file so often. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    for (int i = argc == 3 ? atoi(argv[1]) : 0; i > 0; i--) {
        int fd = open(argv[2], O_RDONLY);
        if (fd < 0 || close(fd) != 0)
            return 1;
    }
    return 0;
}
