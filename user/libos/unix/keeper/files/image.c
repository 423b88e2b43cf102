/*
 * The files of the root image, made once when the keeper starts. Their content
 * stays where it is: an inode only says which pages are the image's. All
 * numbers in it are checked before they are used, since an image may be
 * anybody's: a part that does not lie in it, a name with a slash, a directory
 * with two names (a circle) make it no image.
 *
 * First all inodes, each with a user so that none goes; then the names, which
 * may point forwards; then the users go, and what no name has found is freed.
 */
#include "libos/unix/keeper/files/image.h"

#include "lib/string.h"
#include "libos/unix/keeper/files/dirent.h"
#include "libos/unix/keeper/files/inode.h"
#include "libos/unix/keeper/record/machine.h"

static uint32_t first_page;
static struct image_header header;
static uint32_t table; /* of inodes' numbers, while the image is loaded: pages
                          of numbers, in a page of their numbers */

void image_read(uint64_t at, void *to, uint64_t count)
{
    while (count) {
        uint64_t in = at % KEEPER_PAGE, n = KEEPER_PAGE - in;
        n = n < count ? n : count;
        uint32_t page = first_page + (uint32_t)(at / KEEPER_PAGE);
        memcpy(to, (uint8_t *)machine_page(page) + in, n);
        to = (uint8_t *)to + n;
        at += n;
        count -= n;
    }
}

/* Do that many records of that size lie in the image? */
static bool part_fits(uint64_t at, uint64_t count, uint64_t size)
{
    return at <= header.size && count <= (header.size - at) / size;
}

static bool header_read(uint32_t first, uint64_t size)
{
    first_page = first;
    if (size < sizeof(header)) {
        return false;
    }
    image_read(0, &header, sizeof(header));
    return header.magic == IMAGE_MAGIC && header.size == size &&
           size % KEEPER_PAGE == 0 && size / KEEPER_PAGE < UINT32_MAX / 2 &&
           header.inodes > 0 && header.inodes <= INODES_MAX &&
           part_fits(header.inodes_at, header.inodes,
                     sizeof(struct image_inode)) &&
           part_fits(header.entries_at, header.entries,
                     sizeof(struct image_entry)) &&
           part_fits(header.text_at, header.text, 1);
}

static uint32_t *number_at(uint64_t i)
{
    uint32_t *pages = machine_page(table);
    return (uint32_t *)machine_page(pages[i / 1024]) + i % 1024;
}

static bool inode_fits(const struct image_inode *inode)
{
    switch (inode->mode & S_IFMT) {
    case S_IFREG:
        return inode->where <= header.size / KEEPER_PAGE &&
               inode->size <=
                   header.size - inode->where * (uint64_t)KEEPER_PAGE;
    case S_IFDIR:
        return inode->where <= header.entries &&
               inode->size <= header.entries - inode->where;
    case S_IFLNK:
        return inode->where <= header.text && inode->size > 0 &&
               inode->size < PATH_MAX &&
               inode->size <= header.text - inode->where;
    case S_IFCHR:
    case S_IFBLK:
    case S_IFIFO:
        return true;
    default:
        return false;
    }
}

static void image_inode_get(uint64_t i, struct image_inode *inode)
{
    image_read(header.inodes_at + i * sizeof(*inode), inode, sizeof(*inode));
}

static bool load_inode(uint64_t i)
{
    struct image_inode from;
    image_inode_get(i, &from);
    uint32_t number = inode_fits(&from) ? inode_new(from.mode) : 0;
    if (!number) {
        return false;
    }
    struct inode *inode = inode_at(number);
    inode->uid = from.uid;
    inode->gid = from.gid;
    inode->device = from.device;
    if ((from.mode & S_IFMT) == S_IFREG) {
        inode->size = from.size;
        inode->image_first = first_page + (uint32_t)from.where;
        inode->image_pages =
            (uint32_t)((from.size + KEEPER_PAGE - 1) / KEEPER_PAGE);
    } else if ((from.mode & S_IFMT) == S_IFLNK) {
        inode->size = from.size;
        inode->image_text = header.text_at + from.where;
    } else if ((from.mode & S_IFMT) == S_IFDIR && i == 0) {
        inode->parent = number;
        inode->links = 2;
    }
    *number_at(i) = number;
    return true;
}

static bool load_entry(uint32_t directory, uint64_t i)
{
    struct image_entry entry;
    char name[NAME_MAX];
    image_read(header.entries_at + i * sizeof(entry), &entry, sizeof(entry));
    if (entry.inode == 0 || entry.inode >= header.inodes || !entry.length ||
        entry.length > NAME_MAX || entry.name > header.text ||
        entry.length > header.text - entry.name) {
        return false;
    }
    image_read(header.text_at + entry.name, name, entry.length);
    uint32_t child = *number_at(entry.inode);
    for (uint32_t at = 0; at < entry.length; at++) {
        if (name[at] == '/' || !name[at]) {
            return false;
        }
    }
    if ((inode_at(child)->mode & S_IFMT) == S_IFDIR &&
        inode_at(child)->entry) { /* a directory has one name */
        return false;
    }
    return !dirent_find(directory, name, entry.length) &&
           !dirent_add(directory, name, entry.length, child);
}

static bool load_directory(uint64_t i)
{
    struct image_inode from;
    image_inode_get(i, &from);
    for (uint64_t j = 0; (from.mode & S_IFMT) == S_IFDIR && j < from.size;
         j++) {
        if (!load_entry(*number_at(i), from.where + j)) {
            return false;
        }
    }
    return true;
}

/* Names are given: now the times are the image's again, and only links keep
 * inodes, but for "/". */
static void load_finish(uint64_t i)
{
    struct image_inode from;
    image_inode_get(i, &from);
    struct inode *inode = inode_at(*number_at(i));
    inode->atime = inode->mtime = inode->ctime = from.mtime;
    if (i) {
        inode_drop(*number_at(i));
    }
}

static bool load_all(void)
{
    for (uint64_t i = 0; i < header.inodes; i++) {
        if (!load_inode(i)) {
            return false;
        }
    }
    for (uint64_t i = 0; i < header.inodes; i++) {
        if (!load_directory(i)) {
            return false;
        }
    }
    for (uint64_t i = header.inodes; i-- > 0;) {
        load_finish(i);
    }
    return (inode_at(*number_at(0))->mode & S_IFMT) == S_IFDIR;
}

uint32_t image_load(uint32_t first, uint64_t size)
{
    if (!header_read(first, size)) {
        return 0;
    }
    uint64_t pages = header.inodes / 1024 + 1;
    if (machine_pages_free() < pages + 1) {
        return 0;
    }
    table = machine_page_take();
    uint32_t *numbers = machine_page(table);
    for (uint64_t i = 0; i < pages; i++) {
        numbers[i] = machine_page_take();
    }
    uint32_t root = load_all() ? *number_at(0) : 0;
    for (uint64_t i = 0; i < pages; i++) {
        machine_page_give(numbers[i]);
    }
    machine_page_give(table);
    return root;
}
