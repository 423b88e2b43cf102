/*
 * Directory entries: each is in its directory's list, for reading it in order,
 * and in a bucket of a hash of directory and name, for finding one. One hash
 * table for all directories, as most have few names.
 *
 *   bucket[hash] -> entry -> entry            (beside)
 *   directory first -> entry <-> entry <- last     (previous, next)
 *
 * The cookie of an entry only grows, so a reader that was interrupted by a
 * removal goes on behind the last one that it saw, and meets none twice. The
 * hash is salted: a program that chooses names cannot make one bucket long.
 *
 * A directory's links are its name, its own ".", and the ".." of each directory
 * in it; here is the one place that counts them.
 */
#include "libos/unix/keeper/files/dirent.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/inode.h"
#include "libos/unix/keeper/record/pool.h"

#define HEAD __builtin_offsetof(struct dirent, name)
#define BUCKETS 16384u
#define PER_PAGE (KEEPER_PAGE / 4)
#define CLASSES 3
#define CLASS_SHIFT 30

/* Entries are of three sizes, as their names are short or long. */
static const uint32_t sizes[CLASSES] = {64, 128, 296};
static struct pool entries[CLASSES];
static uint32_t buckets[BUCKETS / PER_PAGE]; /* pages */
static uint64_t salt;

bool dirent_begin(uint64_t seed)
{
    salt = seed;
    for (uint32_t i = 0; i < CLASSES; i++) {
        pool_begin(&entries[i], sizes[i], 2 * INODES_MAX);
    }
    for (uint32_t i = 0; i < BUCKETS / PER_PAGE; i++) {
        buckets[i] = machine_page_take();
        if (!buckets[i]) {
            return false;
        }
    }
    return true;
}

struct dirent *dirent_at(uint32_t entry)
{
    return pool_at(&entries[entry >> CLASS_SHIFT],
                   entry & ((1u << CLASS_SHIFT) - 1));
}

static uint32_t hash_of(uint32_t directory, const char *name, uint32_t length)
{
    uint64_t hash = salt ^ directory * 0x9e3779b97f4a7c15;
    for (uint32_t i = 0; i < length; i++) {
        hash = (hash ^ (uint8_t)name[i]) * 0x100000001b3;
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t *bucket_of(uint32_t hash)
{
    uint32_t *page = machine_page(buckets[hash % BUCKETS / PER_PAGE]);
    return &page[hash % PER_PAGE];
}

uint32_t dirent_find(uint32_t directory, const char *name, uint32_t length)
{
    uint32_t hash = hash_of(directory, name, length), at = *bucket_of(hash);
    while (at) {
        const struct dirent *entry = dirent_at(at);
        if (entry->hash == hash && entry->directory == directory &&
            entry->length == length && !memcmp(entry->name, name, length)) {
            return at;
        }
        at = entry->beside;
    }
    return 0;
}

/* The inode has the name `at` now. A directory's links are one of its name and
 * one of its "."; its ".." is one of its parent's. */
static void dirent_name(uint32_t at, const struct dirent *entry)
{
    struct inode *inode = inode_at(entry->inode);
    bool nameless = !inode->entry; /* then it holds its parent itself */
    inode->entry = at;
    inode_link(entry->inode);
    if ((inode->mode & S_IFMT) == S_IFDIR) {
        inode_link(entry->inode);
        inode_link(entry->directory);
        if (inode->parent && nameless) {
            inode_drop(inode->parent);
        }
        inode->parent = entry->directory;
    }
}

/* The inode no longer has the name `at` in that parent. */
static void dirent_unname(uint32_t at, uint32_t number, uint32_t parent)
{
    struct inode *inode = inode_at(number);
    bool last = inode->entry == at;
    inode->entry = last ? 0 : inode->entry;
    if ((inode->mode & S_IFMT) == S_IFDIR) {
        if (last) { /* who is in it can still go to ".." */
            inode_hold(parent);
        }
        inode_unlink(number);
        inode_unlink(parent);
    }
    inode_unlink(number);
}

int dirent_add(uint32_t directory, const char *name, uint32_t length,
               uint32_t inode)
{
    uint32_t size = 0;
    while (HEAD + length > sizes[size]) {
        size++;
    }
    uint32_t at = pool_take(&entries[size]);
    if (!at) {
        return -ENOSPC;
    }
    at |= size << CLASS_SHIFT;
    struct dirent *entry = dirent_at(at);
    struct inode *dir = inode_at(directory);
    entry->hash = hash_of(directory, name, length);
    entry->directory = directory;
    entry->inode = inode;
    entry->length = (uint8_t)length;
    memcpy(entry->name, name, length);
    dir->cookie = dir->cookie < COOKIE_FIRST ? COOKIE_FIRST : dir->cookie + 1;
    entry->cookie = dir->cookie;
    uint32_t *bucket = bucket_of(entry->hash);
    entry->beside = *bucket;
    *bucket = at;
    entry->previous = dir->last;
    *(dir->last ? &dirent_at(dir->last)->next : &dir->first) = at;
    dir->last = at;
    dir->size += sizes[size];
    dirent_name(at, entry);
    inode_modified(dir);
    return 0;
}

void dirent_remove(uint32_t at)
{
    struct dirent *entry = dirent_at(at);
    struct inode *dir = inode_at(entry->directory);
    uint32_t *link = bucket_of(entry->hash), inode = entry->inode;
    while (*link != at) {
        link = &dirent_at(*link)->beside;
    }
    *link = entry->beside;
    *(entry->previous ? &dirent_at(entry->previous)->next : &dir->first) =
        entry->next;
    *(entry->next ? &dirent_at(entry->next)->previous : &dir->last) =
        entry->previous;
    uint32_t size = at >> CLASS_SHIFT, parent = entry->directory;
    dir->size -= sizes[size];
    inode_modified(dir);
    pool_give(&entries[size], at & ((1u << CLASS_SHIFT) - 1));
    dirent_unname(at, inode, parent);
}

void dirent_replace(uint32_t at, uint32_t inode)
{
    struct dirent *entry = dirent_at(at);
    uint32_t before = entry->inode;
    entry->inode = inode;
    inode_modified(inode_at(entry->directory));
    dirent_name(at, entry);
    dirent_unname(at, before, entry->directory);
}

uint32_t dirent_next(uint32_t directory, uint64_t cookie)
{
    uint32_t at = inode_at(directory)->first;
    while (at && dirent_at(at)->cookie <= cookie) {
        at = dirent_at(at)->next;
    }
    return at;
}
