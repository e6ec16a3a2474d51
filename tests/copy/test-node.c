/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-node.h"

#include <string.h>

static void
assert_paths (CopyNode   *node,
              const char *from,
              const char *to)
{
  g_autofree char *from_path = copy_node_get_from_path (node);
  g_autofree char *to_path = copy_node_get_to_path (node);

  g_assert_cmpstr (from_path, ==, from);
  g_assert_cmpstr (to_path, ==, to);
}

static void
test_paths (void)
{
  g_autoptr (CopyNode) top = copy_node_new (NULL, 3, "", "");
  g_autoptr (CopyNode) folder = copy_node_new (top, 3, "Pictures", "Pictures (copy)");
  g_autoptr (CopyNode) inner = copy_node_new (folder, 3, "\xff ", "\xff ");
  g_autoptr (CopyNode) innermost = copy_node_new (inner, 3, "a", "b");

  g_assert_true (copy_node_is_top (top));
  g_assert_false (copy_node_is_top (folder));
  g_assert_cmpuint (innermost->source, ==, 3);

  assert_paths (top, "", "");
  assert_paths (folder, "Pictures", "Pictures (copy)");
  assert_paths (inner, "Pictures/\xff ", "Pictures (copy)/\xff ");
  assert_paths (innermost, "Pictures/\xff /a", "Pictures (copy)/\xff /b");
}

/* A source such as "." has no name of its own. */
static void
test_no_name (void)
{
  g_autoptr (CopyNode) top = copy_node_new (NULL, 0, "", "");
  g_autoptr (CopyNode) here = copy_node_new (top, 0, "", "");
  g_autoptr (CopyNode) named = copy_node_new (top, 0, "", "target");
  g_autoptr (CopyNode) inner = copy_node_new (here, 0, "a", "a");
  g_autoptr (CopyNode) named_inner = copy_node_new (named, 0, "a", "a");

  assert_paths (here, "", "");
  assert_paths (inner, "a", "a");
  assert_paths (named, "", "target");
  assert_paths (named_inner, "a", "target/a");
}

/* A node keeps all above it, and nothing else does. */
static void
test_lives_with_children (void)
{
  CopyNode *top = copy_node_new (NULL, 0, "", "");
  CopyNode *folder = copy_node_new (top, 0, "folder", "folder");
  g_autoptr (CopyNode) inner = copy_node_new (folder, 0, "inner", "inner");

  copy_node_unref (top);
  copy_node_unref (folder);
  assert_paths (inner, "folder/inner", "folder/inner");
}

/* Deeper than any stack would take. */
static void
test_deep (void)
{
  const guint depth = 100000;
  CopyNode *node = copy_node_new (NULL, 0, "", "");
  g_autofree char *path = NULL;

  for (guint i = 0; i < depth; i++)
    {
      CopyNode *child = copy_node_new (node, 0, "d", "t");

      copy_node_unref (node);
      node = child;
    }

  path = copy_node_get_from_path (node);
  g_assert_cmpuint (strlen (path), ==, 2 * depth - 1);
  g_assert_cmpuint (strspn (path, "d/"), ==, 2 * depth - 1);
  g_assert_true (g_str_has_prefix (path, "d/d/"));
  g_assert_true (g_str_has_suffix (path, "/d/d"));
  copy_node_unref (node);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/node/paths", test_paths);
  g_test_add_func ("/copy/node/no-name", test_no_name);
  g_test_add_func ("/copy/node/lives-with-children", test_lives_with_children);
  g_test_add_func ("/copy/node/deep", test_deep);

  return g_test_run ();
}
