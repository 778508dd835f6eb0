/* npz.c: NumPy's archives: zip files of .npy members, stored or deflated.
 *
 * The directory at the end of the file says where the members are; what it
 * says of sizes is held against the file before memory is asked for. */
#include "data/file.h"

#include <string.h>
#include <zlib.h>

enum { END_SIZE = 22, ENTRY_SIZE = 46, LOCAL_SIZE = 30, MOST_GROWTH = 1032 };

typedef struct Zip {
    File *f;
    const unsigned char *p; /* the file */
    size_t n;
    size_t at, end; /* the directory */
    unsigned count;
} Zip;

typedef struct Member {
    const char *name; /* without .npy; name_size bytes */
    size_t name_size;
    unsigned flags, method;
    uint32_t crc, packed, size, offset;
} Member;

static unsigned two(const unsigned char *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

static uint32_t four(const unsigned char *p)
{
    return two(p) | (uint32_t)two(p + 2) << 16;
}

static bool bad_zip(Zip *z, size_t at, const char *what)
{
    return file_fail(z->f, ERR_LANGUAGE, "write it again with numpy.savez",
                     "byte %zu: %s", at, what);
}

/* The record that ends the file; a comment may stand behind it. */
static bool find_directory(Zip *z)
{
    size_t at = z->n < END_SIZE ? 0 : z->n - END_SIZE;
    size_t least = at > 0xffff ? at - 0xffff : 0;
    if (z->n < END_SIZE)
        return bad_zip(z, 0, "this is no zip file");
    while (at > least && memcmp(z->p + at, "PK\5\6", 4) != 0)
        at--;
    if (memcmp(z->p + at, "PK\5\6", 4) != 0)
        return bad_zip(z, z->n, "the file ends without a zip directory");
    uint32_t size = four(z->p + at + 12), start = four(z->p + at + 16);
    if (start == 0xffffffffu)
        return file_fail(z->f, ERR_UNSUPPORTED, "write each array as .npy",
                         "zip files of more than 4 GiB are not read");
    if (start > at || size > at - start)
        return bad_zip(z, at, "the zip directory is not where it should be");
    z->at = start;
    z->end = start + size;
    z->count = two(z->p + at + 10);
    return true;
}

/* The next member of the directory; *at moves. */
static bool next_member(Zip *z, size_t *at, Member *m)
{
    const unsigned char *e = z->p + *at;
    if (z->end - *at < ENTRY_SIZE || memcmp(e, "PK\1\2", 4) != 0)
        return bad_zip(z, *at, "the zip directory is broken");
    size_t total = ENTRY_SIZE + two(e + 28) + two(e + 30) + two(e + 32);
    if (z->end - *at < total)
        return bad_zip(z, *at, "the zip directory is broken");
    *m = (Member){.name = (const char *)e + ENTRY_SIZE,
                  .name_size = two(e + 28), .flags = two(e + 8),
                  .method = two(e + 10), .crc = four(e + 16),
                  .packed = four(e + 20), .size = four(e + 24),
                  .offset = four(e + 42)};
    if (m->name_size > 4 &&
        memcmp(m->name + m->name_size - 4, ".npy", 4) == 0)
        m->name_size -= 4;
    *at += total;
    return true;
}

static bool has_name(const Member *m, const char *name)
{
    size_t n = strlen(name);
    if (n > 4 && strcmp(name + n - 4, ".npy") == 0)
        n -= 4;
    return n == m->name_size && memcmp(name, m->name, n) == 0;
}

static bool fail_name(Zip *z, Buf *names)
{
    const char *list = buf_text(names);
    if (z->count == 0)
        return file_fail(z->f, ERR_LANGUAGE, NULL, "there is no array in it");
    return file_fail(z->f, ERR_LANGUAGE, "name one of them, as in FILE:NAME",
                     "%s: %.300s", z->f->member ? "there is no such array in "
                                                  "it, only"
                                                : "there are several arrays "
                                                  "in it",
                     list ? list : "");
}

static bool find_member(Zip *z, Member *found)
{
    size_t at = z->at;
    Buf names;
    Member m = {.name = ""};
    buf_init(&names, z->f->scratch);
    for (unsigned i = 0; i < z->count; i++) {
        if (!next_member(z, &at, &m))
            return false;
        if (z->f->member ? has_name(&m, z->f->member) : z->count == 1) {
            *found = m;
            return true;
        }
        buf_add(&names, i ? ", " : "");
        if (names.len < 300)
            buf_addn(&names, m.name, m.name_size < 60 ? m.name_size : 60);
    }
    return fail_name(z, &names);
}

static void *zip_alloc(void *arena, unsigned n, unsigned size)
{
    return arena_array(arena, n, size);
}

static void zip_free(void *arena, void *p)
{
    (void)arena;
    (void)p;
}

static bool unpack(Zip *z, const Member *m, const unsigned char *from,
                   unsigned char *to)
{
    z_stream s = {.next_in = (unsigned char *)(uintptr_t)from,
                  .avail_in = m->packed, .next_out = to,
                  .avail_out = m->size, .zalloc = zip_alloc,
                  .zfree = zip_free, .opaque = z->f->scratch};
    if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
        return file_fail(z->f, ERR_MEMORY, NULL, "out of memory");
    int status = inflate(&s, Z_FINISH);
    bool whole = status == Z_STREAM_END && s.avail_out == 0;
    inflateEnd(&s);
    return whole || bad_zip(z, (size_t)(from - z->p) + m->packed - s.avail_in,
                            "the packed bytes of a member are broken");
}

/* Where the member's bytes are in the file; NULL if they are not. */
static const unsigned char *packed_bytes(Zip *z, const Member *m)
{
    size_t at = m->offset;
    if (z->n < LOCAL_SIZE || at > z->n - LOCAL_SIZE ||
        memcmp(z->p + at, "PK\3\4", 4) != 0)
        return NULL;
    at += LOCAL_SIZE + two(z->p + at + 26) + two(z->p + at + 28);
    return at <= z->n && m->packed <= z->n - at ? z->p + at : NULL;
}

/* The member's own bytes, unpacked; NULL on an error. */
static const unsigned char *member_bytes(Zip *z, const Member *m)
{
    const unsigned char *from = packed_bytes(z, m);
    if ((m->flags & 1) || (m->method != 0 && m->method != 8)) {
        file_fail(z->f, ERR_UNSUPPORTED, "write it with numpy.savez",
                  "byte %lu: a member is encrypted, or packed by method %u",
                  (unsigned long)m->offset, m->method);
        return NULL;
    }
    if (!from || (m->method == 0 && m->packed != m->size) ||
        m->size / MOST_GROWTH > m->packed) {
        bad_zip(z, m->offset, "the sizes of a member are wrong");
        return NULL;
    }
    if (m->size > z->f->ctx->limits.memory) {
        file_fail(z->f, ERR_LIMIT, NULL,
                  "%lu bytes are needed; the limit memory is %zu",
                  (unsigned long)m->size, z->f->ctx->limits.memory);
        return NULL;
    }
    if (m->method == 0)
        return from;
    unsigned char *to = arena_alloc(z->f->scratch, m->size);
    return to && unpack(z, m, from, to) ? to : NULL;
}

bool npz_read(File *f, Array *out)
{
    Member m = {.name = ""};
    const char *text = file_text(f);
    Zip z = {.f = f, .p = (const unsigned char *)text, .n = f->size};
    if (!text || !find_directory(&z) || !find_member(&z, &m))
        return false;
    const unsigned char *bytes = member_bytes(&z, &m);
    if (!bytes)
        return false;
    if (crc32(0, bytes, m.size) != m.crc)
        return bad_zip(&z, m.offset, "the checksum of a member is wrong");
    File g = {.ctx = f->ctx, .scratch = f->scratch, .path = f->path,
              .member = arena_text(f->scratch, m.name, m.name_size),
              .fd = -1, .bytes = bytes, .size = m.size};
    return npy_read(&g, out);
}
