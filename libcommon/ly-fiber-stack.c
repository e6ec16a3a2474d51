/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-fiber"

#include "ly-fiber-sanitizer.h"
#include "ly-fiber-stack.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a thread keeps for its next fibers: enough that those which come and go
 * cost no system call, and little enough to forget. A stack in the pool keeps
 * the pages it has touched; what does not fit is given back at once. */
#define POOL_LENGTH 64

#ifndef MAP_NORESERVE
# define MAP_NORESERVE 0
#endif
#ifndef MAP_STACK
# define MAP_STACK 0
#endif

/* The stacks of one thread that are free, the warmest last. */
typedef struct
{
  LyFiberStack stacks[POOL_LENGTH];
  guint        length;
} Pool;

static void pool_free (gpointer data);

static GPrivate pool_key = G_PRIVATE_INIT (pool_free);

static void
unmap (LyFiberStack *stack)
{
  if (munmap (stack->base, stack->size) != 0)
    g_critical ("munmap() of a fiber's stack: %s", g_strerror (errno));
}

static void
pool_free (gpointer data)
{
  Pool *pool = data;

  while (pool->length > 0)
    unmap (&pool->stacks[--pool->length]);

  g_free (pool);
}

static gsize
get_page_size (void)
{
  static gsize page_size;

  if (page_size == 0)
    page_size = (gsize) sysconf (_SC_PAGESIZE);

  return page_size;
}

/* Pages are there once they are touched, so a stack costs the memory that its
 * fiber really uses. Takes two of the mappings that a process may have: on
 * Linux 65530 unless vm.max_map_count says otherwise. */
static gboolean
map (LyFiberStack *stack,
     gsize         size,
     gsize         guard)
{
  void *base = mmap (NULL, size, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

  if (base == MAP_FAILED)
    return FALSE;

  stack->base = base;
  stack->size = size;
  stack->guard = guard;

  if (mprotect (stack->base + guard, size - guard, PROT_READ | PROT_WRITE) == 0)
    return TRUE;

  unmap (stack);

  return FALSE;
}

/* Finds a stack that has @usable bytes; FALSE if there is no memory. */
gboolean
_ly_fiber_stack_take (LyFiberStack *stack,
                      gsize         usable)
{
  Pool *pool = g_private_get (&pool_key);
  gsize page = get_page_size ();
  gsize size = ((usable + page - 1) & ~(page - 1)) + page;

  if (pool != NULL && pool->length > 0 && pool->stacks[pool->length - 1].size == size)
    {
      *stack = pool->stacks[--pool->length];
      return TRUE;
    }

  return map (stack, size, page);
}

/* Takes back a stack on which nothing runs any more, in the thread where its
 * fiber ran. */
void
_ly_fiber_stack_give (LyFiberStack *stack)
{
  Pool *pool = g_private_get (&pool_key);

  _ly_sanitizer_forget_stack (_ly_fiber_stack_get_bottom (stack), stack->size - stack->guard);

  if (pool == NULL)
    {
      pool = g_new0 (Pool, 1);
      g_private_set (&pool_key, pool);
    }

  /* Stacks of one size only, or those that nobody wants would fill it. */
  while (pool->length > 0 && pool->stacks[0].size != stack->size)
    unmap (&pool->stacks[--pool->length]);

  if (pool->length < POOL_LENGTH)
    pool->stacks[pool->length++] = *stack;
  else
    unmap (stack);

  stack->base = NULL;
}
