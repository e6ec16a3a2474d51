/* copy-probe.c: what the kernel allows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A yardstick for the benchmark, not a copier. It makes the system calls that
 * a copy with all metadata can't do without, and nothing else: it reports no
 * progress, survives no error, resumes nothing, and knows neither holes, hard
 * links nor special files. A real copier that comes close to its time has
 * nothing left to gain but from another kernel.
 *
 * For each small file that is: openat, fstat, flistxattr, openat, read, write,
 * futimens, fchmod and two closes, relative to directories that are opened
 * once. Bytes go through a buffer, because for these sizes that beats
 * copy_file_range.
 */

#include "config.h"

#define G_LOG_DOMAIN "copy-probe"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <glib.h>

#define BUFFER_SIZE  (256 * 1024)
#define XATTR_SIZE   (64 * 1024)          /* the kernel's limit on names and on a value */
#define LARGE_SIZE   (1024 * 1024)        /* from here on a file is work of its own… */
#define RANGE_SIZE   (64 * 1024 * 1024)   /* …in pieces of this size */
#define MAX_WORKS    (1024 * 1024)
#define MAX_PATHS    (256 * 1024 * 1024)
#define MAX_WORKERS  64

/* A directory, or a range of a large file */
typedef struct
{
  size_t   path;       /* Where in Board.paths */
  gboolean is_range;
  int64_t  offset;
  unsigned first;      /* The file's first range, … */
  int      left;       /* …which counts, atomically, the ranges still to do */
} Work;

/* Shared by all workers, be they processes or threads. Pages that nobody
 * touches cost nothing, so it is simply made large enough.
 */
typedef struct
{
  /* Set once */
  int             from_root;
  int             to_root;
  int             n_workers;
  uid_t           uid;
  gid_t           gid;

  /* Atomic */
  int             taken;
  int             pending;

  sem_t           ready;      /* Counts the works that nobody has taken */
  pthread_mutex_t mutex;

  /* Guarded by @mutex */
  unsigned        n_works;
  size_t          paths_used;

  /* Written before @ready is posted, constant from then on */
  Work            works[MAX_WORKS];
  char            paths[MAX_PATHS];
} Board;

typedef struct
{
  Board *board;
  char  *buffer;
} Worker;

static G_NORETURN void
die (const char *what,
     const char *name)
{
  g_printerr ("copy-probe: %s %s: %s\n", what, name, g_strerror (errno));
  _exit (1);
}

static int
must (int         result,
      const char *what,
      const char *name)
{
  if (result < 0)
    die (what, name);

  return result;
}

static int
open_source (int         dir,
             const char *name,
             int         flags)
{
  int fd;

  flags |= O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
  fd = openat (dir, name, flags | O_NOATIME);

  /* Only the owner and root may leave the access time alone. */
  if (fd < 0 && errno == EPERM)
    fd = openat (dir, name, flags);

  return must (fd, "open", name);
}

static void
board_push (Board      *board,
            const char *path,
            gboolean    is_range,
            int         n)
{
  size_t length = strlen (path) + 1;
  unsigned first;

  pthread_mutex_lock (&board->mutex);

  first = board->n_works;
  errno = ENOMEM;

  if (first + n > MAX_WORKS || board->paths_used + length > MAX_PATHS)
    die ("remember", path);

  memcpy (board->paths + board->paths_used, path, length);

  for (int i = 0; i < n; i++)
    board->works[first + i] = (Work) {
      .path = board->paths_used,
      .is_range = is_range,
      .offset = (int64_t) i * RANGE_SIZE,
      .first = first,
      .left = n,
    };

  board->paths_used += length;
  board->n_works += n;
  g_atomic_int_add (&board->pending, n);

  pthread_mutex_unlock (&board->mutex);

  for (int i = 0; i < n; i++)
    sem_post (&board->ready);
}

static Work *
board_take (Board *board)
{
  while (sem_wait (&board->ready) < 0)
    ;

  /* Woken for the last time: see board_done(). */
  if (g_atomic_int_get (&board->pending) == 0)
    return NULL;

  return &board->works[g_atomic_int_add (&board->taken, 1)];
}

static void
board_done (Board *board)
{
  if (!g_atomic_int_dec_and_test (&board->pending))
    return;

  for (int i = 0; i < board->n_workers; i++)
    sem_post (&board->ready);
}

