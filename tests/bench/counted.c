/* SPDX-License-Identifier: MIT */
/* counted FILE: asks for what is not there until it is killed, and counts in the file, which it has mapped, each call that came
 * back. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int fd = argc == 2 ? open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof(uint64_t)) != 0)
        return 2;
    _Atomic uint64_t *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (count == MAP_FAILED)
        return 2;
    for (;;) {
        access("/nonexistent", F_OK);
        atomic_fetch_add(count, 1);
    }
}
