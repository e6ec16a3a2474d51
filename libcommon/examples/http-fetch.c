/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pages fetched at once, in one thread: http-fetch URL… Each is fetched by a fiber,
 * which awaits libsoup as it could any asynchronous function in GIO's manner. */

#include <lanyard-common.h>
#include <libsoup/soup.h>

static SoupSession *session;

static GVariant *
fetch (gpointer   url,
       GError   **error)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;
  LyFiberAsync async = LY_FIBER_ASYNC_INIT;

  if (message == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no URL: %s", (char *) url);
      return NULL;
    }

  g_print ("asking for %s\n", (char *) url);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT,
                                    ly_fiber_get_cancellable (), ly_fiber_async_ready, &async);
  result = ly_fiber_await_async (&async);
  body = soup_session_send_and_read_finish (session, result, error);
  if (body == NULL)
    return NULL;

  text = g_strdup_printf ("%u: %.*s", soup_message_get_status (message),
                          (int) g_bytes_get_size (body), (char *) g_bytes_get_data (body, NULL));

  return g_variant_new_bytestring (g_strchomp (text));
}

static GVariant *
fetch_all (gpointer   user_data,
           GError   **error)
{
  g_autoptr (GPtrArray) fibers = g_ptr_array_new_with_free_func (g_object_unref);

  for (char **url = user_data; *url != NULL; url++)
    {
      g_ptr_array_add (fibers, ly_fiber_new (fetch, *url, NULL));
      ly_fiber_start (fibers->pdata[fibers->len - 1], NULL);
    }

  for (guint i = 0; i < fibers->len; i++)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (GVariant) page = ly_fiber_join (fibers->pdata[i], -1, &failure);

      g_print ("%s\n", page != NULL ? g_variant_get_bytestring (page) : failure->message);
    }

  return NULL;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (LyFiber) fiber = ly_fiber_new (fetch_all, argv + 1, NULL);
  g_autoptr (GVariant) done = NULL;

  session = soup_session_new_with_options ("max-conns-per-host", 10, NULL);
  done = ly_fiber_run (fiber, NULL);
  g_object_unref (session);

  return 0;
}
