/* SPDX-License-Identifier: MIT */
/* The names of hosts that the program resolves, remembered for the rules that are about them. */
#include "inbound/preload/preload.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "core/names.h"

static void note(const char *name, int family, const void *address)
{
    if (name && address && (family == AF_INET || family == AF_INET6))
        names_note(preload_gate.names, address, family == AF_INET ? 4 : 16, name);
}

static void note_list(const char *name, const struct addrinfo *list)
{
    for (; list; list = list->ai_next) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)list->ai_addr;
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)list->ai_addr;
        if (list->ai_addr)
            note(name, list->ai_family, list->ai_family == AF_INET ? (const void *)&v4->sin_addr : &v6->sin6_addr);
    }
}

static void note_host(const char *name, const struct hostent *host)
{
    for (char **address = host ? host->h_addr_list : NULL; address && *address; address++)
        note(name, host->h_addrtype, *address);
}

static void note_requests(struct gaicb *const *list, int count)
{
    for (int i = 0; i < count; i++)
        if (list[i])
            note_list(list[i]->ar_name, list[i]->ar_result);
}

void resolve_after(const struct passage *passage, long ret)
{
    const long *word = passage->word;
    const char *name = (const char *)word[0];
    if (!preload_gate.names)
        return;
    switch (call_table[passage->event.call].row) {
    case CALL_getaddrinfo: note_list(name, *(struct addrinfo **)word[3]); break;
    case CALL_getaddrinfo_a:
        if (word[0] == GAI_WAIT)
            note_requests((struct gaicb *const *)word[1], (int)word[2]);
        break;
    case CALL_gethostbyname:
    case CALL_gethostbyname2: note_host(name, (const struct hostent *)ret); break;
    case CALL_gethostbyname_r: note_host(name, *(struct hostent **)word[4]); break;
    case CALL_gethostbyname2_r: note_host(name, *(struct hostent **)word[5]); break;
    default: break;
    }
}