/* Only root can give files away, and its own already are as they should be. */
static gboolean
needs_chown (const Board       *board,
             const struct stat *st)
{
  return board->uid == 0 && (st->st_uid != board->uid || st->st_gid != board->gid);
}

static void
copy_xattrs (Worker     *self,
             int         from,
             int         to,
             const char *name)
{
  char *value = self->buffer + XATTR_SIZE;
  ssize_t length = flistxattr (from, self->buffer, XATTR_SIZE);

  for (char *key = self->buffer; length > 0; length -= strlen (key) + 1, key += strlen (key) + 1)
    {
      ssize_t size = fgetxattr (from, key, value, XATTR_SIZE);

      if (size >= 0)
        must (fsetxattr (to, key, value, size, 0), "set an attribute of", name);
    }
}

static void
copy_metadata (Worker            *self,
               int                from,
               int                to,
               const char        *name,
               const struct stat *st)
{
  const struct timespec times[2] = { st->st_atim, st->st_mtim };

  copy_xattrs (self, from, to, name);

  if (needs_chown (self->board, st))
    must (fchown (to, st->st_uid, st->st_gid), "change the owner of", name);

  must (futimens (to, times), "set the times of", name);
  must (fchmod (to, st->st_mode & 07777), "set the mode of", name);
}

static void
copy_bytes (Worker     *self,
            int         from,
            int         to,
            const char *name,
            int64_t     offset,
            int64_t     end)
{
  while (offset < end)
    {
      ssize_t n = pread (from, self->buffer, MIN (BUFFER_SIZE, end - offset), offset);

      errno = n == 0 ? EIO : errno;
      must (n > 0 ? 0 : -1, "read", name);

      if (pwrite (to, self->buffer, n, offset) != n)
        die ("write", name);

      offset += n;
    }
}

static char *
join (const char *dir,
      const char *name)
{
  return g_str_equal (dir, ".") ? g_strdup (name) : g_strconcat (dir, "/", name, NULL);
}

static void
copy_file (Worker     *self,
           int         from_dir,
           int         to_dir,
           const char *dir,
           const char *name)
{
  int from = open_source (from_dir, name, 0);
  struct stat st;
  int to;

  must (fstat (from, &st), "look at", name);
  to = must (openat (to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IWUSR),
             "create", name);

  if (st.st_size < LARGE_SIZE)
    {
      copy_bytes (self, from, to, name, 0, st.st_size);
      copy_metadata (self, from, to, name, &st);
    }
  else
    {
      g_autofree char *path = join (dir, name);

      board_push (self->board, path, TRUE, (st.st_size + RANGE_SIZE - 1) / RANGE_SIZE);
    }

  close (to);
  close (from);
}

static void
copy_range (Worker *self,
            Work   *work)
{
  Board *board = self->board;
  const char *path = board->paths + work->path;
  int from = open_source (board->from_root, path, 0);
  int to = must (openat (board->to_root, path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC), "open", path);
  struct stat st;

  must (fstat (from, &st), "look at", path);
  copy_bytes (self, from, to, path, work->offset, MIN (work->offset + RANGE_SIZE, st.st_size));

  if (g_atomic_int_dec_and_test (&board->works[work->first].left))
    copy_metadata (self, from, to, path, &st);

  close (to);
  close (from);
}

static void
copy_symlink (Worker     *self,
              int         from_dir,
              int         to_dir,
              const char *name)
{
  ssize_t length = readlinkat (from_dir, name, self->buffer, BUFFER_SIZE - 1);
  struct stat st;

  must (length, "read", name);
  self->buffer[length] = '\0';
  must (fstatat (from_dir, name, &st, AT_SYMLINK_NOFOLLOW), "look at", name);
  must (symlinkat (self->buffer, to_dir, name), "create", name);

  if (needs_chown (self->board, &st))
    must (fchownat (to_dir, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW),
          "change the owner of", name);

  must (utimensat (to_dir, name, (struct timespec[]) { st.st_atim, st.st_mtim },
                   AT_SYMLINK_NOFOLLOW), "set the times of", name);
}

