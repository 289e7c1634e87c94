/* SPDX-License-Identifier: MIT */
/* The description of a stream, in CTF's own language. */
#include "cli/export/ctf.h"

#include "cli/export/export.h"
#include "core/call.h"

bool ctf_is_number(unsigned kind)
{
    return kind == KIND_INT || kind == KIND_UINT || kind == KIND_LONG || kind == KIND_SIZE || kind == KIND_FD ||
           kind == KIND_PID || kind == KIND_UID || kind == KIND_STREAM || kind == KIND_DIRP;
}

static const char head[] =
    "/* CTF 1.8 */\n\n"
    "typealias integer { size = 8; align = 8; signed = false; } := u8;\n"
    "typealias integer { size = 16; align = 8; signed = false; } := u16;\n"
    "typealias integer { size = 32; align = 8; signed = false; } := u32;\n"
    "typealias integer { size = 32; align = 8; signed = true; } := s32;\n"
    "typealias integer { size = 64; align = 8; signed = false; } := u64;\n"
    "typealias integer { size = 64; align = 8; signed = true; } := s64;\n\n"
    "trace {\n"
    "    major = 1;\n"
    "    minor = 8;\n"
    "    byte_order = %s;\n"
    "    packet.header := struct { u32 magic; u32 stream_id; };\n"
    "};\n\n"
    "env {\n    domain = \"ust\";\n    tracer_name = \"libhook\";\n    tracer_version = \"%s\";\n};\n\n"
    "clock {\n"
    "    name = realtime;\n"
    "    description = \"nanoseconds since 1970-01-01\";\n"
    "    freq = 1000000000;\n"
    "    absolute = TRUE;\n"
    "};\n\n"
    "typealias integer { size = 64; align = 8; signed = false; map = clock.realtime.value; } := moment;\n\n"
    "stream {\n"
    "    id = 0;\n"
    "    packet.context := struct { moment timestamp_begin; moment timestamp_end; u64 content_size; u64 packet_size; };\n"
    "    event.header := struct { u16 id; moment timestamp; };\n"
    "    event.context := struct { s32 vpid; s32 vtid; };\n"
    "};\n";

/* The underscore before each name keeps them apart from words of the language; readers take it away. */
static void describe_call(FILE *to, unsigned id)
{
    const struct call *call = &call_table[id];
    fprintf(to, "\nevent {\n    id = %u;\n    name = \"%s\";\n    stream_id = 0;\n    fields := struct {\n", id, call_symbol(id));
    fputs("        u64 _begin;\n        u64 _dur_ns;\n        s64 _ret;\n        string _errno;\n        string _action;\n"
          "        string _rule;\n        string _to;\n        string _path;\n        string _path2;\n        string _addr;\n"
          "        struct {\n",
          to);
    for (unsigned arg = 0; arg < call->args; arg++)
        fprintf(to, "            %s _%s;\n", ctf_is_number(call->arg_kind[arg]) ? "s64" : "string", call_arg_name(id, arg));
    fputs("        } _args;\n    };\n};\n", to);
}

void ctf_describe(FILE *to)
{
    fprintf(to, head, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "le" : "be", HOOK_VERSION);
    for (unsigned id = 0; id < CALL_COUNT; id++)
        describe_call(to, id);
    fprintf(to,
            "\nevent {\n    id = %u;\n    name = \"start\";\n    stream_id = 0;\n    fields := struct {\n"
            "        string _exe;\n        string _argv;\n        string _cwd;\n        s32 _ppid;\n"
            "        s64 _uid;\n    };\n};\n",
            CTF_START);
    fprintf(to,
            "\nevent {\n    id = %u;\n    name = \"exit\";\n    stream_id = 0;\n    fields := struct {\n        s32 _status;\n   "
            " };\n};\n",
            CTF_EXIT);
}
