/*
 * The root image lies in memory as one piece that is never changed, so a file
 * is found by walking its tables where they are, and its bytes are not copied.
 * The image is input like any other: every number in it is compared with the
 * image's size before it is followed, and links are counted, so that a damaged
 * one is told and leads nowhere.
 */
#include "launch/files.h"

#include <stddef.h>

#include "abi/layout.h"
#include "lib/books.h"
#include "lib/string.h"
#include "launch/image_format.h"

#define LINKS_MAX 8
#define TARGET_MAX 256
#define S_IFMT 0170000 /* Linux's: types in an inode's mode */
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000

static const struct image_header *header(void)
{
    return (const struct image_header *)INIT_ROOT_IMAGE;
}

/* `count` records of that size at an offset of the image; NULL: not inside. */
static const void *part(uint64_t at, uint64_t count, uint64_t size)
{
    uint64_t end = header()->size;
    return at <= end && count <= (end - at) / size
               ? (const char *)INIT_ROOT_IMAGE + at
               : NULL;
}

bool files_there(void)
{
    return books_head()->image_size >= sizeof(struct image_header) &&
           header()->magic == IMAGE_MAGIC &&
           header()->size <= books_head()->image_size;
}

static const struct image_inode *inode_at(uint64_t n)
{
    const struct image_inode *all =
        part(header()->inodes_at, header()->inodes, sizeof(*all));
    return all != NULL && n < header()->inodes ? all + n : NULL;
}

static const char *text_at(uint64_t at, uint64_t length)
{
    const char *all = part(header()->text_at, header()->text, 1);
    return all != NULL && at <= header()->text && length <= header()->text - at
               ? all + at
               : NULL;
}

/* What a directory has under a name; NULL: nothing. */
static const struct image_inode *child_of(const struct image_inode *directory,
                                          const char *name, uint64_t length)
{
    const struct image_entry *e =
        part(header()->entries_at + directory->where * sizeof(*e),
             directory->size, sizeof(*e));
    if ((directory->mode & S_IFMT) != S_IFDIR || e == NULL ||
        directory->where > header()->entries) {
        return NULL;
    }
    for (uint64_t n = 0; n < directory->size; n++, e++) {
        const char *text = text_at(e->name, e->length);
        if (e->length == length && text != NULL &&
            memcmp(text, name, length) == 0) {
            return inode_at(e->inode);
        }
    }
    return NULL;
}

/* Goes from a directory along a path, over no more than that many links. */
static const struct image_inode *walk(const struct image_inode *at,
                                      const char *path, unsigned links)
{
    char target[TARGET_MAX];
    at = *path == '/' ? inode_at(0) : at;
    while (at != NULL) {
        uint64_t length = 0;
        for (; *path == '/'; path++) {
        }
        for (; path[length] && path[length] != '/'; length++) {
        }
        if (length == 0) {
            return at;
        }
        const struct image_inode *child = child_of(at, path, length);
        if (child != NULL && (child->mode & S_IFMT) == S_IFLNK) {
            const char *text = text_at(child->where, child->size);
            if (links == 0 || text == NULL || child->size >= TARGET_MAX) {
                return NULL;
            }
            memcpy(target, text, child->size);
            target[child->size] = 0;
            child = walk(at, target, links - 1);
        }
        at = child;
        path += length;
    }
    return NULL;
}

const uint8_t *files_find(const char *path, uint64_t *size)
{
    const struct image_inode *found = walk(inode_at(0), path, LINKS_MAX);
    if (found == NULL || (found->mode & S_IFMT) != S_IFREG ||
        found->where > header()->size / FRAME_SIZE) {
        return NULL;
    }
    *size = found->size;
    return part(found->where * FRAME_SIZE, found->size, 1);
}