static void
copy_entry (Worker              *self,
            int                  from_dir,
            int                  to_dir,
            const char          *dir,
            const struct dirent *entry)
{
  const char *name = entry->d_name;
  g_autofree char *path = NULL;

  switch (entry->d_type)
    {
    case DT_DIR:
      path = join (dir, name);
      must (mkdirat (to_dir, name, S_IRWXU), "create", name);
      board_push (self->board, path, FALSE, 1);
      break;

    case DT_REG:
      copy_file (self, from_dir, to_dir, dir, name);
      break;

    case DT_LNK:
      copy_symlink (self, from_dir, to_dir, name);
      break;

    default:
      g_printerr ("copy-probe: left out %s/%s: not a file, directory or link\n", dir, name);
    }
}

static void
copy_directory (Worker *self,
                Work   *work)
{
  Board *board = self->board;
  const char *path = board->paths + work->path;
  int from = open_source (board->from_root, path, O_DIRECTORY);
  int to = must (openat (board->to_root, path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open", path);
  DIR *stream = fdopendir (from);
  struct dirent *entry;
  struct stat st;

  if (stream == NULL)
    die ("read", path);

  while ((entry = readdir (stream)) != NULL)
    {
      if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, ".."))
        copy_entry (self, from, to, path, entry);
    }

  /* All that will ever be in the directory has a name by now, so its times
   * stay as they are set here.
   */
  must (fstat (from, &st), "look at", path);
  copy_metadata (self, from, to, path, &st);

  close (to);
  closedir (stream);
}

static gpointer
run_worker (gpointer data)
{
  Worker self = { .board = data, .buffer = g_malloc (BUFFER_SIZE) };
  Work *work;

  while ((work = board_take (self.board)) != NULL)
    {
      if (work->is_range)
        copy_range (&self, work);
      else
        copy_directory (&self, work);

      board_done (self.board);
    }

  g_free (self.buffer);

  return NULL;
}

static void
run_threads (Board *board)
{
  GThread *threads[MAX_WORKERS];

  for (int i = 0; i < board->n_workers; i++)
    threads[i] = g_thread_new ("worker", run_worker, board);

  for (int i = 0; i < board->n_workers; i++)
    g_thread_join (threads[i]);
}

/* A bare fork() is right here, where no thread was ever started. */
static void
run_processes (Board *board)
{
  for (int i = 0; i < board->n_workers; i++)
    {
      if (must (fork (), "start", "a worker") > 0)
        continue;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      run_worker (board);
      _exit (0);
    }

  for (int i = 0; i < board->n_workers; i++)
    {
      int status;

      /* The others would wait for the lost one's work; they die with us. */
      if (wait (&status) < 0 || status != 0)
        _exit (1);
    }
}

static Board *
board_new (const char *from,
           const char *to,
           int         n_workers)
{
  Board *board = mmap (NULL, sizeof *board, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  pthread_mutexattr_t shared;

  if (board == MAP_FAILED)
    die ("map", "the board");

  board->from_root = must (open (from, O_DIRECTORY | O_CLOEXEC), "open", from);
  must (mkdir (to, S_IRWXU), "create", to);
  board->to_root = must (open (to, O_DIRECTORY | O_CLOEXEC), "open", to);
  board->n_workers = n_workers;
  board->uid = geteuid ();
  board->gid = getegid ();

  sem_init (&board->ready, TRUE, 0);
  pthread_mutexattr_init (&shared);
  pthread_mutexattr_setpshared (&shared, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init (&board->mutex, &shared);
  board_push (board, ".", FALSE, 1);

  return board;
}

int
main (int    argc,
      char **argv)
{
  int n_workers = 2;
  gboolean threads = FALSE;
  const GOptionEntry entries[] = {
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &n_workers, "Use N workers (2)", "N" },
    { "threads", 't', 0, G_OPTION_ARG_NONE, &threads, "Threads, not processes", NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("SRC DST");
  g_autoptr (GError) error = NULL;
  Board *board;

  g_option_context_set_summary (context, "Copies the folder SRC as DST, which must not exist yet.");
  g_option_context_add_main_entries (context, entries, NULL);

  if (!g_option_context_parse (context, &argc, &argv, &error) ||
      argc != 3 || n_workers < 1 || n_workers > MAX_WORKERS)
    {
      g_printerr ("copy-probe: %s\n", error ? error->message : "see --help");
      return 2;
    }

  board = board_new (argv[1], argv[2], n_workers);

  if (threads)
    run_threads (board);
  else
    run_processes (board);

  return 0;
}
