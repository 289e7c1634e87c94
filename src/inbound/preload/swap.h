/* SPDX-License-Identifier: MIT */
#ifndef INBOUND_PRELOAD_SWAP_H
#define INBOUND_PRELOAD_SWAP_H

/* Puts a socket of another family, of the same type, at fd's number: with its descriptor flags, its options and its
 * place in epoll sets. Returns 0, or a negative errno when there is none, with fd as it was. */
long swap_socket(int fd, int family);

#endif
